/* Asks for the series, adds it up and prints it. */
#include "daemon/ctl/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/ctl/columns.h"
#include "daemon/ctl/fetch.h"
#include "daemon/ctl/print.h"
#include "daemon/ctl/tally.h"
#include "daemon/ctl/when.h"

#define ANSWER_MAX ((size_t)2 * 1024 * 1024)
#define OUT_MAX ((size_t)4 * 1024 * 1024)
#define CELL_MAX 64
#define DATE_CHARS 10 /* "2026-11-29" */
#define SPAN_MAX_MS 1e15

struct day_table {
	struct tally days[LIVE_LINE_DAYS_MAX + 1]; /* today is begun, not over */
	size_t count;
	struct tally sum;
};

static int read_days(const struct json *series, struct day_table *ret, struct err *err)
{
	const struct json *points = json_at(series, "points");
	struct err why;

	*ret = (struct day_table){.sum = {.p95_ms = NAN}};
	if (!json_is_array(points) || json_item_count(points) > ARRAY_LEN(ret->days))
		return err_set(err, "points is not a list of at most %zu days",
		               ARRAY_LEN(ret->days));
	for (struct json_each each = json_items(points); json_next(&each);) {
		struct tally *day = &ret->days[ret->count++];

		if (tally_read(each.value, day, &why) < 0)
			return err_set(err, "point %zu: %s", each.index + 1, why.text);
		if (day->at <= 0 || (each.index > 0 && day->at <= day[-1].at))
			return err_set(err, "point %zu is not later than the one before it",
			               each.index + 1);
		tally_add(&ret->sum, day);
	}
	return 0;
}

/* The day of an instant of UTC. */
static void format_date(msec at, char out[CLOCK_ISO_SIZE])
{
	clock_format_iso(at, out);
	out[DATE_CHARS] = '\0';
}

/* --- for people --- */

static void add_count(struct columns *columns, uint64_t count)
{
	struct buf cell;

	buf_init(&cell, CELL_MAX);
	buf_add_count(&cell, count);
	columns_add(columns, buf_take(&cell, NULL));
}

static void add_words(struct columns *columns, void (*add)(struct buf *, const struct tally *),
                      const struct tally *tally)
{
	struct buf cell;

	buf_init(&cell, CELL_MAX);
	add(&cell, tally);
	columns_add(columns, buf_take(&cell, NULL));
}

static void add_p95(struct buf *out, const struct tally *tally)
{
	if (isfinite(tally->p95_ms) && tally->p95_ms < SPAN_MAX_MS)
		print_add_span(out, (int64_t)tally->p95_ms);
	else
		buf_putc(out, '-');
}

/* The p95 of several days is not known, but not above that of the worst. */
static void add_p95_of_sum(struct buf *out, const struct tally *tally)
{
	if (isfinite(tally->p95_ms))
		buf_puts(out, "≤ ");
	add_p95(out, tally);
}

static void add_cost(struct buf *out, const struct tally *tally)
{
	buf_printf(out, "$%.4f", tally->cost);
}

static void add_count_row(struct columns *columns, const char *name, const struct tally *tally,
                          bool sum)
{
	columns_add(columns, xstrdup(name));
	add_count(columns, tally->processed);
	add_count(columns, tally->failed);
	add_count(columns, tally->skipped);
	add_words(columns, tally_add_success, tally);
	add_words(columns, tally_add_average, tally);
	add_words(columns, sum ? add_p95_of_sum : add_p95, tally);
	add_count(columns, tally->by_rules);
	add_words(columns, add_cost, tally);
}

static void add_label_row(struct columns *columns, const char *name, const struct tally *tally)
{
	columns_add(columns, xstrdup(name));
	for (size_t i = 0; i < TALLY_LABELS; i++)
		add_count(columns, tally->labels[i]);
}

static void add_count_table(struct buf *out, const struct day_table *table)
{
	static const char *const heads[] = {"day (UTC)", "processed", "failed",
	                                    "skipped",   "success",   "avg time",
	                                    "p95",       "by rules",  "cost"};
	struct columns columns;
	char date[CLOCK_ISO_SIZE];

	columns_init(&columns, ARRAY_LEN(heads));
	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		columns_add(&columns, xstrdup(heads[i]));
	for (size_t i = 0; i < table->count; i++) {
		format_date(table->days[i].at, date);
		add_count_row(&columns, date, &table->days[i], false);
	}
	add_count_row(&columns, "total", &table->sum, table->count > 1);
	columns_print(&columns, out);
	columns_free(&columns);
}

