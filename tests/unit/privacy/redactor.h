/* What the tests of redaction share: the way a text goes, from the user's bytes to the model's. */
#ifndef TEST_REDACTOR_H
#define TEST_REDACTOR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "privacy/normalise.h"
#include "privacy/redact.h"

static struct redactor *shared_redactor;

static int make_redactor(void **state)
{
	(void)state;
	shared_redactor = redactor_new();
	return 0;
}

static int drop_redactor(void **state)
{
	(void)state;
	redactor_free(shared_redactor);
	return 0;
}

/* Normalised and redacted; the caller frees. */
static inline char *redacted(const char *text)
{
	struct buf plain, out;
	buf_init(&plain, 1 << 20);
	buf_init(&out, 1 << 20);
	normalise(str_of(text), &plain);
	redact(shared_redactor, buf_str(&plain), &out, NULL);
	buf_free(&plain);
	return buf_take(&out, NULL);
}

static inline void becomes(const char *text, const char *wanted)
{
	char *got = redacted(text);
	char *again = redacted(got);
	assert_string_equal(got, wanted);
	assert_string_equal(again, wanted);
	free(got);
	free(again);
}

static inline void stays(const char *text)
{
	becomes(text, text);
}

/* In a sentence, in parentheses, at the end, on a line of its own: exactly the value is
 * replaced. */
static inline void value_goes(const char *before, const char *value, const char *placeholder)
{
	static const char *const shapes[][2] = {{"", ""},  {"", " and more."}, {"(", ")"},
	                                        {"", "."}, {"", ", thanks"},   {"Hi,\n", "\nBob"}};
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		char text[1024], wanted[1024];
		snprintf(text, sizeof(text), "%s%s%s%s", before, shapes[i][0], value, shapes[i][1]);
		snprintf(wanted, sizeof(wanted), "%s%s%s%s", before, shapes[i][0], placeholder,
		         shapes[i][1]);
		becomes(text, wanted);
	}
}

#endif
