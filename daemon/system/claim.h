/* A lock on a file that tells who holds it. The kernel releases it when its holder ends, in
 * whatever way. */
#ifndef DAEMON_SYSTEM_CLAIM_H
#define DAEMON_SYSTEM_CLAIM_H

#include "base/base.h"

#define CLAIM_TAKEN 1

/* Takes it for as long as `fd`, which is open for writing, is; never waits. 0; CLAIM_TAKEN when
 * another process has it; or a negative code (daemon/system/disk.h). On POSIX a process that has it
 * gets it again. */
int claim_take(int fd) MUST_CHECK;
/* The process that has it; 0 = the system does not tell. */
long claim_holder(int fd) MUST_CHECK;

#endif
