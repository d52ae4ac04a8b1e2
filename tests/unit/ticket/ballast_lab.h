/* Shared by the tests of ballast.h: what stays of a text, and what was left out. */
#ifndef TEST_BALLAST_LAB_H
#define TEST_BALLAST_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ticket/ballast.h"

struct lean {
	char *text;
	struct ballast left_out;
};

static inline struct lean lean_data(struct str text)
{
	struct lean lean = {0};
	struct buf out;

	buf_init(&out, text.len + 1);
	ballast_cut_data(text, &out, &lean.left_out);
	assert_false(out.overflow);
	lean.text = buf_take(&out, NULL);
	return lean;
}

static inline struct lean lean_lines(struct str text, bool forwarded)
{
	struct lean lean = {0};
	struct ballast_index *index = ballast_index_new();
	struct buf out;

	buf_init(&out, text.len + 1);
	ballast_cut_lines(index, text, forwarded, &out, &lean.left_out);
	ballast_index_free(index);
	assert_false(out.overflow);
	lean.text = buf_take(&out, NULL);
	return lean;
}

static inline bool is_forwarded(struct str subject)
{
	struct ballast_index *index = ballast_index_new();
	bool forwarded = ballast_is_forwarded(index, subject);

	ballast_index_free(index);
	return forwarded;
}

static inline void add_times(struct buf *out, const char *text, size_t times)
{
	while (times-- > 0)
		buf_puts(out, text);
}

#define HAS(lean, words) assert_non_null(strstr((lean).text, words))
#define LACKS(lean, words) assert_null(strstr((lean).text, words))

#endif
