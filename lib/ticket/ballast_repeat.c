/* Folds lines that differ in numbers only: a log that says the same a thousand times. Two lines are
 * alike when their hashes are, so that texts made to collide can only fold themselves. */
#include "ticket/ballast_parts.h"

#include <stdlib.h>

#define LINE_BYTES_MIN 20
#define ALIKE_MIN 8
#define ALIKE_KEPT 3

struct alike {
	uint64_t hash; /* 0 = the place is free */
	uint32_t count, seen;
};

struct folding {
	struct alike *places;
	size_t mask;
	size_t folded; /* lines since the last that was kept … */
	size_t bytes;  /* … and their bytes */
	struct buf *out;
	struct ballast *left_out;
};

static bool is_number(char c)
{
	char lower = ascii_lower(c);

	return ascii_is_digit(c) || (lower >= 'a' && lower <= 'f');
}

static uint64_t add_to_hash(uint64_t hash, char c)
{
	return (hash ^ (unsigned char)c) * 0x100000001b3u;
}

/* FNV-1a of the line, each number (hexadecimal digits with a decimal one among them) as one sign
 * and white space as one blank; never 0. */
static uint64_t line_hash(struct str line)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t at = 0; at < line.len;) {
		size_t start = at;
		bool digit = false;

		for (; at < line.len && is_number(line.data[at]); at++)
			digit |= ascii_is_digit(line.data[at]);
		if (digit)
			hash = add_to_hash(hash, '0');
		for (; !digit && start < at; start++)
			hash = add_to_hash(hash, line.data[start]);
		if (at == line.len)
			break;
		if (digit)
			continue;
		char c = line.data[at++];
		while (ascii_is_space(c) && at < line.len && ascii_is_space(line.data[at]))
			at++;
		hash = add_to_hash(hash, ascii_is_space(c) ? ' ' : c);
	}
	return hash | 1;
}

static struct alike *place_of(const struct folding *folding, uint64_t hash)
{
	size_t at = (size_t)(hash ^ hash >> 32) & folding->mask;

	while (folding->places[at].hash != 0 && folding->places[at].hash != hash)
		at = (at + 1) & folding->mask;
	folding->places[at].hash = hash;
	return &folding->places[at];
}

/* Whether this line is left out, which counts it as seen. */
static bool is_folded(struct folding *folding, struct str line)
{
	if (line.len < LINE_BYTES_MIN)
		return false;
	struct alike *alike = place_of(folding, line_hash(line));
	return alike->count >= ALIKE_MIN && ++alike->seen > ALIKE_KEPT;
}

static void tell_folded(struct folding *folding)
{
	if (folding->folded == 1)
		buf_puts(folding->out, "[...]\n"); /* shorter than any line that is folded */
	else if (folding->folded > 1)
		buf_printf(folding->out, "[%zu similar lines left out]\n", folding->folded);
	folding->left_out->bytes[BALLAST_REPEAT] += (uint32_t)folding->bytes;
	folding->folded = folding->bytes = 0;
}

static void fold_lines(struct folding *folding, struct str text)
{
	for (struct str rest = text; rest.len > 0;) {
		struct str line = str_split(&rest, '\n');

		if (line.len >= LINE_BYTES_MIN)
			place_of(folding, line_hash(line))->count++;
	}
	while (text.len > 0) {
		struct str line = str_split(&text, '\n');

		if (is_folded(folding, line)) {
			folding->folded++;
			folding->bytes += line.len + 1;
			continue;
		}
		tell_folded(folding);
		buf_add_str(folding->out, line);
		if (text.data)
			buf_putc(folding->out, '\n');
	}
	tell_folded(folding);
}

void ballast_repeat_cut(struct str text, struct buf *out, struct ballast *left_out)
{
	struct folding folding = {.out = out, .left_out = left_out, .mask = 15};
	size_t lines = 0;

	for (struct str rest = text; rest.len > 0; lines++)
		(void)str_split(&rest, '\n');
	if (lines < ALIKE_MIN) {
		buf_add_str(out, text);
		return;
	}
	while (folding.mask < 2 * lines)
		folding.mask = 2 * folding.mask + 1;
	folding.places = xcalloc(folding.mask + 1, sizeof(*folding.places));
	fold_lines(&folding, text);
	free(folding.places);
}
