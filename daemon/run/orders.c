/* Translates the commands of the HTTP routes. A command may arrive within any callback, where
 * the engine must not be stepped, so it is posted to the engine as an event. */
#include "daemon/run/orders.h"

#include <stdlib.h>

#include "base/json.h"
#include "daemon/run/explaining.h"
#include "daemon/run/state.h"

#define ANSWER_BYTES_MAX (256 * 1024)

/* --- process --- */

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

static void order_process(struct app *app, const struct ticket_key *tickets, size_t count,
                          bool again, struct route_reply *reply)
{
	struct ticket_key left[ROUTE_IDS_MAX], erased[ROUTE_IDS_MAX];
	size_t left_count = sort_out_erased(app, tickets, count, left, erased);
	struct event event = {.kind = EVENT_PROCESS,
	                      .tickets = left,
	                      .ticket_count = left_count,
	                      .again = again,
	                      .by = "ai-ticketctl"};
	struct engine_stats stats;
	struct buf json;

	engine_stats(app->engine, &stats);
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
	route_reply_send(reply, left_count > 0 ? 202 : 410, buf_cstr(&json));
	buf_free(&json);
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
	char *answer = xasprintf(
	        "Paused. No new tickets are taken; %zu in progress will still be written.",
	        stats.held - (size_t)stats.by_state[TICKET_FOUND]);
	order_event(app, EVENT_PAUSE, answer, reply);
	free(answer);
}

/* Orders are refused from the stop signal on, even before the engine has handled it. */
static bool is_refused(const struct app *app, enum route_command command)
{
	bool begins_or_holds_work = command == ROUTE_PAUSE || command == ROUTE_RESUME ||
	                            command == ROUTE_PROCESS || command == ROUTE_PROCESS_AGAIN;

	return app->finished || (begins_or_holds_work && signals_received(&app->signals) > 0);
}

void orders_command(void *arg, enum route_command command, const struct ticket_key *tickets,
                    size_t count, struct route_reply *reply)
{
	struct app *app = arg;

	if (is_refused(app, command)) {
		route_reply_say(reply, 503, "the service is stopping and takes no new requests");
		return;
	}
	switch (command) {
	case ROUTE_RELOAD: reconfigure_begin(app, reply); break;
	case ROUTE_PAUSE: order_pause(app, reply); break;
	case ROUTE_RESUME: order_event(app, EVENT_RESUME, "Resumed.", reply); break;
	case ROUTE_PROCESS: order_process(app, tickets, count, false, reply); break;
	case ROUTE_PROCESS_AGAIN: order_process(app, tickets, count, true, reply); break;
	case ROUTE_EXPLAIN: explaining_begin(app, tickets[0], reply); break;
	case ROUTE_ERASE: erase_orders_add(app, tickets[0], reply); break;
	}
}
