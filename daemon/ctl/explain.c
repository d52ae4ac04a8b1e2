/* Prints the history of a ticket. Each kind of event has a headline and a list of lines; a line is
 * skipped when its member is missing. */
#include "daemon/ctl/explain.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/ctl/print.h"

#define VALUE_MAX (64 * 1024)

/* How a value is shown. SHAPE_ALWAYS: an empty value is shown too, as "none". */
enum shape {
	SHAPE_PLAIN,
	SHAPE_ALWAYS,
	SHAPE_SPAN,
	SHAPE_WALL,
	SHAPE_CONFIDENT,
	SHAPE_HASH,
	SHAPE_SIZES
};

/* How one member of a payload is shown; `words` == NULL: it is not, because the headline says it
 * or it is of no use to a person. */
struct line {
	const char *member;
	const char *words;
	enum shape shape;
};

static const struct line decision_lines[] = {
        {"summary", "Summary", SHAPE_PLAIN},
        {"root_cause", "Root cause", SHAPE_CONFIDENT},
        {"urgency", "Urgency", SHAPE_CONFIDENT},
        {"sentiment", "Sentiment", SHAPE_CONFIDENT},
        {"priority_first", "Priority when first read", SHAPE_ALWAYS},
        {"updated_first", "Ticket last changed", SHAPE_WALL},
        {"model_version", "Model version", SHAPE_PLAIN},
        {"prompt_version", "Prompt version", SHAPE_ALWAYS},
        {"tokens_prompt", "Tokens sent", SHAPE_PLAIN},
        {"tokens_answer", "Tokens received", SHAPE_PLAIN},
        {"attempts", "Requests to the model", SHAPE_ALWAYS},
        {"model_ms", "Model time", SHAPE_SPAN},
        {"text_hash", "SHA-256 of the text", SHAPE_HASH},
        {"left_out", "Left out of the text", SHAPE_SIZES},
        {"answer", "Raw answer", SHAPE_ALWAYS},
        {"further", NULL, SHAPE_PLAIN},
        {"model", NULL, SHAPE_PLAIN},
        {"by_rules", NULL, SHAPE_PLAIN},
        {"fallback", NULL, SHAPE_PLAIN},
        {"rules_because", NULL, SHAPE_PLAIN},
        {"decided", NULL, SHAPE_PLAIN},
        {"confidence", NULL, SHAPE_PLAIN},
};
static const struct line intent_lines[] = {
        {"tags_added", "Tags to add", SHAPE_ALWAYS},
        {"tags_removed", "Our earlier tags to remove", SHAPE_PLAIN},
        {"tags", "Tags after the write", SHAPE_PLAIN},
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
        {"tags_before", "Tags before", SHAPE_PLAIN},
        {"tags_after", "Tags after", SHAPE_PLAIN},
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
};

static const struct line refusal_lines[] = {
        {"hash", "SHA-256 of what was sent", SHAPE_PLAIN},
        {"model", NULL, SHAPE_PLAIN},
        {"reason", NULL, SHAPE_PLAIN},
        {"at", NULL, SHAPE_PLAIN},
};

static const struct line order_lines[] = {
        {"order", "Id of the order", SHAPE_PLAIN},
        {"by", NULL, SHAPE_PLAIN},
        {"reason", NULL, SHAPE_PLAIN},
        {"at", NULL, SHAPE_PLAIN},
        {"over", NULL, SHAPE_PLAIN},
        {"orders", NULL, SHAPE_PLAIN},
        {"untagged", NULL, SHAPE_PLAIN},
        {"revisits", NULL, SHAPE_PLAIN},
};

/* --- headlines --- */

static bool is_set(const json_t *payload, const char *member)
{
	bool value = false;

	return json_bool_at(payload, member, &value) && value;
}

static void add_string(struct buf *out, const json_t *payload, const char *member,
                       const char *otherwise)
{
	struct str text = json_str_at(payload, member);

	if (text.len > 0)
		print_add_text(out, text);
	else
		buf_puts(out, otherwise);
}

