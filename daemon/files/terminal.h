/* Standard error, written by workers: lines, and on a terminal a status line below them. */
#ifndef DAEMON_FILES_TERMINAL_H
#define DAEMON_FILES_TERMINAL_H

#include "daemon/files/spool.h"

struct terminal {
	struct spool *spool;
	bool is_tty;
	char *status; /* the status line on the screen; "" = none */
};

/* `max`: bytes that may wait. */
void terminal_open(struct terminal *terminal, uv_loop_t *loop, size_t max);
/* Log lines scroll above the status line. */
void terminal_add(struct terminal *terminal, struct str lines);
/* Nothing happens where there is no terminal. */
void terminal_set_status(struct terminal *terminal, const char *text);
/* Writes what is left, then calls `closed`; terminal_free() after that. */
void terminal_close(struct terminal *terminal, void (*closed)(void *arg, const char *error),
                    void *arg);
void terminal_free(struct terminal *terminal);
/* The process is about to die: what waits, and a last line, without a worker. */
void terminal_last_words(struct terminal *terminal, const char *message);

#endif
