/* Reads records of earlier runs. A record with a field that is missing or impossible is refused as
 * a whole. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "engine/core/asked.h"
#include "engine/core/journal.h"
#include "engine/core/search.h"
#include "engine/core/state.h"

#define VERSION_BYTES_MAX 16

/* Reads a number within the range that this program writes: a larger one would overflow later
 * arithmetic. */
static bool number_at(const struct json *tree, const char *key, int64_t *ret)
{
	return json_int_at(tree, key, ret) && *ret >= -KNOWN_WHEN_MAX && *ret <= KNOWN_WHEN_MAX;
}

static int read_confidence(const struct json *tree, struct confidence *ret)
{
	const struct json *numbers = json_at(tree, "confidence");

	ret->root_cause_known = json_number_at(numbers, "root_cause", &ret->root_cause);
	ret->urgency_known = json_number_at(numbers, "urgency", &ret->urgency);
	ret->sentiment_known = json_number_at(numbers, "sentiment", &ret->sentiment);
	return 0;
}

/* It goes into the note as it is. */
static struct str read_version(const struct json *tree)
{
	struct str version = json_str_at(tree, "prompt_version");
	bool plain = version.len > 0 && version.len <= VERSION_BYTES_MAX;

	for (size_t i = 0; plain && i < version.len; i++)
		plain = ascii_is_alnum(version.data[i]) || version.data[i] == '.';
	return plain ? version : STR("unknown");
}

static struct tags read_tags(const struct json *tree, const char *key, struct arena *memory)
{
	const struct json *list = json_at(tree, key);
	struct tags tags = {
	        .items = arena_alloc(memory, json_item_count(list) * sizeof(*tags.items) + 1)};

	for (struct json_each each = json_items(list); json_next(&each);)
		tags.items[tags.count++] = arena_str(memory, json_str_value(each.value));
	return tags;
}

static bool name_of_priority(const struct json *tree, const char *key, enum priority *ret)
{
	return priority_parse(json_str_at(tree, key), ret) == 0;
}

/* A record without the member is of a first analysis. */
static int read_further(struct ticket *ticket, const struct json *tree)
{
	struct further *further = &ticket->further;
	struct earlier *earlier = &further->earlier;
	int64_t former;

	if (!tree)
		return 0;
	if (further_reason_parse(json_str_at(tree, "reason"), &further->reason) < 0 ||
	    !json_int_at(tree, "former", &former) || former <= 0 ||
	    !json_bool_at(tree, "written", &earlier->written) ||
	    !json_bool_at(tree, "priority_ours", &earlier->priority_ours) ||
	    !json_bool_at(tree, "priority_by_person", &earlier->priority_by_person) ||
	    !name_of_priority(tree, "priority_left", &earlier->priority_left) ||
	    !name_of_priority(tree, "priority_base", &earlier->priority_base))
		return -1;
	further->former = known_unpack((uint64_t)former);
	if (further->former.kind != KNOWN_DONE && further->former.kind != KNOWN_UNTAGGED)
		return -1;
	further->order = arena_str(&ticket->memory, json_str_at(tree, "order"));
	further->by = arena_str(&ticket->memory, json_str_at(tree, "by"));
	earlier->labels = read_tags(tree, "labels", &ticket->memory);
	ticket->single_only = further->reason == FURTHER_ORDER;
	return 0;
}

static void read_times(const struct json *list, msec times[FURTHER_TIMES])
{
	for (size_t i = 0; i < FURTHER_TIMES && i < json_item_count(list); i++) {
		int64_t at = (int64_t)json_int_value(json_item(list, i));

		times[i] = at > 0 && at <= KNOWN_WHEN_MAX ? at : 0;
	}
}

static int read_order(const struct json *tree, struct further_order *ret, bool *ret_over)
{
	struct str order = json_str_at(tree, "order"), by = json_str_at(tree, "by");
	int64_t revisits, audit;

	if (further_reason_parse(json_str_at(tree, "reason"), &ret->reason) < 0 || order.len == 0 ||
	    order.len >= FURTHER_ID_SIZE || by.len > FURTHER_BY_MAX ||
	    !number_at(tree, "at", &ret->at) || !json_bool_at(tree, "over", ret_over))
		return -1;
	snprintf(ret->order, sizeof(ret->order), STR_FMT, STR_ARG(order));
	snprintf(ret->by, sizeof(ret->by), STR_FMT, STR_ARG(by));
	read_times(json_at(tree, "orders"), ret->orders);
	if (!number_at(tree, "untagged", &ret->untagged))
		ret->untagged = 0;
	if (json_int_at(tree, "audit", &audit) && audit > 0)
		ret->audit = (uint64_t)audit;
	if (json_int_at(tree, "revisits", &revisits) && revisits > 0)
		ret->revisits = revisits < 1000 ? (unsigned)revisits : 1000;
	return 0;
}

