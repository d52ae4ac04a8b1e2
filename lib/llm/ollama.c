/* Ollama's native protocol. It is used rather than Ollama's imitation of OpenAI's, because only it
 * takes num_ctx, keep_alive and truncate. The server silently cuts a prompt that is too long at its
 * front, so truncation is switched off, and the count of prompt tokens is checked in case an older
 * version ignores that. */
#include "llm/protocol.h"

#include <string.h>

#include "llm/group.h"
#include "llm/reply.h"
#include "llm/request.h"

/* num_ctx: one constant, because any other value makes the server reload the model */
#define OLLAMA_CONTEXT 8192

static void ollama_add_tail(const struct llm_client *client, size_t tickets, struct buf *tail)
{
	unsigned params = llm_client_params(client);

	buf_puts(tail, "}],\"stream\":false,\"truncate\":false,\"keep_alive\":\"30m\"");
	if (params & PARAM_JSON_SCHEMA)
		buf_puts(tail, tickets > 1 ? ",\"format\":" LLM_GROUP_SCHEMA
		                           : ",\"format\":" LLM_ANSWER_SCHEMA);
	if (params & PARAM_JSON_OBJECT)
		buf_puts(tail, ",\"format\":\"json\"");
	if (params & PARAM_LOGPROBS)
		request_add_logprobs(client, tail);
	buf_puts(tail, ",\"options\":{");
	json_add_member_number(tail, "temperature", client->config->llm.temperature, 3);
	json_add_member_int(tail, "num_ctx", OLLAMA_CONTEXT);
	json_add_member_int(tail, "num_predict", (int64_t)tickets * PROMPT_ANSWER_TOKENS);
	buf_puts(tail, "}}");
}

static void ollama_prepare(const struct llm_client *client, struct buf *head, struct buf *tail)
{
	request_add_messages_head(client, head);
	ollama_add_tail(client, 1, tail);
}

static void ollama_request_chat(const struct llm_client *client, const struct prompt *prompt,
                                struct http_request *ret)
{
	request_chat(client, "/api/chat", prompt, ret);
}

static void ollama_request_models(const struct llm_client *client, struct http_request *ret)
{
	request_get(client, "/api/tags", ret);
}

/* A reply in one piece, or the pieces of one that was streamed although we asked for one piece. */
struct pieces {
	struct buf content;
	struct buf thinking;
	const struct json *logprobs; /* NULL when there were none; of `last` or of `joined` */
	struct buf listed;           /* those of a streamed reply, as the elements of one array */
	struct json *joined;         /* owned: that array */
	struct json *last;           /* owned: the piece with `done` and the token counts */
	struct json *error;     /* owned: the first piece without a message, which may be one */
	struct str done_reason; /* points into `last` */
};

static void pieces_free(struct pieces *pieces)
{
	buf_free(&pieces->content);
	buf_free(&pieces->thinking);
	buf_free(&pieces->listed);
	json_free(pieces->joined);
	json_free(pieces->last);
	json_free(pieces->error);
}

static void add_logprobs(struct pieces *pieces, const struct json *piece)
{
	for (struct json_each each = json_items(json_at(piece, "logprobs")); json_next(&each);) {
		json_add_comma(&pieces->listed);
		json_add_value(&pieces->listed, each.value);
	}
}

/* Makes one array of the log probabilities of all pieces. */
static void join_logprobs(struct pieces *pieces)
{
	struct buf text;

	buf_init(&text, pieces->listed.len + 2);
	buf_putc(&text, '[');
	buf_add_str(&text, buf_str(&pieces->listed));
	buf_putc(&text, ']');
	if (pieces->listed.len > 0 && !pieces->listed.overflow)
		pieces->joined = json_parse_lenient(buf_str(&text), NULL);
	pieces->logprobs = pieces->joined;
	buf_free(&text);
}

/* True for an error that says something, and for what holds nothing of an answer. */
static bool is_error(const struct json *piece)
{
	const struct json *error = json_at(piece, "error");

	return json_str_value(error).len > 0 || json_member_count(error) > 0 ||
	       (!json_at(piece, "message") && !json_at(piece, "done"));
}

