/* The members that records of decisions have, those of shadow mode too. */
#include "base/json.h"
#include "engine/core/figures.h"
#include "engine/core/journal.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"

/* What of the description was no word of its author: {"picture":10240}, in bytes. Nothing is added
 * when nothing was left out. */
static void add_left_out(struct buf *out, const struct ballast *left_out)
{
	if (!ballast_is_any(left_out))
		return;
	json_add_key(out, "left_out");
	buf_putc(out, '{');
	for (size_t i = 0; i < BALLAST_KINDS; i++)
		if (left_out->bytes[i] > 0)
			json_add_member_int(out, ballast_kind_name((enum ballast_kind)i),
			                    left_out->bytes[i]);
	buf_putc(out, '}');
}

/* For people who ask later how the decision was made; of these members a later start reads the hash
 * and the version alone. */
static void add_audit(struct buf *out, const struct ticket *ticket)
{
	json_add_member(out, "text_hash", ticket->text_hash);
	json_add_member(out, "prompt_version", ticket->analysis.prompt_version);
	json_add_member(out, "answer", ticket->words);
	json_add_member(out, "rules_because", ticket->rules_because);
	json_add_member_int(out, "attempts", ticket->asked);
	if (ticket->analysis.tickets > 1 && !ticket->analysis.cached)
		json_add_member_int(out, "tickets_in_request", ticket->analysis.tickets);
	add_left_out(out, &ticket->left_out);
}

/* {"EMAIL":2}: what was taken out of the text, by kind. */
static void add_redacted(struct buf *out, const struct redact_counts *counts)
{
	json_add_key(out, "redacted");
	buf_putc(out, '{');
	for (size_t i = 0; counts != NULL && i < PII_KINDS; i++)
		if (counts->by_kind[i] > 0)
			json_add_member_int(out, pii_kind_name((enum pii_kind)i),
			                    counts->by_kind[i]);
	buf_putc(out, '}');
}

void journal_add_decision(struct buf *out, const struct ticket *ticket)
{
	const struct analysis *analysis = &ticket->analysis;

	json_add_member(out, "summary", analysis->summary);
	json_add_member(out, "root_cause", str_of(root_cause_name(analysis->root_cause)));
	json_add_member(out, "urgency", str_of(urgency_name(analysis->urgency)));
	json_add_member(out, "sentiment", str_of(sentiment_name(analysis->sentiment)));
	json_add_member(out, "model", analysis->model);
	json_add_member(out, "model_version", analysis->model_version);
	json_add_member_int(out, "tokens_prompt", analysis->tokens_prompt);
	json_add_member_int(out, "tokens_answer", analysis->tokens_answer);
	if (ticket->spent.tokens_cached > 0)
		json_add_member_int(out, "tokens_cached", (int64_t)ticket->spent.tokens_cached);
	json_add_member_bool(out, "tokens_estimated", ticket->spent.estimated);
	json_add_key(out, "confidence");
	confidence_write(out, &analysis->confidence);
	json_add_member_bool(out, "by_rules", analysis->by_rules);
	json_add_member_bool(out, "fallback", analysis->fallback);
	json_add_member_bool(out, "provisional", ticket->provisional);
	json_add_member_int(out, "decided", analysis->decided_wall);
	json_add_member_int(out, "model_ms", analysis->model_ms);
	json_add_member(out, "priority_first", str_of(priority_name(ticket->priority_first)));
	json_add_member_int(out, "updated_first", ticket->updated_first);
	if (analysis->cached) {
		json_add_member_bool(out, "cached", true);
		json_add_member_int(out, "answered", ticket->flight.answered);
	}
	if (ticket->shadow_decided)
		json_add_member_int(out, "from_shadow", ticket->shadow_decided);
	add_redacted(out, ticket->redacted);
	add_audit(out, ticket);
}

static void add_priority_or_null(struct buf *out, const char *key, enum priority priority)
{
	if (priority != PRIORITY_NONE) {
		json_add_member(out, key, str_of(priority_name(priority)));
		return;
	}
	json_add_key(out, key);
	buf_puts(out, "null");
}

void journal_add_would_be(struct buf *out, const struct ticket *ticket, const char *hash)
{
	char taxonomy[ANALYSIS_TAXONOMY_SIZE];

	analysis_taxonomy(taxonomy);
	json_add_member(out, "hash", str_of(hash));
	json_add_member(out, "taxonomy", str_of(taxonomy));
	add_priority_or_null(out, "priority_before", ticket->priority_first);
	add_priority_or_null(out, "priority_set", ticket->priority_set);
	tags_add_member(out, "tags_added", &ticket->tags_added);
	json_add_member_number(out, "seconds",
	                       (double)figures_processing(ticket) / (double)MSEC_SECOND, 3);
	json_add_member_number(out, "cost", ticket->spent.cost, 9);
	if (ticket->rules_because.len > 0)
		json_add_member(out, "reason", ticket->rules_because);
}
