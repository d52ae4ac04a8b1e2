/* Walks the history from the newest record to the oldest. What is met before a row of its ticket
 * happened after it; the decision that it rests on is met behind it. */
#include "daemon/run/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/run/state.h"
#include "daemon/system/clock.h"

#define ANSWER_BYTES_MAX ((size_t)VIEW_BYTES_MAX)
#define ROWS_DEFAULT 20
#define TEXT_MAX 200
#define LATER_MAX 20000                 /* tickets, of about a quarter of a KiB each */
#define DECIDED_BEFORE (24 * MSEC_HOUR) /* a decision is looked for so long before the span */

enum result { RESULT_DONE, RESULT_FAILED, RESULT_SKIPPED, RESULT_NOTHING, RESULTS };

struct row {
	uint64_t ticket;
	msec at;
	enum result result;
	bool waits; /* for its decision, or for who ordered it */
	char before[8], after[8];
	char labels[TEXT_MAX], by[TEXT_MAX], reason[TEXT_MAX];
	const char *since; /* what happened next; NULL = nothing is known */
	msec since_at;
	char since_reason[TEXT_MAX];
};

/* What happened last to a ticket, of what was met so far. */
struct later {
	const char *what;
	msec at;
	char reason[TEXT_MAX];
};

struct history {
	struct app *app;
	struct route_reply *reply;
	struct store_span span;
	msec from;
	bool undone;
	size_t limit, count, waiting;
	uint64_t counts[RESULTS];
	struct row *rows;
	struct map later; /* ticket → struct later */
};

static void take_text(char *to, size_t size, struct str text)
{
	text = utf8_cut(text, size - 1);
	snprintf(to, size, STR_FMT, STR_ARG(text));
}

static void forget_later(struct history *history)
{
	for (size_t i = 0; i < history->later.cap; i++)
		if (history->later.slots[i].key != 0)
			free((void *)(uintptr_t)history->later.slots[i].value);
	map_free(&history->later);
}

static void note_later(struct history *history, uint64_t ticket, const char *what, msec at,
                       struct str reason)
{
	struct later *later = map_get_pointer(&history->later, ticket);

	if (history->count == history->limit)
		return; /* no row is left to be told of it */
	if (later == NULL && history->later.count == LATER_MAX)
		return;
	if (later == NULL) {
		later = xcalloc(1, sizeof(*later));
		map_put_pointer(&history->later, ticket, later);
	}
	later->what = what;
	later->at = at;
	take_text(later->reason, sizeof(later->reason), reason);
}

/* --- rows --- */

/* NULL: there are enough. */
static struct row *new_row(struct history *history, const struct store_event *event)
{
	const struct later *later = map_get_pointer(&history->later, event->ticket.id);

	if (history->count == history->limit)
		return NULL;
	struct row *row = &history->rows[history->count++];
	*row = (struct row){.ticket = event->ticket.id, .at = event->at, .waits = true};
	history->waiting++;
	if (later != NULL) {
		row->since = later->what;
		row->since_at = later->at;
		memcpy(row->since_reason, later->reason, sizeof(row->since_reason));
	}
	return row;
}

static enum result result_of(struct str state)
{
	if (str_eq(state, STR("done")) || str_eq(state, STR("undone")))
		return RESULT_DONE;
	if (str_eq(state, STR("failed")))
		return RESULT_FAILED;
	return str_eq(state, STR("nothing")) ? RESULT_NOTHING : RESULT_SKIPPED;
}

static void take_priorities(struct row *row, const struct json *payload)
{
	take_text(row->before, sizeof(row->before), json_str_at(payload, "priority_before"));
	take_text(row->after, sizeof(row->after), json_str_at(payload, "priority_after"));
}

static const char *next_of_outcome(enum result result, bool untagged)
{
	if (untagged)
		return "untagged";
	return result == RESULT_DONE ? "done" : result == RESULT_FAILED ? "failed" : "skipped";
}