/* Takes ownership of the piece. */
static void add_piece(struct pieces *pieces, struct json *piece)
{
	const struct json *message = json_at(piece, "message");
	bool done = false;

	if (is_error(piece) && !pieces->error) {
		pieces->error = piece;
		return;
	}
	buf_add_str(&pieces->content, json_str_at(message, "content"));
	buf_add_str(&pieces->thinking, json_str_at(message, "thinking"));
	if (json_bool_at(piece, "done", &done) && done && !pieces->last) {
		pieces->last = piece;
		pieces->done_reason = json_str_at(piece, "done_reason");
		return;
	}
	json_free(piece);
}

/* Reads one document, or one per line. False with the reason when any of it is no JSON. */
static bool read_pieces(struct str body, struct pieces *ret, struct err *err)
{
	struct json *whole = reply_parse(body, err);

	*ret = (struct pieces){0};
	buf_init(&ret->content, LLM_REPLY_MAX);
	buf_init(&ret->thinking, LLM_REPLY_MAX);
	buf_init(&ret->listed, 2 * LLM_REPLY_MAX);
	if (whole) {
		add_piece(ret, whole);
		ret->logprobs = json_at(ret->last, "logprobs");
		return true;
	}
	if (str_find_char(str_trim(body), '\n') < 0)
		return false;
	while (body.len > 0) {
		struct str line = str_trim(str_split(&body, '\n'));
		if (line.len == 0)
			continue;
		struct json *piece = json_parse_lenient(line, err);
		if (!piece)
			return false;
		add_logprobs(ret, piece);
		add_piece(ret, piece);
	}
	join_logprobs(ret);
	return true;
}

/* The prompt fills the context, so it was cut, whatever the answer says. */
static bool filled_context(const struct llm_result *result)
{
	size_t tickets = result->group ? result->group->count : 1;

	return result->tokens_prompt >= OLLAMA_CONTEXT - (int64_t)tickets * PROMPT_ANSWER_TOKENS;
}

static void read_answer(const struct pieces *pieces, struct arena *arena, struct llm_result *ret)
{
	struct str content = buf_str(&pieces->content);
	bool thinking = str_trim(content).len == 0;

	ret->tokens_prompt = reply_count(pieces->last, "prompt_eval_count");
	ret->tokens_answer = reply_count(pieces->last, "eval_count");
	if (filled_context(ret)) {
		ret->verdict = LLM_TOO_LONG;
		memcpy(ret->text, "the prompt fills the model's context",
		       sizeof("the prompt fills the model's context"));
		return;
	}
	if (!pieces->last) {
		ret->verdict = LLM_TRY_AGAIN;
		memcpy(ret->text, "the reply ended early", sizeof("the reply ended early"));
		return;
	}
	if (reply_ended_badly(pieces->done_reason, ret))
		return;
	if (thinking)
		content = buf_str(&pieces->thinking);
	if (str_trim(content).len == 0) {
		reply_bad(ret, "the answer is empty");
		return;
	}
	reply_answer(content, thinking, pieces->logprobs, arena, ret);
}

/* "format" is our response_format. Known by how the message begins, because a proxy before Ollama
 * may quote a ticket. */
static bool refuses_format(struct str message)
{
	static const char *const openings[] = {
	        "invalid format",         "unsupported format",
	        "unknown format",         "unknown field: format",
	        "json: cannot unmarshal", "failed to load model vocabulary required for format"};

	for (size_t i = 0; i < ARRAY_LEN(openings); i++)
		if (str_istarts(message, str_of(openings[i])))
			return str_ifind(utf8_cut(message, 120), STR("format")) >= 0;
	return false;
}

/* Ollama's errors have no codes, so its words are translated into codes here. */
static void read_failure(struct llm_client *client, struct llm_sent sent,
                         const struct http_reply *reply, const struct failure *failure, msec wall,
                         struct llm_result *ret)
{
	struct failure worded = *failure;
	bool parameter = failure->status == 400 || failure->status == 422;

