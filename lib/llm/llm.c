/* The door: which model and endpoint are in use, which protocol speaks to it, and what it means when no reply came at
 * all. */
#include "llm/llm.h"

#include <stdio.h>
#include <stdlib.h>

#include "llm/failure.h"
#include "llm/ollama.h"
#include "llm/openai.h"
#include "llm/rates.h"

#define OPENAI_BASE "https://api.openai.com"
#define OLLAMA_BASE "http://127.0.0.1:11434"

static struct str after_scheme(struct str url)
{
	ptrdiff_t scheme = str_find(url, STR("://"));

	return scheme < 0 ? url : str_skip(url, (size_t)scheme + 3);
}

/* OpenAI's own host, or one of its regional ones. */
static bool is_hosted(struct str base)
{
	struct str rest = after_scheme(base);
	struct str authority = str_split(&rest, '/');
	struct str host = str_split(&authority, ':');

	return str_ieq(host, STR("api.openai.com")) || str_ends(host, STR(".api.openai.com"));
}

/* The configuration's address without slashes at the end; "/v1" only where an openai address has no path. */
static char *make_base(enum llm_provider provider, struct str configured)
{
	struct str base = configured.len > 0 ? configured : str_of(provider == LLM_OLLAMA ? OLLAMA_BASE : OPENAI_BASE);

	while (str_ends(base, STR("/")))
		base.len--;
	bool has_path = str_find_char(after_scheme(base), '/') >= 0;
	return xasprintf(STR_FMT "%s", STR_ARG(base), provider == LLM_OPENAI && !has_path ? "/v1" : "");
}

/* Anew whenever the model or what it refuses changes. */
static void prepare(struct llm_client *client)
{
	buf_reset(&client->body_head);
	buf_reset(&client->body_tail);
	if (client->provider == LLM_OPENAI)
		openai_prepare(client, &client->body_head, &client->body_tail);
	else if (client->provider == LLM_OLLAMA)
		ollama_prepare(client, &client->body_head, &client->body_tail);
}

static void use_model(struct llm_client *client, struct str model)
{
	free(client->model);
	client->model = xmemdup0(model.data, model.len);
	client->models_used++;
	client->profile = llm_profile_of(model, client->hosted);
	client->refused = 0;
	prepare(client);
}

void llm_client_init(struct llm_client *client, const struct config *config)
{
	*client = (struct llm_client){.config = config, .provider = (enum llm_provider)config->llm_provider};
	client->base = make_base(client->provider, str_of(config->llm_base_url));
	client->hosted = client->provider == LLM_OPENAI && is_hosted(str_of(client->base));
	buf_init(&client->body_head, 64 * 1024);
	buf_init(&client->body_tail, 64 * 1024);
	use_model(client, str_of(config->llm_model));
}

static bool same_models(const struct config *a, const struct config *b)
{
	return str_eq(str_of(a->llm_model), str_of(b->llm_model)) &&
	       str_eq(str_of(a->llm_fallback_models), str_of(b->llm_fallback_models));
}

/* A model that was replaced is tried again too: whoever reloads may have brought it back. */
void llm_client_reload(struct llm_client *client, const struct config *config)
{
	bool stays = same_models(client->config, config) && client->fallbacks_used == 0;

	client->config = config;
	client->fallbacks_used = 0;
	if (stays)
		prepare(client);
	else
		use_model(client, str_of(config->llm_model));
}

void llm_client_free(struct llm_client *client)
{
	free(client->base);
	free(client->model);
	buf_free(&client->body_head);
	buf_free(&client->body_tail);
	*client = (struct llm_client){0};
}

void llm_client_refuse(struct llm_client *client, unsigned params)
{
	client->refused |= params;
	prepare(client);
}

/* The model is gone everywhere it was asked: names already used are never tried again. */
bool llm_client_next_model(struct llm_client *client)
{
	struct str rest = str_of(client->config->llm_fallback_models);
	size_t position = 0;

	while (rest.len > 0) {
		struct str model = str_trim(str_split(&rest, ','));
		if (model.len == 0 || position++ < client->fallbacks_used)
			continue;
		client->fallbacks_used = position;
		if (str_eq(model, str_of(client->model)))
			continue;
		use_model(client, model);
		return true;
	}
	return false;
}

struct llm_sent llm_request_chat(const struct llm_client *client, const struct prompt *prompt, struct http_request *ret)
{
	ENSURE(client->provider != LLM_RULES);
	if (client->provider == LLM_OLLAMA)
		ollama_request_chat(client, prompt, ret);
	else
		openai_request_chat(client, prompt, ret);
	return (struct llm_sent){
	        .params = llm_profile_params(&client->profile, client->refused),
	        .models_used = client->models_used,
	        .model = str_of(client->model),
	};
}