static void head_decision(struct buf *out, const json_t *payload)
{
	buf_puts(out, "Decided by ");
	if (is_set(payload, "fallback"))
		buf_puts(out, "the built-in rules, because the model gave no usable answer");
	else if (is_set(payload, "by_rules"))
		buf_puts(out, "the built-in rules");
	else
		add_string(out, payload, "model", "a model");
	if (json_str_at(payload, "rules_because").len > 0) {
		buf_puts(out, "; reason: ");
		add_string(out, payload, "rules_because", "");
	}
}

static void head_intent(struct buf *out, const json_t *payload)
{
	buf_puts(out, is_set(payload, "bulk") ? "Prepared to write (bulk update)"
	                                      : "Prepared to write (single update)");
}

/* Only an order of a person adds one more note. */
static bool is_further_without_note(const json_t *payload)
{
	struct str further = json_str_at(payload, "further");

	return further.len > 0 && !str_eq(further, STR("order"));
}

static void head_outcome(struct buf *out, const json_t *payload)
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
	else if (is_set(payload, "pruned"))
		buf_puts(out, "Closed; its details are older than log.retention_days and have been "
		              "removed");
	else
		add_string(out, payload, "state", "Ended");
	if (reason.len > 0) {
		buf_puts(out, "; reason: ");
		print_add_text(out, reason);
	}
	if (is_set(payload, "untagged"))
		buf_puts(out, " (the processed tag was removed by someone)");
}

static void head_refusal(struct buf *out, const json_t *payload)
{
	buf_puts(out, "Refused for itself by ");
	add_string(out, payload, "model", "the model");
	buf_puts(out, ": not sent to it again until its text changes");
	if (json_str_at(payload, "reason").len > 0) {
		buf_puts(out, "; reason: ");
		add_string(out, payload, "reason", "");
	}
}

static void head_order(struct buf *out, const json_t *payload)
{
	struct str reason = json_str_at(payload, "reason");

	if (is_set(payload, "over"))
		buf_puts(out, "Closed without a new analysis: ");
	if (str_eq(reason, STR("order"))) {
		buf_puts(out, "Ordered to be analysed again by ");
		add_string(out, payload, "by", "a person");
	} else if (str_eq(reason, STR("untagged"))) {
		buf_puts(out, "To be analysed again, because our tag was removed by ");
		add_string(out, payload, "by", "someone");
	} else {
		buf_puts(out, "To be analysed again by the model, in the place of the rules");
	}
}

static const struct kind {
	const char *name;
	void (*headline)(struct buf *out, const json_t *payload);
	const struct line *lines;
	size_t line_count;
} kinds[] = {
        {"decision", head_decision, decision_lines, ARRAY_LEN(decision_lines)},
        {"intent", head_intent, intent_lines, ARRAY_LEN(intent_lines)},
        {"outcome", head_outcome, outcome_lines, ARRAY_LEN(outcome_lines)},
        {"refusal", head_refusal, refusal_lines, ARRAY_LEN(refusal_lines)},
        {"order", head_order, order_lines, ARRAY_LEN(order_lines)},
};

/* --- lines --- */

/* Whether the value is zero, empty or null, and so not worth a line. */
static bool is_empty_value(const json_t *value)
{
	if (json_is_integer(value))
		return json_integer_value(value) == 0;
	if (json_is_string(value))
		return json_string_length(value) == 0;
	return value == NULL || json_is_null(value);
}

/* Adds the model's confidence; rules have none, so nothing is added then. */
static void add_confidence(struct buf *out, const json_t *payload, const char *member)
{
	double confidence;

	if (json_number_at(json_at(payload, "confidence"), member, &confidence))
		buf_printf(out, " (%.0f %% sure)", 100 * confidence);
	else if (!is_set(payload, "by_rules"))
		buf_puts(out, " (the model gave no confidence)");
}