static void take_outcome(struct history *history, const struct store_event *event,
                         const struct json *payload)
{
	struct str state = json_str_at(payload, "state");
	enum result result = result_of(state);
	bool untagged = false;

	(void)json_bool_at(payload, "untagged", &untagged);
	if (!history->undone) {
		struct row *row = new_row(history, event);

		history->counts[result]++;
		if (row != NULL) {
			row->result = result;
			take_priorities(row, payload);
			take_text(row->reason, sizeof(row->reason), json_str_at(payload, "reason"));
		}
	}
	note_later(history, event->ticket.id, next_of_outcome(result, untagged), event->at,
	           json_str_at(payload, "reason"));
}

static void join_tags(struct row *row, const struct json *list)
{
	struct buf tags;

	buf_init(&tags, TEXT_MAX * 4);
	for (struct json_each each = json_items(list); json_next(&each);) {
		buf_puts(&tags, each.index > 0 ? " " : "");
		buf_add_str(&tags, json_str_value(each.value));
	}
	take_text(row->labels, sizeof(row->labels), buf_str(&tags));
	buf_free(&tags);
}

static void take_undo(struct history *history, const struct store_event *event,
                      const struct json *payload)
{
	enum result result = result_of(json_str_at(payload, "result"));
	bool over = false;

	if (!json_bool_at(payload, "over", &over) || !over)
		return;
	if (history->undone) {
		struct row *row = new_row(history, event);

		history->counts[result]++;
		if (row != NULL) {
			row->result = result;
			take_priorities(row, payload);
			join_tags(row, json_at(payload, "tags_removed"));
			take_text(row->by, sizeof(row->by), json_str_at(payload, "by"));
			take_text(row->reason, sizeof(row->reason), json_str_at(payload, "reason"));
		}
	}
	if (result == RESULT_DONE)
		note_later(history, event->ticket.id, "undone", event->at, STR(""));
}

/* Rows of the ticket that wait for what was met now: the newest is nearest to it. */
static struct row *waiting_row(struct history *history, uint64_t ticket)
{
	for (size_t i = history->count; i > 0; i--)
		if (history->rows[i - 1].waits && history->rows[i - 1].ticket == ticket)
			return &history->rows[i - 1];
	return NULL;
}

static void take_decision(struct history *history, const struct store_event *event,
                          const struct json *payload)
{
	struct row *row;
	bool by_rules = false, fallback = false;

	if (history->undone)
		return;
	(void)json_bool_at(payload, "by_rules", &by_rules);
	(void)json_bool_at(payload, "fallback", &fallback);
	while ((row = waiting_row(history, event->ticket.id)) != NULL) {
		struct str cause = json_str_at(payload, "root_cause"),
		           urgency = json_str_at(payload, "urgency"),
		           sentiment = json_str_at(payload, "sentiment"),
		           model = json_str_at(payload, "model"),
		           version = json_str_at(payload, "prompt_version");

		row->waits = false;
		history->waiting--;
		snprintf(row->labels, sizeof(row->labels), "%.40s %.40s %.40s",
		         cause.len > 0 ? cause.data : "", urgency.len > 0 ? urgency.data : "",
		         sentiment.len > 0 ? sentiment.data : "");
		if (by_rules)
			snprintf(row->by, sizeof(row->by), "rules%s",
			         fallback ? " (model down)" : "");
		else
			snprintf(row->by, sizeof(row->by), "%.120s %.20s",
			         model.len > 0 ? model.data : "",
			         version.len > 0 ? version.data : "");
	}
}

/* Who ordered the undo whose end was met before. */
static void take_command(struct history *history, const struct store_event *event,
                         const struct json *payload)
{
	struct str user = json_str_at(payload, "user"), token = json_str_at(payload, "token");
	struct row *row;
	int64_t uid;

	if (!history->undone || !str_eq(json_str_at(payload, "order"), STR("undo")) ||
	    (row = waiting_row(history, event->ticket.id)) == NULL)
		return;
	row->waits = false;
	history->waiting--;
	if (user.len > 0)
		take_text(row->by, sizeof(row->by), user);
	else if (token.len > 0)
		take_text(row->by, sizeof(row->by), token);
	else if (json_int_at(payload, "uid", &uid))
		snprintf(row->by, sizeof(row->by), "uid %lld", (long long)uid);
}

