/* The parts of one run, shared by the file that works (app), those that answer for it (batches, control) and the one that ends it
 * (leave). */
#ifndef DAEMON_STATE_H
#define DAEMON_STATE_H

#include "daemon/cli.h"
#include "daemon/http_client.h"
#include "daemon/lag.h"
#include "daemon/progress.h"
#include "daemon/reload.h"
#include "daemon/results.h"
#include "daemon/settings.h"
#include "daemon/signals.h"
#include "daemon/store.h"
#include "daemon/textlog.h"
#include "daemon/turns.h"
#include "engine/engine.h"

struct app {
	const struct cli *cli;
	struct settings *settings; /* in force */
	bool resident;
	uv_loop_t loop;
	struct engine *engine;
	struct effects effects;
	struct http_client *client;
	struct store *store;     /* NULL in a dry run */
	struct seal_key *seal;   /* NULL while log.encrypt is off */
	struct textlog *log;     /* NULL when it is closed */
	struct results *results; /* of the batch under way; NULL when none are wanted or it is closed */
	unsigned files_closing;  /* results files of batches that are over, on their way to their name */
	struct progress progress;
	struct signals signals;
	struct turns turns;
	struct lag lag;
	struct reload reload;
	uv_timer_t patience;
	char *log_dir, *pins, *proxy, *ca_file;
	char *last_alert; /* NULL before the first */
	uint64_t
	        durable_upto; /* to be told to the engine in the next turn: records up to here are durable; 0 = nothing */
	uint64_t failed_from;   /* … and from here on could not be made so */
	bool drain;             /* … stop */
	struct settings *fresh; /* … a configuration read anew; NULL = none */
	bool finished, closing; /* the run is over; we are leaving */
	enum exit_status status;
	struct buf report;  /* for stdout, at the very end */
	struct buf written; /* what was done to Zendesk, in case the results file cannot tell */
};

#endif
