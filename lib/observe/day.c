/* Rolling counters of a day: see day.h. */
#include "observe/day.h"

#include <string.h>

#include "base/json.h"

#define NUMBERS 6
#define NUMBER_MAX ((int64_t)1 << 53) /* beyond it other readers of JSON lose digits, and no day has so many */

void day_init(struct day *day)
{
	memset(day, 0, sizeof(*day));
}

static int64_t number_of(msec wall)
{
	return wall > 0 ? wall / DAY_QUARTER : 0;
}

void day_count(struct day *day, const struct outcome *outcome, msec wall)
{
	int64_t number = number_of(wall);
	size_t at = (size_t)(number % DAY_QUARTERS);
	struct day_counts *counts = &day->quarters[at].counts;

	if (day->quarters[at].number != number) {
		memset(counts, 0, sizeof(*counts));
		day->quarters[at].number = number;
	}
	switch (outcome->status) {
	case OUTCOME_SUCCESS:
	case OUTCOME_DRY_RUN:
		counts->processed++;
		counts->latency_count++;
		if (outcome->processing_ms > 0)
			counts->latency_ms += (uint64_t)outcome->processing_ms;
		break;
	case OUTCOME_ERROR: counts->failed++; break;
	case OUTCOME_SKIPPED: counts->skipped++; break;
	}
}

struct day_counts day_total(const struct day *day, msec wall)
{
	int64_t now = number_of(wall);
	struct day_counts total = {0};

	for (size_t i = 0; i < DAY_QUARTERS; i++) {
		const struct day_counts *counts = &day->quarters[i].counts;

		if (day->quarters[i].number > now || day->quarters[i].number <= now - DAY_QUARTERS)
			continue;
		total.processed += counts->processed;
		total.failed += counts->failed;
		total.skipped += counts->skipped;
		total.latency_ms += counts->latency_ms;
		total.latency_count += counts->latency_count;
	}
	return total;
}

double day_success_rate(const struct day_counts *counts)
{
	uint64_t tried = counts->processed + counts->failed;

	return tried > 0 ? (double)counts->processed / (double)tried : -1;
}

msec day_latency(const struct day_counts *counts)
{
	return counts->latency_count > 0 ? (msec)(counts->latency_ms / counts->latency_count) : -1;
}

void day_export(const struct day *day, struct buf *out)
{
	buf_putc(out, '{');
	json_add_key(out, "quarters");
	buf_putc(out, '[');
	for (size_t i = 0; i < DAY_QUARTERS; i++) {
		const struct day_counts *counts = &day->quarters[i].counts;
		const uint64_t numbers[NUMBERS] = {(uint64_t)day->quarters[i].number,
		                                   counts->processed,
		                                   counts->failed,
		                                   counts->skipped,
		                                   counts->latency_ms,
		                                   counts->latency_count};

		if (numbers[0] == 0)
			continue;
		json_add_comma(out);
		for (size_t n = 0; n < NUMBERS; n++) {
			buf_putc(out, n == 0 ? '[' : ',');
			buf_add_u64(out, numbers[n]);
		}
		buf_putc(out, ']');
	}
	buf_puts(out, "]}");
}

static int read_quarter(struct day *day, const json_t *quarter)
{
	int64_t numbers[NUMBERS];

	if (!json_is_array(quarter) || json_array_size(quarter) != NUMBERS)
		return -1;
	for (size_t n = 0; n < NUMBERS; n++) {
		const json_t *number = json_array_get(quarter, n);

		numbers[n] = json_is_integer(number) ? json_integer_value(number) : -1;
		if (numbers[n] < (n == 0 ? 1 : 0) || numbers[n] > NUMBER_MAX)
			return -1;
	}
	size_t at = (size_t)(numbers[0] % DAY_QUARTERS);
	if (day->quarters[at].number >= numbers[0])
		return -1; /* twice */
	day->quarters[at].number = numbers[0];
	day->quarters[at].counts = (struct day_counts){.processed = (uint64_t)numbers[1],
	                                               .failed = (uint64_t)numbers[2],
	                                               .skipped = (uint64_t)numbers[3],
	                                               .latency_ms = (uint64_t)numbers[4],
	                                               .latency_count = (uint64_t)numbers[5]};
	return 0;
}

int day_import(struct day *day, struct str json, struct err *err)
{
	json_t *tree = json_parse(json, err);
	const json_t *quarters = json_at(tree, "quarters");
	struct day read;
	int rc = json_is_array(quarters) && json_array_size(quarters) <= DAY_QUARTERS ? 0 : -1;

	if (!tree)
		return -1;
	day_init(&read);
	for (size_t i = 0; rc == 0 && i < json_array_size(quarters); i++)
		rc = read_quarter(&read, json_array_get(quarters, i));
	json_free(tree);
	if (rc < 0)
		return err_set(err, "the counters of the day have a form that is not ours");
	*day = read;
	return 0;
}
