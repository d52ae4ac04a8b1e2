/* Draws values, with numbers and strings at the edges of what is permitted; and finds the places of
 * the values in a text, to change one. */
#include "json_make.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

#define PLACES_MAX 512

static const char *const numbers[] = {"0",
                                      "-0",
                                      "-0.0",
                                      "0.1",
                                      "1e5",
                                      "1E+5",
                                      "1.5e-7",
                                      "0e0",
                                      "0E-0",
                                      "1.0",
                                      "-14.8",
                                      "1e400",
                                      "-1e400",
                                      "1E400",
                                      "1e-400",
                                      "5e-324",
                                      "2e-324",
                                      "2.2250738585072011e-308",
                                      "2.2250738585072014e-308",
                                      "1.7976931348623157e308",
                                      "1.7976931348623159e308",
                                      "9223372036854775807",
                                      "9223372036854775808",
                                      "-9223372036854775808",
                                      "-9223372036854775809",
                                      "18446744073709551615",
                                      "18446744073709551616",
                                      "9007199254740993",
                                      "9007199254740993.0",
                                      "123456789012345678901234567890",
                                      "123456789012345678901234567890.0",
                                      "123456789012345678901234567890e-10",
                                      "0.000000000000000000000000000000000000000000001",
                                      "1000000000000000000000000e-24",
                                      "01",
                                      "1.",
                                      ".5",
                                      "1e",
                                      "+1",
                                      "00",
                                      "-",
                                      "--1",
                                      "1e+",
                                      "0x1",
                                      "NaN",
                                      "Infinity",
                                      "-Infinity",
                                      "1_0",
                                      "1.e5"};
/* What may stand in a string, or may not. */
static const char *const pieces[] = {"a",
                                     "ticket",
                                     "\\n",
                                     "\\t",
                                     "\\\\",
                                     "\\\"",
                                     "\\/",
                                     "\\b\\f\\r",
                                     "\\u0041",
                                     "\\u00e4",
                                     "\\ud83d\\ude00",
                                     "\\uFFFF",
                                     "\\uFFFE",
                                     "\\u007f",
                                     "\\u2028",
                                     "ä",
                                     "€",
                                     "😀",
                                     "\x7f",
                                     "\xEF\xBF\xBE",
                                     "\xEF\xBB\xBF",
                                     "\xF4\x8F\xBF\xBF",
                                     "\\u0000",
                                     "\\ud800",
                                     "\\udc00",
                                     "\\ud800\\u0041",
                                     "\\ud83d\\ud83d",
                                     "\\x",
                                     "\\u12g4",
                                     "\\u",
                                     "\xFF",
                                     "\xC0\x80",
                                     "\xED\xA0\x80",
                                     "\xF4\x90\x80\x80",
                                     "\xE2\x82",
                                     "\xF0\x80\x80\x80",
                                     "\x01",
                                     "\n",
                                     "\t"};
#define GOOD_NUMBERS 11
#define GOOD_PIECES 22
static const char *const literals[] = {"true", "false", "null", "tru", "True", "nul",
                                       "[]",   "{}",    "\"\"", "[",   "}",    ""};
static const char *const keys[] = {"id", "tags", "a", "b", "subject", "custom_fields", "value", ""};
static const char *const blanks[] = {" ",  "\t", "\n",       "\r",          "  ",
                                     "\f", "\v", "\xC2\xA0", "\xEF\xBB\xBF"};
#define GOOD_BLANKS 5

static const char *draw(struct prng *prng, const char *const *list, size_t count)
{
	return list[prng_below(prng, count)];
}

/* Of the good ones nearly always. */
static size_t most_good(struct prng *prng, size_t good, size_t all)
{
	return prng_below(prng, 200) == 0 ? all : good;
}

static void make_string(struct prng *prng, struct buf *out)
{
	size_t count = prng_below(prng, 12);

	buf_putc(out, '"');
	for (size_t i = 0; i < count; i++)
		buf_puts(out, draw(prng, pieces, most_good(prng, GOOD_PIECES, ARRAY_LEN(pieces))));
	buf_putc(out, '"');
}

static void make_number(struct prng *prng, struct buf *out)
{
	char text[40];
	double real = (prng_unit(prng) - 0.5) * pow(10, (double)prng_below(prng, 40) - 20);

	switch (prng_below(prng, 4)) {
	case 0:
		buf_puts(out,
		         draw(prng, numbers, most_good(prng, GOOD_NUMBERS, ARRAY_LEN(numbers))));
		break;
	case 1: buf_printf(out, "%lld", (long long)(int64_t)prng_u64(prng)); break;
	case 2: buf_printf(out, "%lld", (long long)prng_below(prng, 1000)); break;
	default:
		snprintf(text, sizeof(text), "%.*g", (int)prng_below(prng, 20) + 1, real);
		buf_puts(out, text);
		break;
	}
}

static void make_blank(struct prng *prng, struct buf *out)
{
	if (prng_below(prng, 4) == 0)
		buf_puts(out, draw(prng, blanks, most_good(prng, GOOD_BLANKS, ARRAY_LEN(blanks))));
}

static void make_value(struct prng *prng, struct buf *out, int level);

static void make_key(struct prng *prng, struct buf *out, size_t i)
{
	if (prng_below(prng, 60) == 0)
		make_string(prng, out); /* which may be there twice */
	else if (prng_below(prng, 60) == 0)
		buf_printf(out, "\"%s\"", draw(prng, keys, ARRAY_LEN(keys)));
	else
		buf_printf(out, "\"%s%zu\"", draw(prng, keys, ARRAY_LEN(keys)), i);
}

