/* Marks of death: which ticket was being processed when the process ended by a broken
 * invariant, lack of memory or a fatal signal. A ticket with two marks is quarantined, so that
 * one ticket cannot stop the service for ever. SIGKILL leaves no mark.
 *
 * The file has one ticket per line: its decimal id, or "account:id" for accounts other than the
 * first. A signal handler appends a mark by one write(). Lines that are not marks are ignored;
 * a removed mark is overwritten with blanks. */
#ifndef DAEMON_STORE_DEATHS_H
#define DAEMON_STORE_DEATHS_H

#include "ticket/key.h"

/* no more is read; a longer file is emptied when it is opened */
#define DEATHS_BYTES_MAX (1024 * 1024)

/* Opens the file for appending and creates it (0600) when it is missing. Returns the
 * descriptor, or -1 with a reason. */
int deaths_open(const char *path, struct err *err) MUST_CHECK;
/* The descriptor must not be in use by a handler any more. */
void deaths_close(int fd);
/* Appends a mark; async-signal-safe. Writes nothing when the ticket's id is 0. A failure is
 * ignored. */
void deaths_mark(int fd, struct ticket_key ticket);
/* Number of marks of one ticket; 0 also when the file cannot be read. */
unsigned deaths_count(int fd, struct ticket_key ticket);
/* Tickets with at least so many marks (1 or more), each once; to be freed. */
struct ticket_key *deaths_marked(int fd, size_t least, size_t *ret_count) MUST_CHECK;
/* Overwrites the marks of one ticket with blanks and syncs the file. 0, or a negative code
 * (daemon/system/disk.h). */
int deaths_forget(int fd, struct ticket_key ticket) MUST_CHECK;

#endif
