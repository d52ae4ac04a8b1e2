/* Writes the results file: what a batch did, for programs. */
#include "base/json.h"
#include "observe/report.h"

/* Writes seconds with three decimals, which is exactly the milliseconds. */
static void add_seconds_member(struct buf *out, const char *key, msec span)
{
	json_add_member_number(out, key, (double)(span > 0 ? span : 0) / (double)MSEC_SECOND, 3);
}

static void add_time(struct buf *out, const char *key, msec wall)
{
	char iso[CLOCK_ISO_SIZE];

	clock_format_iso(wall, iso);
	json_add_member(out, key, str_of(iso));
}

static void add_null(struct buf *out, const char *key)
{
	json_add_key(out, key);
	buf_puts(out, "null");
}

static void add_string_or_null(struct buf *out, const char *key, struct str value)
{
	if (value.len)
		json_add_member(out, key, value);
	else
		add_null(out, key);
}

static void add_confidence(struct buf *out, const struct confidence *confidence)
{
	if (!confidence->root_cause_known && !confidence->urgency_known &&
	    !confidence->sentiment_known)
		return;
	json_add_key(out, "confidence");
	confidence_write(out, confidence);
}

static void add_analysis(struct buf *out, const struct analysis *analysis)
{
	buf_putc(out, '{');
	json_add_member(out, "summary", analysis->summary);
	json_add_member(out, "root_cause", str_of(root_cause_name(analysis->root_cause)));
	json_add_member(out, "urgency", str_of(urgency_name(analysis->urgency)));
	json_add_member(out, "sentiment", str_of(sentiment_name(analysis->sentiment)));
	json_add_key(out, "metadata");
	buf_putc(out, '{');
	json_add_member(out, "model", analysis->model);
	json_add_member(out, "model_version", analysis->model_version);
	json_add_member(out, "prompt_version", analysis->prompt_version);
	json_add_member_int(out, "tokens_used", analysis_tokens(analysis));
	if (analysis->cached)
		json_add_member_bool(out, "cached", true);
	if (analysis->tickets > 1 && !analysis->cached)
		json_add_member_int(out, "tickets_in_request", analysis->tickets);
	add_confidence(out, &analysis->confidence);
	buf_putc(out, '}');
	add_time(out, "timestamp", analysis->decided_wall);
	json_add_member_int(out, "processing_time_ms", analysis->model_ms);
	buf_putc(out, '}');
}

static void add_tags(struct buf *out, const struct tags *tags)
{
	buf_putc(out, '[');
	for (size_t i = 0; i < tags->count; i++) {
		json_add_comma(out);
		json_add_string(out, tags->items[i]);
	}
	buf_putc(out, ']');
}

void report_results_head(struct buf *out, const struct batch *batch)
{
	buf_putc(out, '{');
	add_time(out, "timestamp", batch->started_wall);
	json_add_key(out, "results");
	buf_putc(out, '[');
}

void report_results_row(struct buf *out, const struct outcome *outcome, bool first)
{
	buf_puts(out, first ? "\n{" : ",\n{");
	json_add_key(out, "ticket_id");
	buf_add_u64(out, outcome->ticket.id);
	json_add_member(out, "status", str_of(outcome_status_name(outcome->status)));
	add_seconds_member(out, "processing_time", outcome->processing_ms);
	json_add_key(out, "analysis");
	if (outcome->analysis)
		add_analysis(out, outcome->analysis);
	else
		buf_puts(out, "null");
	json_add_key(out, "tags_added");
	add_tags(out, &outcome->tags_added);
	add_string_or_null(out, "priority_set", str_of(priority_name(outcome->priority_set)));
	add_string_or_null(out, "error", outcome->reason);
	buf_putc(out, '}');
}

void report_results_foot(struct buf *out, const struct batch *batch)
{
	buf_puts(out, "\n]");
	json_add_member_int(out, "total", (int64_t)batch->total);
	json_add_member_int(out, "processed", (int64_t)batch->processed);
	if (batch->shadow)
		json_add_member_int(out, "shadow", (int64_t)batch->shadow);
	json_add_member_int(out, "failed", (int64_t)batch->failed);
	json_add_member_int(out, "skipped", (int64_t)batch->skipped);
	add_seconds_member(out, "avg_time_per_ticket", batch_average(batch));
	add_seconds_member(out, "total_time", batch_duration(batch));
	json_add_member_number(out, "cost_estimate", batch->spent.cost, 8);
	json_add_member_int(out, "tokens",
	                    (int64_t)(batch->spent.tokens_prompt + batch->spent.tokens_answer));
	if (batch->spent.tokens_cached > 0)
		json_add_member_int(out, "tokens_cached", (int64_t)batch->spent.tokens_cached);
	json_add_member_bool(out, "tokens_estimated", batch->spent.estimated);
	buf_puts(out, "}\n");
}
