/* One process per store: a lock that the system takes back when its holder dies, however it
 * dies. */
#ifndef DAEMON_STORE_SQLITE_LOCK_H
#define DAEMON_STORE_SQLITE_LOCK_H

#include "base/base.h"

/* Takes the lock on the file, which is made when missing. The descriptor, to be given to
 * lock_release; STORE_IN_USE with a reason that names the process which holds it; or -1. A process
 * that already holds it gets it again: do not open a store twice. */
int lock_take(const char *path, struct err *err) MUST_CHECK;
void lock_release(int fd);

#endif
