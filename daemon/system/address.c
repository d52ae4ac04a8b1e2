/* Parses addresses with libuv's parsers; does no name lookup. */
#include "daemon/system/address.h"

#include <string.h>

#include "base/str.h"

static int refuse_address(struct err *err)
{
	return err_set(err, "http.listen: an address and a port are needed, e.g. 127.0.0.1:9871, "
	                    "[::1]:9871 or localhost:9871");
}

/* Splits at the last colon. */
static int split_address(struct str text, struct str *ret_host, uint64_t *ret_port)
{
	size_t colon = text.len;

	while (colon > 0 && text.data[colon - 1] != ':')
		colon--;
	if (colon == 0 || str_to_u64(str_skip(text, colon), ret_port) < 0 || *ret_port > UINT16_MAX)
		return -1;
	*ret_host = str_make(text.data, colon - 1);
	return 0;
}

int address_parse(const char *text, struct sockaddr_storage *ret, struct err *err)
{
	struct sockaddr_storage address = {0};
	struct str host;
	uint64_t port;
	char name[64];

	if (split_address(str_of(text), &host, &port) < 0 || host.len >= sizeof(name))
		return refuse_address(err);
	if (host.len == 0)
		host = STR("[::]");
	if (str_ieq(host, STR("localhost")))
		host = STR("127.0.0.1");
	bool bracketed = host.len > 2 && host.data[0] == '[' && host.data[host.len - 1] == ']';
	if (bracketed)
		host = str_make(host.data + 1, host.len - 2);
	memcpy(name, host.data, host.len);
	name[host.len] = '\0';
	if (strlen(name) != host.len)
		return refuse_address(err);
	int code = bracketed ? uv_ip6_addr(name, (int)port, (struct sockaddr_in6 *)&address)
	                     : uv_ip4_addr(name, (int)port, (struct sockaddr_in *)&address);
	if (code < 0)
		return refuse_address(err);
	*ret = address;
	return 0;
}

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};

void address_host(const struct sockaddr_storage *address, uint8_t ret[16])
{
	if (address->ss_family == AF_INET6) {
		memcpy(ret, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
		return;
	}
	memcpy(ret, mapped_prefix, sizeof(mapped_prefix));
	memcpy(ret + sizeof(mapped_prefix),
	       &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
}

bool address_host_is_four(const uint8_t host[16])
{
	return memcmp(host, mapped_prefix, sizeof(mapped_prefix)) == 0;
}

bool address_is_loopback(const struct sockaddr_storage *address)
{
	static const uint8_t one[16] = {[15] = 1};
	uint8_t host[16];

	address_host(address, host);
	if (address_host_is_four(host))
		return host[sizeof(mapped_prefix)] == 127;
	return memcmp(host, one, sizeof(one)) == 0;
}
