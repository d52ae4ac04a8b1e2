/* A file that appears only when it is whole: it is written under a temporary name beside its place
 * and renamed at the end. A signal that ends the process removes what was begun and says so; so
 * there is one draft in a process. */
#ifndef DAEMON_CTL_DRAFT_H
#define DAEMON_CTL_DRAFT_H

#include "base/base.h"

/* Begins; `path` NULL: nothing but the words of an interruption, for what goes to standard output.
 * Returns the descriptor (standard output's for NULL), or -1 with the reason: for example because
 * something stands there that is not a regular file. Only its owner can read the file. */
int draft_begin(const char *path, struct err *err) MUST_CHECK;
/* Syncs it and gives it its name. 0, or -1 with the reason; then it is removed. */
int draft_keep(struct err *err) MUST_CHECK;
/* Removes it. */
void draft_drop(void);

#endif
