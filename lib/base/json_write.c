/* Writes JSON straight into a buffer, without a tree. Prompts and journal records are mostly one
 * long string, so runs of plain bytes are found eight at a time and copied whole. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS (UINT64_C(0x80) * ONES)

/* Non-zero when one of the eight bytes is a control character, a quote, a backslash or not
 * ASCII. */
static uint64_t special_bytes(uint64_t word)
{
	uint64_t control = word - 0x20 * ONES;
	uint64_t quote = (word ^ '"' * ONES) - ONES;
	uint64_t backslash = (word ^ '\\' * ONES) - ONES;
	return (control | quote | backslash | word) & HIGHS;
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static size_t plain_run(struct str text)
{
	size_t at = 0;
	uint64_t word;
	for (; at + sizeof(word) <= text.len; at += sizeof(word)) {
		memcpy(&word, text.data + at, sizeof(word));
		if (special_bytes(word))
			break;
	}
	while (at < text.len && is_plain((unsigned char)text.data[at]))
		at++;
	return at;
}

/* Number of bytes at the start that are written as they are: plain ones and well-formed
 * characters. */
static size_t literal_run(struct str text)
{
	size_t at = 0;
	for (;;) {
		at += plain_run(str_skip(text, at));
		if (at == text.len || !((unsigned char)text.data[at] & 0x80))
			return at;
		size_t bytes;
		utf8_decode(str_skip(text, at), &bytes);
		if (bytes == 1)
			return at;
		at += bytes;
	}
}

static void add_escaped(struct buf *buf, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char names[] = "\"\"\\\\\nn\rr\tt\bb\ff";
	if (c >= 0x80) {
		buf_add(buf, "\xEF\xBF\xBD", 3);
		return;
	}
	for (size_t i = 0; i < sizeof(names) - 1; i += 2)
		if (c == (unsigned char)names[i]) {
			buf_add(buf, (char[]){'\\', names[i + 1]}, 2);
			return;
		}
	buf_add(buf, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
}

void json_add_string(struct buf *buf, struct str text)
{
	size_t at = 0;

	buf_reserve(buf, text.len + 2);
	buf_putc(buf, '"');
	while (at < text.len) {
		size_t run = literal_run(str_skip(text, at));
		buf_add(buf, text.data + at, run);
		at += run;
		if (at < text.len)
			add_escaped(buf, (unsigned char)text.data[at++]);
	}
	buf_putc(buf, '"');
}

void json_add_comma(struct buf *buf)
{
	char last = buf->len ? buf->data[buf->len - 1] : '{';
	if (last != '{' && last != '[')
		buf_putc(buf, ',');
}

void json_add_key(struct buf *buf, const char *key)
{
	json_add_comma(buf);
	json_add_string(buf, str_of(key));
	buf_putc(buf, ':');
}

void json_add_member(struct buf *buf, const char *key, struct str value)
{
	json_add_key(buf, key);
	json_add_string(buf, value);
}

static void add_int(struct buf *buf, int64_t value)
{
	if (value < 0)
		buf_putc(buf, '-');
	buf_add_u64(buf, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_add_member_int(struct buf *buf, const char *key, int64_t value)
{
	json_add_key(buf, key);
	add_int(buf, value);
}

/* Not with printf, whose decimal point depends on the locale. */
void json_add_member_number(struct buf *buf, const char *key, double value, int decimals)
{
	json_add_key(buf, key);
	ENSURE(decimals >= 0 && decimals <= 9);
	if (!isfinite(value)) {
		buf_puts(buf, "null"); /* JSON cannot express it */
		return;
	}
	uint64_t parts = 1;
	for (int i = 0; i < decimals; i++)
		parts *= 10;
	double scaled = round(fabs(value) * (double)parts);
	if (scaled >= 0x1p53) { /* so large that a double has no usable decimals */
		buf_printf(buf, "%.0f", value);
		return;
	}
	uint64_t number = (uint64_t)scaled;
	if (value < 0 && number > 0)
		buf_putc(buf, '-');
	buf_add_u64(buf, number / parts);
	if (decimals > 0)
		buf_printf(buf, ".%0*llu", decimals, (unsigned long long)(number % parts));
}

void json_add_member_bool(struct buf *buf, const char *key, bool value)
{
	json_add_key(buf, key);
	buf_puts(buf, value ? "true" : "false");
}

/* --- a value that was read --- */

/* With 15 digits, or with more where those are read as another value. */
static void add_real(struct buf *buf, double value)
{
	char text[40];
	int digits = 15;
	bool is_real = false;

	do
		snprintf(text, sizeof(text), "%.*g", digits, value);
	while (digits++ < 17 && strtod(text, NULL) != value);
	for (const char *at = text; *at; at++) {
		bool plain = ascii_is_digit(*at) || *at == '-' || *at == '+' || *at == 'e';
		is_real |= !plain || *at == 'e';
		buf_putc(buf, plain ? *at : '.'); /* the locale's point */
	}
	if (!is_real)
		buf_puts(buf, ".0");
}

static void add_array(struct buf *buf, const struct json *array)
{
	buf_putc(buf, '[');
	for (struct json_each each = json_items(array); json_next(&each);) {
		json_add_comma(buf);
		json_add_value(buf, each.value);
	}
	buf_putc(buf, ']');
}

static void add_object(struct buf *buf, const struct json *object)
{
	buf_putc(buf, '{');
	for (struct json_each each = json_members(object); json_next(&each);) {
		json_add_comma(buf);
		json_add_string(buf, each.key);
		buf_putc(buf, ':');
		json_add_value(buf, each.value);
	}
	buf_putc(buf, '}');
}

void json_add_value(struct buf *buf, const struct json *value)
{
	switch (json_kind(value)) {
	case JSON_KIND_OBJECT: add_object(buf, value); break;
	case JSON_KIND_ARRAY: add_array(buf, value); break;
	case JSON_KIND_STRING: json_add_string(buf, json_str_value(value)); break;
	case JSON_KIND_INTEGER: add_int(buf, json_int_value(value)); break;
	case JSON_KIND_REAL: add_real(buf, json_double_value(value)); break;
	case JSON_KIND_BOOL: buf_puts(buf, json_bool_value(value) ? "true" : "false"); break;
	case JSON_KIND_NULL:
	case JSON_KIND_ABSENT: buf_puts(buf, "null"); break;
	}
}
