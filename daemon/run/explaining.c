/* Composes the answer to "explain": the history from the store, and the state of the engine at
 * the moment when the store answers. */
#include "daemon/run/explaining.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "daemon/run/state.h"

#define ANSWER_BYTES_MAX (ROUTE_ANSWER_MAX - 1024)
#define SENTENCE_MAX 8192
#define AGAIN "run ai-ticketctl resume to continue"

struct explaining {
	struct app *app;
	struct ticket_key ticket;
	struct route_reply *reply;
	char *known;    /* of an erased ticket, while it is found out who ordered that */
	msec erased_at; /* wall, ms */
};

/* --- where the ticket is now --- */

static void describe_held(struct buf *out, enum ticket_state state)
{
	static const char *const words[TICKET_STATES] = {
	        [TICKET_FOUND] = "It is waiting for its turn.",
	        [TICKET_CLAIMED] = "It is being analysed.",
	        [TICKET_ANALYSING] = "It is being analysed: waiting for the model.",
	        [TICKET_DECIDED] =
	                "It has been analysed; the decision is being saved to the database.",
	        [TICKET_DURABLE] = "It has been analysed and waits for its update.",
	        [TICKET_REFRESHING] =
	                "It has been analysed and is being read again before the update.",
	        [TICKET_WRITING] = "The update is being sent to Zendesk.",
	        [TICKET_SETTLING] = ("An update was sent and its result is unknown: the ticket is "
	                             "being read to find out."),
	};

	buf_puts(out, words[state] != NULL ? words[state] : "Finishing.");
}

static void describe_skipped(struct buf *out, const struct engine_view *view)
{
	char updated[CLOCK_UTC_SIZE];

	buf_puts(out, "Skipped until it changes in Zendesk");
	if (view->updated > 0) {
		clock_format_utc(view->updated, updated);
		buf_printf(out, "; last change: %s", updated);
	}
	buf_puts(out,
	         view->decided ? ". The decision is kept: the model is not asked again." : ".");
}

static void describe_failed(struct buf *out, const struct engine_view *view)
{
	unsigned times = view->returns > 0 ? view->returns : 1;
	long long minutes = (long long)((view->returns_in + MSEC_MINUTE - 1) / MSEC_MINUTE);

	buf_printf(out, "It has failed %u %s and will be retried", times,
	           str_plural(times, "time", "times"));
	if (view->returns_in >= MSEC_MINUTE)
		buf_printf(out, " in %lld %s", minutes,
		           str_plural((uint64_t)minutes, "minute", "minutes"));
	else
		buf_puts(out, " within a minute");
	buf_puts(out,
	         view->decided ? ". The decision is kept: the model is not asked again." : ".");
}

/* What was taken back by the last thing that was done to the ticket. */
enum taken_back { TAKEN_BACK_NOTHING, TAKEN_BACK, TAKEN_BACK_WITH_TAG };

static enum taken_back taken_back(const struct json *known)
{
	const struct json *events = json_at(known, "events");

	for (size_t i = json_item_count(events); i > 0; i--) {
		const struct json *event = json_item(events, i - 1), *payload;
		struct str kind = json_str_at(event, "kind");
		bool forget = false;

		payload = json_at(event, "payload");
		if (str_eq(kind, STR("outcome")))
			return TAKEN_BACK_NOTHING;
		if (!str_eq(kind, STR("undo")) ||
		    !str_eq(json_str_at(payload, "result"), STR("undone")))
			continue;
		return json_bool_at(payload, "forget", &forget) && forget ? TAKEN_BACK_WITH_TAG
		                                                          : TAKEN_BACK;
	}
	return TAKEN_BACK_NOTHING;
}

static void describe_place(struct buf *out, const struct engine_view *view, enum taken_back undone)
{
	static const char *const sentences[] = {
	        [WHERE_NOWHERE] = "It has not been seen since the service started.",
	        [WHERE_ASKED_FOR] = "It was requested and is about to be read.",
	        [WHERE_DONE] = "Done; will not be processed again.",
	        [WHERE_UNTAGGED] = "Our tag was removed by someone; will not be processed again.",
	        [WHERE_SHOWN] = "Shown by a dry run; nothing was written.",
	        [WHERE_SHADOW] = "Decided in shadow: nothing was written to Zendesk.",
	        [WHERE_QUARANTINED] = "Quarantined; will not be processed.",
	        [WHERE_ERASED] = "Erased on request; will never be analysed again.",
	};

	if (view->where == WHERE_HELD)
		describe_held(out, view->state);
	else if (view->where == WHERE_SKIPPED)
		describe_skipped(out, view);
	else if (view->where == WHERE_FAILED)
		describe_failed(out, view);
	else if (view->where == WHERE_DONE && undone != TAKEN_BACK_NOTHING)
		buf_puts(out, "Undone; will not be processed again.");
	else if (view->where == WHERE_UNTAGGED && undone == TAKEN_BACK_WITH_TAG)
		buf_puts(out, "Undone, with the processed tag; will not be processed again.");
	else
		buf_puts(out, sentences[view->where]);
}

