/* Records as text and back: what a later life of the process needs to go on exactly where this one stopped. One JSON object
 * each; no ticket text (the summary has passed redaction). */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "engine/core/state.h"

#define PAYLOAD_MAX (256 * 1024)
#define CURSOR_PAYLOAD_MAX (512 * 1024) /* twice the ids that can be held or wait for their return */

static struct record *persist(struct engine *engine, uint64_t ticket_id, enum record_kind kind, struct buf *payload,
                              const struct counts *counts)
{
	struct effect *effect = emit(engine, EFFECT_PERSIST);

	effect->number = ++engine->last_sequence;
	effect->record.sequence = effect->number;
	effect->record.kind = kind;
	effect->record.ticket_id = ticket_id;
	effect->record.payload = buf_take(payload, NULL);
	effect->record.counts = *counts;
	return &effect->record;
}

/* The ticket goes on when the record is durable, not before. */
static void persist_and_wait(struct engine *engine, struct ticket *ticket, enum record_kind kind, struct buf *payload,
                             const struct counts *counts)
{
	persist(engine, ticket->id, kind, payload, counts);
	ticket->sequence = engine->last_sequence;
	list_push_back(&engine->persisting, &ticket->queue);
}

static void add_confidence(struct buf *out, const struct confidence *confidence)
{
	json_add_key(out, "confidence");
	buf_putc(out, '{');
	if (confidence->root_cause_known)
		json_add_member_number(out, "root_cause", confidence->root_cause, 4);
	if (confidence->urgency_known)
		json_add_member_number(out, "urgency", confidence->urgency, 4);
	if (confidence->sentiment_known)
		json_add_member_number(out, "sentiment", confidence->sentiment, 4);
	buf_putc(out, '}');
}

/* For whoever wants to know later how it came to this; no later life needs it. */
static void add_audit(struct buf *out, const struct ticket *ticket)
{
	json_add_member(out, "text_hash", ticket->text_hash);
	json_add_member(out, "prompt_version", STR(PROMPT_VERSION));
	json_add_member(out, "answer", ticket->words);
	json_add_member(out, "rules_because", ticket->rules_because);
	json_add_member_int(out, "attempts", ticket->asked);
}

void journal_decision(struct engine *engine, struct ticket *ticket)
{
	const struct analysis *analysis = &ticket->analysis;
	struct counts counts = {0};
	struct buf out;

	buf_init(&out, PAYLOAD_MAX);
	buf_putc(&out, '{');
	json_add_member(&out, "summary", analysis->summary);
	json_add_member(&out, "root_cause", str_of(root_cause_name(analysis->root_cause)));
	json_add_member(&out, "urgency", str_of(urgency_name(analysis->urgency)));
	json_add_member(&out, "sentiment", str_of(sentiment_name(analysis->sentiment)));
	json_add_member(&out, "model", analysis->model);
	json_add_member(&out, "model_version", analysis->model_version);
	json_add_member_int(&out, "tokens_prompt", analysis->tokens_prompt);
	json_add_member_int(&out, "tokens_answer", analysis->tokens_answer);
	add_confidence(&out, &analysis->confidence);
	json_add_member_bool(&out, "by_rules", analysis->by_rules);
	json_add_member_bool(&out, "fallback", analysis->fallback);
	json_add_member_int(&out, "decided", analysis->decided_wall);
	json_add_member_int(&out, "model_ms", analysis->model_ms);
	json_add_member(&out, "priority_first", str_of(priority_name(ticket->priority_first)));
	json_add_member_int(&out, "updated_first", ticket->updated_first);
	add_audit(&out, ticket);
	buf_putc(&out, '}');
	engine->write.deciding++;
	counts_decision(&counts, analysis, (uint64_t)ticket->asked, ticket_cost(engine, ticket));
	persist_and_wait(engine, ticket, RECORD_DECISION, &out, &counts);
}

static void add_tags(struct buf *out, const char *key, const struct tags *tags)
{
	json_add_key(out, key);
	buf_putc(out, '[');
	for (size_t i = 0; i < tags->count; i++) {
		json_add_comma(out);
		json_add_string(out, tags->items[i]);
	}
	buf_putc(out, ']');
}

