/* OpenAI's API: chat completions and the list of models, with the checks and rate headers of a
 * real server. */
#include <stdio.h>
#include <string.h>

#include "mind.h"
#include "schema.h"

/* families of models, by the parameters that they accept */
enum family { CLASSIC, OLD_REASONING, REASONING };

struct model {
	const char *name;
	const char *snapshot;
	const char *shutdown; /* date of its shutdown; NULL = none announced */
	enum family family;
};
static const struct model models[] = {
        {"gpt-4o-mini", "gpt-4o-mini-2024-07-18", "2027-01-14", CLASSIC},
        {"gpt-4o", "gpt-4o-2024-08-06", "2027-01-14", CLASSIC},
        {"gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", "2027-01-14", CLASSIC},
        {"gpt-5-nano", "gpt-5-nano-2025-08-07", "2026-12-11", OLD_REASONING},
        {"gpt-5-mini", "gpt-5-mini-2025-08-07", "2026-12-11", OLD_REASONING},
        {"gpt-5.4-nano", "gpt-5.4-nano-2026-03-05", "2027-04-01", REASONING},
        {"gpt-5.6-luna", "gpt-5.6-luna-2026-07-01", NULL, REASONING},
        {"gpt-6-luna", "gpt-6-luna-2026-10-14", NULL, REASONING},
        {"llama3.1:8b", "llama3.1:8b", NULL, CLASSIC},
};

static const char *const known_fields[] = {"model",
                                           "messages",
                                           "temperature",
                                           "top_p",
                                           "n",
                                           "stream",
                                           "stop",
                                           "max_tokens",
                                           "max_completion_tokens",
                                           "presence_penalty",
                                           "frequency_penalty",
                                           "logit_bias",
                                           "user",
                                           "seed",
                                           "logprobs",
                                           "top_logprobs",
                                           "response_format",
                                           "reasoning_effort",
                                           "verbosity",
                                           "store",
                                           "metadata",
                                           "service_tier",
                                           "safety_identifier",
                                           "prompt_cache_key",
                                           "tools",
                                           "tool_choice"};

static void refuse(struct world_answer *answer, int status, const char *type, const char *param,
                   const char *code, const char *message)
{
	answer_json(answer, status);
	struct buf *out = &answer->body;
	buf_puts(out, "{\"error\":{");
	json_add_member(out, "message", str_of(message));
	json_add_member(out, "type", str_of(type));
	buf_puts(out, ",\"param\":");
	if (param)
		json_add_string(out, str_of(param));
	else
		buf_puts(out, "null");
	buf_puts(out, ",\"code\":");
	if (code)
		json_add_string(out, str_of(code));
	else
		buf_puts(out, "null");
	buf_puts(out, "}}");
}

static void bad_request(struct world_answer *answer, const char *param, const char *code,
                        const char *message)
{
	refuse(answer, 400, "invalid_request_error", param, code, message);
}

static bool let_in(struct world *world, const struct world_request *request,
                   struct world_answer *answer)
{
	struct str key = str_trim(str_skip(request->authorization, 7));
	const char *wanted = world->options.model_key;
	if (!str_istarts(request->authorization, STR("Bearer ")) || !key.len) {
		refuse(answer, 401, "invalid_request_error", NULL, NULL,
		       "You didn't provide an API key.");
		return false;
	}
	if (wanted && !str_eq(key, str_of(wanted))) {
		refuse(answer, 401, "invalid_request_error", NULL, "invalid_api_key",
		       "Incorrect API key provided");
		return false;
	}
	return true;
}

static bool retired(const struct world *world, const struct model *model)
{
	msec end;
	char day[32];
	if (in_list(world->options.retired_models, str_of(model->name)))
		return true;
	if (!model->shutdown)
		return false;
	snprintf(day, sizeof(day), "%sT00:00:00Z", model->shutdown);
	return clock_parse_iso(str_of(day), &end) == 0 && world->now.wall >= end;
}

static const struct model *find_model(const struct world *world, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(models); i++)
		if ((str_eq(name, str_of(models[i].name)) ||
		     str_eq(name, str_of(models[i].snapshot))) &&
		    !retired(world, &models[i]))
			return &models[i];
	return NULL;
}

/* Reasoning models refuse temperature and log probabilities, or allow them only with effort
 * "none". */
