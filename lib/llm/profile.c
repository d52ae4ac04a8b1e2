/* The table of model families. A new model needs one more line here, or none: an unknown name gets
 * the most common parameters, and which of them it refuses is learned from its 400 replies. */
#include "llm/profile.h"

#include "llm/prompt.h"

#define ANY_FORMAT (PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT)
#define SAMPLING (PARAM_TEMPERATURE | PARAM_LOGPROBS)
/* Reasoning models spend tokens of the same limit before the first byte of the answer. */
#define REASONING_TOKENS 2000

#define NO_REASONING SAMPLING | PARAM_MAX_COMPLETION_TOKENS | ANY_FORMAT, NULL, PROMPT_ANSWER_TOKENS
/* With effort "none" these models behave like ordinary ones. */
#define REASONING_OFF                                                                              \
	SAMPLING | PARAM_REASONING_EFFORT | PARAM_MAX_COMPLETION_TOKENS | ANY_FORMAT, "none",      \
	        PROMPT_ANSWER_TOKENS
/* These accept only temperature 1 and no log probabilities, and cannot be told not to reason at
 * all. */
#define REASONING_LEAST(effort)                                                                    \
	PARAM_REASONING_EFFORT | PARAM_MAX_COMPLETION_TOKENS | ANY_FORMAT, effort, REASONING_TOKENS

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
static const struct llm_profile COMPATIBLE = {
        "compatible", SAMPLING | PARAM_MAX_TOKENS | ANY_FORMAT, NULL, PROMPT_ANSWER_TOKENS};
static const struct llm_profile UNKNOWN_HOSTED = {
        "unknown", SAMPLING | PARAM_MAX_COMPLETION_TOKENS | ANY_FORMAT, NULL, REASONING_TOKENS};

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

/* Names of parameters as errors write them. */
static const struct {
	const char *name;
	unsigned params;
} NAMES[] = {
        {"temperature", PARAM_TEMPERATURE},
        {"top_logprobs", PARAM_LOGPROBS},
        {"logprobs", PARAM_LOGPROBS},
        {"reasoning_effort", PARAM_REASONING_EFFORT},
        {"reasoning.effort", PARAM_REASONING_EFFORT},
        {"max_completion_tokens", PARAM_MAX_COMPLETION_TOKENS},
        {"max_tokens", PARAM_MAX_TOKENS},
        {"response_format", PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT},
        {"json_schema", PARAM_JSON_SCHEMA},
        {"json_object", PARAM_JSON_OBJECT},
        {"store", PARAM_STORE},
};

static bool is_name_char(char c)
{
	return ascii_is_alnum(c) || c == '_';
}

/* True when the text has the name as a whole word: "store" is not in "restored". */
static bool has_name(struct str text, struct str name)
{
	for (;;) {
		ptrdiff_t at = str_find(text, name);
		if (at < 0)
			return false;
		struct str rest = str_skip(text, (size_t)at + name.len);
		bool begins = at == 0 || !is_name_char(text.data[at - 1]);
		if (begins && (rest.len == 0 || !is_name_char(rest.data[0])))
			return true;
		text = rest;
	}
}

unsigned llm_profile_find_param(unsigned sent, struct str param, struct str message)
{
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
		if (str_starts(param, str_of(NAMES[i].name)))
			return NAMES[i].params & sent;
	if (param.len > 0 && !str_eq(param, STR("messages")))
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
		if ((NAMES[i].params & sent) && has_name(message, str_of(NAMES[i].name)))
			return NAMES[i].params & sent;
	return 0;
}