void llm_request_models(const struct llm_client *client, struct http_request *ret)
{
	ENSURE(client->provider != LLM_RULES);
	if (client->provider == LLM_OLLAMA)
		ollama_request_models(client, ret);
	else
		openai_request_models(client, ret);
}

const char *llm_verdict_name(enum llm_verdict verdict)
{
	switch (verdict) {
	case LLM_ANSWERED: return "answered";
	case LLM_BAD_ANSWER: return "bad answer";
	case LLM_TRY_AGAIN: return "try again";
	case LLM_LIMITED: return "rate limited";
	case LLM_SLOW_DOWN: return "slow down";
	case LLM_REPEAT_NOW: return "adapted";
	case LLM_TOO_LONG: return "too long";
	case LLM_DECLINED: return "declined";
	case LLM_NO_MODEL: return "no such model";
	case LLM_NO_ENTRY: return "not let in";
	case LLM_NO_MONEY: return "billing";
	case LLM_MISCONFIGURED: return "misconfigured";
	}
	fatal("no verdict %d", (int)verdict);
}

/* No whole reply came. */
static enum llm_verdict judge_transfer(enum http_result result)
{
	switch (result) {
	case HTTP_TLS_REFUSED: return LLM_MISCONFIGURED;
	case HTTP_TOO_LARGE: return LLM_BAD_ANSWER;
	case HTTP_DONE:
	case HTTP_TIMEOUT:
	case HTTP_NO_CONNECT:
	case HTTP_BROKEN:
	case HTTP_CANCELLED: break;
	}
	return LLM_TRY_AGAIN;
}

static void read_transfer(const struct http_reply *reply, struct llm_result *ret)
{
	ret->verdict = judge_transfer(reply->result);
	ret->timed_out = reply->result == HTTP_TIMEOUT;
	ret->counts_for_breaker = ret->verdict == LLM_TRY_AGAIN && reply->result != HTTP_CANCELLED;
	if (reply->result == HTTP_TOO_LARGE)
		snprintf(ret->text, sizeof(ret->text), "the reply is longer than %d KiB", LLM_REPLY_MAX / 1024);
	else
		snprintf(ret->text, sizeof(ret->text), "%s%s%s", http_result_name(reply->result),
		         reply->error[0] ? ": " : "", reply->error);
}

void llm_read_chat(struct llm_client *client, struct llm_sent sent, const struct http_reply *reply, msec wall,
                   struct arena *arena, struct llm_result *ret)
{
	*ret = (struct llm_result){
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
	if (client->provider == LLM_OLLAMA)
		ollama_read_chat(client, sent, reply, wall, arena, ret);
	else
		openai_read_chat(client, sent, reply, wall, arena, ret);
	if (ret->verdict == LLM_NO_MODEL && sent.models_used != client->models_used)
		ret->verdict = LLM_REPEAT_NOW;
}

/* Statuses of servers that have no such list. */
static bool has_no_list(int status)
{
	return status == 404 || status == 405 || status == 501;
}

static void read_models_failure(const struct llm_client *client, const struct http_reply *reply,
                                const struct failure *failure, msec wall, struct llm_models *ret)
{
	ret->retry_after = failure_wait(failure, reply, wall);
	if (!failure_judge_words(failure, &ret->verdict))
		ret->verdict = failure_judge_status(failure, reply, ret->retry_after);
	if (has_no_list(failure->status))
		ret->verdict = LLM_ANSWERED;
	failure_describe(failure, str_of(client->config->llm_api_key), ret->text);
}

void llm_read_models(const struct llm_client *client, const struct http_reply *reply, msec wall, struct llm_models *ret)
{
	struct failure failure;

	*ret = (struct llm_models){.retry_after = -1};
	if (reply->result == HTTP_TOO_LARGE)
		return; /* let in, at any rate */
	if (reply->result != HTTP_DONE) {
		struct llm_result transfer = {0};
		read_transfer(reply, &transfer);
		ret->verdict = transfer.verdict;
		snprintf(ret->text, sizeof(ret->text), "%s", transfer.text);
		return;
	}
	json_t *root = json_parse_lenient(http_reply_body(reply), NULL);
	if (failure_find(reply, root, &failure))
		read_models_failure(client, reply, &failure, wall, ret);
	else if (client->provider == LLM_OLLAMA)
		ollama_read_models(client, root, ret);
	else
		openai_read_models(client, root, ret);
	json_free(root);
}
