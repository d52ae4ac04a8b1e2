/* The last moment of a process that crashes. */
#ifndef DAEMON_SYSTEM_CRASH_H
#define DAEMON_SYSTEM_CRASH_H

#include "base/base.h"

/* Calls `last` when the process is about to die of a mistake of its own: a bad access, an illegal
 * instruction, abort(). It runs on the thread that made the mistake, and may do nothing but write()
 * to a file that is open. After it the process dies as it would have. */
void crash_watch(void (*last)(void));

#endif
