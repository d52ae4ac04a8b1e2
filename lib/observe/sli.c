/* Sums by the minute, and what is measured over the last of them. */
#include "observe/sli.h"

#define SHARE_UNKNOWN (-1.0)
#define P95 0.95

static const msec bounds[] = {100,  200,   300,   500,   750,   1000,  1500,  2000,  3000,  5000,
                              7500, 10000, 15000, 20000, 30000, 45000, 60000, 90000, 120000};
_Static_assert(ARRAY_LEN(bounds) == SLI_BOUNDS, "took[] has a place for each bound");

static int64_t number_of_minute(msec mono)
{
	return mono / MSEC_MINUTE + 1;
}

static struct sli_minute *present_minute(struct sli *sli, msec mono)
{
	int64_t number = number_of_minute(mono);
	struct sli_minute *minute = &sli->minutes[(size_t)number % SLI_MINUTES];

	if (minute->number != number)
		*minute = (struct sli_minute){.number = number};
	return minute;
}

static void count_done(struct sli *sli, struct sli_minute *minute, const struct outcome *outcome)
{
	size_t at = 0;

	while (at < SLI_BOUNDS && outcome->processing_ms > bounds[at])
		at++;
	minute->done++;
	minute->took[at]++;
	minute->processing_ms += outcome->processing_ms > 0 ? (uint64_t)outcome->processing_ms : 0;
	if (outcome->analysis == NULL)
		return;
	minute->analysed++;
	minute->negative += outcome->analysis->sentiment == SENTIMENT_NEGATIVE;
	if (outcome->analysis->urgency == URGENCY_HIGH && ++sli->high > minute->high_of_a_poll)
		minute->high_of_a_poll = sli->high;
}

void sli_outcome(struct sli *sli, const struct outcome *outcome, msec mono)
{
	struct sli_minute *minute = present_minute(sli, mono);

	switch (outcome->status) {
	case OUTCOME_SUCCESS:
	case OUTCOME_DRY_RUN:
	case OUTCOME_SHADOW: count_done(sli, minute, outcome); break;
	case OUTCOME_ERROR: minute->failed++; break;
	case OUTCOME_SKIPPED: break;
	}
}

void sli_answers(struct sli *sli, uint64_t answers, uint64_t unusable, msec mono)
{
	struct sli_minute *minute = present_minute(sli, mono);

	minute->answers += (uint32_t)answers;
	minute->unusable += (uint32_t)unusable;
}

void sli_poll(struct sli *sli)
{
	sli->high = 0;
}

void sli_depth(struct sli *sli, uint64_t depth, msec mono)
{
	struct sli_minute *minute = present_minute(sli, mono);

	minute->depth = depth;
	minute->depth_known = true;
}

/* --- what is measured --- */

static bool is_within(const struct sli_minute *minute, msec mono, int64_t from, int64_t to)
{
	int64_t age = number_of_minute(mono) - minute->number;

	return minute->number > 0 && age >= from && age < to;
}

static void add_minute(struct sli_minute *sum, const struct sli_minute *minute)
{
	sum->done += minute->done;
	sum->failed += minute->failed;
	sum->analysed += minute->analysed;
	sum->negative += minute->negative;
	sum->answers += minute->answers;
	sum->unusable += minute->unusable;
	sum->processing_ms += minute->processing_ms;
	if (minute->high_of_a_poll > sum->high_of_a_poll)
		sum->high_of_a_poll = minute->high_of_a_poll;
	for (size_t i = 0; i <= SLI_BOUNDS; i++)
		sum->took[i] += minute->took[i];
}

static double share_of(uint64_t part, uint64_t whole)
{
	return whole < SLI_EVENTS_MIN ? SHARE_UNKNOWN : (double)part / (double)whole;
}

/* Within a bound and the one before it times are taken to be evenly spread, so that the 95th
 * percentile is above a bound exactly when more than 5 % took longer. */
static double percentile_of(const struct sli_minute *sum)
{
	double rank = P95 * sum->done, seen = 0;

	if (sum->done < SLI_EVENTS_MIN)
		return SHARE_UNKNOWN;
	for (size_t i = 0; i < SLI_BOUNDS; i++) {
		double lower = i == 0 ? 0 : (double)bounds[i - 1];

		if (sum->took[i] > 0 && seen + sum->took[i] >= rank)
			return lower + ((double)bounds[i] - lower) * (rank - seen) / sum->took[i];
		seen += sum->took[i];
	}
	return (double)bounds[SLI_BOUNDS - 1];
}

