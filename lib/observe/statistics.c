/* Counting, and sums by time. There are few spans and few counts a second, so places are found by
 * linear search. */
#include "observe/statistics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

#define NANO 1e9

/* The upper ends of what COUNTS_TIMES counts, in ms; the last count has none. */
static const msec bounds[] = {100,  200,   300,   500,   750,   1000,  1500,  2000,  3000,  5000,
                              7500, 10000, 15000, 20000, 30000, 45000, 60000, 90000, 120000};
#define TIMES (ARRAY_LEN(bounds) + 1)

/* --- counting --- */

static void times_of(struct counts *counts, uint64_t *times[TIMES])
{
	size_t at = 0;

#define PLACE(name) times[at++] = &counts->name;
	COUNTS_TIMES(PLACE)
#undef PLACE
	ENSURE(at == TIMES);
}

static uint64_t *time_of(struct counts *counts, msec took)
{
	uint64_t *times[TIMES];
	size_t i = 0;

	times_of(counts, times);
	while (i < ARRAY_LEN(bounds) && took > bounds[i])
		i++;
	return times[i];
}

void counts_end(struct counts *counts, enum outcome_status status, msec processing_ms)
{
	switch (status) {
	case OUTCOME_SUCCESS:
	case OUTCOME_DRY_RUN:
	case OUTCOME_SHADOW:
		counts->processed++;
		if (processing_ms > 0)
			counts->latency_ms += (uint64_t)processing_ms;
		++*time_of(counts, processing_ms);
		break;
	case OUTCOME_ERROR: counts->failed++; break;
	case OUTCOME_SKIPPED: counts->skipped++; break;
	}
}

struct labels {
	uint64_t *root_cause[CAUSE_COUNT], *urgency[URGENCY_COUNT], *sentiment[SENTIMENT_COUNT];
};

static struct labels labels_of(struct counts *counts)
{
	return (struct labels){
	        .root_cause = {[CAUSE_BUG] = &counts->bug,
	                       [CAUSE_FEATURE] = &counts->feature,
	                       [CAUSE_REFUND] = &counts->refund,
	                       [CAUSE_OTHER] = &counts->other},
	        .urgency = {[URGENCY_HIGH] = &counts->high,
	                    [URGENCY_MEDIUM] = &counts->medium,
	                    [URGENCY_LOW] = &counts->low},
	        .sentiment = {[SENTIMENT_POSITIVE] = &counts->positive,
	                      [SENTIMENT_NEUTRAL] = &counts->neutral,
	                      [SENTIMENT_NEGATIVE] = &counts->negative},
	};
}

void counts_spent(struct counts *counts, const struct spending *spent)
{
	counts->tokens_prompt += spent->tokens_prompt;
	counts->tokens_answer += spent->tokens_answer;
	if (spent->cost > 0 && spent->cost < (double)INT32_MAX)
		counts->cost_nano += (uint64_t)llround(spent->cost * NANO);
}

void counts_decision(struct counts *counts, const struct analysis *analysis, uint64_t calls)
{
	struct labels labels = labels_of(counts);

	counts->analysed++;
	counts->by_rules += analysis->by_rules;
	counts->fallback += analysis->fallback;
	counts->model_calls += calls;
	++*labels.root_cause[analysis->root_cause];
	++*labels.urgency[analysis->urgency];
	++*labels.sentiment[analysis->sentiment];
}

void counts_add(struct counts *to, const struct counts *more)
{
#define ADD(name) to->name += more->name;
	COUNTS_EACH(ADD)
#undef ADD
}

bool counts_any(const struct counts *counts)
{
	uint64_t any = 0;

#define LOOK(name) any |= counts->name;
	COUNTS_EACH(LOOK)
#undef LOOK
	return any != 0;
}

double counts_success_rate(const struct counts *counts)
{
	uint64_t tried = counts->processed + counts->failed;

	return tried > 0 ? (double)counts->processed / (double)tried : -1;
}

msec counts_latency(const struct counts *counts)
{
	return counts->processed > 0 ? (msec)(counts->latency_ms / counts->processed) : -1;
}

