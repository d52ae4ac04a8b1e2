/* Parameter profiles per model family: data, not code. Plus what was learned about an endpoint: parameters it refused. */
#ifndef LLM_PROFILE_H
#define LLM_PROFILE_H

#include "base/str.h"
#include "config/config.h"

enum llm_param {
	PARAM_TEMPERATURE = 1 << 0,
	PARAM_LOGPROBS = 1 << 1,
	PARAM_REASONING_EFFORT = 1 << 2,
	PARAM_MAX_COMPLETION_TOKENS = 1 << 3, /* absent: max_tokens is sent instead */
	PARAM_STORE = 1 << 4,
	PARAM_JSON_SCHEMA = 1 << 5, /* absent: json_object, when PARAM_JSON_OBJECT */
	PARAM_JSON_OBJECT = 1 << 6,
	PARAM_TOKEN_BOUND = 1 << 7, /* absent: neither bound is accepted (never seen; the last resort) */
};

struct llm_profile {
	const char *family; /* for messages: "gpt-4o" … */
	unsigned params;    /* enum llm_param bits */
	const char *reasoning_effort;
	int max_tokens;
};
/* hosted: the endpoint is OpenAI's own; other servers get the profile of compatible servers unless the name is known. */
struct llm_profile llm_profile_of(struct str model, bool hosted);

#endif
