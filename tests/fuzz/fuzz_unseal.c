/* Any bytes as a sealed file, and sealed files that were truncated, altered, reordered or mixed
 * with others. Whatever comes: an error in words, or genuine text.
 *
 * The first byte of the input says which: 0 the rest is the file; else the rest are changes, three
 * bytes each, applied to a genuine file of two streams. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "fuzz.h"
#include "privacy/seal.h"

#define FILE_MAX (1024 * 1024)
#define KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define RECORDS 4
#define LINES_MAX 64

static const uint8_t NO_SALT[SEAL_SALT_SIZE];

static const struct seal_key *our_key(void)
{
	static struct seal_key *key;

	if (key == NULL)
		key = seal_key_new(STR(KEY), NO_SALT);
	return key;
}

static void add_stream(struct buf *file, struct buf *text, uint8_t number,
                       const struct seal_before *before)
{
	const uint8_t random[SEAL_SALT_SIZE] = {number};
	struct sealer sealer;

	sealer_begin(&sealer, our_key(), SEAL_LOG, random, before, file);
	for (int i = 0; i < RECORDS; i++) {
		char *record = xasprintf("stream %d, record %d\n", number, i);

		sealer_add(&sealer, str_of(record), file);
		buf_puts(text, record);
		free(record);
	}
	sealer_end(&sealer, file);
}

static void make_genuine(struct buf *file, struct buf *text)
{
	struct seal_before before = {{0}, false};
	size_t start;
	char *line;

	add_stream(file, text, 1, NULL);
	for (start = file->len - 1; file->data[start - 1] != '\n'; start--)
		;
	line = xmemdup0(file->data + start, file->len - 1 - start);
	before.line = str_of(line);
	add_stream(file, text, 2, &before);
	free(line);
}

/* Lines swapped, taken out or doubled. */
static void change_lines(struct buf *file, unsigned kind, unsigned a, unsigned b)
{
	struct str lines[LINES_MAX], rest;
	size_t count = 0;
	char *old = xmemdup0(file->data, file->len);

	rest = str_make(old, file->len);
	while (rest.len > 0 && count < LINES_MAX)
		lines[count++] = str_split(&rest, '\n');
	buf_reset(file);
	for (size_t i = 0; i < count; i++) {
		size_t from = kind != 0        ? i
		              : i == a % count ? b % count
		              : i == b % count ? a % count
		                               : i;

		for (int times = kind == 1 && i == a % count   ? 0
		                 : kind == 2 && i == a % count ? 2
		                                               : 1;
		     times > 0; times--) {
			buf_add_str(file, lines[from]);
			buf_putc(file, '\n');
		}
	}
	free(old);
}

static void change(struct buf *file, const uint8_t bytes[3])
{
	size_t at = (size_t)bytes[1] << 8 | bytes[2];

	if (file->len == 0)
		return;
	switch (bytes[0] % 6) {
	case 0: file->data[at % file->len] ^= (char)(1 << (bytes[0] >> 5)); break;
	case 1: file->len = at % (file->len + 1); break;
	case 2:
	case 3:
	case 4: change_lines(file, bytes[0] % 6 - 2, bytes[1], bytes[2]); break;
	default: file->data[at % file->len] = (char)bytes[0]; break;
	}
	file->data[file->len] = '\0';
}

static int unseal(struct str file, struct buf *out, struct err *err)
{
	struct unsealer unsealer;
	int result = 0;

	unsealer_init(&unsealer, our_key());
	while (file.len > 0 && result == 0) {
		ptrdiff_t end = str_find_char(file, '\n');
		struct str line = str_make(file.data, end < 0 ? file.len : (size_t)end);

		result = unsealer_line(&unsealer, line, end >= 0, out, err);
		file = str_skip(file, line.len + 1);
	}
	if (result == 0)
		result = unsealer_finish(&unsealer, err);
	unsealer_wipe(&unsealer);
	return result;
}

static void check_words(int result, const struct err *err)
{
	ENSURE(result >= -1 && result <= 1);
	ENSURE(result == 0 || err->text[0] != '\0');
	ENSURE(utf8_valid(str_of(err->text)));
	for (const char *c = err->text; *c != '\0'; c++)
		ENSURE((unsigned char)*c >= ' ');
}

static void try_changes(struct str changes)
{
	struct buf file, text, out;
	struct err err = {{0}};
	char *genuine;
	int result;

	buf_init(&file, FILE_MAX);
	buf_init(&text, FILE_MAX);
	buf_init(&out, FILE_MAX);
	make_genuine(&file, &text);
	genuine = xmemdup0(file.data, file.len);
	for (int left = 8; changes.len >= 3 && left > 0; changes = str_skip(changes, 3), left--)
		change(&file, (const uint8_t *)changes.data);
	result = unseal(buf_str(&file), &out, &err);
	check_words(result, &err);
	/* Nothing but the beginning of what was sealed ever comes out, and all of it only from the
	 * file as it was (a missing last newline says nothing). */
	ENSURE(str_starts(buf_str(&text), buf_str(&out)));
	if (result == 0)
		ENSURE(str_starts(str_of(genuine), buf_str(&file)));
	free(genuine);
	buf_free(&file);
	buf_free(&text);
	buf_free(&out);
}

static void try_bytes(struct str bytes)
{
	struct buf out;
	struct err err = {{0}};
	struct unsealer unsealer;

	buf_init(&out, FILE_MAX);
	check_words(unseal(bytes, &out, &err), &err);
	(void)seal_is_ours(our_key(), SEAL_LOG, bytes);
	unsealer_init(&unsealer, our_key());
	check_words(unseal_value(&unsealer, STR("place"), bytes, &out, &err), &err);
	buf_reset(&out);
	if (crypto_decode_base64(&out, bytes) < 0)
		ENSURE(out.len == 0);
	unsealer_wipe(&unsealer);
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str input = str_make((const char *)data, size);

	if (size == 0)
		try_bytes(input);
	else if (data[0] == 0)
		try_bytes(str_skip(input, 1));
	else
		try_changes(str_skip(input, 1));
	return 0;
}
