/* The Chat Completions protocol of OpenAI and of servers that imitate it: one request, one whole
 * reply, nothing is streamed. The body is built from three pieces, of which only the user message
 * differs from ticket to ticket. */
#include "llm/protocol.h"

#include <string.h>

#include "base/json.h"
#include "llm/reply.h"
#include "llm/request.h"

/* Strict mode: every property is required, nothing else is allowed, and no length limits, which
 * that mode does not support. The summary comes first, because labels chosen after it fit
 * better. */
static const char SCHEMA_FORMAT[] = ",\"response_format\":{\"type\":\"json_schema\",\"json_"
                                    "schema\":{\"name\":\"triage\",\"strict\":true,"
                                    "\"schema\":" LLM_ANSWER_SCHEMA "}}";
static const char GROUP_FORMAT[] = ",\"response_format\":{\"type\":\"json_schema\",\"json_"
                                   "schema\":{\"name\":\"triage_list\",\"strict\":true,"
                                   "\"schema\":" LLM_GROUP_SCHEMA "}}";
static const char OBJECT_FORMAT[] = ",\"response_format\":{\"type\":\"json_object\"}";

static void add_parameters(const struct llm_client *client, size_t tickets, struct buf *out)
{
	unsigned params = llm_client_params(client);
	int64_t tokens = client->profile.max_tokens + ((int64_t)tickets - 1) * PROMPT_ANSWER_TOKENS;

	if (params & PARAM_TEMPERATURE)
		json_add_member_number(out, "temperature", client->config->llm.temperature, 3);
	if (params & PARAM_MAX_COMPLETION_TOKENS)
		json_add_member_int(out, "max_completion_tokens", tokens);
	if (params & PARAM_MAX_TOKENS)
		json_add_member_int(out, "max_tokens", tokens);
	if (params & PARAM_REASONING_EFFORT)
		json_add_member(out, "reasoning_effort", str_of(client->profile.reasoning_effort));
	if (params & PARAM_LOGPROBS)
		request_add_logprobs(client, out);
	if (params & PARAM_STORE)
		buf_puts(out, ",\"store\":false");
	if (params & PARAM_JSON_SCHEMA)
		buf_puts(out, tickets > 1 ? GROUP_FORMAT : SCHEMA_FORMAT);
	if (params & PARAM_JSON_OBJECT)
		buf_puts(out, OBJECT_FORMAT);
}

static void openai_add_tail(const struct llm_client *client, size_t tickets, struct buf *tail)
{
	buf_puts(tail, "}]");
	add_parameters(client, tickets, tail);
	buf_putc(tail, '}');
}

static void openai_prepare(const struct llm_client *client, struct buf *head, struct buf *tail)
{
	request_add_messages_head(client, head);
	openai_add_tail(client, 1, tail);
}

static void add_bearer(const struct llm_client *client, struct http_request *request)
{
	const char *key = client->config->llm.api_key;

	if (key && *key)
		http_request_add_header(request, "Authorization: Bearer %s", key);
}

static void openai_request_chat(const struct llm_client *client, const struct prompt *prompt,
                                struct http_request *ret)
{
	request_chat(client, "/chat/completions", prompt, ret);
	add_bearer(client, ret);
}

static void openai_request_models(const struct llm_client *client, struct http_request *ret)
{
	request_get(client, "/models", ret);
	add_bearer(client, ret);
}

/* Thoughts of Mistral and of gateways are parts of another type; Gemini's are marked. */
static bool is_thought(const struct json *part)
{
	struct str type = json_str_at(part, "type");

	return str_ifind(type, STR("think")) >= 0 || str_ifind(type, STR("reason")) >= 0 ||
	       json_is_true(json_at(part, "thought"));
}

/* {"type":"text","text":"…"} as OpenAI has it, {"text":{"value":"…"}} as its Assistants have it,
 * {"type":"text","content":"…"}, or the text alone. */
static struct str read_part(const struct json *part)
{
	const struct json *text = json_at(part, "text");

	if (json_is_string(part))
		return json_str_value(part);
	if (json_is_object(text))
		return json_str_at(text, "value");
	return json_is_string(text) ? json_str_value(text) : json_str_at(part, "content");
}

