/* What can be read and ordered over HTTP, who may do so, and in which form. What a route does comes
 * in through `struct routes`.
 *
 *     GET  /health             health, for monitors: 200 healthy or degraded, 503 unhealthy
 *     GET  /live, /ready       for containers: 200 while the loop turns; 200 when it works, or 503
 *     GET  /status             health and advice, for people; then the state of the loop
 *     POST /reload             reads the configuration again
 *     POST /pause, /resume     stops taking new tickets, and continues
 *     POST /stop-writing       the emergency stop: nothing is written, no model is paid
 *     POST /start-writing      ends it
 *     POST /process            {"ids":[12345,…]}: processes these tickets now
 *     POST /process-again      the same, and those that are done are analysed once more
 *     GET  /explain/12345      everything that is known of a ticket, and who gave orders about it
 *     GET  /report/7d          what was decided in this span, and whether agents agreed
 *     POST /erase              {"ids":[12345]}: erases the data of this ticket
 *     GET  /history?since=MS&limit=N   what was done since then (wall, ms); with &undone=1, what
 *                              was taken back
 *     POST /undo-plan          {"ids":[…]}, {"since":MS} or {"run":N}, with "forget":true where the
 *                              processed tag is to go too: begins to find out what an undo would
 *                              do, and names its job
 *     GET  /undo/3             how far job 3 is: the plan, or what became of it
 *     POST /undo               {"job":3}: does what was planned
 *     POST /alert-test         sends a test to each channel of alerts, and says what it answered
 *     POST /backup             copies the database, whole, to a file beside it
 *     GET  /audit              the last orders about the service, and who gave them
 *
 * Below /api/v1 are the same: process, process-again, pause, resume, stop-writing, start-writing,
 * undo-plan, undo, undo/3; and decisions/12345, which is explain/12345.
 *
 * HEAD is answered like GET. The first four are views, see views.h. They and the answers to
 * commands are JSON objects; refusals are {"error":"…"}.
 *
 * rights.h says who may do what. What the read socket does not open is refused with 403 and the way
 * to the control socket. Over TCP the Host header must be a loopback name or one of http.host (else
 * 421: a page of another site may have made its name resolve to our address), and what needs a
 * token comes with "Authorization: Bearer TOKEN" (else 401; 403 while there is none, and for a
 * token that may only read). A POST over TCP is JSON, also without a body (else 415), and does not
 * come from another site (origin.h; else 403).
 *
 * ai-ticketctl shows any answer without knowing it: "message" (or "error") as a sentence, then the
 * other members as a table, objects in objects with dotted names. Members that end in _ms, _bytes
 * and _wall (milliseconds since 1970) are shown with units. /status has a form of its own
 * (daemon/ctl/status.h). */
#ifndef DAEMON_CONTROL_ROUTES_H
#define DAEMON_CONTROL_ROUTES_H

#include "base/clock.h"
#include "daemon/control/gates.h"
#include "daemon/control/route_parts.h"
#include "daemon/control/route_reply.h"
#include "daemon/control/views.h"

enum route_command {
	ROUTE_RELOAD,
	ROUTE_PAUSE,
	ROUTE_RESUME,
	ROUTE_STOP_WRITING,
	ROUTE_START_WRITING,
	ROUTE_PROCESS,
	ROUTE_PROCESS_AGAIN,
	ROUTE_EXPLAIN,
	ROUTE_REPORT,
	ROUTE_ERASE,
	ROUTE_AUDIT,
	ROUTE_HISTORY,
	ROUTE_UNDO_PLAN,
	ROUTE_UNDO_JOB, /* its number comes as that of a ticket */
	ROUTE_UNDO,
	ROUTE_ALERT_TEST,
	ROUTE_BACKUP
};
/* Whether the command changes something: then who gave it is recorded. */
bool route_is_order(enum route_command command);
/* Its word: "pause". */
const char *route_name(enum route_command command);

#define ROUTE_ANSWER_MAX VIEW_BYTES_MAX /* most bytes of a command's answer */

/* What is behind the routes. Strings are borrowed. */
struct routes {
	const struct view *views;
	/* `tickets` are valid during the call: 1 to ROUTE_IDS_MAX for PROCESS and PROCESS_AGAIN,
	 * one for EXPLAIN and ERASE, none for the others; so is `by`, who gave the command. The
	 * reply is sent at once or later (see http_limits.answer), from the loop's thread. */
	void (*command)(void *arg, enum route_command command, const struct ticket_key *tickets,
	                size_t count, const struct http_peer *by, struct route_reply *reply);
	/* ROUTE_REPORT, in place of `command`; as late as that. NULL: there are no reports. */
	void (*report)(void *arg, msec span, struct route_reply *reply);
	void *arg; /* argument of views, command and report */
	struct gates gates;
};
/* The http_handler of the server; its `arg` is a struct routes. */
void routes_handle(void *arg, struct http_exchange *exchange);

#endif
