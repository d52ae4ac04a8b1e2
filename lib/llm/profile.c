/* The table of model families. A new model needs one more line here, or none: an unknown name gets
 * the most common parameters, and which of them it refuses is learned from its 400 replies. */
#include "llm/profile.h"

#include "llm/confidence.h"
#include "llm/prompt.h"

#define ANY_FORMAT (PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT)
#define SAMPLING (PARAM_TEMPERATURE | PARAM_LOGPROBS)
/* Reasoning models spend tokens of the same limit before the first byte of the answer. */
#define REASONING_TOKENS 2000

#define NO_REASONING                                                                               \
	SAMPLING | PARAM_MAX_COMPLETION_TOKENS | ANY_FORMAT, NULL, PROMPT_ANSWER_TOKENS,           \
	        CONFIDENCE_ALTERNATIVES
/* With effort "none" these models behave like ordinary ones. */
#define REASONING_OFF                                                                              \
	SAMPLING | PARAM_REASONING_EFFORT | PARAM_MAX_COMPLETION_TOKENS | ANY_FORMAT, "none",      \
	        PROMPT_ANSWER_TOKENS, CONFIDENCE_ALTERNATIVES
/* These accept only temperature 1 and no log probabilities, and cannot be told not to reason at
 * all. */
#define REASONING_LEAST(effort)                                                                    \
	PARAM_REASONING_EFFORT | PARAM_MAX_COMPLETION_TOKENS | ANY_FORMAT, effort,                 \
	        REASONING_TOKENS, 0

struct family {
	const char *prefix; /* of the model's name; the longest match wins */
	struct llm_profile profile;
};

static const struct family FAMILIES[] = {
        {"gpt-4o", {"gpt-4o", NO_REASONING}},
        {"gpt-4.1", {"gpt-4.1", NO_REASONING}},
        {"gpt-5", {"gpt-5", REASONING_LEAST("minimal")}},
        {"gpt-5.", {"gpt-5.1 and later", REASONING_OFF}},
        {"gpt-6", {"gpt-6", REASONING_OFF}},
        {"o1", {"o-series", REASONING_LEAST("low")}},
        {"o3", {"o-series", REASONING_LEAST("low")}},
        {"o4", {"o-series", REASONING_LEAST("low")}},
};

/* For llama.cpp, vLLM, gateways: some silently ignore max_completion_tokens and would then write
 * for ever. */
static const struct llm_profile COMPATIBLE = {"compatible",
                                              SAMPLING | PARAM_MAX_TOKENS | ANY_FORMAT, NULL,
                                              PROMPT_ANSWER_TOKENS, CONFIDENCE_ALTERNATIVES_RAW};
static const struct llm_profile UNKNOWN_HOSTED = {
        "unknown", SAMPLING | PARAM_MAX_COMPLETION_TOKENS | ANY_FORMAT, NULL, REASONING_TOKENS,
        CONFIDENCE_ALTERNATIVES};

struct llm_profile llm_profile_of(struct str model, bool hosted)
{
	const struct family *best = NULL;

	for (size_t i = 0; i < ARRAY_LEN(FAMILIES); i++) {
		struct str prefix = str_of(FAMILIES[i].prefix);
		if (str_istarts(model, prefix) && (!best || prefix.len > str_of(best->prefix).len))
			best = &FAMILIES[i];
	}
	struct llm_profile profile = best ? best->profile : hosted ? UNKNOWN_HOSTED : COMPATIBLE;
	if (hosted)
		profile.params |= PARAM_STORE;
	return profile;
}

const char *llm_param_name(unsigned params)
{
	static const char *const names[] = {
	        "temperature", "logprobs",    "reasoning_effort", "max_completion_tokens",
	        "store",       "json_schema", "json_object",      "max_tokens"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (params & 1u << i)
			return names[i];
	return "nothing";
}

unsigned llm_profile_params(const struct llm_profile *profile, unsigned refused)
{
	const unsigned bounds = PARAM_MAX_COMPLETION_TOKENS | PARAM_MAX_TOKENS;
	unsigned params = profile->params & ~refused;

	if (!(params & bounds))
		params |= bounds & ~refused;
	if (params & PARAM_MAX_COMPLETION_TOKENS)
		params &= ~(unsigned)PARAM_MAX_TOKENS;
	if (params & PARAM_JSON_SCHEMA)
		params &= ~(unsigned)PARAM_JSON_OBJECT;
	return params;
}
