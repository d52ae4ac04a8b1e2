/* See keeping.h. Fatal signals and broken invariants leave a mark of the ticket whose step was running: one write() to a file that
 * is open since the start. */
#include "daemon/run/records.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/deaths.h"
#include "daemon/store/sqlite/store_sqlite.h"
#include "daemon/store/store_open.h"
#include "daemon/system/directories.h"
#include "daemon/run/erase_orders.h"
#include "daemon/files/sealing.h"
#include "daemon/server/socket_path.h"
#include "daemon/system/systemd.h"
#include "daemon/system/clock.h"

#define LARGE_BYTES (16 * 1024 * 1024)
#define SLOW_BYTES_PER_SECOND (2 * 1024 * 1024) /* of a busy disk that turns */
#define START_TIME (30 * MSEC_SECOND)

/* --- deaths --- */

static const struct app *dying;

/* A worker works for many tickets or for none. */
static struct ticket_key whose_fault(void)
{
	uv_thread_t self = uv_thread_self();

	if (!uv_thread_equal(&self, &dying->thread))
		return (struct ticket_key){0};
	return dying->blamed.id != 0 ? dying->blamed : engine_current_ticket(dying->engine);
}

static void mark_and_die(int number)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};

	if (dying != NULL && dying->store != NULL && dying->engine != NULL)
		deaths_mark(store_deaths_fd(dying->store), whose_fault());
	(void)sigaction(number, &usual, NULL);
	(void)raise(number);
}

static void watch_deaths(const struct app *app)
{
	static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE};
	struct sigaction action = {.sa_handler = mark_and_die, .sa_flags = SA_NODEFER};

	dying = app;
	for (size_t i = 0; i < ARRAY_LEN(fatal_signals); i++)
		(void)sigaction(fatal_signals[i], &action, NULL);
}

struct ticket_key *records_quarantined(const struct app *app, size_t *ret_count)
{
	*ret_count = 0;
	return app->store != NULL ? store_deaths(app->store, ret_count) : NULL;
}

/* --- sealing --- */

static void choose_sealing(struct app *app)
{
	struct store_seal how = {.seal = sealing_values_seal, .unseal = sealing_values_unseal, .arg = &app->sealing};

	if (app->seal == NULL)
		return;
	sealing_values_init(&app->sealing, app->seal);
	store_set_seal(app->store, &how);
}

/* --- records --- */

/* Whether ai-ticketctl finds the socket by itself. */
static bool is_usual_place(const char *socket)
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

/* Who has the store is most likely the service with the same configuration. */
static void complain(const struct config *config, int code, const struct err *err)
{
	const char *socket = config->http.socket;
	bool elsewhere = socket != NULL && socket[0] != '\0' && !is_usual_place(socket);

	if (code == STORE_IN_USE)
		fprintf(stderr,
		        "ai-ticketd: %s; to have tickets processed by it, run `ai-ticketctl %s%s%sprocess ID`\n",
		        err->text, elsewhere ? "--socket " : "", elsewhere ? socket : "", elsewhere ? " " : "");
	else
		fprintf(stderr, "ai-ticketd: %s\n", err->text);
}

/* A large database that proves damaged, or is of a former version, is copied before we are ready, maybe longer than the
 * service manager waits for that. */
static void ask_for_time(const char *path)
{
	uv_fs_t req;
	int code = uv_fs_stat(NULL, &req, path, NULL);
	uint64_t size = req.statbuf.st_size;

	uv_fs_req_cleanup(&req);
	if (code == 0 && size >= LARGE_BYTES)
		(void)systemd_extend(START_TIME + (msec)(size / SLOW_BYTES_PER_SECOND) * MSEC_SECOND);
}

int records_open(struct app *app)
{
	const struct config *config = app->settings->config;
	struct err err;
	char *path;
	int code = -1;

	if (app->cli->dry_run)
		return 0;
	path = directories_store(config, &err);
	if (path != NULL) {
		ask_for_time(path);
		code = store_open(path, &store_sqlite, &app->store, &err);
	}
	free(path);
	if (code == 0)
		code = store_check_account(
		        app->store, config->zendesk.subdomain[0] != '\0' ? "zendesk.subdomain" : "zendesk.base_url",
		        config->zendesk.base_url, app->cli->accept_account_change, &err);
	if (code == 0)
		code = store_check_tags(app->store, config->zendesk.processed_tag, config->zendesk.tag_prefix,
		                        app->cli->accept_tag_change, &err);
	app->store_in_use = code == STORE_IN_USE;
	if (code < 0)
		complain(config, code, &err);
	return code < 0 ? -1 : 0;
}

static void on_persisted(void *arg, uint64_t upto)
{
	struct app *app = arg;

	app->durable_upto = upto;
	app->disk_told = false;
}

