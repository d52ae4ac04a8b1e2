/* Marks of death: which ticket's step was running when the process ended by a broken invariant, lack of memory or a fatal signal.
 * A ticket with two marks is quarantined, so that one ticket cannot stop the service. SIGKILL leaves no mark.
 *
 * The file holds one decimal id a line and grows by one write() of a handler; anything else in it is ignored. Blank lines are
 * marks that were taken back. */
#ifndef DAEMON_STORE_DEATHS_H
#define DAEMON_STORE_DEATHS_H

#include "base/base.h"

#define DEATHS_BYTES_MAX (1024 * 1024) /* read at most; a longer file is emptied */

/* Opens the file for appending, making it (0600) when missing. The descriptor, or -1 with a reason. */
int deaths_open(const char *path, struct err *err) MUST_CHECK;
void deaths_close(int fd);
/* Only what a signal handler may do. An id of 0 is not written. */
void deaths_mark(int fd, uint64_t id);
/* Marks of one ticket. */
unsigned deaths_count(int fd, uint64_t id);
/* Ids with at least two marks, each once; to be freed. */
uint64_t *deaths_twice(int fd, size_t *ret_count) MUST_CHECK;
/* Overwrites the marks of one ticket with blanks. 0, or -1 with errno set. */
int deaths_forget(int fd, uint64_t id) MUST_CHECK;

#endif
