/* Asks the model's service for its list, which is optional, and the model for one answer about a
 * ticket of nobody. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "daemon/doctor/lines.h"
#include "daemon/doctor/services.h"
#include "daemon/system/clock.h"
#include "llm/llm.h"

#define REPEATS_MAX 4 /* parameters that the service may refuse one by one */
#define SHUTDOWN_LOOK_DAYS 60

struct visit {
	struct exchange *exchange;
	struct contact_asker asker;
	struct llm_client client;
	char answer[120];
};

void services_show_steps(const char *service, const struct contact *contact,
                         const char *const names[CONTACT_PASSED])
{
	for (int step = CONTACT_NAME; step < CONTACT_PASSED; step++) {
		char what[40];

		snprintf(what, sizeof(what), "%s %s", service,
		         contact_step_name((enum contact_step)step));
		if (contact->verdict != CONTACT_FINE && step == (int)contact->step) {
			lines_add(LINE_WRONG, what, "%s", contact->text);
			return;
		}
		if (names[step] != NULL)
			lines_add(LINE_OK, what, "%s", names[step]);
	}
}

static void show_shutdown(const char *model, const char *date)
{
	char iso[32];
	msec when;

	snprintf(iso, sizeof(iso), "%sT00:00:00Z", date);
	if (date[0] == '\0' || clock_parse_iso(str_of(iso), &when) < 0)
		return;
	int64_t days = (when - clock_now().wall) / (24 * MSEC_HOUR);
	lines_add(days <= SHUTDOWN_LOOK_DAYS ? LINE_LOOK : LINE_OK, "model shutdown",
	          "%s %s shut down on %s%s", model, days < 0 ? "was" : "will be", date,
	          days <= SHUTDOWN_LOOK_DAYS ? ": set another llm.model" : "");
}

/* True: what the list says is final, and no answer needs to be asked for. */
static bool ask_list(struct visit *visit, struct contact *ret)
{
	struct http_request request = {0};
	struct http_reply reply;
	struct llm_models models;

	llm_request_models(&visit->client, &request);
	exchange_ask(visit->exchange, &request, EXCHANGE_PATIENCE, &reply);
	llm_read_models(&visit->client, &reply, clock_now().wall, &models);
	struct llm_result result = {
	        .verdict = models.verdict, .result = reply.result, .status = models.status};
	memcpy(result.text, models.text, sizeof(result.text));
	http_reply_free(&reply);
	contact_model(&visit->asker, str_of(visit->client.model), &result,
	              models.list_known ? models.others : NULL, ret);
	show_shutdown(visit->client.model, models.shutdown_date);
	return http_result_unsent(result.result) ||
	       (models.verdict == LLM_NO_MODEL && models.list_known);
}

static void describe_answer(struct visit *visit, const struct llm_result *result, msec took)
{
	if (result->verdict == LLM_ANSWERED)
		snprintf(visit->answer, sizeof(visit->answer), "%s, %s, %s in %lld.%lld s",
		         root_cause_name(result->answer.root_cause),
		         urgency_name(result->answer.urgency),
		         sentiment_name(result->answer.sentiment), (long long)(took / 1000),
		         (long long)(took % 1000 / 100));
}

static enum llm_verdict ask_sample(struct visit *visit, const char *marker, struct contact *ret)
{
	struct http_request request = {0};
	struct http_reply reply;
	struct llm_result result;
	struct prompt prompt;
	struct arena arena = {0};
	msec began = clock_now().mono;

	prompt_build(&prompt, visit->asker.config, STR(PROMPT_SAMPLE_SUBJECT),
	             STR(PROMPT_SAMPLE_TEXT), marker, false, &arena);
	struct llm_sent sent = llm_request_chat(&visit->client, &prompt, &request);
	exchange_ask(visit->exchange, &request, visit->asker.config->llm.timeout, &reply);
	llm_read_chat(&visit->client, sent, &reply, clock_now().wall, &arena, &result);
	contact_model(&visit->asker, sent.model, &result, NULL, ret);
	if (result.verdict == LLM_BAD_ANSWER)
		snprintf(visit->answer, sizeof(visit->answer), "not usable: %.90s", result.text);
	describe_answer(visit, &result, clock_now().mono - began);
	http_reply_free(&reply);
	arena_free(&arena);
	return result.verdict;
}

static enum llm_verdict ask_model(struct visit *visit, struct contact *ret)
{
	char marker[CRYPTO_MARKER_SIZE];
	uint8_t key[32];
	enum llm_verdict verdict = LLM_REPEAT_NOW;

	if (uv_random(NULL, NULL, key, sizeof(key), 0, NULL) < 0)
		fatal("the kernel provides no random numbers");
	crypto_derive_marker(str_make((const char *)key, sizeof(key)), 1, marker);
	for (int i = 0; i < REPEATS_MAX && verdict == LLM_REPEAT_NOW; i++)
		verdict = ask_sample(visit, marker, ret);
	return verdict;
}

static void show_model(const struct visit *visit, const struct contact *contact)
{
	const char *url = visit->asker.config->llm.base_url;
	bool key = visit->asker.config->llm.api_key[0] != '\0';
	const char *names[CONTACT_PASSED] = {
	        [CONTACT_NAME] = url,
	        [CONTACT_CONNECTION] = "answers",
	        [CONTACT_TLS] = str_istarts(str_of(url), STR("https:")) ? "certificate trusted"
	                                                                : "plain http",
	        [CONTACT_SIGN_IN] = key ? "llm.api_key accepted" : "no key needed",
	        [CONTACT_MODEL] = visit->client.model,
	};

	services_show_steps("model", contact, names);
}

void services_show_model(struct exchange *exchange, const struct config *config)
{
	struct visit visit = {.exchange = exchange, .asker.config = config};
	enum llm_verdict verdict = LLM_REPEAT_NOW;
	struct contact contact;

	if (config->llm.provider == LLM_RULES) {
		lines_add(LINE_OK, "model", "none: rules classify (llm.provider = rules)");
		return;
	}
	llm_client_init(&visit.client, config);
	if (!ask_list(&visit, &contact))
		verdict = ask_model(&visit, &contact);
	show_model(&visit, &contact);
	if (visit.answer[0] != '\0')
		lines_add(verdict == LLM_ANSWERED ? LINE_OK : LINE_LOOK, "sample answer", "%s",
		          visit.answer);
	llm_client_free(&visit.client);
}