/* Whether the service would begin work on the ticket if it took new tickets. */
static bool may_begin(const struct engine_view *view)
{
	return view->where == WHERE_NOWHERE || view->where == WHERE_SKIPPED ||
	       view->where == WHERE_FAILED ||
	       (view->where == WHERE_HELD && view->state == TICKET_FOUND);
}

static bool needs_model(const struct engine_view *view)
{
	return (may_begin(view) && !view->decided) || view->where == WHERE_ASKED_FOR ||
	       (view->where == WHERE_HELD && view->state <= TICKET_ANALYSING);
}

static bool is_over(const struct engine_view *view)
{
	return view->where == WHERE_DONE || view->where == WHERE_UNTAGGED ||
	       view->where == WHERE_SHOWN || view->where == WHERE_SHADOW ||
	       view->where == WHERE_QUARANTINED || view->where == WHERE_ERASED;
}

static void add_because(struct buf *out, const char *what, const char *reason)
{
	struct str why = str_sentence(reason[0] != '\0' ? reason : "no reason given");

	buf_printf(out, " %s: " STR_FMT ".", what, STR_ARG(why));
}

/* Adds the reasons why the service does not go on with a ticket that is not complete. */
static void add_obstacles(struct buf *out, struct app *app, const struct engine_view *view)
{
	struct engine_stats stats;

	engine_stats(app->engine, &stats);
	if (view->where == WHERE_SHADOW)
		buf_puts(out,
		         stats.writing == WRITE_MODE_SHADOW
		                 ? " It is decided again only when its text changes."
		                 : " Tickets are written now: it is decided anew when a search "
		                   "finds it.");
	else if (stats.writing == WRITE_MODE_SHADOW)
		buf_puts(out, " This is shadow mode: nothing is written to Zendesk.");
	if (is_over(view))
		return;
	if (stats.draining)
		buf_puts(out, " The service is stopping and takes no new tickets.");
	if (stats.stopped[0] != '\0')
		buf_printf(out, " %s.", stats.stopped);
	if (stats.paused && may_begin(view))
		buf_puts(out, " The service is paused and takes no new tickets: " AGAIN ".");
	if (stats.zendesk_halted)
		buf_printf(out, " %s", stats.zendesk_reason);
	else if (stats.unreachable ||
	         engine_upstream(app->engine, UPSTREAM_ZENDESK)->breaker.state != BREAKER_CLOSED)
		buf_puts(out, " Zendesk does not answer; retrying automatically.");
	if (stats.model_halted && needs_model(view))
		buf_printf(out, " %s", stats.model_reason);
	if (app->store != NULL && store_error(app->store) != NULL)
		add_because(out, "The database cannot be written, so Zendesk updates are on hold",
		            store_error(app->store));
}

/* The sentence for people, and the same as a word for programs. */
static void add_now(struct buf *json, struct app *app, const struct engine_view *view,
                    enum taken_back undone)
{
	static const char *const words[] = {
	        [WHERE_NOWHERE] = "nowhere",   [WHERE_ASKED_FOR] = "requested",
	        [WHERE_HELD] = "in_progress",  [WHERE_DONE] = "done",
	        [WHERE_UNTAGGED] = "untagged", [WHERE_SKIPPED] = "skipped",
	        [WHERE_FAILED] = "failed",     [WHERE_SHOWN] = "shown",
	        [WHERE_SHADOW] = "shadow",     [WHERE_QUARANTINED] = "quarantined",
	        [WHERE_ERASED] = "erased"};
	struct buf sentence;

	buf_init(&sentence, SENTENCE_MAX);
	describe_place(&sentence, view, undone);
	add_obstacles(&sentence, app, view);
	json_add_member(json, "now", buf_str(&sentence));
	json_add_member(json, "where", str_of(words[view->where]));
	buf_free(&sentence);
}

/* --- nothing is recorded of the ticket --- */

static void add_reason(struct buf *json, const char *format, ...) PRINTF_LIKE(2, 3);
static void add_reason(struct buf *json, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *text = xvasprintf(format, arguments);
	va_end(arguments);
	json_add_comma(json);
	json_add_string(json, str_of(text));
	free(text);
}

static void add_last_look(struct buf *json, struct app *app)
{
	struct engine_stats stats;
	char when[CLOCK_UTC_SIZE];

	engine_stats(app->engine, &stats);
	if (stats.last_poll_wall < 0) {
		add_reason(json, "Zendesk has not answered the search for tickets since the "
		                 "service started");
		return;
	}
	clock_format_utc(stats.last_poll_wall, when);
	add_reason(json,
	           "no search has returned it: Zendesk last answered a search at %s, and its index "
	           "lags by some minutes",
	           when);
}

