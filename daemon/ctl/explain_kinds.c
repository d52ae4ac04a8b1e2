/* The kinds of records, with the words for them. */
#include "daemon/ctl/explain_kinds.h"

#include "daemon/ctl/print.h"
#include "daemon/ctl/trail.h"

static const struct line decision_lines[] = {
        {"summary", "Summary", SHAPE_PLAIN},
        {"root_cause", "Root cause", SHAPE_CONFIDENT},
        {"urgency", "Urgency", SHAPE_CONFIDENT},
        {"sentiment", "Sentiment", SHAPE_CONFIDENT},
        {"priority_first", "Priority when first read", SHAPE_ALWAYS},
        {"updated_first", "Ticket last changed", SHAPE_WALL},
        {"model_version", "Model version", SHAPE_PLAIN},
        {"prompt_version", "Prompt version", SHAPE_ALWAYS},
        {"tokens_prompt", "Tokens sent", SHAPE_TOKENS},
        {"tokens_cached", "Of these in the service's cache", SHAPE_PLAIN},
        {"tokens_answer", "Tokens received", SHAPE_TOKENS},
        {"tokens_estimated", NULL, SHAPE_PLAIN},
        {"provisional", "To be analysed again when the model answers", SHAPE_IF_TRUE},
        {"attempts", "Requests to the model", SHAPE_ALWAYS},
        {"tickets_in_request", "Tickets in the request", SHAPE_PLAIN},
        {"model_ms", "Model time", SHAPE_SPAN},
        {"cached", "Answer to another ticket with the same text", SHAPE_IF_TRUE},
        {"answered", "Answered", SHAPE_WALL},
        {"text_hash", "SHA-256 of the text", SHAPE_HASH},
        {"left_out", "Left out of the text", SHAPE_SIZES},
        {"answer", "Raw answer", SHAPE_ALWAYS},
        {"from_shadow", "Answer of the shadow decision", SHAPE_WALL},
        {"further", NULL, SHAPE_PLAIN},
        {"redacted", NULL, SHAPE_PLAIN},
        {"model", NULL, SHAPE_PLAIN},
        {"by_rules", NULL, SHAPE_PLAIN},
        {"fallback", NULL, SHAPE_PLAIN},
        {"rules_because", NULL, SHAPE_PLAIN},
        {"decided", NULL, SHAPE_PLAIN},
        {"confidence", NULL, SHAPE_PLAIN},
};
static const struct line shadow_lines[] = {
        {"root_cause", "Root cause", SHAPE_CONFIDENT},
        {"urgency", "Urgency", SHAPE_CONFIDENT},
        {"sentiment", "Sentiment", SHAPE_CONFIDENT},
        {"summary", "Summary", SHAPE_PLAIN},
        {"tags_added", "Would add the tags", SHAPE_ALWAYS},
        {"priority_before", "Priority", SHAPE_ALWAYS},
        {"priority_set", "Would set the priority", SHAPE_ALWAYS},
        {"updated_first", "Ticket last changed", SHAPE_WALL},
        {"model_version", "Model version", SHAPE_PLAIN},
        {"prompt_version", "Prompt version", SHAPE_PLAIN},
        {"tokens_prompt", "Tokens sent", SHAPE_TOKENS},
        {"tokens_cached", "Of these in the service's cache", SHAPE_PLAIN},
        {"tokens_answer", "Tokens received", SHAPE_TOKENS},
        {"tokens_estimated", NULL, SHAPE_PLAIN},
        {"attempts", "Requests to the model", SHAPE_ALWAYS},
        {"tickets_in_request", "Tickets in the request", SHAPE_PLAIN},
        {"model_ms", "Model time", SHAPE_SPAN},
        {"cached", "Answer to another ticket with the same text", SHAPE_IF_TRUE},
        {"answered", "Answered", SHAPE_WALL},
        {"text_hash", "SHA-256 of the text", SHAPE_HASH},
        {"left_out", "Left out of the text", SHAPE_SIZES},
        {"answer", "Raw answer", SHAPE_ALWAYS},
        {"redacted", NULL, SHAPE_PLAIN},
        {"model", NULL, SHAPE_PLAIN},
        {"by_rules", NULL, SHAPE_PLAIN},
        {"fallback", NULL, SHAPE_PLAIN},
        {"rules_because", NULL, SHAPE_PLAIN},
        {"reason", NULL, SHAPE_PLAIN},
        {"decided", NULL, SHAPE_PLAIN},
        {"confidence", NULL, SHAPE_PLAIN},
        {"hash", NULL, SHAPE_PLAIN},
        {"taxonomy", NULL, SHAPE_PLAIN},
        {"seconds", NULL, SHAPE_PLAIN},
        {"provisional", NULL, SHAPE_PLAIN},
        {"priority_first", NULL, SHAPE_PLAIN},
        {"cost", NULL, SHAPE_PLAIN},
};
static const struct line intent_lines[] = {
        {"tags_added", "Tags to add", SHAPE_ALWAYS},
        {"tags_removed", "Our earlier tags to remove", SHAPE_PLAIN},
        {"tags", "Tags after the write", SHAPE_ALWAYS},
        {"order", "Carries out the order", SHAPE_PLAIN},
        {"priority_before", "Priority before the write", SHAPE_ALWAYS},
        {"priority_set", "Priority to set", SHAPE_ALWAYS},
        {"note", "Adds a note", SHAPE_PLAIN},
        {"author", "Author of the note (user id)", SHAPE_PLAIN},
        {"stamp", "Only if unchanged since", SHAPE_PLAIN},
        {"at", NULL, SHAPE_PLAIN},
        {"bulk", NULL, SHAPE_PLAIN},
};
static const struct line outcome_lines[] = {
        {"tags_before", "Tags before", SHAPE_ALWAYS},
        {"tags_after", "Tags after", SHAPE_ALWAYS},
        {"tags_removed", "Our earlier tags removed", SHAPE_PLAIN},
        {"order", "Carries out the order", SHAPE_PLAIN},
        {"further", NULL, SHAPE_PLAIN},
        {"former", NULL, SHAPE_PLAIN},
        {"priority_before", "Priority before", SHAPE_ALWAYS},
        {"priority_after", "Priority after", SHAPE_ALWAYS},
        {"model_ms", "Model time", SHAPE_SPAN},
        {"write_ms", "Write time", SHAPE_SPAN},
        {"queue_ms", "Waited", SHAPE_SPAN},
        {"updated_first", "Last changed, when first read", SHAPE_WALL},
        {"updated_last", "Last changed, when written", SHAPE_WALL},
        {"returns", "Retries", SHAPE_PLAIN},
        {"state", NULL, SHAPE_PLAIN},
        {"reason", NULL, SHAPE_PLAIN},
        {"at", NULL, SHAPE_PLAIN},
        {"verdict", NULL, SHAPE_PLAIN},
        {"untagged", NULL, SHAPE_PLAIN},
        {"pruned", NULL, SHAPE_PLAIN},
        {"run", NULL, SHAPE_PLAIN},
};

