/* The log for people: one file a UTC day in the log folder, and the same lines on stderr. On a terminal the last line of the screen
 * may be a status line (progress), which log lines never tear apart. Nothing here ever waits for a disk or a terminal.
 *
 * The text that arrives here is free of secrets and ticket text; control characters are escaped by lib/observe/report. */
#ifndef DAEMON_TEXTLOG_H
#define DAEMON_TEXTLOG_H

#include <uv.h>

#include "config/config.h"

struct textlog;

/* Opens today's file at once, so that a folder that cannot be written is found before anything else happens: NULL and the
 * reason. `dir` is copied. */
struct textlog *textlog_open(uv_loop_t *loop, const char *dir, enum log_level level, struct err *err) MUST_CHECK;
void textlog_say(struct textlog *log, enum log_level level, struct str text);
void textlog_printf(struct textlog *log, enum log_level level, const char *format, ...) PRINTF_LIKE(3, 4);
/* Into the file only: what the terminal gets in another form. */
void textlog_file_only(struct textlog *log, enum log_level level, struct str text);
void textlog_set_level(struct textlog *log, enum log_level level);
/* The status line; the empty text takes it away. Ignored where stderr is no terminal. */
void textlog_set_status(struct textlog *log, const char *text);
bool textlog_has_terminal(const struct textlog *log);
/* Writes what is left, then calls `closed`; the log is gone. */
void textlog_close(struct textlog *log, void (*closed)(void *arg), void *arg);
/* Last words without the loop: what waits is written, then `message` on stderr. */
void textlog_last_words(struct textlog *log, const char *message);

#endif
