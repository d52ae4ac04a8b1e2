/* Counted outcomes of a span of time, as the API gives them for today, yesterday and each point of
 * a series, and their sums. */
#ifndef DAEMON_CTL_TALLY_H
#define DAEMON_CTL_TALLY_H

#include "base/json.h"

enum tally_label {
	TALLY_BUG,
	TALLY_FEATURE,
	TALLY_REFUND,
	TALLY_OTHER,
	TALLY_HIGH,
	TALLY_MEDIUM,
	TALLY_LOW,
	TALLY_POSITIVE,
	TALLY_NEUTRAL,
	TALLY_NEGATIVE,
	TALLY_LABELS
};

struct tally {
	int64_t at; /* wall, ms; begin of the span */
	uint64_t processed, failed, skipped, analysed, by_rules;
	uint64_t labels[TALLY_LABELS];
	double time_ms; /* of all processed tickets together */
	uint64_t timed; /* of how many tickets the time is known */
	double p95_ms; /* NaN = unknown; of a sum the largest, which the p95 of all cannot exceed */
	double cost;   /* US dollars */
};

/* Reads an object of the API strictly: wrong types are an error, missing members are zero. 0, or
 * -1 with the reason. */
int tally_read(const struct json *object, struct tally *ret, struct err *err) MUST_CHECK;
void tally_add(struct tally *sum, const struct tally *more);
/* Words for people; "-" where nothing is known. */
void tally_add_success(struct buf *out, const struct tally *tally); /* "99.2 %" */
void tally_add_average(struct buf *out, const struct tally *tally); /* "3.2 s" */
/* The share of processed among tried tickets, and the average time in ms; NaN = unknown. */
double tally_success(const struct tally *tally);
double tally_average(const struct tally *tally);
const char *tally_label_name(enum tally_label label);

#endif
