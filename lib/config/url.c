/* Strict parsing of service URLs, and Ollama's loose form on top of it. */
#include "config/url.h"

#include <string.h>

#define PORT_MAX 65535
#define OLLAMA_PORT 11434

static bool one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static int parse_port(struct str text, unsigned *ret, struct err *err)
{
	uint64_t port;

	if (str_to_u64(text, &port) < 0 || port == 0 || port > PORT_MAX)
		return err_set(err, "expected a port from 1 to 65535 after the colon");
	*ret = (unsigned)port;
	return 0;
}

static int check_host(const struct url *url, struct err *err)
{
	if (url->host.len == 0)
		return err_set(err, "the host name is missing");
	for (size_t i = 0; i < url->host.len; i++) {
		char c = url->host.data[i];
		if (url->ipv6 ? !ascii_is_digit(c) && !one_of(ascii_lower(c), "abcdef:.")
		              : !ascii_is_alnum(c) && !one_of(c, "-._"))
			return err_set(err,
			               url->ipv6 ? "expected an IPv6 address between the brackets"
			                         : "invalid character in the host name");
	}
	return 0;
}

/* "host", "host:port", "[v6]", "[v6]:port". */
static int parse_authority(struct str text, struct url *url, struct err *err)
{
	if (str_find_char(text, '@') >= 0)
		return err_set(err, "a user name or password is not allowed in an address: use the "
		                    "options for credentials");
	if (str_starts(text, STR("["))) {
		text = str_skip(text, 1);
		if (str_find_char(text, ']') < 0)
			return err_set(err, "expected ']' after the IPv6 address");
		url->ipv6 = true;
		url->host = str_split(&text, ']');
		if (text.len > 0 && text.data[0] != ':')
			return err_set(err, "unexpected text after the host");
	} else {
		ptrdiff_t colon = str_find_char(text, ':');
		url->host = colon < 0 ? text : str_make(text.data, (size_t)colon);
		text = str_skip(text, url->host.len);
	}
	if (text.len > 0 && parse_port(str_skip(text, 1), &url->port, err) < 0)
		return -1;
	return check_host(url, err);
}

static bool dot_segment(struct str segment)
{
	return str_eq(segment, STR(".")) || str_eq(segment, STR(".."));
}

static int parse_path(struct str text, struct url *url, struct err *err)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '?' || text.data[i] == '#')
			return err_set(
			        err, "a query or fragment ('?', '#') is not allowed in an address");
		if (!ascii_is_alnum(text.data[i]) && !one_of(text.data[i], "/-._~:@!$&'()*+,;=%"))
			return err_set(err, "invalid character in the address");
	}
	while (text.len > 0 && text.data[text.len - 1] == '/')
		text.len--;
	url->path = text;
	while (text.len > 0)
		if (dot_segment(str_split(&text, '/')))
			return err_set(err, "'.' or '..' is not allowed in the path of an address");
	return 0;
}

/* Cuts "http://" or "https://" off; false when there is neither. */
static bool take_scheme(struct str *text, bool *https)
{
	*https = str_istarts(*text, STR("https://"));
	if (!*https && !str_istarts(*text, STR("http://")))
		return false;
	*text = str_skip(*text, *https ? strlen("https://") : strlen("http://"));
	return true;
}

/* Cuts off and returns what comes before the path. */
static struct str take_authority(struct str *text)
{
	size_t len = 0;

	while (len < text->len && !one_of(text->data[len], "/?#"))
		len++;
	struct str authority = str_make(text->data, len);
	*text = str_skip(*text, len);
	return authority;
}

int url_parse(struct str text, struct url *ret, struct err *err)
{
	struct url url = {0};

	text = str_trim(text);
	if (!take_scheme(&text, &url.https))
		return err_set(err, "expected an address that begins with https:// or http://");
	if (parse_authority(take_authority(&text), &url, err) < 0 ||
	    parse_path(text, &url, err) < 0)
		return -1;
	*ret = url;
	return 0;
}

static bool only_digits(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_is_digit(text.data[i]))
			return false;
	return text.len > 0;
}

/* True for two colons or more without brackets: an IPv6 address, not a host and a port. */
static bool bare_ipv6(struct str text)
{
	return !str_starts(text, STR("[")) && str_find_char(text, ':') >= 0 &&
	       str_find_char(str_skip(text, (size_t)str_find_char(text, ':') + 1), ':') >= 0;
}

static int parse_ollama_authority(struct str text, struct url *url, struct err *err)
{
	if (only_digits(text))
		return parse_port(text, &url->port, err);
	if (str_starts(text, STR(":")) && !bare_ipv6(text))
		return text.len > 1 ? parse_port(str_skip(text, 1), &url->port, err) : 0;
	if (text.len == 0)
		return 0;
	if (bare_ipv6(text)) {
		url->ipv6 = true;
		url->host = text;
		return str_find_char(text, '@') < 0 ? check_host(url, err)
		                                    : parse_authority(text, url, err);
	}
	return parse_authority(text, url, err);
}

int url_parse_ollama(struct str text, struct url *ret, struct err *err)
{
	struct url url = {0};

	text = str_trim(text);
	bool schemed = take_scheme(&text, &url.https);
	if (parse_ollama_authority(take_authority(&text), &url, err) < 0 ||
	    parse_path(text, &url, err) < 0)
		return -1;
	if (!schemed && url.port == 0)
		url.port = OLLAMA_PORT;
	if (url.ipv6 && str_eq(url.host, STR("::")))
		url.host = STR("::1");
	else if (url.host.len == 0 || str_eq(url.host, STR("0.0.0.0")))
		url.host = STR("127.0.0.1");
	*ret = url;
	return 0;
}

void url_write(const struct url *url, struct buf *out)
{
	buf_puts(out, url->https ? "https://" : "http://");
	buf_puts(out, url->ipv6 ? "[" : "");
	for (size_t i = 0; i < url->host.len; i++)
		buf_putc(out, ascii_lower(url->host.data[i]));
	buf_puts(out, url->ipv6 ? "]" : "");
	if (url->port != 0 && url->port != (url->https ? 443 : 80))
		buf_printf(out, ":%u", url->port);
	buf_add_str(out, url->path);
}

static bool in_127(struct str host)
{
	int parts = 0;

	if (str_ends(host, STR(".")))
		return false;
	for (; host.len > 0; parts++) {
		uint64_t number;
		struct str part = str_split(&host, '.');
		if (str_to_u64(part, &number) < 0 || number > 255 ||
		    (part.len > 1 && part.data[0] == '0'))
			return false;
		if (parts == 0 && number != 127)
			return false;
	}
	return parts == 4;
}

bool url_is_loopback(const struct url *url)
{
	if (url->ipv6)
		return str_eq(url->host, STR("::1"));
	return str_ieq(url->host, STR("localhost")) || in_127(url->host);
}
