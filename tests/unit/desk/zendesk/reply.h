/* Replies and configurations made by hand for these tests. */
#ifndef TEST_ZENDESK_REPLY_H
#define TEST_ZENDESK_REPLY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/http.h"
#include "config/config.h"

static inline struct http_reply reply_of(int status, const char *body)
{
	struct http_reply reply = {.result = HTTP_DONE, .status = status};
	reply.body = xstrdup(body);
	reply.body_len = strlen(body);
	return reply;
}

static inline void add_header(struct http_reply *reply, const char *name, const char *value)
{
	http_reply_add_header(reply, str_of(name), str_of(value));
}

static inline void set_option(config_STRING *option, const char *value)
{
	free(*option);
	*option = xstrdup(value);
}

#define assert_str(slice, expected)                                                                \
	do {                                                                                       \
		struct str assert_str_got = (slice);                                               \
		assert_int_equal(assert_str_got.len, strlen(expected));                            \
		assert_memory_equal(assert_str_got.data ? assert_str_got.data : "", expected,      \
		                    strlen(expected));                                             \
	} while (0)
#define assert_contains(text, part)                                                                \
	do {                                                                                       \
		if (!strstr(text, part))                                                           \
			fail_msg("\"%s\" is not in \"%s\"", part, text);                           \
	} while (0)
#define assert_lacks(text, part)                                                                   \
	do {                                                                                       \
		if (strstr(text, part))                                                            \
			fail_msg("\"%s\" is in \"%s\"", part, text);                               \
	} while (0)

#endif
