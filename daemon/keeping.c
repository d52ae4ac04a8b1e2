/* See keeping.h. Fatal signals and broken invariants leave a mark of the ticket whose step was running: one write() to a file that
 * is open since the start. */
#include "daemon/keeping.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/deaths.h"
#include "daemon/directories.h"
#include "daemon/sealing.h"
#include "daemon/when.h"

#define ANSWER_BYTES_MAX (64 * 1024)

/* --- deaths --- */

static const struct app *dying;

static void mark_and_die(int number)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};

	if (dying != NULL && dying->store != NULL && dying->engine != NULL)
		deaths_mark(store_deaths_fd(dying->store), engine_current_ticket(dying->engine));
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

uint64_t *keeping_quarantined(const struct app *app, size_t *ret_count)
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

int keeping_open(struct app *app)
{
	const struct config *config = app->settings->config;
	struct err err;
	char *path;
	int code = -1;

	if (app->cli->dry_run)
		return 0;
	path = directories_store(config, &err);
	if (path != NULL)
		code = store_open(path, &app->store, &err);
	free(path);
	if (code == 0)
		code = store_check_tags(app->store, config->zendesk_processed_tag, config->zendesk_tag_prefix,
		                        app->cli->accept_tag_change, &err);
	if (code < 0)
		fprintf(stderr, "ai-ticketd: %s\n", err.text);
	return code;
}

static void on_persisted(void *arg, uint64_t upto)
{
	struct app *app = arg;

	app->durable_upto = upto;
}

static void on_failed(void *arg, uint64_t from)
{
	struct app *app = arg;

	if (app->failed_from == 0 || from < app->failed_from)
		app->failed_from = from;
}

static void on_rebuilt(void *arg, const char *copy)
{
	struct app *app = arg;

	textlog_printf(app->log, LEVEL_ERROR,
	               "The database was damaged: it was put aside as %s and a fresh one goes on; the tags in Zendesk "
	               "still prevent double work",
	               copy);
}

static void restore(void *arg, const struct record *record)
{
	struct app *app = arg;

	engine_restore(app->engine, record);
}

int keeping_start(struct app *app)
{
	struct store_callbacks callbacks = {
	        .persisted = on_persisted, .failed = on_failed, .rebuilt = on_rebuilt, .arg = app};
	struct err err;

	if (app->store == NULL)
		return 0;
	choose_sealing(app);
	engine_restore_expect(app->engine, store_count(app->store));
	if (store_restore(app->store, restore, app, &err) < 0) {
		fprintf(stderr, "ai-ticketd: %s\n", err.text);
		return -1;
	}
	if (store_was_rebuilt(app->store) != NULL)
		on_rebuilt(app, store_was_rebuilt(app->store));
	store_start(app->store, &app->loop, &callbacks);
	watch_deaths(app);
	return 0;
}

void keeping_take(struct app *app, struct effect *effect)
{
	if (app->store != NULL)
		store_put(app->store, &effect->record, when_now().wall);
	else
		app->durable_upto = effect->number; /* a dry run keeps no records */
}

/* --- erasing: first the store, then the files --- */

struct erasing {
	struct erasing *next;
	struct app *app;
	struct route_reply *reply;
	uint64_t id;
	uint64_t records;
	unsigned copies;
	char *error; /* of the store; NULL = none */
};