void journal_intent(struct engine *engine, struct ticket *ticket, bool bulk)
{
	struct buf out;

	buf_init(&out, PAYLOAD_MAX);
	buf_putc(&out, '{');
	json_add_member(&out, "stamp", ticket->stamp);
	add_tags(&out, "tags", &ticket->tags);
	add_tags(&out, "tags_added", &ticket->tags_added);
	json_add_member(&out, "priority_before", str_of(priority_name(ticket->priority_before)));
	json_add_member(&out, "priority_set", str_of(priority_name(ticket->priority_set)));
	json_add_member_int(&out, "at", engine->now.wall);
	json_add_member_bool(&out, "bulk", bulk);
	json_add_member_bool(&out, "note", !ticket->tags_only);
	ticket->author_id = engine->session.user_id;
	json_add_member_int(&out, "author", (int64_t)ticket->author_id);
	buf_putc(&out, '}');
	engine->write.planning++;
	persist_and_wait(engine, ticket, RECORD_INTENT, &out, &(struct counts){0});
}

/* What the write found and what it left, if one was made. */
static void add_written(struct buf *out, const struct ticket *ticket)
{
	enum priority after = ticket->priority_set == PRIORITY_NONE ? ticket->priority_before : ticket->priority_set;

	json_add_key(out, "tags_before");
	buf_putc(out, '[');
	for (size_t i = 0; i < ticket->tags.count; i++) {
		if (tags_have(&ticket->tags_added, ticket->tags.items[i]))
			continue;
		json_add_comma(out);
		json_add_string(out, ticket->tags.items[i]);
	}
	buf_putc(out, ']');
	add_tags(out, "tags_after", &ticket->tags);
	json_add_member(out, "priority_before", str_of(priority_name(ticket->priority_before)));
	json_add_member(out, "priority_after", str_of(priority_name(after)));
}

/* What journal_read_outcome() would make of the payload. */
static uint64_t brief_of(const struct ticket *ticket)
{
	struct past past = {.state = ticket->state,
	                    .untagged = ticket->untagged,
	                    .returns = ticket->returns,
	                    .verdict = ticket->verdict_wall,
	                    .updated = ticket->updated_last};
	struct known known = known_of_past(&past);

	return known.kind == KNOWN_FAILED ? 0 : known_pack(known);
}

void journal_outcome(struct engine *engine, struct ticket *ticket, const char *reason)
{
	struct counts counts = {0};
	struct buf out;

	buf_init(&out, PAYLOAD_MAX);
	buf_putc(&out, '{');
	json_add_member(&out, "state", str_of(ticket_state_name(ticket->state)));
	json_add_member(&out, "reason", str_of(reason));
	json_add_member_int(&out, "at", engine->now.wall);
	json_add_member_int(&out, "verdict", ticket->verdict_wall);
	json_add_member_int(&out, "updated_first", ticket->updated_first);
	json_add_member_int(&out, "updated_last", ticket->updated_last);
	json_add_member_int(&out, "returns", ticket->returns);
	json_add_member_bool(&out, "untagged", ticket->untagged);
	if (ticket->state == TICKET_DONE && ticket->intent)
		add_written(&out, ticket);
	json_add_member_int(&out, "model_ms", ticket->analysis.model_ms);
	json_add_member_int(&out, "write_ms", ticket->write_ms);
	json_add_member_int(&out, "queue_ms", ticket_queue_ms(engine, ticket));
	buf_putc(&out, '}');
	counts_end(&counts, ticket_outcome_status(engine, ticket), ticket_processing_ms(ticket));
	persist(engine, ticket->id, RECORD_OUTCOME, &out, &counts)->brief = brief_of(ticket);
}

/* What was erased meanwhile may still stand in a list of those to be looked at. */
static void add_id(const struct engine *engine, struct buf *out, uint64_t id)
{
	if (command_erased(engine, id))
		return;
	json_add_comma(out);
	buf_add_u64(out, id);
}

/* Whom no durable record of his own brings back: without a decision, or skipped by his records and come back since. */
static void add_held(const struct engine *engine, struct buf *out)
{
	for (struct list *node = engine->held.next; node != &engine->held; node = node->next) {
		const struct ticket *ticket = container_of(node, struct ticket, held);

		if (ticket->state < TICKET_DURABLE || ticket->skipped_on_record)
			add_id(engine, out, ticket->id);
	}
}

