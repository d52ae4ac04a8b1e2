/* What the last 24 hours brought: 96 quarters of an hour, each counted by itself, so that old ones fall out one by one. Quarters
 * are numbered by wall time. A clock that is set moves nothing: quarters that lie in its future or more than a day back count
 * nowhere. */
#ifndef OBSERVE_DAY_H
#define OBSERVE_DAY_H

#include "base/buf.h"
#include "ticket/outcome.h"

#define DAY_QUARTERS 96
#define DAY_QUARTER (15 * MSEC_MINUTE)

struct day_counts {
	uint64_t processed; /* success and dry_run */
	uint64_t failed;
	uint64_t skipped;
	uint64_t latency_ms;    /* sum over … */
	uint64_t latency_count; /* … so many processed tickets */
};

struct day {
	struct {
		int64_t number; /* wall / DAY_QUARTER; 0 = empty */
		struct day_counts counts;
	} quarters[DAY_QUARTERS]; /* at number % DAY_QUARTERS */
};

void day_init(struct day *day);
void day_count(struct day *day, const struct outcome *outcome, msec wall);
/* The quarter of `wall` and the 95 before it. */
struct day_counts day_total(const struct day *day, msec wall);
/* Processed among those that were processed or failed, 0 … 1; -1 when there are none. */
double day_success_rate(const struct day_counts *counts);
msec day_latency(const struct day_counts *counts); /* average; -1 when there is none */

/* One JSON object, to be kept over a restart: {"quarters":[[number,processed,failed,skipped,latency_ms,latency_count],…]} */
void day_export(const struct day *day, struct buf *out);
/* 0, or -1 with the reason, and then the day is as it was. */
int day_import(struct day *day, struct str json, struct err *err) MUST_CHECK;

#endif
