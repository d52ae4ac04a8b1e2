/* Adds up what a backtest decided. */
#include "daemon/run/backtest.h"

#include <stdlib.h>

#include "daemon/run/state.h"
#include "observe/review.h"
#include "privacy/redact.h"

#define PAYLOAD_BYTES_MAX (64 * 1024)
#define FACTS_BYTES_MAX (4 * 1024 * 1024)
#define IDS_NAMED 20 /* of a difference */

struct backtest {
	struct arena memory;
	struct choice_tags tags;
	struct review review;
	msec oldest, newest; /* wall: when tickets last changed; the former -1 = there was none */
};

void backtest_open(struct app *app)
{
	const struct config *config = app->settings->config;
	struct err err;

	if (app->cli->backtest == 0)
		return;
	struct backtest *backtest = xcalloc(1, sizeof(*backtest));

	/* a finished configuration has passed the same check */
	ENSURE(choice_tags_read(str_of(config->report.tags), str_of(config->zendesk.tag_prefix),
	                        &backtest->tags, &backtest->memory, &err) == 0);
	review_init(&backtest->review, &backtest->tags,
	            (struct prices){config->llm.price_input, config->llm.price_cached,
	                            config->llm.price_output});
	backtest->oldest = -1;
	app->backtest = backtest;
}

bool backtest_is_on(const struct app *app)
{
	return app->backtest != NULL;
}

void backtest_free(struct app *app)
{
	if (app->backtest == NULL)
		return;
	review_free(&app->backtest->review);
	arena_free(&app->backtest->memory);
	free(app->backtest);
	app->backtest = NULL;
}

static void add_list(struct buf *json, const char *member, const struct tags *tags)
{
	json_add_key(json, member);
	buf_putc(json, '[');
	for (size_t i = 0; i < tags->count; i++) {
		json_add_comma(json);
		json_add_string(json, tags->items[i]);
	}
	buf_putc(json, ']');
}

/* The same members as those of a decision's record. */
static void add_decision(struct buf *json, const struct outcome *outcome)
{
	const struct analysis *analysis = outcome->analysis;

	buf_putc(json, '{');
	json_add_member(json, "root_cause", str_of(root_cause_name(analysis->root_cause)));
	json_add_member(json, "urgency", str_of(urgency_name(analysis->urgency)));
	json_add_member(json, "sentiment", str_of(sentiment_name(analysis->sentiment)));
	json_add_member(json, "model", analysis->model);
	json_add_member_int(json, "tokens_prompt", analysis->tokens_prompt);
	json_add_member_int(json, "tokens_answer", analysis->tokens_answer);
	json_add_member_bool(json, "by_rules", analysis->by_rules);
	json_add_member_bool(json, "fallback", analysis->fallback);
	json_add_member_int(json, "model_ms", analysis->model_ms);
	json_add_member(json, "priority_set", str_of(priority_name(outcome->priority_set)));
	add_list(json, "tags_added", &outcome->tags_added);
	buf_putc(json, '}');
}

static void add_choice(struct buf *json, const struct outcome *outcome)
{
	buf_putc(json, '{');
	json_add_member_int(json, "at", outcome->changed);
	json_add_member(json, "priority", str_of(priority_name(outcome->priority_found)));
	add_list(json, "tags", &outcome->tags_found);
	buf_putc(json, '}');
}

static void add_failed_one(struct buf *json, const struct outcome *outcome)
{
	buf_puts(json, "{\"state\":\"failed\"}");
}

static struct json *tree_of(void (*add)(struct buf *json, const struct outcome *outcome),
                            const struct outcome *outcome)
{
	struct buf json;
	struct err err;

	buf_init(&json, PAYLOAD_BYTES_MAX);
	add(&json, outcome);
	struct json *tree = json_parse(buf_str(&json), &err);
	buf_free(&json);
	return tree;
}

void backtest_take(struct app *app, const struct outcome *outcome)
{
	struct backtest *backtest = app->backtest;
	uint64_t id = outcome->ticket.id;
	bool decided = outcome->status == OUTCOME_DRY_RUN && outcome->analysis != NULL;
	struct json *first = tree_of(decided ? add_decision : add_failed_one, outcome);

	if (!decided) {
		review_outcome(&backtest->review, id, outcome->changed, first);
		json_free(first);
		return;
	}
	struct json *found = tree_of(add_choice, outcome);

	review_decision(&backtest->review, id, outcome->changed, true, first);
	review_choice(&backtest->review, id, found);
	json_free(first);
	json_free(found);
	if (backtest->oldest < 0 || outcome->changed < backtest->oldest)
		backtest->oldest = outcome->changed;
	if (outcome->changed > backtest->newest)
		backtest->newest = outcome->changed;
}

void backtest_report(struct app *app, struct buf *out)
{
	struct backtest *backtest = app->backtest;
	struct review_frame frame = {.backtest = true,
	                             .from = backtest->oldest,
	                             .to = backtest->newest,
	                             .ids_max = IDS_NAMED};
	struct engine_stats stats;
	struct buf facts;
	struct err err;

	engine_stats(app->engine, &stats);
	for (int kind = 0; kind < PII_KINDS; kind++)
		review_redacted(&backtest->review, pii_kind_name((enum pii_kind)kind),
		                stats.redacted[kind]);
	buf_init(&facts, FACTS_BYTES_MAX);
	review_write(&backtest->review, &frame, &facts);
	struct json *tree = json_parse(buf_str(&facts), &err);
	if (tree != NULL)
		review_words(tree, out);
	json_free(tree);
	buf_free(&facts);
}
