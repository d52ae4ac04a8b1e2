/* Translates the commands of the HTTP routes. A command may arrive within any callback, where
 * the engine must not be stepped, so it is posted to the engine as an event. */
#include "daemon/run/orders.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/run/backup.h"
#include "daemon/run/explaining.h"
#include "daemon/run/history.h"
#include "daemon/run/state.h"

#define ANSWER_BYTES_MAX (256 * 1024)

/* Orders are refused from the stop signal on, even before the engine has handled it; an emergency
 * stop is none of them. */
static bool is_refused(const struct app *app, enum route_command command)
{
	bool begins_or_holds_work = command == ROUTE_PAUSE || command == ROUTE_RESUME ||
	                            command == ROUTE_START_WRITING || command == ROUTE_PROCESS ||
	                            command == ROUTE_PROCESS_AGAIN || command == ROUTE_UNDO_PLAN ||
	                            command == ROUTE_UNDO || command == ROUTE_ALERT_TEST;

	return app->finished || (begins_or_holds_work && signals_received(&app->signals) > 0);
}

/* Separates erased tickets from the others. They are not even read from Zendesk: their numbers
 * would appear in log and results again. */
static size_t sort_out_erased(const struct app *app, const struct ticket_key *tickets, size_t count,
                              struct ticket_key *left, struct ticket_key *erased)
{
	size_t left_count = 0, erased_count = 0;

	for (size_t i = 0; i < count; i++)
		if (records_is_erased(app, tickets[i]))
			erased[erased_count++] = tickets[i];
		else
			left[left_count++] = tickets[i];
	return left_count;
}

static void add_erased(struct buf *json, const struct ticket_key *erased, size_t count)
{
	json_add_key(json, "erased_and_left_alone");
	buf_putc(json, '[');
	for (size_t i = 0; i < count; i++) {
		json_add_comma(json);
		buf_add_u64(json, erased[i].id);
	}
	buf_putc(json, ']');
}

/* --- orders whose answer waits until they are durable --- */

struct given {
	struct list node;
	struct app *app;
	struct route_reply *reply;
	struct ticket_key ticket; /* one of them */
	char *json;
};

void orders_init(struct app *app)
{
	list_init(&app->orders.given);
}

/* All records that were put before the question are durable by now, or have failed. */
static void on_durable(void *arg, char *json, const char *error)
{
	struct given *given = arg;
	bool failed = error != NULL ||
	              (given->app->store != NULL && store_error(given->app->store) != NULL);

	if (failed)
		route_reply_say(given->reply, 503,
		                "the database cannot be written: the order waits until it can, and "
		                "is lost if the service ends before that");
	else
		route_reply_send(given->reply, 202, given->json);
	free(json);
	free(given->json);
	free(given);
}

void orders_taken(struct app *app)
{
	list_each(node, next, &app->orders.given)
	{
		struct given *given = container_of(node, struct given, node);

		list_remove(node);
		if (app->store != NULL)
			store_explain(app->store, given->ticket, on_durable, given);
		else
			on_durable(given, NULL, NULL);
	}
}

static void answer_when_durable(struct app *app, struct ticket_key ticket, const char *json,
                                struct route_reply *reply)
{
	struct given *given = xcalloc(1, sizeof(*given));

	given->app = app;
	given->reply = reply;
	given->ticket = ticket;
	given->json = xstrdup(json);
	list_push_back(&app->orders.given, &given->node);
}

void orders_close(struct app *app)
{
	list_each(node, next, &app->orders.given)
	{
		struct given *given = container_of(node, struct given, node);

		list_remove(node);
		route_reply_say(given->reply, 503, "the service is stopping");
		free(given->json);
		free(given);
	}
}

/* --- process --- */

/* `by`: who orders a further analysis of tickets that are done; NULL = nobody does. */
static void order_process(struct app *app, const struct ticket_key *tickets, size_t count,
                          const char *by, struct route_reply *reply)
{
	struct ticket_key left[ROUTE_IDS_MAX], erased[ROUTE_IDS_MAX];
	size_t left_count = sort_out_erased(app, tickets, count, left, erased);
	struct event event = {.kind = EVENT_PROCESS,
	                      .tickets = left,
	                      .ticket_count = left_count,
	                      .again = by != NULL,
	                      .by = by};
	struct engine_stats stats;
	struct buf json;

	engine_stats(app->engine, &stats);
	if (stats.stopped[0] != '\0') {
		route_reply_say(reply, 409, stats.stopped);
		return;
	}
	if (by != NULL && stats.writing == WRITE_MODE_SHADOW) {
		route_reply_say(reply, 409,
		                "Shadow mode: nothing is written to Zendesk, so no ticket that is "
		                "done can be analysed again; set mode = writing first");
		return;
	}
	buf_init(&json, ANSWER_BYTES_MAX);
	buf_putc(&json, '{');
	if (left_count > 0) {
		app_post(app, &event);
		json_add_member(
		        &json, "message",
		        stats.zendesk_halted
		                ? STR("Queued until Zendesk grants access again. `ai-ticketctl "
		                      "explain ID` shows the outcome.")
		                : STR("Queued. `ai-ticketctl explain ID` shows the outcome."));
	} else {
		json_add_member(&json, "error",
		                STR("erased on request: not read, and never analysed again"));
	}
	if (left_count < count)
		add_erased(&json, erased, count - left_count);
	buf_putc(&json, '}');
	if (by != NULL && left_count > 0)
		answer_when_durable(app, left[0], buf_cstr(&json), reply);
	else
		route_reply_send(reply, left_count > 0 ? 202 : 410, buf_cstr(&json));
	buf_free(&json);
}

