/* Makes line after line, each cut to the width of the terminal. */
#include "daemon/ctl/top_view.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "daemon/ctl/columns.h"
#include "daemon/ctl/decision.h"
#include "daemon/ctl/print.h"
#include "daemon/ctl/tally.h"
#include "daemon/ctl/when.h"

#define TEXT_MAX ((size_t)64 * 1024)
#define CELL_BYTES 64
#define ALERTS_SHOWN 5
#define SPAN_MAX_MS 1e15
#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

struct page {
	const struct top_view *view;
	struct buf *out;
	struct buf line; /* that is being made */
	size_t lines;    /* written */
};

static bool is_full(const struct page *page)
{
	return page->view->rows > 0 && page->lines >= page->view->rows;
}

/* `colour`: NULL = none. */
static void end_page_line(struct page *page, const char *colour)
{
	const struct top_view *view = page->view;
	struct str text = buf_str(&page->line);
	bool coloured = colour != NULL && view->colours && text.len > 0;

	if (view->columns > 0)
		text = utf8_cut_chars(text, view->columns);
	if (!is_full(page)) {
		buf_puts(page->out, coloured ? colour : "");
		buf_add_str(page->out, text);
		buf_puts(page->out, coloured ? PLAIN "\n" : "\n");
		page->lines++;
	}
	buf_reset(&page->line);
}

static void add_heading(struct page *page, const char *text)
{
	end_page_line(page, NULL);
	buf_puts(&page->line, text);
	end_page_line(page, BOLD);
}

static int64_t whole_at(const struct json *object, const char *member)
{
	int64_t number = 0;

	return json_int_at(object, member, &number) && number > 0 ? number : 0;
}

/* --- the head --- */

static const char *colour_of_status(struct str status)
{
	return str_eq(status, STR("healthy"))     ? GREEN
	       : str_eq(status, STR("unhealthy")) ? RED
	                                          : YELLOW;
}

static void add_head(struct page *page)
{
	const struct json *now = page->view->now;
	struct str model = json_str_at(now, "model"), mode = json_str_at(now, "mode");
	bool paused = false;
	char at[WHEN_SIZE];

	buf_puts(&page->line, "ai-ticketd ");
	print_add_text(&page->line, json_str_at(now, "version"));
	buf_puts(&page->line, model.len > 0 ? "  " : "");
	print_add_text(&page->line, model);
	if (str_eq(json_str_at(now, "writes"), STR("stopped")))
		buf_puts(&page->line, "  writing is stopped");
	else if (!str_eq(mode, STR("writing"))) {
		buf_puts(&page->line, "  ");
		print_add_text(&page->line, mode);
	}
	(void)json_bool_at(now, "paused", &paused);
	buf_puts(&page->line, paused ? "  paused" : "");
	when_format_second(whole_at(now, "as_of"), true, at);
	buf_printf(&page->line, "  %s", at);
	end_page_line(page, NULL);
	print_add_text(&page->line, json_str_at(now, "message"));
	end_page_line(page, colour_of_status(json_str_at(now, "status")));
	if (page->view->notice == NULL)
		return;
	print_add_text(&page->line, str_of(page->view->notice));
	end_page_line(page, RED);
}

/* --- today beside yesterday --- */

static void add_tally_row(struct columns *columns, const char *name, const struct tally *tally)
{
	struct buf cells[3];

	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		buf_init(&cells[i], CELL_BYTES);
	columns_add(columns, xstrdup(name));
	columns_add(columns, xasprintf("%llu", (unsigned long long)tally->processed));
	columns_add(columns, xasprintf("%llu", (unsigned long long)tally->failed));
	columns_add(columns, xasprintf("%llu", (unsigned long long)tally->skipped));
	tally_add_success(&cells[0], tally);
	tally_add_average(&cells[1], tally);
	buf_printf(&cells[2], "$%.4f", tally->cost);
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		columns_add(columns, buf_take(&cells[i], NULL));
}

