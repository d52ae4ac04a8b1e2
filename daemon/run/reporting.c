/* Makes a report, piece by piece. */
#include "daemon/run/reporting.h"

#include <stdlib.h>

#include "daemon/run/state.h"
#include "daemon/system/clock.h"
#include "observe/review.h"

/* few enough that adding them up is done within a turn of the loop */
#define EVENTS_A_PIECE 100
#define IDS_NAMED 20 /* of a difference */
#define KINDS                                                                                      \
	(STORE_KIND(RECORD_DECISION) | STORE_KIND(RECORD_SHADOW) | STORE_KIND(RECORD_OUTCOME) |    \
	 STORE_KIND(RECORD_CHOICE))

struct reporting {
	struct app *app;
	struct route_reply *reply;
	struct store_span span;
	struct arena memory;
	struct choice_tags tags;
	struct review review;
};

static void end_reporting(struct reporting *reporting)
{
	reporting->app->reporting.running--;
	review_free(&reporting->review);
	arena_free(&reporting->memory);
	free(reporting);
}

static void refuse_reporting(struct reporting *reporting, int status, const char *reason)
{
	route_reply_say(reporting->reply, status, reason);
	end_reporting(reporting);
}

static void answer_reporting(struct reporting *reporting)
{
	struct review_frame frame = {
	        .from = reporting->span.from, .to = reporting->span.to, .ids_max = IDS_NAMED};
	struct buf json;

	buf_init(&json, ROUTE_ANSWER_MAX - 1024);
	review_write(&reporting->review, &frame, &json);
	if (json.overflow)
		route_reply_say(reporting->reply, 500, "the report is too large");
	else
		route_reply_send(reporting->reply, 200, buf_cstr(&json));
	buf_free(&json);
	end_reporting(reporting);
}

/* A record that is damaged, or sealed with another key, is left out. */
static void review_event(struct review *review, const struct store_event *event)
{
	struct err err;
	struct json *payload =
	        event->payload != NULL ? json_parse(str_of(event->payload), &err) : NULL;

	if (payload == NULL)
		return;
	if (event->kind == RECORD_OUTCOME)
		review_outcome(review, event->ticket.id, event->at, payload);
	else if (event->kind == RECORD_CHOICE)
		review_choice(review, event->ticket.id, payload);
	else
		review_decision(review, event->ticket.id, event->at, event->kind == RECORD_SHADOW,
		                payload);
	json_free(payload);
}

static void on_piece(void *arg, const struct store_events *events)
{
	struct reporting *reporting = arg;

	if (events->error != NULL) {
		refuse_reporting(reporting, 500, events->error);
		return;
	}
	for (size_t i = 0; i < events->count; i++)
		review_event(&reporting->review, &events->events[i]);
	if (!events->more) {
		answer_reporting(reporting);
	} else if (reporting->app->store == NULL) {
		refuse_reporting(reporting, 503, "the service is stopping");
	} else {
		reporting->span.after = events->next;
		store_history(reporting->app->store, &reporting->span, on_piece, reporting);
	}
}

void reporting_begin(struct app *app, msec span, struct route_reply *reply)
{
	const struct config *config = app->settings->config;
	msec now = clock_now().wall;
	struct err err;

	if (app->store == NULL) {
		route_reply_say(reply, 503,
		                app->cli->dry_run ? "this is a dry run, which keeps no history"
		                                  : "the service is stopping");
		return;
	}
	if (app->reporting.running >= REPORTING_MOST) {
		route_reply_say(reply, 503, "other reports are being made: try again in a moment");
		return;
	}
	struct reporting *reporting = xcalloc(1, sizeof(*reporting));

	app->reporting.running++;
	reporting->app = app;
	reporting->reply = reply;
	reporting->span = (struct store_span){
	        .from = now - span, .to = now + 1, .kinds = KINDS, .limit = EVENTS_A_PIECE};
	review_init(&reporting->review, &reporting->tags,
	            (struct prices){config->llm.price_input, config->llm.price_cached,
	                            config->llm.price_output});
	if (choice_tags_read(str_of(config->report.tags), str_of(config->zendesk.tag_prefix),
	                     &reporting->tags, &reporting->memory, &err) < 0) {
		refuse_reporting(reporting, 500, err.text); /* such a configuration was refused */
		return;
	}
	store_history(app->store, &reporting->span, on_piece, reporting);
}