/* That it failed may not be durable. */
static void add_parked(const struct engine *engine, struct buf *out)
{
	const struct list *order = &engine->discover.returns.order;

	for (struct list *node = order->next; node != order; node = node->next) {
		const struct ticket *ticket = container_of(node, struct ticket, queue);

		if (!returns_decided(ticket) || ticket->skipped_on_record)
			add_id(engine, out, ticket->id);
	}
}

void journal_cursor(struct engine *engine)
{
	const struct discover *discover = &engine->discover;
	struct buf out;

	if (engine->setup.dry_run)
		return;
	buf_init(&out, CURSOR_PAYLOAD_MAX);
	buf_putc(&out, '{');
	json_add_member(&out, "cursor", buf_str(&discover->stream.cursor));
	json_add_key(&out, "ids");
	buf_putc(&out, '[');
	for (size_t i = 0; i < discover->reread.count; i++)
		add_id(engine, &out, discover->reread.ids[i]);
	add_held(engine, &out);
	add_parked(engine, &out);
	buf_puts(&out, "]}");
	if (out.overflow) /* the former cursor stays: from there the stream shows them once more */
		buf_free(&out);
	else
		persist(engine, 0, RECORD_CURSOR, &out, &(struct counts){0});
}

/* A number that no life wrote would overflow what is reckoned with it. */
static bool number_at(const json_t *tree, const char *key, int64_t *ret)
{
	return json_int_at(tree, key, ret) && *ret >= -KNOWN_WHEN_MAX && *ret <= KNOWN_WHEN_MAX;
}

static int read_confidence(const json_t *tree, struct confidence *ret)
{
	const json_t *numbers = json_at(tree, "confidence");

	ret->root_cause_known = json_number_at(numbers, "root_cause", &ret->root_cause);
	ret->urgency_known = json_number_at(numbers, "urgency", &ret->urgency);
	ret->sentiment_known = json_number_at(numbers, "sentiment", &ret->sentiment);
	return 0;
}

static int read_decision(struct ticket *ticket, const json_t *tree)
{
	struct analysis *analysis = &ticket->analysis;
	struct arena *memory = &ticket->memory;

	if (root_cause_parse(json_str_at(tree, "root_cause"), &analysis->root_cause) < 0 ||
	    urgency_parse(json_str_at(tree, "urgency"), &analysis->urgency) < 0 ||
	    sentiment_parse(json_str_at(tree, "sentiment"), &analysis->sentiment) < 0 ||
	    priority_parse(json_str_at(tree, "priority_first"), &ticket->priority_first) < 0 ||
	    !number_at(tree, "updated_first", &ticket->updated_first) ||
	    !number_at(tree, "decided", &analysis->decided_wall) || !number_at(tree, "model_ms", &analysis->model_ms) ||
	    !number_at(tree, "tokens_prompt", &analysis->tokens_prompt) ||
	    !number_at(tree, "tokens_answer", &analysis->tokens_answer) ||
	    !json_bool_at(tree, "by_rules", &analysis->by_rules) ||
	    !json_bool_at(tree, "fallback", &analysis->fallback))
		return -1;
	analysis->summary = arena_str(memory, json_str_at(tree, "summary"));
	analysis->model = arena_str(memory, json_str_at(tree, "model"));
	analysis->model_version = arena_str(memory, json_str_at(tree, "model_version"));
	return read_confidence(tree, &analysis->confidence);
}

int journal_read_decision(struct ticket *ticket, const char *payload, struct err *err)
{
	json_t *tree = json_parse(str_of(payload), err);
	int rc;

	if (!tree)
		return -1;
	rc = read_decision(ticket, tree);
	json_free(tree);
	return rc < 0 ? err_set(err, "a field of the decision is missing or wrong") : 0;
}

static struct tags read_tags(const json_t *tree, const char *key, struct arena *memory)
{
	const json_t *list = json_at(tree, key);
	struct tags tags = {.items = arena_alloc(memory, json_array_size(list) * sizeof(*tags.items) + 1)};

	for (size_t i = 0; i < json_array_size(list); i++)
		tags.items[tags.count++] = arena_str(memory, json_str_value(json_array_get(list, i)));
	return tags;
}

/* A bulk write may still be carried out by a job of an earlier life. The wall clock may have been set meanwhile: the span is never
 * longer than the time-out. */
