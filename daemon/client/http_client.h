/* The HTTP client of the engine and of the shell's own requests: requests in, replies out, each
 * exactly once. It looks up host names, limits the rate of new connections and pools handles. It
 * does not decide what may be sent when: that was decided by the engine, or by who calls
 * (daemon/run/alert_sender.h).
 *
 *     http_client_send(...)              any number of times; sends nothing yet
 *     http_client_pump(client)           once a turn: starts what may start
 *     while (http_client_take(client))   takes the replies that arrived */
#ifndef DAEMON_CLIENT_HTTP_CLIENT_H
#define DAEMON_CLIENT_HTTP_CLIENT_H

#include <uv.h>

#include "daemon/client/transfer.h"

struct http_client;

/* curl_global_init must have been called. `rules` are copied. `in_flight_max`: most requests that
 * run at once; more wait. */
struct http_client *http_client_new(uv_loop_t *loop, const struct transfer_rules *rules,
                                    size_t in_flight_max) MUST_CHECK;
/* Changes the limit at once: queued requests start, or wait until enough running ones have
 * ended. */
void http_client_set_max(struct http_client *client, size_t in_flight_max);
/* Queues a request of the engine. `request` is borrowed and must not change until the reply was
 * taken. `number` identifies it in http_client_cancel and must not be in use. `owner` is returned
 * with the reply. */
void http_client_send(struct http_client *client, uint64_t number, struct http_request *request,
                      void *owner);
/* Queues a request of the shell, which counts as in flight like the others. `done` gets the reply,
 * valid during the call, within http_client_take; it may send requests. `request` is borrowed
 * until then. Returns the request's number, which is never one of the engine's. */
typedef void (*http_client_done)(void *arg, const struct http_reply *reply);
uint64_t http_client_call(struct http_client *client, struct http_request *request,
                          http_client_done done, void *arg);
/* Ends the request with HTTP_CANCELLED, unless it has ended already. Unknown numbers are
 * ignored. */
void http_client_cancel(struct http_client *client, uint64_t number);
/* Ends the request with HTTP_RECALLED if it is certain that not a byte of it was sent: it waits for
 * an address, for a free connection or for a connection to be made. Otherwise it goes on. */
void http_client_recall(struct http_client *client, uint64_t number);
/* Cancels all requests; their replies must still be taken. */
void http_client_cancel_all(struct http_client *client);
/* Starts queued requests within the limits. Must not be called within a callback of libcurl. */
void http_client_pump(struct http_client *client);
/* Whether http_client_take has a reply, or http_client_pump can do something at once. */
bool http_client_busy(const struct http_client *client);
/* Takes the oldest reply for the engine, which the caller frees; false when there is none. Replies
 * to the shell's own requests are delivered to their `done` on the way. */
bool http_client_take(struct http_client *client, void **ret_owner, struct http_reply *ret);
/* requests whose replies were not taken yet */
size_t http_client_in_flight(const struct http_client *client);
/* Closes idle connections and frees what is kept for the next request; TLS sessions are kept, so
 * that they can be resumed. No effect while requests are in flight. */
void http_client_rest(struct http_client *client);

/* Closes the client. All replies must be taken before (see http_client_cancel_all). Then run the
 * loop until it is empty and call http_client_free. */
void http_client_close(struct http_client *client);
/* Number of host name lookups that are still on a worker; they cannot be cancelled and keep the
 * loop alive. */
unsigned http_client_lookups(const struct http_client *client);
/* To be called after http_client_close, when the loop has run out. */
void http_client_free(struct http_client *client);

#endif
