/* What can be asked and ordered over HTTP, who may, and in which form. What it does is behind
 * `struct routes`.
 *
 *     GET  /health             how it is, for monitors: 200 healthy or degraded, 503 unhealthy
 *     GET  /status             how it is and what to do, for people; then the inside of the loop
 *     POST /reload             reads the configuration again
 *     POST /pause, /resume     stops taking tickets, and goes on
 *     POST /process            {"ids":[12345,…]}: these tickets, now
 *     GET  /explain/12345      everything that is known of a ticket
 *     POST /erase              {"ids":[12345]}: forget it
 *
 * HEAD is answered like GET. /health and /status are views, see views.h. They and the answers to
 * commands are JSON objects; refusals are {"error":"…"}.
 *
 * The Unix socket is guarded by its mode: who may open it may do everything. Over TCP the Host
 * header must be a loopback name or one of http.host (else 421: another site's page may have had
 * the browser's name server say that it is us), and everything but a view needs "Authorization:
 * Bearer <http.token>" (else 401; 403 while no token is configured).
 *
 * ai-ticketctl shows any answer without knowing it: "message" (or "error") as a sentence, then the
 * other members as a table, objects in objects with dotted names. Names that end in _ms, _bytes and
 * _wall (milliseconds since 1970) are shown with units. /status should therefore begin with
 * "message"; of its "days" the first two are shown. */
#ifndef DAEMON_CONTROL_ROUTES_H
#define DAEMON_CONTROL_ROUTES_H

#include "daemon/control/route_parts.h"
#include "daemon/control/views.h"

enum route_command {
	ROUTE_RELOAD,
	ROUTE_PAUSE,
	ROUTE_RESUME,
	ROUTE_PROCESS,
	ROUTE_EXPLAIN,
	ROUTE_ERASE
};

#define ROUTE_ANSWER_MAX VIEW_BYTES_MAX /* of commands too */

/* The answer to one command, to be given exactly once. */
struct route_reply;
/* `json` is copied. Frees the reply; harmless when the peer has gone. */
void route_reply_send(struct route_reply *reply, int status, const char *json);
/* {"message":"…"}, or "error" from status 400 on; the same otherwise. */
void route_reply_say(struct route_reply *reply, int status, const char *sentence);

/* Strings are borrowed and may be NULL or empty; http_host is a list of names with commas. */
struct routes {
	const struct view *views;
	/* `tickets` are valid during the call: 1 to ROUTE_IDS_MAX for PROCESS, one for EXPLAIN and
	 * ERASE, none for the others. The reply is sent at once or later (see http_limits.answer),
	 * from the loop's thread. */
	void (*command)(void *arg, enum route_command command, const struct ticket_key *tickets,
	                size_t count, struct route_reply *reply);
	void *arg; /* of views and command */
	const char *http_host;
	const char *http_token;
};
/* The http_handler; its `arg` is the struct routes. */
void routes_handle(void *arg, struct http_exchange *exchange);

#endif
