/* Collects what the rules of alerts look at: from the engine, the health, the disk and the
 * settings. */
#ifndef DAEMON_RUN_ALERT_FACTS_H
#define DAEMON_RUN_ALERT_FACTS_H

#include "engine/stats.h"
#include "observe/alert_rules.h"

struct app;

/* The facts, and what their strings point into. */
struct alert_view_of_app {
	struct engine_stats stats;
	struct health_input input;
	struct alert_facts facts;
	char sentence[HEALTH_SENTENCE_SIZE];
};

/* First: how the engine is now. The strings are valid until its next step. */
void alert_facts_look(struct app *app, struct alert_view_of_app *view);
/* Tickets that are not done, as far as is known. */
uint64_t alert_facts_depth(const struct alert_view_of_app *view);
/* Then the rest. `engine`: the texts of what it has raised. `saved`: the database took something of
 * this process. */
void alert_facts_collect(struct app *app, const struct sli *sli, char *const engine[ALERT_KINDS],
                         bool saved, struct clock_reading now, struct alert_view_of_app *view);

#endif
