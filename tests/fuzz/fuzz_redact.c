/* Any bytes at all, as they are and normalised: nothing crashes or reads astray, both functions are
 * fixed points of themselves, valid text stays valid, cutting never splits a placeholder. The first
 * byte chooses the redactor: as shipped, without JIT, or with a match limit so low that it is
 * hit. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "privacy/normalise.h"
#include "privacy/redact.h"

#define REDACTORS 3

static struct redactor *redactors[REDACTORS];

static void check_redact(struct redactor *redactor, struct str text)
{
	struct buf once, twice;
	buf_init(&once, SIZE_MAX);
	buf_init(&twice, SIZE_MAX);
	redact(redactor, text, &once, NULL);
	redact(redactor, buf_str(&once), &twice, NULL);
	ENSURE(str_eq(buf_str(&once), buf_str(&twice)));
	ENSURE(!utf8_valid(text) || utf8_valid(buf_str(&once)));
	struct str cut = redact_cut(buf_str(&once), once.len / 2);
	ENSURE(cut.len <= once.len / 2);
	struct str tail = str_skip(buf_str(&once), cut.len);
	ptrdiff_t end = str_find_char(tail, ']');
	/* What was cut off does not start with the rest of a placeholder. */
	for (size_t back = 1; end >= 0 && back < 24 && back <= cut.len; back++) {
		struct str around = str_make(tail.data - back, back + (size_t)end + 1);
		for (unsigned kind = 0; kind < PII_KINDS; kind++) {
			struct str name = str_of(pii_kind_name(kind));
			ENSURE(!(str_starts(around, STR("[REDACTED_")) &&
			         around.len == name.len + 11 &&
			         str_starts(str_skip(around, 10), name)));
		}
	}
	buf_free(&once);
	buf_free(&twice);
}

static void check_normalise(struct str text, struct buf *once)
{
	struct buf twice;
	buf_init(&twice, SIZE_MAX);
	normalise(text, once);
	normalise(buf_str(once), &twice);
	ENSURE(str_eq(buf_str(once), buf_str(&twice)));
	ENSURE(utf8_valid(buf_str(once)));
	ENSURE(once->len <= 3 * text.len);
	buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (!redactors[0]) {
		redactors[0] = redactor_new();
		redactors[1] = redactor_new_with(false, 20000);
		redactors[2] = redactor_new_with(false, 20);
	}
	struct redactor *redactor = redactors[data[0] % REDACTORS];
	struct str text = str_make((const char *)data + 1, size - 1);
	struct buf plain;
	buf_init(&plain, SIZE_MAX);
	check_normalise(text, &plain);
	check_redact(redactor, text);
	check_redact(redactor, buf_str(&plain));
	buf_free(&plain);
	return 0;
}
