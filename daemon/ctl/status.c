/* Shows the answer of /status: rows for people, then the days, the warnings and the inside. */
#include "daemon/ctl/status.h"

#include "base/clock.h"
#include "daemon/ctl/days.h"
#include "daemon/ctl/print.h"
#include "daemon/ctl/show.h"

#define VALUE_BYTES_MAX 4096
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static const char *colour_of(struct str status)
{
	if (str_eq(status, STR("healthy")))
		return "\033[32m";                                         /* green */
	return str_eq(status, STR("unhealthy")) ? "\033[31m" : "\033[33m"; /* red, yellow */
}

static void add_sentence(struct buf *out, const struct json *tree, bool colours)
{
	if (colours)
		buf_puts(out, colour_of(json_str_at(tree, "status")));
	print_add_text(out, json_str_at(tree, "message"));
	buf_puts(out, colours ? PLAIN "\n" : "\n");
}

/* --- rows --- */

struct rows {
	struct table table;
	struct buf value; /* of the row that is being made */
};

static void end_row(struct rows *rows, const char *name)
{
	if (rows->value.len > 0)
		table_add(&rows->table, xstrdup(name), xstrdup(buf_cstr(&rows->value)));
	buf_reset(&rows->value);
}

static int64_t int_or_zero(const struct json *tree, const char *member)
{
	int64_t value = 0;

	(void)json_int_at(tree, member, &value);
	return value > 0 ? value : 0;
}

static void add_tickets(struct buf *out, int64_t count)
{
	buf_add_count(out, (uint64_t)count);
	buf_printf(out, " %s", str_plural((uint64_t)count, "ticket", "tickets"));
}

/* "acme.zendesk.com, signed in as agent@acme.com (agent)" */
static void add_account(struct rows *rows, const struct json *account)
{
	struct str url = json_str_at(account, "url"), user = json_str_at(account, "email"),
	           role = json_str_at(account, "role");

	if (user.len == 0)
		user = json_str_at(account, "user");
	if (str_starts(url, STR("https://")))
		url = str_skip(url, 8);
	print_add_text(&rows->value, url);
	if (user.len > 0)
		buf_puts(&rows->value, role.len > 0 ? ", signed in as " : ", not signed in as ");
	print_add_text(&rows->value, user);
	if (role.len > 0 && user.len > 0) {
		buf_puts(&rows->value, " (");
		print_add_text(&rows->value, role);
		buf_putc(&rows->value, ')');
	}
	end_row(rows, "Account");
}

static void add_model(struct rows *rows, const struct json *tree)
{
	struct str provider = json_str_at(tree, "provider"), model = json_str_at(tree, "model");

	if (str_eq(provider, STR("rules"))) {
		buf_puts(&rows->value, "none: built-in rules");
	} else {
		print_add_text(&rows->value, model);
		if (provider.len > 0) {
			buf_puts(&rows->value, " (");
			print_add_text(&rows->value, provider);
			buf_putc(&rows->value, ')');
		}
	}
	end_row(rows, "Model");
}

static void add_mode(struct rows *rows, const struct json *tree)
{
	struct str mode = json_str_at(tree, "mode");
	bool paused = false;

	(void)json_bool_at(tree, "paused", &paused);
	if (str_eq(json_str_at(tree, "writes"), STR("stopped")))
		buf_puts(&rows->value, "stopped: nothing is written");
	else if (str_eq(mode, STR("writing")))
		buf_puts(&rows->value, "writes to Zendesk");
	else if (str_eq(mode, STR("shadow")))
		buf_puts(&rows->value,
		         "shadow: decisions are recorded, nothing is written to Zendesk");
	else if (str_eq(mode, STR("dry_run")))
		buf_puts(&rows->value, "dry run: nothing is written");
	else
		print_add_text(&rows->value, mode);
	if (paused)
		buf_puts(&rows->value, rows->value.len > 0 ? ", paused" : "paused");
	end_row(rows, "Mode");
}

/* "1.2.3, running for 3 d 4 h, since 2026-11-26 14:02:11 UTC" */
static void add_version(struct rows *rows, const struct json *tree)
{
	int64_t started = int_or_zero(tree, "started_wall"), now = int_or_zero(tree, "now_wall");

	print_add_text(&rows->value, json_str_at(tree, "version"));
	if (started > 0 && now >= started) {
		buf_puts(&rows->value, ", running for ");
		print_add_span(&rows->value, now - started);
	}
	if (started > 0) {
		buf_puts(&rows->value, ", since ");
		print_add_wall(&rows->value, started);
	}
	end_row(rows, "Version");
}

