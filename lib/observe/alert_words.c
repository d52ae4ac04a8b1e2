/* Fills the templates of the table of rules. */
#include "observe/alert_words.h"

#include <math.h>
#include <string.h>

#define WORDS_BYTES_MAX 8192
#define ELLIPSIS "\xe2\x80\xa6"

/* --- values --- */

static void add_share(double share, struct buf *out)
{
	double percent = 100 * share;

	/* Rounding must not turn 98.96 % into the 99 % that it is below. */
	if (percent > 0 && percent < 0.1)
		buf_printf(out, "%.2f %%", percent);
	else if (fabs(percent - round(percent)) < 1e-9)
		buf_printf(out, "%.0f %%", percent);
	else
		buf_printf(out, "%.*f %%", percent > 98 || percent < 2 ? 2 : 1, percent);
}

static void add_bytes(double bytes, struct buf *out)
{
	double mib = bytes / (1024 * 1024);

	if (mib >= 10240)
		buf_printf(out, "%.0f GiB", mib / 1024);
	else
		buf_printf(out, "%.0f MiB", mib);
}

static void add_lasting(double span, struct buf *out)
{
	char text[CLOCK_SPAN_SIZE];

	clock_format_span((msec)span, text);
	buf_puts(out, text);
}

void alert_words_value(enum alert_unit unit, double value, struct buf *out)
{
	if (!isfinite(value) || value < 0 || value > 9e15)
		return;
	switch (unit) {
	case UNIT_NONE: break;
	case UNIT_RATIO: add_share(value, out); break;
	case UNIT_MS: add_lasting(value, out); break;
	case UNIT_USD: buf_printf(out, "$%.4f", value); break;
	case UNIT_TICKETS: buf_add_count(out, (uint64_t)value); break;
	case UNIT_BYTES: add_bytes(value, out); break;
	}
}

/* --- foreign characters --- */

/* Marks of writing direction, which can turn the rest of a line around, and characters of no
 * width. */
static bool is_invisible(uint32_t c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0x061c || c == 0xfeff;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

void alert_words_clean(struct str text, size_t bytes, struct buf *out)
{
	size_t start = out->len, whole = out->len;
	bool blank = true;

	while (text.len > 0) {
		size_t size;
		uint32_t c = utf8_decode(text, &size);
		char encoded[4];
		bool gap = is_control(c) || c == ' ';

		text = str_skip(text, size);
		if (is_invisible(c) || (gap && blank))
			continue;
		size = gap ? 1 : utf8_encode(c, encoded);
		if (out->len - start + size > bytes) {
			/* Makes room for the mark of the cut. */
			while (out->len > start && out->len - start + strlen(ELLIPSIS) > bytes)
				out->len = start +
				           utf8_cut(str_make(out->data + start, out->len - start),
				                    out->len - start - 1)
				                   .len;
			buf_puts(out, ELLIPSIS);
			return;
		}
		buf_add(out, gap ? " " : encoded, size);
		blank = gap;
		if (!gap)
			whole = out->len;
	}
	if (out->len > whole) {
		out->len = whole; /* no blank at the end */
		out->data[whole] = '\0';
	}
}

/* --- templates --- */

static void add_place(struct str place, const struct alert_row *row,
                      const struct alert_reading *reading, struct buf *out)
{
	struct str detail = str_sentence(reading->detail != NULL ? reading->detail : "");

	if (str_eq(place, STR("value")))
		alert_words_value(row->unit, reading->value, out);
	else if (str_eq(place, STR("threshold")))
		alert_words_value(row->unit, reading->threshold, out);
	else if (detail.len > 0)
		buf_add_str(out, detail);
}

/* A detail that is a sentence of its own gets its full stop here. */
static bool ends_sentence(struct str place, struct str rest)
{
	return str_eq(place, STR("detail")) &&
	       (rest.len == 0 || (rest.len > 1 && rest.data[0] == ' ' && rest.data[1] >= 'A' &&
	                          rest.data[1] <= 'Z'));
}

static void fill_template(const char *text, const struct alert_row *row,
                          const struct alert_reading *reading, struct buf *out)
{
	struct str rest = str_of(text);

	while (rest.len > 0) {
		ptrdiff_t open = str_find_char(rest, '{');

		if (open < 0) {
			buf_add_str(out, rest);
			return;
		}
		buf_add_str(out, str_make(rest.data, (size_t)open));
		rest = str_skip(rest, (size_t)open + 1);
		struct str place = str_split(&rest, '}');
		add_place(place, row, reading, out);
		if (ends_sentence(place, rest))
			buf_putc(out, '.');
	}
}

static char *take_clean(const struct buf *words, size_t bytes)
{
	struct buf clean;

	buf_init(&clean, bytes + 8);
	alert_words_clean(buf_str(words), bytes, &clean);
	return buf_take(&clean, NULL);
}

static void add_resolved(const struct alert_row *row, const struct alert_reading *reading,
                         msec lasted, struct buf *out)
{
	char span[CLOCK_SPAN_SIZE];

	clock_format_span(lasted, span);
	buf_printf(out, "It is over after %s.", span);
	if (row->unit != UNIT_NONE && row->now != NULL && reading->known) {
		buf_putc(out, ' ');
		fill_template(row->now, row, reading, out);
	} else if (row->unit != UNIT_NONE && !reading->known) {
		buf_puts(out, " There are too few tickets to measure it now.");
	}
}

void alert_words_tell(enum alert_rule rule, enum alert_change change,
                      const struct alert_reading *reading, msec lasted, struct alert_told *ret)
{
	const struct alert_row *row = alert_rules_row(rule);
	struct buf words;

	buf_init(&words, WORDS_BYTES_MAX);
	*ret = (struct alert_told){.rule = (int)rule,
	                           .change = change,
	                           .severity = row->severity,
	                           .value = reading->value,
	                           .threshold = reading->threshold,
	                           .lasted = lasted};
	buf_printf(&words, "%s%s",
	           change == ALERT_RESOLVED   ? "Resolved: "
	           : change == ALERT_REPEATED ? "Still: "
	                                      : "",
	           row->title);
	ret->title = take_clean(&words, ALERT_TITLE_BYTES);
	buf_reset(&words);
	if (change == ALERT_RESOLVED)
		add_resolved(row, reading, lasted, &words);
	else
		fill_template(row->text, row, reading, &words);
	ret->text = take_clean(&words, ALERT_TEXT_BYTES);
	buf_free(&words);
}
