/* The log for people: one file per UTC day in the log folder, and the same lines on stderr or in
 * the journal. On a terminal the last line of the screen may be a status line (progress), which
 * log lines do not break. No function waits for a disk or a terminal.
 *
 * The text given to these functions is free of secrets and of ticket text. lib/observe/report
 * escapes control characters, so that one event is one line. With a key each line of the file is
 * sealed separately (privacy/seal.h); stderr and journal are not sealed. */
#ifndef DAEMON_FILES_TEXTLOG_H
#define DAEMON_FILES_TEXTLOG_H

#include <uv.h>

#include "config/config.h"
#include "privacy/seal.h"

struct textlog;

/* Opens today's file at once (blocking), so that a folder that cannot be written is found at the
 * start: then NULL with a reason. `dir` is copied; `key` (NULL = plain) must outlive the log. */
struct textlog *textlog_open(uv_loop_t *loop, const char *dir, const struct seal_key *key,
                             enum log_level level, struct err *err) MUST_CHECK;
/* Lines below `level` are dropped from now on. */
void textlog_set_level(struct textlog *log, enum log_level level);
/* Logs one line. */
void textlog_say(struct textlog *log, enum log_level level, struct str text);
/* Logs one formatted line, cut at 2 KiB. */
void textlog_printf(struct textlog *log, enum log_level level, const char *format, ...)
        PRINTF_LIKE(3, 4);
/* Writes to the file only; for text that the terminal gets in another form. */
void textlog_file_only(struct textlog *log, enum log_level level, struct str text);
/* The fields that the journal gets in addition to the text. */
struct textlog_event {
	const char *name;   /* what happened, one word: outcome, batch, alert … */
	uint64_t ticket_id; /* 0 = none */
	const char *status; /* status of the ticket; NULL = none */
	struct str error;
};
/* Logs one line, like textlog_say; the journal also gets the fields of `event`. */
void textlog_say_event(struct textlog *log, enum log_level level, struct str text,
                       const struct textlog_event *event);
/* From now on lines go to `send` instead of stderr, with the text as it is in the file and its
 * event (NULL = none). textlog_last_words still writes to stderr. */
void textlog_use_journal(struct textlog *log,
                         void (*send)(void *arg, enum log_level level, struct str text,
                                      const struct textlog_event *event),
                         void *arg);

/* Lines so far, by level, and those that could not be kept while the file was rewritten. */
struct textlog_counts {
	uint64_t lines[LEVEL_ERROR + 1];
	uint64_t dropped;
};
void textlog_counts(const struct textlog *log, struct textlog_counts *ret);

/* Calls `written` when all lines so far are in the file and on stderr, as far as they can be
 * written: soon, on the loop or before this returns. Never called when the log is closed first.
 * Only one at a time. Lines for a journal are sent before textlog_say returns. */
void textlog_when_written(struct textlog *log, void (*written)(void *arg), void *arg);

/* Closes the file and keeps lines in memory, so that the file can be rewritten. `held` is called
 * when no file of this log is open any more. Only one at a time. */
void textlog_hold(struct textlog *log, void (*held)(void *arg), void *arg);
/* Ends textlog_hold, after its callback: opens the file again and writes the lines in memory. */
void textlog_release(struct textlog *log);
/* Finds out whether the file was renamed or deleted, or its folder, and then goes on in a new file
 * of the day's name; the warning of that is its first line. Where no file can be opened, tries to.
 * To be called from time to time, and when an operator says that files were moved. */
void textlog_look(struct textlog *log);
/* Why no file could be opened, for example because the folder is missing; NULL while one is open.
 * Borrowed. */
const char *textlog_trouble(const struct textlog *log);
/* Beginning (wall, ms) of the UTC day whose file was opened last. */
msec textlog_day(const struct textlog *log);

/* Sets the status line; "" removes it. No effect when stderr is not a terminal. */
void textlog_set_status(struct textlog *log, const char *text);
/* Whether stderr is a terminal. */
bool textlog_has_terminal(const struct textlog *log);
/* Writes what waits, then calls `closed` and frees the log. Must not be called while held. */
void textlog_close(struct textlog *log, void (*closed)(void *arg), void *arg);
/* For a process that is about to end: writes what waits without the loop, then `message` to
 * stderr. */
void textlog_last_words(struct textlog *log, const char *message);

#endif
