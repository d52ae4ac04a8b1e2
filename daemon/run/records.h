/* What must outlive the process: the store with the engine's records (sealed if log.encrypt is
 * on) and the statistics that are computed from them. */
#ifndef DAEMON_RUN_RECORDS_H
#define DAEMON_RUN_RECORDS_H

#include "daemon/files/sealing.h"
#include "engine/effect.h"
#include "observe/statistics.h"

struct app;

struct records {
	struct sealing_values sealing; /* seals stored payloads */
	struct statistics statistics;
	bool store_in_use;    /* another process holds it, so the start failed */
	bool failure_said;    /* it was logged that records cannot be stored */
	unsigned damage_said; /* messages about a damaged database that were logged */
	/* Number of these messages whose writing is awaited; 0 = none. */
	unsigned damage_awaited;
	bool erasings_over; /* at the end: no erasing needs the store any more */
	void (*closed)(struct app *app);
};

/* To be called before the loop runs: opens and locks the store. A dry run gets 0 and no store:
 * it may run beside the service and must not touch its database. -1: failed, with the reason
 * printed on stderr. */
int records_open(struct app *app) MUST_CHECK;
/* Whether records_open failed because another process has the store. */
bool records_store_in_use(const struct app *app);
/* Restores the stored records into the engine and loads the statistics; from now on records are
 * stored. -1: the start must not go on, and the reason was printed on stderr. */
int records_start(struct app *app) MUST_CHECK;
/* Tickets whose processing ended the process at least so often; to be freed. */
struct ticket_key *records_deaths(const struct app *app, size_t least,
                                  size_t *ret_count) MUST_CHECK;
/* handles an EFFECT_PERSIST; takes the payload out of it */
void records_take(struct app *app, struct effect *effect);
/* To be called when the engine was stepped: stored records may be urgent. */
void records_hurry(struct app *app);
/* Counts the outcome in the statistics when there is no store to do it. */
void records_count(struct app *app, const struct outcome *outcome);
/* Statistics of the last days: of what is durable, or in a dry run of what was analysed. */
const struct statistics *records_statistics(const struct app *app);
/* Whether the ticket was erased on request. */
bool records_is_erased(const struct app *app, struct ticket_key ticket);
/* Ends the erasings, then closes the store, then calls `closed`. */
void records_close(struct app *app, void (*closed)(struct app *app));
void records_free(struct app *app); /* after the loop has ended, or when the start failed */

#endif