static void leave_alone(struct engine *engine, struct ticket *ticket, const json_t *tree)
{
	msec at = 0, timeout = engine->config->zendesk_settle_timeout;

	ticket->resend_at = engine->now.mono;
	if (!json_bool_at(tree, "bulk", &ticket->in_bulk) || !ticket->in_bulk)
		return;
	if (!number_at(tree, "at", &at))
		at = 0;
	msec age = engine->now.wall > at ? engine->now.wall - at : 0;
	age = age < timeout ? age : timeout;
	ticket->sent_at = engine->now.mono - age;
	ticket->resend_at = ticket->sent_at + timeout;
}

static int read_intent(struct ticket *ticket, const json_t *tree)
{
	struct str stamp = json_str_at(tree, "stamp");
	int64_t author;
	bool note;
	msec updated;

	if (priority_parse(json_str_at(tree, "priority_set"), &ticket->priority_set) < 0 ||
	    clock_parse_iso(stamp, &updated) < 0 || json_array_size(json_at(tree, "tags")) == 0)
		return -1;
	ticket->stamp = arena_str(&ticket->memory, stamp);
	ticket->tags = read_tags(tree, "tags", &ticket->memory);
	ticket->tags_added = read_tags(tree, "tags_added", &ticket->memory);
	if (priority_parse(json_str_at(tree, "priority_before"), &ticket->priority_before) < 0)
		ticket->priority_before = PRIORITY_NONE;
	ticket->intent = true;
	if (json_bool_at(tree, "note", &note))
		ticket->tags_only = !note;
	if (json_int_at(tree, "author", &author) && author > 0)
		ticket->author_id = (uint64_t)author;
	return 0;
}

int journal_read_intent(struct engine *engine, struct ticket *ticket, const char *payload, struct err *err)
{
	json_t *tree = json_parse(str_of(payload), err);
	int rc;

	if (!tree)
		return -1;
	rc = read_intent(ticket, tree);
	if (rc == 0)
		leave_alone(engine, ticket, tree);
	json_free(tree);
	return rc < 0 ? err_set(err, "a field of the intent is missing or wrong") : 0;
}

static int read_outcome(const json_t *tree, struct past *ret)
{
	static const enum ticket_state ends[] = {TICKET_DONE, TICKET_SKIPPED, TICKET_FAILED};
	struct str state = json_str_at(tree, "state");
	int64_t number;

	memset(ret, 0, sizeof(*ret));
	if (number_at(tree, "returns", &number) && number > 0)
		ret->returns = number < (int64_t)KNOWN_RETURNS_MAX ? (int)number : (int)KNOWN_RETURNS_MAX;
	if (number_at(tree, "verdict", &number) && number > 0)
		ret->verdict = number;
	if ((number_at(tree, "updated_last", &number) || number_at(tree, "updated_first", &number)) && number > 0)
		ret->updated = number;
	if (!json_bool_at(tree, "untagged", &ret->untagged))
		ret->untagged = false;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		if (str_eq(state, str_of(ticket_state_name(ends[i])))) {
			ret->state = ends[i];
			return 0;
		}
	}
	return -1;
}

int journal_read_outcome(const char *payload, struct past *ret, struct err *err)
{
	json_t *tree = json_parse(str_of(payload), err);
	int rc;

	if (!tree)
		return -1;
	rc = read_outcome(tree, ret);
	json_free(tree);
	return rc < 0 ? err_set(err, "its state is none that a ticket ends in") : 0;
}

int journal_read_cursor(struct engine *engine, const char *payload, struct err *err)
{
	json_t *tree = json_parse(str_of(payload), err);
	const json_t *ids = json_at(tree, "ids");
	bool whole = json_str_at(tree, "cursor").len > 0 && json_is_array(ids);

	if (!tree)
		return -1;
	for (size_t i = 0; i < json_array_size(ids); i++)
		whole = whole && json_integer_value(json_array_get(ids, i)) > 0;
	for (size_t i = 0; whole && i < json_array_size(ids); i++)
		reread_add(engine, (uint64_t)json_integer_value(json_array_get(ids, i)));
	if (whole)
		stream_restore(engine, json_str_at(tree, "cursor"));
	json_free(tree);
	return whole ? 0 : err_set(err, "a field of the cursor is missing or wrong");
}
