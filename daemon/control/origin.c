/* Compares what the header lines say; the port that a scheme implies may be left out. */
#include "daemon/control/origin.h"

/* How many lines there are of that name. */
static size_t count_headers(const struct http_message *message, struct str name)
{
	struct str lines = buf_str(&message->headers);
	size_t count = 0;

	while (lines.len > 0) {
		struct str line = str_split(&lines, '\n');

		count += str_ieq(str_split(&line, ':'), name);
	}
	return count;
}

static struct str cut_port(struct str host, struct str port)
{
	return str_ends(host, port) ? str_make(host.data, host.len - port.len) : host;
}

static bool is_same(struct str origin, struct str scheme, struct str port, struct str host)
{
	return str_istarts(origin, scheme) &&
	       str_ieq(cut_port(str_skip(origin, scheme.len), port), cut_port(host, port));
}

static bool is_ours(struct str origin, struct str host)
{
	return host.len > 0 && (is_same(origin, STR("http://"), STR(":80"), host) ||
	                        is_same(origin, STR("https://"), STR(":443"), host));
}

const char *origin_refusal(const struct http_message *message)
{
	struct str origin = http_message_header(message, STR("origin")),
	           site = http_message_header(message, STR("sec-fetch-site"));

	if (count_headers(message, STR("origin")) > 1 ||
	    count_headers(message, STR("sec-fetch-site")) > 1)
		return "a request comes from one place: Origin or Sec-Fetch-Site is given twice";
	if (origin.data != NULL && !is_ours(origin, http_message_header(message, STR("host"))))
		return "a command must come from the page of this service: its Origin is another "
		       "one than the Host (behind a proxy: pass the Host on, see DEPLOYMENT.md)";
	if (site.data != NULL && !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none")))
		return "a command must come from the page of this service, not from another site";
	return NULL;
}

bool origin_is_json(const struct http_message *message)
{
	struct str type = http_message_header(message, STR("content-type"));

	return count_headers(message, STR("content-type")) == 1 &&
	       str_ieq(str_trim(str_split(&type, ';')), STR("application/json"));
}
