/* Reads the variables that name proxies, and decides for each URL. User info in HTTPS_PROXY is kept
 * apart from the address, which is shown to people. */
#include "config/proxy.h"

#include <stdlib.h>

#include "config/notes.h"
#include "config/proxy_read.h"
#include "config/url.h"

#define URL_BYTES_MAX 2048

static bool is_upper(const struct pending *pending)
{
	struct str where = str_of(pending->source.where ? pending->source.where : "");

	return str_ends(where, STR("_PROXY"));
}

/* Of two spellings in one layer the lower-case one counts, as for libcurl. */
static void keep(struct pending *pending, enum config_origin origin, const char *label,
                 struct str name, struct str value)
{
	bool upper = str_ends(name, STR("_PROXY"));

	if (upper && pending->text && pending->source.origin == origin && !is_upper(pending))
		return;
	pending_set(pending, origin, label, str_trim(value));
}

bool proxy_read_variable(struct config *config, enum config_origin origin, const char *label,
                         struct str name, struct str value, struct config_problems *problems)
{
	struct config_notes *notes = config->notes;

	if (str_ieq(name, STR("HTTPS_PROXY")))
		keep(&notes->https_proxy, origin, label, name, value);
	else if (str_ieq(name, STR("NO_PROXY")))
		keep(&notes->no_proxy, origin, label, name, value);
	else if (str_ieq(name, STR("HTTP_PROXY")) || str_ieq(name, STR("ALL_PROXY")))
		problem_add(&problems->warnings, label,
		            "is not used: set HTTPS_PROXY or tls.proxy");
	else
		return false;
	return true;
}

/* Cuts "user:password@" off the front of what follows the scheme. */
static struct str cut_login(struct str *address)
{
	struct str rest = *address, authority = str_split(&rest, '/');
	size_t at = authority.len;

	while (at > 0 && authority.data[at - 1] != '@')
		at--;
	if (at == 0)
		return (struct str){0};
	*address = str_skip(*address, at);
	return str_make(authority.data, at - 1);
}

static void refuse(const struct pending *pending, const char *reason,
                   struct config_problems *problems)
{
	problem_add(&problems->errors, pending->source.where, "%s", reason);
}

/* Without a scheme a proxy is spoken to by http. */
static void use_https_proxy(struct config *config, struct config_problems *problems)
{
	struct config_notes *notes = config->notes;
	const struct pending *pending = &notes->https_proxy;
	struct str address = str_of(pending->text);
	bool tls = str_istarts(address, STR("https://"));
	ptrdiff_t scheme = str_find(address, STR("://"));
	struct url url;
	struct err err;

	if (scheme >= 0 && !tls && !str_istarts(address, STR("http://"))) {
		refuse(pending, "only proxies that speak http are supported", problems);
		return;
	}
	if (scheme >= 0)
		address = str_skip(address, (size_t)scheme + 3);
	struct str login = cut_login(&address);
	char *whole = xasprintf("%s://" STR_FMT, tls ? "https" : "http", STR_ARG(address));
	if (url_parse(str_of(whole), &url, &err) < 0) {
		refuse(pending, err.text, problems);
	} else if (url.path.len > 0) {
		refuse(pending, "expected no path after the host of a proxy", problems);
	} else {
		struct buf clean;

		buf_init(&clean, URL_BYTES_MAX);
		url_write(&url, &clean);
		option_derive(config, OPTION_tls_proxy, buf_str(&clean));
		buf_free(&clean);
		source_set(&notes->of[OPTION_tls_proxy], pending->source.origin,
		           pending->source.where);
		notes->proxy_of_environment = true;
		if (login.len > 0)
			notes->proxy_login = xmemdup0(login.data, login.len);
	}
	free(whole);
}

void proxy_finish(struct config *config, struct config_problems *problems)
{
	const struct pending *pending = &config->notes->https_proxy;

	if (!pending->text)
		return;
	if (config->tls.proxy[0])
		problem_add(&problems->warnings, pending->source.where,
		            "is not used: tls.proxy is set");
	else
		use_https_proxy(config, problems);
}

struct config_proxy config_proxy(const struct config *config)
{
	const struct config_notes *notes = config->notes;
	bool any = config->tls.proxy[0] != '\0', environment = notes->proxy_of_environment;

