/* The way of a request: asking its host's name (waiting for it), queue, libcurl, a worker if a big document is to be read, ended, taken.
 * At every moment it stands in exactly one list, or with the resolver.
 *
 * New connections are paced, since a TLS handshake costs a millisecond of this thread: a few a turn, a few dozen under way.
 * A request that finds an idle connection is not held up by that: it is connected as soon as libcurl has seen it. */
#include "daemon/client/http_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/http_json.h"
#include "base/map.h"
#include "daemon/system/capacity.h"
#include "daemon/client/curl_loop.h"
#include "daemon/system/clock.h"

#define CONNECTS_PER_TURN 8
#define CONNECTING_MAX 32
#define TICK_MS 1000
#define NAME_WAIT_MAX (10 * MSEC_SECOND)

struct http_client {
	struct curl_loop curl;
	struct resolver resolver;
	struct transfer_rules rules; /* of the strings below */
	char *ca_file, *pins, *proxy;
	CURLSH *share; /* TLS sessions: without it every connection starts from nothing */
	uv_timer_t tick;
	size_t in_flight_max;
	struct map by_number; /* transfers that have not ended */
	struct list naming;   /* waiting for a name */
	struct list queued;   /* may start */
	struct list running;  /* with libcurl */
	struct list reading;  /* with a worker */
	struct list ended;    /* to be taken */
	size_t running_count, total;
	size_t connecting; /* running, not yet connected */
	CURL **idle;       /* pool of easy handles */
	size_t idle_count;
};

static void on_transfer_connected(struct transfer *transfer)
{
	struct http_client *client = transfer->client;

	client->connecting--;
}

static CURL *handle_get(struct http_client *client)
{
	CURL *easy;

	if (client->idle_count > 0)
		return client->idle[--client->idle_count];
	easy = curl_easy_init();
	if (easy == NULL)
		fatal("no memory for libcurl");
	/* The one option that a reset keeps. */
	curl_easy_setopt(easy, CURLOPT_SHARE, client->share);
	return easy;
}

static void handle_put(struct http_client *client, CURL *easy)
{
	curl_easy_reset(easy);
	if (client->idle_count < client->in_flight_max)
		client->idle[client->idle_count++] = easy;
	else
		curl_easy_cleanup(easy);
}

static void end(struct http_client *client, struct transfer *transfer)
{
	list_remove(&transfer->node);
	list_push_back(&client->ended, &transfer->node);
	map_remove(&client->by_number, transfer->number);
}

/* Out of libcurl's hands. */
static void release(struct http_client *client, struct transfer *transfer)
{
	curl_loop_remove(&client->curl, transfer->easy);
	handle_put(client, transfer->easy);
	transfer->easy = NULL;
	client->running_count--;
	if (!transfer->sent)
		client->connecting--;
}

static void on_read(void *arg, struct http_reply *reply)
{
	struct transfer *transfer = arg;

	transfer->reading = NULL;
	transfer->reply = *reply;
	end(transfer->client, transfer);
}

static void read_ahead(struct http_client *client, struct transfer *transfer)
{
	list_remove(&transfer->node);
	list_push_back(&client->reading, &transfer->node);
	transfer->reading = read_ahead_begin(client->tick.loop, &transfer->reply, on_read, transfer);
}

static void on_ended(void *arg, CURL *easy, CURLcode code)
{
	struct http_client *client = arg;
	char *private = NULL;
	struct transfer *transfer;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
	transfer = (struct transfer *)(void *)private;
	transfer_finish(transfer, code);
	release(client, transfer);
	if (transfer->request->json && http_reply_is_big(&transfer->reply))
		read_ahead(client, transfer);
	else
		end(client, transfer);
}

static void enqueue(struct http_client *client, struct transfer *transfer)
{
	transfer->waiting = false;
	list_remove(&transfer->node);
	list_push_back(&client->queued, &transfer->node);
}

static void take_answer(struct http_client *client, struct transfer *transfer, const struct resolver_answer *answer)
{
	char text[160];

	if (answer->entry != NULL) {
		transfer->addresses = xstrdup(answer->entry);
		enqueue(client, transfer);
		return;
	}
	snprintf(text, sizeof(text), "the host name was not found: %s", answer->error);
	transfer->waiting = false;
	transfer_fail(transfer, HTTP_NO_CONNECT, text);
	end(client, transfer);
}

