/* Adds up what was collected, and writes it as JSON. */
#include "observe/review.h"

#include <stdlib.h>

/* labels of ours, and the words of report.tags behind them */
#define WORDS 64
#define DAYS_A_MONTH 30

struct group {
	uint64_t tickets, tagged, priority, changed, left_alone, failed, under_way;
	uint64_t reasons[REVIEW_REASONS_MAX], other_reasons;
};

struct difference {
	int ours, theirs;
	uint64_t count;
};

/* Of one field. */
struct agreement {
	uint64_t compared, same;
	struct difference differences[CHOICE_LABELS_MAX * WORDS];
	size_t count;
};

static int theirs_of(const struct review_ticket *ticket, int field)
{
	uint64_t chosen = ticket->chosen[field];
	int ours = ticket->ours[field], word = 0;

	if (chosen == 0 || ours < 0)
		return -1;
	if (chosen >> ours & 1)
		return ours; /* of several, one is ours */
	while (!(chosen >> word & 1))
		word++;
	return word;
}

static const char *word_name(const struct review *review, int field, int word)
{
	if (word < choice_label_count((enum choice_field)field))
		return choice_label_name((enum choice_field)field, word);
	size_t place = (size_t)word - CHOICE_LABELS_MAX;

	return word >= CHOICE_LABELS_MAX && place < review->tags->count
	               ? review->tags->items[place].tag.data
	               : "?";
}

static int by_count(const void *a, const void *b)
{
	const struct difference *one = a, *two = b;

	if (one->count != two->count)
		return one->count < two->count ? 1 : -1;
	if (one->ours != two->ours)
		return one->ours < two->ours ? -1 : 1;
	return one->theirs < two->theirs ? -1 : one->theirs > two->theirs;
}

static void count_difference(struct agreement *agreement, int ours, int theirs)
{
	size_t i = 0;

	while (i < agreement->count && (agreement->differences[i].ours != ours ||
	                                agreement->differences[i].theirs != theirs))
		i++;
	if (i == ARRAY_LEN(agreement->differences))
		return;
	if (i == agreement->count)
		agreement->differences[agreement->count++] =
		        (struct difference){.ours = ours, .theirs = theirs};
	agreement->differences[i].count++;
}

static void compare(const struct review *review, int field, struct agreement *ret)
{
	*ret = (struct agreement){0};
	for (size_t i = 0; i < review->count; i++) {
		const struct review_ticket *ticket = &review->tickets[i];
		int theirs = theirs_of(ticket, field);

		if (theirs < 0)
			continue;
		ret->compared++;
		if (theirs == ticket->ours[field])
			ret->same++;
		else
			count_difference(ret, ticket->ours[field], theirs);
	}
	qsort(ret->differences, ret->count, sizeof(ret->differences[0]), by_count);
}

static void add_numbers(const struct review *review, int field, const struct difference *difference,
                        size_t most, struct buf *out)
{
	size_t added = 0;

	json_add_key(out, "tickets");
	buf_putc(out, '[');
	for (size_t i = 0; i < review->count && added < most; i++) {
		const struct review_ticket *ticket = &review->tickets[i];

		if (ticket->ours[field] != difference->ours ||
		    theirs_of(ticket, field) != difference->theirs)
			continue;
		json_add_comma(out);
		buf_add_u64(out, ticket->id);
		added++;
	}
	buf_putc(out, ']');
}

