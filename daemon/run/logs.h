/* The folder of logs and results: the text log, the journal that receives its lines, the key
 * that seals both, and the removal of files that are too old. */
#ifndef DAEMON_RUN_LOGS_H
#define DAEMON_RUN_LOGS_H

#include "daemon/files/retention.h"
#include "daemon/system/systemd_journal.h"
#include "privacy/seal.h"

struct app;

struct logs {
	char *folder;
	struct seal_key *key;    /* NULL while log.encrypt is off */
	struct journal *journal; /* NULL where stderr is not the journal */
	struct retention retention;
	void (*closed)(void *app); /* called when logs_close is complete */
};

/* To be called before the loop runs and before any request is sent. -1: failed, with the reason
 * printed on stderr. */
int logs_open(struct app *app) MUST_CHECK;
/* Borrowed; valid until logs_free. */
const char *logs_folder(const struct app *app);
const struct seal_key *logs_key(const struct app *app); /* borrowed; NULL: nothing is sealed */
/* Applies changed settings: the log level and the number of days that files are kept. */
void logs_reconfigure(struct app *app);
/* Finds out whether the log's file was moved or deleted, and begins a new one then. */
void logs_look(struct app *app);
/* Why the log cannot be written; NULL = it can. Borrowed. */
const char *logs_trouble(const struct app *app);
/* How many lines the journal did not take so far. */
uint64_t logs_journal_dropped(const struct app *app);
/* The wall time that the last removal of files went by, in ms; 0 = not known. */
msec logs_removal_wall(const struct app *app);
/* The wall time of our start in ms, by the clock that the names and times of our files come
 * from. */
msec logs_started_wall(const struct app *app);
/* Logs each line of `lines` as a line of its own; empty ones are left out. */
void logs_say_lines(struct app *app, enum log_level level, struct str lines);
void logs_stop(struct app *app); /* stops the removal of old files */
/* Writes what is buffered and closes the text log, then calls `closed` with the app. */
void logs_close(struct app *app, void (*closed)(void *app));
void logs_free(struct app *app); /* after the loop has ended, or when the start failed */

#endif
