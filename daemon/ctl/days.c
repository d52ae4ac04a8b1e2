/* Adds up days, and prints the sums from a table of columns, each with a function for its cells. */
#include "daemon/ctl/days.h"

#include "daemon/ctl/print.h"

#define CELL_BYTES_MAX 256
#define NAME_WIDTH 11 /* "last 7 days" */
#define WEEK 7
#define MOST_WITH_FAILURES 99.9 /* per cent: "100.0 %" means that none failed */

struct sums {
	uint64_t processed, failed, skipped, by_rules, tokens;
	double latency_ms; /* of all processed tickets together */
	double cost;       /* US dollars */
};

/* --- sums --- */

static uint64_t number_at(const struct json *day, const char *member)
{
	int64_t number = 0;

	(void)json_int_at(day, member, &number);
	return number > 0 ? (uint64_t)number : 0;
}

static void sum_up(struct sums *sums, const struct json *day)
{
	uint64_t processed = number_at(day, "processed");
	double cost = 0;

	(void)json_number_at(day, "cost_estimate", &cost);
	sums->processed += processed;
	sums->failed += number_at(day, "failed");
	sums->skipped += number_at(day, "skipped");
	sums->by_rules += number_at(day, "by_rules");
	sums->tokens += number_at(day, "tokens_prompt") + number_at(day, "tokens_answer");
	sums->latency_ms += (double)number_at(day, "avg_latency_ms") * (double)processed;
	sums->cost += cost;
}

/* --- cells --- */

static void cell_processed(struct buf *out, const struct sums *sums)
{
	buf_add_count(out, sums->processed);
}

static void cell_failed(struct buf *out, const struct sums *sums)
{
	buf_add_count(out, sums->failed);
}

static void cell_skipped(struct buf *out, const struct sums *sums)
{
	buf_add_count(out, sums->skipped);
}

static void cell_success(struct buf *out, const struct sums *sums)
{
	double tried = (double)sums->processed + (double)sums->failed;
	double share = tried > 0 ? 100 * (double)sums->processed / tried : 0;

	if (sums->failed > 0 && share > MOST_WITH_FAILURES)
		share = MOST_WITH_FAILURES;
	if (tried > 0)
		buf_printf(out, "%.1f %%", share);
	else
		buf_putc(out, '-');
}

static void cell_latency(struct buf *out, const struct sums *sums)
{
	double average = sums->processed > 0 ? sums->latency_ms / (double)sums->processed : -1;

	if (average >= 0 && average < (double)INT64_MAX)
		print_add_span(out, (int64_t)average);
	else
		buf_putc(out, '-');
}

static void cell_by_rules(struct buf *out, const struct sums *sums)
{
	buf_add_count(out, sums->by_rules);
}

static void cell_tokens(struct buf *out, const struct sums *sums)
{
	buf_add_count(out, sums->tokens);
}

static void cell_cost(struct buf *out, const struct sums *sums)
{
	buf_printf(out, "$%.4f", sums->cost);
}

static const struct column {
	const char *head;
	size_t width;
	void (*cell)(struct buf *out, const struct sums *sums);
} columns[] = {
        {"processed", 9, cell_processed}, {"failed", 7, cell_failed},
        {"skipped", 7, cell_skipped},     {"success", 7, cell_success},
        {"avg time", 8, cell_latency},    {"by rules", 8, cell_by_rules},
        {"tokens", 11, cell_tokens},      {"cost", 9, cell_cost},
};

/* --- rows --- */

static void add_cell(struct buf *out, size_t column, const char *text)
{
	buf_puts(out, "  ");
	for (size_t at = utf8_chars(str_of(text)); at < columns[column].width; at++)
		buf_putc(out, ' ');
	buf_puts(out, text);
}

static void begin_line(struct buf *out, const char *name)
{
	buf_puts(out, name);
	for (size_t at = utf8_chars(str_of(name)); at < NAME_WIDTH; at++)
		buf_putc(out, ' ');
}

static void add_sums(struct buf *out, const char *name, const struct json *days, size_t most)
{
	struct sums sums = {0};

	for (struct json_each each = json_items(days); json_next(&each) && each.index < most;)
		sum_up(&sums, each.value);
	begin_line(out, name);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		struct buf cell;

		buf_init(&cell, CELL_BYTES_MAX);
		columns[i].cell(&cell, &sums);
		add_cell(out, i, buf_cstr(&cell));
		buf_free(&cell);
	}
	buf_putc(out, '\n');
}

void days_print(const struct json *days, struct buf *out)
{
	begin_line(out, "days in UTC");
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		add_cell(out, i, columns[i].head);
	buf_putc(out, '\n');
	add_sums(out, "today", days, 1);
	add_sums(out, "last 7 days", days, WEEK);
}
