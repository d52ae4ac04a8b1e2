/* HTTP for the engine, and for what the shell itself has to ask or tell: requests in, replies out,
 * each exactly once. Waiting for a name, pacing of new connections and pooling of handles happen
 * here; what may be sent when was decided before: by the engine, or by the guards of an outbox
 * (outbox.h).
 *
 *     http_client_send(...)              any number, also between two replies; nothing is sent yet
 *     http_client_pump(client)           once a turn: starts what may start
 *     while (http_client_take(client))   the replies that came in, at the caller's own pace
 * */
#ifndef DAEMON_CLIENT_HTTP_CLIENT_H
#define DAEMON_CLIENT_HTTP_CLIENT_H

#include <uv.h>

#include "daemon/client/transfer.h"

struct http_client;

/* curl_global_init was called. `rules` are copied. `in_flight_max`: most requests that will be
 * running at once; more wait. */
struct http_client *http_client_new(uv_loop_t *loop, const struct transfer_rules *rules,
                                    size_t in_flight_max) MUST_CHECK;
/* Takes effect at once: queued requests start, or wait until enough running ones have ended. */
void http_client_set_max(struct http_client *client, size_t in_flight_max);
/* `request` is borrowed, and its bytes unchanged, until the reply was taken. `owner` comes back
 * with the reply. */
void http_client_send(struct http_client *client, uint64_t number, struct http_request *request,
                      void *owner);
/* A request that is not the engine's, in flight and paced with the others: `done` gets the reply,
 * valid for the call, from within http_client_take, and may send. The request is borrowed until
 * then. Its number, which is none of the engine's. */
typedef void (*http_client_done)(void *arg, const struct http_reply *reply);
uint64_t http_client_call(struct http_client *client, struct http_request *request,
                          http_client_done done, void *arg);
/* Its reply will be HTTP_CANCELLED, unless it has ended already. Unknown numbers are ignored. */
void http_client_cancel(struct http_client *client, uint64_t number);
void http_client_cancel_all(struct http_client *client);
void http_client_pump(struct http_client *client);
/* True when http_client_take would give something, or pump has something to do at once. */
bool http_client_busy(const struct http_client *client);
/* The oldest reply to the engine, which the caller frees; false when there is none. Replies to
 * others are delivered on the way. */
bool http_client_take(struct http_client *client, void **ret_owner, struct http_reply *ret);
size_t http_client_in_flight(const struct http_client *client); /* sent and not taken */
/* Closes idle connections and frees what was kept for the next request; sessions of TLS stay, so
 * that they are taken up again. Nothing while requests are in flight. */
void http_client_rest(struct http_client *client);

/* Everything must be taken (see http_client_cancel_all). Then run the loop until it is empty and
 * call http_client_free. */
void http_client_close(struct http_client *client);
/* Lookups of names that are still with a worker; they cannot be called back and keep the loop
 * alive. */
unsigned http_client_lookups(const struct http_client *client);
void http_client_free(struct http_client *client);

#endif