	if (!any)
		return (struct config_proxy){0};
	return (struct config_proxy){
	        .url = config->tls.proxy,
	        .login = environment ? notes->proxy_login : NULL,
	        .except = environment ? notes->no_proxy.text : NULL,
	        .of_the_environment = environment,
	};
}

/* --- which URLs --- */

static bool parse_ipv4(struct str text, uint32_t *ret)
{
	uint32_t address = 0;

	for (int i = 0; i < 4; i++) {
		uint64_t part;

		if (str_to_u64(str_split(&text, '.'), &part) < 0 || part > 255)
			return false;
		address = address << 8 | (uint32_t)part;
	}
	*ret = address;
	return text.len == 0;
}

static bool within(uint32_t address, uint32_t network, unsigned bits)
{
	return bits == 0 || (address ^ network) >> (32 - bits) == 0;
}

/* RFC 1918 and RFC 3927; RFC 4193 and RFC 4291 for IPv6. */
static bool is_private(const struct url *url)
{
	uint32_t address;

	if (url->ipv6)
		return str_istarts(url->host, STR("fc")) || str_istarts(url->host, STR("fd")) ||
		       str_istarts(url->host, STR("fe8")) || str_istarts(url->host, STR("fe9")) ||
		       str_istarts(url->host, STR("fea")) || str_istarts(url->host, STR("feb"));
	return parse_ipv4(url->host, &address) &&
	       (within(address, 0x0A000000, 8) || within(address, 0xAC100000, 12) ||
	        within(address, 0xC0A80000, 16) || within(address, 0xA9FE0000, 16));
}

/* "10.0.0.0/8" */
static bool network_has(struct str entry, struct str host)
{
	struct str bits = entry, network = str_split(&bits, '/');
	uint32_t base, address;
	uint64_t count;

	return parse_ipv4(network, &base) && parse_ipv4(host, &address) &&
	       str_to_u64(bits, &count) == 0 && count <= 32 &&
	       within(address, base, (unsigned)count);
}

/* Cuts ":443" off "example.com:443"; false: it is for another port. */
static bool cut_port(struct str *entry, const struct url *url)
{
	ptrdiff_t colon = str_find_char(*entry, ':');
	uint64_t port;

	if (colon < 0 || str_find_char(str_skip(*entry, (size_t)colon + 1), ':') >= 0)
		return true; /* no port, or an IPv6 address */
	if (str_to_u64(str_skip(*entry, (size_t)colon + 1), &port) < 0)
		return false;
	entry->len = (size_t)colon;
	return port == (url->port ? url->port : url->https ? 443 : 80);
}

/* One entry: "*", a domain with or without a dot in front (it means its subdomains too), an address
 * or a network. */
static bool entry_means(struct str entry, const struct url *url)
{
	struct str host = url->host;

	if (str_eq(entry, STR("*")))
		return true;
	if (str_find_char(entry, '/') >= 0)
		return network_has(entry, host);
	if (!cut_port(&entry, url))
		return false;
	if (str_starts(entry, STR("*.")))
		entry = str_skip(entry, 2);
	else if (str_starts(entry, STR(".")))
		entry = str_skip(entry, 1);
	if (entry.len == 0 || host.len < entry.len)
		return false;
	struct str end = str_skip(host, host.len - entry.len);
	return str_ieq(end, entry) &&
	       (end.data == host.data || host.data[host.len - entry.len - 1] == '.');
}

static bool is_excepted(const char *except, const struct url *url)
{
	struct str rest = str_of(except ? except : "");

	while (rest.len > 0) {
		struct str entries = str_split(&rest, ',');

		while (entries.len > 0)
			if (entry_means(str_trim(str_split(&entries, ' ')), url))
				return true;
	}
	return false;
}

bool config_proxy_serves(const struct config_proxy *proxy, struct str text)
{
	struct url url;

	/* a path may hold what no configured address may */
	struct str rest = text;
	ptrdiff_t scheme = str_find(text, STR("://"));
	if (!proxy->url || scheme < 0)
		return false;
	rest = str_skip(text, (size_t)scheme + 3);
	struct str authority = str_split(&rest, '/');
	if (url_parse(str_make(text.data, (size_t)scheme + 3 + authority.len), &url, NULL) < 0)
		return !proxy->of_the_environment;
	if (url_is_loopback(&url))
		return false;
	if (!proxy->of_the_environment)
		return true;
	return url.https && !is_private(&url) && !is_excepted(proxy->except, &url);
}