static void on_name(struct resolver_wait *wait, const struct resolver_answer *answer)
{
	struct transfer *transfer = container_of(wait, struct transfer, wait);

	take_answer(transfer->client, transfer, answer);
}

/* "scheme://host[:port]/…" as the configuration has checked it. False when there is no host in it. */
static bool split_url(struct str url, struct str *ret_host, unsigned *ret_port)
{
	bool https = str_istarts(url, STR("https://"));
	ptrdiff_t start = str_find(url, STR("://"));
	struct str rest, authority, host;
	uint64_t port = https ? 443 : 80;

	if (start < 0)
		return false;
	rest = str_skip(url, (size_t)start + 3);
	authority = str_split(&rest, '/');
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

static void find_name(struct http_client *client, struct transfer *transfer)
{
	struct resolver_answer answer;
	struct str host;
	unsigned port;

	if (!split_url(str_of(transfer->request->url), &host, &port) || !resolver_needed(host)) {
		enqueue(client, transfer);
		return;
	}
	/* The proxy looks up the rest. */
	if (client->rules.proxy != NULL &&
	    (!split_url(str_of(client->rules.proxy), &host, &port) || !resolver_needed(host))) {
		enqueue(client, transfer);
		return;
	}
	if (resolver_ask(&client->resolver, host, port, &transfer->wait, &answer))
		take_answer(client, transfer, &answer);
	else
		transfer->waiting = true;
}

static void sweep(struct http_client *client, struct list *list, msec now)
{
	list_each(node, tmp, list)
	{
		struct transfer *transfer = container_of(node, struct transfer, node);

		if (now < transfer->expires && !(transfer->waiting && now >= transfer->wait_until))
			continue;
		resolver_forget(&transfer->wait);
		transfer_fail(transfer, HTTP_NO_CONNECT,
		              transfer->waiting ? "the host name was not found in time" : "no free connection in time");
		transfer->waiting = false;
		end(client, transfer);
	}
}

static void on_tick(uv_timer_t *timer)
{
	struct http_client *client = timer->data;
	msec now = clock_now().mono;

	sweep(client, &client->naming, now);
	sweep(client, &client->queued, now);
	curl_loop_kick(&client->curl);
	if (client->total == 0)
		(void)uv_timer_stop(timer);
}

static bool library_at_least(unsigned version)
{
	return curl_version_info(CURLVERSION_NOW)->version_num >= version;
}

static char *copy_text(const char *text)
{
	return text != NULL && text[0] != '\0' ? xstrdup(text) : NULL;
}

static void copy_rules(struct http_client *client, const struct transfer_rules *rules)
{
	client->rules = *rules;
	client->rules.http_2 = library_at_least(0x080100);
	client->rules.ca_file = client->ca_file = copy_text(rules->ca_file);
	client->rules.pins = client->pins = copy_text(rules->pins);
	client->rules.proxy = client->proxy = copy_text(rules->proxy);
}

struct http_client *http_client_new(uv_loop_t *loop, const struct transfer_rules *rules, size_t in_flight_max)
{
	struct http_client *client = xcalloc(1, sizeof(*client));

	copy_rules(client, rules);
	list_init(&client->naming);
	list_init(&client->queued);
	list_init(&client->running);
	list_init(&client->reading);
	list_init(&client->ended);
	map_init(&client->by_number);
	resolver_init(&client->resolver, loop);
	curl_loop_init(&client->curl, loop, on_ended, client);
	http_client_set_max(client, in_flight_max);
	client->share = curl_share_init();
	if (client->share == NULL)
		fatal("no memory for libcurl");
	curl_share_setopt(client->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	curl_share_setopt(client->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
	ENSURE(uv_timer_init(loop, &client->tick) == 0);
	client->tick.data = client;
	return client;
}

void http_client_set_max(struct http_client *client, size_t in_flight_max)
{
	while (client->idle_count > in_flight_max)
		curl_easy_cleanup(client->idle[--client->idle_count]);
	client->idle = xrealloc(client->idle, in_flight_max * sizeof(CURL *));
	client->in_flight_max = in_flight_max;
	curl_loop_set_max(&client->curl, (long)capacity_connections(in_flight_max));
}

void http_client_send(struct http_client *client, uint64_t number, struct http_request *request, void *owner)
{
	struct transfer *transfer = xcalloc(1, sizeof(*transfer));
	msec now = clock_now().mono;

	transfer->number = number;
	transfer->request = request;
	transfer->owner = owner;
	transfer->client = client;
	transfer->connected = on_transfer_connected;
	transfer->expires = now + request->timeout;
	transfer->wait_until = now + NAME_WAIT_MAX;
	transfer->wait.done = on_name;
	list_init(&transfer->node);
	list_init(&transfer->wait.node);
	list_push_back(&client->naming, &transfer->node);
	map_put_pointer(&client->by_number, number, transfer);
	client->total++;
	find_name(client, transfer);
	if (!uv_is_active((uv_handle_t *)&client->tick))
		(void)uv_timer_start(&client->tick, on_tick, TICK_MS, TICK_MS);
}

static void cancel(struct http_client *client, struct transfer *transfer)
{
	resolver_forget(&transfer->wait);
	if (transfer->easy != NULL)
		release(client, transfer);
	if (transfer->reading != NULL)
		read_ahead_forget(transfer->reading);
	transfer_fail(transfer, HTTP_CANCELLED, "cancelled");
	end(client, transfer);
}

void http_client_cancel(struct http_client *client, uint64_t number)
{
	struct transfer *transfer = map_get_pointer(&client->by_number, number);

	if (transfer != NULL)
		cancel(client, transfer);
}

void http_client_cancel_all(struct http_client *client)
{
	struct list *lists[] = {&client->naming, &client->queued, &client->running, &client->reading};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		list_each(node, tmp, lists[i]) cancel(client, container_of(node, struct transfer, node));
}

static void start(struct http_client *client, struct transfer *transfer)
{
	CURL *easy = handle_get(client);

	list_remove(&transfer->node);
	list_push_back(&client->running, &transfer->node);
	client->running_count++;
	client->connecting++;
	transfer_prepare(transfer, easy, &client->rules, transfer->expires - clock_now().mono);
	curl_loop_add(&client->curl, easy);
}

static bool may_start(const struct http_client *client)
{
	return !list_empty(&client->queued) && client->connecting < CONNECTING_MAX &&
	       client->running_count < client->in_flight_max;
}

/* In handfuls: those that found an idle connection are connected after the kick and count no more. */
void http_client_pump(struct http_client *client)
{
	size_t before = client->connecting, opened = 0;

	while (may_start(client) && opened < CONNECTS_PER_TURN) {
		for (size_t i = opened; may_start(client) && i < CONNECTS_PER_TURN; i++)
			start(client, list_first(&client->queued, struct transfer, node));
		curl_loop_kick(&client->curl);
		opened = client->connecting > before ? client->connecting - before : 0;
	}
	if (client->curl.due)
		curl_loop_kick(&client->curl);
}

bool http_client_busy(const struct http_client *client)
{
	return !list_empty(&client->ended) || client->curl.due || may_start(client);
}

bool http_client_take(struct http_client *client, void **ret_owner, struct http_reply *ret)
{
	struct transfer *transfer = list_first(&client->ended, struct transfer, node);

	if (transfer == NULL)
		return false;
	list_remove(&transfer->node);
	client->total--;
	*ret_owner = transfer->owner;
	*ret = transfer->reply;
	free(transfer->addresses);
	free(transfer);
	return true;
}

size_t http_client_in_flight(const struct http_client *client)
{
	return client->total;
}

void http_client_rest(struct http_client *client)
{
	if (client->total > 0)
		return;
	while (client->idle_count > 0)
		curl_easy_cleanup(client->idle[--client->idle_count]);
	curl_loop_renew(&client->curl);
}

/* In this order: handles, multi, share. The multi handle is cleaned up while the loop can still serve its callbacks. */
void http_client_close(struct http_client *client)
{
	ENSURE(client->total == 0);
	while (client->idle_count > 0)
		curl_easy_cleanup(client->idle[--client->idle_count]);
	curl_loop_close(&client->curl);
	ENSURE(curl_share_cleanup(client->share) == CURLSHE_OK);
	uv_close((uv_handle_t *)&client->tick, NULL);
}

unsigned http_client_lookups(const struct http_client *client)
{
	return client->resolver.pending;
}

void http_client_free(struct http_client *client)
{
	resolver_free(&client->resolver);
	map_free(&client->by_number);
	free(client->idle);
	free(client->ca_file);
	free(client->pins);
	free(client->proxy);
	free(client);
}
