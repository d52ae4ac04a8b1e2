/* Types that all help desks share: what a desk shows of a ticket, and what is to be changed; what
 * its answer means is in desk_answer.h. The engine keeps these alone; lib/desk/zendesk builds its
 * requests and makes these types from Zendesk's JSON. */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include "base/clock.h"
#include "desk/desk_answer.h"
#include "ticket/priority.h"
#include "ticket/tags.h"

#define DESK_PAGE_MAX 100 /* tickets per reply, and ids per request, at most */

enum desk_status {
	DESK_NEW,
	DESK_OPEN,
	DESK_PENDING,
	DESK_HOLD,
	DESK_SOLVED,
	DESK_CLOSED,
	DESK_DELETED,
	DESK_STATUS_UNKNOWN /* a word we do not know: such a ticket is never touched */
};
const char *desk_status_name(enum desk_status status);
/* Solved, closed or deleted: nothing is written to such a ticket. */
bool desk_status_over(enum desk_status status);

/* All slices live in the arena given to the parser. A ticket is malformed unless the members that a
 * write rests on are there and of their type: id, status, tags (the whole list is written back, so
 * a tag that was not understood would be lost; null is no tags), updated_at. A subject or
 * description that is no string counts as empty; a created_at that is not understood counts as
 * updated_at. */
struct desk_ticket {
	uint64_t id; /* 1 … INT64_MAX */
	enum desk_status status;
	/* a word we do not know counts as PRIORITY_URGENT, which is never overwritten */
	enum priority priority;
	struct str subject;     /* may be empty */
	struct str description; /* may be empty */
	struct tags tags;
	struct str stamp; /* updated_at exactly as written */
	/* `stamp` as wall time */
	msec updated_wall;
	msec created_wall;
};

/* A malformed ticket of a page: it may be read alone. */
struct desk_unread {
	uint64_t id;
	const char *member; /* the first that is missing or malformed; static */
};

/* A part of what is searched for, by what never changes while the search lasts (created_at) or
 * hardly ever (priority). All zero: everything. */
struct desk_slice {
	bool by_priority;
	enum priority priority; /* PRIORITY_NONE: tickets of none of the others */
	/* wall, whole seconds: created at or after `from`, and before `before`; 0 = no bound */
	msec from, before;
	/* wall, whole seconds: changed at or after it; 0 = no bound. Tickets that change while the
	 * search lasts are shown by the next one. */
	msec changed;
};

/* Links are read only for their page number or cursor. The caller must notice a next page that is
 * not new: a server may name the page just read for ever. */
struct desk_page {
	struct desk_ticket *tickets;
	size_t count;
	struct desk_unread *unread;
	size_t unread_count;
	/* search only: `count`, which is not capped at 1,000; -1 elsewhere or when absent */
	int64_t total;
	/* next_page or next_cursor is set; incremental: the end is not reached; always false for
	 * show_many */
	bool more;
	unsigned next_page; /* search: page number in the link next_page, 0 = none */
	/* search: wall; every older result than this is on the page, since its results are in the
	 * order of created_at. -1 when they are not, or when it is unknown for one of them */
	msec through;
	/* export: meta.after_cursor, or the one in links.next; empty once meta.has_more is false.
	 * incremental: after_cursor; empty when it is null (nothing new): keep the last one */
	struct str next_cursor;
};

struct desk_user {
	uint64_t id; /* 0 = anonymous: id null or absent */
	bool agent;  /* role agent or admin */
	bool admin;
	char name[96]; /* for people; "" = not told; cut between characters */
};

struct desk_comment {
	uint64_t author_id; /* 0 = the author has no id */
	bool is_public;     /* also when the reply does not say */
	struct str body;    /* plain_body, or body when that is absent */
	/* MSEC_NEVER when not understood: newer than anything, so that the search for our note does
	 * not stop here */
	msec created_wall;
};

struct desk_comments {
	struct desk_comment *items;
	size_t count;
	bool more;
	struct str next_cursor;
};

/* One change of one ticket. Status and assignee are never changed. */
struct desk_update {
	uint64_t id;
	/* the complete new list; empty only where tags are taken off, and none added */
	struct tags tags;
	bool may_empty;
	enum priority priority; /* PRIORITY_NONE = unchanged */
	struct str note;        /* private comment (body); empty = none */
	/* updated_at of the settled read, as Zendesk wrote it; safe_update is always sent */
	struct str stamp;
};

#endif