static bool sampling_good(const struct json *body, enum family family, struct world_answer *answer)
{
	bool effort_none = str_eq(json_str_at(body, "reasoning_effort"), STR("none"));
	bool free_choice = family == CLASSIC || (family == REASONING && effort_none),
	     logprobs = false;
	double temperature = 1;
	(void)json_bool_at(body, "logprobs", &logprobs);
	(void)json_number_at(body, "temperature", &temperature);
	if (temperature < 0 || temperature > 2)
		bad_request(answer, "temperature", "decimal_above_max_value",
		            "Invalid 'temperature'");
	else if (!free_choice && (temperature < 1 || temperature > 1))
		bad_request(answer, "temperature", "unsupported_value",
		            "Unsupported value: 'temperature' does not support this value with "
		            "this model. Only the "
		            "default "
		            "(1) value is supported.");
	else if (!free_choice && logprobs)
		bad_request(answer, "logprobs", "unsupported_parameter",
		            "Unsupported parameter: 'logprobs'");
	else
		return true;
	return false;
}

static bool parameters_good(const struct json *body, enum family family,
                            struct world_answer *answer)
{
	bool logprobs = false;
	int64_t top;
	for (struct json_each each = json_members(body); json_next(&each);) {
		bool known = false;
		for (size_t i = 0; i < ARRAY_LEN(known_fields); i++)
			known |= strcmp(known_fields[i], each.key.data) == 0;
		if (known)
			continue;
		bad_request(answer, NULL, NULL, "Unrecognized request argument supplied");
		return false;
	}
	(void)json_bool_at(body, "logprobs", &logprobs);
	if (json_at(body, "max_tokens") && family != CLASSIC)
		bad_request(
		        answer, "max_tokens", "unsupported_parameter",
		        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
		        "'max_completion_tokens' instead.");
	else if (json_at(body, "reasoning_effort") && family == CLASSIC)
		bad_request(answer, "reasoning_effort", "unsupported_parameter",
		            "Unsupported parameter: 'reasoning_effort' is not supported with this "
		            "model.");
	else if (json_int_at(body, "top_logprobs", &top) && (!logprobs || top < 0 || top > 20))
		bad_request(answer, "top_logprobs", NULL, "Invalid 'top_logprobs'");
	else
		return sampling_good(body, family, answer);
	return false;
}

static bool messages_good(const struct json *messages, struct world_answer *answer)
{
	bool good = json_is_array(messages) && json_item_count(messages) > 0;
	for (size_t i = 0; good && i < json_item_count(messages); i++) {
		const struct json *message = json_item(messages, i),
		                  *content = json_at(message, "content");
		struct str role = json_str_at(message, "role");
		good = (str_eq(role, STR("system")) || str_eq(role, STR("developer")) ||
		        str_eq(role, STR("user")) || str_eq(role, STR("assistant"))) &&
		       (json_is_string(content) || json_is_array(content));
	}
	if (!good)
		bad_request(answer, "messages", NULL, "Invalid 'messages'");
	return good;
}

static bool says_json(const struct json *messages)
{
	for (struct json_each each = json_items(messages); json_next(&each);)
		if (str_ifind(json_str_at(each.value, "content"), STR("json")) >= 0)
			return true;
	return false;
}

static bool schema_name_good(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_is_alnum(name.data[i]) && name.data[i] != '_' && name.data[i] != '-')
			return false;
	return name.len >= 1 && name.len <= 64;
}

static bool format_good(struct world *world, const struct json *body, struct world_answer *answer)
{
	const struct json *format = json_at(body, "response_format"),
	                  *schema = json_at(format, "json_schema");
	struct str type = json_str_at(format, "type");
	bool strict = false;
	const char *fault;
	if (!format || str_eq(type, STR("text")))
		return true;
	if (str_eq(type, STR("json_object"))) {
		if (says_json(json_at(body, "messages")))
			return true;
		bad_request(answer, "messages", NULL,
		            "'messages' must contain the word 'json' in some form, to use "
		            "'response_format' of type 'json_object'.");
		return false;
	}
	(void)json_bool_at(schema, "strict", &strict);
	if (!str_eq(type, STR("json_schema")) || !schema)
		bad_request(answer, "response_format", NULL, "Invalid 'response_format'");
	else if (world->fault == FAULT_JSON_SCHEMA)
		bad_request(answer, "response_format", NULL,
		            "Invalid parameter: 'response_format' of type 'json_schema' is "
		            "not supported with this model.");
	else if (!schema_name_good(json_str_at(schema, "name")))
		bad_request(answer, "response_format.json_schema.name", NULL, "Invalid name");
	else if (strict && (fault = schema_fault(json_at(schema, "schema"))))
		bad_request(answer, "response_format", NULL, fault);
	else
		return true;
	return false;
}

static void add_message(const struct mind *mind, enum fault_kind fault, struct buf *out)
{
	buf_puts(out, "\"message\":{\"role\":\"assistant\",\"content\":");
	bool nothing = mind->refusal || fault == FAULT_NULL_CONTENT;
	if (nothing)
		buf_puts(out, "null");
	else if (mind->in_reasoning)
		buf_puts(out, "\"\",\"reasoning_content\":");
	if (!nothing && fault == FAULT_BAD_BYTES)
		buf_printf(out, "\"%s\"", "{\\\"summary\\\":\\\"\xff\xfe\\\"}");
	else if (!nothing)
		json_add_string(out, buf_str(&mind->content));
	buf_puts(out, ",\"refusal\":");
	if (mind->refusal)
		json_add_string(out, buf_str(&mind->content));
	else
		buf_puts(out, "null");
	buf_puts(out, ",\"annotations\":[]}");
}

