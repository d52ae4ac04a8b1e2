/* What must outlive the process: the store with the engine's records, sealed where log.encrypt says
 * so, and the statistics that come from them. */
#ifndef DAEMON_RUN_RECORDS_H
#define DAEMON_RUN_RECORDS_H

#include "daemon/files/sealing.h"
#include "engine/effect.h"
#include "observe/statistics.h"

struct app;

struct records {
	struct sealing_values sealing; /* of stored payloads */
	struct statistics statistics;
	bool store_in_use;    /* by another process, so that there was no start */
	bool failure_said;    /* that records cannot be made durable, and why */
	unsigned damage_said; /* how often it was said that the database was damaged */
	/* so many of them are waited for until they are written; 0 = none */
	unsigned damage_awaited;
	bool erasings_over; /* at the end: nothing needs the store any more */
	void (*closed)(struct app *app);
};

/* Before the loop: opens and locks the store. 0 without one in a dry run, which stands beside the
 * service and touches nothing of it; -1 with the reason told on stderr. */
int records_open(struct app *app) MUST_CHECK;
/* Whether records_open failed because another process has the store. */
bool records_store_in_use(const struct app *app);
/* The engine gets what an earlier life made durable, and its statistics are taken up; from now on
 * records are stored. -1: told, do not go on. */
int records_start(struct app *app) MUST_CHECK;
/* Tickets that ended the process twice; to be freed. */
struct ticket_key *records_quarantined(const struct app *app, size_t *ret_count) MUST_CHECK;
void records_take(struct app *app, struct effect *effect); /* EFFECT_PERSIST */
void records_count(struct app *app, const struct outcome *outcome);
/* What the store has of the last days; in a dry run what was looked at. */
const struct statistics *records_statistics(const struct app *app);
bool records_is_erased(const struct app *app, struct ticket_key ticket);
/* Ends erasings, then closes the store, then calls `closed`. */
void records_close(struct app *app, void (*closed)(struct app *app));
void records_free(struct app *app); /* after the loop, or when the start was given up */

#endif
