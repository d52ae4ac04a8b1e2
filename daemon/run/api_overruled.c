/* Adds up what the store knows of agents' choices, by the review that reports use. */
#include "daemon/run/api_overruled.h"

#include <stdlib.h>

#include "base/json.h"
#include "daemon/control/query.h"
#include "daemon/run/api_decisions.h"
#include "daemon/run/state.h"
#include "daemon/system/clock.h"
#include "observe/review.h"

#define DEFAULT_DAYS 30
#define KEPT MSEC_MINUTE
#define DECISION_BYTES_MAX 1000

struct overruled {
	struct app *app;
	struct route_reply *reply;
	msec from, to;
	struct arena memory;
	struct choice_tags tags;
	struct review review;
};

/* --- adding up --- */

/* The labels in the form of a decision's record. */
static struct json *decision_of(const struct store_choice *choice)
{
	struct buf text;
	struct err err;

	buf_init(&text, DECISION_BYTES_MAX);
	buf_putc(&text, '{');
	json_add_member(&text, "root_cause", str_of(root_cause_name(choice->root_cause)));
	json_add_member(&text, "urgency", str_of(urgency_name(choice->urgency)));
	json_add_member(&text, "sentiment", str_of(sentiment_name(choice->sentiment)));
	buf_putc(&text, '}');
	struct json *decision = json_parse(buf_str(&text), &err);
	buf_free(&text);
	return decision;
}

/* Of each ticket the newest choice counts: the newest come first. */
static void review_one(struct review *review, const struct store_choice *choice)
{
	struct err err;
	uint64_t place;
	struct json *payload = choice->payload != NULL && choice->decided >= 0 &&
	                                       !map_get(&review->by_id, choice->ticket.id, &place)
	                               ? json_parse(str_of(choice->payload), &err)
	                               : NULL;

	if (payload == NULL)
		return;
	struct json *decision = decision_of(choice);
	review_decision(review, choice->ticket.id, choice->decided, false, decision);
	review_choice(review, choice->ticket.id, payload);
	json_free(decision);
	json_free(payload);
}

static void keep_answer(struct overruled *overruled, struct buf *json)
{
	struct api_overruled *kept = &overruled->app->api_overruled;

	free(kept->answer);
	kept->answer = buf_take(json, NULL);
	kept->from = overruled->from;
	kept->to = overruled->to;
	kept->made = clock_now().mono;
}

static void free_overruled(struct overruled *overruled)
{
	review_free(&overruled->review);
	arena_free(&overruled->memory);
	free(overruled);
}

static void answer_review(struct overruled *overruled)
{
	struct app *app = overruled->app;
	struct buf json;

	buf_init(&json, VIEW_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member_int(&json, "from", overruled->from);
	json_add_member_int(&json, "to", overruled->to);
	review_write_overruled(&overruled->review, &json);
	buf_puts(&json, "}\n");
	keep_answer(overruled, &json);
	route_reply_send(overruled->reply, 200, app->api_overruled.answer);
}

static void on_choices(void *arg, const struct store_chosen *choices)
{
	struct overruled *overruled = arg;

	for (size_t i = 0; i < choices->count; i++)
		review_one(&overruled->review, &choices->choices[i]);
	if (choices->more)
		return;
	overruled->app->api_overruled.running = false;
	if (choices->error != NULL)
		route_reply_say(overruled->reply, 500, choices->error);
	else
		answer_review(overruled);
	free_overruled(overruled);
}

/* --- the question --- */

static int read_span(struct str text, msec now, struct overruled *ret, struct err *err)
{
	static const char *const names[] = {"from", "to", NULL};
	struct query query;

	if (query_parse(text, names, &query, err) < 0 ||
	    query_int(&query, "to", 0, QUERY_TIME_MAX, now, &ret->to, err) < 0 ||
	    query_int(&query, "from", 0, QUERY_TIME_MAX,
	              ret->to > DEFAULT_DAYS * MSEC_DAY ? ret->to - DEFAULT_DAYS * MSEC_DAY : 0,
	              &ret->from, err) < 0)
		return -1;
	if (ret->from >= ret->to)
		return err_set(err, "from: must be before `to`");
	ret->from -= ret->from % STATISTICS_QUARTER;
	ret->to += STATISTICS_QUARTER - 1;
	ret->to -= ret->to % STATISTICS_QUARTER;
	if (ret->to - ret->from > API_OVERRULED_DAYS * MSEC_DAY + STATISTICS_QUARTER)
		return err_set(err, "from: must be at most %d days before `to`",
		               API_OVERRULED_DAYS);
	return 0;
}

static bool answer_kept(const struct app *app, const struct overruled *overruled)
{
	const struct api_overruled *kept = &app->api_overruled;

	if (kept->answer == NULL || kept->from != overruled->from || kept->to != overruled->to ||
	    clock_now().mono - kept->made >= KEPT)
		return false;
	route_reply_send(overruled->reply, 200, kept->answer);
	return true;
}

static int begin_review(struct app *app, struct overruled *overruled, struct err *err)
{
	const struct config *config = app->settings->config;

	review_init(&overruled->review, &overruled->tags,
	            (struct prices){config->llm.price_input, config->llm.price_cached,
	                            config->llm.price_output});
	return choice_tags_read(str_of(config->report.tags), str_of(config->zendesk.tag_prefix),
	                        &overruled->tags, &overruled->memory, err);
}

/* True: on_choices will answer; else it was answered. */
static bool ask_store(struct app *app, struct overruled *overruled, struct str query)
{
	struct route_reply *reply = overruled->reply;
	struct err err;

	if (read_span(query, clock_now().wall, overruled, &err) < 0) {
		route_reply_say(reply, 400, err.text);
		return false;
	}
	if (answer_kept(app, overruled) || api_decisions_refused(app, reply))
		return false;
	if (begin_review(app, overruled, &err) < 0) {
		route_reply_say(reply, 500, err.text); /* such a configuration was refused */
		return false;
	}
	if (app->api_overruled.running ||
	    !store_choices(app->store, overruled->from, overruled->to, on_choices, overruled)) {
		api_decisions_busy(reply);
		return false;
	}
	app->api_overruled.running = true;
	return true;
}

void api_overruled_begin(void *arg, const struct view_request *request, struct route_reply *reply)
{
	struct app *app = arg;
	struct overruled *overruled = xcalloc(1, sizeof(*overruled));

	overruled->app = app;
	overruled->reply = reply;
	if (!ask_store(app, overruled, request->query))
		free_overruled(overruled);
}

void api_overruled_free(struct app *app)
{
	free(app->api_overruled.answer);
	app->api_overruled.answer = NULL;
}
