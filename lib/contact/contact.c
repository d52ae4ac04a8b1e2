/* Builds the sentences of a judgement from parts that both services need. */
#include "contact/contact.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/proxy.h"
#include "config/remedy.h"
#include "contact/contact_parts.h"

const char *contact_step_name(enum contact_step step)
{
	static const char *const names[] = {"name",   "connection", "tls",   "sign-in",
	                                    "rights", "model",      "passed"};

	ENSURE((size_t)step < ARRAY_LEN(names));
	return names[step];
}

static void PRINTF_LIKE(2, 0) append(struct contact *ret, const char *format, va_list arguments)
{
	char text[2 * sizeof(ret->text)];
	size_t used = strlen(ret->text);

	vsnprintf(text, sizeof(text), format, arguments);
	struct str cut = utf8_cut(str_of(text), sizeof(ret->text) - 1 - used);
	memcpy(ret->text + used, cut.data, cut.len);
	ret->text[used + cut.len] = '\0';
}

void contact_set(struct contact *ret, enum contact_step step, enum contact_verdict verdict,
                 const char *format, ...)
{
	va_list arguments;

	*ret = (struct contact){.step = step, .verdict = verdict};
	va_start(arguments, format);
	append(ret, format, arguments);
	va_end(arguments);
}

void contact_add(struct contact *ret, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	append(ret, format, arguments);
	va_end(arguments);
}

void contact_add_remedy(struct contact *ret, const struct contact_asker *asker, const char *secret)
{
	struct buf remedy;

	buf_init(&remedy, sizeof(ret->text));
	config_remedy(asker->config, secret, asker->resident, &remedy);
	contact_add(ret, " %s.", buf_cstr(&remedy));
	buf_free(&remedy);
}

void contact_add_next(struct contact *ret, const struct contact_asker *asker)
{
	msec interval = asker->config->llm.probe_interval;
	bool minutes = interval % MSEC_MINUTE == 0;
	long long count = (long long)(interval / (minutes ? MSEC_MINUTE : MSEC_SECOND));
	struct clock_fields next = clock_split(asker->next_wall);

	if (!asker->resident)
		return;
	if (count == 1)
		contact_add(ret, " The service asks again every %s", minutes ? "minute" : "second");
	else
		contact_add(ret, " The service asks again every %lld %s", count,
		            minutes ? "minutes" : "seconds");
	contact_add(ret, ", next at %02d:%02d UTC.", next.hour, next.minute);
}

struct str contact_detail(const char *message)
{
	struct str text = str_sentence(message);
	ptrdiff_t colon = str_find(text, STR(": "));

	return colon < 0 ? text : str_skip(text, (size_t)colon + 2);
}

struct str contact_host(const char *url)
{
	struct str rest = str_of(url);
	ptrdiff_t scheme = str_find(rest, STR("://"));

	if (scheme >= 0)
		rest = str_skip(rest, (size_t)scheme + 3);
	return str_split(&rest, '/');
}

/* "there is no host NAME" */
static struct str named_in(const char *message)
{
	static const struct str before = {"there is no host ", sizeof("there is no host ") - 1};
	struct str text = str_of(message);
	ptrdiff_t at = str_find(text, before);

	return at < 0 ? (struct str){0} : str_skip(text, (size_t)at + before.len);
}

/* With a proxy it is the proxy's name that is looked up, and the proxy looks up the other. */
static bool is_of_proxy(struct str name, const struct config_proxy *proxy)
{
	return proxy->url && name.len > 0 && str_istarts(contact_host(proxy->url), name);
}

void contact_no_host(struct contact *ret, const struct contact_asker *asker, const char *message,
                     const char *url, const char *option, const char *value)
{
	struct str name = named_in(message), host = contact_host(url);
	struct config_proxy proxy = config_proxy(asker->config);

	if (name.len == 0)
		name = host;
	contact_set(ret, CONTACT_NAME, CONTACT_SETTING, "There is no host " STR_FMT ". ",
	            STR_ARG(name));
	if (is_of_proxy(name, &proxy))
		contact_add(ret, "It is the proxy: check %s.",
		            proxy.of_the_environment ? "HTTPS_PROXY" : "tls.proxy");
	else
		contact_add(ret, "Check %s (%s).", option, value);
}

void contact_no_tls(struct contact *ret, const char *who, const char *url, const char *message)
{
	struct str detail = contact_detail(message), host = contact_host(url);

	contact_set(ret, CONTACT_TLS, CONTACT_FAILED,
	            "No secure connection to %s (" STR_FMT "): " STR_FMT ".", who, STR_ARG(host),
	            STR_ARG(detail));
}
