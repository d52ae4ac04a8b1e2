/* Collects what the records of a span say of each ticket. The last word counts: a ticket that was
 * decided again is one ticket, with its last decision. */
#include "observe/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observe/price.h"

#define WORD_BITS 64

int review_span_read(struct str text, msec *ret, struct err *err)
{
	struct str number = text.len > 0 ? str_make(text.data, text.len - 1) : text;
	char unit = text.len > 0 ? text.data[text.len - 1] : '\0';
	msec each = unit == 'h'   ? MSEC_HOUR
	            : unit == 'd' ? MSEC_DAY
	            : unit == 'w' ? 7 * MSEC_DAY
	                          : 0;
	uint64_t count;

	if (each == 0 || str_to_u64(number, &count) < 0 || count == 0 ||
	    count > (uint64_t)(REVIEW_SPAN_MAX / each))
		return err_set(err, "a span is a number and a unit, such as 24h, 7d or 4w; at "
		                    "least 1h, at most 400d");
	*ret = (msec)count * each;
	return 0;
}

void review_init(struct review *review, const struct choice_tags *tags, struct prices prices)
{
	*review = (struct review){.tags = tags, .prices = prices, .first = -1};
	map_init(&review->by_id);
}

void review_free(struct review *review)
{
	map_free(&review->by_id);
	free(review->tickets);
	review->tickets = NULL;
}

static struct review_ticket *add_ticket(struct review *review, uint64_t id)
{
	if (review->count == REVIEW_TICKETS_MAX) {
		review->beyond++;
		map_put(&review->by_id, id, 0);
		return NULL;
	}
	if (review->count == review->cap) {
		review->cap = review->cap > 0 ? review->cap * 2 : 64;
		review->tickets = xrealloc(review->tickets, review->cap * sizeof(*review->tickets));
	}
	struct review_ticket *ticket = &review->tickets[review->count++];

	*ticket = (struct review_ticket){.id = id, .end = REVIEW_UNDER_WAY, .reason = -1};
	map_put(&review->by_id, id, review->count);
	return ticket;
}

/* NULL: it is beyond the bound, or was never met and `add` is false. */
static struct review_ticket *ticket_at(struct review *review, uint64_t id, bool add)
{
	uint64_t place;

	if (id == 0)
		return NULL;
	if (map_get(&review->by_id, id, &place))
		return place > 0 ? &review->tickets[place - 1] : NULL;
	return add ? add_ticket(review, id) : NULL;
}

static void note_time(struct review *review, msec at)
{
	if (review->first < 0 || at < review->first)
		review->first = at;
}

/* --- what was decided --- */

static void take_labels(struct review_ticket *ticket, const struct json *payload)
{
	static const char *const members[] = {[CHOICE_CATEGORY] = "root_cause",
	                                      [CHOICE_URGENCY] = "urgency",
	                                      [CHOICE_SENTIMENT] = "sentiment"};

	for (int field = 0; field < CHOICE_FIELDS; field++) {
		struct str word = json_str_at(payload, members[field]);

		ticket->ours[field] = -1;
		for (int label = 0; label < choice_label_count((enum choice_field)field); label++)
			if (str_eq(word,
			           str_of(choice_label_name((enum choice_field)field, label))))
				ticket->ours[field] = (int8_t)label;
	}
}

static int64_t whole_at(const struct json *payload, const char *member)
{
	int64_t number = 0;

	(void)json_int_at(payload, member, &number);
	return number > 0 ? number : 0;
}

static bool flag_at(const struct json *payload, const char *member)
{
	bool flag = false;

	return json_bool_at(payload, member, &flag) && flag;
}

static void take_cost(struct review *review, const struct json *payload)
{
	int64_t prompt = whole_at(payload, "tokens_prompt"),
	        answer = whole_at(payload, "tokens_answer");
	double cost;

	if (whole_at(payload, "from_shadow") > 0)
		return; /* the answer to a shadow decision was used: it was paid for there */
	if (!json_number_at(payload, "cost", &cost) || cost < 0)
		cost = price_of(
		        json_str_at(payload, "model"), review->prices,
		        (struct priced_tokens){prompt, whole_at(payload, "tokens_cached"), answer});
	review->tokens += (uint64_t)prompt + (uint64_t)answer;
	review->cost += cost;
	review->estimated |= flag_at(payload, "tokens_estimated");
}

void review_redacted(struct review *review, const char *kind, uint64_t count)
{
	size_t i = 0;

	while (i < review->redacted_count && strcmp(review->redacted[i].name, kind) != 0)
		i++;
	if (i == REVIEW_KINDS_MAX || count == 0)
		return;
	if (i == review->redacted_count) {
		snprintf(review->redacted[i].name, sizeof(review->redacted[i].name), "%s", kind);
		review->redacted_count++;
	}
	review->redacted[i].count += count;
}

static void take_redacted(struct review *review, const struct json *payload)
{
	if (whole_at(payload, "from_shadow") > 0)
		return; /* nothing was sent: what was taken out counts with the shadow decision */
	for (struct json_each kind = json_members(json_at(payload, "redacted")); json_next(&kind);)
		if (json_int_value(kind.value) > 0)
			review_redacted(review, kind.key.data,
			                (uint64_t)json_int_value(kind.value));
}

