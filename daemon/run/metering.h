/* Counts what happens in this process, for GET /metrics: requests to other services and to this
 * one, outcomes, work of the database, reloads, alerts. What the engine itself counts stays there
 * (engine/tallies.h). Everything is a sum since the start, in one struct of fixed size; nothing
 * here names a ticket. */
#ifndef DAEMON_RUN_METERING_H
#define DAEMON_RUN_METERING_H

#include "daemon/server/http_server.h"
#include "daemon/store/store.h"
#include "engine/effect.h"
#include "observe/histogram.h"

struct app;

#define METERING_CODES 12 /* of replies: metering.c lists them */
#define METERING_LABELS 3 /* root cause, urgency, sentiment */

/* Where a request to this service went; never the path itself, which strangers choose. */
enum metering_route {
	METERING_HEALTH, /* /health, /live, /ready */
	METERING_STATUS,
	METERING_METRICS,
	METERING_PAGE,   /* the page and its files */
	METERING_API,    /* /api/v1/, what is answered at once */
	METERING_EVENTS, /* /api/v1/events */
	METERING_ORDER,  /* whatever was sent with another method than GET or HEAD */
	METERING_OTHER,  /* all other paths, and what was no request */
	METERING_ROUTES
};
/* Of our answers. 401 has a row of its own: somebody guesses tokens. */
enum metering_answer { METERING_2XX, METERING_3XX, METERING_401, METERING_4XX, METERING_5XX };
#define METERING_ANSWERS (METERING_5XX + 1)

struct metering {
	const struct http_server *server; /* NULL before there is one */
	struct histogram durations[REQUEST_OPERATIONS];
	struct histogram processing, waiting;
	struct histogram confidence[METERING_LABELS];
	struct histogram store[STORE_WORKS];
	struct histogram commits; /* records of each */
	uint64_t codes[UPSTREAM_COUNT][METERING_CODES];
	uint64_t in_flight[UPSTREAM_COUNT];
	uint64_t bytes[UPSTREAM_COUNT][2]; /* sent, received */
	uint64_t answers[METERING_ROUTES][METERING_ANSWERS];
	bool reload_refused; /* the last reload */
	msec reloaded_wall;  /* when a configuration was last accepted */
	msec last_done_wall; /* when a ticket was last done; 0 = never in this process */
};

void metering_init(struct app *app);
/* All sums; they go on changing. */
const struct metering *metering_of(const struct app *app);
/* An EFFECT_REQUEST goes to the client, and its reply came. Neither is kept. */
void metering_sent(struct app *app, struct effect *effect);
void metering_replied(struct app *app, const struct effect *effect, const struct http_reply *reply);
void metering_outcome(struct app *app, const struct outcome *outcome);
/* A configuration that was read while the service runs was accepted or refused. */
void metering_reloaded(struct app *app, bool accepted);
/* Counts what this server answers from now on; it must live as long as it is asked for metrics. */
void metering_watch(struct app *app, struct http_server *server);
/* Callbacks of the store; `arg` is the struct app. */
void metering_stored(void *arg, enum store_work work, uint64_t ns);
void metering_committed(void *arg, size_t records);

/* Names for labels. */
const char *metering_code_name(size_t code);
const char *metering_route_name(enum metering_route route);
const char *metering_answer_name(enum metering_answer answer);

#endif