static char *signed_count(uint64_t now, uint64_t before)
{
	return now >= before ? xasprintf("+%llu", (unsigned long long)(now - before))
	                     : xasprintf("-%llu", (unsigned long long)(before - now));
}

static char *signed_span(double ms)
{
	char span[CLOCK_SPAN_SIZE];

	if (!isfinite(ms) || fabs(ms) >= SPAN_MAX_MS)
		return xstrdup("-");
	clock_format_span((int64_t)fabs(ms), span);
	return xasprintf("%s%s", ms < 0 ? "-" : "+", span);
}

static void add_difference(struct columns *columns, const struct tally *now,
                           const struct tally *before)
{
	double success = 100 * (tally_success(now) - tally_success(before)),
	       cost = now->cost - before->cost;

	columns_add(columns, xstrdup("difference"));
	columns_add(columns, signed_count(now->processed, before->processed));
	columns_add(columns, signed_count(now->failed, before->failed));
	columns_add(columns, signed_count(now->skipped, before->skipped));
	columns_add(columns, isfinite(success) ? xasprintf("%+.1f %%", success) : xstrdup("-"));
	columns_add(columns, signed_span(tally_average(now) - tally_average(before)));
	columns_add(columns, xasprintf("%s$%.4f", cost < 0 ? "-" : "+", fabs(cost)));
}

static void add_days(struct page *page)
{
	static const char *const heads[] = {"",        "processed", "failed", "skipped",
	                                    "success", "avg time",  "cost"};
	struct tally today, yesterday;
	struct columns columns;
	struct buf text;

	if (tally_read(json_at(page->view->now, "today"), &today, NULL) < 0 ||
	    tally_read(json_at(page->view->now, "yesterday"), &yesterday, NULL) < 0)
		return; /* it was checked before */
	columns_init(&columns, ARRAY_LEN(heads));
	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		columns_add(&columns, xstrdup(heads[i]));
	add_tally_row(&columns, "today", &today);
	add_tally_row(&columns, "yesterday until then", &yesterday);
	add_difference(&columns, &today, &yesterday);
	buf_init(&text, TEXT_MAX);
	columns_print(&columns, &text);
	columns_free(&columns);
	end_page_line(page, NULL);
	for (struct str rest = buf_str(&text); rest.len > 0;) {
		buf_add_str(&page->line, str_split(&rest, '\n'));
		end_page_line(page, NULL);
	}
	buf_free(&text);
}

/* --- work and guards --- */

static void add_queue_line(struct page *page)
{
	const struct json *work = json_at(page->view->now, "work");
	int64_t left, model = whole_at(work, "at_model"), write = whole_at(work, "to_write");
	struct str limit = json_str_at(work, "limited_by");

	end_page_line(page, NULL);
	buf_puts(&page->line, "Queue    ");
	buf_add_count(&page->line, (uint64_t)whole_at(work, "waiting"));
	buf_puts(&page->line, " waiting, ");
	buf_add_count(&page->line, (uint64_t)model);
	buf_puts(&page->line, " with the model, ");
	buf_add_count(&page->line, (uint64_t)write);
	buf_puts(&page->line, " to be written");
	if (json_int_at(work, "left_ms", &left) && left > 0) {
		buf_puts(&page->line, ", about ");
		print_add_span(&page->line, left);
		buf_puts(&page->line, " left");
	}
	if (limit.len > 0) {
		buf_puts(&page->line, ", limited by ");
		print_add_text(&page->line, limit);
	}
	end_page_line(page, NULL);
}