static void make_container(struct prng *prng, struct buf *out, int level, bool object)
{
	size_t count = prng_below(prng, level == 0 ? 20 : 7);

	if (prng_below(prng, 100) == 0)
		count = 50 + prng_below(prng, 100);
	buf_putc(out, object ? '{' : '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_putc(out, ',');
		make_blank(prng, out);
		if (object) {
			make_key(prng, out, i);
			make_blank(prng, out);
			buf_putc(out, ':');
		}
		make_value(prng, out, level + 1);
		make_blank(prng, out);
	}
	buf_putc(out, object ? '}' : ']');
}

static void make_value(struct prng *prng, struct buf *out, int level)
{
	switch (prng_below(prng, level > 5 ? 4 : 6)) {
	case 0: make_number(prng, out); break;
	case 1: buf_puts(out, draw(prng, literals, most_good(prng, 3, ARRAY_LEN(literals)))); break;
	case 4: make_container(prng, out, level, true); break;
	case 5: make_container(prng, out, level, false); break;
	default: make_string(prng, out); break;
	}
}

void json_make(struct prng *prng, struct buf *out)
{
	make_blank(prng, out);
	make_container(prng, out, 0, prng_below(prng, 3) > 0);
	make_blank(prng, out);
}

/* --- changes --- */

struct place {
	size_t key, begin, end; /* key == begin when it is no member's value */
};

/* The end of the string that begins at `at`. */
static size_t end_of_string(struct str text, size_t at)
{
	for (at++; at < text.len && text.data[at] != '"'; at++)
		if (text.data[at] == '\\')
			at++;
	return at < text.len ? at + 1 : text.len;
}

static bool is_of_scalar(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '+' || c == '.';
}

/* The places of the values in a document, as far as it is one. */
static size_t find_places(struct str text, struct place places[PLACES_MAX])
{
	size_t count = 0, open[JSON_DEPTH_MAX], depth = 0, key = SIZE_MAX, at = 0;

	while (at < text.len && count < PLACES_MAX) {
		char c = text.data[at];
		size_t end = at + 1;

		if (c == '"')
			end = end_of_string(text, at);
		else if (is_of_scalar(c))
			while (end < text.len && is_of_scalar(text.data[end]))
				end++;
		if (c == '"' && end < text.len && text.data[end] == ':') {
			key = at;
		} else if (c == '"' || is_of_scalar(c) || c == '{' || c == '[') {
			if ((c == '{' || c == '[') && depth < JSON_DEPTH_MAX)
				open[depth++] = count;
			places[count++] = (struct place){key == SIZE_MAX ? at : key, at, end};
			key = SIZE_MAX;
		} else if ((c == '}' || c == ']') && depth > 0) {
			places[open[--depth]].end = end;
		}
		at = end;
	}
	return count;
}

static struct str part(struct str text, size_t from, size_t to)
{
	return str_make(text.data + from, to - from);
}

/* Puts the middle where `from` to `to` of the document was. */
static void splice(struct buf *out, struct str text, size_t from, size_t to, struct str middle)
{
	buf_add_str(out, part(text, 0, from));
	buf_add_str(out, middle);
	buf_add_str(out, str_skip(text, to));
}

static void leave_out(struct buf *out, struct str text, struct place place)
{
	size_t from = place.key, to = place.end;

	if (to < text.len && text.data[to] == ',')
		to++;
	else if (from > 0 && text.data[from - 1] == ',')
		from--;
	splice(out, text, from, to, STR(""));
}

static void put_in(struct prng *prng, struct buf *out, struct str text, struct place place)
{
	size_t at = place.begin + 1 < place.end
	                    ? place.begin + 1 + prng_below(prng, place.end - place.begin - 1)
	                    : place.begin;

	splice(out, text, at, at, str_of(draw(prng, pieces, ARRAY_LEN(pieces))));
}

static void make_replacement(struct prng *prng, struct buf *middle, struct str text,
                             struct place place, struct place other)
{
	switch (prng_below(prng, 6)) {
	case 0: make_value(prng, middle, 3); break;
	case 1: buf_puts(middle, draw(prng, numbers, ARRAY_LEN(numbers))); break;
	case 2: buf_puts(middle, draw(prng, literals, ARRAY_LEN(literals))); break;
	case 3: make_string(prng, middle); break;
	case 4:
		buf_putc(middle, '[');
		buf_add_str(middle, part(text, place.begin, place.end));
		buf_putc(middle, ']');
		break;
	default: buf_add_str(middle, part(text, other.begin, other.end)); break;
	}
}

void json_make_change(struct prng *prng, struct str document, struct buf *out)
{
	struct place places[PLACES_MAX];
	size_t count = find_places(document, places);
	struct buf middle;

	if (count == 0) {
		json_make(prng, out);
		return;
	}
	struct place place = places[prng_below(prng, count)];
	struct place other = places[prng_below(prng, count)];
	buf_init(&middle, SIZE_MAX);
	switch (prng_below(prng, 8)) {
	case 0: leave_out(out, document, place); break;
	case 1: put_in(prng, out, document, place); break;
	case 2:
		splice(out, document, place.end, place.end,
		       str_of(draw(prng, blanks, ARRAY_LEN(blanks))));
		break;
	case 3: /* doubled, or with the key of another one */
		buf_putc(&middle, ',');
		buf_add_str(&middle, part(document, other.key, other.end));
		splice(out, document, place.end, place.end, buf_str(&middle));
		break;
	default:
		make_replacement(prng, &middle, document, place, other);
		splice(out, document, place.begin, place.end, buf_str(&middle));
		break;
	}
	buf_free(&middle);
}
