/* Reads, adds and words counts. */
#include "daemon/ctl/tally.h"

#include <math.h>

#include "daemon/ctl/print.h"

#define MOST_WITH_FAILURES 99.9 /* per cent: "100.0 %" means that none failed */
#define SPAN_MAX_MS 1e15

static const struct {
	const char *group, *name;
} labels[TALLY_LABELS] = {
        [TALLY_BUG] = {"root_cause", "bug"},        [TALLY_FEATURE] = {"root_cause", "feature"},
        [TALLY_REFUND] = {"root_cause", "refund"},  [TALLY_OTHER] = {"root_cause", "other"},
        [TALLY_HIGH] = {"urgency", "high"},         [TALLY_MEDIUM] = {"urgency", "medium"},
        [TALLY_LOW] = {"urgency", "low"},           [TALLY_POSITIVE] = {"sentiment", "positive"},
        [TALLY_NEUTRAL] = {"sentiment", "neutral"}, [TALLY_NEGATIVE] = {"sentiment", "negative"},
};

const char *tally_label_name(enum tally_label label)
{
	return labels[label].name;
}

static int read_count(const struct json *object, const char *member, uint64_t *ret, struct err *err)
{
	int64_t number = 0;

	if (json_at(object, member) != NULL &&
	    (!json_int_at(object, member, &number) || number < 0))
		return err_set(err, "%s is not a count", member);
	*ret = (uint64_t)number;
	return 0;
}

/* NaN when it is missing or null. */
static int read_number(const struct json *object, const char *member, double *ret, struct err *err)
{
	const struct json *value = json_at(object, member);

	*ret = NAN;
	if (value == NULL || json_is_null(value))
		return 0;
	if (!json_number_at(object, member, ret) || *ret < 0)
		return err_set(err, "%s is not a number from 0", member);
	return 0;
}

static int read_counts(const struct json *object, struct tally *ret, struct err *err)
{
	const struct {
		const char *member;
		uint64_t *count;
	} counts[] = {{"processed", &ret->processed},
	              {"failed", &ret->failed},
	              {"skipped", &ret->skipped},
	              {"analysed", &ret->analysed},
	              {"by_rules", &ret->by_rules}};

	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		if (read_count(object, counts[i].member, counts[i].count, err) < 0)
			return -1;
	for (size_t i = 0; i < TALLY_LABELS; i++)
		if (read_count(json_at(object, labels[i].group), labels[i].name, &ret->labels[i],
		               err) < 0)
			return -1;
	return 0;
}

int tally_read(const struct json *object, struct tally *ret, struct err *err)
{
	double average, cost;

	*ret = (struct tally){0};
	if (!json_is_object(object))
		return err_set(err, "the counts are not an object");
	if (read_counts(object, ret, err) < 0 ||
	    read_number(object, "avg_processing_ms", &average, err) < 0 ||
	    read_number(object, "p95_ms", &ret->p95_ms, err) < 0 ||
	    read_number(object, "cost_usd", &cost, err) < 0)
		return -1;
	ret->cost = isfinite(cost) ? cost : 0;
	ret->timed = isfinite(average) ? ret->processed : 0;
	ret->time_ms = isfinite(average) ? average * (double)ret->processed : 0;
	return json_int_at(object, "at", &ret->at) || json_at(object, "at") == NULL
	               ? 0
	               : err_set(err, "at is not a time");
}

void tally_add(struct tally *sum, const struct tally *more)
{
	sum->processed += more->processed;
	sum->failed += more->failed;
	sum->skipped += more->skipped;
	sum->analysed += more->analysed;
	sum->by_rules += more->by_rules;
	for (size_t i = 0; i < TALLY_LABELS; i++)
		sum->labels[i] += more->labels[i];
	sum->time_ms += more->time_ms;
	sum->timed += more->timed;
	if (isfinite(more->p95_ms) && !(sum->p95_ms >= more->p95_ms))
		sum->p95_ms = more->p95_ms;
	sum->cost += more->cost;
}

double tally_success(const struct tally *tally)
{
	double tried = (double)tally->processed + (double)tally->failed;

	return tried > 0 ? (double)tally->processed / tried : NAN;
}

double tally_average(const struct tally *tally)
{
	return tally->timed > 0 ? tally->time_ms / (double)tally->timed : NAN;
}

void tally_add_success(struct buf *out, const struct tally *tally)
{
	double share = 100 * tally_success(tally);

	if (tally->failed > 0 && share > MOST_WITH_FAILURES)
		share = MOST_WITH_FAILURES;
	if (isfinite(share))
		buf_printf(out, "%.1f %%", share);
	else
		buf_putc(out, '-');
}

void tally_add_average(struct buf *out, const struct tally *tally)
{
	double average = tally_average(tally);

	if (isfinite(average) && average < SPAN_MAX_MS)
		print_add_span(out, (int64_t)average);
	else
		buf_putc(out, '-');
}