/* "160: 64 with the model, 96 to be written" */
static void add_in_progress(struct rows *rows, const struct json *work)
{
	int64_t model = int_or_zero(work, "at_model"), write = int_or_zero(work, "to_write");

	add_tickets(&rows->value, model > INT64_MAX - write ? write : model + write);
	if (model > 0 || write > 0) {
		buf_puts(&rows->value, ": ");
		buf_add_count(&rows->value, (uint64_t)model);
		buf_puts(&rows->value, " with the model, ");
		buf_add_count(&rows->value, (uint64_t)write);
		buf_puts(&rows->value, " to be written");
	}
	end_row(rows, "In progress");
}

/* Something is to be done, and nobody has put it off. */
static bool is_expected_to_end(const struct json *tree, const struct json *work)
{
	bool paused = false;

	(void)json_bool_at(tree, "paused", &paused);
	return !paused && !str_eq(json_str_at(tree, "writes"), STR("stopped")) &&
	       (int_or_zero(work, "waiting") > 0 || int_or_zero(work, "at_model") > 0 ||
	        int_or_zero(work, "to_write") > 0);
}

static void add_work(struct rows *rows, const struct json *tree)
{
	const struct json *work = json_at(tree, "work");
	int64_t left;
	struct str limit = json_str_at(work, "limited_by");

	if (!json_is_object(work))
		return;
	add_tickets(&rows->value, int_or_zero(work, "waiting"));
	end_row(rows, "Waiting");
	add_in_progress(rows, work);
	print_add_text(&rows->value, limit);
	end_row(rows, "Limited by");
	if (json_int_at(work, "left_ms", &left) && left > 0) {
		buf_puts(&rows->value, "about ");
		print_add_span(&rows->value, left);
	} else if (json_is_null(json_at(work, "left_ms")) && is_expected_to_end(tree, work)) {
		buf_puts(&rows->value, "not known yet");
	}
	end_row(rows, "Time left");
}

/* "12 s ago, next in 48 s" */
static void add_searches(struct rows *rows, const struct json *tree)
{
	int64_t last, next, now = int_or_zero(tree, "now_wall");

	if (json_int_at(tree, "last_poll_wall", &last) && last <= now) {
		print_add_span(&rows->value, now - last);
		buf_puts(&rows->value, " ago");
	} else {
		buf_puts(&rows->value, "none yet");
	}
	if (json_int_at(tree, "next_poll_in_ms", &next)) {
		buf_puts(&rows->value, next > 0 ? ", next in " : ", one is under way");
		if (next > 0)
			print_add_span(&rows->value, next);
	}
	end_row(rows, "Last search");
}

static void add_people_rows(struct buf *out, const struct json *tree)
{
	struct rows rows = {0};

	buf_init(&rows.value, VALUE_BYTES_MAX);
	if (json_is_object(json_at(tree, "account")))
		add_account(&rows, json_at(tree, "account"));
	add_model(&rows, tree);
	add_mode(&rows, tree);
	add_version(&rows, tree);
	add_work(&rows, tree);
	add_searches(&rows, tree);
	buf_putc(out, '\n');
	table_print(&rows.table, out);
	table_free(&rows.table);
	buf_free(&rows.value);
}

/* --- the rest --- */

static void add_warnings(struct buf *out, const struct json *warnings, bool colours)
{
	if (json_item_count(warnings) > 0)
		buf_putc(out, '\n');
	for (struct json_each each = json_items(warnings); json_next(&each);) {
		buf_puts(out, colours ? BOLD "Warning: " PLAIN : "Warning: ");
		print_add_text(out, json_str_value(each.value));
		buf_putc(out, '\n');
	}
}

void status_show(struct buf *out, const struct json *tree, const struct status_form *form)
{
	add_sentence(out, tree, form->colours);
	add_people_rows(out, tree);
	if (json_item_count(json_at(tree, "days")) > 0) {
		buf_putc(out, '\n');
		days_print(json_at(tree, "days"), out);
	}
	add_warnings(out, json_at(tree, "warnings"), form->colours);
	if (form->inside) {
		buf_putc(out, '\n');
		show_inside(out, tree);
	}
}
