/* The gates before views and commands, in this order: whether the request says plainly what it
 * wants, whether it asks for us, and what its caller may do. Each refuses by itself. */
#ifndef DAEMON_CONTROL_GATES_H
#define DAEMON_CONTROL_GATES_H

#include "daemon/control/guesses.h"
#include "daemon/control/tokens.h"

struct gates {
	const char *host;            /* http.host: names separated by commas; NULL = none */
	const struct tokens *tokens; /* NULL = none */
	struct guesses *guesses;     /* started */
	const char *way_in;          /* where commands are accepted: one sentence; NULL = unknown */
	/* Told of each wrong token; NULL = nobody is. */
	void (*wrong_token)(void *arg, const struct http_peer *peer);
	void *arg;
};

/* Who asks; the peer has the name of the token. */
struct caller {
	enum way way;
	enum right may;
};

/* The path of the request, and whether its Host is ours. False: it was refused (400, 405, 421). */
bool gates_admit(const struct gates *gates, struct http_exchange *exchange,
                 struct str *ret_path) MUST_CHECK;
/* What the caller may do; the name of its token is noted in the peer. False: the token is wrong,
 * and was or will be refused (401, 429). */
bool gates_recognise(const struct gates *gates, struct http_exchange *exchange,
                     struct caller *ret) MUST_CHECK;
/* Whether a command may come from where it comes from, and in this form. False: it was refused
 * (403, 415). */
bool gates_check_origin(struct http_exchange *exchange) MUST_CHECK;
bool gates_check_form(struct http_exchange *exchange) MUST_CHECK;
/* Refuses a path that is not ours (404, 405). */
void gates_refuse_path(struct http_exchange *exchange);
/* Refuses who may not do this, with what is missing (401, 403). */
void gates_refuse(const struct gates *gates, const struct caller *caller, enum right needed,
                  struct http_exchange *exchange);

#endif