/* --- process again: the order carries the name of who gave it --- */

struct unnamed {
	struct route_reply *reply;
	size_t count;
	struct ticket_key tickets[];
};

static void say_stopping(struct route_reply *reply)
{
	route_reply_say(reply, 503, "the service is stopping and takes no new requests");
}

static void on_named(struct app *app, void *arg, const char *by)
{
	struct unnamed *unnamed = arg;

	if (is_refused(app, ROUTE_PROCESS_AGAIN))
		say_stopping(unnamed->reply);
	else
		order_process(app, unnamed->tickets, unnamed->count, by, unnamed->reply);
	free(unnamed);
}

static void order_again(struct app *app, const struct ticket_key *tickets, size_t count,
                        const struct http_peer *by, struct route_reply *reply)
{
	struct unnamed *unnamed = xcalloc(1, sizeof(*unnamed) + count * sizeof(*tickets));

	unnamed->reply = reply;
	unnamed->count = count;
	memcpy(unnamed->tickets, tickets, count * sizeof(*tickets));
	audit_order_named(app, ROUTE_PROCESS_AGAIN, tickets, count, by, on_named, unnamed);
}

/* --- pause, resume and the table of commands --- */

static void order_event(struct app *app, enum event_kind kind, const char *answer,
                        struct route_reply *reply)
{
	app_post(app, &(struct event){.kind = kind});
	route_reply_say(reply, 200, answer);
}

static void order_pause(struct app *app, struct route_reply *reply)
{
	struct engine_stats stats;

	engine_stats(app->engine, &stats);
	struct buf answer;
	buf_init(&answer, ANSWER_BYTES_MAX);
	buf_puts(&answer, "Paused. No new tickets are taken; ");
	buf_add_count(&answer, stats.held - stats.by_state[TICKET_FOUND]);
	buf_puts(&answer, stats.writing == WRITE_MODE_WRITING
	                          ? " in progress will still be written."
	                          : " in progress will be finished.");
	order_event(app, EVENT_PAUSE, buf_cstr(&answer), reply);
	buf_free(&answer);
}

void orders_report(void *arg, msec span, struct route_reply *reply)
{
	struct app *app = arg;

	if (app->finished)
		route_reply_say(reply, 503, "the service is stopping");
	else
		reporting_begin(app, span, reply);
}

void orders_command(void *arg, enum route_command command, const struct ticket_key *tickets,
                    size_t count, const struct http_peer *by, struct route_reply *reply)
{
	struct app *app = arg;
	msec wall = 0;

	if (is_refused(app, command)) {
		say_stopping(reply);
		return;
	}
	if (route_is_order(command) && command != ROUTE_PROCESS_AGAIN && command != ROUTE_UNDO)
		wall = audit_order(app, command, tickets, count, by);
	switch (command) {
	case ROUTE_HISTORY: history_begin(app, reply); break;
	case ROUTE_UNDO_PLAN: undoing_plan_begin(app, reply); break;
	case ROUTE_UNDO_JOB: undoing_show(app, tickets[0].id, reply); break;
	case ROUTE_UNDO: undoing_do(app, by, reply); break;
	case ROUTE_ALERT_TEST: alerts_test(app, reply); break;
	case ROUTE_BACKUP: backup_begin(app, reply); break;
	case ROUTE_AUDIT: audit_show(app, reply); break;
	case ROUTE_RELOAD: reconfigure_begin(app, reply); break;
	case ROUTE_PAUSE: order_pause(app, reply); break;
	case ROUTE_RESUME: order_event(app, EVENT_RESUME, "Resumed.", reply); break;
	case ROUTE_STOP_WRITING: writing_stop(app, by, reply); break;
	case ROUTE_START_WRITING: writing_start(app, reply); break;
	case ROUTE_PROCESS: order_process(app, tickets, count, NULL, reply); break;
	case ROUTE_PROCESS_AGAIN: order_again(app, tickets, count, by, reply); break;
	case ROUTE_EXPLAIN: explaining_begin(app, tickets[0], reply); break;
	case ROUTE_ERASE: erase_orders_add(app, tickets[0], wall, reply); break;
	case ROUTE_REPORT: break; /* orders_report() */
	}
}
