/* Prepares the process before anything else happens. */
#ifndef DAEMON_SYSTEM_PROCESS_H
#define DAEMON_SYSTEM_PROCESS_H

/* Opens missing standard streams, limits the number of heaps, and sets the number of libuv's
 * workers; unblocks all signals. To be called before any thread is created. */
void process_prepare(void);

/* Replaces what main() got where that is not the command line in UTF-8: on Windows. */
void process_arguments(int *argc, char ***argv);

#endif