static const struct line refusal_lines[] = {
        {"hash", "SHA-256 of what was sent", SHAPE_PLAIN},
        {"model", NULL, SHAPE_PLAIN},
        {"reason", NULL, SHAPE_PLAIN},
        {"at", NULL, SHAPE_PLAIN},
};

static const struct line command_lines[] = {
        {"order", NULL, SHAPE_PLAIN}, {"user", NULL, SHAPE_PLAIN},  {"uid", NULL, SHAPE_PLAIN},
        {"pid", NULL, SHAPE_PLAIN},   {"token", NULL, SHAPE_PLAIN}, {"address", NULL, SHAPE_PLAIN},
};
static const struct line order_lines[] = {
        {"order", "Id of the order", SHAPE_PLAIN},
        {"audit", "Entry in the ticket's history", SHAPE_PLAIN},
        {"by", NULL, SHAPE_PLAIN},
        {"reason", NULL, SHAPE_PLAIN},
        {"at", NULL, SHAPE_PLAIN},
        {"over", NULL, SHAPE_PLAIN},
        {"orders", NULL, SHAPE_PLAIN},
        {"untagged", NULL, SHAPE_PLAIN},
        {"revisits", NULL, SHAPE_PLAIN},
};
static const struct line choice_lines[] = {
        {"priority", "Priority", SHAPE_PLAIN},
        {"tags", "Tags", SHAPE_PLAIN},
        {"audit", "Entry in the ticket's history", SHAPE_PLAIN},
        {"at", "When", SHAPE_WALL},
        {"by", NULL, SHAPE_PLAIN},
};