/* An agent's choice hides neither that all was undone nor a later choice. */
static bool is_hidden(const struct history *history, uint64_t ticket)
{
	const struct later *later = map_get_pointer(&history->later, ticket);

	return later != NULL &&
	       (strcmp(later->what, "undone") == 0 || strcmp(later->what, "agent") == 0);
}

/* What an agent chose after our decision. */
static void take_choice(struct history *history, const struct store_event *event,
                        const struct json *payload)
{
	struct str priority = json_str_at(payload, "priority");
	const struct json *tags = json_at(payload, "tags");
	struct buf what;

	if (is_hidden(history, event->ticket.id))
		return;
	buf_init(&what, TEXT_MAX);
	if (priority.len > 0)
		buf_printf(&what, "priority to " STR_FMT, STR_ARG(priority));
	for (struct json_each each = json_items(tags); json_next(&each);) {
		struct str tag = json_str_value(each.value);

		buf_printf(&what, "%s" STR_FMT, what.len > 0 ? ", " : "", STR_ARG(tag));
	}
	note_later(history, event->ticket.id, "agent", event->at, buf_str(&what));
	buf_free(&what);
}

/* Of an outcome that is older than the history is kept nobody knows any more what it was. */
static bool is_pruned(const struct json *payload)
{
	bool pruned = false;

	return json_bool_at(payload, "pruned", &pruned) && pruned;
}

static void take_past(struct history *history, const struct store_event *event)
{
	struct err err;
	struct json *payload =
	        event->payload != NULL ? json_parse(str_of(event->payload), &err) : NULL;

	if (payload == NULL || event->ticket.id == 0 || is_pruned(payload)) {
		json_free(payload);
		return;
	}
	if (event->kind == RECORD_OUTCOME && event->at >= history->from)
		take_outcome(history, event, payload);
	else if (event->kind == RECORD_UNDO && event->at >= history->from)
		take_undo(history, event, payload);
	else if (event->kind == RECORD_CHOICE)
		take_choice(history, event, payload);
	else if (event->kind == RECORD_DECISION)
		take_decision(history, event, payload);
	else if (event->kind == RECORD_COMMAND)
		take_command(history, event, payload);
	json_free(payload);
}

/* --- the answer --- */

static void add_row(struct buf *json, const struct history *history, const struct row *row)
{
	static const char *const words[2][RESULTS] = {{"done", "failed", "skipped", "nothing"},
	                                              {"undone", "failed", "left", "nothing"}};

	json_add_comma(json);
	buf_putc(json, '{');
	json_add_member_int(json, "at", row->at);
	json_add_member_int(json, "ticket_id", (int64_t)row->ticket);
	json_add_member(json, "result", str_of(words[history->undone][row->result]));
	json_add_member(json, history->undone ? "tags_removed" : "labels", str_of(row->labels));
	json_add_member(json, "priority_before", str_of(row->before));
	json_add_member(json, "priority_after", str_of(row->after));
	json_add_member(json, "by", str_of(row->by));
	json_add_member(json, "reason", str_of(row->reason));
	if (row->since != NULL) {
		json_add_member(json, "since", str_of(row->since));
		json_add_member_int(json, "since_at", row->since_at);
		json_add_member(json, "since_reason", str_of(row->since_reason));
	}
	buf_putc(json, '}');
}

