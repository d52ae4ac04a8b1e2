/* Checks and cleans the URLs of Zendesk, of the model service and of the proxy. */
#include "config/address.h"

#include <stdlib.h>
#include <string.h>

#include "config/endpoint.h"
#include "config/notes.h"
#include "config/url.h"
#include "config/value.h"

#define URL_BYTES_MAX 2048
#define OPENAI_ADDRESS "https://api.openai.com/v1"
#define OLLAMA_ADDRESS "http://127.0.0.1:11434"

/* `path`: instead of the URL's own; NULL = none. */
static void store_url(struct config *config, enum option_index index, const struct url *url,
                      const char *path)
{
	struct url stored = *url;
	struct buf text;

	if (path)
		stored.path = str_of(path);
	buf_init(&text, URL_BYTES_MAX);
	url_write(&stored, &text);
	option_derive(config, index, buf_str(&text));
	buf_free(&text);
}

/* Reports a plain http:// URL as an error: credentials and ticket texts must not be sent
 * unencrypted, except inside this machine or when insecure_http allows it. True: it was refused. */
static bool refuse_plain(struct config *config, enum option_index index, const struct url *url,
                         bool insecure_http, struct config_problems *problems)
{
	if (url->https || insecure_http || url_is_loopback(url))
		return false;
	problem_with(problems, config, index,
	             "plain http:// is allowed only to this machine (127.0.0.1, ::1, localhost): "
	             "use https://, or set insecure_http = true in section %s",
	             options[index].section);
	return true;
}

/* "acme", "acme.zendesk.com", "https://acme.zendesk.com/agent" are all "acme". */
static struct str cut_to_subdomain(struct str text)
{
	static const struct str suffix = {".zendesk.com", sizeof(".zendesk.com") - 1};

	if (str_istarts(text, STR("https://")))
		text = str_skip(text, strlen("https://"));
	text = str_split(&text, '/');
	if (text.len > suffix.len && str_ieq(str_skip(text, text.len - suffix.len), suffix))
		text.len -= suffix.len;
	return text;
}

static bool subdomain_valid(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_is_alnum(text.data[i]) &&
		    (text.data[i] != '-' || i == 0 || i == text.len - 1))
			return false;
	return text.len > 0 && text.len <= 63;
}

/* The URL that the subdomain stands for, which the caller frees. NULL: none is given, or it is
 * wrong and was reported. */
static char *address_of_subdomain(struct config *config, struct config_problems *problems)
{
	struct str given = str_of(config->zendesk.subdomain), subdomain = cut_to_subdomain(given);
	char lower[64] = "";

	if (given.len == 0)
		return NULL;
	if (!subdomain_valid(subdomain)) {
		problem_with(problems, config, OPTION_zendesk_subdomain,
		             "expected the part before .zendesk.com: letters, digits and '-' "
		             "(another host: base_url)");
		return NULL;
	}
	for (size_t i = 0; i < subdomain.len; i++)
		lower[i] = ascii_lower(subdomain.data[i]);
	option_derive(config, OPTION_zendesk_subdomain, str_of(lower));
	return xasprintf("https://%s.zendesk.com", lower);
}

static int finish_zendesk_url(struct config *config, struct config_problems *problems)
{
	const enum option_index index = OPTION_zendesk_base_url;
	struct url url;
	struct err err;

	if (url_parse(str_of(config->zendesk.base_url), &url, &err) < 0) {
		problem_with(problems, config, index, "%s", err.text);
		return -1;
	}
	if (str_eq(url.path, STR("/api/v2")))
		url.path.len = 0;
	if (url.path.len > 0) {
		problem_with(problems, config, index,
		             "expected no path after the host, except /api/v2");
		return -1;
	}
	if (refuse_plain(config, index, &url, config->zendesk.insecure_http, problems))
		return -1;
	store_url(config, index, &url, NULL);
	return 0;
}

/* Both are given: the one from the higher layer is used, in the same layer base_url. */
static bool subdomain_wins(const struct config *config)
{
	const struct config_notes *notes = config->notes;

	return notes->of[OPTION_zendesk_subdomain].origin >
	       notes->of[OPTION_zendesk_base_url].origin;
}

static void use_subdomain(struct config *config, const char *address)
{
	const struct source *source = &config->notes->of[OPTION_zendesk_subdomain];

	option_derive(config, OPTION_zendesk_base_url, str_of(address));
	source_set(&config->notes->of[OPTION_zendesk_base_url], source->origin, source->where);
}

void address_finish_zendesk(struct config *config, struct config_problems *problems)
{
	bool both = config->zendesk.subdomain[0] && config->zendesk.base_url[0];
	char *address;

	if (!config->zendesk.subdomain[0] && !config->zendesk.base_url[0]) {
		problem_with(problems, config, OPTION_zendesk_subdomain,
		             "missing: set ZENDESK_SUBDOMAIN, or subdomain in section zendesk of "
		             "the configuration file");
		return;
	}
	if (both && !subdomain_wins(config)) {
		address = address_of_subdomain(config, problems);
		int bad = finish_zendesk_url(config, problems);
		if (bad == 0 && address && strcmp(address, config->zendesk.base_url) != 0) {
			problem_add(&problems->warnings,
			            config->notes->of[OPTION_zendesk_base_url].where,
			            "overrides zendesk.subdomain, which names another account");
			option_derive(config, OPTION_zendesk_subdomain, STR(""));
		}
	} else if (config->zendesk.base_url[0] && !both) {
		address = NULL;
		finish_zendesk_url(config, problems);
	} else {
		address = address_of_subdomain(config, problems);
		if (address)
			use_subdomain(config, address);
	}
	free(address);
}

