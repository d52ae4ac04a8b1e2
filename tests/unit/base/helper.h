/* What the tests of the base layer share: cmocka with what it needs, a seed (seed.h), and a way to
 * see that an invariant fires. */
#ifndef TEST_BASE_HELPER_H
#define TEST_BASE_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "seed.h"

static jmp_buf test_escape;
static char test_last_words[512];

static inline void test_escape_handler(const char *message)
{
	snprintf(test_last_words, sizeof(test_last_words), "%s", message);
	longjmp(test_escape, 1);
}

/* The statement must end in fatal(); its message is left in test_last_words. */
#define assert_fatal(statement)                                                                    \
	do {                                                                                       \
		fatal_set_handler(test_escape_handler);                                            \
		if (setjmp(test_escape) == 0) {                                                    \
			statement;                                                                 \
			fatal_set_handler(NULL);                                                   \
			fail_msg("survived: %s", #statement);                                      \
		}                                                                                  \
	} while (0)

static inline void assert_str(struct str got, const char *expected)
{
	if (!str_eq(got, str_of(expected)))
		fail_msg("got \"" STR_FMT "\", expected \"%s\"", STR_ARG(got), expected);
}

#endif