/* Appends what stands in the braces. */
static void add_comparison(const struct review *review, int field, size_t ids_max, struct buf *out)
{
	struct agreement *agreement = xmalloc(sizeof(*agreement));

	compare(review, field, agreement);
	json_add_member_int(out, "compared", (int64_t)agreement->compared);
	json_add_member_int(out, "same", (int64_t)agreement->same);
	json_add_key(out, "differences");
	buf_putc(out, '[');
	for (size_t i = 0; i < agreement->count; i++) {
		const struct difference *difference = &agreement->differences[i];

		json_add_comma(out);
		buf_putc(out, '{');
		json_add_member(out, "ours", str_of(word_name(review, field, difference->ours)));
		json_add_member(out, "theirs",
		                str_of(word_name(review, field, difference->theirs)));
		json_add_member_int(out, "count", (int64_t)difference->count);
		if (ids_max > 0)
			add_numbers(review, field, difference, ids_max, out);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
	free(agreement);
}

static void add_agreement(const struct review *review, const char *name, int field, size_t ids_max,
                          struct buf *out)
{
	json_add_key(out, name);
	buf_putc(out, '{');
	add_comparison(review, field, ids_max, out);
	buf_putc(out, '}');
}

/* Tickets of which a choice is known. */
static uint64_t count_known(const struct review *review)
{
	uint64_t known = 0;

	for (size_t i = 0; i < review->count; i++) {
		bool any = false;

		for (int field = 0; field < CHOICE_FIELDS; field++)
			any = any || theirs_of(&review->tickets[i], field) >= 0;
		known += any;
	}
	return known;
}

static void add_agreements(const struct review *review, uint64_t decided, size_t ids_max,
                           struct buf *out)
{
	json_add_key(out, "agreement");
	buf_putc(out, '{');
	json_add_member_int(out, "decided", (int64_t)decided);
	json_add_member_int(out, "known", (int64_t)count_known(review));
	add_agreement(review, "category", CHOICE_CATEGORY, ids_max, out);
	add_agreement(review, "urgency", CHOICE_URGENCY, ids_max, out);
	add_agreement(review, "sentiment", CHOICE_SENTIMENT, ids_max, out);
	buf_putc(out, '}');
}

/* --- what was overruled --- */

static const char *const field_names[CHOICE_FIELDS] = {[CHOICE_CATEGORY] = "root_cause",
                                                       [CHOICE_URGENCY] = "urgency",
                                                       [CHOICE_SENTIMENT] = "sentiment"};

struct label_count {
	int field, label;
	uint64_t overruled, compared;
};

static int by_overruled(const void *a, const void *b)
{
	const struct label_count *one = a, *two = b;

	if (one->overruled != two->overruled)
		return one->overruled < two->overruled ? 1 : -1;
	return one->field != two->field ? one->field - two->field : one->label - two->label;
}

static struct label_count count_label(const struct review *review, int field, int label)
{
	struct label_count count = {.field = field, .label = label};

	for (size_t i = 0; i < review->count; i++) {
		int theirs = theirs_of(&review->tickets[i], field);

		if (theirs < 0 || review->tickets[i].ours[field] != label)
			continue;
		count.compared++;
		count.overruled += theirs != label;
	}
	return count;
}

static void add_overruled(const struct review *review, struct buf *out)
{
	struct label_count counts[CHOICE_FIELDS * CHOICE_LABELS_MAX];
	size_t count = 0;

	for (int field = 0; field < CHOICE_FIELDS; field++)
		for (int label = 0; label < choice_label_count((enum choice_field)field); label++)
			counts[count++] = count_label(review, field, label);
	qsort(counts, count, sizeof(counts[0]), by_overruled);
	json_add_key(out, "labels");
	buf_putc(out, '[');
	for (size_t i = 0; i < count; i++) {
		if (counts[i].compared == 0)
			continue;
		json_add_comma(out);
		buf_putc(out, '{');
		json_add_member(out, "field", str_of(field_names[counts[i].field]));
		json_add_member(out, "label",
		                str_of(choice_label_name((enum choice_field)counts[i].field,
		                                         counts[i].label)));
		json_add_member_int(out, "overruled", (int64_t)counts[i].overruled);
		json_add_member_int(out, "compared", (int64_t)counts[i].compared);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

void review_write_overruled(const struct review *review, struct buf *out)
{
	json_add_member_int(out, "sampled", (int64_t)count_known(review));
	json_add_key(out, "fields");
	buf_putc(out, '[');
	for (int field = 0; field < CHOICE_FIELDS; field++) {
		json_add_comma(out);
		buf_putc(out, '{');
		json_add_member(out, "field", str_of(field_names[field]));
		add_comparison(review, field, 0, out);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
	add_overruled(review, out);
}

/* --- what became of the tickets --- */

static void count_ticket(struct group *group, const struct review_ticket *ticket)
{
	group->tickets++;
	switch ((enum review_end)ticket->end) {
	case REVIEW_UNDER_WAY: group->under_way++; break;
	case REVIEW_FAILED: group->failed++; break;
	case REVIEW_TAGGED:
		group->tagged++;
		group->priority += ticket->priority_set;
		group->changed += ticket->priority_set && ticket->priority_changed;
		break;
	case REVIEW_LEFT_ALONE:
		group->left_alone++;
		if (ticket->reason >= 0)
			group->reasons[ticket->reason]++;
		else
			group->other_reasons++;
		break;
	}
}

static void add_reason_row(struct buf *out, const char *reason, uint64_t tickets)
{
	if (tickets == 0)
		return;
	json_add_comma(out);
	buf_putc(out, '{');
	json_add_member(out, "reason", str_of(reason));
	json_add_member_int(out, "tickets", (int64_t)tickets);
	buf_putc(out, '}');
}

static void add_group(const struct review *review, const char *name, bool shadow, struct buf *out)
{
	struct group group = {0};

	for (size_t i = 0; i < review->count; i++)
		if (review->tickets[i].shadow == shadow)
			count_ticket(&group, &review->tickets[i]);
	json_add_key(out, name);
	buf_putc(out, '{');
	json_add_member_int(out, "tickets", (int64_t)group.tickets);
	json_add_member_int(out, "tagged", (int64_t)group.tagged);
	json_add_member_int(out, "priority_set", (int64_t)group.priority);
	json_add_member_int(out, "priority_changed_by_agents", (int64_t)group.changed);
	json_add_member_int(out, "left_alone", (int64_t)group.left_alone);
	json_add_member_int(out, "failed", (int64_t)group.failed);
	json_add_member_int(out, "under_way", (int64_t)group.under_way);
	json_add_key(out, "reasons");
	buf_putc(out, '[');
	for (size_t i = 0; i < review->reason_count; i++)
		add_reason_row(out, review->reasons[i], group.reasons[i]);
	add_reason_row(out, "nothing to change", group.other_reasons);
	buf_puts(out, "]}");
}

/* --- time and money --- */

static int by_time(const void *a, const void *b)
{
	uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;

	return one < two ? -1 : one > two;
}

static void add_times(const struct review *review, struct buf *out)
{
	uint32_t *times = xcalloc(review->count + 1, sizeof(*times));
	size_t count = 0;

	for (size_t i = 0; i < review->count; i++)
		if (review->tickets[i].is_decided && !review->tickets[i].by_rules &&
		    !review->tickets[i].cached)
			times[count++] = review->tickets[i].model_ms;
	qsort(times, count, sizeof(*times), by_time);
	json_add_key(out, "latency");
	buf_putc(out, '{');
	json_add_member_int(out, "measured", (int64_t)count);
	if (count > 0) {
		json_add_member_int(out, "half_ms", times[(count - 1) / 2]);
		json_add_member_int(out, "most_ms", times[(count * 95 + 99) / 100 - 1]);
	}
	buf_putc(out, '}');
	free(times);
}

/* Of a service that began within the span only its own time counts, and never less than a day: a
 * backlog that is decided within minutes says nothing of a month. */
static double days_seen(const struct review *review, const struct review_frame *frame)
{
	msec from = review->first > frame->from ? review->first : frame->from;
	double days = (double)(frame->to - from) / (double)MSEC_DAY;

	return days > 1 ? days : 1;
}

static void add_cost(const struct review *review, const struct review_frame *frame,
                     uint64_t decided, struct buf *out)
{
	json_add_member_int(out, "tokens", (int64_t)review->tokens);
	json_add_key(out, "cost");
	buf_putc(out, '{');
	json_add_member_number(out, "dollars", review->cost, 6);
	json_add_member_bool(out, "estimated", review->estimated);
	json_add_member_number(out, "per_ticket", decided > 0 ? review->cost / (double)decided : 0,
	                       6);
	json_add_member_number(out, "per_month",
	                       review->cost / days_seen(review, frame) * DAYS_A_MONTH, 4);
	buf_putc(out, '}');
}

static void add_redacted(const struct review *review, struct buf *out)
{
	json_add_key(out, "redacted");
	buf_putc(out, '{');
	for (size_t i = 0; i < review->redacted_count; i++)
		json_add_member_int(out, review->redacted[i].name,
		                    (int64_t)review->redacted[i].count);
	buf_putc(out, '}');
}

/* --- all of it --- */

void review_write(const struct review *review, const struct review_frame *frame, struct buf *out)
{
	uint64_t decided = 0, by_rules = 0, fallback = 0;

	for (size_t i = 0; i < review->count; i++) {
		decided += review->tickets[i].is_decided;
		by_rules += review->tickets[i].is_decided && review->tickets[i].by_rules;
		fallback += review->tickets[i].is_decided && review->tickets[i].fallback;
	}
	buf_putc(out, '{');
	json_add_member(out, "kind", frame->backtest ? STR("backtest") : STR("report"));
	json_add_member_int(out, "from", frame->from);
	json_add_member_int(out, "to", frame->to);
	json_add_member_int(out, "tickets", (int64_t)review->count);
	json_add_member_int(out, "beyond", (int64_t)review->beyond);
	json_add_member_int(out, "decided", (int64_t)decided);
	json_add_member_int(out, "by_model", (int64_t)(decided - by_rules));
	json_add_member_int(out, "by_rules", (int64_t)by_rules);
	json_add_member_int(out, "fallback", (int64_t)fallback);
	add_group(review, "shadow", true, out);
	add_group(review, "writing", false, out);
	add_agreements(review, decided, frame->ids_max, out);
	add_times(review, out);
	add_cost(review, frame, decided, out);
	add_redacted(review, out);
	buf_putc(out, '}');
}
