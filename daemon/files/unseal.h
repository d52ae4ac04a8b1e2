/* Reading sealed files: text logs and results written under log.encrypt. Needs no loop, so that a
 * command can use it. */
#ifndef DAEMON_FILES_UNSEAL_H
#define DAEMON_FILES_UNSEAL_H

#include <stdio.h>

#include "privacy/seal.h"

/* Writes to `out` what the sealed file at `path` says; `key` is log.key, in whichever form.
 *
 *     0   all of it is there and genuine
 *     1   all that is there is genuine, and `err` says what may be missing (today's log has no end
 *         yet)
 *    -1   `err` says why not, with the path in front: it cannot be read, is not sealed, is altered,
 *         cut off, or sealed with another key. What stood before that place is genuine and was
 *         written to `out`. */
int unseal_file(const char *path, struct str key, FILE *out, struct err *err) MUST_CHECK;

/* The same with a stream that is open already and a function that gets the text in pieces, which
 * are not lines; it says 0, or -1 and the reason to stop the reading. Results as above, without the
 * path. */
int unseal_stream(FILE *in, struct unsealer *unsealer,
                  int (*each)(void *arg, struct str piece, struct err *err), void *arg,
                  struct err *err) MUST_CHECK;

#endif