static void add_choice(struct world *world, const struct mind *mind, const struct json *body,
                       struct buf *out)
{
	bool logprobs = false;
	int64_t top = 0;
	(void)json_bool_at(body, "logprobs", &logprobs);
	(void)json_int_at(body, "top_logprobs", &top);
	if (world->options.alternatives > 0)
		top = world->options.alternatives;
	buf_puts(out, "{\"index\":0,");
	add_message(mind, world->fault, out);
	buf_puts(out, ",\"logprobs\":");
	if (logprobs && mind->content.len && !mind->refusal) {
		buf_puts(out, "{\"content\":");
		logprobs_add(world, mind, (int)top, out);
		buf_puts(out, ",\"refusal\":null}");
	} else {
		buf_puts(out, "null");
	}
	buf_printf(out, ",\"finish_reason\":\"" STR_FMT "\"}", STR_ARG(mind->finish));
}

#define CACHE_FROM 1024 /* tokens; as OpenAI's */
#define CACHE_STEP 128

/* Tokens at the beginning of the prompt that are those of the prompt before, in steps; 0 when they
 * are fewer than are cached. The prompt is all contents in their order. */
static int64_t cached_tokens(struct world *world, const struct json *messages)
{
	struct models *memory = &world->models;
	int64_t from = world->options.prompt_cache ? world->options.prompt_cache : CACHE_FROM;
	struct buf prompt;
	size_t same = 0;

	buf_init(&prompt, SIZE_MAX / 2);
	for (size_t i = 0; i < json_item_count(messages); i++)
		buf_add_str(&prompt, json_str_at(json_item(messages, i), "content"));
	size_t len = prompt.len < sizeof(memory->prompt) ? prompt.len : sizeof(memory->prompt);
	while (same < len && same < memory->prompt_len && prompt.data[same] == memory->prompt[same])
		same++;
	if (len > 0)
		memcpy(memory->prompt, prompt.data, len);
	memory->prompt_len = len;
	buf_free(&prompt);
	int64_t tokens = (int64_t)same / 4;
	return tokens < from ? 0 : tokens / CACHE_STEP * CACHE_STEP;
}

static void add_usage(int64_t prompt, int64_t cached, int64_t completion, struct buf *out)
{
	buf_printf(out,
	           ",\"usage\":{\"prompt_tokens\":%lld,\"completion_tokens\":%lld,\"total_tokens\":"
	           "%lld,"
	           "\"prompt_tokens_details\":{\"cached_tokens\":%lld,\"audio_tokens\":0},"
	           "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
	           "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}",
	           (long long)prompt, (long long)completion, (long long)(prompt + completion),
	           (long long)cached);
}

static void complete(struct world *world, const struct model *model, const struct json *body,
                     struct world_answer *answer)
{
	struct mind mind;
	int64_t bound = 0;
	if (!json_int_at(body, "max_completion_tokens", &bound))
		(void)json_int_at(body, "max_tokens", &bound);
	mind_answer(world, json_at(body, "messages"), bound, &mind);
	answer_json(answer, 200);
	struct buf *out = &answer->body;
	bool odd = world->fault == FAULT_NO_USAGE;
	if (odd && mind.chance & 4)
		buf_puts(out, "\xef\xbb\xbf");
	buf_printf(out,
	           "{\"id\":\"chatcmpl-%llu\",\"object\":\"chat.completion\",\"created\":%lld,"
	           "\"model\":\"%s\","
	           "\"choices\":[",
	           (unsigned long long)++world->models.answered, (long long)server_second(world),
	           model->snapshot);
	if (world->fault != FAULT_NO_CHOICES)
		add_choice(world, &mind, body, out);
	buf_puts(out, "]");
	if (odd && mind.chance & 8)
		buf_puts(out, ",\"error\":{\"message\":\"\",\"type\":\"\",\"code\":null}");
	if (!odd)
		add_usage(mind.prompt_tokens + (json_at(body, "response_format") ? 60 : 0),
		          cached_tokens(world, json_at(body, "messages")), mind.answer_tokens, out);
	buf_puts(out, ",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_sim\"}");
	mind_free(&mind);
}

static bool take(struct world *world, struct minute_window *window, int limit, int amount)
{
	int64_t minute = server_second(world) / 60;
	if (window->minute != minute) {
		window->minute = minute;
		window->used = 0;
	}
	if (limit && window->used + amount > limit)
		return false;
	window->used += amount;
	return true;
}