static void answer(struct history *history)
{
	const uint64_t *counts = history->counts;
	struct buf json;

	buf_init(&json, ANSWER_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member_int(&json, "from", history->from);
	json_add_member_int(&json, "to", clock_now().wall);
	json_add_member_bool(&json, "undone", history->undone);
	json_add_member_int(&json, "total",
	                    (int64_t)(counts[RESULT_DONE] + counts[RESULT_FAILED] +
	                              counts[RESULT_SKIPPED] + counts[RESULT_NOTHING]));
	json_add_member_int(&json, history->undone ? "taken_back" : "done",
	                    (int64_t)counts[RESULT_DONE]);
	json_add_member_int(&json, "failed", (int64_t)counts[RESULT_FAILED]);
	json_add_member_int(&json, history->undone ? "left_alone" : "skipped",
	                    (int64_t)counts[RESULT_SKIPPED]);
	if (history->undone)
		json_add_member_int(&json, "nothing_to_do", (int64_t)counts[RESULT_NOTHING]);
	json_add_key(&json, "rows");
	buf_putc(&json, '[');
	for (size_t i = 0; i < history->count; i++)
		add_row(&json, history, &history->rows[i]);
	buf_puts(&json, "]}");
	if (json.overflow)
		route_reply_say(history->reply, 500, "the answer is too large: ask for fewer rows");
	else
		route_reply_send(history->reply, 200, buf_cstr(&json));
	buf_free(&json);
}

static void end_history(struct history *history)
{
	history->app->history.running--;
	forget_later(history);
	free(history->rows);
	free(history);
}

static void on_events(void *arg, const struct store_events *events)
{
	struct history *history = arg;
	bool over = !events->more;

	for (size_t i = 0; i < events->count; i++) {
		if (events->events[i].at < history->from && history->waiting == 0) {
			over = true;
			break;
		}
		take_past(history, &events->events[i]);
	}
	if (events->error == NULL && !over && history->app->store != NULL) {
		history->span.after = events->next;
		store_history(history->app->store, &history->span, on_events, history);
		return;
	}
	if (events->error != NULL)
		route_reply_say(history->reply, 500, events->error);
	else
		answer(history);
	end_history(history);
}

/* --- the question --- */

static int read_query(struct str query, struct history *history, struct err *err)
{
	while (query.len > 0) {
		struct str value = str_split(&query, '&'), name = str_split(&value, '=');
		uint64_t number;

		if (str_to_u64(value, &number) < 0 || number > INT64_MAX)
			return err_set(err, "the query needs numbers: /history?since=MS&limit=20");
		if (str_eq(name, STR("since")))
			history->from = (msec)number;
		else if (str_eq(name, STR("undone")))
			history->undone = number != 0;
		else if (str_eq(name, STR("limit")) && number >= 1 && number <= HISTORY_ROWS_MAX)
			history->limit = (size_t)number;
		else
			return err_set(err,
			               "the query may hold since, undone, and limit from 1 to %d",
			               HISTORY_ROWS_MAX);
	}
	return 0;
}

void history_begin(struct app *app, struct route_reply *reply)
{
	if (app->history.running >= HISTORIES_MOST) {
		route_reply_say(reply, 503,
		                "other histories are being read: try again in a moment");
		return;
	}
	struct history *history = xcalloc(1, sizeof(*history));
	struct err err;

	*history = (struct history){.app = app,
	                            .reply = reply,
	                            .limit = ROWS_DEFAULT,
	                            .from = clock_now().wall - 24 * MSEC_HOUR};
	if (app->store == NULL)
		err_set(&err, "this is a dry run, which keeps no history");
	if (app->store == NULL || read_query(route_reply_query(reply), history, &err) < 0) {
		route_reply_say(reply, app->store == NULL ? 409 : 400, err.text);
		free(history);
		return;
	}
	app->history.running++;
	map_init(&history->later);
	history->rows = xcalloc(history->limit, sizeof(*history->rows));
	history->span = (struct store_span){
	        .from = history->from > DECIDED_BEFORE ? history->from - DECIDED_BEFORE : 0,
	        .to = INT64_MAX,
	        .kinds = STORE_KIND(RECORD_OUTCOME) | STORE_KIND(RECORD_DECISION) |
	                 STORE_KIND(RECORD_UNDO) | STORE_KIND(RECORD_CHOICE) |
	                 STORE_KIND(RECORD_COMMAND),
	        .newest_first = true};
	store_history(app->store, &history->span, on_events, history);
}