int journal_read_order(const char *payload, struct further_order *ret, bool *ret_over,
                       struct err *err)
{
	struct json *tree = json_parse(str_of(payload), err);

	if (!tree)
		return -1;
	int rc = read_order(tree, ret, ret_over);
	json_free(tree);
	return rc < 0 ? err_set(err, "a field of the order is missing or wrong") : 0;
}

static int read_answer(struct ticket *ticket, const struct json *tree)
{
	struct analysis *analysis = &ticket->analysis;
	struct arena *memory = &ticket->memory;

	if (root_cause_parse(json_str_at(tree, "root_cause"), &analysis->root_cause) < 0 ||
	    urgency_parse(json_str_at(tree, "urgency"), &analysis->urgency) < 0 ||
	    sentiment_parse(json_str_at(tree, "sentiment"), &analysis->sentiment) < 0 ||
	    !number_at(tree, "decided", &analysis->decided_wall) ||
	    !number_at(tree, "model_ms", &analysis->model_ms) ||
	    !number_at(tree, "tokens_prompt", &analysis->tokens_prompt) ||
	    !number_at(tree, "tokens_answer", &analysis->tokens_answer) ||
	    !json_bool_at(tree, "by_rules", &analysis->by_rules) ||
	    !json_bool_at(tree, "fallback", &analysis->fallback))
		return -1;
	if (!json_int_at(tree, "tickets_in_request", &analysis->tickets))
		analysis->tickets = 0; /* it was alone */
	if (!json_bool_at(tree, "cached", &analysis->cached))
		analysis->cached = false;
	analysis->summary = arena_str(memory, json_str_at(tree, "summary"));
	analysis->model = arena_str(memory, json_str_at(tree, "model"));
	analysis->model_version = arena_str(memory, json_str_at(tree, "model_version"));
	analysis->prompt_version = arena_str(memory, read_version(tree));
	return read_confidence(tree, &analysis->confidence);
}

static int read_decision(struct ticket *ticket, const struct json *tree)
{
	if (priority_parse(json_str_at(tree, "priority_first"), &ticket->priority_first) < 0 ||
	    !number_at(tree, "updated_first", &ticket->updated_first))
		return -1;
	ticket->text_hash = arena_str(&ticket->memory, json_str_at(tree, "text_hash"));
	if (!json_bool_at(tree, "provisional", &ticket->provisional))
		ticket->provisional = false; /* a record of an older version */
	if (read_further(ticket, json_at(tree, "further")) < 0)
		return -1;
	return read_answer(ticket, tree);
}

int journal_read_answer(struct ticket *ticket, const struct json *payload, struct err *err)
{
	if (read_answer(ticket, payload) < 0)
		return err_set(err, "a field of the decision is missing or wrong");
	ticket->words = arena_str(&ticket->memory, json_str_at(payload, "answer"));
	return 0;
}

int journal_read_decision(struct ticket *ticket, const char *payload, struct err *err)
{
	struct json *tree = json_parse(str_of(payload), err);

	if (!tree)
		return -1;
	int rc = read_decision(ticket, tree);
	json_free(tree);
	return rc < 0 ? err_set(err, "a field of the decision is missing or wrong") : 0;
}

int journal_read_refusal(const char *payload, char ret[JOURNAL_HASH_SIZE], struct err *err)
{
	struct json *tree = json_parse(str_of(payload), err);
	struct str hash = json_str_at(tree, "hash");
	bool whole = hash.len == JOURNAL_HASH_SIZE - 1;

	if (!tree)
		return -1;
	for (size_t i = 0; i < hash.len; i++)
		whole = whole && ascii_is_alnum(hash.data[i]);
	if (whole)
		snprintf(ret, JOURNAL_HASH_SIZE, STR_FMT, STR_ARG(hash));
	json_free(tree);
	return whole ? 0 : err_set(err, "its hash is missing or wrong");
}

int journal_read_proven(const char *payload, uint64_t *words, size_t max, size_t *ret_count,
                        struct err *err)
{
	struct json *tree = json_parse(str_of(payload), err);
	const struct json *list = json_at(tree, "models");
	bool whole = json_is_array(list);

	if (!tree)
		return -1;
	*ret_count = 0;
	for (struct json_each each = json_items(list); json_next(&each);) {
		int64_t word = json_int_value(each.value);

		whole = whole && word > 0;
		if (whole && *ret_count < max)
			words[(*ret_count)++] = (uint64_t)word;
	}
	json_free(tree);
	return whole ? 0 : err_set(err, "its list of models is missing or wrong");
}

/* Computes until when the ticket's bulk update of an earlier run is left alone: its job may still
 * carry it out. The wall clock may have been set meanwhile, so the span is never longer than
 * zendesk.settle_timeout. */