static void add_reasons(struct buf *json, struct app *app, struct ticket_key ticket)
{
	const struct config *config = app->settings->config;
	bool narrowed = config->zendesk.query != NULL && config->zendesk.query[0] != '\0';

	json_add_key(json, "reasons");
	buf_putc(json, '[');
	add_last_look(json, app);
	add_reason(json, "only new and open tickets without the tag %s are searched for%s%s",
	           config->zendesk.processed_tag,
	           narrowed ? ", and zendesk.query restricts the search: " : "",
	           narrowed ? config->zendesk.query : "");
	add_reason(json, "it does not exist, was deleted, or is not visible to the Zendesk user of "
	                 "this service");
	if (app->store != NULL)
		add_reason(json,
		           "it was processed more than %lld days (log.retention_days) ago, and its "
		           "history has been removed",
		           (long long)config->log.retention_days);
	else
		add_reason(json, "this is a dry run, which keeps no history");
	add_reason(
	        json,
	        "to find out, run ai-ticketctl process %llu, which processes it now if it is there "
	        "and open; the log shows the outcome",
	        (unsigned long long)ticket.id);
	buf_putc(json, ']');
}

static int add_unknown(struct buf *json, struct app *app, struct ticket_key ticket,
                       const struct engine_view *view)
{
	bool nowhere = view->where == WHERE_NOWHERE;

	buf_putc(json, '{');
	if (nowhere)
		json_add_member(json, "error", STR("No record of this ticket."));
	json_add_member_int(json, "ticket_id", (int64_t)ticket.id);
	add_now(json, app, view, TAKEN_BACK_NOTHING);
	if (nowhere)
		add_reasons(json, app, ticket);
	else
		buf_puts(json, ",\"erased\":false,\"deaths\":0,\"omitted\":0,\"events\":[]");
	buf_putc(json, '}');
	return nowhere ? 404 : 200;
}

/* --- the answer --- */

static int add_failure(struct buf *json, struct ticket_key ticket, const char *error)
{
	buf_putc(json, '{');
	json_add_member(json, "error", str_of(error));
	json_add_member_int(json, "ticket_id", (int64_t)ticket.id);
	buf_putc(json, '}');
	return 500;
}

/* `trail`: what is known of the service; NULL = it was not asked for. */
static void answer_explaining(struct explaining *explaining, char *known, const char *trail,
                              const char *error)
{
	struct engine_view view;
	struct buf json;
	int status = 200;

	engine_look(explaining->app->engine, explaining->ticket, &view);
	buf_init(&json, ANSWER_BYTES_MAX);
	if (error != NULL) {
		status = add_failure(&json, explaining->ticket, error);
	} else if (known == NULL) {
		status = add_unknown(&json, explaining->app, explaining->ticket, &view);
	} else {
		struct json *tree = json_parse(str_of(known), NULL);

		buf_putc(&json, '{');
		add_now(&json, explaining->app, &view, taken_back(tree));
		json_free(tree);
		if (trail != NULL)
			audit_add_erasure(&json, str_of(trail), explaining->erased_at);
		buf_putc(&json, ',');
		buf_puts(&json, known + 1); /* without its opening brace */
	}
	if (json.overflow)
		route_reply_send(explaining->reply, 500, "{\"error\":\"the answer is too large\"}");
	else
		route_reply_send(explaining->reply, status, buf_cstr(&json));
	buf_free(&json);
	free(known);
	free(explaining);
}

static void on_trail(void *arg, char *trail, const char *error)
{
	struct explaining *explaining = arg;

	answer_explaining(explaining, explaining->known, trail, NULL);
	free(trail);
}

/* When the ticket was erased; 0 = it was not, or that is not known. */
static msec time_of_erasure(const char *known)
{
	struct err err;
	struct json *tree = json_parse(str_of(known), &err);
	int64_t at = 0;

	(void)json_int_at(tree, "erased_at", &at);
	json_free(tree);
	return at;
}

/* The order to erase a ticket does not name it. It is found among those about the service by its
 * time, which the tombstone has too. */
static void on_explained(void *arg, char *known, const char *error)
{
	struct explaining *explaining = arg;
	struct app *app = explaining->app;

	if (known != NULL && app->store != NULL && records_is_erased(app, explaining->ticket))
		explaining->erased_at = time_of_erasure(known);
	if (explaining->erased_at == 0) {
		answer_explaining(explaining, known, NULL, error);
		return;
	}
	explaining->known = known;
	store_explain(app->store, (struct ticket_key){.account = ACCOUNT_FIRST}, on_trail,
	              explaining);
}

void explaining_begin(struct app *app, struct ticket_key ticket, struct route_reply *reply)
{
	struct explaining *explaining = xcalloc(1, sizeof(*explaining));

	*explaining = (struct explaining){.app = app, .ticket = ticket, .reply = reply};
	if (app->store != NULL)
		store_explain(app->store, ticket, on_explained, explaining);
	else
		on_explained(explaining, NULL, NULL);
}