/* Uses OPENAI_BASE_URL or OLLAMA_HOST, whichever belongs to the provider, unless a higher layer set
 * llm.base_url. */
static void take_provider_address(struct config *config)
{
	struct source *source = &config->notes->of[OPTION_llm_base_url];

	if ((size_t)config->llm.provider >= ARRAY_LEN(config->notes->address))
		return;
	const struct pending *pending = &config->notes->address[config->llm.provider];
	if (!pending->text || pending->source.origin < source->origin)
		return;
	option_derive(config, OPTION_llm_base_url, str_of(pending->text));
	source_set(source, pending->source.origin, pending->source.where);
}

/* Reports Azure's dated form, together with the address to use. True: it was refused. */
static bool refuse_dated(struct config *config, struct str given, struct config_problems *problems)
{
	struct buf instead;

	buf_init(&instead, URL_BYTES_MAX);
	bool dated = endpoint_is_dated(given, &instead);
	if (dated)
		problem_with(problems, config, OPTION_llm_base_url, "%s", buf_cstr(&instead));
	buf_free(&instead);
	return dated;
}

static void finish_llm_url(struct config *config, bool ollama, struct config_problems *problems)
{
	const enum option_index index = OPTION_llm_base_url;
	struct str given = str_of(config->llm.base_url);
	struct url url;
	struct err err;

	if (given.len > (size_t)options[index].max) {
		problem_with(problems, config, index, "the address is too long");
	} else if (!ollama && refuse_dated(config, given, problems)) {
		return;
	} else if ((ollama ? url_parse_ollama : url_parse)(given, &url, &err) < 0) {
		problem_with(problems, config, index, "%s", err.text);
	} else if (!refuse_plain(config, index, &url, config->llm.insecure_http, problems)) {
		bool was_cut = endpoint_cut(&url, ollama);
		store_url(config, index, &url, ollama ? NULL : endpoint_path(&url, was_cut));
	}
}

void address_finish_llm(struct config *config, struct config_problems *problems)
{
	bool ollama = config->llm.provider == LLM_OLLAMA;

	take_provider_address(config);
	if (config->llm.base_url[0])
		finish_llm_url(config, ollama, problems);
	else if (config->llm.provider != LLM_RULES)
		option_derive(config, OPTION_llm_base_url,
		              ollama ? STR(OLLAMA_ADDRESS) : STR(OPENAI_ADDRESS));
}

void address_finish_proxy(struct config *config, struct config_problems *problems)
{
	struct url url;
	struct err err;

	if (!config->tls.proxy[0])
		return;
	if (url_parse(str_of(config->tls.proxy), &url, &err) < 0)
		problem_with(problems, config, OPTION_tls_proxy, "%s", err.text);
	else if (url.path.len > 0)
		problem_with(problems, config, OPTION_tls_proxy,
		             "expected no path after the host of a proxy");
	else
		store_url(config, OPTION_tls_proxy, &url, NULL);
}

/* --- webhooks of alerts --- */

static int parse_webhook(struct config *config, enum option_index index, struct url *ret,
                         struct config_problems *problems)
{
	struct err err;

	if (url_parse(value_text(config, &options[index]), ret, &err) < 0) {
		problem_with(problems, config, index, "%s", err.text);
		return -1;
	}
	if (ret->https || url_is_loopback(ret))
		return 0;
	problem_with(problems, config, index,
	             "plain http:// is allowed only to this machine (127.0.0.1, ::1, localhost): "
	             "use https://");
	return -1;
}

static bool host_of_slack(struct str host)
{
	static const struct str domains[] = {{".slack.com", 10}, {".slack-gov.com", 14}};

	for (size_t i = 0; i < ARRAY_LEN(domains); i++)
		if (host.len > domains[i].len &&
		    str_ieq(str_skip(host, host.len - domains[i].len), domains[i]))
			return true;
	return false;
}

static void finish_slack(struct config *config, struct config_problems *problems)
{
	const enum option_index index = OPTION_alerts_slack_webhook_url;
	struct url url;

	if (!config->alerts.slack_webhook_url[0] ||
	    parse_webhook(config, index, &url, problems) < 0)
		return;
	if (host_of_slack(url.host) &&
	    (str_starts(url.path, STR("/triggers/")) || str_starts(url.path, STR("/workflows/"))))
		problem_with(problems, config, index,
		             "this is an address of Slack's Workflow Builder, which does not take "
		             "alerts: make an incoming webhook (its path begins with /services/)");
	else
		store_url(config, index, &url, NULL);
}

void address_finish_alerts(struct config *config, struct config_problems *problems)
{
	const enum option_index index = OPTION_alerts_webhook_url;
	struct url url;

	finish_slack(config, problems);
	if (config->alerts.webhook_url[0] && parse_webhook(config, index, &url, problems) == 0)
		store_url(config, index, &url, NULL);
}

bool address_is_openai(const char *base_url)
{
	struct url url;

	return url_parse(str_of(base_url), &url, NULL) == 0 &&
	       str_ieq(url.host, STR("api.openai.com"));
}
