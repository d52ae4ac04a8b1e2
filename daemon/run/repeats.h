/* Keeps what the service writes to its log short when tickets fail alike: the first line of a
 * reason stands in full, and of those that follow one line a minute says how many there were. Each
 * ticket's own reason is in the results and in `ai-ticketctl explain`. A run that ends by itself
 * writes all lines. */
#ifndef DAEMON_RUN_REPEATS_H
#define DAEMON_RUN_REPEATS_H

#include "config/config.h"

struct app;

#define REPEATS_REASONS 8 /* different reasons a minute; the lines of further ones are written */

struct repeats {
	struct {
		char *reason; /* NULL = free */
		enum log_level level;
		uint64_t more; /* lines that were not written */
	} reasons[REPEATS_REASONS];
};

/* True: a ticket's line with this reason was written within this minute, so this one is counted
 * only. */
bool repeats_hide(struct app *app, enum log_level level, struct str reason);
/* Writes what was counted, and forgets it; to be called once a minute, and before the log is
 * closed. */
void repeats_flush(struct app *app);

#endif