static const struct line undo_lines[] = {
        {"order", "Id of the order", SHAPE_PLAIN},
        {"by", NULL, SHAPE_PLAIN},
        {"at", NULL, SHAPE_PLAIN},
        {"forget", NULL, SHAPE_PLAIN},
        {"over", NULL, SHAPE_PLAIN},
        {"result", NULL, SHAPE_PLAIN},
        {"reason", NULL, SHAPE_PLAIN},
        {"tags_removed", "Tags taken off", SHAPE_PLAIN},
        {"tags_gone", "Taken off by someone before", SHAPE_PLAIN},
        {"priority_before", "Priority before", SHAPE_ALWAYS},
        {"priority_after", "Priority after", SHAPE_ALWAYS},
        {"priority", NULL, SHAPE_PLAIN},
        {"note_stays", NULL, SHAPE_PLAIN},
        {"updated", NULL, SHAPE_PLAIN},
};

/* --- headlines --- */

bool explain_is_set(const struct json *payload, const char *member)
{
	bool value = false;

	return json_bool_at(payload, member, &value) && value;
}

void explain_add_string(struct buf *out, const struct json *payload, const char *member,
                        const char *otherwise)
{
	struct str text = json_str_at(payload, member);

	if (text.len > 0)
		print_add_text(out, text);
	else
		buf_puts(out, otherwise);
}

static void add_decider(struct buf *out, const struct json *payload)
{
	if (explain_is_set(payload, "fallback"))
		buf_puts(out, "the built-in rules, because the model gave no usable answer");
	else if (explain_is_set(payload, "by_rules"))
		buf_puts(out, "the built-in rules");
	else
		explain_add_string(out, payload, "model", "a model");
	if (json_str_at(payload, "rules_because").len > 0) {
		buf_puts(out, "; reason: ");
		explain_add_string(out, payload, "rules_because", "");
	}
}

static void head_decision(struct buf *out, const struct json *payload)
{
	buf_puts(out, "Decided by ");
	add_decider(out, payload);
}

static void head_shadow(struct buf *out, const struct json *payload)
{
	buf_puts(out, "Shadow, nothing was written: decided by ");
	add_decider(out, payload);
}

static void head_intent(struct buf *out, const struct json *payload)
{
	buf_puts(out, explain_is_set(payload, "bulk") ? "Prepared to write (bulk update)"
	                                              : "Prepared to write (single update)");
}

/* Only an order of a person adds one more note. */
static bool is_further_without_note(const struct json *payload)
{
	struct str further = json_str_at(payload, "further");

	return further.len > 0 && !str_eq(further, STR("order"));
}

static void head_outcome(struct buf *out, const struct json *payload)
{
	struct str state = json_str_at(payload, "state"), reason = json_str_at(payload, "reason");

	if (str_ieq(state, STR("done")) && is_further_without_note(payload))
		buf_puts(out,
		         "Done: tags and priority are on the ticket; no further note was added");
	else if (str_ieq(state, STR("done")))
		buf_puts(out, "Done: tags, priority and note are on the ticket");
	else if (str_ieq(state, STR("skipped")))
		buf_puts(out, "Skipped: nothing was written");
	else if (str_ieq(state, STR("failed")))
		buf_puts(out, "Failed: it will be retried");
	else if (explain_is_set(payload, "pruned"))
		buf_puts(out, "Closed; its details are older than log.retention_days and have been "
		              "removed");
	else
		explain_add_string(out, payload, "state", "Ended");
	if (reason.len > 0) {
		buf_puts(out, "; reason: ");
		print_add_text(out, reason);
	}
	if (explain_is_set(payload, "untagged"))
		buf_puts(out, " (the processed tag was removed by someone)");
}

