/* Prints days from a table of columns, each with a function for its cells. */
#include "daemon/ctl/days.h"

#include <stdio.h>
#include <string.h>

#include "daemon/ctl/print.h"

#define CELL_BYTES_MAX 256

struct column {
	const char *head;
	void (*cell)(struct buf *out, const json_t *day);
};

/* --- cells --- */

static void add_number(struct buf *out, const json_t *day, const char *member)
{
	int64_t number;

	if (json_int_at(day, member, &number))
		buf_printf(out, "%lld", (long long)number);
	else
		buf_putc(out, '-');
}

static void cell_day(struct buf *out, const json_t *day)
{
	struct str name = json_str_at(day, "day");

	if (name.len > 0)
		print_add_text(out, utf8_cut(name, CELL_BYTES_MAX / 8));
	else
		buf_putc(out, '-');
}

static void cell_processed(struct buf *out, const json_t *day)
{
	add_number(out, day, "processed");
}

static void cell_failed(struct buf *out, const json_t *day)
{
	add_number(out, day, "failed");
}

static void cell_skipped(struct buf *out, const json_t *day)
{
	add_number(out, day, "skipped");
}

static void cell_by_rules(struct buf *out, const json_t *day)
{
	add_number(out, day, "by_rules");
}

static void cell_success(struct buf *out, const json_t *day)
{
	double rate;

	if (json_number_at(day, "success_rate", &rate))
		buf_printf(out, "%.1f %%", 100 * rate);
	else
		buf_putc(out, '-');
}

static void cell_latency(struct buf *out, const json_t *day)
{
	int64_t latency;

	if (json_int_at(day, "avg_latency_ms", &latency))
		print_add_span(out, latency);
	else
		buf_putc(out, '-');
}

static void cell_tokens(struct buf *out, const json_t *day)
{
	int64_t prompt = 0, answer = 0;

	if (json_int_at(day, "tokens_prompt", &prompt) &&
	    json_int_at(day, "tokens_answer", &answer) && prompt >= 0 && answer >= 0 &&
	    prompt <= INT64_MAX - answer)
		buf_printf(out, "%lld", (long long)(prompt + answer));
	else
		buf_putc(out, '-');
}

static void cell_cost(struct buf *out, const json_t *day)
{
	double cost;

	if (json_number_at(day, "cost_estimate", &cost))
		buf_printf(out, "$%.4f", cost);
	else
		buf_putc(out, '-');
}

static const struct column columns[] = {
        {"day (UTC)", cell_day},     {"processed", cell_processed}, {"failed", cell_failed},
        {"skipped", cell_skipped},   {"success", cell_success},     {"avg latency", cell_latency},
        {"by rules", cell_by_rules}, {"tokens", cell_tokens},       {"cost estimate", cell_cost},
};

/* --- rows --- */

static void add_cell(struct buf *out, size_t column, const char *text)
{
	size_t width = strlen(columns[column].head);

	if (column == 0)
		width = strlen("2026-11-25");
	else
		buf_puts(out, "  ");
	for (size_t at = utf8_chars(str_of(text)); at < width; at++)
		buf_putc(out, ' ');
	buf_puts(out, text);
}

static void add_day(struct buf *out, const json_t *day)
{
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		struct buf cell;

		buf_init(&cell, CELL_BYTES_MAX);
		columns[i].cell(&cell, day);
		add_cell(out, i, buf_cstr(&cell));
		buf_free(&cell);
	}
	buf_putc(out, '\n');
}

void days_print(const json_t *days, size_t most, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		add_cell(out, i, columns[i].head);
	buf_putc(out, '\n');
	for (size_t i = 0; i < json_array_size(days) && i < most; i++)
		add_day(out, json_array_get(days, i));
}
