/* The log for people: one file a UTC day in the log folder, and the same lines on stderr or in the
 * journal. On a terminal the last line of the screen may be a status line (progress), which log
 * lines never tear apart. Nothing here ever waits for a disk or a terminal.
 *
 * The text that arrives here is free of secrets and ticket text; control characters are escaped by
 * lib/observe/report: one event is one line. With a key each line of the file is sealed by itself
 * (privacy/seal.h); stderr and journal are not sealed. */
#ifndef DAEMON_FILES_TEXTLOG_H
#define DAEMON_FILES_TEXTLOG_H

#include <uv.h>

#include "config/config.h"
#include "privacy/seal.h"

struct textlog;

/* Opens today's file at once, so that a folder that cannot be written is found before anything else
 * happens: NULL and the reason. `dir` is copied; `key` (NULL = plain) must outlive the log. */
struct textlog *textlog_open(uv_loop_t *loop, const char *dir, const struct seal_key *key,
                             enum log_level level, struct err *err) MUST_CHECK;
void textlog_set_level(struct textlog *log, enum log_level level);
void textlog_say(struct textlog *log, enum log_level level, struct str text);
void textlog_printf(struct textlog *log, enum log_level level, const char *format, ...)
        PRINTF_LIKE(3, 4);
/* Into the file only: what the terminal gets in another form. */
void textlog_file_only(struct textlog *log, enum log_level level, struct str text);
/* What a journal with fields is told beside the text. */
struct textlog_event {
	const char *name;   /* what happened, in one word: outcome, batch, alert … */
	uint64_t ticket_id; /* 0 = none */
	const char *status; /* of a ticket; NULL = none */
	struct str error;
};
/* Like textlog_say. */
void textlog_say_event(struct textlog *log, enum log_level level, struct str text,
                       const struct textlog_event *event);
/* From now on lines go to `send` instead of stderr, with the text as it stands in the file and its
 * event (NULL = none); last words still go to stderr. */
void textlog_use_journal(struct textlog *log,
                         void (*send)(void *arg, enum log_level level, struct str text,
                                      const struct textlog_event *event),
                         void *arg);

/* Calls `written` when all that was said so far is in the file and on stderr, as far as they can be
 * written; soon, from the loop or before it returns. Never when the log is closed first. One at a
 * time. Lines that go to a journal are there before textlog_say returns. */
void textlog_when_written(struct textlog *log, void (*written)(void *arg), void *arg);

/* Closes the file and holds the lines that come meanwhile, so that it can be rewritten: `held` is
 * called when nothing of this log is open any more. Only one at a time. */
void textlog_hold(struct textlog *log, void (*held)(void *arg), void *arg);
/* Opens the file again and writes what was held. After textlog_hold, once it has called back. */
void textlog_release(struct textlog *log);
/* The beginning of the UTC day whose file was open last. */
msec textlog_day(const struct textlog *log);

/* The status line; the empty text takes it away. Ignored where stderr is no terminal. */
void textlog_set_status(struct textlog *log, const char *text);
bool textlog_has_terminal(const struct textlog *log);
/* Writes what is left, then calls `closed`; the log is gone. */
void textlog_close(struct textlog *log, void (*closed)(void *arg), void *arg);
/* Last words without the loop: what waits is written, then `message` on stderr. */
void textlog_last_words(struct textlog *log, const char *message);

#endif
