/* Connects the engine with the store. Records become durable in the order in which they were
 * put, and the engine learns of it by events. The store remembers a damaged database until the
 * message about it is written to the log: if the process ends before that, the next start
 * reports it again. */
#include "daemon/run/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/run/state.h"
#include "daemon/store/deaths.h"
#include "daemon/store/sqlite/store_sqlite.h"
#include "daemon/store/store_answers.h"
#include "daemon/store/store_open.h"
#include "daemon/server/socket_path.h"
#include "daemon/start/refused.h"
#include "daemon/system/clock.h"
#include "daemon/system/directories.h"
#include "daemon/system/systemd.h"

#define LARGE_BYTES (16 * 1024 * 1024)
/* the speed of a busy hard disk, in bytes per second */
#define SLOW_BYTES_PER_SECOND (2 * 1024 * 1024)
#define START_TIME (30 * MSEC_SECOND)

/* --- the start --- */

/* Whether ai-ticketctl finds this socket without --socket. */
static bool is_default_socket(const char *socket)
{
	char *places[SOCKET_PATH_PLACES];
	size_t count = socket_path_list(places);
	bool usual = false;

	for (size_t i = 0; i < count; i++) {
		usual = usual || strcmp(places[i], socket) == 0;
		free(places[i]);
	}
	return usual;
}

/* The process that holds the store is most likely the service with the same configuration, so
 * the message says how to give the tickets to it. */
static void print_store_error(const struct app *app, int code, const struct err *err)
{
	const struct config *config = app->settings->config;
	const char *socket = config->http.socket;
	bool elsewhere = socket != NULL && socket[0] != '\0' && !is_default_socket(socket);

	if (code == STORE_IN_USE)
		fprintf(stderr,
		        "ai-ticketd: %s; to have the service process a ticket, run `ai-ticketctl "
		        "%s%s%sprocess %sID`\n",
		        err->text, elsewhere ? "--socket " : "", elsewhere ? socket : "",
		        elsewhere ? " " : "", app->cli->again ? "--again " : "");
	else
		fprintf(stderr, "ai-ticketd: %s\n", err->text);
}

/* Another process may end by itself; all else waits for a person, who may ask ai-ticketctl. */
static void leave_reason(const struct app *app, int code, const struct err *err)
{
	char *line;

	if (code == STORE_IN_USE || !app->resident)
		return;
	line = xasprintf("%s\n", err->text);
	refused_leave(str_of(line));
	free(line);
}

/* Asks the service manager for more time to start. A database that is damaged or of a former
 * version is copied before the service is ready, and a large one may take longer than the
 * manager waits. */
static void ask_for_time(const char *path)
{
	uv_fs_t req;
	int code = uv_fs_stat(NULL, &req, path, NULL);
	uint64_t size = req.statbuf.st_size;

	uv_fs_req_cleanup(&req);
	if (code == 0 && size >= LARGE_BYTES)
		(void)systemd_extend(START_TIME +
		                     (msec)(size / SLOW_BYTES_PER_SECOND) * MSEC_SECOND);
}

int records_open(struct app *app)
{
	const struct config *config = app->settings->config;
	struct err err;
	int code = -1;

	if (app->cli->dry_run)
		return 0;
	char *path = directories_store(config, &err);
	if (path != NULL) {
		ask_for_time(path);
		code = store_open(path, &store_sqlite, &app->store, &err);
	}
	free(path);
	if (code == 0)
		code = store_check_account(
		        app->store,
		        config->zendesk.subdomain[0] != '\0' ? "zendesk.subdomain"
		                                             : "zendesk.base_url",
		        config->zendesk.base_url, app->cli->accept_account_change, &err);
	if (code == 0)
		code = store_check_tags(app->store, config->zendesk.processed_tag,
		                        config->zendesk.tag_prefix, app->cli->accept_tag_change,
		                        &err);
	app->records.store_in_use = code == STORE_IN_USE;
	if (code < 0) {
		print_store_error(app, code, &err);
		leave_reason(app, code, &err);
		return -1;
	}
	return 0;
}

bool records_store_in_use(const struct app *app)
{
	return app->records.store_in_use;
}

struct ticket_key *records_deaths(const struct app *app, size_t least, size_t *ret_count)
{
	*ret_count = 0;
	return app->store != NULL ? store_deaths(app->store, least, ret_count) : NULL;
}

/* --- callbacks of the store --- */

static void on_persisted(void *arg, uint64_t upto)
{
	struct app *app = arg;

	app->records.failure_said = false;
	app_post(app, &(struct event){.kind = EVENT_PERSISTED, .upto = upto});
}

static void on_failed(void *arg, uint64_t from)
{
	struct app *app = arg;
	/* The store is being closed when this pointer is NULL. */
	const char *error = app->store != NULL ? store_error(app->store) : NULL;

	app_post(app, &(struct event){.kind = EVENT_PERSIST_FAILED, .upto = from});
	if (!app->records.failure_said && error != NULL)
		textlog_say(app->log, LEVEL_ERROR, str_of(error));
	app->records.failure_said = true;
}

static void on_damage_written(void *arg);
static void close_store(struct app *app);

static void await_damage_written(struct app *app)
{
	app->records.damage_awaited = app->records.damage_said;
	textlog_when_written(app->log, on_damage_written, app);
}

static void on_damage_written(void *arg)
{
	struct app *app = arg;
	struct records *records = &app->records;

	if (records->damage_awaited < records->damage_said) {
		await_damage_written(app); /* there was another damage meanwhile */
		return;
	}
	records->damage_awaited = records->damage_said = 0;
	if (app->store == NULL)
		/* the store was closed before the message was written: the next start reports
		 * it again */
		return;
	store_told(app->store);
	if (records->erasings_over)
		close_store(app);
}

