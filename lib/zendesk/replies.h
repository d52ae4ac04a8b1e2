/* Replies of Zendesk: strict parsing into structs, and one classification of everything that is not success.
 *
 * Three JSON envelopes for errors, plain text and HTML occur; the status decides first, the body second. Texts that end up in
 * `struct zd_failure` are cut to 200 bytes and hold no credentials. */
#ifndef ZENDESK_REPLIES_H
#define ZENDESK_REPLIES_H

#include "base/arena.h"
#include "base/http.h"
#include "ticket/priority.h"
#include "ticket/tags.h"

enum zd_status {
	ZD_NEW,
	ZD_OPEN,
	ZD_PENDING,
	ZD_HOLD,
	ZD_SOLVED,
	ZD_CLOSED,
	ZD_DELETED,
	ZD_STATUS_UNKNOWN /* a word we do not know: treated as not ours to touch */
};
const char *zd_status_name(enum zd_status status);

/* All slices live in the arena given to the parser. */
struct zd_ticket {
	uint64_t id;
	enum zd_status status;
	enum priority priority;
	struct str subject;     /* may be empty */
	struct str description; /* may be empty */
	struct tags tags;
	struct str stamp;  /* updated_at exactly as written */
	msec updated_wall; /* the same as a number */
	msec created_wall;
};

struct zd_page {
	struct zd_ticket *tickets;
	size_t count;
	int64_t total;          /* search only: `count`; -1 elsewhere */
	bool more;              /* another page exists, as far as the reply says */
	unsigned next_page;     /* offset pages: from next_page's query, 0 when none */
	struct str next_cursor; /* cursor pages: from meta.after_cursor or links.next */
};

struct zd_user {
	uint64_t id; /* 0 = anonymous */
	bool agent;  /* role agent or admin */
	bool admin;
};

struct zd_comment {
	uint64_t author_id;
	bool is_public;
	struct str body; /* plain_body, else body */
	msec created_wall;
};
struct zd_comments {
	struct zd_comment *items;
	size_t count;
	bool more;
	struct str next_cursor;
};

/* Each: 0, or -1 with the reason: the body is no JSON, or not of this shape. Call only for 2xx replies. An item of a list that is
 * malformed in itself (no id, wrong types) is dropped and counted in *ret_dropped (may be NULL), so that one odd ticket cannot
 * stop a page. */
int zd_reply_search(const struct http_reply *reply, struct arena *arena, struct zd_page *ret, unsigned *ret_dropped,
                    struct err *err) MUST_CHECK;
int zd_reply_export(const struct http_reply *reply, struct arena *arena, struct zd_page *ret, unsigned *ret_dropped,
                    struct err *err) MUST_CHECK;
int zd_reply_show_many(const struct http_reply *reply, struct arena *arena, struct zd_page *ret, unsigned *ret_dropped,
                       struct err *err) MUST_CHECK;
/* {"ticket":{…}} of GET and of PUT. */
int zd_reply_ticket(const struct http_reply *reply, struct arena *arena, struct zd_ticket *ret,
                    struct err *err) MUST_CHECK;
int zd_reply_me(const struct http_reply *reply, struct zd_user *ret, struct err *err) MUST_CHECK;
int zd_reply_comments(const struct http_reply *reply, struct arena *arena, struct zd_comments *ret,
                      struct err *err) MUST_CHECK;

enum zd_failure_kind {
	ZD_FINE,         /* 2xx and no `error` in the body */
	ZD_RETRY,        /* 5xx, `unavailable`, time-out, broken or refused connection */
	ZD_LIMITED,      /* 429: wait, then go on with the same ticket */
	ZD_UNAUTHORIZED, /* 401 */
	ZD_FORBIDDEN,    /* 403: scope or role; `text` names the scope to add where the reply names one */
	ZD_NOT_FOUND,    /* 404 */
	ZD_CONFLICT,     /* 409 */
	ZD_REFUSED,      /* 422: permanent for that ticket */
	ZD_TOO_LARGE,    /* 413, or a reply over its cap: ask for less */
	ZD_BAD_REQUEST,  /* 400 and other 4xx: our bug or configuration; also an expired cursor */
	ZD_REDIRECT,     /* 3xx: a wrong base_url; nothing is followed */
	ZD_TLS           /* certificate, pin, protocol version */
};
struct zd_failure {
	enum zd_failure_kind kind;
	bool closed;      /* 422 because the ticket is closed */
	bool unknown;     /* the server may have acted on the request (5xx, lost answer) */
	msec retry_after; /* -1 = not said */
	char text[256];   /* for a person: "503 from Zendesk: …" */
};
void zd_classify(const struct http_reply *reply, msec wall, struct zd_failure *ret);

#endif
