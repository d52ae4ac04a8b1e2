/* A request goes through these steps: name lookup, queue, libcurl, a worker if a big document is
 * to be parsed, ended, taken. At any moment it is in exactly one list.
 *
 * New connections are limited, since a TLS handshake takes a millisecond of this thread: a few per
 * turn, a few dozen at once. Requests that find an idle connection are not delayed by that: they
 * count as connected as soon as libcurl has processed them.
 *
 * Nothing is read from sockets while replies of some size wait to be taken: a burst of hundreds
 * then waits in the kernel, not in this process. */
#include "daemon/client/http_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/http_json.h"
#include "base/map.h"
#include "daemon/client/curl_lanes.h"
#include "daemon/client/handle_pool.h"
#include "daemon/system/clock.h"

#define CONNECTS_PER_TURN 8
#define CONNECTING_MAX 32
#define UNTAKEN_MAX ((size_t)256 * 1024) /* bytes of replies */
#define TICK_MS 1000
#define NAME_WAIT_MAX (10 * MSEC_SECOND)
/* numbers of http_client_call; those of the engine begin with 1 */
#define FIRST_CALL ((uint64_t)1 << 63)

struct http_client {
	struct curl_lanes lanes;
	struct resolver resolver;
	struct transfer_rules rules; /* its strings are those below */
	char *ca_file, *pins, *proxy, *proxy_login, *proxy_except;
	struct handle_pool handles;
	uv_timer_t tick;
	size_t in_flight_max;
	struct map by_number; /* transfers that have not ended */
	struct list naming;   /* waiting for a name lookup */
	struct list queued;   /* ready to start */
	struct list running;  /* given to libcurl */
	struct list reading;  /* being parsed on a worker */
	struct list ended;    /* ended, reply not taken yet */
	size_t running_count, total;
	size_t untaken;    /* bytes of the replies in `ended` */
	uint64_t calls;    /* how often http_client_call was called */
	size_t connecting; /* running and not connected yet */
};

static void on_transfer_connected(struct transfer *transfer)
{
	struct http_client *client = transfer->client;

	client->connecting--;
}

static size_t text_bytes(const struct http_reply *reply)
{
	return reply->body != NULL ? reply->body_len : 0;
}

static void end_transfer(struct http_client *client, struct transfer *transfer)
{
	client->untaken += text_bytes(&transfer->reply);
	curl_lanes_hold(&client->lanes, client->untaken > UNTAKEN_MAX);
	list_remove(&transfer->node);
	list_push_back(&client->ended, &transfer->node);
	map_remove(&client->by_number, transfer->number);
}

/* Takes the transfer's handle back from libcurl. */
static void release_handle(struct http_client *client, struct transfer *transfer)
{
	curl_loop_remove(transfer->lane, transfer->easy);
	handle_pool_put(&client->handles, transfer->easy);
	transfer->easy = NULL;
	client->running_count--;
	if (!transfer->sent)
		client->connecting--;
}

static void on_read_ahead(void *arg, struct http_reply *reply)
{
	struct transfer *transfer = arg;

	transfer->reading = NULL;
	transfer->reply = *reply;
	end_transfer(transfer->client, transfer);
}

static void start_read_ahead(struct http_client *client, struct transfer *transfer)
{
	list_remove(&transfer->node);
	list_push_back(&client->reading, &transfer->node);
	transfer->reading =
	        read_ahead_begin(client->tick.loop, &transfer->reply, on_read_ahead, transfer);
}

static void on_ended(void *arg, CURL *easy, CURLcode code)
{
	struct http_client *client = arg;
	char *private = NULL;
	struct transfer *transfer;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
	transfer = (struct transfer *)(void *)private;
	transfer_finish(transfer, code);
	release_handle(client, transfer);
	if (transfer->request->json && http_reply_is_big(&transfer->reply))
		start_read_ahead(client, transfer);
	else
		end_transfer(client, transfer);
}

static void enqueue(struct http_client *client, struct transfer *transfer)
{
	transfer->waiting = false;
	list_remove(&transfer->node);
	list_push_back(&client->queued, &transfer->node);
}

static void use_addresses(struct http_client *client, struct transfer *transfer,
                          const struct resolver_answer *answer)
{
	char text[200];

	if (answer->entry != NULL) {
		transfer->addresses = xstrdup(answer->entry);
		enqueue(client, transfer);
		return;
	}
	if (answer->no_host)
		snprintf(text, sizeof(text), "there is no host %.150s", answer->host);
	else
		snprintf(text, sizeof(text), "the host name %.80s was not found: %s", answer->host,
		         answer->error);
	transfer->waiting = false;
	transfer_fail(transfer, answer->no_host ? HTTP_NO_HOST : HTTP_NO_CONNECT, text);
	end_transfer(client, transfer);
}

