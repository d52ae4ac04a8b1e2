/* Parameter profiles per model family: data, not code. Plus what was learned about an endpoint:
 * parameters it refused. */
#ifndef LLM_PROFILE_H
#define LLM_PROFILE_H

#include "base/str.h"
#include "config/config.h"

enum llm_param {
	PARAM_TEMPERATURE = 1 << 0,
	PARAM_LOGPROBS = 1 << 1,
	PARAM_REASONING_EFFORT = 1 << 2,
	PARAM_MAX_COMPLETION_TOKENS = 1 << 3, /* preferred to max_tokens where a profile has both */
	PARAM_STORE = 1 << 4,
	PARAM_JSON_SCHEMA = 1 << 5, /* absent: json_object, when PARAM_JSON_OBJECT */
	PARAM_JSON_OBJECT = 1 << 6,
	PARAM_MAX_TOKENS = 1 << 7,
};

/* For messages: "temperature", "json_schema" …, of the lowest bit. */
const char *llm_param_name(unsigned params);

struct llm_profile {
	const char *family; /* for messages: "gpt-4o" … */
	unsigned params;    /* enum llm_param bits */
	const char *reasoning_effort;
	int max_tokens;
};
/* hosted: the endpoint is OpenAI's own; other servers get the profile of compatible servers unless
 * the name is known. */
struct llm_profile llm_profile_of(struct str model, bool hosted);
/* The parameters to send: those of the profile without the refused ones. Exactly one token bound is
 * among them while the endpoint accepts any: where the profile's own is refused the other name is
 * tried. At most one response format. */
unsigned llm_profile_params(const struct llm_profile *profile, unsigned refused);
/* Which of the parameters `sent` an error is about: by the name in `param`, else by the first name
 * in `message`; 0 = none. */
unsigned llm_profile_find_param(unsigned sent, struct str param, struct str message);

#endif