/* {"earlier_mail":1200,"picture":64000} as "earlier mail 1.2 KB, picture 64.0 KB". */
static void add_sizes(struct buf *out, const json_t *value)
{
	json_t *members = (json_t *)(uintptr_t)value;

	for (void *at = json_object_iter(members); at != NULL;
	     at = json_object_iter_next(members, at)) {
		long long bytes = (long long)json_integer_value(json_object_iter_value(at));

		buf_puts(out, at == json_object_iter(members) ? "" : ", ");
		for (const char *c = json_object_iter_key(at); *c != '\0'; c++)
			buf_putc(out, *c == '_' ? ' ' : *c);
		if (bytes < 1000)
			buf_printf(out, " %lld %s", bytes,
			           str_plural((uint64_t)bytes, "byte", "bytes"));
		else
			buf_printf(out, " %.1f KB", (double)bytes / 1000);
	}
}

static void add_shaped(struct buf *out, const json_t *payload, const struct line *line,
                       const json_t *value)
{
	int64_t requests = 1;

	if (line->shape == SHAPE_SPAN && json_is_integer(value)) {
		print_add_span(out, json_integer_value(value));
		return;
	}
	if (line->shape == SHAPE_WALL && json_is_integer(value)) {
		print_add_wall(out, json_integer_value(value));
		return;
	}
	if (line->shape == SHAPE_SIZES && json_is_object(value)) {
		add_sizes(out, value);
		return;
	}
	if (line->shape == SHAPE_ALWAYS && !json_is_integer(value) && is_empty_value(value))
		buf_puts(out, "none");
	else
		print_add_value(out, str_of(line->member), value);
	if (line->shape == SHAPE_CONFIDENT)
		add_confidence(out, payload, line->member);
	if (line->shape == SHAPE_HASH && json_int_at(payload, "attempts", &requests))
		buf_puts(out, requests > 0 ? " (as sent)" : " (not sent)");
}

static void add_line(struct table *table, const json_t *payload, const struct line *line)
{
	const json_t *value = json_at(payload, line->member);
	struct buf text;

	if (line->words == NULL || value == NULL ||
	    (line->shape != SHAPE_ALWAYS && is_empty_value(value)))
		return;
	buf_init(&text, VALUE_MAX);
	add_shaped(&text, payload, line, value);
	table_add(table, xasprintf("    %s:", line->words), buf_take(&text, NULL));
}

static bool has_words(const struct kind *kind, const char *member)
{
	for (size_t i = 0; i < kind->line_count; i++)
		if (strcmp(kind->lines[i].member, member) == 0)
			return true;
	return false;
}

static void add_unknown(struct table *table, const char *member, const json_t *value)
{
	struct buf name, text;

	buf_init(&name, 256);
	buf_init(&text, VALUE_MAX);
	buf_puts(&name, "    ");
	print_add_name(&name, str_of(member), value);
	buf_putc(&name, ':');
	print_add_value(&text, str_of(member), value);
	table_add(table, buf_take(&name, NULL), buf_take(&text, NULL));
}

static void add_payload(struct buf *out, const struct kind *kind, const json_t *payload)
{
	struct table table = {0};
	json_t *members = (json_t *)(uintptr_t)payload;

	for (size_t i = 0; i < kind->line_count; i++)
		add_line(&table, payload, &kind->lines[i]);
	for (void *at = json_object_iter(members); at != NULL;
	     at = json_object_iter_next(members, at))
		if (!has_words(kind, json_object_iter_key(at)))
			add_unknown(&table, json_object_iter_key(at), json_object_iter_value(at));
	table_print(&table, out);
	table_free(&table);
}

/* --- events --- */

static const struct kind *kind_of(const json_t *event)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_eq(json_str_at(event, "kind"), str_of(kinds[i].name)))
			return &kinds[i];
	return NULL;
}

/* A suffix for an event that the next start will not restore: it was replaced by a later one, or
 * the ticket was closed. */
static const char *suffix_of(const json_t *events, size_t at)
{
	const json_t *event = json_array_get(events, at);
	struct str kind = json_str_at(event, "kind");
	bool alive;

	if (!json_bool_at(event, "alive", &alive) || alive)
		return "";
	for (size_t i = at + 1; i < json_array_size(events); i++)
		if (str_eq(json_str_at(json_array_get(events, i), "kind"), kind))
			return " [replaced by a later one]";
	return " [closed]";
}

