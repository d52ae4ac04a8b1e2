/* Whether an open file still has its name: somebody may have renamed, replaced or deleted it, or
 * its folder. Asked on a worker, so that the loop never waits for a disk. */
#ifndef DAEMON_FILES_STILL_THERE_H
#define DAEMON_FILES_STILL_THERE_H

#include <uv.h>

#include "base/base.h"

/* What stays the same while a file is renamed. */
struct file_identity {
	uint64_t device, inode;
};
/* Of an open file; zeroed when it cannot be had. A few short calls. */
struct file_identity file_identity_of(uv_file fd);

struct still_there;
/* Calls `answer` later, on the loop. True also when it cannot be found out, for example without
 * permission. The question keeps the loop alive for the moment that it takes. */
struct still_there *still_there_ask(uv_loop_t *loop, const char *path, struct file_identity file,
                                    void (*answer)(void *arg, bool there), void *arg) MUST_CHECK;
/* `answer` will not be called. NULL is allowed. */
void still_there_forget(struct still_there *question);

#endif
