/* Which model and endpoint are in use, which protocol they speak, and what it means when no reply
 * came at all. */
#include "llm/llm.h"

#include <stdio.h>
#include <stdlib.h>

#include "llm/failure.h"
#include "llm/group.h"
#include "llm/parameter.h"
#include "llm/protocol.h"
#include "llm/rates.h"
#include "llm/reply.h"

static const struct llm_protocol *const protocols[] = {
        [LLM_OPENAI] = &openai_protocol,
        [LLM_OLLAMA] = &ollama_protocol,
        [LLM_RULES] = NULL,
};

/* The configuration's address without slashes at the end. A whole endpoint tells that the protocol
 * begins where it does, though that may be the root. */
static char *make_base(const struct llm_protocol *protocol, struct str configured)
{
	const struct str endpoint = STR("/chat/completions");
	struct str base = configured.len > 0 ? configured : str_of(protocol->default_base);

	while (str_ends(base, STR("/")))
		base.len--;
	if (str_ends(base, endpoint))
		return xmemdup0(base.data, base.len - endpoint.len);
	ptrdiff_t scheme = str_find(base, STR("://"));
	bool has_path =
	        str_find_char(scheme < 0 ? base : str_skip(base, (size_t)scheme + 3), '/') >= 0;
	return xasprintf(STR_FMT "%s", STR_ARG(base), has_path ? "" : protocol->default_path);
}

void llm_client_init(struct llm_client *client, const struct config *config)
{
	const struct llm_protocol *protocol = protocols[config->llm.provider];

	*client = (struct llm_client){.config = config, .protocol = protocol};
	if (protocol != NULL) {
		client->base = make_base(protocol, str_of(config->llm.base_url));
		client->hosted =
		        protocol->is_hosted != NULL && protocol->is_hosted(str_of(client->base));
	}
	buf_init(&client->body_head, 64 * 1024);
	buf_init(&client->body_tail, 64 * 1024);
	llm_client_use(client, str_of(config->llm.model));
}

static bool same_models(const struct config *a, const struct config *b)
{
	return str_eq(str_of(a->llm.model), str_of(b->llm.model)) &&
	       str_eq(str_of(a->llm.fallback_models), str_of(b->llm.fallback_models));
}

/* A model that was replaced by a fallback is tried again: the administrator may have brought it
 * back. */
void llm_client_reload(struct llm_client *client, const struct config *config)
{
	bool stays = same_models(client->config, config) && client->fallbacks_used == 0;

	client->config = config;
	client->fallbacks_used = 0;
	if (stays)
		llm_client_prepare(client);
	else
		llm_client_use(client, str_of(config->llm.model));
}

void llm_client_forgo_confidence(struct llm_client *client)
{
	client->unsure = true;
	llm_client_prepare(client);
}

void llm_client_free(struct llm_client *client)
{
	free(client->base);
	free(client->model);
	buf_free(&client->body_head);
	buf_free(&client->body_tail);
	*client = (struct llm_client){0};
}

/* Names already used are never tried again. */
bool llm_client_next_model(struct llm_client *client)
{
	struct str rest = str_of(client->config->llm.fallback_models);
	size_t position = 0;

	while (rest.len > 0) {
		struct str model = str_trim(str_split(&rest, ','));
		if (model.len == 0 || position++ < client->fallbacks_used)
			continue;
		client->fallbacks_used = position;
		if (str_eq(model, str_of(client->model)))
			continue;
		llm_client_use(client, model);
		return true;
	}
	return false;
}

struct llm_sent llm_request_chat(const struct llm_client *client, const struct prompt *prompt,
                                 struct http_request *ret)
{
	client->protocol->request_chat(client, prompt, ret);
	return (struct llm_sent){
	        .params = llm_client_params(client),
	        .models_used = client->models_used,
	        .model = str_of(client->model),
	        .prompt = prompt->version,
	};
}

struct llm_sent llm_request_bare_chat(struct llm_client *client, const struct prompt *prompt,
                                      struct http_request *ret)
{
	unsigned refused = client->refused;

	llm_client_refuse(client, ~0u);
	struct llm_sent sent = llm_request_chat(client, prompt, ret);
	client->refused = refused;
	llm_client_prepare(client);
	return sent;
}

bool llm_sends_parameters(const struct llm_client *client)
{
	return llm_client_params(client) != 0;
}

unsigned llm_refuse_after_bare_chat(struct llm_client *client, struct str refusal)
{
	const unsigned bounds = PARAM_MAX_TOKENS | PARAM_MAX_COMPLETION_TOKENS;
	const unsigned formats = PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT;
	unsigned sent = llm_client_params(client);
	unsigned params = parameter_mentioned(sent, refusal);

	if (!params && (sent & formats))
		sent |= formats;
	if (!params)
		params = (sent & ~bounds) ? sent & ~bounds : bounds;
	llm_client_refuse(client, params);
	return params;
}

