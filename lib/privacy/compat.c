/* The table of compat_ascii(): runs of characters in code point order, then the few characters that
 * become several letters. */
#include "privacy/compat.h"

#include <string.h>

#include "base/str.h"

/* Characters first..last become `ascii`, `ascii` + step, `ascii` + 2 step … */
struct run {
	uint32_t first;
	uint32_t last;
	char ascii;
	unsigned char step;
};

static const struct run runs[] = {
#define RUN(first, last, ascii, step) {first, last, ascii, step},
#include "privacy/compat.def"
};

/* Enclosed numbers and letters, counting up from `start`, between `before` and `after` (NUL for
 * none). */
struct family {
	uint32_t first;
	uint32_t last;
	unsigned start; /* a number up to 50, or a letter */
	char before;
	char after;
};

static const struct family families[] = {
#define FAMILY(first, last, start, before, after) {first, last, start, before, after},
#include "privacy/compat.def"
};

static const struct {
	uint32_t code_point;
	const char *ascii;
} words[] = {
#define WORD(code_point, ascii) {code_point, ascii},
#include "privacy/compat.def"
};

static const struct run *find_run(uint32_t code_point)
{
	size_t low = 0, high = ARRAY_LEN(runs);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (runs[middle].last < code_point)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ARRAY_LEN(runs) && runs[low].first <= code_point ? &runs[low] : NULL;
}

static size_t family_member(const struct family *family, uint32_t code_point, char out[4])
{
	unsigned member = family->start + (code_point - family->first);
	size_t len = 0;
	if (family->before)
		out[len++] = family->before;
	if (family->start >= 'A') {
		out[len++] = (char)member;
	} else {
		if (member >= 10)
			out[len++] = (char)('0' + member / 10);
		out[len++] = (char)('0' + member % 10);
	}
	if (family->after)
		out[len++] = family->after;
	return len;
}

size_t compat_ascii(uint32_t code_point, char out[4])
{
	const struct run *run = find_run(code_point);
	if (run) {
		out[0] = (char)((unsigned char)run->ascii + run->step * (code_point - run->first));
		return 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(families); i++)
		if (code_point >= families[i].first && code_point <= families[i].last)
			return family_member(&families[i], code_point, out);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (words[i].code_point != code_point)
			continue;
		size_t len = strlen(words[i].ascii);
		memcpy(out, words[i].ascii, len);
		return len;
	}
	return 0;
}
