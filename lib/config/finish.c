/* Checks and defaults that need all layers: the provider and its defaults, credentials, and options
 * that depend on each other. */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "config/address.h"
#include "config/invisible.h"
#include "config/notes.h"
#include "config/proxy_read.h"
#include "config/remedy.h"
#include "config/value.h"
#include "ticket/choice.h"

#define OLLAMA_MODEL "llama3.1:8b"
#define MODEL_ALIAS "llama-3.1-8b"

/* A model alias also sets the provider, with the rank of the alias's own layer. */
static void resolve_alias(struct config *config, struct config_problems *problems)
{
	struct source *provider = &config->notes->of[OPTION_llm_provider];
	const struct source *model = &config->notes->of[OPTION_llm_model];

	if (!str_ieq(str_of(config->llm.model), STR(MODEL_ALIAS)))
		return;
	if (config->llm.provider != LLM_OLLAMA && provider->origin >= model->origin) {
		problem_with(
		        problems, config, OPTION_llm_model,
		        MODEL_ALIAS " is a model of provider ollama, but llm.provider is " STR_FMT
		                    " (%s)",
		        STR_ARG(value_word(&options[OPTION_llm_provider], config->llm.provider)),
		        provider->where);
		return;
	}
	option_derive(config, OPTION_llm_model, STR(OLLAMA_MODEL));
	if (config->llm.provider == LLM_OLLAMA)
		return;
	config->llm.provider = LLM_OLLAMA;
	source_set(provider, model->origin, model->where);
}

/* Ollama's defaults: a local model answers slowly and few requests at a time, and it is never
 * replaced by a hosted one. */
static void set_ollama_defaults(struct config *config)
{
	if (option_is_default(config, OPTION_llm_model))
		option_derive(config, OPTION_llm_model, STR(OLLAMA_MODEL));
	if (option_is_default(config, OPTION_llm_fallback_models))
		option_derive(config, OPTION_llm_fallback_models, STR(""));
	if (option_is_default(config, OPTION_llm_max_in_flight))
		config->llm.max_in_flight = 4;
	if (option_is_default(config, OPTION_llm_initial_in_flight))
		config->llm.initial_in_flight = 1;
	if (option_is_default(config, OPTION_llm_timeout))
		config->llm.timeout = 300 * MSEC_SECOND;
	if (option_is_default(config, OPTION_alerts_p95_latency))
		config->alerts.p95_latency = 0;
	if (option_is_default(config, OPTION_alerts_slow_processing))
		config->alerts.slow_processing = 0;
}

static bool from_variables(enum config_origin origin)
{
	return origin == FROM_ENV_FILE || origin == FROM_ENVIRONMENT;
}

/* Wipes OPENAI_API_KEY unless the provider is openai: another provider's host must not see it. A
 * key given by the option's own name stays. */
static void drop_foreign_key(struct config *config)
{
	struct source *key = &config->notes->of[OPTION_llm_api_key];
	const struct pending *file = &config->notes->secret_file[OPTION_llm_api_key];
	bool by_file = file->text && from_variables(file->source.origin) &&
	               key->origin >= file->source.origin;

	if (config->llm.provider == LLM_OPENAI || !(from_variables(key->origin) || by_file))
		return;
	option_derive(config, OPTION_llm_api_key, STR(""));
	source_set(key, FROM_DEFAULT, NULL);
	pending_free(&config->notes->secret_file[OPTION_llm_api_key]);
}

static const char *dotenv_hint(bool hint_dotenv)
{
	return hint_dotenv ? " (./.env exists but is read only with --env-file .env)" : "";
}

/* `why` and `of`: "missing", "" or "required with" another option. */
static void secret_missing(struct config *config, enum option_index index, const char *why,
                           const char *of, bool hint_dotenv, struct config_problems *problems)
{
	struct buf remedy;

	buf_init(&remedy, 512);
	config_remedy_missing(options[index].dotted, &remedy);
	problem_with(problems, config, index, "%s%s%s. %s%s", why, of[0] ? " " : "", of,
	             buf_cstr(&remedy), dotenv_hint(hint_dotenv));
	buf_free(&remedy);
}