void llm_request_models(const struct llm_client *client, struct http_request *ret)
{
	client->protocol->request_models(client, ret);
}

/* The verdict when no complete reply came. */
static enum llm_verdict judge_transfer(enum http_result result)
{
	switch (result) {
	case HTTP_TLS_REFUSED: return LLM_MISCONFIGURED;
	case HTTP_TOO_LARGE: return LLM_BAD_ANSWER;
	case HTTP_RECALLED: return LLM_REPEAT_NOW;
	case HTTP_DONE:
	case HTTP_TIMEOUT:
	case HTTP_NO_CONNECT:
	case HTTP_NO_HOST:
	case HTTP_BROKEN:
	case HTTP_CANCELLED: break;
	}
	return LLM_TRY_AGAIN;
}

static void read_transfer(const struct http_reply *reply, struct llm_result *ret)
{
	ret->result = reply->result;
	ret->verdict = judge_transfer(reply->result);
	ret->named = reply->result == HTTP_TLS_REFUSED; /* no text of a ticket causes that */
	ret->timed_out = reply->result == HTTP_TIMEOUT;
	ret->counts_for_breaker = ret->verdict == LLM_TRY_AGAIN && reply->result != HTTP_CANCELLED;
	if (reply->result == HTTP_TOO_LARGE)
		snprintf(ret->text, sizeof(ret->text), "the reply is longer than %d KiB",
		         LLM_REPLY_MAX / 1024);
	else
		snprintf(ret->text, sizeof(ret->text), "%s%s%s", http_result_name(reply->result),
		         reply->error[0] ? ": " : "", reply->error);
}

static void read_chat(struct llm_client *client, struct llm_sent sent,
                      const struct http_reply *reply, msec wall, struct arena *arena,
                      struct group_answers *group, struct llm_result *ret)
{
	*ret = (struct llm_result){
	        .group = group,
	        .retry_after = -1,
	        .requests_remaining = -1,
	        .tokens_remaining = -1,
	        .requests_reset = -1,
	        .tokens_reset = -1,
	};
	if (reply->result != HTTP_DONE) {
		read_transfer(reply, ret);
		return;
	}
	rates_read(reply, ret);
	client->protocol->read_chat(client, sent, reply, wall, arena, ret);
	if (ret->verdict == LLM_NO_MODEL && sent.models_used != client->models_used)
		ret->verdict = LLM_REPEAT_NOW;
}

void llm_read_chat(struct llm_client *client, struct llm_sent sent, const struct http_reply *reply,
                   msec wall, struct arena *arena, struct llm_result *ret)
{
	read_chat(client, sent, reply, wall, arena, NULL, ret);
}

void group_read_chat(struct llm_client *client, struct llm_sent sent,
                     const struct http_reply *reply, msec wall, struct arena *arena,
                     struct group_answers *answers, struct llm_result *ret)
{
	read_chat(client, sent, reply, wall, arena, answers, ret);
}

/* True for the statuses of servers that have no list of models. */
static bool has_no_list(int status)
{
	return status == 404 || status == 405 || status == 501;
}

static void read_models_failure(const struct llm_client *client, const struct http_reply *reply,
                                const struct failure *failure, msec wall, struct llm_models *ret)
{
	bool wait_for_all;

	ret->status = failure->status;
	ret->retry_after = failure_wait(failure, reply, wall, &wait_for_all);
	if (!failure_judge_words(failure, &ret->verdict))
		ret->verdict = failure_judge_status(failure, reply, wait_for_all);
	if (has_no_list(failure->status))
		ret->verdict = LLM_ANSWERED;
	failure_describe(failure, str_of(client->config->llm.api_key), ret->text);
}

void llm_read_models(const struct llm_client *client, const struct http_reply *reply, msec wall,
                     struct llm_models *ret)
{
	struct arena arena = {0};
	struct failure failure;

	*ret = (struct llm_models){.retry_after = -1};
	if (reply->result == HTTP_TOO_LARGE)
		return; /* the key was accepted, at any rate */
	if (reply->result != HTTP_DONE) {
		struct llm_result transfer = {0};
		read_transfer(reply, &transfer);
		ret->verdict = transfer.verdict;
		ret->result = transfer.result;
		snprintf(ret->text, sizeof(ret->text), "%s", transfer.text);
		return;
	}
	struct json *root = reply_parse(http_reply_body(reply), NULL);
	if (failure_find(reply, root, &arena, &failure))
		read_models_failure(client, reply, &failure, wall, ret);
	else
		client->protocol->read_models(client, root, ret);
	json_free(root);
	arena_free(&arena);
}