static int64_t least_since(const struct sli *sli, msec mono, const struct sli_minute *begin)
{
	uint64_t least = begin->depth;

	for (size_t i = 0; i < SLI_MINUTES; i++) {
		const struct sli_minute *minute = &sli->minutes[i];

		if (minute->depth_known && is_within(minute, mono, 0, SLI_STUCK) &&
		    minute->depth < least)
			least = minute->depth;
	}
	return (int64_t)least;
}

/* The youngest sample of SLI_STUCK minutes ago or somewhat earlier: a loop that was held up may
 * have left a minute out. */
static void measure_stuck(const struct sli *sli, msec mono, struct sli_values *ret)
{
	const struct sli_minute *before = NULL;

	for (size_t i = 0; i < SLI_MINUTES; i++) {
		const struct sli_minute *minute = &sli->minutes[i];

		if (minute->depth_known && is_within(minute, mono, SLI_STUCK, SLI_STUCK + 5) &&
		    (before == NULL || minute->number > before->number))
			before = minute;
	}
	ret->stuck_known = ret->depth >= 0 && before != NULL;
	ret->stuck = ret->stuck_known && (uint64_t)ret->depth >= before->depth;
	ret->least_depth = ret->stuck_known ? least_since(sli, mono, before) : -1;
}

static void measure_depth(const struct sli *sli, msec mono, struct sli_values *ret)
{
	const struct sli_minute *last = NULL;

	for (size_t i = 0; i < SLI_MINUTES; i++)
		if (sli->minutes[i].depth_known && is_within(&sli->minutes[i], mono, 0, 2) &&
		    (last == NULL || sli->minutes[i].number > last->number))
			last = &sli->minutes[i];
	ret->depth = last != NULL ? (int64_t)last->depth : -1;
	measure_stuck(sli, mono, ret);
}

static void measure_day(const struct counts *day, struct sli_values *ret)
{
	ret->failure_rate = share_of(day->failed, day->processed + day->failed);
	ret->cost_per_ticket = day->processed < SLI_EVENTS_MIN
	                               ? SHARE_UNKNOWN
	                               : (double)day->cost_nano / 1e9 / (double)day->processed;
}

void sli_measure(const struct sli *sli, const struct counts *last_24h, msec mono,
                 struct sli_values *ret)
{
	struct sli_minute sum = {0};
	bool covered = false;

	for (size_t i = 0; i < SLI_MINUTES; i++) {
		covered = covered || is_within(&sli->minutes[i], mono, SLI_WINDOW - 1, SLI_MINUTES);
		if (is_within(&sli->minutes[i], mono, 0, SLI_WINDOW))
			add_minute(&sum, &sli->minutes[i]);
	}
	*ret = (struct sli_values){
	        .success_rate = share_of(sum.done, (uint64_t)sum.done + sum.failed),
	        .error_rate = share_of(sum.failed, (uint64_t)sum.done + sum.failed),
	        .model_failures = share_of(sum.unusable, sum.answers),
	        .negative = share_of(sum.negative, sum.analysed),
	        .average_ms = sum.done < SLI_EVENTS_MIN
	                              ? SHARE_UNKNOWN
	                              : (double)sum.processing_ms / (double)sum.done,
	        .p95_ms = percentile_of(&sum),
	        .high_urgency = (int64_t)sum.high_of_a_poll,
	        .covered = covered,
	};
	measure_depth(sli, mono, ret);
	measure_day(last_24h, ret);
}

bool sli_moves(const struct sli *sli, msec mono)
{
	for (size_t i = 0; i < SLI_MINUTES; i++) {
		const struct sli_minute *minute = &sli->minutes[i];

		if (is_within(minute, mono, 0, SLI_WINDOW + 1) &&
		    (minute->done > 0 || minute->failed > 0 || minute->answers > 0))
			return true;
	}
	return false;
}

msec sli_next_minute(msec mono)
{
	return number_of_minute(mono) * MSEC_MINUTE;
}
