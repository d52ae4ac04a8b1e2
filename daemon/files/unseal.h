/* Reads sealed files: text logs and results written under log.encrypt. Needs no loop, so that a
 * command can use it. */
#ifndef DAEMON_FILES_UNSEAL_H
#define DAEMON_FILES_UNSEAL_H

#include <stdio.h>

#include "privacy/seal.h"

/* Writes the clear text of the sealed file at `path` to `out`; `key` is log.key, in any form.
 *
 *     0   the file is complete and genuine
 *     1   all that is there is genuine; `err` says what may be missing (today's log has no end yet)
 *    -1   `err` says why, with the path in front: the file cannot be read, is not sealed, is
 *         altered, cut off, or sealed with another key. The text before that place is genuine and
 *         was written to `out`. */
int unseal_file(const char *path, struct str key, FILE *out, struct err *err) MUST_CHECK;

/* Does the same with an open stream. `each` gets the text in pieces, which are not lines, and
 * returns 0, or -1 with a reason to stop. Same results as unseal_file, without the path in
 * `err`. */
int unseal_stream(FILE *in, struct unsealer *unsealer,
                  int (*each)(void *arg, struct str piece, struct err *err), void *arg,
                  struct err *err) MUST_CHECK;

#endif
