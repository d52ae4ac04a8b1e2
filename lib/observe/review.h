/* A review of what was decided in a span of time: what came of it, whether agents chose the same
 * afterwards, how long the model took, what it cost, what was taken out of the texts. It is fed
 * with records, oldest first; of each ticket the last decision counts, and the last choices of
 * agents that are later than it. The facts come out as JSON, and review_words() makes sentences of
 * exactly these facts, so that both always agree.
 *
 * Numbers add up: tickets = shadow.tickets + writing.tickets; of either of these tickets = tagged +
 * left_alone + failed + under_way, and left_alone = the sum of its reasons; decided = by_model +
 * by_rules; of each field compared = same + the sum of its differences. */
#ifndef OBSERVE_REVIEW_H
#define OBSERVE_REVIEW_H

#include "base/json.h"
#include "base/map.h"
#include "observe/price.h"
#include "ticket/choice.h"

#define REVIEW_TICKETS_MAX 200000 /* later tickets are counted as `beyond`, and nowhere else */
#define REVIEW_REASONS_MAX 12
#define REVIEW_REASON_SIZE 80
#define REVIEW_KINDS_MAX 32
#define REVIEW_KIND_SIZE 32

/* --- spans --- */

#define REVIEW_SPAN_DEFAULT "7d"
#define REVIEW_SPAN_MAX (400 * MSEC_DAY)
/* "24h", "7d", "4w": an hour to 400 days. 0, or -1 with what would be right. */
int review_span_read(struct str text, msec *ret, struct err *err) MUST_CHECK;

/* --- collecting --- */

enum review_end { REVIEW_UNDER_WAY, REVIEW_TAGGED, REVIEW_LEFT_ALONE, REVIEW_FAILED };

struct review_ticket {
	uint64_t id;
	msec decided; /* wall */
	/* what agents chose, a bit each: a label, or a tag of report.tags that is no label (see
	 * word_bit() in review.c) */
	uint64_t chosen[CHOICE_FIELDS];
	uint32_t model_ms;
	int8_t ours[CHOICE_FIELDS];
	int8_t end;    /* enum review_end */
	int8_t reason; /* number of a reason; -1 = none */
	bool is_decided, shadow, by_rules, fallback, cached, priority_set, priority_changed;
};

struct review {
	const struct choice_tags *tags;
	struct prices prices;
	struct map by_id; /* id → index + 1 */
	struct review_ticket *tickets;
	size_t count, cap;
	uint64_t beyond;
	char reasons[REVIEW_REASONS_MAX][REVIEW_REASON_SIZE];
	size_t reason_count;
	struct {
		char name[REVIEW_KIND_SIZE];
		uint64_t count;
	} redacted[REVIEW_KINDS_MAX];
	size_t redacted_count;
	uint64_t tokens;
	double cost; /* US dollars */
	bool estimated;
	msec first; /* wall: of the first record; -1 = there was none */
};

/* `tags` must outlive the review. */
void review_init(struct review *review, const struct choice_tags *tags, struct prices prices);
void review_free(struct review *review);

/* The payloads of records (engine/record.h), of whatever version: what is missing counts as not
 * known, what cannot be understood is ignored. `at`: wall, when it was recorded. */
void review_decision(struct review *review, uint64_t id, msec at, bool shadow,
                     const struct json *payload);
void review_outcome(struct review *review, uint64_t id, msec at, const struct json *payload);
void review_choice(struct review *review, uint64_t id, const struct json *payload);
/* So many values of this kind were taken out of texts, besides those that decisions name. */
void review_redacted(struct review *review, const char *kind, uint64_t count);

/* --- the facts --- */

struct review_frame {
	bool backtest;
	msec from, to; /* wall */
	/* the ticket numbers of each difference that are named, at most */
	size_t ids_max;
};
/* Appends the facts as one JSON object. */
void review_write(const struct review *review, const struct review_frame *frame, struct buf *out);
/* Appends the members that tell how often agents chose another label than ours:
 *
 *     "sampled":203,"fields":[{"field":"root_cause","compared":203,"same":185,"differences":[
 *      {"ours":"bug","theirs":"refund","count":9}]}],
 *     "labels":[{"field":"root_cause","label":"bug","overruled":9,"compared":60}]
 *
 * `sampled` are the tickets of which a choice is known; labels that were never compared are left
 * out, and those that were overruled most often come first. */
void review_write_overruled(const struct review *review, struct buf *out);
/* Appends sentences for people: one fact a line, ticket numbers at the end of a line, the next
 * command at the bottom. Facts of a newer version that are not known here are left out. */
void review_words(const struct json *facts, struct buf *out);

#endif
