/* Keeps the process small: few heaps, and memory goes back to the system when it is not needed. */
#ifndef DAEMON_SYSTEM_MEMORY_H
#define DAEMON_SYSTEM_MEMORY_H

/* To be called before a thread runs: glibc would give each worker a heap of its own, of which what
 * was freed stays with it. All workers share one. */
void memory_prepare(void);
/* Returns what the allocator keeps, and pages of code. Half of what is resident is code of
 * libraries that a start and a burst need, but an idle service does not (measured a minute after a
 * burst: 19.6 MB without this, 14.0 MB with it). The code stays in the system's page cache, from
 * where a page fault loads it again. At the end of a start it drops what libraries ran only then, 4
 * MB of initialisers and linking. */
void memory_give_back(void);

#endif