static void answer_erased(struct erasing *erasing, const struct erased *files)
{
	struct buf json;
	bool failed = erasing->error != NULL || files->failures.len > 0;

	buf_init(&json, ANSWER_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member(&json, failed ? "error" : "message",
	                failed ? STR("not everything could be erased; see what_is_left")
	                       : STR("erased; a mark stays that prevents a new analysis"));
	json_add_member_int(&json, "ticket_id", (int64_t)erasing->id);
	json_add_member_int(&json, "records", (int64_t)erasing->records);
	json_add_member_int(&json, "copies_of_the_database", (int64_t)erasing->copies);
	json_add_member_int(&json, "rows_of_results", (int64_t)files->rows);
	json_add_member_int(&json, "lines_of_logs", (int64_t)files->lines);
	if (erasing->error != NULL)
		json_add_member(&json, "what_is_left_in_the_database", str_of(erasing->error));
	if (files->failures.len > 0)
		json_add_member(&json, "what_is_left", str_trim(buf_str(&files->failures)));
	json_add_member(&json, "not_ours_to_erase",
	                STR("the note and the tags in Zendesk, the journal of the system, alerts that were sent"));
	buf_putc(&json, '}');
	route_reply_send(erasing->reply, failed ? 500 : 200, buf_cstr(&json));
	buf_free(&json);
	free(erasing->error);
	free(erasing);
}

static void on_files_erased(void *arg, const struct erased *files)
{
	answer_erased(arg, files);
}

static void on_records_erased(void *arg, const struct store_erasure *erasure)
{
	struct erasing *erasing = arg;

	erasing->records = erasure->records;
	erasing->copies = erasure->copies;
	if (erasure->error != NULL)
		erasing->error = xstrdup(erasure->error);
	if (erasing->app->eraser == NULL) {
		struct erased none = {0};

		answer_erased(erasing, &none);
		return;
	}
	eraser_erase(erasing->app->eraser, erasing->id, on_files_erased, erasing);
}

void keeping_erase(struct app *app, uint64_t id, struct route_reply *reply)
{
	struct erasing *erasing = xcalloc(1, sizeof(*erasing));

	*erasing = (struct erasing){.next = app->to_erase, .app = app, .reply = reply, .id = id};
	app->to_erase = erasing;
}

bool keeping_is_erased(void *arg, uint64_t id)
{
	const struct app *app = arg;

	return app->store != NULL && store_is_erased(app->store, id);
}

static void erase_everywhere(struct app *app, struct erasing *erasing)
{
	if (app->eraser == NULL)
		app->eraser = eraser_new(&app->loop, app->log_dir, str_of(app->settings->config->log_key), app->log);
	if (app->results != NULL)
		results_forget(app->results, erasing->id);
	if (app->store != NULL) {
		store_erase(app->store, erasing->id, when_now().wall, on_records_erased, erasing);
	} else {
		struct store_erasure nothing = {0};

		on_records_erased(erasing, &nothing);
	}
}

static void refuse(struct erasing *erasing, int status, const char *json)
{
	route_reply_send(erasing->reply, status, json);
	free(erasing);
}

void keeping_step(struct app *app, void (*step)(struct app *app, struct event *event))
{
	while (app->to_erase != NULL) {
		struct erasing *erasing = app->to_erase;
		struct event event = {.kind = EVENT_ERASE, .ids = &erasing->id, .id_count = 1};

		app->to_erase = erasing->next;
		if (engine_holds(app->engine, erasing->id)) {
			refuse(erasing, 409, "{\"error\":\"this ticket is on its way: try again when it has ended\"}");
			continue;
		}
		step(app, &event);
		erase_everywhere(app, erasing);
	}
}

/* --- the end --- */

static void on_store_closed(void *arg)
{
	struct app *app = arg;

	app->kept(app);
}

static void on_eraser_closed(void *arg)
{
	struct app *app = arg;
	struct store *store = app->store;

	app->eraser = NULL;
	app->store = NULL;
	if (store != NULL)
		store_close(store, on_store_closed, app);
	else
		app->kept(app);
}

void keeping_close(struct app *app, void (*closed)(void *arg))
{
	while (app->to_erase != NULL) {
		struct erasing *erasing = app->to_erase;

		app->to_erase = erasing->next;
		refuse(erasing, 503, "{\"error\":\"the service is stopping\"}");
	}
	app->kept = closed;
	if (app->eraser != NULL)
		eraser_close(app->eraser, on_eraser_closed, app);
	else
		on_eraser_closed(app);
}

void keeping_free(struct app *app)
{
	dying = NULL;
	if (app->store != NULL)
		store_close(app->store, NULL, NULL);
	app->store = NULL;
	sealing_values_wipe(&app->sealing);
}