static void add_label_table(struct buf *out, const struct day_table *table)
{
	struct columns columns;
	char date[CLOCK_ISO_SIZE];

	columns_init(&columns, TALLY_LABELS + 1);
	columns_add(&columns, xstrdup("day (UTC)"));
	for (int i = 0; i < TALLY_LABELS; i++)
		columns_add(&columns, xstrdup(tally_label_name((enum tally_label)i)));
	for (size_t i = 0; i < table->count; i++) {
		format_date(table->days[i].at, date);
		add_label_row(&columns, date, &table->days[i]);
	}
	add_label_row(&columns, "total", &table->sum);
	columns_print(&columns, out);
	columns_free(&columns);
}

int stats_show(struct buf *out, const struct json *series, int64_t days, struct err *err)
{
	struct day_table *table = xmalloc(sizeof(*table));
	int status = read_days(series, table, err);

	if (status == 0 && table->count == 0) {
		buf_printf(out, "No tickets in the last %lld %s.\n", (long long)days,
		           str_plural((uint64_t)days, "day", "days"));
	} else if (status == 0) {
		add_count_table(out, table);
		buf_putc(out, '\n');
		add_label_table(out, table);
	}
	if (status == 0 && table->count > 0 && (int64_t)table->count < days)
		buf_printf(out, "\n%lld of the last %lld days had no tickets.\n",
		           (long long)(days - (int64_t)table->count), (long long)days);
	free(table);
	return status;
}

/* --- for programs --- */

static void add_json_number(struct buf *out, const char *member, double number, int decimals)
{
	json_add_member_number(out, member, number, decimals);
}

static void add_json_labels(struct buf *out, const struct tally *tally)
{
	static const struct {
		const char *group;
		enum tally_label first, last;
	} groups[] = {{"root_cause", TALLY_BUG, TALLY_OTHER},
	              {"urgency", TALLY_HIGH, TALLY_LOW},
	              {"sentiment", TALLY_POSITIVE, TALLY_NEGATIVE}};

	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		json_add_key(out, groups[i].group);
		buf_putc(out, '{');
		for (int at = (int)groups[i].first; at <= (int)groups[i].last; at++)
			json_add_member_int(out, tally_label_name((enum tally_label)at),
			                    (int64_t)tally->labels[at]);
		buf_putc(out, '}');
	}
}

static void add_json_tally(struct buf *out, const struct tally *tally)
{
	json_add_member_int(out, "processed", (int64_t)tally->processed);
	json_add_member_int(out, "failed", (int64_t)tally->failed);
	json_add_member_int(out, "skipped", (int64_t)tally->skipped);
	add_json_number(out, "success_rate", tally_success(tally), 6);
	add_json_number(out, "avg_processing_ms", tally_average(tally), 0);
	add_json_number(out, "cost_usd", tally->cost, 8);
	json_add_member_int(out, "analysed", (int64_t)tally->analysed);
	json_add_member_int(out, "by_rules", (int64_t)tally->by_rules);
	add_json_labels(out, tally);
}

int stats_show_json(struct buf *out, const struct json *series, struct err *err)
{
	struct day_table *table = xmalloc(sizeof(*table));
	int status = read_days(series, table, err);
	char date[CLOCK_ISO_SIZE];

	buf_puts(out, "{\"days\":[");
	for (size_t i = 0; status == 0 && i < table->count; i++) {
		format_date(table->days[i].at, date);
		json_add_comma(out);
		buf_putc(out, '{');
		json_add_member(out, "date", str_of(date));
		add_json_tally(out, &table->days[i]);
		add_json_number(out, "p95_ms", table->days[i].p95_ms, 0);
		buf_putc(out, '}');
	}
	buf_puts(out, "],\"total\":{");
	add_json_tally(out, &table->sum);
	add_json_number(out, "p95_at_most_ms", table->sum.p95_ms, 0);
	buf_puts(out, "}}\n");
	free(table);
	return status;
}

/* --- the command --- */

int stats_run(const struct live_call *call)
{
	msec today = when_now() / MSEC_DAY * MSEC_DAY;
	char *path = xasprintf("/api/v1/series?from=%lld&to=%lld&step=1d",
	                       (long long)(today - (call->days - 1) * MSEC_DAY),
	                       (long long)(today + MSEC_DAY));
	struct json *series;
	struct buf why, out;
	struct err err = {{0}};

	buf_init(&why, FETCH_WHY_MAX);
	buf_init(&out, OUT_MAX);
	enum fetch_end end = fetch_json(call->socket, path, ANSWER_MAX, &series, &why, NULL);
	free(path);
	if (end == FETCH_DONE) {
		int status = call->json ? stats_show_json(&out, series, &err)
		                        : stats_show(&out, series, call->days, &err);

		if (status < 0)
			buf_printf(&why, "the service's answer is wrong: %s", err.text);
		else
			fputs(buf_cstr(&out), stdout);
		end = status < 0 ? FETCH_REFUSED : FETCH_DONE;
		json_free(series);
	}
	int status = end == FETCH_DONE ? LIVE_DONE : fetch_explain(end, "stats", &why);
	buf_free(&why);
	buf_free(&out);
	return status;
}
