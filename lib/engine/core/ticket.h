/* One ticket in hand: what is known of it, what was decided, and how far its write is. */
#ifndef ENGINE_CORE_TICKET_H
#define ENGINE_CORE_TICKET_H

#include "base/arena.h"
#include "base/heap.h"
#include "base/list.h"
#include "engine/core/lanes.h"
#include "ticket/analysis.h"
#include "ticket/key.h"
#include "ticket/priority.h"
#include "ticket/state.h"
#include "ticket/tags.h"

/* Memory: the struct belongs to the engine's table until its end. `text` holds the prompt's parts
 * and dies with the decision; `memory` holds everything else and dies with the ticket. While FOUND
 * both are empty and the page holds the text. */
struct ticket {
	struct ticket_key key;
	/* Set by lane_move() alone. */
	enum lane lane;
	enum ticket_state state;
	struct list queue;
	struct heap_node turn;

	struct list held; /* in the engine's list of all tickets in hand */

	/* FOUND */
	struct page *page;              /* where its text waits */
	const struct desk_ticket *read; /* in the page */

	/* from CLAIMED on */
	struct arena text;
	struct arena memory;
	msec admitted_at; /* monotonic */
	/* of the first read: a later difference is a person's doing */
	enum priority priority_first;
	msec updated_first; /* updated_at of the first read, wall */
	msec updated_last;  /* … and of the last one */
	/* the latest that any read has shown, even one asked for by somebody else */
	msec updated_seen;
	int returns; /* how often it has failed so far, in this life and before */
	bool wanted; /* a person asked for it: ahead of the others */
	/* its end is told, and what is remembered of it stays as it is */
	bool keep_memory;
	uint64_t batch; /* the batch it is counted in */

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
	/* monotonic: since when no read has settled; 0 = the last one had */
	msec changing_since;
	msec unreadable_since; /* monotonic: of the first failure of the present re-read */
	msec ready_at;         /* since when it waits for company */

	/* the read a write rests on, and the write itself */
	struct str stamp;       /* updated_at of the settled read, as Zendesk wrote it */
	struct tags tags;       /* the whole list to be written */
	struct tags tags_added; /* ours among them */
	enum priority priority_before, priority_set;
	/* a write left us and is not known to have failed: look before writing anew */
	bool maybe_written;
	int conflicts;
	/* tags, stamp and priority_set are an intent, durable or on its way to the disk */
	bool has_intent;
	bool single_only;  /* it is not to be written in bulk any more */
	bool sent_in_bulk; /* the last write was, and may still be carried out */
	msec sent_at;      /* monotonic: of the last bulk write … */
	/* … and when it may be sent again, should its outcome not be known */
	msec resend_at;
	bool job_says_done; /* and is not believed without a look */
	/* a bulk update brought it without the tags: only they are to be written */
	bool note_is_there;
	uint64_t author_id; /* as whom the intent was made; 0 = as whom we are now */
	/* without a usable server clock: the first of two equal reads … */
	struct str unsettled_stamp;
	msec unsettled_sent_at; /* … and when it was asked for, monotonic; 0 = none */
	struct str trouble;     /* why the last write is not known to have arrived */
	bool ask_comments;      /* … by looking for our note among the comments */
	struct str comments_cursor;
	int comment_pages;
	bool record_says_skipped; /* its newest durable record, and it has come back since */
	bool tag_taken_off;       /* our note is there, and a person took our tag away */
	msec write_ms;            /* time spent in own write requests */
	msec verdict_wall;        /* the server's Date of the answer that ended it */
};

struct ticket *ticket_new(struct ticket_key key) MUST_CHECK;
void ticket_free(struct ticket *ticket); /* must wait in no list and no heap */

#endif
