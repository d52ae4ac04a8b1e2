/* One queue and one timer: all wait equally long, so they leave in the order in which they came. */
#include "daemon/control/guesses.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/system/address.h"

#define IPV6_NETWORK_BYTES 8

struct guess {
	struct list node;
	struct http_exchange *exchange;
	uint8_t host[16];
	uint64_t due; /* of uv_now() */
};

/* One line of a subscriber has a /64 of IPv6, and one address of IPv4. */
static size_t common_bytes(const uint8_t host[16])
{
	return address_host_is_four(host) ? 16 : IPV6_NETWORK_BYTES;
}

static bool same_place(const uint8_t a[16], const uint8_t b[16])
{
	return memcmp(a, b, common_bytes(a)) == 0;
}

static void set_timer(struct guesses *guesses);

static void refuse_first(struct guesses *guesses)
{
	struct guess *guess = list_first(&guesses->waiting, struct guess, node);

	list_remove(&guess->node);
	guesses->count--;
	http_exchange_header(guess->exchange, "WWW-Authenticate: Bearer");
	http_exchange_refuse(guess->exchange, 401, "the token is wrong, or was revoked");
	free(guess);
}

static void on_due(uv_timer_t *timer)
{
	struct guesses *guesses = timer->data;

	while (guesses->count > 0 &&
	       list_first(&guesses->waiting, struct guess, node)->due <= uv_now(timer->loop))
		refuse_first(guesses);
	set_timer(guesses);
}

static void set_timer(struct guesses *guesses)
{
	uint64_t now = uv_now(guesses->timer.loop);

	if (guesses->count == 0)
		return;
	uint64_t due = list_first(&guesses->waiting, struct guess, node)->due;
	(void)uv_timer_start(&guesses->timer, on_due, due > now ? due - now : 0, 0);
}

void guesses_start(struct guesses *guesses, uv_loop_t *loop)
{
	list_init(&guesses->waiting);
	ENSURE(uv_timer_init(loop, &guesses->timer) == 0);
	guesses->timer.data = guesses;
	uv_unref((uv_handle_t *)&guesses->timer);
	guesses->begun = true;
}

bool guesses_full(const struct guesses *guesses, const struct http_peer *peer)
{
	size_t here = 0;

	list_each(node, next, &guesses->waiting) here +=
	        same_place(container_of(node, struct guess, node)->host, peer->host);
	return here >= GUESSES_MAX || guesses->count >= GUESSES_TOTAL_MAX;
}

bool guesses_is_known(const struct guesses *guesses, const struct token *token,
                      const struct http_peer *peer)
{
	for (size_t i = 0; i < GUESSES_KNOWN_MAX; i++)
		if (memcmp(guesses->known[i].digest, token->digest, sizeof(token->digest)) == 0 &&
		    same_place(guesses->known[i].host, peer->host))
			return true;
	return false;
}

void guesses_was_right(struct guesses *guesses, const struct token *token,
                       const struct http_peer *peer)
{
	if (guesses_is_known(guesses, token, peer))
		return;
	struct known *known = &guesses->known[guesses->next++ % GUESSES_KNOWN_MAX];
	memcpy(known->digest, token->digest, sizeof(known->digest));
	memcpy(known->host, peer->host, sizeof(known->host));
}

void guesses_refuse(struct guesses *guesses, struct http_exchange *exchange)
{
	struct guess *guess = xcalloc(1, sizeof(*guess));

	guess->exchange = exchange;
	memcpy(guess->host, http_exchange_peer(exchange)->host, sizeof(guess->host));
	guess->due = uv_now(guesses->timer.loop) + GUESSES_DELAY_MS;
	list_push_back(&guesses->waiting, &guess->node);
	if (guesses->count++ == 0)
		set_timer(guesses);
}

void guesses_close(struct guesses *guesses)
{
	if (!guesses->begun)
		return;
	guesses->begun = false;
	while (guesses->count > 0)
		refuse_first(guesses);
	uv_close((uv_handle_t *)&guesses->timer, NULL);
}