static void add_guard(struct page *page, const char *name, const struct json *guard)
{
	struct str breaker = json_str_at(guard, "breaker");
	bool closed = str_eq(breaker, STR("closed"));

	buf_printf(&page->line, "%s", name);
	if (closed)
		buf_puts(&page->line, "answers, ");
	else {
		buf_puts(&page->line, "breaker ");
		print_add_text(&page->line, breaker.len > 0 ? breaker : STR("not known"));
		buf_puts(&page->line, ", ");
	}
	buf_printf(&page->line, "%lld of %lld requests at once, ",
	           (long long)whole_at(guard, "in_flight"), (long long)whole_at(guard, "window"));
	buf_add_count(&page->line, (uint64_t)whole_at(guard, "sent"));
	buf_puts(&page->line, " sent, ");
	buf_add_count(&page->line, (uint64_t)whole_at(guard, "failed"));
	buf_puts(&page->line, " failed, ");
	buf_add_count(&page->line, (uint64_t)whole_at(guard, "limited"));
	buf_puts(&page->line, " limited");
	end_page_line(page, closed ? NULL : YELLOW);
}

static void add_guards(struct page *page)
{
	const struct json *guards = json_at(page->view->now, "guards");

	add_guard(page, "Zendesk  ", json_at(guards, "zendesk"));
	add_guard(page, "Model    ", json_at(guards, "llm"));
}

/* --- alerts --- */

static void add_alert(struct page *page, const struct json *alert)
{
	struct str severity = json_str_at(alert, "severity"), title = json_str_at(alert, "title"),
	           text = json_str_at(alert, "text");
	char at[WHEN_SIZE];

	when_format(whole_at(alert, "since"), whole_at(page->view->now, "as_of"), at);
	print_add_text(&page->line, severity);
	buf_printf(&page->line, " since %s  ", at);
	print_add_text(&page->line, text.len > 0 ? text : title);
	end_page_line(page, str_eq(severity, STR("critical")) ? RED : YELLOW);
}

static void add_alerts(struct page *page)
{
	const struct json *active = json_at(page->view->alerts, "active");
	size_t count = json_item_count(active);

	add_heading(page, "Alerts");
	if (page->view->alerts == NULL || !json_is_array(active))
		buf_printf(&page->line, "%lld active",
		           (long long)whole_at(json_at(page->view->now, "alerts"), "active"));
	else if (count == 0)
		buf_puts(&page->line, "none");
	if (page->line.len > 0)
		end_page_line(page, NULL);
	for (struct json_each each = json_items(active); json_next(&each);)
		if (each.index < ALERTS_SHOWN)
			add_alert(page, each.value);
	if (count > ALERTS_SHOWN) {
		buf_printf(&page->line, "and %zu more", count - ALERTS_SHOWN);
		end_page_line(page, NULL);
	}
}

/* --- outcomes --- */

static void add_outcomes(struct page *page)
{
	struct decision decision;
	struct err err;

	add_heading(page, "Last outcomes");
	if (page->view->outcome_count == 0) {
		buf_puts(&page->line, "none yet");
		end_page_line(page, NULL);
	}
	for (size_t i = 0; i < page->view->outcome_count && !is_full(page); i++) {
		if (decision_read(page->view->outcomes[i], &decision, &err) < 0)
			continue;
		decision_add_line(&page->line, &decision, false);
		end_page_line(page, str_eq(decision.outcome, STR("failed")) ? RED : NULL);
	}
}

void top_view_write(struct buf *out, const struct top_view *view)
{
	struct page page = {.view = view, .out = out};

	buf_init(&page.line, TEXT_MAX);
	add_head(&page);
	add_days(&page);
	add_queue_line(&page);
	add_guards(&page);
	add_alerts(&page);
	add_outcomes(&page);
	buf_free(&page.line);
}

int top_view_check(const struct json *now, struct err *err)
{
	struct tally tally;
	struct err why;

	if (json_str_at(now, "message").len == 0 || json_str_at(now, "status").len == 0)
		return err_set(err, "status or message is missing");
	if (tally_read(json_at(now, "today"), &tally, &why) < 0)
		return err_set(err, "today: %s", why.text);
	if (tally_read(json_at(now, "yesterday"), &tally, &why) < 0)
		return err_set(err, "yesterday: %s", why.text);
	return 0;
}