/* Reports a pair of credentials of which one half is missing. True: at least one half is given. */
static bool check_pair(struct config *config, enum option_index name, enum option_index secret,
                       bool hint_dotenv, struct config_problems *problems)
{
	bool has_name = value_text(config, &options[name]).len > 0;
	bool has_secret = value_text(config, &options[secret]).len > 0;

	if (has_name && !has_secret)
		secret_missing(config, secret, "required with", options[name].dotted, hint_dotenv,
		               problems);
	else if (has_secret && !has_name)
		problem_with(problems, config, name,
		             "required with %s: set it in the configuration file, or %s%s",
		             options[secret].dotted, options[name].variable,
		             dotenv_hint(hint_dotenv));
	return has_name || has_secret;
}

static void check_zendesk_credentials(struct config *config, bool hint_dotenv,
                                      struct config_problems *problems)
{
	bool oauth = config->zendesk.client_id[0] || config->zendesk.client_secret[0];

	/* OAuth has precedence; the other pair is then not needed. */
	if (oauth)
		check_pair(config, OPTION_zendesk_client_id, OPTION_zendesk_client_secret,
		           hint_dotenv, problems);
	else if (!check_pair(config, OPTION_zendesk_email, OPTION_zendesk_api_token, hint_dotenv,
	                     problems))
		problem_with(problems, config, OPTION_zendesk_api_token,
		             "missing. For the service: set zendesk.email and put the token into "
		             "/etc/credstore/zendesk.api_token (OAuth: zendesk.client_id, "
		             "/etc/credstore/zendesk.client_secret); by hand: set ZENDESK_EMAIL "
		             "and ZENDESK_API_TOKEN (OAuth: ZENDESK_CLIENT_ID, "
		             "ZENDESK_CLIENT_SECRET)%s",
		             dotenv_hint(hint_dotenv));
}

static void check_llm_credentials(struct config *config, bool hint_dotenv,
                                  struct config_problems *problems)
{
	if (config->llm.provider == LLM_OPENAI && !config->llm.api_key[0] &&
	    address_is_openai(config->llm.base_url))
		secret_missing(config, OPTION_llm_api_key, "missing", "", hint_dotenv, problems);
}

static void check_email(struct config *config, struct config_problems *problems)
{
	struct str email = str_of(config->zendesk.email);
	ptrdiff_t at = str_find_char(email, '@');
	bool clean = at > 0 && (size_t)at + 1 < email.len;

	for (size_t i = 0; i < email.len; i++)
		if (ascii_is_space(email.data[i]) || email.data[i] == ':' || email.data[i] == '/')
			clean = false;
	if (email.len > 0 && !clean)
		problem_with(problems, config, OPTION_zendesk_email,
		             "expected the agent's address alone, such as agent@example.com "
		             "(without /token)");
}

/* Half of a pair of credentials; the other half is a secret, which value.c checks. */
static void check_visible(struct config *config, struct config_problems *problems)
{
	static const enum option_index names[] = {OPTION_zendesk_subdomain, OPTION_zendesk_email,
	                                          OPTION_zendesk_client_id};
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (invisible_refuse(value_text(config, &options[names[i]]), &err) < 0)
			problem_with(problems, config, names[i], "%s", err.text);
}

static bool base64_byte(char c)
{
	return ascii_is_alnum(c) || c == '+' || c == '/';
}

/* True for sha256//, then 32 bytes in base64: 43 characters and one '='. */
static bool pin_valid(struct str pin)
{
	static const struct str prefix = {"sha256//", 8};

	if (!str_starts(pin, prefix) || pin.len != prefix.len + 44 || pin.data[pin.len - 1] != '=')
		return false;
	for (size_t i = prefix.len; i < pin.len - 1; i++)
		if (!base64_byte(pin.data[i]))
			return false;
	return true;
}

/* With a single pin the service is cut off when the other side changes its key. */
static void check_pins(struct config *config, struct config_problems *problems)
{
	struct str rest = str_of(config->tls.pins);
	int count = 0;

	while (rest.len > 0) {
		count++;
		if (!pin_valid(str_split(&rest, ','))) {
			problem_with(problems, config, OPTION_tls_pins,
			             "expected sha256// and 44 characters of base64 for each "
			             "public key");
			return;
		}
	}
	if (count == 1)
		problem_with(problems, config, OPTION_tls_pins,
		             "expected at least two pins: the current key's and a spare key's");
}