static void add_event(struct buf *out, const json_t *events, size_t i)
{
	static const struct kind unknown = {0};
	const json_t *event = json_array_get(events, i), *payload = json_at(event, "payload");
	const struct kind *kind = kind_of(event);
	int64_t at = 0;

	(void)json_int_at(event, "at", &at);
	buf_putc(out, '\n');
	print_add_wall(out, at);
	buf_puts(out, "  ");
	if (kind != NULL && json_is_object(payload))
		kind->headline(out, payload);
	else
		add_string(out, event, "kind", "something");
	buf_puts(out, suffix_of(events, i));
	buf_putc(out, '\n');
	if (json_is_null(payload))
		buf_puts(out, "    This record cannot be read: it is damaged, or sealed with a key "
		              "other than log.key.\n");
	add_payload(out, kind != NULL ? kind : &unknown, payload);
}

/* --- the ticket as a whole --- */

static void add_erased(struct buf *out, const json_t *tree)
{
	int64_t at;

	if (!is_set(tree, "erased"))
		return;
	buf_puts(out, "Erased on request");
	if (json_int_at(tree, "erased_at", &at) && at > 0) {
		buf_puts(out, " on ");
		print_add_wall(out, at);
	}
	buf_puts(out, "; a tombstone (a keyed hash of its number) prevents a new analysis.\n");
}

static void add_deaths(struct buf *out, const json_t *tree)
{
	int64_t deaths;

	if (!json_int_at(tree, "deaths", &deaths) || deaths <= 0)
		return;
	if (deaths == 1) {
		buf_puts(out, "The service crashed once while it processed this ticket; after a "
		              "second crash the ticket is quarantined.\n");
		return;
	}
	buf_printf(out,
	           "Quarantined: the service crashed %lld times while it processed this ticket. "
	           "Please report it, with the\n"
	           "last log lines before each restart. To retry it: stop the service "
	           "(systemctl stop ai-ticketd.socket),\n"
	           "remove its lines from the file \"deaths\" next to the database, and start the "
	           "service again.\n",
	           (long long)deaths);
}

static void add_omitted(struct buf *out, const json_t *tree)
{
	int64_t omitted;

	if (json_int_at(tree, "omitted", &omitted) && omitted > 0)
		buf_printf(out, "%lld older %s not shown.\n", (long long)omitted,
		           str_plural((uint64_t)omitted, "record is", "records are"));
}

static void add_now(struct buf *out, const json_t *tree)
{
	struct str now = json_str_at(tree, "now");

	if (now.len == 0)
		return;
	buf_puts(out, "Now: ");
	print_add_text(out, now);
	buf_putc(out, '\n');
}

static int64_t id_of(const json_t *tree)
{
	int64_t id = 0;

	(void)json_int_at(tree, "ticket_id", &id);
	return id;
}

void explain_answer(struct buf *out, const json_t *tree)
{
	const json_t *events = json_at(tree, "events");

	buf_printf(out, "Ticket %lld\n", (long long)id_of(tree));
	add_erased(out, tree);
	add_deaths(out, tree);
	add_now(out, tree);
	add_omitted(out, tree);
	if (json_array_size(events) == 0 && !is_set(tree, "erased"))
		buf_puts(out, "It has no recorded history.\n");
	for (size_t i = 0; i < json_array_size(events); i++)
		add_event(out, events, i);
}

void explain_nothing(struct buf *out, const json_t *tree)
{
	const json_t *reasons = json_at(tree, "reasons");

	add_string(out, tree, "error", "No record of this ticket.");
	buf_putc(out, '\n');
	add_now(out, tree);
	if (json_array_size(reasons) > 0)
		buf_puts(out, "Possible reasons:\n");
	for (size_t i = 0; i < json_array_size(reasons); i++) {
		buf_puts(out, "  - ");
		print_add_text(out, json_str_value(json_array_get(reasons, i)));
		buf_putc(out, '\n');
	}
}