/* Joins content that comes in parts. */
static struct str join_parts(const struct json *parts, struct arena *arena)
{
	struct buf text;

	buf_init(&text, LLM_REPLY_MAX);
	for (struct json_each each = json_items(parts); json_next(&each);)
		if (!is_thought(each.value))
			buf_add_str(&text, read_part(each.value));
	struct str joined = arena_str(arena, buf_str(&text));
	buf_free(&text);
	return joined;
}

/* Reasoning models may leave the content empty and put everything into one of these fields,
 * depending on the server. */
static struct str find_reasoning(const struct json *message)
{
	static const char *const fields[] = {"reasoning_content", "reasoning", "thinking"};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		struct str text = json_str_at(message, fields[i]);
		if (str_trim(text).len > 0)
			return text;
	}
	return STR("");
}

/* The content as a text. Some servers send the object that it is instead. */
static struct str read_content(const struct json *content, struct arena *arena)
{
	if (json_is_array(content))
		return join_parts(content, arena);
	if (!json_is_object(content))
		return json_str_value(content);
	if (json_str_at(content, "type").len > 0)
		return is_thought(content) ? STR("") : read_part(content);
	struct buf text;
	buf_init(&text, LLM_REPLY_MAX);
	json_add_value(&text, content);
	struct str written = arena_str(arena, buf_str(&text));
	buf_free(&text);
	return written;
}

/* Gateways make a tool of the response format for models that have none (LiteLLM), and some return
 * the call of that tool instead of a content. */
static struct str find_arguments(const struct json *message, struct arena *arena)
{
	const struct json *calls = json_at(message, "tool_calls");
	const struct json *call = json_at(json_item(calls, 0), "function");

	if (json_item_count(calls) > 1)
		return STR("");
	return read_content(json_at(call ? call : json_at(message, "function_call"), "arguments"),
	                    arena);
}

static void read_message(const struct json *choice, struct arena *arena, struct llm_result *ret)
{
	const struct json *message = json_at(choice, "message");
	const struct json *content = json_at(message, "content");
	const struct json *logprobs = json_at(json_at(choice, "logprobs"), "content");
	struct str text = read_content(content, arena);

	if (str_trim(text).len == 0)
		text = find_arguments(message, arena);
	bool reasoning = str_trim(text).len == 0;
	if (reasoning)
		text = find_reasoning(message);
	if (str_trim(text).len == 0)
		reply_bad(ret, "the answer is empty");
	else
		reply_answer(text, reasoning, logprobs, arena, ret);
}

static bool is_refusal(const struct json *message)
{
	const struct json *content = json_at(message, "content");

	if (json_str_at(message, "refusal").len > 0)
		return true;
	for (struct json_each each = json_items(content); json_next(&each);)
		if (json_str_at(each.value, "refusal").len > 0)
			return true;
	return false;
}

/* Checks why the model stopped before reading what it wrote: half an answer is no answer. */
static void read_choice(const struct json *choice, struct arena *arena, struct llm_result *ret)
{
	struct str reason = json_str_at(choice, "finish_reason");

	if (is_refusal(json_at(choice, "message"))) {
		ret->verdict = LLM_DECLINED;
		memcpy(ret->text, "the model refuses to answer",
		       sizeof("the model refuses to answer"));
	} else if (!reply_ended_badly(reason, ret)) {
		read_message(choice, arena, ret);
	}
}

/* The model version behind an alias: what the server's name adds to the requested one, or the whole
 * name when it is a different one. */
static struct str version_of(struct str model, struct str answered, struct arena *arena)
{
	if (str_eq(answered, model))
		return STR("");
	struct str rest = str_skip(answered, model.len);
	if (str_starts(answered, model) && rest.len > 1 && rest.data[0] == '-')
		answered = str_skip(rest, 1);
	return arena_str(arena, utf8_cut(answered, 100));
}

/* Some gateways put the reply into a member of theirs. */
static const struct json *unwrap_reply(const struct json *root)
{
	static const char *const members[] = {"data", "result", "response"};

	for (size_t i = 0; i < ARRAY_LEN(members) && !json_at(root, "choices"); i++)
		if (json_at(json_at(root, members[i]), "choices"))
			return json_at(root, members[i]);
	return root;
}

