/* One ticket on its way: one struct, in exactly one state, named by its id everywhere.
 *
 *   FOUND ─► CLAIMED ─► ANALYSING ─► DECIDED ─► DURABLE ─► REFRESHING ─► WRITING ─► DONE
 *                          ▲ │ retry                          ▲             │ conflict, unknown result
 *                          └─┘                                └─ SETTLING ◄─┘
 *   any state ─► SKIPPED (closed, solved, deleted, already processed, refused for good)
 *            └─► FAILED  (attempts used up; comes back later)
 *
 * FOUND       waits in the page it came with for its turn
 * CLAIMED     passed through: where several instances will agree on who takes it
 * ANALYSING   waits for the model's guards, for its answer, or for the next attempt
 * DECIDED     has an analysis; waits until the decision is durable
 * DURABLE     the decision survives a crash; passed through
 * REFRESHING  waits for company, for the re-read, or for the read to settle
 * WRITING     the intent is on its way to the disk or the update on its way to Zendesk
 * SETTLING    a write was sent and its result is not known: waits for a re-read that tells
 * DONE, SKIPPED, FAILED are the ends. */
#ifndef TICKET_TICKET_H
#define TICKET_TICKET_H

#include "base/arena.h"
#include "base/heap.h"
#include "base/list.h"
#include "ticket/analysis.h"
#include "ticket/priority.h"
#include "ticket/tags.h"

enum ticket_state {
	TICKET_FOUND,
	TICKET_CLAIMED,
	TICKET_ANALYSING,
	TICKET_DECIDED,
	TICKET_DURABLE,
	TICKET_REFRESHING,
	TICKET_WRITING,
	TICKET_SETTLING,
	TICKET_DONE,
	TICKET_SKIPPED,
	TICKET_FAILED,
	TICKET_STATES
};

/* Memory: the struct belongs to the engine's table until its end. `text` holds the prompt's parts and dies with the decision;
 * `memory` holds everything else and dies with the ticket. While FOUND both are empty and the page holds the text. */
struct ticket {
	uint64_t id;
	enum ticket_state state;
	struct list held;      /* in the engine's list of all tickets */
	struct list queue;     /* in the list it waits in, if any: refreshing for company, persisting */
	struct heap_node turn; /* in the heap it waits in, if any: by priority and age, or by time */

	/* FOUND */
	struct page *page;            /* where its text waits */
	const struct zd_ticket *read; /* in the page */

	/* from CLAIMED on */
	struct arena text;
	struct arena memory;
	msec admitted_at;             /* monotonic */
	enum priority priority_first; /* of the first read: a later difference is a person's doing */
	msec updated_first;           /* updated_at of the first read, wall */
	msec updated_last;            /* … and of the last one */
	msec updated_seen;            /* the latest that any read has shown, even one asked for by somebody else */
	int returns;                  /* how often it has failed so far, in this life and before */
	bool wanted;                  /* a person asked for it: ahead of the others */
	bool only_told;               /* its end is told, and what is remembered of it stays as it is */
	uint64_t batch;               /* the batch it is counted in */

	/* ANALYSING */
	struct str subject, description; /* in `text`: normalised, redacted, cut */
	struct tags tags_first;          /* dry run only */
	double tokens_estimate;
	int attempts;      /* used up: of the model, then of the write */
	int read_attempts; /* of the present re-read */
	int slow_downs;    /* answers that asked for less load, in a row */
	int asked;         /* requests to the model that were sent for it */
	bool reminder;     /* the last answer was no valid one */
	bool shortened;

	/* from DECIDED on */
	struct analysis analysis;
	struct str text_hash;     /* of the text that was analysed: SHA-256, hexadecimal */
	struct str words;         /* what the model wrote, redacted */
	struct str rules_because; /* why the rules answered; empty when they were meant to */
	uint64_t sequence;        /* of the record it waits for; 0 = none */
	msec changing_since;      /* monotonic: since when no read has settled; 0 = the last one had */
	msec unreadable_since;    /* monotonic: of the first failure of the present re-read */
	msec ready_at;            /* since when it waits for company */

	/* the read a write rests on, and the write itself */
	struct str stamp;       /* updated_at of the settled read, as Zendesk wrote it */
	struct tags tags;       /* the whole list to be written */
	struct tags tags_added; /* ours among them */
	enum priority priority_before, priority_set;
	bool maybe_written; /* a write left us and is not known to have failed: look before writing anew */
	int conflicts;
	bool intent;                /* tags, stamp and priority_set are a durable intent */
	bool alone;                 /* not in bulk any more */
	bool in_bulk;               /* the last write was, and may still be carried out */
	msec sent_at;               /* monotonic: of the last bulk write … */
	msec resend_at;             /* … and when it may be sent again, should its outcome not be known */
	bool reported;              /* a job says it is done, and is not believed without a look */
	bool tags_only;             /* our note is there already: a bulk update brought it without the tags */
	uint64_t author_id;         /* as whom the intent was made; 0 = as whom we are now */
	struct str unsettled_stamp; /* without a usable server clock: the first of two equal reads … */
	msec unsettled_sent_at;     /* … and when it was asked for, monotonic; 0 = none */
	struct str trouble;         /* why the last write is not known to have arrived */
	bool ask_comments;          /* … by looking for our note among the comments */
	struct str comments_cursor;
	int comment_pages;
	bool skipped_on_record; /* come back since its newest durable record, that it was skipped */
	bool untagged;          /* our note is there, and a person took our tag away */
	msec write_ms;          /* time spent in own write requests */
	msec verdict_wall;      /* the server's Date of the answer that ended it */
};

const char *ticket_state_name(enum ticket_state state);
bool ticket_state_is_end(enum ticket_state state);
bool ticket_may_move(enum ticket_state from, enum ticket_state to);
/* The only way a state changes: ends the process on a move the table does not allow. */
void ticket_move(struct ticket *ticket, enum ticket_state to);

struct ticket *ticket_new(uint64_t id) MUST_CHECK;
void ticket_free(struct ticket *ticket); /* must wait in no list and no heap */

#endif
