/* The lock that makes sure that one process uses a store. The kernel releases it when its
 * holder ends, in whatever way. */
#ifndef DAEMON_STORE_SQLITE_LOCK_H
#define DAEMON_STORE_SQLITE_LOCK_H

#include "base/base.h"

/* Locks the file, which is created when missing. Returns the descriptor, to be given to
 * lock_release; STORE_IN_USE with a reason that names the process that holds it; or -1 with a
 * reason. A process that holds the lock gets it again, so a store must not be opened twice. */
int lock_take(const char *path, struct err *err) MUST_CHECK;
/* Releases the lock and closes the descriptor. The file stays. */
void lock_release(int fd);

#endif
