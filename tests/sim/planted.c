/* Finds personal data, planted in ticket texts, in requests that reach a model. Values and texts
 * are compared by their ASCII letters and digits only, including full-width forms, so that another
 * notation does not hide a value. Values are looked up by their first eight characters at every
 * position of the text. */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

#define START_LEN 8

/* Appends the letters and digits of `text` in lower case. */
static void reduce_text(struct str text, struct buf *out)
{
	buf_reserve(out, text.len);
	while (text.len) {
		size_t bytes = 1;
		unsigned char first = (unsigned char)text.data[0];
		uint32_t c = first < 0x80 ? first : utf8_decode(text, &bytes);
		if (c >= 0xff01 && c <= 0xff5e)
			c -= 0xff01 - '!';
		if (c < 0x80 && ascii_is_alnum((char)c))
			buf_putc(out, ascii_lower((char)c));
		text = str_skip(text, bytes);
	}
}

static uint64_t start_of(const char *text)
{
	uint64_t start = 0;
	for (int i = 0; i < START_LEN; i++)
		start = start << 8 | (unsigned char)text[i];
	return start;
}

void planted_init(struct planted *planted)
{
	map_init(&planted->by_start);
	planted->count = 0;
}

void planted_free(struct planted *planted)
{
	for (size_t i = 0; i < planted->by_start.cap; i++) {
		struct planted_value *value = NULL;
		if (planted->by_start.slots[i].key)
			value = (struct planted_value *)(uintptr_t)planted->by_start.slots[i].value;
		while (value) {
			struct planted_value *next = value->next;
			free(value->text);
			free(value);
			value = next;
		}
	}
	map_free(&planted->by_start);
}

void planted_add(struct planted *planted, struct str text)
{
	struct buf out;
	buf_init(&out, 4096);
	reduce_text(text, &out);
	if (out.len >= START_LEN) {
		uint64_t start = start_of(out.data);
		struct planted_value *first = map_get_pointer(&planted->by_start, start),
		                     *value = first;
		while (value && strcmp(value->text, out.data) != 0)
			value = value->next;
		if (!value) {
			value = xcalloc(1, sizeof(*value));
			value->text = xstrdup(out.data);
			value->next = first;
			map_put_pointer(&planted->by_start, start, value);
			planted->count++;
		}
	}
	buf_free(&out);
}

unsigned planted_found(const struct planted *planted, struct str text)
{
	struct buf out;
	unsigned found = 0;
	if (!planted->count)
		return 0;
	buf_init(&out, SIZE_MAX / 2);
	reduce_text(text, &out);
	uint64_t sliding = 0;
	for (size_t i = 0; i < out.len; i++) {
		sliding = sliding << 8 | (unsigned char)out.data[i];
		if (i + 1 < START_LEN)
			continue;
		const char *start = out.data + i + 1 - START_LEN;
		for (struct planted_value *value = map_get_pointer(&planted->by_start, sliding);
		     value; value = value->next)
			found += strncmp(start, value->text, strlen(value->text)) == 0;
	}
	buf_free(&out);
	return found;
}