static void head_choice(struct buf *out, const struct json *payload)
{
	buf_puts(out, "An agent chose, after the decision");
}

static void head_refusal(struct buf *out, const struct json *payload)
{
	buf_puts(out, "Refused for itself by ");
	explain_add_string(out, payload, "model", "the model");
	buf_puts(out, ": not sent to it again until its text changes");
	if (json_str_at(payload, "reason").len > 0) {
		buf_puts(out, "; reason: ");
		explain_add_string(out, payload, "reason", "");
	}
}

static void head_order(struct buf *out, const struct json *payload)
{
	struct str reason = json_str_at(payload, "reason");

	if (explain_is_set(payload, "over"))
		buf_puts(out, "Closed without a new analysis: ");
	if (str_eq(reason, STR("order"))) {
		buf_puts(out, "Ordered to be analysed again by ");
		explain_add_string(out, payload, "by", "a person");
	} else if (str_eq(reason, STR("untagged"))) {
		buf_puts(out, "To be analysed again, because our tag was removed by ");
		explain_add_string(out, payload, "by", "someone");
	} else if (str_eq(reason, STR("refused"))) {
		buf_puts(out, "Not analysed again: the tag that orders it came too often, and is "
		              "taken off");
	} else {
		buf_puts(out, "To be analysed again by the model, in the place of the rules");
	}
}

static void add_priority_fate(struct buf *out, const struct json *payload)
{
	struct str fate = json_str_at(payload, "priority");

	if (str_eq(fate, STR("changed")))
		buf_puts(out, "; the priority was left: someone changed it after us");
	else if (str_eq(fate, STR("none before")))
		buf_puts(out, "; the priority was left: there was none before, and Zendesk cannot "
		              "take one away");
}

static void head_undo(struct buf *out, const struct json *payload)
{
	struct str result = json_str_at(payload, "result");

	if (!explain_is_set(payload, "over")) {
		buf_puts(out, "Ordered to be undone by ");
		explain_add_string(out, payload, "by", "a person");
	} else if (str_eq(result, STR("undone"))) {
		buf_puts(out, explain_is_set(payload, "forget")
		                      ? "Undone, and the processed tag was taken off"
		                      : "Undone; the processed tag stays");
		add_priority_fate(out, payload);
		if (explain_is_set(payload, "note_stays"))
			buf_puts(out, "; the note stays: Zendesk cannot take one back");
	} else if (str_eq(result, STR("nothing"))) {
		buf_puts(out, "Nothing was undone: nothing of ours is left on the ticket");
	} else {
		buf_puts(out, str_eq(result, STR("failed")) ? "The undo failed"
		                                            : "Not undone, left alone");
		if (json_str_at(payload, "reason").len > 0) {
			buf_puts(out, "; reason: ");
			explain_add_string(out, payload, "reason", "");
		}
	}
}

static const struct kind kinds[] = {
        {"decision", head_decision, decision_lines, ARRAY_LEN(decision_lines)},
        {"shadow", head_shadow, shadow_lines, ARRAY_LEN(shadow_lines)},
        {"intent", head_intent, intent_lines, ARRAY_LEN(intent_lines)},
        {"outcome", head_outcome, outcome_lines, ARRAY_LEN(outcome_lines)},
        {"refusal", head_refusal, refusal_lines, ARRAY_LEN(refusal_lines)},
        {"order", head_order, order_lines, ARRAY_LEN(order_lines)},
        {"undo", head_undo, undo_lines, ARRAY_LEN(undo_lines)},
        {"command", trail_add_order, command_lines, ARRAY_LEN(command_lines)},
        {"choice", head_choice, choice_lines, ARRAY_LEN(choice_lines)},
};

const struct kind *explain_kind(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_eq(name, str_of(kinds[i].name)))
			return &kinds[i];
	return NULL;
}
