/* Requests of the shell's own to one service, an alert to a chat for example. They go through the
 * client of the engine's requests, behind guards of their own (guard/upstream.h): who has much to
 * tell cannot flood the service, and a service that is down is left in peace. A request waits here
 * until the guards let it go, then its time limit counts.
 *
 *     outbox = outbox_new(loop, client, &rules);
 *     outbox_send(outbox, &request, done, arg)
 *     … done(arg, reply) is called in a turn, from within http_client_take
 *     outbox_close(outbox), then http_client_cancel_all; the loop runs out; outbox_free(outbox)
 *
 * A timer of its own wakes it when the guards open; it does not keep the loop alive. */
#ifndef DAEMON_CLIENT_OUTBOX_H
#define DAEMON_CLIENT_OUTBOX_H

#include "daemon/client/http_client.h"

struct outbox_rules {
	const char *name;   /* of the service, "slack"; outlives the outbox */
	size_t waiting_max; /* requests that wait for the guards; one more is refused */
	double per_minute;  /* requests; 0 = unlimited */
	int in_flight_max;
	int breaker_threshold; /* failures in a row that open the circuit; 0 = never */
	msec breaker_timeout;
};

struct outbox;
struct outbox *outbox_new(uv_loop_t *loop, struct http_client *client,
                          const struct outbox_rules *rules) MUST_CHECK;
/* True: what is in `request` now belongs to the outbox, and `done` is called exactly once, not from
 * within this call; the reply is valid for the call of it. False: too many wait, or the outbox is
 * closed; the request stays the caller's. */
bool outbox_send(struct outbox *outbox, struct http_request *request, http_client_done done,
                 void *arg) MUST_CHECK;
/* Nothing is sent any more. What waits is answered with HTTP_CANCELLED before this returns, what is
 * in flight when its reply is taken. */
void outbox_close(struct outbox *outbox);
void outbox_free(struct outbox *outbox); /* when all was answered and the loop has run out */

#endif
