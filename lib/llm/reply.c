/* Turns a failure into a verdict and a text into an answer, in one place, so that both protocols
 * agree. */
#include "llm/reply.h"

#include <stdarg.h>
#include <stdio.h>

#include "llm/answer_text.h"
#include "llm/confidence.h"
#include "llm/group.h"
#include "llm/parameter.h"

#define REASON_MAX 64                /* bytes */
#define COUNT_MAX ((int64_t)1 << 40) /* tokens; no answer is so long */

struct json *reply_parse(struct str body, struct err *err)
{
	answer_text_skip_bom(&body);
	return json_parse_lenient(body, err);
}

/* `max_tokens`, `maxTokens` and "MAX-TOKENS" are one word. Longer ones than any known are cut. */
static struct str plain_word(struct str word, char out[REASON_MAX])
{
	size_t len = 0;

	for (size_t i = 0; i < word.len && len < REASON_MAX; i++)
		if (ascii_is_alnum(word.data[i]))
			out[len++] = word.data[i];
	return str_make(out, len);
}

static bool has_part(struct str word, const char *const *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_ifind(word, str_of(parts[i])) >= 0)
			return true;
	return false;
}

enum reply_end reply_end_of(struct str reason)
{
	/* OpenAI and Azure: content_filter; Gemini: SAFETY, RECITATION, PROHIBITED_CONTENT,
	 * BLOCKLIST, SPII; Anthropic behind gateways: refusal; Bedrock: guardrail_intervened;
	 * Zhipu: sensitive */
	static const char *const filtered[] = {"filter", "safety",   "recitation", "prohibit",
	                                       "block",  "spii",     "refus",      "guardrail",
	                                       "policy", "sensitiv", "moderat"};
	/* OpenAI: length; Gemini: MAX_TOKENS; Mistral: model_length, error; OpenRouter: error;
	 * Anthropic: model_context_window_exceeded; vLLM: abort; DeepSeek:
	 * insufficient_system_resource; Zhipu: network_error */
	static const char *const cut[] = {"length",     "maxtok",       "maxnew",  "maxoutput",
	                                  "tokenlimit", "limitreach",   "exceed",  "truncat",
	                                  "incomplete", "error",        "abort",   "cancel",
	                                  "interrupt",  "insufficient", "timeout", "malformed"};
	char plain[REASON_MAX];

	reason = plain_word(reason, plain);
	if (has_part(reason, filtered, ARRAY_LEN(filtered)))
		return REPLY_FILTERED;
	return has_part(reason, cut, ARRAY_LEN(cut)) ? REPLY_CUT : REPLY_WHOLE;
}

bool reply_ended_badly(struct str reason, struct llm_result *ret)
{
	/* the two words of nearly every reply */
	if (reason.len == 0 || str_eq(reason, STR("stop")))
		return false;
	switch (reply_end_of(reason)) {
	case REPLY_WHOLE: return false;
	case REPLY_CUT:
		ret->cut = true;
		reply_bad(ret, str_eq(reason, STR("length"))
		                       ? "the answer is cut off at the token bound"
		                       : "the answer is cut off, as its server says");
		return true;
	case REPLY_FILTERED: break;
	}
	ret->verdict = LLM_DECLINED;
	snprintf(ret->text, sizeof(ret->text), "stopped by the content filter");
	return true;
}

void reply_bad(struct llm_result *ret, const char *format, ...)
{
	va_list args;

	ret->verdict = LLM_BAD_ANSWER;
	va_start(args, format);
	vsnprintf(ret->text, sizeof(ret->text), format, args);
	va_end(args);
}

/* FNV-1a of status and code. Words do not count, because they may quote the request. Only equality
 * matters. */
static uint64_t likeness_of(const struct failure *failure)
{
	struct str code = failure->code.len > 0 ? failure->code : failure->type;
	uint64_t hash = 0xcbf29ce484222325 ^ (uint64_t)failure->status;

	for (size_t i = 0; i < code.len; i++)
		hash = (hash ^ (unsigned char)code.data[i]) * 0x100000001b3;
	return hash;
}

