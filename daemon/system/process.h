/* Prepares the process before anything else happens. */
#ifndef DAEMON_SYSTEM_PROCESS_H
#define DAEMON_SYSTEM_PROCESS_H

/* Opens missing standard streams, limits the number of heaps, and sets the number of libuv's
 * workers; unblocks all signals. To be called before any thread is created. */
void process_prepare(void);

#endif