double counts_quantile(const struct counts *counts, double share)
{
	struct counts copy = *counts;
	uint64_t *times[TIMES], total = 0;
	double wanted, below = 0;

	times_of(&copy, times);
	for (size_t i = 0; i < TIMES; i++)
		total += *times[i];
	wanted = share * (double)total;
	for (size_t i = 0; i < ARRAY_LEN(bounds) && total > 0; i++) {
		double here = (double)*times[i], from = i > 0 ? (double)bounds[i - 1] : 0;

		if (here > 0 && below + here >= wanted)
			return from + ((double)bounds[i] - from) * (wanted - below) / here;
		below += here;
	}
	return total > 0 ? (double)bounds[ARRAY_LEN(bounds) - 1] : -1;
}

/* --- spans --- */

int64_t statistics_quarter(msec wall)
{
	return wall > 0 ? wall / STATISTICS_QUARTER : 0;
}

int64_t statistics_days_ago(msec wall, int64_t days)
{
	int64_t day = statistics_quarter(wall) / STATISTICS_QUARTERS_A_DAY - days;

	return day > 0 ? day * STATISTICS_QUARTERS_A_DAY : 0;
}

void statistics_init(struct statistics *statistics)
{
	memset(statistics, 0, sizeof(*statistics));
}

static int64_t distance_between(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

static struct counts *span_of(struct statistics_span *spans, size_t count, int64_t number)
{
	struct statistics_span *place = &spans[0];

	for (size_t i = 0; i < count; i++) {
		struct statistics_span *span = &spans[i];

		if (span->number == number)
			return &span->counts;
		if (place->number != 0 &&
		    (span->number == 0 || distance_between(span->number, number) >
		                                  distance_between(place->number, number)))
			place = span;
	}
	*place = (struct statistics_span){.number = number};
	return &place->counts;
}

static const struct counts *find_span(const struct statistics_span *spans, size_t count,
                                      int64_t number)
{
	for (size_t i = 0; i < count; i++)
		if (spans[i].number == number)
			return &spans[i].counts;
	return NULL;
}

void statistics_add(struct statistics *statistics, int64_t quarter, const struct counts *counts)
{
	int64_t day = quarter / STATISTICS_QUARTERS_A_DAY;

	counts_add(span_of(statistics->quarters, ARRAY_LEN(statistics->quarters), quarter + 1),
	           counts);
	counts_add(span_of(statistics->days, ARRAY_LEN(statistics->days), day + 1), counts);
}

struct counts statistics_last_24h(const struct statistics *statistics, msec wall)
{
	int64_t now = statistics_quarter(wall) + 1;
	struct counts total = {0};

	for (size_t i = 0; i < ARRAY_LEN(statistics->quarters); i++) {
		const struct statistics_span *span = &statistics->quarters[i];

		if (span->number != 0 && span->number <= now &&
		    span->number > now - STATISTICS_QUARTERS_A_DAY)
			counts_add(&total, &span->counts);
	}
	return total;
}

struct counts statistics_between(const struct statistics *statistics, msec from, msec to)
{
	int64_t first = (from + STATISTICS_QUARTER - 1) / STATISTICS_QUARTER + 1,
	        end = (to + STATISTICS_QUARTER - 1) / STATISTICS_QUARTER + 1;
	struct counts total = {0};

	for (size_t i = 0; i < ARRAY_LEN(statistics->quarters); i++) {
		const struct statistics_span *span = &statistics->quarters[i];

		if (span->number != 0 && span->number >= first && span->number < end)
			counts_add(&total, &span->counts);
	}
	return total;
}

/* --- as JSON --- */

static void add_labels(struct buf *out, const struct counts *counts)
{
	struct counts copy = *counts;
	struct labels labels = labels_of(&copy);

	json_add_key(out, "root_cause");
	buf_putc(out, '{');
	for (size_t i = 0; i < CAUSE_COUNT; i++)
		json_add_member_int(out, root_cause_name((enum root_cause)i),
		                    (int64_t)*labels.root_cause[i]);
	buf_putc(out, '}');
	json_add_key(out, "urgency");
	buf_putc(out, '{');
	for (size_t i = 0; i < URGENCY_COUNT; i++)
		json_add_member_int(out, urgency_name((enum urgency)i),
		                    (int64_t)*labels.urgency[i]);
	buf_putc(out, '}');
	json_add_key(out, "sentiment");
	buf_putc(out, '{');
	for (size_t i = 0; i < SENTIMENT_COUNT; i++)
		json_add_member_int(out, sentiment_name((enum sentiment)i),
		                    (int64_t)*labels.sentiment[i]);
	buf_putc(out, '}');
}

static void add_latency(struct buf *out, const char *key, const struct counts *counts)
{
	if (counts->processed > 0) {
		json_add_member_int(out, key, counts_latency(counts));
		return;
	}
	json_add_key(out, key);
	buf_puts(out, "null");
}

static void add_outcomes(struct buf *out, const struct counts *counts)
{
	double rate = counts_success_rate(counts);

	json_add_member_int(out, "processed", (int64_t)counts->processed);
	json_add_member_int(out, "failed", (int64_t)counts->failed);
	json_add_member_int(out, "skipped", (int64_t)counts->skipped);
	json_add_member_number(out, "success_rate", rate < 0 ? NAN : rate, 4);
}

void statistics_write_counts(const struct counts *counts, struct buf *out)
{
	add_outcomes(out, counts);
	add_latency(out, "avg_processing_ms", counts);
	json_add_member_number(out, "cost_usd", (double)counts->cost_nano / NANO, 6);
	json_add_member_int(out, "analysed", (int64_t)counts->analysed);
	json_add_member_int(out, "by_rules", (int64_t)counts->by_rules);
	add_labels(out, counts);
}

static void add_day(struct buf *out, int64_t number, const struct counts *counts)
{
	struct clock_fields at =
	        clock_split(number * STATISTICS_QUARTERS_A_DAY * STATISTICS_QUARTER);
	char day[32];

	snprintf(day, sizeof(day), "%04d-%02d-%02d", at.year, at.month, at.day);
	json_add_comma(out);
	buf_putc(out, '{');
	json_add_member(out, "day", str_of(day));
	add_outcomes(out, counts);
	add_latency(out, "avg_latency_ms", counts);
	json_add_member_int(out, "analysed", (int64_t)counts->analysed);
	json_add_member_int(out, "by_rules", (int64_t)counts->by_rules);
	json_add_member_int(out, "fallback", (int64_t)counts->fallback);
	json_add_member_int(out, "model_calls", (int64_t)counts->model_calls);
	json_add_member_int(out, "tokens_prompt", (int64_t)counts->tokens_prompt);
	json_add_member_int(out, "tokens_answer", (int64_t)counts->tokens_answer);
	json_add_member_number(out, "cost_estimate", (double)counts->cost_nano / NANO, 6);
	add_labels(out, counts);
	buf_putc(out, '}');
}

/* How many days to show: back to the first one with counts, today in any case. */
static int64_t days_back(const struct statistics *statistics, int64_t today)
{
	int64_t days = 1;

	for (size_t i = 0; i < ARRAY_LEN(statistics->days); i++) {
		int64_t number = statistics->days[i].number - 1;

		if (number >= 0 && number <= today && today - number < STATISTICS_DAYS &&
		    today - number >= days)
			days = today - number + 1;
	}
	return days;
}

void statistics_write_days(const struct statistics *statistics, msec wall, struct buf *out)
{
	int64_t today = statistics_quarter(wall) / STATISTICS_QUARTERS_A_DAY,
	        days = days_back(statistics, today);

	buf_putc(out, '[');
	for (int64_t i = 0; i < days; i++) {
		static const struct counts none;
		const struct counts *counts =
		        find_span(statistics->days, ARRAY_LEN(statistics->days), today - i + 1);

		add_day(out, today - i, counts != NULL ? counts : &none);
	}
	buf_putc(out, ']');
}