static void read_completion(struct llm_sent sent, const struct json *root, struct arena *arena,
                            struct llm_result *ret)
{
	root = unwrap_reply(root);
	const struct json *usage = json_at(root, "usage");
	const struct json *choice = json_item(json_at(root, "choices"), 0);

	ret->tokens_prompt = reply_count(usage, "prompt_tokens");
	ret->tokens_answer = reply_count(usage, "completion_tokens");
	ret->tokens_cached = reply_cached(root, usage, ret->tokens_prompt);
	ret->model_version = version_of(sent.model, json_str_at(root, "model"), arena);
	if (json_is_object(choice))
		read_choice(choice, arena, ret);
	else
		reply_bad(ret, "the reply has no choices");
}

/* What the model wrote was no JSON, or did not fit the schema: that is about one ticket, even when
 * the format is named. Source: Groq's error codes. */
static bool is_about_output(struct str code)
{
	return str_ieq(code, STR("json_validate_failed")) ||
	       str_ieq(code, STR("tool_use_failed")) || str_ieq(code, STR("output_parse_failed"));
}

/* True for statuses under which services refuse a parameter; 403 was seen when log probabilities
 * were forbidden. */
static bool may_be_parameter(const struct failure *failure)
{
	int status = failure->status;

	return (status == 400 || status == 403 || status == 422) && !is_about_output(failure->code);
}

static void openai_read_chat(struct llm_client *client, struct llm_sent sent,
                             const struct http_reply *reply, msec wall, struct arena *arena,
                             struct llm_result *ret)
{
	struct err why = {""};
	struct json *root = reply_parse(http_reply_body(reply), &why);
	struct failure failure;
	enum llm_verdict by_words;

	if (!failure_find(reply, root, arena, &failure)) {
		if (root)
			read_completion(sent, root, arena, ret);
		else
			reply_bad(ret, "the reply is not JSON: %s", why.text);
	} else if (failure_judge_words(&failure, &by_words) || !may_be_parameter(&failure) ||
	           !reply_adapt(client, sent, &failure, ret)) {
		reply_fail(client, reply, &failure, wall, ret);
	}
	json_free(root);
}

static bool is_date(struct str text)
{
	if (text.len != 10)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (i == 4 || i == 7 ? text.data[i] != '-' : !ascii_is_digit(text.data[i]))
			return false;
	return true;
}

/* Gemini lists "models/NAME", and takes NAME. */
static bool is_model(struct str listed, struct str model)
{
	const struct str folder = STR("models/");

	return str_eq(listed, model) ||
	       (str_starts(listed, folder) && str_eq(str_skip(listed, folder.len), model));
}

static void openai_read_models(const struct llm_client *client, const struct json *root,
                               struct llm_models *ret)
{
	const struct json *data = json_is_array(root) ? root : json_at(root, "data");

	ret->list_known = json_is_array(data);
	for (struct json_each each = json_items(data); json_next(&each);) {
		const struct json *entry = each.value;
		if (!is_model(json_str_at(entry, "id"), str_of(client->model)))
			continue;
		struct str date = json_str_at(entry, "shutdown_date");
		ret->listed = true;
		if (is_date(date))
			memcpy(ret->shutdown_date, date.data, date.len);
		return;
	}
}

/* True for OpenAI's own host and its regional ones. */
static bool openai_is_hosted(struct str base)
{
	ptrdiff_t scheme = str_find(base, STR("://"));
	struct str rest = scheme < 0 ? base : str_skip(base, (size_t)scheme + 3);
	struct str authority = str_split(&rest, '/');
	struct str host = str_split(&authority, ':');

	return str_ieq(host, STR("api.openai.com")) || str_ends(host, STR(".api.openai.com"));
}

const struct llm_protocol openai_protocol = {
        .default_base = "https://api.openai.com",
        .default_path = "/v1",
        .is_hosted = openai_is_hosted,
        .prepare = openai_prepare,
        .add_group_tail = openai_add_tail,
        .request_chat = openai_request_chat,
        .request_models = openai_request_models,
        .read_chat = openai_read_chat,
        .read_models = openai_read_models,
};
