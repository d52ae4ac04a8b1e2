/* The folder of logs and results: the text log, the journal that gets its lines, the key that seals
 * both, and the removal of what is too old. */
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
	void (*closed)(void *app); /* of logs_close */
};

/* Before the loop, and before anything is sent. -1: told on stderr. */
int logs_open(struct app *app) MUST_CHECK;
const char *logs_folder(const struct app *app);
const struct seal_key *logs_key(const struct app *app); /* NULL: nothing is sealed */
/* The settings have changed: which lines are written, and for how many days files are kept. */
void logs_reconfigure(struct app *app);
/* The time that files were last removed by; 0 = not known. */
msec logs_removal_wall(const struct app *app);
/* Our start, by the clock that our files were written by. */
msec logs_started_wall(const struct app *app);
/* Lines of text, each as one line of the log; empty ones are left out. */
void logs_say_lines(struct app *app, enum log_level level, struct str lines);
void logs_stop(struct app *app); /* nothing is removed any more */
/* Writes what is left and closes the text log, then calls `closed` with the app. */
void logs_close(struct app *app, void (*closed)(void *app));
void logs_free(struct app *app); /* after the loop, or when the start was given up */

#endif
