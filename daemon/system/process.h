/* What a process of ours has to be before anything else happens. */
#ifndef DAEMON_SYSTEM_PROCESS_H
#define DAEMON_SYSTEM_PROCESS_H

/* Standard streams are open, memory is not scattered over many heaps, libuv has its workers. Before
 * any thread begins. */
void process_prepare(void);

#endif