static void on_rebuilt(void *arg, const char *copy, uint64_t useless)
{
	struct app *app = arg;

	textlog_printf(
	        app->log, LEVEL_ERROR,
	        "The database was damaged: it was kept as %s and replaced by a new one with "
	        "everything that could be read; tags in Zendesk still prevent duplicate work",
	        copy);
	if (useless > 0)
		textlog_printf(app->log, LEVEL_ERROR,
		               "%llu erased %s can no longer be recognised because the key of the "
		               "tombstones was damaged, and would be analysed again if the "
		               "processed tag were removed: repeat ai-ticketctl erase for every "
		               "erasure request that you have received",
		               (unsigned long long)useless,
		               str_plural(useless, "ticket", "tickets"));
	app->records.damage_said++;
	if (app->records.damage_awaited == 0)
		await_damage_written(app);
}

static void on_counted(void *arg, int64_t quarter, const struct counts *counts)
{
	struct app *app = arg;

	statistics_add(&app->records.statistics, quarter, counts);
}

static void restore_record(void *arg, const struct record *record)
{
	struct app *app = arg;

	engine_restore(app->engine, record);
}

static void restore_answer(void *arg, const struct record *record)
{
	struct app *app = arg;

	engine_restore_answer(app->engine, record);
}

static void choose_sealing(struct app *app)
{
	struct sealing_values *values = &app->records.sealing;
	struct store_seal how = {
	        .seal = sealing_values_seal, .unseal = sealing_values_unseal, .arg = values};

	if (logs_key(app) == NULL)
		return;
	sealing_values_init(values, logs_key(app));
	store_set_seal(app->store, &how);
}

static void report_migration(struct app *app)
{
	char *copy = store_former(app->store);

	if (copy != NULL)
		textlog_printf(app->log, LEVEL_INFO,
		               "The database was migrated to the format of this version. A copy of "
		               "it in the former format is kept for %d days: %s",
		               STORE_COPIES_KEPT_DAYS, copy);
	free(copy);
}

int records_start(struct app *app)
{
	struct store_callbacks callbacks = {.persisted = on_persisted,
	                                    .failed = on_failed,
	                                    .rebuilt = on_rebuilt,
	                                    .counted = on_counted,
	                                    .worked = metering_stored,
	                                    .committed = metering_committed,
	                                    .arg = app};
	struct err err;

	statistics_init(&app->records.statistics);
	erase_orders_init(app);
	if (app->store == NULL)
		return 0;
	choose_sealing(app);
	engine_restore_expect(app->engine, store_count(app->store));
	if (store_restore(app->store, restore_record, app, &err) < 0) {
		fprintf(stderr, "ai-ticketd: %s\n", err.text);
		return -1;
	}
	store_answers_restore(app->store, clock_now().wall - app->settings->config->llm.cache_ttl,
	                      ENGINE_ANSWERS_MAX, restore_answer, app);
	if (store_statistics(app->store, clock_now().wall, on_counted, app, &err) < 0)
		textlog_printf(app->log, LEVEL_WARNING,
		               "The statistics of earlier days cannot be read: %s", err.text);
	erase_orders_resume(app);
	report_migration(app);
	store_start(app->store, &app->loop, &callbacks);
	if (store_was_rebuilt(app->store) != NULL)
		on_rebuilt(app, store_was_rebuilt(app->store),
		           store_useless_tombstones(app->store));
	blame_start(app);
	return 0;
}

/* --- records --- */

/* In a dry run, which stores nothing, the record counts as durable at once. */
void records_take(struct app *app, struct effect *effect)
{
	if (app->store != NULL)
		store_put(app->store, &effect->record, clock_now().wall);
	else
		app_post(app, &(struct event){.kind = EVENT_PERSISTED, .upto = effect->number});
}

void records_hurry(struct app *app)
{
	if (app->store != NULL && engine_records_urgent(app->engine))
		store_hurry(app->store);
}

/* Counts outcomes in a dry run only: otherwise the store reports what became durable, and the
 * statistics count that. */
void records_count(struct app *app, const struct outcome *outcome)
{
	struct counts counts = {0};

	if (app->store != NULL)
		return;
	counts_end(&counts, outcome->status, outcome->processing_ms);
	statistics_add(&app->records.statistics, statistics_quarter(clock_now().wall), &counts);
}

const struct statistics *records_statistics(const struct app *app)
{
	return &app->records.statistics;
}

bool records_is_erased(const struct app *app, struct ticket_key ticket)
{
	return app->store != NULL && store_is_erased(app->store, ticket);
}

/* --- the end --- */

static void on_store_closed(void *arg)
{
	struct app *app = arg;

	app->records.closed(app);
}

static void close_store(struct app *app)
{
	struct store *store = app->store;

	app->store = NULL;
	if (store != NULL)
		store_close(store, on_store_closed, app);
	else
		app->records.closed(app);
}

static void on_erasings_over(struct app *app)
{
	app->records.erasings_over = true;
	if (app->records.damage_awaited == 0)
		close_store(app); /* otherwise on_damage_written closes it */
}

void records_close(struct app *app, void (*closed)(struct app *app))
{
	app->records.closed = closed;
	erase_orders_close(app, on_erasings_over);
}

void records_free(struct app *app)
{
	blame_stop();
	if (app->store != NULL)
		store_close(app->store, NULL, NULL);
	app->store = NULL;
	erase_orders_free(app);
	sealing_values_wipe(&app->records.sealing);
}
