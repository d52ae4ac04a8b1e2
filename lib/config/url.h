/* URLs of services, as people may write them in a configuration. Private to lib/config.
 *
 * Deliberately stricter than RFC 3986: http and https only, no user info (it would end up in logs
 * and process lists), no query, no fragment, nothing that two parsers could understand differently.
 * Reasons never quote the URL. */
#ifndef CONFIG_URL_H
#define CONFIG_URL_H

#include "base/buf.h"

struct url {
	bool https;
	struct str host; /* without the brackets of an IPv6 address; borrowed */
	bool ipv6;
	unsigned port;   /* 0 = the scheme's default */
	struct str path; /* starts with '/' or is empty; no slashes at the end; borrowed */
};

/* 0, or -1 with the reason. The slices in *ret point into `text`. */
int url_parse(struct str text, struct url *ret, struct err *err) MUST_CHECK;
/* Parses OLLAMA_HOST in all the forms that Ollama's own programs accept: host, host:port, :port, a
 * bare port, [::1]:port, ::1, http(s)://host:port/path. Without a scheme it is http, port 11434. An
 * address to listen on everywhere (0.0.0.0, ::) means this machine. Source: Ollama, envconfig,
 * Host(). */
int url_parse_ollama(struct str text, struct url *ret, struct err *err) MUST_CHECK;
/* Writes scheme, host in lower case, port unless it is the scheme's default, and path. */
void url_write(const struct url *url, struct buf *out);
/* True for 127.0.0.0/8 in four decimal parts, ::1 and localhost; the name is compared, not
 * resolved. */
bool url_is_loopback(const struct url *url);

#endif
