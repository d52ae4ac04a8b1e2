/* Marks of death: which ticket's step was running when the process ended by a broken invariant,
 * lack of memory or a fatal signal. A ticket with two marks is quarantined, so that one ticket
 * cannot stop the service. SIGKILL leaves no mark.
 *
 * The file holds one ticket a line, its decimal id, of other accounts than the first "account:id",
 * and grows by one write() of a handler; anything else in it is ignored. Blank lines are marks that
 * were taken back. */
#ifndef DAEMON_STORE_DEATHS_H
#define DAEMON_STORE_DEATHS_H

#include "ticket/key.h"

#define DEATHS_BYTES_MAX (1024 * 1024) /* read at most; a longer file is emptied */

/* Opens the file for appending, making it (0600) when missing. The descriptor, or -1 with a
 * reason. */
int deaths_open(const char *path, struct err *err) MUST_CHECK;
void deaths_close(int fd);
/* Only what a signal handler may do. No ticket is not written. */
void deaths_mark(int fd, struct ticket_key ticket);
/* Marks of one ticket. */
unsigned deaths_count(int fd, struct ticket_key ticket);
/* Those with at least two marks, each once; to be freed. */
struct ticket_key *deaths_twice(int fd, size_t *ret_count) MUST_CHECK;
/* Overwrites the marks of one ticket with blanks. 0, or -1 with errno set. */
int deaths_forget(int fd, struct ticket_key ticket) MUST_CHECK;

#endif
