/* Parameter profiles per model family, as a table, combined with the parameters that the endpoint
 * was found to refuse. */
#ifndef LLM_PROFILE_H
#define LLM_PROFILE_H

#include "base/str.h"
#include "config/config.h"

enum llm_param {
	PARAM_TEMPERATURE = 1 << 0,
	PARAM_LOGPROBS = 1 << 1,
	PARAM_REASONING_EFFORT = 1 << 2,
	PARAM_MAX_COMPLETION_TOKENS = 1 << 3, /* preferred to max_tokens when a profile has both */
	PARAM_STORE = 1 << 4,
	PARAM_JSON_SCHEMA = 1 << 5, /* when refused, PARAM_JSON_OBJECT is tried */
	PARAM_JSON_OBJECT = 1 << 6,
	PARAM_MAX_TOKENS = 1 << 7,
};

/* Name of the lowest bit, for messages: "temperature", "json_schema" … */
const char *llm_param_name(unsigned params);

struct llm_profile {
	const char *family; /* for messages: "gpt-4o" … */
	unsigned params;    /* enum llm_param bits */
	const char *reasoning_effort;
	int max_tokens;
	int alternatives; /* top_logprobs, where PARAM_LOGPROBS is sent */
};
/* The profile of a model. `hosted`: the endpoint is OpenAI's own; on other servers an unknown name
 * gets the profile of compatible servers. */
struct llm_profile llm_profile_of(struct str model, bool hosted);
/* The parameters to send (enum llm_param bits): those of the profile without the refused ones.
 * Exactly one token limit is among them while the endpoint accepts any: when the profile's own is
 * refused, the other name is tried. At most one response format. */
unsigned llm_profile_params(const struct llm_profile *profile, unsigned refused);

#endif
