/* A queue behind guards: a request is in `waiting` until the guards let it go, then in `sent`
 * until its reply is taken. */
#include "daemon/client/outbox.h"

#include <stdlib.h>

#include "daemon/system/clock.h"
#include "guard/upstream.h"

struct letter {
	struct list node;
	struct outbox *outbox;
	struct http_request request;
	uint64_t number; /* number of http_client_call, once it is sent */
	msec sent_at;    /* monotonic */
	http_client_done done;
	void *arg;
};

struct outbox {
	struct http_client *client;
	struct upstream guards;
	struct list waiting, sent; /* struct letter */
	size_t waiting_count, waiting_max;
	uv_timer_t timer; /* fires when the guards may open */
	bool closed;
};

static void answer_letter(struct letter *letter, const struct http_reply *reply)
{
	list_remove(&letter->node);
	letter->done(letter->arg, reply);
	http_request_free(&letter->request);
	free(letter);
}

/* --- guards --- */

static enum upstream_signal signal_of(const struct http_reply *reply, msec wait)
{
	switch (reply->result) {
	case HTTP_CANCELLED:
	case HTTP_RECALLED: return UPSTREAM_NEUTRAL;
	case HTTP_TIMEOUT: return UPSTREAM_TIMED_OUT;
	case HTTP_NO_CONNECT:
	case HTTP_NO_HOST:
	case HTTP_TLS_REFUSED:
	case HTTP_BROKEN: return UPSTREAM_FAILED;
	case HTTP_TOO_LARGE: return UPSTREAM_OK;
	case HTTP_DONE: break;
	}
	if (reply->status == 429)
		return wait >= 0 ? UPSTREAM_LIMITED : UPSTREAM_OVERLOAD;
	return reply->status >= 500 ? UPSTREAM_FAILED : UPSTREAM_OK;
}

static void tell_guards(struct outbox *outbox, const struct letter *letter,
                        const struct http_reply *reply)
{
	struct clock_reading now = clock_now();
	msec wait = http_reply_retry_after(reply, now.wall);

	upstream_done(&outbox->guards, signal_of(reply, wait), letter->sent_at, now.mono);
	if (wait > 0 && (reply->status == 429 || reply->status >= 500))
		upstream_pause(&outbox->guards, now.mono + wait);
}

/* --- sending --- */

static void pump_letters(struct outbox *outbox);

static void on_guards_due(uv_timer_t *timer)
{
	pump_letters(timer->data);
}

static void on_reply(void *arg, const struct http_reply *reply)
{
	struct letter *letter = arg;
	struct outbox *outbox = letter->outbox;

	tell_guards(outbox, letter, reply);
	answer_letter(letter, reply);
	pump_letters(outbox);
}

static void send_letter(struct outbox *outbox, struct letter *letter, msec now)
{
	list_remove(&letter->node);
	list_push_back(&outbox->sent, &letter->node);
	outbox->waiting_count--;
	upstream_sent(&outbox->guards, 0, now);
	letter->sent_at = now;
	letter->number = http_client_call(outbox->client, &letter->request, on_reply, letter);
}

static void pump_letters(struct outbox *outbox)
{
	msec now = clock_now().mono, when;

	if (outbox->closed)
		return;
	while (!list_empty(&outbox->waiting) && upstream_may(&outbox->guards, 0, now))
		send_letter(outbox, list_first(&outbox->waiting, struct letter, node), now);
	when = list_empty(&outbox->waiting) ? MSEC_NEVER : upstream_when(&outbox->guards, 0, now);
	if (when == MSEC_NEVER) {
		(void)uv_timer_stop(&outbox->timer);
		return;
	}
	uv_update_time(outbox->timer.loop);
	(void)uv_timer_start(&outbox->timer, on_guards_due, when > now ? (uint64_t)(when - now) : 0,
	                     0);
}

bool outbox_send(struct outbox *outbox, struct http_request *request, http_client_done done,
                 void *arg)
{
	struct letter *letter;

	if (outbox->closed || outbox->waiting_count >= outbox->waiting_max)
		return false;
	letter = xcalloc(1, sizeof(*letter));
	*letter = (struct letter){.outbox = outbox, .request = *request, .done = done, .arg = arg};
	*request = (struct http_request){0};
	list_init(&letter->node);
	list_push_back(&outbox->waiting, &letter->node);
	outbox->waiting_count++;
	pump_letters(outbox);
	return true;
}

/* --- beginning and end --- */

struct outbox *outbox_new(uv_loop_t *loop, struct http_client *client,
                          const struct outbox_rules *rules)
{
	struct outbox *outbox = xcalloc(1, sizeof(*outbox));
	msec now = clock_now().mono;

	outbox->client = client;
	outbox->waiting_max = rules->waiting_max;
	list_init(&outbox->waiting);
	list_init(&outbox->sent);
	upstream_init(&outbox->guards, rules->name, now);
	breaker_init(&outbox->guards.breaker, rules->breaker_threshold, rules->breaker_timeout);
	window_init(&outbox->guards.window, rules->in_flight_max, rules->in_flight_max);
	upstream_set_limits(&outbox->guards, rules->per_minute, 0, now);
	ENSURE(uv_timer_init(loop, &outbox->timer) == 0);
	outbox->timer.data = outbox;
	uv_unref((uv_handle_t *)&outbox->timer);
	return outbox;
}

void outbox_close(struct outbox *outbox)
{
	struct http_reply cancelled = {.result = HTTP_CANCELLED, .error = "cancelled"};

	outbox->closed = true;
	uv_close((uv_handle_t *)&outbox->timer, NULL);
	list_each(node, next, &outbox->sent)
	        http_client_cancel(outbox->client, container_of(node, struct letter, node)->number);
	while (!list_empty(&outbox->waiting))
		answer_letter(list_first(&outbox->waiting, struct letter, node), &cancelled);
}

void outbox_free(struct outbox *outbox)
{
	ENSURE(list_empty(&outbox->waiting) && list_empty(&outbox->sent));
	free(outbox);
}
