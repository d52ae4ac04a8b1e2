/* The addresses of services as a person may write them into a configuration. Private to lib/config.
 *
 * Deliberately narrower than RFC 3986: http and https only, no user info (it would end up in logs
 * and process lists), no query, no fragment, nothing that two readers could understand differently.
 * Reasons never quote the address. */
#ifndef CONFIG_URL_H
#define CONFIG_URL_H

#include "base/buf.h"

struct url {
	bool https;
	struct str host; /* without the brackets of an IPv6 address; borrowed */
	bool ipv6;
	unsigned port;   /* 0 = not said */
	struct str path; /* starts with '/' or is empty; no slashes at the end; borrowed */
};

int url_parse(struct str text, struct url *ret, struct err *err) MUST_CHECK;
/* OLLAMA_HOST in all the forms that Ollama's own programs take: host, host:port, :port, a bare
 * port, [::1]:port, ::1, http(s)://host:port/path. Without a scheme it is http, port 11434. An
 * address to listen on everywhere (0.0.0.0, ::) means this machine. Source: Ollama, envconfig,
 * Host(). */
int url_parse_ollama(struct str text, struct url *ret, struct err *err) MUST_CHECK;
/* Scheme, host in lower case, port unless it is the scheme's own, path. */
void url_write(const struct url *url, struct buf *out);
/* 127.0.0.0/8 in four decimal parts, ::1, localhost: literally, without asking anybody. */
bool url_is_loopback(const struct url *url);

#endif
