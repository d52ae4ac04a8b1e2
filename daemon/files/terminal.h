/* Writes lines to standard error on workers, and keeps a status line below them on a terminal. */
#ifndef DAEMON_FILES_TERMINAL_H
#define DAEMON_FILES_TERMINAL_H

#include "daemon/files/spool.h"

struct terminal {
	struct spool *spool;
	bool is_tty;
	char *status; /* the status line that is shown; "" = none */
};

/* `max`: most bytes that may wait. */
void terminal_open(struct terminal *terminal, uv_loop_t *loop, size_t max);
/* Writes complete lines, above the status line. */
void terminal_add(struct terminal *terminal, struct str lines);
/* Replaces the status line; "" removes it. No effect when stderr is not a terminal. */
void terminal_set_status(struct terminal *terminal, const char *text);
/* Writes what waits, then calls `closed`, after which terminal_free() must be called. */
void terminal_close(struct terminal *terminal, void (*closed)(void *arg, const char *error),
                    void *arg);
/* To be called when `closed` of terminal_close was called. */
void terminal_free(struct terminal *terminal);
/* For a process that is about to end: writes without a worker what waits, then `message`. */
void terminal_last_words(struct terminal *terminal, const char *message);

#endif