static void check_log_key(struct config *config, bool hint_dotenv, struct config_problems *problems)
{
	if (config->log.encrypt && !config->log.key[0])
		secret_missing(config, OPTION_log_key, "required with", "log.encrypt", hint_dotenv,
		               problems);
	if (!config->log.encrypt && config->log.key[0])
		problem_add(&problems->warnings, config->notes->of[OPTION_log_key].where,
		            "a key is set, but log.encrypt is off: nothing is sealed");
}

/* The incremental export shows every ticket that changes and takes no query: tickets that the query
 * excludes would be analysed and written. */
static void check_source(struct config *config, struct config_problems *problems)
{
	if (config->zendesk.source == SOURCE_INCREMENTAL &&
	    str_trim(str_of(config->zendesk.query)).len > 0)
		problem_with(problems, config, OPTION_zendesk_source,
		             "incremental cannot be used with zendesk.query (%s): use search, or "
		             "remove the query",
		             config->notes->of[OPTION_zendesk_query].where);
}

/* It becomes part of a sentence to the model. */
static void check_summary_language(struct config *config, struct config_problems *problems)
{
	struct str language = str_trim(str_of(config->llm.summary_language));
	bool plain = language.len > 0;

	for (size_t i = 0; i < language.len; i++)
		plain = plain && (ascii_is_alpha(language.data[i]) || language.data[i] == ' ' ||
		                  language.data[i] == '-');
	if (!plain)
		problem_with(problems, config, OPTION_llm_summary_language,
		             "expected the name of a language in English letters, such as German "
		             "or Brazilian Portuguese");
	else if (config->llm.prompt == PROMPT_V2_1 && !str_ieq(language, STR("English")))
		problem_with(problems, config, OPTION_llm_summary_language,
		             "the wording of llm.prompt = v2.1 has no place for a language: use "
		             "v3.0 or v3.1, or remove summary_language");
}

/* Several tickets need words of their own around them. */
static void check_tickets_per_request(struct config *config, struct config_problems *problems)
{
	if (config->llm.tickets_per_request > 1 && config->llm.prompt == PROMPT_V2_1)
		problem_with(problems, config, OPTION_llm_tickets_per_request,
		             "the wording of llm.prompt = v2.1 is for one ticket: use v3.0, or "
		             "remove tickets_per_request");
}

static void check_report_tags(struct config *config, struct config_problems *problems)
{
	struct choice_tags *tags = xmalloc(sizeof(*tags));
	struct arena memory = {0};
	struct err err;

	if (choice_tags_read(str_of(config->report.tags), str_of(config->zendesk.tag_prefix), tags,
	                     &memory, &err) < 0)
		problem_with(problems, config, OPTION_report_tags, "%s", err.text);
	arena_free(&memory);
	free(tags);
}

void config_finish(struct config *config, bool hint_dotenv, struct config_problems *problems)
{
	resolve_alias(config, problems);
	if (config->llm.provider == LLM_OLLAMA)
		set_ollama_defaults(config);
	drop_foreign_key(config);
	if (config->llm.initial_in_flight > config->llm.max_in_flight)
		config->llm.initial_in_flight = config->llm.max_in_flight;
	address_finish_zendesk(config, problems);
	address_finish_llm(config, problems);
	address_finish_proxy(config, problems);
	address_finish_alerts(config, problems);
	proxy_finish(config, problems);
	check_zendesk_credentials(config, hint_dotenv, problems);
	check_llm_credentials(config, hint_dotenv, problems);
	check_email(config, problems);
	check_visible(config, problems);
	check_pins(config, problems);
	check_log_key(config, hint_dotenv, problems);
	if (config->alerts.webhook_url[0] && !config->alerts.webhook_secret[0])
		secret_missing(config, OPTION_alerts_webhook_secret, "required with",
		               "alerts.webhook_url", hint_dotenv, problems);
	check_source(config, problems);
	check_summary_language(config, problems);
	check_tickets_per_request(config, problems);
	check_report_tags(config, problems);
	/* Otherwise this would be found out only when the model is first needed. */
	if (!config->llm.model[0])
		problem_with(problems, config, OPTION_llm_model, "expected the name of a model");
}