static void on_name_resolved(struct resolver_wait *wait, const struct resolver_answer *answer)
{
	struct transfer *transfer = container_of(wait, struct transfer, wait);

	use_addresses(transfer->client, transfer, answer);
}

static void resolve_host(struct http_client *client, struct transfer *transfer)
{
	struct resolver_answer answer;
	struct str host;
	unsigned port;

	if (!resolver_target(str_of(transfer->request->url), &host, &port) ||
	    !resolver_needed(host)) {
		enqueue(client, transfer);
		return;
	}
	/* With a proxy only the proxy's own name is looked up here; the proxy looks up all
	 * others. */
	if (config_proxy_serves(&client->rules.proxy, str_of(transfer->request->url)) &&
	    (!resolver_target(str_of(client->rules.proxy.url), &host, &port) ||
	     !resolver_needed(host))) {
		enqueue(client, transfer);
		return;
	}
	if (resolver_ask(&client->resolver, host, port, &transfer->wait, &answer))
		use_addresses(client, transfer, &answer);
	else
		transfer->waiting = true;
}

static void expire_waiting(struct http_client *client, struct list *list, msec now)
{
	list_each(node, tmp, list)
	{
		struct transfer *transfer = container_of(node, struct transfer, node);

		if (now < transfer->expires && !(transfer->waiting && now >= transfer->wait_until))
			continue;
		resolver_forget(&transfer->wait);
		transfer_fail(transfer, HTTP_NO_CONNECT,
		              transfer->waiting ? "the host name lookup timed out"
		                                : "timed out waiting for a free connection");
		transfer->waiting = false;
		end_transfer(client, transfer);
	}
}

static void on_tick(uv_timer_t *timer)
{
	struct http_client *client = timer->data;
	msec now = clock_now().mono;

	expire_waiting(client, &client->naming, now);
	expire_waiting(client, &client->queued, now);
	curl_lanes_tick(&client->lanes);
	if (client->total == 0)
		(void)uv_timer_stop(timer);
}

static bool library_at_least(unsigned version)
{
	return curl_version_info(CURLVERSION_NOW)->version_num >= version;
}

static void copy_rules(struct http_client *client, const struct transfer_rules *rules)
{
	client->rules = *rules;
	client->rules.http_2 = library_at_least(0x080100);
	client->rules.ca_file = client->ca_file = xstrdup(rules->ca_file);
	client->rules.pins = client->pins = xstrdup(rules->pins);
	client->rules.proxy.url = client->proxy = xstrdup(rules->proxy.url);
	client->rules.proxy.login = client->proxy_login = xstrdup(rules->proxy.login);
	client->rules.proxy.except = client->proxy_except = xstrdup(rules->proxy.except);
}

struct http_client *http_client_new(uv_loop_t *loop, const struct transfer_rules *rules,
                                    size_t in_flight_max)
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
	curl_lanes_init(&client->lanes, loop, in_flight_max, on_ended, client);
	handle_pool_init(&client->handles);
	http_client_set_max(client, in_flight_max);
	ENSURE(uv_timer_init(loop, &client->tick) == 0);
	client->tick.data = client;
	return client;
}

void http_client_set_max(struct http_client *client, size_t in_flight_max)
{
	handle_pool_set_max(&client->handles, in_flight_max);
	client->in_flight_max = in_flight_max;
	curl_lanes_set_max(&client->lanes, in_flight_max);
}

static void begin_transfer(struct http_client *client, const struct transfer *given)
{
	struct transfer *transfer = xcalloc(1, sizeof(*transfer));
	struct http_request *request = given->request;
	msec now = clock_now().mono;

	*transfer = *given;
	transfer->client = client;
	transfer->connected = on_transfer_connected;
	transfer->expires = now + request->timeout;
	transfer->wait_until = now + NAME_WAIT_MAX;
	transfer->wait.done = on_name_resolved;
	list_init(&transfer->node);
	list_init(&transfer->wait.node);
	list_push_back(&client->naming, &transfer->node);
	map_put_pointer(&client->by_number, transfer->number, transfer);
	client->total++;
	resolve_host(client, transfer);
	if (!uv_is_active((uv_handle_t *)&client->tick))
		(void)uv_timer_start(&client->tick, on_tick, TICK_MS, TICK_MS);
}

void http_client_send(struct http_client *client, uint64_t number, struct http_request *request,
                      void *owner)
{
	begin_transfer(client,
	               &(struct transfer){.number = number, .request = request, .owner = owner});
}

