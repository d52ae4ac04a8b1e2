/* Carries out erase orders. An erasing has one part for the store and the files, and a second
 * part for the results of the running batch, if there is one. A map counts the parts that are
 * not complete. A part that failed never counts as complete, so the next start tries again. */
#include "daemon/run/erase_orders.h"

#include <stdlib.h>

#include "base/json.h"
#include "daemon/run/state.h"
#include "daemon/store/store_open.h"
#include "daemon/system/clock.h"

#define ANSWER_BYTES_MAX (64 * 1024)
#define FAILURE_MAX 256
#define LEFT_MAX (32 * 1024)

struct erasing {
	struct erasing *next;
	struct app *app;
	struct route_reply *reply; /* NULL: resumed after a restart, nobody waits for the answer */
	struct ticket_key ticket;
	msec wall; /* when it was ordered; the tombstone has the same time */
	uint64_t records;
	unsigned copies;
	char *error; /* failure of the store; NULL = none */
};

/* --- parts --- */

static void count_part(struct app *app, struct ticket_key ticket)
{
	uint64_t parts = 0;

	(void)map_get(&app->erase_orders.parts, ticket.id, &parts);
	map_put(&app->erase_orders.parts, ticket.id, parts + 1);
}

static void complete_part(void *arg, struct ticket_key ticket)
{
	struct app *app = arg;
	uint64_t parts = 0;

	if (!map_get(&app->erase_orders.parts, ticket.id, &parts))
		return;
	if (parts > 1) {
		map_put(&app->erase_orders.parts, ticket.id, parts - 1);
		return;
	}
	(void)map_remove(&app->erase_orders.parts, ticket.id);
	if (app->store != NULL)
		store_erased(app->store, ticket);
}

/* --- the end of an erasing --- */

/* The result is logged as well as answered, because the peer may have hung up. The line leaves
 * out the ticket's number: the log must not contain it again. */
static void log_erased(const struct erasing *erasing, const struct erased *files, bool failed)
{
	struct textlog *log = erasing->app->log;

	textlog_printf(
	        log, failed ? LEVEL_WARNING : LEVEL_INFO,
	        "A ticket was erased on request: %llu records, %llu result rows, %llu log lines%s",
	        (unsigned long long)erasing->records, (unsigned long long)files->rows,
	        (unsigned long long)files->lines, failed ? "; some data could not be erased:" : "");
	if (erasing->error != NULL)
		textlog_say(log, LEVEL_WARNING, str_of(erasing->error));
	for (struct str rest = str_trim(buf_str(&files->failures)); rest.len > 0;)
		textlog_say(log, LEVEL_WARNING, str_split(&rest, '\n'));
}