static void rate_header(struct world *world, const char *what, int limit,
                        const struct minute_window *window, struct world_answer *answer)
{
	if (!limit)
		return;
	answer_header(answer, "x-ratelimit-limit-%s: %d", what, limit);
	answer_header(answer, "x-ratelimit-remaining-%s: %d", what,
	              limit > window->used ? limit - window->used : 0);
	answer_header(answer, "x-ratelimit-reset-%s: %llds", what,
	              (long long)(60 - server_second(world) % 60));
}

/* Both limits are per minute; tokens are counted by their estimate when a request is admitted. */
static bool within_limits(struct world *world, const struct world_request *request,
                          struct world_answer *answer)
{
	const struct world_options *options = &world->options;
	struct models *counted = &world->models;
	const char *what = NULL;
	if (!take(world, &counted->requests, options->model_requests, 1))
		what = "requests";
	else if (!take(world, &counted->tokens, options->model_tokens,
	               (int)request->body.len / 4 + 100))
		what = "tokens";
	if (what) {
		world->audit.limited++;
		refuse(answer, 429, what, NULL, "rate_limit_exceeded", "Rate limit reached");
		answer_header(answer, "retry-after: %lld",
		              (long long)(60 - server_second(world) % 60));
	}
	return !what;
}

static void answer_chat(struct world *world, const struct world_request *request,
                        const struct json *body, struct world_answer *answer)
{
	const struct model *model = find_model(world, json_str_at(body, "model"));
	if (!json_is_object(body))
		bad_request(answer, NULL, NULL,
		            "We could not parse the JSON body of your request.");
	else if (!json_str_at(body, "model").len)
		bad_request(answer, NULL, NULL, "you must provide a model parameter");
	else if (!model || world->fault == FAULT_NO_MODEL)
		refuse(answer, 404, "invalid_request_error", "model", "model_not_found",
		       "The model does not exist or you do not have access to it.");
	else if (world->fault == FAULT_TEMPERATURE && json_at(body, "temperature"))
		bad_request(
		        answer, "temperature", "unsupported_parameter",
		        "Unsupported parameter: 'temperature' is not supported with this model.");
	else if (messages_good(json_at(body, "messages"), answer) &&
	         parameters_good(body, model->family, answer) && format_good(world, body, answer) &&
	         within_limits(world, request, answer))
		complete(world, model, body, answer);
}

static void chat(struct world *world, const struct world_request *request,
                 struct world_answer *answer)
{
	struct json *body = json_parse(request->body, NULL);
	mind_inspect(world, json_at(body, "messages"));
	if (world->options.model_latency_sigma > 0)
		answer->delay = latency_spread(world, world->options.model_latency_min,
		                               world->options.model_latency_sigma);
	else
		answer->delay = latency_between(world, world->options.model_latency_min,
		                                world->options.model_latency_max);
	if (!poison_strikes(world, json_at(body, "messages"), answer))
		answer_chat(world, request, body, answer);
	if (answer->status != 200)
		answer->delay = answer->delay / 20;
	json_free(body);
}

static void list(struct world *world, struct world_answer *answer)
{
	answer_json(answer, 200);
	buf_puts(&answer->body, "{\"object\":\"list\",\"data\":[");
	for (size_t i = 0; i < ARRAY_LEN(models); i++) {
		if (retired(world, &models[i]))
			continue;
		json_add_comma(&answer->body);
		buf_printf(&answer->body,
		           "{\"id\":\"%s\",\"object\":\"model\",\"created\":1721172741,\"owned_"
		           "by\":\"system\",",
		           models[i].name);
		buf_printf(&answer->body,
		           models[i].shutdown ? "\"shutdown_date\":\"%s\"}"
		                              : "\"shutdown_date\":null}%.0s",
		           models[i].shutdown ? models[i].shutdown : "");
	}
	buf_puts(&answer->body, "]}");
}

void openai_request(struct world *world, const struct world_request *request,
                    struct world_answer *answer)
{
	struct str rest = request->target, path = str_split(&rest, '?');
	if (let_in(world, request, answer)) {
		if (str_ends(path, STR("/v1/chat/completions")) && request->method == HTTP_POST)
			chat(world, request, answer);
		else if (str_ends(path, STR("/v1/models")) && request->method == HTTP_GET)
			list(world, answer);
		else
			refuse(answer, 404, "invalid_request_error", NULL, "unknown_url",
			       "Unknown request URL");
	}
	answer_header(answer, "x-request-id: req_%llu", (unsigned long long)world->models.answered);
	answer_header(answer, "openai-processing-ms: %lld", (long long)answer->delay);
	rate_header(world, "requests", world->options.model_requests, &world->models.requests,
	            answer);
	rate_header(world, "tokens", world->options.model_tokens, &world->models.tokens, answer);
}
