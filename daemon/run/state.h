/* The state of one run: what all files of this folder share, and one struct for each part. A
 * part is accessed only by the file of its name; the others call its functions. */
#ifndef DAEMON_RUN_STATE_H
#define DAEMON_RUN_STATE_H

#include "daemon/client/http_client.h"
#include "daemon/files/textlog.h"
#include "daemon/run/admission.h"
#include "daemon/run/api_events.h"
#include "daemon/run/api_overruled.h"
#include "daemon/run/app_post.h"
#include "daemon/run/alerts.h"
#include "daemon/run/backtest.h"
#include "daemon/run/audit.h"
#include "daemon/run/backup.h"
#include "daemon/run/blame.h"
#include "daemon/run/disk_space.h"
#include "daemon/run/erase_orders.h"
#include "daemon/run/health_view.h"
#include "daemon/run/history.h"
#include "daemon/run/idle.h"
#include "daemon/run/janitor.h"
#include "daemon/run/logs.h"
#include "daemon/run/manager.h"
#include "daemon/run/metering.h"
#include "daemon/run/outcomes.h"
#include "daemon/run/progress.h"
#include "daemon/run/reconfigure.h"
#include "daemon/run/orders.h"
#include "daemon/run/records.h"
#include "daemon/run/repeats.h"
#include "daemon/run/reporting.h"
#include "daemon/run/shutdown.h"
#include "daemon/run/sockets.h"
#include "daemon/run/undoing.h"
#include "daemon/run/writing.h"
#include "daemon/start/cli.h"
#include "daemon/start/settings.h"
#include "daemon/store/store.h"
#include "daemon/system/lag.h"
#include "daemon/system/signals.h"
#include "daemon/system/turns.h"
#include "engine/engine.h"

struct app {
	const struct cli *cli;
	/* the settings in force; a reload replaces their contents (reconfigure.c) */
	struct settings *settings;
	bool resident;     /* true: the service; false: a single run that ends */
	msec started_wall; /* when the service started, wall time; 0 unless resident */
	bool finished;     /* the run is over: no event is posted or stepped any more */
	uv_loop_t loop;
	struct engine *engine;
	struct http_client *client;
	struct store *store; /* NULL in a dry run, and once it is being closed (records.c) */
	struct textlog *log; /* NULL before it is opened and after it was closed (logs.c) */
	struct turns turns;
	struct signals signals;
	struct lag lag;
	/* Used by app.c only. */
	struct effects effects;
	char *last_alert;        /* text of the last alert; NULL = none so far */
	char *orderer;           /* who ordered --again; NULL = nobody */
	enum exit_status status; /* exit status of the run, valid once it is finished */
	/* The parts. */
	struct admission admission;
	struct alerts alerts;
	struct api_events api_events;
	struct api_overruled api_overruled;
	struct app_post app_post;
	struct audit audit;
	struct backtest *backtest; /* NULL = none */
	struct blame blame;
	struct disk_space disk_space;
	struct erase_orders erase_orders;
	struct health_view health_view;
	struct idle idle;
	struct janitor janitor;
	struct logs logs;
	struct manager manager;
	struct backup backup;
	struct metering metering;
	struct orders orders;
	struct outcomes outcomes;
	struct progress progress;
	struct reconfigure reconfigure;
	struct records records;
	struct repeats repeats;
	struct reporting_state reporting;
	struct history_state history;
	struct shutdown shutdown;
	struct sockets sockets;
	struct undoing undoing;
	struct writing writing;
};

#endif
