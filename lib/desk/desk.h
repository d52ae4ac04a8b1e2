/* Words that all help desks share: what a desk shows of a ticket, what it is to change, and what an
 * answer of it means. The engine works with these alone; lib/desk/zendesk makes them of Zendesk's
 * JSON. */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include "base/clock.h"
#include "ticket/priority.h"
#include "ticket/tags.h"

#define DESK_PAGE_MAX 100 /* tickets that one reply may bring, or one request ask for */

enum desk_status {
	DESK_NEW,
	DESK_OPEN,
	DESK_PENDING,
	DESK_HOLD,
	DESK_SOLVED,
	DESK_CLOSED,
	DESK_DELETED,
	DESK_STATUS_UNKNOWN /* a word we do not know: treated as not ours to touch */
};
const char *desk_status_name(enum desk_status status);

/* All slices live in the arena given to the parser. What a write would rest on must be there and of
 * its type, or the ticket is malformed: id, status, tags (the list is written back whole: a tag not
 * understood would be lost), updated_at. A subject or description that is no string is empty;
 * created_at not understood is taken to be updated_at. */
struct desk_ticket {
	uint64_t id; /* 1 … INT64_MAX */
	enum desk_status status;
	/* a word we do not know counts as PRIORITY_URGENT, which is never overwritten */
	enum priority priority;
	struct str subject;     /* may be empty */
	struct str description; /* may be empty */
	struct tags tags;
	struct str stamp;  /* updated_at exactly as written */
	msec updated_wall; /* the same as a number */
	msec created_wall;
};

/* Links are read for their page number or cursor only. Whether it leads anywhere new is for the
 * caller to watch: a server may name the page just read for ever. */
struct desk_page {
	struct desk_ticket *tickets;
	size_t count;
	/* search only: `count`, which does not stop at 1,000; -1 elsewhere or when not said */
	int64_t total;
	/* next_page or next_cursor is set; incremental: not at the end; never for show_many */
	bool more;
	unsigned next_page; /* search: from next_page's query, 0 when none */
	/* export: meta.after_cursor, else from links.next; empty once meta.has_more is false.
	 * incremental: after_cursor; empty when null (nothing new): keep the last one */
	struct str next_cursor;
};

struct desk_user {
	uint64_t id; /* 0 = anonymous: id null or absent */
	bool agent;  /* role agent or admin */
	bool admin;
};

struct desk_comment {
	uint64_t author_id; /* 0 = nobody with an id */
	bool is_public;     /* also when not said */
	struct str body;    /* plain_body, else body */
	/* MSEC_NEVER when not understood: newer than anything, so that no search for our note stops
	 * at it */
	msec created_wall;
};

struct desk_comments {
	struct desk_comment *items;
	size_t count;
	bool more;
	struct str next_cursor;
};

enum desk_answer_kind {
	DESK_FINE,         /* 2xx and no `error` in the body */
	DESK_RETRY,        /* 5xx, `unavailable`, time-out, broken or refused connection */
	DESK_LIMITED,      /* 429: wait, then go on with the same ticket */
	DESK_UNAUTHORIZED, /* 401 */
	/* 403: scope or role; `text` names the scope to add where the reply names one */
	DESK_FORBIDDEN,
	DESK_NOT_FOUND,   /* 404 */
	DESK_CONFLICT,    /* 409 */
	DESK_REFUSED,     /* 422: permanent for that ticket */
	DESK_TOO_LARGE,   /* 413, or a reply over its cap: ask for less */
	DESK_BAD_REQUEST, /* 400 and other 4xx: our bug or configuration; also an expired cursor */
	DESK_REDIRECT,    /* 3xx: a wrong base_url; nothing is followed */
	DESK_TLS          /* certificate, pin, protocol version */
};

struct desk_answer {
	enum desk_answer_kind kind;
	bool closed; /* 422 because the ticket is closed */
	/* DESK_LIMITED because of jobs queued or running: no other request is concerned */
	bool too_many_jobs;
	bool unknown;     /* the server may have acted on the request (5xx, lost answer) */
	msec retry_after; /* -1 = not said */
	/* one line for a person: "Zendesk answered 422: Status: closed prevents ticket update";
	 * empty if fine */
	char text[256];
};

/* A reply that seemed fine cannot be read: it is asked for again. */
void desk_answer_unreadable(struct desk_answer *answer, const struct err *err);

/* One change of one ticket. Never status, never assignee. */
struct desk_update {
	uint64_t id;
	/* the whole list as it shall be; never empty, since ours are in it */
	struct tags tags;
	enum priority priority; /* PRIORITY_NONE = leave */
	struct str note;        /* private comment (body); empty = none */
	/* updated_at of the settled read, as Zendesk wrote it; safe_update is always sent */
	struct str stamp;
};

#endif