void reply_fail(const struct llm_client *client, const struct http_reply *reply,
                const struct failure *failure, msec wall, struct llm_result *ret)
{
	bool wait_for_all;

	ret->status = failure->status;
	ret->retry_after = failure_wait(failure, reply, wall, &wait_for_all);
	bool by_words = failure_judge_words(failure, &ret->verdict);
	if (!by_words)
		ret->verdict = failure_judge_status(failure, reply, wait_for_all);
	if (!by_words && failure_names_model(failure, str_of(client->model)))
		ret->verdict = LLM_NO_MODEL;
	ret->named = by_words && failure_concerns_service(ret->verdict);
	ret->likeness = likeness_of(failure);
	ret->counts_for_breaker = failure_counts_for_breaker(failure, ret->verdict);
	failure_describe(failure, str_of(client->config->llm.api_key), ret->text);
}

bool reply_adapt(struct llm_client *client, struct llm_sent sent, const struct failure *failure,
                 struct llm_result *ret)
{
	/* words in a quotation say nothing without those before it */
	struct str said = failure->around.len > 0 ? failure->around : failure->message;
	unsigned named = parameter_refused(sent.params, failure->param, said);

	if (!named)
		return false;
	ret->verdict = LLM_REPEAT_NOW;
	if (sent.models_used == client->models_used && (named & ~client->refused))
		llm_client_refuse(client, named);
	snprintf(ret->text, sizeof(ret->text), "the model service refuses %s: no longer sent",
	         llm_param_name(named));
	return true;
}

/* The confidence of each answer, from the tokens of all. */
static void read_confidences(const struct json *logprobs, struct str content,
                             struct group_answers *group)
{
	struct confidence_reader *reader = confidence_begin(logprobs, content);

	for (size_t i = 0; i < group->count; i++) {
		struct group_answer *of = &group->of[i];

		if (of->taken)
			of->confidence = confidence_read(reader, &of->answer);
		of->answer.json = STR("");
	}
	confidence_end(reader);
}

/* Thoughts alone, which a single ticket may be answered in, are no list of answers. */
static void read_group(struct str content, bool reasoning, const struct json *logprobs,
                       struct arena *arena, struct llm_result *ret)
{
	struct err why;

	if (reasoning) {
		reply_bad(ret, "the answer holds thoughts only");
		return;
	}
	if (group_answers_parse(content, arena, ret->group, &why) < 0) {
		ret->cut = answer_text_unclosed(content);
		reply_bad(ret, "%s", why.text);
		return;
	}
	ret->verdict = LLM_ANSWERED;
	read_confidences(logprobs, content, ret->group);
}

void reply_answer(struct str content, bool reasoning, const struct json *logprobs,
                  struct arena *arena, struct llm_result *ret)
{
	struct err why;

	if (ret->group) {
		read_group(content, reasoning, logprobs, arena, ret);
		return;
	}
	ret->words = arena_str(arena, utf8_cut(content, LLM_WORDS_MAX));
	if (answer_parse(content, reasoning, arena, &ret->answer, &why) < 0) {
		ret->cut = answer_text_unclosed(content);
		reply_bad(ret, "%s", why.text);
		return;
	}
	ret->verdict = LLM_ANSWERED;
	ret->confidence = confidence_of(logprobs, content, &ret->answer);
	ret->answer.json = STR(""); /* a slice of the reply, which is freed before the result */
}

int64_t reply_count(const struct json *object, const char *key)
{
	int64_t count;

	return json_int_at(object, key, &count) && count > 0 && count <= COUNT_MAX ? count : 0;
}

int64_t reply_cached(const struct json *root, const struct json *usage, int64_t prompt)
{
	const struct {
		const struct json *object;
		const char *key;
	} places[] = {
	        /* OpenAI, Azure, Groq, vLLM, Gemini; OpenAI's Responses behind gateways */
	        {json_at(usage, "prompt_tokens_details"), "cached_tokens"},
	        {json_at(usage, "input_tokens_details"), "cached_tokens"},
	        {usage, "prompt_cache_hit_tokens"},   /* DeepSeek */
	        {usage, "cache_read_input_tokens"},   /* Anthropic behind gateways */
	        {usage, "cached_tokens"},             /* Moonshot */
	        {json_at(root, "timings"), "cache_n"} /* llama.cpp */
	};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		int64_t cached = reply_count(places[i].object, places[i].key);
		if (cached > 0)
			return cached < prompt ? cached : prompt;
	}
	return 0;
}
