/* The alerts of the service: collects what the rules look at (lib/observe/alert_rules.h), tells
 * what begins and ends to the log and the channels, and keeps the book of it over restarts.
 *
 * They are looked at when something happened, at most once a second; when something is due; and
 * otherwise seldom, so that an idle service sleeps. During the shutdown nothing is looked at: a
 * service that stops is no alert, and what lasts goes on after the restart. A single run has no
 * alerts. */
#ifndef DAEMON_RUN_ALERTS_H
#define DAEMON_RUN_ALERTS_H

#include <uv.h>

#include "daemon/control/views.h"
#include "daemon/run/alert_sender.h"
#include "engine/effect.h"
#include "engine/stats.h"
#include "observe/sli.h"

struct app;

struct alerts {
	bool on; /* the service runs, and is not being shut down */
	uv_timer_t timer;
	struct http_client *client; /* NULL until a message is to be sent */
	bool client_used;           /* since it was last told to rest */
	msec sent;                  /* monotonic: when a message was last to be sent */
	struct alert_sender senders[ALERT_CHANNELS];
	struct sli sli;
	uint64_t answers, unusable, passes; /* as last seen in the engine's tallies */
	char *engine[ALERT_KINDS];          /* texts of what it has raised and not ended */
	msec raised[ALERT_KINDS];           /* monotonic: when it was last raised */
	bool of_tickets[ALERT_KINDS];       /* about a ticket: nobody ends it */
	struct alert_state state;
	bool touched;
	msec looked; /* monotonic: when the rules were last asked */
	/* The book. */
	bool unsaved, saving, saved; /* saved: this process has written it */
	msec save_at;                /* monotonic: not before this */
};

/* After the store was opened and restored: takes over the book of a former process. */
void alerts_start(struct app *app);
/* The configuration was reloaded: other thresholds and addresses count from now on. */
void alerts_reloaded(struct app *app);
/* Something happened that a rule may look at: it is looked at soon. */
void alerts_touch(struct app *app);
void alerts_outcome(struct app *app, const struct outcome *outcome); /* a ticket has ended */
void alerts_engine(struct app *app, const struct effect *effect);    /* an EFFECT_ALERT */
/* Once a turn: sends and receives. True: there is more to do at once. */
bool alerts_turn(struct app *app);
/* The first step of the shutdown: takes back what is under way, and writes the book a last time. */
void alerts_close(struct app *app);
/* Host names whose lookup is still on a worker. */
unsigned alerts_lookups(const struct app *app);
void alerts_free(struct app *app); /* when the loop has run out */

/* --- what others show --- */

/* The number of active alerts. */
size_t alerts_active(const struct app *app);
/* The same by enum alert_severity. */
void alerts_active_by_severity(const struct app *app, size_t counts[3]);
/* "critical", "warning", "notice": the worst that is active; NULL = none is. */
const char *alerts_worst(const struct app *app);
/* Messages of all channels since the start. */
struct outbox_counts alerts_counts(const struct app *app);
/* The indicators of now. */
void alerts_measure(struct app *app, struct sli_values *ret);
/* Appends {"active":[…],"recent":[…],"channels":[…]}: docs/ALERTS.md. */
void alerts_write_json(const struct app *app, struct buf *out);
/* GET /api/v1/alerts */
int alerts_view(void *arg, const struct view_request *request, struct buf *out);
/* POST /alert-test: sends a message to each channel and answers what each of them said. */
void alerts_test(struct app *app, struct route_reply *reply);

#endif
