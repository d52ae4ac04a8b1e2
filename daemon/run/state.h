/* The parts of one run, shared by the file that works (app), those that do one thing for it each (batches, chores, control, keeping,
 * reconfigure) and the one that ends it (leave). */
#ifndef DAEMON_RUN_STATE_H
#define DAEMON_RUN_STATE_H

#include "base/map.h"
#include "daemon/start/cli.h"
#include "daemon/files/erase_results.h"
#include "daemon/client/http_client.h"
#include "daemon/system/lag.h"
#include "daemon/run/progress.h"
#include "daemon/run/reload.h"
#include "daemon/files/results.h"
#include "daemon/files/retention.h"
#include "daemon/control/routes.h"
#include "daemon/files/sealing.h"
#include "daemon/start/settings.h"
#include "daemon/system/signals.h"
#include "daemon/store/store.h"
#include "daemon/system/systemd.h"
#include "daemon/system/systemd_journal.h"
#include "daemon/files/textlog.h"
#include "daemon/system/turns.h"
#include "engine/engine.h"
#include "observe/health.h"

struct app {
	const struct cli *cli;
	struct settings *settings; /* in force */
	bool resident;
	uv_loop_t loop;
	struct engine *engine;
	struct effects effects;
	struct http_client *client;
	struct store *store;      /* NULL in a dry run */
	struct seal_key *seal;    /* NULL while log.encrypt is off */
	struct textlog *log;      /* NULL when it is closed */
	struct journal *journal;  /* NULL where stderr is not the journal */
	struct ticket_key blamed; /* whose effect is being carried out, should the process die of it */
	uv_thread_t thread;       /* of the loop */
	struct results *results;  /* of the batch under way; NULL when none are wanted or it is closed */
	unsigned files_closing;   /* results files of batches that are over, on their way to their name */
	struct retention retention;
	struct erasing *to_erase;      /* orders for the next turn */
	struct map erasings;           /* id to the parts of its erasing that are not over */
	struct eraser *eraser;         /* NULL before the first erasing */
	struct sealing_values sealing; /* of stored payloads, with `seal` */
	struct statistics statistics;  /* what the store has of the last days; in a dry run what was looked at */
	void (*kept)(void *arg);       /* called when the store is closed */
	struct progress progress;
	struct signals signals;
	struct turns turns;
	struct lag lag;
	struct reload reload;
	uv_timer_t patience;
	char *log_dir, *pins, *proxy, *ca_file;
	char *last_alert; /* NULL before the first */
	/* To be told to the engine in the next turn; 0 or NULL = nothing. */
	uint64_t durable_upto; /* records up to here are durable */
	uint64_t failed_from;  /* … and from here on could not be made so */
	bool disk_told;        /* why not was said */
	unsigned damage_said,
	        damage_awaited; /* a damaged database: times it was said, and waited for until that is written */
	bool drain;             /* … stop */
	struct buf changes;     /* of the last reload, commas between */
	char *reload_refused;   /* why the last reload was, the first reason on one line; NULL = it was not */
	struct settings *fresh; /* … a configuration read anew; NULL = none */
	enum { ORDER_NONE, ORDER_PAUSE, ORDER_RESUME } pause;
	struct ticket_key *process_tickets; /* … tickets that a person asks for */
	size_t process_count;
	bool store_in_use;      /* by another process, so that there was no start */
	bool finished, closing; /* the run is over; we are leaving */
	enum exit_status status;
	/* The service only (chores, control). */
	struct systemd_socket inherited[SYSTEMD_SOCKETS_MAX]; /* of socket activation, until they are adopted */
	size_t inherited_count;
	struct buf inherited_refused; /* what of them is of no use, a line each */
	struct http_server *server;
	struct routes routes;
	char *http_host, *http_token;
	struct route_reply *reload_reply; /* who waits for the outcome of a reload; NULL = nobody does */
	uv_timer_t minute, watchdog, rest;
	uv_fs_t statfs;
	bool burst; /* many requests ran since memory was given back */
	bool chores, asking_disk, asked_store, manager_warned;
	msec pruned_wall;
	int64_t disk_free;  /* bytes, the least of the file systems written to; -1 = not known */
	int64_t disk_least; /* … while they are being asked */
	msec started_wall;

	struct buf report;  /* for stdout, at the very end */
	struct buf written; /* what was done to Zendesk, in case the results file cannot tell */
};

#endif