/* What a shadow decision would have done; a decision that is written says so in its outcome. */
static void take_plan(struct review_ticket *ticket, const struct json *payload)
{
	bool set = json_str_at(payload, "priority_set").len > 0;
	bool tagged = json_item_count(json_at(payload, "tags_added")) > 0;

	ticket->priority_set = set;
	ticket->end = set || tagged ? REVIEW_TAGGED : REVIEW_LEFT_ALONE;
}

void review_decision(struct review *review, uint64_t id, msec at, bool shadow,
                     const struct json *payload)
{
	struct review_ticket *ticket = ticket_at(review, id, true);

	if (ticket == NULL)
		return;
	note_time(review, at);
	*ticket = (struct review_ticket){.id = id,
	                                 .decided = at,
	                                 .end = REVIEW_UNDER_WAY,
	                                 .reason = -1,
	                                 .is_decided = true,
	                                 .shadow = shadow,
	                                 .by_rules = flag_at(payload, "by_rules"),
	                                 .cached = flag_at(payload, "cached"),
	                                 .fallback = flag_at(payload, "fallback")};
	int64_t took = whole_at(payload, "model_ms");

	ticket->model_ms = took < UINT32_MAX ? (uint32_t)took : UINT32_MAX;
	take_labels(ticket, payload);
	take_cost(review, payload);
	take_redacted(review, payload);
	if (shadow)
		take_plan(ticket, payload);
}

/* --- what became of it --- */

/* Reasons that differ in names and numbers only are one. */
static int8_t reason_number(struct review *review, struct str text)
{
	char name[REVIEW_REASON_SIZE];
	size_t len = 0, i = 0;

	while (len < text.len && len + 1 < sizeof(name) && text.data[len] != ',' &&
	       text.data[len] != ':' && text.data[len] != ';') {
		char c = text.data[len];

		name[len++] = c >= ' ' && c <= '~' ? c : '?';
	}
	name[len] = '\0';
	while (i < review->reason_count && strcmp(review->reasons[i], name) != 0)
		i++;
	if (i == REVIEW_REASONS_MAX || len == 0)
		return -1;
	if (i == review->reason_count)
		memcpy(review->reasons[review->reason_count++], name, sizeof(name));
	return (int8_t)i;
}

void review_outcome(struct review *review, uint64_t id, msec at, const struct json *payload)
{
	struct review_ticket *ticket = ticket_at(review, id, true);
	struct str state = json_str_at(payload, "state");

	if (ticket == NULL || flag_at(payload, "pruned"))
		return;
	note_time(review, at);
	if (str_eq(state, STR("done"))) {
		ticket->end = REVIEW_TAGGED;
		ticket->shadow = false;
		ticket->priority_set = !str_eq(json_str_at(payload, "priority_before"),
		                               json_str_at(payload, "priority_after"));
	} else if (ticket->end == REVIEW_TAGGED) {
		return; /* a further analysis that wrote nothing */
	} else {
		ticket->end = str_eq(state, STR("failed")) ? REVIEW_FAILED : REVIEW_LEFT_ALONE;
		ticket->reason = ticket->end == REVIEW_LEFT_ALONE
		                         ? reason_number(review, json_str_at(payload, "reason"))
		                         : -1;
	}
}

/* --- what agents chose --- */

/* The bit of a word: the label's number, or behind the labels the place in report.tags. */
static uint64_t word_bit(const struct choice_tags *tags, const struct choice_tag *tag)
{
	size_t bit = tag->label >= 0 ? (size_t)tag->label
	                             : CHOICE_LABELS_MAX + (size_t)(tag - tags->items);

	return bit < WORD_BITS ? UINT64_C(1) << bit : 0;
}

static void choose_by_tags(struct review *review, struct review_ticket *ticket,
                           const struct json *tags)
{
	uint64_t chosen[CHOICE_FIELDS] = {0};

	for (struct json_each each = json_items(tags); json_next(&each);) {
		const struct choice_tag *tag =
		        choice_tag_find(review->tags, json_str_value(each.value));

		if (tag != NULL)
			chosen[tag->field] |= word_bit(review->tags, tag);
	}
	for (int field = 0; field < CHOICE_FIELDS; field++)
		if (chosen[field] != 0)
			ticket->chosen[field] = chosen[field];
}

void review_choice(struct review *review, uint64_t id, const struct json *payload)
{
	struct review_ticket *ticket = ticket_at(review, id, false);
	enum priority priority;
	int64_t at = 0;

	(void)json_int_at(payload, "at", &at);
	if (ticket == NULL || !ticket->is_decided || at < ticket->decided)
		return;
	choose_by_tags(review, ticket, json_at(payload, "tags"));
	if (priority_parse(json_str_at(payload, "priority"), &priority) < 0)
		return;
	int urgency = choice_urgency_of(priority);

	if (urgency < 0)
		return;
	ticket->chosen[CHOICE_URGENCY] = UINT64_C(1) << urgency;
	ticket->priority_changed = true;
}
