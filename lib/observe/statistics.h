/* What was done, counted. One quarter of an hour of wall time is the unit that is kept; the last 24
 * hours and the days are its sums, so that nothing is counted twice in two places. A day is a UTC
 * day, like that of the log files.
 *
 * Counts go along with the record they tell of (engine/record.h) and become durable together with
 * it: what a decision cost is counted once, however often its ticket fails and comes back. A record
 * that was lost was not counted. Of a ticket nothing is in them but ones in sums.
 *
 * A clock that is set moves nothing: what was counted while it was wrong stays where it was
 * counted, and what lies in the future is in no sum. */
#ifndef OBSERVE_STATISTICS_H
#define OBSERVE_STATISTICS_H

#include "base/buf.h"
#include "base/clock.h"
#include "ticket/outcome.h"

/* The names of the members, of the columns that keep them, and their order there. */
#define COUNTS_EACH(X)                                                                             \
	/* Ends of ways. A ticket that fails, comes back and is processed is in both. */           \
	X(processed) /* success and dry_run */                                                     \
	X(failed)                                                                                  \
	X(skipped)                                                                                 \
	X(latency_ms) /* sum over the processed */                                                 \
	/* Decisions. */                                                                           \
	X(analysed)                                                                                \
	X(by_rules)      /* the rules answered … */                                              \
	X(fallback)      /* … although a model was configured */                                 \
	X(model_calls)   /* all attempts of what was analysed */                                   \
	X(tokens_prompt) /* of the answer that was taken */                                        \
	X(tokens_answer)                                                                           \
	X(cost_nano) /* estimate, in billionths of a US dollar */                                  \
	X(bug)                                                                                     \
	X(feature) X(refund) X(other) X(high) X(medium) X(low) X(positive) X(neutral) X(negative)

struct counts {
#define COUNTS_MEMBER(name) uint64_t name;
	COUNTS_EACH(COUNTS_MEMBER)
#undef COUNTS_MEMBER
};

/* One more: a way that ended, a decision after `calls` requests to the model that cost so many US
 * dollars. */
void counts_end(struct counts *counts, enum outcome_status status, msec processing_ms);
void counts_decision(struct counts *counts, const struct analysis *analysis, uint64_t calls,
                     double cost);
void counts_add(struct counts *to, const struct counts *more);
bool counts_any(const struct counts *counts);
/* Processed among those that were processed or failed, 0 … 1; -1 when there are none. */
double counts_success_rate(const struct counts *counts);
msec counts_latency(const struct counts *counts); /* average; -1 when there is none */

#define STATISTICS_QUARTER (15 * MSEC_MINUTE)
#define STATISTICS_QUARTERS_A_DAY 96
#define STATISTICS_DAYS 31
#define STATISTICS_KEPT_DAYS 400 /* in the store */

/* Quarters are numbered from 1970 on; 0 before it. */
int64_t statistics_quarter(msec wall);
/* The first quarter of the day that lies `days` before the one of `wall`; 0 at least. */
int64_t statistics_days_ago(msec wall, int64_t days);

struct statistics_span {
	int64_t number; /* of a quarter or of a day, plus one; 0 = free */
	struct counts counts;
};

/* More than is shown: a clock that runs ahead and is set back costs none of the spans around
 * now. */
struct statistics {
	struct statistics_span quarters[STATISTICS_QUARTERS_A_DAY + 32];
	struct statistics_span days[STATISTICS_DAYS + 9];
};

void statistics_init(struct statistics *statistics);
/* In any order: all that was kept at the start, then what comes. When all places are taken, the
 * span farthest from the new one gives way. */
void statistics_add(struct statistics *statistics, int64_t quarter, const struct counts *counts);
/* The quarter of `wall` and the 95 before it. */
struct counts statistics_last_24h(const struct statistics *statistics, msec wall);
/* [{"day":"2026-11-25","processed":46,"failed":1,"skipped":0,"success_rate":0.9787,
 *   "avg_latency_ms":3204,"analysed":47,"by_rules":1,"fallback":1,"model_calls":47,
 *   "tokens_prompt":13160,"tokens_answer":1504,"cost_estimate":0.002876,
 *   "root_cause":{"bug":20,…},"urgency":{"high":5,…},"sentiment":{"positive":3,…}},…]
 * Today first, then each day before it back to the first that anything was counted on,
 * STATISTICS_DAYS at most. Rate and latency are null when there are none; the cost is in US
 * dollars. */
void statistics_write_days(const struct statistics *statistics, msec wall, struct buf *out);

#endif