static void answer_erasing(struct erasing *erasing, const struct erased *files, bool failed)
{
	struct buf json;

	if (erasing->reply == NULL)
		return;
	buf_init(&json, ANSWER_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member(
	        &json, failed ? "error" : "message",
	        failed ? STR("some data could not be erased; the next start of the service retries")
	               : STR("Erased. A tombstone prevents re-analysis."));
	json_add_member_int(&json, "ticket_id", (int64_t)erasing->ticket.id);
	json_add_member_int(&json, "records", (int64_t)erasing->records);
	json_add_member_int(&json, "copies_of_the_database", (int64_t)erasing->copies);
	json_add_member_int(&json, "rows_of_results", (int64_t)files->rows);
	json_add_member_int(&json, "lines_of_logs", (int64_t)files->lines);
	if (erasing->error != NULL)
		json_add_member(&json, "what_is_left_in_the_database", str_of(erasing->error));
	if (files->failures.len > 0)
		json_add_member(&json, "what_is_left",
		                utf8_cut(str_trim(buf_str(&files->failures)), LEFT_MAX));
	json_add_member(
	        &json, "not_ours_to_erase",
	        STR("the note and the tags in Zendesk, the system journal, alerts already sent"));
	buf_putc(&json, '}');
	route_reply_send(erasing->reply, failed ? 500 : 200, buf_cstr(&json));
	buf_free(&json);
}

static void on_files_erased(void *arg, const struct erased *files)
{
	struct erasing *erasing = arg;
	bool failed = erasing->error != NULL || files->failures.len > 0;

	log_erased(erasing, files, failed);
	answer_erasing(erasing, files, failed);
	if (!failed)
		complete_part(erasing->app, erasing->ticket);
	free(erasing->error);
	free(erasing);
}

static void report_files_skipped(struct erasing *erasing)
{
	struct erased none = {.ticket = erasing->ticket};

	buf_init(&none.failures, FAILURE_MAX);
	buf_puts(&none.failures, "logs and results were not checked: the service is stopping\n");
	on_files_erased(erasing, &none);
	buf_free(&none.failures);
}

static void on_records_erased(void *arg, const struct store_erasure *erasure)
{
	struct erasing *erasing = arg;

	erasing->records = erasure->records;
	erasing->copies = erasure->copies;
	if (erasure->error != NULL)
		erasing->error = xstrdup(erasure->error);
	if (erasing->app->erase_orders.eraser != NULL)
		eraser_erase(erasing->app->erase_orders.eraser, erasing->ticket, on_files_erased,
		             erasing);
	else
		report_files_skipped(erasing);
}

/* --- the beginning --- */

void erase_orders_add(struct app *app, struct ticket_key ticket, msec wall,
                      struct route_reply *reply)
{
	struct erasing *erasing = xcalloc(1, sizeof(*erasing));

	*erasing = (struct erasing){.next = app->erase_orders.waiting,
	                            .app = app,
	                            .reply = reply,
	                            .ticket = ticket,
	                            .wall = wall > 0 ? wall : clock_now().wall};
	app->erase_orders.waiting = erasing;
}

static void refuse_erasing(struct erasing *erasing, int status, const char *reason)
{
	if (erasing->reply != NULL)
		route_reply_say(erasing->reply, status, reason);
	free(erasing);
}

static struct erasing *pop_waiting(struct erase_orders *orders)
{
	struct erasing *erasing = orders->waiting;

	if (erasing != NULL)
		orders->waiting = erasing->next;
	return erasing;
}

bool erase_orders_post(struct app *app)
{
	struct erasing *erasing;

	/* A results file that is being closed has no final name yet, so the eraser would miss
	 * it. The order waits; the turn calls again when the file is closed. */
	if (app->finished || outcomes_are_closing(app))
		return false;
	while ((erasing = pop_waiting(&app->erase_orders)) != NULL) {
		struct event event = {
		        .kind = EVENT_ERASE, .tickets = &erasing->ticket, .ticket_count = 1};

		if (!engine_holds(app->engine, erasing->ticket)) {
			app->erase_orders.posted = erasing;
			app_post(app, &event);
			return true;
		}
		refuse_erasing(erasing, 409,
		               "this ticket is being processed: try again when it is finished");
	}
	return false;
}

void erase_orders_forgotten(struct app *app)
{
	struct erase_orders *orders = &app->erase_orders;
	struct erasing *erasing = orders->posted;
	struct store_erasure nothing = {0};

	orders->posted = NULL;
	if (orders->eraser == NULL)
		orders->eraser = eraser_new(&app->loop, logs_folder(app),
		                            str_of(app->settings->config->log.key), app->log,
		                            logs_started_wall(app));
	count_part(app, erasing->ticket);
	if (outcomes_forget(app, erasing->ticket, complete_part, app))
		count_part(app, erasing->ticket);
	if (app->store != NULL)
		store_erase(app->store, erasing->ticket, erasing->wall, on_records_erased, erasing);
	else
		on_records_erased(erasing, &nothing);
}

/* --- start and shutdown --- */

void erase_orders_init(struct app *app)
{
	map_init(&app->erase_orders.parts);
}

void erase_orders_resume(struct app *app)
{
	struct ticket_key tickets[STORE_ERASINGS_MAX];
	size_t count;
	struct err err;

	if (!app->resident)
		return;
	if (store_erasings(app->store, tickets, &count, &err) < 0)
		textlog_printf(app->log, LEVEL_WARNING,
		               "Erasures that were interrupted cannot be resumed: %s", err.text);
	else
		for (size_t i = 0; i < count; i++)
			erase_orders_add(app, tickets[i], 0, NULL);
}

static void on_eraser_closed(void *arg)
{
	struct app *app = arg;

	app->erase_orders.eraser = NULL;
	app->erase_orders.closed(app);
}

void erase_orders_close(struct app *app, void (*closed)(struct app *app))
{
	struct erase_orders *orders = &app->erase_orders;
	struct erasing *erasing;

	while ((erasing = pop_waiting(orders)) != NULL)
		refuse_erasing(erasing, 503, "the service is stopping");
	orders->closed = closed;
	if (orders->eraser != NULL)
		eraser_close(orders->eraser, on_eraser_closed, app);
	else
		closed(app);
}

void erase_orders_free(struct app *app)
{
	map_free(&app->erase_orders.parts);
}