static void on_failed(void *arg, uint64_t from)
{
	struct app *app = arg;

	if (app->failed_from == 0 || from < app->failed_from)
		app->failed_from = from;
	const char *error = app->store != NULL ? store_error(app->store) : NULL; /* else it is being closed */

	if (!app->disk_told && error != NULL)
		textlog_say(app->log, LEVEL_ERROR, str_of(error));
	app->disk_told = true;
}

static void on_told(void *arg);
static void close_store(struct app *app);

/* Words that only wait to be written die with the process, and then the next life has to say them. */
static void wait_until_told(struct app *app)
{
	app->damage_awaited = app->damage_said;
	textlog_when_written(app->log, on_told, app);
}

static void on_told(void *arg)
{
	struct app *app = arg;

	if (app->damage_awaited < app->damage_said) {
		wait_until_told(app); /* damaged again meanwhile */
		return;
	}
	app->damage_awaited = app->damage_said = 0;
	if (app->store == NULL)
		return; /* it was damaged at its very end: the next life says so again */
	store_told(app->store);
	if (app->kept != NULL && app->eraser == NULL)
		close_store(app);
}

static void on_rebuilt(void *arg, const char *copy, uint64_t useless)
{
	struct app *app = arg;

	textlog_printf(app->log, LEVEL_ERROR,
	               "The database was damaged: it was put aside as %s and a fresh one goes on; the tags in Zendesk "
	               "still prevent double work",
	               copy);
	if (useless > 0)
		textlog_printf(
		        app->log, LEVEL_ERROR,
		        "Of %llu erased tickets it is not known any more which they are: the key to their "
		        "tombstones was damaged. One whose tag somebody takes off would be analysed again. Erase "
		        "them once more (ai-ticketctl erase), by the numbers in the requests for erasure",
		        (unsigned long long)useless);
	app->damage_said++;
	if (app->damage_awaited == 0)
		wait_until_told(app);
}

static void on_counted(void *arg, int64_t quarter, const struct counts *counts)
{
	struct app *app = arg;

	statistics_add(&app->statistics, quarter, counts);
}

static void restore(void *arg, const struct record *record)
{
	struct app *app = arg;

	engine_restore(app->engine, record);
}

int records_start(struct app *app)
{
	struct store_callbacks callbacks = {.persisted = on_persisted,
	                                    .failed = on_failed,
	                                    .rebuilt = on_rebuilt,
	                                    .counted = on_counted,
	                                    .arg = app};
	struct err err;

	statistics_init(&app->statistics);
	erase_orders_init(app);
	if (app->store == NULL)
		return 0;
	choose_sealing(app);
	engine_restore_expect(app->engine, store_count(app->store));
	if (store_restore(app->store, restore, app, &err) < 0) {
		fprintf(stderr, "ai-ticketd: %s\n", err.text);
		return -1;
	}
	if (store_statistics(app->store, clock_now().wall, on_counted, app, &err) < 0)
		textlog_printf(app->log, LEVEL_WARNING, "The statistics of earlier days are left out: %s", err.text);
	erase_orders_take_up(app);
	store_start(app->store, &app->loop, &callbacks);
	if (store_was_rebuilt(app->store) != NULL)
		on_rebuilt(app, store_was_rebuilt(app->store), store_useless_tombstones(app->store));
	watch_deaths(app);
	return 0;
}

void records_take(struct app *app, struct effect *effect)
{
	if (app->store != NULL)
		store_put(app->store, &effect->record, clock_now().wall);
	else
		app->durable_upto = effect->number; /* a dry run keeps no records */
}

/* With a store the statistics come from the records: they tell what is durable. */
void records_outcome(struct app *app, const struct outcome *outcome)
{
	struct counts counts = {0};

	if (app->store != NULL)
		return;
	counts_end(&counts, outcome->status, outcome->processing_ms);
	statistics_add(&app->statistics, statistics_quarter(clock_now().wall), &counts);
}

bool records_is_erased(const struct app *app, struct ticket_key ticket)
{
	return app->store != NULL && store_is_erased(app->store, ticket);
}

/* --- the end --- */

static void on_store_closed(void *arg)
{
	struct app *app = arg;

	app->kept(app);
}

static void close_store(struct app *app)
{
	struct store *store = app->store;

	app->store = NULL;
	if (store != NULL)
		store_close(store, on_store_closed, app);
	else
		app->kept(app);
}

static void on_eraser_closed(void *arg)
{
	struct app *app = arg;

	app->eraser = NULL;
	if (app->damage_awaited == 0)
		close_store(app); /* else when the words are written */
}

void records_close(struct app *app, void (*closed)(void *arg))
{
	erase_orders_give_up(app);
	app->kept = closed;
	if (app->eraser != NULL)
		eraser_close(app->eraser, on_eraser_closed, app);
	else
		on_eraser_closed(app);
}

void records_free(struct app *app)
{
	dying = NULL;
	if (app->store != NULL)
		store_close(app->store, NULL, NULL);
	app->store = NULL;
	erase_orders_free(app);
	sealing_values_wipe(&app->sealing);
}
