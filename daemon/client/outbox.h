/* Sends requests of the shell's own to one service, for example alerts to a chat. They use the
 * engine's HTTP client, behind guards of their own (guard/upstream.h), so that many messages do
 * not flood the service, and a service that is down is not bothered. A request waits here until
 * the guards let it go; only then its time limit begins.
 *
 *     outbox = outbox_new(loop, client, &rules);
 *     outbox_send(outbox, &request, done, arg)
 *     … done(arg, reply) is called in a turn, within http_client_take
 *     outbox_close(outbox), then http_client_cancel_all; the loop runs out; outbox_free(outbox)
 *
 * Its timer wakes it when the guards may open; the timer does not keep the loop alive. */
#ifndef DAEMON_CLIENT_OUTBOX_H
#define DAEMON_CLIENT_OUTBOX_H

#include "daemon/client/http_client.h"

struct outbox_rules {
	const char *name;   /* name of the service, such as "slack"; must outlive the outbox */
	size_t waiting_max; /* most requests that may wait for the guards */
	double per_minute;  /* requests; 0 = unlimited */
	int in_flight_max;
	int breaker_threshold; /* failures in a row that open the circuit; 0 = never */
	/* time for which the circuit stays open */
	msec breaker_timeout;
};

struct outbox;
/* `client` must outlive the outbox; `rules` are copied, except for the name. */
struct outbox *outbox_new(uv_loop_t *loop, struct http_client *client,
                          const struct outbox_rules *rules) MUST_CHECK;
/* True: the outbox takes over the contents of `request`, and `done` is called exactly once, later;
 * the reply is valid during that call. False: too many requests wait, or the outbox is closed; the
 * request stays the caller's. */
bool outbox_send(struct outbox *outbox, struct http_request *request, http_client_done done,
                 void *arg) MUST_CHECK;
/* Stops sending. Requests that wait are answered with HTTP_CANCELLED before this returns; those in
 * flight are cancelled, and answered when their replies are taken. */
void outbox_close(struct outbox *outbox);
/* after all requests were answered and the loop has run out */
void outbox_free(struct outbox *outbox);

#endif
