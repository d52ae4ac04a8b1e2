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

/* All slices live in the arena given to the parser. What a write would rest on must be there and of its type, or the ticket is
 * malformed: id, status, tags (the list is written back whole: a tag not understood would be lost), updated_at. A subject or
 * description that is no string is empty; created_at not understood is taken to be updated_at. */
struct zd_ticket {
	uint64_t id; /* 1 … INT64_MAX */
	enum zd_status status;
	enum priority priority; /* a word we do not know counts as PRIORITY_URGENT, which is never overwritten */
	struct str subject;     /* may be empty */
	struct str description; /* may be empty */
	struct tags tags;
	struct str stamp;  /* updated_at exactly as written */
	msec updated_wall; /* the same as a number */
	msec created_wall;
};

/* Links are read for their page number or cursor only. Whether it leads anywhere new is for the caller to watch: a server may
 * name the page just read for ever. */
struct zd_page {
	struct zd_ticket *tickets;
	size_t count;
	int64_t total;          /* search only: `count`, which does not stop at 1,000; -1 elsewhere or when not said */
	bool more;              /* next_page or next_cursor is set; incremental: not at the end; never for show_many */
	unsigned next_page;     /* search: from next_page's query, 0 when none */
	struct str next_cursor; /* export: meta.after_cursor, else from links.next; empty once meta.has_more is false.
	                         * incremental: after_cursor; empty when null (nothing new): keep the last one */
};

struct zd_user {
	uint64_t id; /* 0 = anonymous: id null or absent */
	bool agent;  /* role agent or admin */
	bool admin;
};

struct zd_comment {
	uint64_t author_id; /* 0 = nobody with an id */
	bool is_public;     /* also when not said */
	struct str body;    /* plain_body, else body */
	msec created_wall; /* MSEC_NEVER when not understood: newer than anything, so that no search for our note stops at it */
};
struct zd_comments {
	struct zd_comment *items;
	size_t count;
	bool more;
	struct str next_cursor;
};

/* Each: 0, or -1 with the reason: the body is no JSON, or not of this shape. Call only for 2xx replies. An item of a list that is
 * malformed in itself, or no ticket at all, is dropped and counted in *ret_dropped (may be NULL), so that one odd ticket cannot
 * stop a page. Everything in *ret is a copy in the arena; the reply may be freed at once. On failure *ret is untouched. */
int zd_reply_search(const struct http_reply *reply, struct arena *arena, struct zd_page *ret, unsigned *ret_dropped,
                    struct err *err) MUST_CHECK;
int zd_reply_export(const struct http_reply *reply, struct arena *arena, struct zd_page *ret, unsigned *ret_dropped,
                    struct err *err) MUST_CHECK;
int zd_reply_show_many(const struct http_reply *reply, struct arena *arena, struct zd_page *ret, unsigned *ret_dropped,
                       struct err *err) MUST_CHECK;
/* The cursor form. Deleted tickets come with ZD_DELETED. */
int zd_reply_incremental(const struct http_reply *reply, struct arena *arena, struct zd_page *ret,
                         unsigned *ret_dropped, struct err *err) MUST_CHECK;
/* {"ticket":{…}} of GET and of PUT. */
int zd_reply_ticket(const struct http_reply *reply, struct arena *arena, struct zd_ticket *ret,
                    struct err *err) MUST_CHECK;
int zd_reply_me(const struct http_reply *reply, struct zd_user *ret, struct err *err) MUST_CHECK;
int zd_reply_comments(const struct http_reply *reply, struct arena *arena, struct zd_comments *ret,
                      struct err *err) MUST_CHECK;

/* A job of update_many. Its state says nothing about single tickets: `completed` jobs with 99 failures of 100 are on record. */
enum zd_job_state {
	ZD_JOB_QUEUED,
	ZD_JOB_WORKING, /* also a word we do not know */
	ZD_JOB_COMPLETED,
	ZD_JOB_FAILED /* failed or killed: what its items say holds, the rest is unknown */
};
/* What a job says about one ticket. Recorded successes are {action,id,status,success:true}, failures {index,error,id,details}
 * without `success`; the vendor's description has {id,action,success:false,error,details}: both are read. */
enum zd_item_verdict {
	ZD_ITEM_UNKNOWN,  /* neither success:true nor an error */
	ZD_ITEM_UPDATED,  /* success is true, and there is no error */
	ZD_ITEM_CONFLICT, /* UpdateConflict: the ticket has moved past the stamp */
	ZD_ITEM_GONE,     /* RecordNotFound */
	ZD_ITEM_CLOSED,   /* the words say so */
	ZD_ITEM_REFUSED   /* any other error, or success:false without one */
};
struct zd_job_item {
	uint64_t id;   /* 0 = not said */
	int64_t index; /* place in the request, from 0; -1 = not said */
	enum zd_item_verdict verdict;
	struct str text; /* one line for a person, as in struct zd_failure; empty for UPDATED and CONFLICT */
};
struct zd_job {
	struct str id;
	enum zd_job_state state;
	int64_t total, progress;   /* tickets; -1 = not said */
	struct zd_job_item *items; /* in the server's order; may be fewer, more or others than were sent */
	size_t item_count;
};
struct zd_jobs {
	struct zd_job *items;
	size_t count;
};
/* {"job_status":{…}}: the answer of update_many, given before any ticket is touched. */
int zd_reply_job(const struct http_reply *reply, struct arena *arena, struct zd_job *ret, struct err *err) MUST_CHECK;
/* {"job_statuses":[…]}: those that vanished are left out. */
int zd_reply_jobs(const struct http_reply *reply, struct arena *arena, struct zd_jobs *ret, unsigned *ret_dropped,
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
	bool closed;        /* 422 because the ticket is closed */
	bool too_many_jobs; /* ZD_LIMITED because of jobs queued or running: no other request is concerned */
	bool unknown;       /* the server may have acted on the request (5xx, lost answer) */
	msec retry_after;   /* -1 = not said */
	char text
	        [256]; /* one line for a person: "Zendesk answered 422: Status: closed prevents ticket update"; empty if fine */
};
/* Never fails. Some names of errors outrank the status: `unavailable` is ZD_RETRY, `TooManyJobs` ZD_LIMITED, `InvalidEndpoint`
 * ZD_BAD_REQUEST whatever it is; under a 2xx the name decides, an unknown one being ZD_RETRY with `unknown`. A 2xx that is no
 * JSON is fine here and an error of the parser. `wall` is for a Retry-After date where the reply has no Date. */
void zd_classify(const struct http_reply *reply, msec wall, struct zd_failure *ret);

/* A reply that seemed fine cannot be read: it is asked for again. */
void zd_failure_unreadable(struct zd_failure *failure, const struct err *err);

#endif
