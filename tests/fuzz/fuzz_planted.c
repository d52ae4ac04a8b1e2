/* Any bytes, with a value planted among them in one of many encodings: redact() leaves none of it,
 * whatever is around, stays a fixed point, and is done in time. The first byte chooses the value,
 * the second how it is encoded, the third how often; the rest is what stands around it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "privacy/normalise.h"
#include "privacy/redact.h"

static struct redactor *shared;

static const struct {
	const char *value;
	const char *leaves; /* what must not be left, however it is encoded */
} values[] = {
        {"anna.kuhn@mailbox.example", "mailbox"},
        {"+49 171 5550123", "5550123"},
        {"4111 1111 1111 1111", "1111"},
        {"DE89370400440532013000", "0532013000"},
        {"529.982.247-25", "982"},
        {"sk-abcdefghijklmnop1234", "ijklmnop"},
};

/* Each byte that is no letter or digit; or each byte, in the ways that hide digits too. */
static void add_encoded(struct buf *out, struct str text, unsigned how, bool all)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];
		if (!all && (ascii_is_alnum((char)c) || how == 0)) {
			buf_putc(out, (char)c);
			continue;
		}
		switch (how) {
		case 1: buf_printf(out, "%%%02X", c); break;
		case 2: buf_printf(out, "&#%u;", c); break;
		case 3: buf_printf(out, "&#x%x;", c); break;
		case 4: buf_printf(out, "\\u%04x", c); break;
		case 5: buf_printf(out, "\\x%02x", c); break;
		default: buf_putc(out, (char)c); break;
		}
	}
}

static void check_decoded(struct str text, const char *leaves)
{
	struct buf plain, once, twice;
	buf_init(&plain, SIZE_MAX);
	buf_init(&once, SIZE_MAX);
	buf_init(&twice, SIZE_MAX);
	normalise(text, &plain);
	redact(shared, buf_str(&plain), &once, NULL);
	redact(shared, buf_str(&once), &twice, NULL);
	ENSURE(str_eq(buf_str(&once), buf_str(&twice)));
	if (leaves)
		ENSURE(str_find(buf_str(&once), str_of(leaves)) < 0);
	buf_free(&plain);
	buf_free(&once);
	buf_free(&twice);
}

/* What stands around may hold anything but what makes the value a part of something else, or the
 * same digits: so it is reduced to words, and the value stands between blank lines. */
static void add_around(struct buf *out, const uint8_t *data, size_t size)
{
	static const char letters[] = "aeiou tnsr,;<>&%=\\\n.";
	for (size_t i = 0; i < size; i++)
		buf_putc(out, letters[data[i] % (sizeof(letters) - 1)]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 3)
		return 0;
	if (!shared)
		shared = redactor_new();
	size_t half = 3 + (size - 3) / 2;
	unsigned index = data[0] % (sizeof(values) / sizeof(values[0]));
	struct buf text, inner;
	check_decoded(str_make((const char *)data + 3, size - 3), NULL);
	buf_init(&text, SIZE_MAX);
	buf_init(&inner, SIZE_MAX);
	buf_puts(&inner, values[index].value);
	for (unsigned times = data[2] % 4; times > 0; times--) {
		struct buf outer;
		buf_init(&outer, SIZE_MAX);
		add_encoded(&outer, buf_str(&inner), data[1] % 6, data[2] & 64);
		buf_free(&inner);
		inner = outer;
	}
	add_around(&text, data + 3, half - 3);
	buf_puts(&text, "\n\n");
	buf_add_str(&text, buf_str(&inner));
	buf_puts(&text, "\n\n");
	add_around(&text, data + half, size - half);
	check_decoded(buf_str(&text), values[index].leaves);
	buf_free(&text);
	buf_free(&inner);
	return 0;
}
