/* What must outlive the process: the store with the engine's records, sealed where log.encrypt says so; who is blamed when the
 * process dies. */
#ifndef DAEMON_RUN_RECORDS_H
#define DAEMON_RUN_RECORDS_H

#include "daemon/run/state.h"

/* Before the loop: opens and locks the store. 0 without one in a dry run, which stands beside the service and touches nothing of
 * it; -1 with the reason told on stderr. */
int records_open(struct app *app) MUST_CHECK;
/* The engine gets what an earlier life made durable, and its statistics are taken up; from now on records are stored. -1: told, do
 * not go on. */
int records_start(struct app *app) MUST_CHECK;
/* Tickets that ended the process twice; to be freed. */
struct ticket_key *records_quarantined(const struct app *app, size_t *ret_count) MUST_CHECK;
void records_take(struct app *app, struct effect *effect); /* EFFECT_PERSIST */
void records_outcome(struct app *app, const struct outcome *outcome);
bool records_is_erased(const struct app *app, struct ticket_key ticket);
/* Closes all of it, then calls `closed`. */
void records_close(struct app *app, void (*closed)(void *arg));
void records_free(struct app *app); /* after the loop, or when the start was given up */

#endif