uint64_t http_client_call(struct http_client *client, struct http_request *request,
                          http_client_done done, void *arg)
{
	uint64_t number = FIRST_CALL + client->calls++;

	begin_transfer(client,
	               &(struct transfer){
	                       .number = number, .request = request, .owner = arg, .done = done});
	return number;
}

static void stop_transfer(struct http_client *client, struct transfer *transfer,
                          enum http_result result)
{
	resolver_forget(&transfer->wait);
	if (transfer->easy != NULL)
		release_handle(client, transfer);
	if (transfer->reading != NULL)
		read_ahead_forget(transfer->reading);
	transfer_fail(transfer, result, http_result_name(result));
	end_transfer(client, transfer);
}

void http_client_recall(struct http_client *client, uint64_t number)
{
	struct transfer *transfer = map_get_pointer(&client->by_number, number);

	if (transfer != NULL && !transfer->sent)
		stop_transfer(client, transfer, HTTP_RECALLED);
}

void http_client_cancel(struct http_client *client, uint64_t number)
{
	struct transfer *transfer = map_get_pointer(&client->by_number, number);

	if (transfer != NULL)
		stop_transfer(client, transfer, HTTP_CANCELLED);
}

void http_client_cancel_all(struct http_client *client)
{
	struct list *lists[] = {&client->naming, &client->queued, &client->running,
	                        &client->reading};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		list_each(node, tmp, lists[i]) stop_transfer(
		        client, container_of(node, struct transfer, node), HTTP_CANCELLED);
}

static void start_transfer(struct http_client *client, struct transfer *transfer)
{
	CURL *easy = handle_pool_take(&client->handles);

	list_remove(&transfer->node);
	list_push_back(&client->running, &transfer->node);
	client->running_count++;
	client->connecting++;
	transfer_prepare(transfer, easy, &client->rules, transfer->expires - clock_now().mono);
	transfer->lane = curl_lanes_add(&client->lanes, easy, transfer_is_https(transfer));
}

static bool may_start(const struct http_client *client)
{
	return !list_empty(&client->queued) && client->connecting < CONNECTING_MAX &&
	       client->running_count < client->in_flight_max;
}

/* Starts requests in small groups: one that found an idle connection is connected after the kick
 * and does not count as opened. */
void http_client_pump(struct http_client *client)
{
	size_t before = client->connecting, opened = 0;

	while (may_start(client) && opened < CONNECTS_PER_TURN) {
		for (size_t i = opened; may_start(client) && i < CONNECTS_PER_TURN; i++)
			start_transfer(client, list_first(&client->queued, struct transfer, node));
		curl_lanes_kick_due(&client->lanes);
		opened = client->connecting > before ? client->connecting - before : 0;
	}
	curl_lanes_kick_due(&client->lanes);
}

bool http_client_busy(const struct http_client *client)
{
	return !list_empty(&client->ended) || curl_lanes_due(&client->lanes) || may_start(client);
}

bool http_client_take(struct http_client *client, void **ret_owner, struct http_reply *ret)
{
	struct transfer *transfer;

	while ((transfer = list_first(&client->ended, struct transfer, node)) != NULL) {
		http_client_done done = transfer->done;

		list_remove(&transfer->node);
		client->total--;
		client->untaken -= text_bytes(&transfer->reply);
		curl_lanes_hold(&client->lanes, client->untaken > UNTAKEN_MAX);
		*ret_owner = transfer->owner;
		*ret = transfer->reply;
		free(transfer->addresses);
		free(transfer);
		if (done == NULL)
			return true;
		done(*ret_owner, ret);
		http_reply_free(ret);
	}
	return false;
}

size_t http_client_in_flight(const struct http_client *client)
{
	return client->total;
}

void http_client_rest(struct http_client *client)
{
	if (client->total > 0)
		return;
	handle_pool_clear(&client->handles);
	curl_lanes_rest(&client->lanes);
}

/* The order is required: handles, multi handle, share. The multi handle is cleaned up while the
 * loop still serves its callbacks. */
void http_client_close(struct http_client *client)
{
	ENSURE(client->total == 0);
	handle_pool_clear(&client->handles);
	curl_lanes_close(&client->lanes);
	handle_pool_free(&client->handles);
	uv_close((uv_handle_t *)&client->tick, NULL);
}

unsigned http_client_lookups(const struct http_client *client)
{
	return client->resolver.pending;
}

void http_client_free(struct http_client *client)
{
	curl_lanes_free(&client->lanes);
	resolver_free(&client->resolver);
	map_free(&client->by_number);
	free(client->ca_file);
	free(client->pins);
	free(client->proxy);
	free(client->proxy_login);
	free(client->proxy_except);
	free(client);
}
