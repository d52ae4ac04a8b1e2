/* Statistics of the work done. The unit that is kept is a quarter of an hour of wall time; the last
 * 24 hours and the days are sums of quarters, so that nothing is counted in two places. A day is a
 * UTC day, like that of the log files.
 *
 * Counts are attached to the record that they are about (engine/record.h) and become durable
 * together with it: what a decision cost is counted once, however often its ticket fails and comes
 * back. What was in a lost record was not counted. They hold only sums, nothing about a single
 * ticket.
 *
 * Setting the clock moves nothing: what was counted while it was wrong stays in its quarter, and
 * what lies in the future is in no sum. */
#ifndef OBSERVE_STATISTICS_H
#define OBSERVE_STATISTICS_H

#include "base/buf.h"
#include "base/clock.h"
#include "observe/spending.h"
#include "ticket/outcome.h"

/* The names of the members, and of the columns that store them, in their order. */
#define COUNTS_SUMS(X)                                                                             \
	/* Outcomes. A ticket that fails, comes back and is processed counts in both. */           \
	X(processed) /* success, dry_run, shadow */                                                \
	X(failed)                                                                                  \
	X(skipped)                                                                                 \
	X(latency_ms) /* sum over the processed tickets */                                         \
	/* Decisions. */                                                                           \
	X(analysed)                                                                                \
	X(by_rules)      /* decided by rules */                                                    \
	X(fallback)      /* by rules although a model was configured */                            \
	X(model_calls)   /* all attempts for decided tickets */                                    \
	X(tokens_prompt) /* of all requests */                                                     \
	X(tokens_answer)                                                                           \
	X(cost_nano) /* estimate, in billionths of a US dollar */                                  \
	X(bug)                                                                                     \
	X(feature) X(refund) X(other) X(high) X(medium) X(low) X(positive) X(neutral) X(negative)

/* How many processed tickets took longer than the bound before, and at most so many ms. The bounds
 * are those of the metrics; databases hold these names. */
#define COUNTS_TIMES(X)                                                                            \
	X(ms_100)                                                                                  \
	X(ms_200)                                                                                  \
	X(ms_300)                                                                                  \
	X(ms_500)                                                                                  \
	X(ms_750)                                                                                  \
	X(ms_1000)                                                                                 \
	X(ms_1500)                                                                                 \
	X(ms_2000)                                                                                 \
	X(ms_3000)                                                                                 \
	X(ms_5000)                                                                                 \
	X(ms_7500)                                                                                 \
	X(ms_10000)                                                                                \
	X(ms_15000)                                                                                \
	X(ms_20000)                                                                                \
	X(ms_30000) X(ms_45000) X(ms_60000) X(ms_90000) X(ms_120000) X(ms_more)

#define COUNTS_EACH(X) COUNTS_SUMS(X) COUNTS_TIMES(X)

struct counts {
#define COUNTS_MEMBER(name) uint64_t name;
	COUNTS_EACH(COUNTS_MEMBER)
#undef COUNTS_MEMBER
};

/* Counts one more outcome; one more decision, after `calls` requests to the model; what requests to
 * the model have cost. */
void counts_end(struct counts *counts, enum outcome_status status, msec processing_ms);
void counts_decision(struct counts *counts, const struct analysis *analysis, uint64_t calls);
void counts_spent(struct counts *counts, const struct spending *spent);
void counts_add(struct counts *to, const struct counts *more);
bool counts_any(const struct counts *counts);
/* Share of processed tickets among those processed or failed, 0 … 1; -1 when there are none. */
double counts_success_rate(const struct counts *counts);
/* The time that this share (0 … 1) of the processed tickets did not exceed, within the span between
 * two bounds by linear interpolation; the last bound, two minutes, for anything above it. -1 when
 * there are none, or when their times were not counted yet. */
double counts_quantile(const struct counts *counts, double share);
/* Average processing time of the processed tickets; -1 when there are none. */
msec counts_latency(const struct counts *counts);

#define STATISTICS_QUARTER (15 * MSEC_MINUTE)
#define STATISTICS_QUARTERS_A_DAY 96
#define STATISTICS_DAYS 31
#define STATISTICS_HOURS 72      /* quarters in memory go back so far */
#define STATISTICS_KEPT_DAYS 400 /* in the database */

/* Number of the quarter of an hour, counted from 1970; 0 for anything earlier. */
int64_t statistics_quarter(msec wall);
/* The first quarter of the day that is `days` days before that of `wall`; at least 0. */
int64_t statistics_days_ago(msec wall, int64_t days);

struct statistics_span {
	int64_t number; /* number of a quarter or of a day, plus one; 0 = free */
	struct counts counts;
};

/* More spans than are shown, so that a clock that runs ahead and is set back does not displace the
 * spans around now. */
struct statistics {
	struct statistics_span quarters[3 * STATISTICS_QUARTERS_A_DAY + 32];
	struct statistics_span days[STATISTICS_DAYS + 9];
};

void statistics_init(struct statistics *statistics);
/* Adds counts to a quarter, in any order: first everything that was stored, then what comes. When
 * all places are taken, the span farthest from the new one is dropped. */
void statistics_add(struct statistics *statistics, int64_t quarter, const struct counts *counts);
/* Sum of the quarter of `wall` and the 95 before it. */
struct counts statistics_last_24h(const struct statistics *statistics, msec wall);
/* Sum of the quarters that begin at or after `from` and before `to` (wall, ms), of the last
 * STATISTICS_HOURS: of a day that begins at any midnight, and of the same hours a day before. The
 * quarter in which `to` lies counts wholly. */
struct counts statistics_between(const struct statistics *statistics, msec from, msec to);
/* Writes the members for one span of time: processed, failed, skipped, success_rate,
 * avg_processing_ms, cost_usd, analysed, by_rules and the labels. */
void statistics_write_counts(const struct counts *counts, struct buf *out);
/* Writes the days as JSON:
 * [{"day":"2026-11-25","processed":46,"failed":1,"skipped":0,"success_rate":0.9787,
 *   "avg_latency_ms":3204,"analysed":47,"by_rules":1,"fallback":1,"model_calls":47,
 *   "tokens_prompt":13160,"tokens_answer":1504,"cost_estimate":0.002876,
 *   "root_cause":{"bug":20,…},"urgency":{"high":5,…},"sentiment":{"positive":3,…}},…]
 * Today comes first, then each day back to the first with counts, at most STATISTICS_DAYS. Rate and
 * latency are null when there are none; the cost is in US dollars. */
void statistics_write_days(const struct statistics *statistics, msec wall, struct buf *out);

#endif
