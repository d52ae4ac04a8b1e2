/* Everything a model service can send, given to both protocols. The input is a reply as on the
 * wire: a status, header lines, an empty line, the body; a file in the corpus can be read by
 * eye. */
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "fuzz.h"
#include "llm/llm.h"

#define KEY "s3cr3t-key"

static struct config *configs[2];

static struct http_reply reply_of(struct str input)
{
	struct http_reply reply = {.result = HTTP_DONE};
	uint64_t status;

	reply.status = str_to_u64(str_trim(str_split(&input, '\n')), &status) < 0
	                       ? 200
	                       : (int)(status % 1000);
	while (input.len > 0) {
		struct str line = str_trim(str_split(&input, '\n'));
		if (line.len == 0)
			break;
		struct str name = str_split(&line, ':');
		http_reply_add_header(&reply, name, line);
	}
	reply.body = xmemdup0(input.data, input.len);
	reply.body_len = input.len;
	return reply;
}

/* One line, valid, our key not in it: fit for a log. */
static void check_text(const char *text)
{
	ENSURE(utf8_valid(str_of(text)));
	ENSURE(str_find(str_of(text), STR(KEY)) < 0);
	for (; *text; text++)
		ENSURE((unsigned char)*text >= ' ' && *text != 0x7F);
}

static void check_result(const struct llm_result *result)
{
	check_text(result->text);
	ENSURE(result->retry_after == -1 ||
	       (result->retry_after > 0 && result->retry_after <= MSEC_HOUR));
	ENSURE(result->verdict != LLM_LIMITED || result->retry_after > 0);
	ENSURE(result->requests_remaining >= -1 && result->tokens_remaining >= -1);
	ENSURE(result->requests_reset >= -1 && result->tokens_reset >= -1);
	if (result->verdict != LLM_ANSWERED) {
		ENSURE(result->text[0] != '\0');
		return;
	}
	ENSURE(result->answer.summary.len > 0 && utf8_valid(result->answer.summary));
	ENSURE((unsigned)result->answer.root_cause < CAUSE_COUNT);
	ENSURE(utf8_valid(result->model_version) && result->model_version.len <= 100);
	ENSURE(result->tokens_prompt >= 0 && result->tokens_answer >= 0);
	ENSURE(!result->confidence.urgency_known || isfinite(result->confidence.urgency));
}

/* Repeating at once comes to an end, whatever the server says. */
static void read_until_settled(struct llm_client *client, const struct http_reply *reply,
                               struct arena *arena)
{
	struct llm_result result;
	struct prompt prompt;
	int repeats = 0;

	prompt_build(&prompt, client->config, STR("s"), STR("d"), "0123456789abcdef", false, arena);
	do {
		struct http_request request;
		struct llm_sent sent = llm_request_chat(client, &prompt, &request);
		struct json *body = json_parse(str_make(request.body, request.body_len), NULL);
		ENSURE(body);
		json_free(body);
		http_request_free(&request);
		llm_read_chat(client, sent, reply, 0, arena, &result);
		check_result(&result);
		ENSURE(++repeats < 16);
	} while (result.verdict == LLM_REPEAT_NOW);
}

static void prepare(void)
{
	static const enum llm_provider providers[] = {LLM_OPENAI, LLM_OLLAMA};

	if (configs[0])
		return;
	json_seed(1);
	for (size_t i = 0; i < ARRAY_LEN(configs); i++) {
		configs[i] = config_new();
		configs[i]->llm.provider = (int)providers[i];
		free(configs[i]->llm.api_key);
		configs[i]->llm.api_key = xstrdup(KEY);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_reply reply = reply_of(str_make((const char *)data, size));
	struct arena arena;

	prepare();
	arena = (struct arena){0};
	for (size_t i = 0; i < ARRAY_LEN(configs); i++) {
		struct llm_client client;
		struct llm_models models;
		llm_client_init(&client, configs[i]);
		read_until_settled(&client, &reply, &arena);
		llm_read_models(&client, &reply, 0, &models);
		check_text(models.text);
		ENSURE(models.list_known || !models.listed);
		llm_client_free(&client);
	}
	http_reply_free(&reply);
	arena_free(&arena);
	return 0;
}
