/* What a desk's answer means to the one who asked, whichever desk it is. lib/desk/zendesk judges it
 * by status and body. */
#ifndef DESK_DESK_ANSWER_H
#define DESK_DESK_ANSWER_H

#include "base/base.h"
#include "base/clock.h"

enum desk_answer_kind {
	DESK_FINE,         /* 2xx and no `error` in the body */
	DESK_RETRY,        /* 5xx, `unavailable`, timeout, broken or refused connection */
	DESK_LIMITED,      /* 429: wait, then go on with the same ticket */
	DESK_UNAUTHORIZED, /* 401 */
	/* 403: scope or role; `text` names the scope to add where the reply names one */
	DESK_FORBIDDEN,
	DESK_NOT_FOUND, /* 404 */
	DESK_CONFLICT,  /* 409 */
	DESK_REFUSED,   /* 422: permanent for that ticket */
	DESK_TOO_LARGE, /* 413, or a reply over its cap: request less */
	/* 400 and other 4xx: a bug of ours or the configuration; also an expired cursor */
	DESK_BAD_REQUEST,
	DESK_REDIRECT, /* 3xx: a wrong base_url; redirects are not followed */
	DESK_TLS       /* certificate, pin, protocol version */
};

struct desk_answer {
	enum desk_answer_kind kind;
	bool timed_out; /* DESK_RETRY because no answer came in time */
	int status;     /* 0 when no answer came, or it is DESK_FINE */
	bool no_host;   /* DESK_RETRY because the host's name, or the proxy's, does not exist */
	/* DESK_FORBIDDEN because the account is suspended */
	bool suspended;
	bool closed; /* 422 because the ticket is closed */
	/* DESK_FORBIDDEN that names a missing scope: about our credentials, not about a ticket */
	bool scope;
	/* DESK_LIMITED because too many jobs are queued or running: other requests are not
	 * affected */
	bool too_many_jobs;
	bool unknown;     /* the server may have acted on the request (5xx, lost answer) */
	msec retry_after; /* -1 = the reply has no Retry-After */
	/* one line for people, such as "Zendesk answered 422: Status: closed prevents ticket
	 * update"; empty for DESK_FINE */
	char text[256];
};

/* Turns the classification of a reply that looked fine but could not be parsed into DESK_RETRY. */
void desk_answer_unreadable(struct desk_answer *answer, const struct err *err);

#endif