static void restore_resend_time(struct engine *engine, struct ticket *ticket,
                                const struct json *tree)
{
	msec at = 0, timeout = engine->config->zendesk.settle_timeout;

	ticket->resend_at = engine->now.mono;
	if (!json_bool_at(tree, "bulk", &ticket->sent_in_bulk) || !ticket->sent_in_bulk)
		return;
	if (!number_at(tree, "at", &at))
		at = 0;
	msec age = engine->now.wall > at ? engine->now.wall - at : 0;
	age = age < timeout ? age : timeout;
	ticket->sent_at = engine->now.mono - age;
	ticket->resend_at = ticket->sent_at + timeout;
}

static int read_intent(struct ticket *ticket, const struct json *tree, bool may_be_empty)
{
	struct str stamp = json_str_at(tree, "stamp");
	int64_t author;
	bool note;
	msec updated;

	if (priority_parse(json_str_at(tree, "priority_set"), &ticket->priority_set) < 0 ||
	    clock_parse_iso(stamp, &updated) < 0 ||
	    (!may_be_empty && json_item_count(json_at(tree, "tags")) == 0))
		return -1;
	ticket->stamp = arena_str(&ticket->memory, stamp);
	ticket->tags = read_tags(tree, "tags", &ticket->memory);
	ticket->tags_added = read_tags(tree, "tags_added", &ticket->memory);
	ticket->tags_removed = read_tags(tree, "tags_removed", &ticket->memory);
	if (priority_parse(json_str_at(tree, "priority_before"), &ticket->priority_before) < 0)
		ticket->priority_before = PRIORITY_NONE;
	ticket->has_intent = true;
	if (json_bool_at(tree, "note", &note))
		ticket->note_is_there = !note;
	if (json_int_at(tree, "author", &author) && author > 0)
		ticket->author_id = (uint64_t)author;
	return 0;
}

bool journal_intent_is_after_end(const char *payload)
{
	struct json *tree = json_parse(str_of(payload), NULL);
	bool after = false;

	if (!json_bool_at(tree, "done_before", &after))
		after = false;
	json_free(tree);
	return after;
}

int journal_read_intent(struct engine *engine, struct ticket *ticket, const char *payload,
                        struct err *err)
{
	struct json *tree = json_parse(str_of(payload), err);

	if (!tree)
		return -1;
	int rc = read_intent(ticket, tree, false);
	if (rc == 0)
		restore_resend_time(engine, ticket, tree);
	json_free(tree);
	return rc < 0 ? err_set(err, "a field of the intent is missing or wrong") : 0;
}

void journal_take_intent(struct engine *engine, struct ticket *ticket, const struct json *payload)
{
	if (read_intent(ticket, payload, true) == 0)
		restore_resend_time(engine, ticket, payload);
}

static int read_outcome(const struct json *tree, struct past *ret)
{
	static const enum ticket_state ends[] = {TICKET_DONE, TICKET_SKIPPED, TICKET_FAILED};
	struct str state = json_str_at(tree, "state");
	int64_t number;

	memset(ret, 0, sizeof(*ret));
	if (number_at(tree, "returns", &number) && number > 0)
		ret->returns =
		        number < (int64_t)KNOWN_RETURNS_MAX ? (int)number : (int)KNOWN_RETURNS_MAX;
	if (number_at(tree, "verdict", &number) && number > 0)
		ret->verdict = number;
	if ((number_at(tree, "updated_last", &number) ||
	     number_at(tree, "updated_first", &number)) &&
	    number > 0)
		ret->updated = number;
	if (json_int_at(tree, "former", &number) && number > 0)
		ret->former = (uint64_t)number;
	if (!json_bool_at(tree, "untagged", &ret->tag_taken_off))
		ret->tag_taken_off = false;
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
	struct json *tree = json_parse(str_of(payload), err);

	if (!tree)
		return -1;
	int rc = read_outcome(tree, ret);
	json_free(tree);
	return rc < 0 ? err_set(err, "its state is not a final state") : 0;
}

int journal_read_cursor(struct engine *engine, const char *payload, struct err *err)
{
	struct json *tree = json_parse(str_of(payload), err);
	const struct json *ids = json_at(tree, "ids");
	bool whole = json_str_at(tree, "cursor").len > 0 && json_is_array(ids);

	if (!tree)
		return -1;
	for (struct json_each each = json_items(ids); json_next(&each);)
		whole = whole && json_int_value(each.value) > 0;
	for (struct json_each each = json_items(ids); whole && json_next(&each);)
		asked_add(engine, (uint64_t)json_int_value(each.value));
	if (whole)
		search_restore(engine, json_str_at(tree, "cursor"));
	json_free(tree);
	return whole ? 0 : err_set(err, "a field of the cursor is missing or wrong");
}
