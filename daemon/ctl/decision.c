/* Reads a row strictly and writes it as a line. */
#include "daemon/ctl/decision.h"

#include <math.h>

#include "daemon/ctl/print.h"
#include "daemon/ctl/when.h"

#define TICKET_WIDTH 7
#define OUTCOME_WIDTH 7
/* Digits of a number that survive being read and written; more would show 0.93 as
 * 0.93000000000000005. */
#define SPAN_MAX_MS 1e15

static int read_texts(const struct json *row, struct decision *ret, struct err *err)
{
	const struct {
		const char *member;
		struct str *text;
	} texts[] = {{"outcome", &ret->outcome},
	             {"root_cause", &ret->root_cause},
	             {"urgency", &ret->urgency},
	             {"sentiment", &ret->sentiment},
	             {"by", &ret->by},
	             {"model", &ret->model},
	             {"priority_before", &ret->priority_before},
	             {"priority_after", &ret->priority_after},
	             {"reason", &ret->reason}};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const struct json *value = json_at(row, texts[i].member);

		if (value != NULL && !json_is_null(value) && !json_is_string(value))
			return err_set(err, "%s is not a text", texts[i].member);
		*texts[i].text = json_str_value(value);
	}
	return ret->outcome.len > 0 ? 0 : err_set(err, "outcome is missing");
}

static int read_numbers(const struct json *row, struct decision *ret, struct err *err)
{
	const struct {
		const char *member;
		double *number;
	} numbers[] = {{"confidence", &ret->confidence},
	               {"processing_ms", &ret->processing_ms},
	               {"cost_usd", &ret->cost}};

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		const struct json *value = json_at(row, numbers[i].member);

		*numbers[i].number = NAN;
		if (value == NULL || json_is_null(value))
			continue;
		if (!json_number_at(row, numbers[i].member, numbers[i].number) ||
		    *numbers[i].number < 0)
			return err_set(err, "%s is not a number from 0", numbers[i].member);
	}
	return 0;
}

int decision_read(const struct json *row, struct decision *ret, struct err *err)
{
	if (!json_is_object(row))
		return err_set(err, "a row is not an object");
	if (!json_int_at(row, "at", &ret->at) || ret->at < 0)
		return err_set(err, "at is not a time");
	if (!json_int_at(row, "ticket_id", &ret->ticket) || ret->ticket < 1)
		return err_set(err, "ticket_id is not a ticket number");
	if (read_texts(row, ret, err) < 0)
		return -1;
	return read_numbers(row, ret, err);
}

/* --- a line --- */

/* Appends the text with what stands before it, or nothing when it is empty. */
static void add_part(struct buf *out, const char *before, struct str text)
{
	if (text.len == 0)
		return;
	buf_puts(out, before);
	print_add_text(out, text);
}

static void add_labels(struct buf *out, const struct decision *decision)
{
	struct str before = decision->priority_before, after = decision->priority_after;

	add_part(out, "", decision->root_cause);
	add_part(out, ", ", decision->urgency);
	add_part(out, ", ", decision->sentiment);
	if (after.len == 0 || str_eq(before, after))
		return;
	add_part(out, "; priority ", before.len > 0 ? before : STR("none"));
	add_part(out, " → ", after);
}

static void add_effort(struct buf *out, const struct decision *decision)
{
	if (str_eq(decision->by, STR("rules")))
		buf_puts(out, "; by rules");
	else
		add_part(out, "; ", decision->model);
	if (isfinite(decision->processing_ms) && decision->processing_ms < SPAN_MAX_MS) {
		buf_puts(out, ", ");
		print_add_span(out, (int64_t)decision->processing_ms);
	}
	if (isfinite(decision->cost) && decision->cost > 0)
		buf_printf(out, ", $%.4f", decision->cost);
}

void decision_add_line(struct buf *out, const struct decision *decision, bool date)
{
	char at[WHEN_SIZE];

	when_format_second(decision->at, date, at);
	buf_printf(out, "%s  %-*lld  ", at, TICKET_WIDTH, (long long)decision->ticket);
	print_add_text(out, decision->outcome);
	for (size_t i = utf8_chars(decision->outcome); i < OUTCOME_WIDTH; i++)
		buf_putc(out, ' ');
	buf_puts(out, "  ");
	if (decision->root_cause.len > 0) {
		add_labels(out, decision);
		add_effort(out, decision);
		add_part(out, "; ", decision->reason);
	} else {
		add_part(out, "", decision->reason);
	}
}

void decision_add_json(struct buf *out, const struct json *row)
{
	json_add_value(out, row);
}
