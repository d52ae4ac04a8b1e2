/* Caches answers by name, in a list, since there are few names (the account, the model service, a
 * proxy). */
#include "daemon/client/resolver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "daemon/system/clock.h"

#define FRESH_FOR (60 * MSEC_SECOND)
#define ADDRESSES_MAX 16

struct name {
	struct list node;
	struct resolver *resolver;
	char *host;
	unsigned port;
	char *entry; /* last good answer; NULL = none */
	msec asked_at;
	bool asking;
	struct list waiting; /* struct resolver_wait */
	uv_getaddrinfo_t req;
};

bool resolver_target(struct str url, struct str *ret_host, unsigned *ret_port)
{
	bool https = str_istarts(url, STR("https://"));
	ptrdiff_t start = str_find(url, STR("://"));
	struct str host;
	uint64_t port = https ? 443 : 80;

	if (start < 0)
		return false;
	struct str rest = str_skip(url, (size_t)start + 3);
	struct str authority = str_split(&rest, '/');
	if (authority.len > 0 && authority.data[0] == '[') {
		authority = str_skip(authority, 1);
		host = str_split(&authority, ']');
		authority = str_skip(authority, 1);
	} else {
		host = str_split(&authority, ':');
	}
	if (authority.len > 0 && str_to_u64(authority, &port) < 0)
		return false;
	*ret_host = host;
	*ret_port = (unsigned)port;
	return host.len > 0;
}

bool resolver_needed(struct str host)
{
	unsigned char address[16];
	char text[64];

	if (str_ieq(host, STR("localhost")))
		return false;
	if (host.len >= sizeof(text))
		return true;
	memcpy(text, host.data, host.len);
	text[host.len] = '\0';
	return uv_inet_pton(AF_INET, text, address) != 0 &&
	       uv_inet_pton(AF_INET6, text, address) != 0;
}

static void add_address(struct buf *entry, const struct addrinfo *info)
{
	char text[64];

	if (info->ai_family == AF_INET6) {
		if (uv_ip6_name((const struct sockaddr_in6 *)(const void *)info->ai_addr, text,
		                sizeof(text)) == 0)
			buf_printf(entry, "[%s]", text);
	} else if (info->ai_family == AF_INET) {
		if (uv_ip4_name((const struct sockaddr_in *)(const void *)info->ai_addr, text,
		                sizeof(text)) == 0)
			buf_puts(entry, text);
	}
}

/* Makes the entry for CURLOPT_RESOLVE, to be freed; NULL when the list has no address. */
static char *make_entry(const struct name *name, const struct addrinfo *list)
{
	struct buf entry;
	size_t start, count = 0;

	buf_init(&entry, 4096);
	buf_printf(&entry, "%s:%u:", name->host, name->port);
	start = entry.len;
	for (; list != NULL && count < ADDRESSES_MAX; list = list->ai_next, count++) {
		if (entry.len > start)
			buf_putc(&entry, ',');
		add_address(&entry, list);
	}
	if (entry.len > start && !entry.overflow)
		return buf_take(&entry, NULL);
	buf_free(&entry);
	return NULL;
}

static void answer_waiting(struct name *name, const struct resolver_answer *answer)
{
	while (!list_empty(&name->waiting)) {
		struct resolver_wait *wait = list_first(&name->waiting, struct resolver_wait, node);

		list_remove(&wait->node);
		wait->done(wait, answer);
	}
}

/* A name server has told that there is no such name, or none with an address. */
static bool says_no_host(int status)
{
	return status == UV_EAI_NONAME || status == UV_EAI_NODATA || status == UV_EAI_ADDRFAMILY;
}

static void on_addresses(uv_getaddrinfo_t *req, int status, struct addrinfo *list)
{
	struct name *name = container_of(req, struct name, req);
	char *entry = status == 0 ? make_entry(name, list) : NULL;

	uv_freeaddrinfo(list);
	name->asking = false;
	name->resolver->pending--;
	if (entry != NULL && name->entry != NULL && strcmp(entry, name->entry) == 0) {
		free(entry);
	} else if (entry != NULL) {
		free(name->entry);
		name->entry = entry;
	}
	/* When a renewal failed, the old addresses stay in use. */
	struct resolver_answer answer = {name->entry,
	                                 status < 0 ? uv_strerror(status) : "no address",
	                                 name->host, says_no_host(status)};
	answer_waiting(name, &answer);
}

static void start_lookup(struct name *name, msec now)
{
	struct addrinfo hints = {
	        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};

	if (uv_getaddrinfo(name->resolver->loop, &name->req, on_addresses, name->host, NULL,
	                   &hints) < 0)
		return;
	name->asking = true;
	name->asked_at = now;
	name->resolver->pending++;
}

static struct name *find_or_add(struct resolver *resolver, struct str host, unsigned port)
{
	struct name *name;

	list_each(node, tmp, &resolver->names)
	{
		name = container_of(node, struct name, node);
		if (name->port == port && str_ieq(str_of(name->host), host))
			return name;
	}
	name = xcalloc(1, sizeof(*name));
	name->resolver = resolver;
	name->host = xmemdup0(host.data, host.len);
	name->port = port;
	list_init(&name->waiting);
	list_push_back(&resolver->names, &name->node);
	return name;
}

bool resolver_ask(struct resolver *resolver, struct str host, unsigned port,
                  struct resolver_wait *wait, struct resolver_answer *ret)
{
	struct name *name = find_or_add(resolver, host, port);
	msec now = clock_now().mono;
	bool fresh = name->entry != NULL && now - name->asked_at < FRESH_FOR;

	if (!fresh && !name->asking)
		start_lookup(name, now);
	if (name->entry == NULL && name->asking) {
		list_push_back(&name->waiting, &wait->node);
		return false;
	}
	*ret = (struct resolver_answer){name->entry, "the name cannot be looked up", name->host,
	                                false};
	return true;
}

void resolver_forget(struct resolver_wait *wait)
{
	list_remove(&wait->node);
}

void resolver_init(struct resolver *resolver, uv_loop_t *loop)
{
	*resolver = (struct resolver){.loop = loop};
	list_init(&resolver->names);
}

void resolver_free(struct resolver *resolver)
{
	ENSURE(resolver->pending == 0);
	list_each(node, tmp, &resolver->names)
	{
		struct name *name = container_of(node, struct name, node);

		ENSURE(list_empty(&name->waiting));
		free(name->host);
		free(name->entry);
		free(name);
	}
	list_init(&resolver->names);
}
