/* What the tests of this layer share: cmocka in the order it wants, clients of each kind,
 * replies. */
#ifndef TEST_LLM_SUPPORT_H
#define TEST_LLM_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "llm/llm.h"

#define GOOD                                                                                       \
	"{\"summary\":\"Login "                                                                    \
	"fails\",\"root_cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":\"negative\"}"
/* The same as the inside of a JSON string. */
#define GOOD_QUOTED                                                                                \
	"{\\\"summary\\\":\\\"Login "                                                              \
	"fails\\\",\\\"root_cause\\\":\\\"bug\\\",\\\"urgency\\\":\\\"high\\\","                   \
	"\\\"sentiment\\\":\\\"negative\\\"}"

static inline struct config *config_for(enum llm_provider provider, const char *base_url,
                                        const char *model)
{
	struct config *config = config_new();
	free(config->llm.base_url);
	free(config->llm.model);
	config->llm.provider = (int)provider;
	config->llm.base_url = xstrdup(base_url);
	config->llm.model = xstrdup(model);
	return config;
}

static inline void set_text(char **option, const char *value)
{
	free(*option);
	*option = xstrdup(value);
}

static inline struct http_reply reply_of(int status, const char *body)
{
	return (struct http_reply){.result = HTTP_DONE,
	                           .status = status,
	                           .body = xstrdup(body),
	                           .body_len = strlen(body)};
}

static inline void add_header(struct http_reply *reply, const char *name, const char *value)
{
	http_reply_add_header(reply, str_of(name), str_of(value));
}

#define assert_str(actual, expected)                                                               \
	do {                                                                                       \
		struct str actual_slice = (actual);                                                \
		char *actual_text = xmemdup0(actual_slice.data, actual_slice.len);                 \
		assert_string_equal(actual_text, expected);                                        \
		free(actual_text);                                                                 \
	} while (0)

#endif
