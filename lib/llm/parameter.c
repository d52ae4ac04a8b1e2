/* Vendors word a refused parameter in some dozen ways, each a short sentence at the start of the
 * message. Guards and filters quote the ticket behind words of their own, which are known too: a
 * refusal that is not understood costs the ticket an attempt, one that is misunderstood would
 * take the parameter from all tickets. */
#include "llm/parameter.h"

#include "llm/profile.h"

#define SENTENCE_MAX 240 /* bytes at the start of the message that are looked at */
#define BESIDE_MAX 50    /* bytes between a name and the words that refuse it */

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

/* Offset of the name as a whole word at or after `from`, or -1: "store" is not in "restored". */
static ptrdiff_t find_name(struct str text, size_t from, struct str name)
{
	for (ptrdiff_t at; (at = str_find(str_skip(text, from), name)) >= 0;) {
		size_t begin = from + (size_t)at, end = begin + name.len;
		if ((begin == 0 || !is_name_char(text.data[begin - 1])) &&
		    (end == text.len || !is_name_char(text.data[end])))
			return (ptrdiff_t)begin;
		from = end;
	}
	return -1;
}

/* The first sentence, without the value that some servers quote from the request. */
static struct str first_sentence(struct str message)
{
	static const char *const ends[] = {". ", ".\n", "'input':", "\"input\":", "input_value"};

	message = utf8_cut(str_trim(message), SENTENCE_MAX);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		ptrdiff_t end = str_find(message, str_of(ends[i]));
		if (end >= 0)
			message.len = (size_t)end;
	}
	return message;
}

static bool has_any(struct str text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_ifind(text, str_of(words[i])) >= 0)
			return true;
	return false;
}

/* True when these words may lead to text of the ticket: a guard speaks, or something is quoted. */
static bool announces_text(struct str words)
{
	static const char *const known[] = {
	        "block",  "match",    "flag",   "detect",   "filter",  "guard",
	        "policy", "moderat",  "violat", "prohib",   "content", "prompt",
	        "text:",  "messages", "user ",  "user:",    "said",    "says",
	        "quot",   "ticket",   "wrote",  "customer", "subject", "firewall",
	        "denied", "unsafe",   "harm",   "found in", "phrase",  "keyword"};

	return has_any(words, known, ARRAY_LEN(known));
}

static bool refuses(struct str words)
{
	/* OpenAI, Azure, Groq, Mistral and vLLM (pydantic), Gemini, LiteLLM, DeepSeek, Go's and
	 * Rust's readers of JSON */
	static const char *const known[] = {
	        "unsupported",     "not support",      "n't support",     "unrecogni",
	        "not recogni",     "unknown",          "not permitted",   "not allowed",
	        "unexpected",      "unavailable",      "not available",   "not enabled",
	        "not implemented", "forbidden",        "not accept",      "n't accept",
	        "not compatible",  "incompatible",     "deprecated",      "invalid param",
	        "invalid field",   "invalid argument", "only the default"};

	return has_any(words, known, ARRAY_LEN(known));
}

/* True when the sentence refuses the name of `len` bytes at `at`. */
static bool refused_at(struct str sentence, size_t at, size_t len)
{
	struct str before = str_make(sentence.data, at), behind = str_skip(sentence, at + len);

	if (announces_text(before))
		return false;
	/* LM Studio: 'response_format.type' must be 'json_schema' or 'text' */
	if (at <= 1 && str_find(behind, STR(" must be ")) >= 0)
		return true;
	if (before.len > BESIDE_MAX)
		before = str_skip(before, before.len - BESIDE_MAX);
	return refuses(before) || refuses(utf8_cut(behind, BESIDE_MAX));
}

static bool names_in_words(struct str sentence, struct str name)
{
	for (ptrdiff_t at = find_name(sentence, 0, name); at >= 0;
	     at = find_name(sentence, (size_t)at + name.len, name))
		if (refused_at(sentence, (size_t)at, name.len))
			return true;
	return false;
}

unsigned parameter_refused(unsigned sent, struct str param, struct str message)
{
	struct str sentence = first_sentence(message);

	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
		if (find_name(param, 0, str_of(NAMES[i].name)) == 0)
			return NAMES[i].params & sent;
	if (param.len > 0)
		return 0;
	sent &= ~(unsigned)PARAM_STORE;
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
		if ((NAMES[i].params & sent) && names_in_words(sentence, str_of(NAMES[i].name)))
			return NAMES[i].params & sent;
	return 0;
}

unsigned parameter_mentioned(unsigned sent, struct str words)
{
	/* as servers call them when they do not name the member of the request */
	static const struct {
		const char *word;
		unsigned params;
	} others[] = {
	        {"log prob", PARAM_LOGPROBS},
	        {"log-prob", PARAM_LOGPROBS},
	        {"response format", PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT},
	        {"json mode", PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT},
	        {"structured output", PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT},
	        {"guided", PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT},
	        {"grammar", PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT},
	        {"reasoning", PARAM_REASONING_EFFORT},
	};
	unsigned found = 0;

	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
		if (NAMES[i].params != PARAM_STORE && str_ifind(words, str_of(NAMES[i].name)) >= 0)
			found |= NAMES[i].params;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (str_ifind(words, str_of(others[i].word)) >= 0)
			found |= others[i].params;
	return found & sent;
}