	if (str_istarts(failure->message, STR("model")) &&
	    str_ifind(failure->message, STR("not found")) >= 0)
		worded.code = STR("model_not_found");
	else if (str_ifind(failure->message, STR("server busy")) >= 0)
		worded.code = STR("slow_down");
	else if (parameter && refuses_format(failure->message))
		worded.param = STR("response_format");
	enum llm_verdict by_words;
	if (parameter && !failure_judge_words(&worded, &by_words) &&
	    reply_adapt(client, sent, &worded, ret))
		return;
	reply_fail(client, reply, &worded, wall, ret);
	if (failure->status == 404 && ret->verdict == LLM_NO_MODEL && worded.code.len == 0)
		ret->verdict = LLM_MISCONFIGURED; /* the 404 page of some other server */
}

static void read_pieces_or_failure(struct llm_client *client, struct llm_sent sent,
                                   const struct http_reply *reply, msec wall, struct arena *arena,
                                   struct llm_result *ret)
{
	struct err why = {""};
	struct pieces pieces;
	bool readable = read_pieces(http_reply_body(reply), &pieces, &why);
	struct failure failure;

	if (failure_find(reply, pieces.error, arena, &failure))
		read_failure(client, sent, reply, &failure, wall, ret);
	else if (!readable)
		reply_bad(ret, "the reply is not JSON: %s", why.text);
	else
		read_answer(&pieces, arena, ret);
	pieces_free(&pieces);
}

static void ollama_read_chat(struct llm_client *client, struct llm_sent sent,
                             const struct http_reply *reply, msec wall, struct arena *arena,
                             struct llm_result *ret)
{
	struct failure failure;

	if (reply->status >= 200 && reply->status <= 299) {
		read_pieces_or_failure(client, sent, reply, wall, arena, ret);
		return;
	}
	struct json *root = reply_parse(http_reply_body(reply), NULL);
	failure_find(reply, root, arena, &failure);
	read_failure(client, sent, reply, &failure, wall, ret);
	json_free(root);
}

/* True for the same model: "llama3" and "llama3:latest" are one. */
static bool same_model(struct str listed, struct str model)
{
	const struct str latest = STR(":latest");

	if (str_ends(listed, latest))
		listed.len -= latest.len;
	if (str_ends(model, latest))
		model.len -= latest.len;
	return listed.len > 0 && str_eq(listed, model);
}

static bool is_name(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_is_alnum(text.data[i]) && str_find_char(STR("._-:/"), text.data[i]) < 0)
			return false;
	return text.len > 0;
}

/* Those that fit. */
static void list_others(const struct json *models, struct llm_models *ret)
{
	struct buf names;

	buf_init(&names, sizeof(ret->others) - 1);
	for (struct json_each each = json_items(models); json_next(&each);) {
		struct str name = json_str_at(each.value, "name");

		if (is_name(name) && names.len + 2 + name.len < sizeof(ret->others))
			buf_printf(&names, "%s" STR_FMT, names.len > 0 ? ", " : "", STR_ARG(name));
	}
	memcpy(ret->others, buf_cstr(&names), names.len + 1);
	buf_free(&names);
}

static void ollama_read_models(const struct llm_client *client, const struct json *root,
                               struct llm_models *ret)
{
	const struct json *models = json_at(root, "models");
	struct str model = str_of(client->model);

	ret->list_known = json_is_array(models);
	for (struct json_each each = json_items(models); json_next(&each) && !ret->listed;) {
		const struct json *entry = each.value;
		ret->listed = same_model(json_str_at(entry, "name"), model) ||
		              same_model(json_str_at(entry, "model"), model);
	}
	if (ret->list_known && !ret->listed) {
		ret->verdict = LLM_NO_MODEL; /* it would answer a chat just so */
		list_others(models, ret);
	}
}

const struct llm_protocol ollama_protocol = {
        .default_base = "http://127.0.0.1:11434",
        .default_path = "",
        .prepare = ollama_prepare,
        .add_group_tail = ollama_add_tail,
        .request_chat = ollama_request_chat,
        .request_models = ollama_request_models,
        .read_chat = ollama_read_chat,
        .read_models = ollama_read_models,
};
