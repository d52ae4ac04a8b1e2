/* The parts of one run, shared by the file that works (app) and the file that ends it (leave). */
#ifndef DAEMON_STATE_H
#define DAEMON_STATE_H

#include "daemon/cli.h"
#include "daemon/http_client.h"
#include "daemon/progress.h"
#include "daemon/results.h"
#include "daemon/retention.h"
#include "daemon/settings.h"
#include "daemon/signals.h"
#include "daemon/textlog.h"
#include "daemon/turns.h"
#include "engine/engine.h"

struct app {
	const struct settings *settings;
	uv_loop_t loop;
	struct engine *engine;
	struct effects effects;
	struct http_client *client;
	struct seal_key *seal;   /* NULL while log.encrypt is off */
	struct textlog *log;     /* NULL when it is closed */
	struct results *results; /* NULL when none are wanted or it is closed */
	struct retention retention;
	struct progress progress;
	struct signals signals;
	struct turns turns;
	uv_timer_t patience;
	char *pins;
	char *last_alert;       /* NULL before the first */
	uint64_t durable_upto;  /* records to be reported durable in the next turn; 0 = none */
	bool drain;             /* to be told to the engine in the next turn */
	bool finished, closing; /* the run is over; we are leaving */
	enum exit_status status;
	struct buf report;  /* for stdout, at the very end */
	struct buf written; /* what was done to Zendesk, in case the results file cannot tell */
};

#endif
