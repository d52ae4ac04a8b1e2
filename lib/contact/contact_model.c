/* First contact with the model's service: OpenAI itself, Ollama, or a server that speaks like
 * one of them and is known by its address only. */
#include "contact/contact.h"

#include <stdio.h>

#include "contact/contact_parts.h"

#define WHO_SIZE 160

static bool is_ollama(const struct contact_asker *asker)
{
	return asker->config->llm.provider == LLM_OLLAMA;
}

static bool is_this_machine(const char *url)
{
	struct str host = contact_host(url);

	return str_starts(host, STR("127.")) || str_starts(host, STR("localhost")) ||
	       str_starts(host, STR("[::1]"));
}

static const char *name_service(const struct contact_asker *asker, char out[WHO_SIZE])
{
	const char *url = asker->config->llm.base_url;

	if (is_ollama(asker))
		return "Ollama";
	if (str_eq(contact_host(url), STR("api.openai.com")))
		return "OpenAI";
	snprintf(out, WHO_SIZE, "The model service at %.120s", url);
	return out;
}

/* The reason is left out where there is only one, on this machine. */
static void judge_silence(const struct contact_asker *asker, const char *who, struct str said,
                          struct contact *ret)
{
	const char *url = asker->config->llm.base_url;

	if (is_ollama(asker) || str_ieq(str_of(who), STR("OpenAI")))
		contact_set(ret, CONTACT_CONNECTION, CONTACT_AGAIN, "%s does not answer at %s", who,
		            url);
	else
		contact_set(ret, CONTACT_CONNECTION, CONTACT_AGAIN, "%s does not answer", who);
	if (!is_this_machine(url))
		contact_add(ret, " (" STR_FMT ")", STR_ARG(said));
	if (is_ollama(asker))
		contact_add(ret, ". Start it (systemctl start ollama) or set OLLAMA_HOST.");
	else
		contact_add(ret, ". Check llm.base_url and the network.");
}

static void judge_refusal(const struct contact_asker *asker, const char *who, struct str said,
                          int status, struct contact *ret)
{
	bool key = asker->config->llm.api_key[0] != '\0';

	if (!key) {
		contact_set(ret, CONTACT_SIGN_IN, CONTACT_REFUSED,
		            "%s refuses access: " STR_FMT
		            " (none was sent: llm.api_key is not set).",
		            who, STR_ARG(said));
	} else if (status == 401) {
		contact_set(ret, CONTACT_SIGN_IN, CONTACT_REFUSED, "%s refused llm.api_key (401).",
		            who);
	} else {
		contact_set(ret, CONTACT_RIGHTS, CONTACT_REFUSED,
		            "%s refuses access: " STR_FMT
		            ". Check what the account of llm.api_key may do.",
		            who, STR_ARG(said));
		return;
	}
	contact_add_remedy(ret, asker, "llm.api_key");
}

static void judge_no_money(const struct contact_asker *asker, const char *who, struct str said,
                           struct contact *ret)
{
	contact_set(ret, CONTACT_RIGHTS, CONTACT_UNPAID,
	            "%s says the quota is used up or the account is not paid (" STR_FMT ").", who,
	            STR_ARG(said));
	if (asker->resident)
		contact_add(ret, " Once that is settled there, nothing is to be done here.");
	contact_add_next(ret, asker);
}

static void judge_no_model(const struct contact_asker *asker, const char *who, struct str model,
                           struct str said, const char *others, struct contact *ret)
{
	if (!is_ollama(asker)) {
		contact_set(ret, CONTACT_MODEL, CONTACT_FAILED,
		            "%s has no model " STR_FMT ", or not for this key (" STR_FMT
		            "). Check llm.model and llm.fallback_models.",
		            who, STR_ARG(model), STR_ARG(said));
		return;
	}
	contact_set(ret, CONTACT_MODEL, CONTACT_FAILED,
	            "Ollama has no model " STR_FMT ". Run: ollama pull " STR_FMT, STR_ARG(model),
	            STR_ARG(model));
	if (others && others[0])
		contact_add(ret, " (it has: %s)", others);
	else if (others)
		contact_add(ret, " (it has none)");
}

static void judge_misconfigured(const struct contact_asker *asker, const char *who, struct str said,
                                const struct llm_result *result, struct contact *ret)
{
	if (result->result == HTTP_TLS_REFUSED) {
		contact_no_tls(ret, who, asker->config->llm.base_url, result->text);
		return;
	}
	contact_set(ret, CONTACT_CONNECTION, CONTACT_FAILED, "%s refuses requests: " STR_FMT ".",
	            who, STR_ARG(said));
	if (result->status / 100 != 3) /* which says so itself */
		contact_add(ret, " Check llm.base_url and llm.model.");
}

void contact_model(const struct contact_asker *asker, struct str model,
                   const struct llm_result *result, const char *others, struct contact *ret)
{
	const char *url = asker->config->llm.base_url;
	struct str said = str_sentence(result->text);
	char name[WHO_SIZE];
	const char *who = name_service(asker, name);

	if (result->result == HTTP_NO_HOST) {
		contact_no_host(ret, asker, result->text, url, "llm.base_url", url);
		return;
	}
	switch (result->verdict) {
	case LLM_ANSWERED:
	case LLM_BAD_ANSWER: *ret = (struct contact){.step = CONTACT_PASSED}; break;
	case LLM_TRY_AGAIN:
	case LLM_LIMITED:
	case LLM_SLOW_DOWN:
	case LLM_REPEAT_NOW: judge_silence(asker, who, said, ret); break;
	case LLM_NO_ENTRY: judge_refusal(asker, who, said, result->status, ret); break;
	case LLM_NO_MONEY: judge_no_money(asker, who, said, ret); break;
	case LLM_NO_MODEL: judge_no_model(asker, who, model, said, others, ret); break;
	case LLM_TOO_LONG:
	case LLM_DECLINED:
	case LLM_MISCONFIGURED: judge_misconfigured(asker, who, said, result, ret); break;
	}
}

void contact_model_unusable(const struct contact_asker *asker, struct str model, const char *said,
                            struct contact *ret)
{
	struct str why = str_sentence(said);
	char name[WHO_SIZE];

	contact_set(ret, CONTACT_MODEL, CONTACT_FAILED,
	            "%s answers, but model " STR_FMT " gives no usable analysis (" STR_FMT
	            "). Check llm.model and llm.base_url; ai-ticketd doctor shows a sample answer.",
	            name_service(asker, name), STR_ARG(model), STR_ARG(why));
}
