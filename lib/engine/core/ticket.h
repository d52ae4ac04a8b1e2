/* One held or parked ticket: what is known of it, what was decided, and how far its write is. */
#ifndef ENGINE_CORE_TICKET_H
#define ENGINE_CORE_TICKET_H

#include "base/arena.h"
#include "base/heap.h"
#include "base/list.h"
#include "engine/core/company.h"
#include "engine/core/flights.h"
#include "engine/core/further.h"
#include "engine/tallies.h"
#include "observe/recent.h"
#include "observe/spending.h"
#include "privacy/redact.h"
#include "ticket/analysis.h"
#include "ticket/ballast.h"
#include "ticket/key.h"
#include "ticket/priority.h"
#include "ticket/state.h"
#include "ticket/tags.h"
#include "ticket/write_mode.h"

/* The engine owns the struct until the ticket ends. `text` holds the prompt's parts and is freed
 * when the decision is made; `memory` holds everything else and is freed with the ticket. While
 * FOUND both are empty and the page holds the text. */
struct ticket {
	struct ticket_key key;
	/* Set by lane_move() alone. */
	enum lane lane;
	enum ticket_state state;
	struct list queue;
	struct heap_node turn;

	struct list held; /* member of the engine's list of held tickets */

	/* FOUND */
	struct page *page;              /* holds its text */
	const struct desk_ticket *read; /* points into the page */

	/* ANALYSING and later */
	struct arena text;
	struct arena memory;
	msec admitted_at; /* monotonic */
	/* priority at the first read: a later difference was made by a person */
	enum priority priority_first;
	msec updated_first; /* updated_at of the first read, wall */
	msec updated_last;  /* updated_at of the last read made for its write, wall */
	/* the latest updated_at that any read has shown, even one made for another purpose; wall */
	msec updated_seen;
	int returns; /* how often it has failed so far, in this run and earlier ones */
	bool wanted; /* a person asked for it: it goes ahead of the others */
	/* its outcome is reported, but what is remembered of it does not change */
	bool keep_memory;
	uint64_t batch;         /* number of the batch it is counted in */
	struct further further; /* all zero: its first analysis */

	/* ANALYSING */
	struct str subject, description; /* in `text`: normalised, redacted, cut */
	struct ballast left_out;         /* of the description, for the decision's record */
	struct str known;                /* in `text`: what was recognised in them (redact.h) */
	struct tags tags_first;          /* at the first read; not restored */
	/* in `memory`: what was taken out of its text; NULL before that */
	const struct redact_counts *redacted;
	double tokens_estimate;
	int attempts;            /* attempts used up: first of the model, then of the write */
	enum recent_end used_up; /* whose attempts were used up, if any: for health */
	/* for the tallies: set before it ends, if another than the first of their enum */
	enum failure_cause failed_by;
	enum skip_reason skipped_for;
	bool timed_out;    /* its last request to Zendesk was not answered in time */
	int read_attempts; /* failed attempts of the present re-read */
	/* requests that failed in the present row of failures (guard/streak.h): not attempts yet */
	int failures;
	bool failed;                /* its last attempt failed, and was no invalid answer */
	struct str failed_because;  /* why its last attempt failed, for people; redacted */
	int refusals;               /* of the attempts, requests that the service refused */
	struct str refused_because; /* its last refusal, for people; redacted */
	int slow_downs;             /* how often the model asked for less load */
	/* when the model last told it to wait: the counters of decide.h, both 0 before */
	uint64_t answered_then, limited_then;
	int asked;              /* requests to the model sent for this ticket */
	struct spending spent;  /* what they cost */
	struct company company; /* with which others they are sent */
	bool reminder;          /* the last answer was not valid: the next prompt says so */
	bool shortened;         /* its description was cut: the model called it too long */
	struct flight flight;   /* whose answer it may use, and who may use its own */

	/* from DECIDED on */
	struct analysis analysis;
	enum write_mode writing; /* what becomes of the decision */
	uint64_t shadow_word;    /* LANE_SHADOW: what is remembered of it (shadow.h) */
	msec shadow_decided; /* its answer is that of a shadow decision made then, wall; 0 = not */
	/* SHA-256 of the analysed text, hexadecimal; while ANALYSING that of the whole text, once
	 * it was shortened or refused (marks.h) */
	struct str text_hash;
	/* SHADOW: the same of the whole text, however much of it was sent */
	struct str whole_hash;
	struct str words;         /* what the model wrote, redacted */
	bool provisional;         /* rules answered because the model's service failed */
	struct str rules_because; /* why the rules answered; empty when they were meant to */
	uint64_t sequence;        /* sequence number of the record it waits for; 0 = none */
	/* monotonic: since when reads have not settled; 0 = the last one did */
	msec changing_since;
	msec unreadable_since; /* monotonic: of the first failure of the present re-read */
	msec ready_at;         /* monotonic: since when it waits for others to share its request */

	/* the read a write rests on, and the write itself */
	struct str stamp;       /* updated_at of the settled read, as Zendesk wrote it */
	struct tags tags;       /* the whole list to be written */
	struct tags tags_added; /* ours among them */
	/* FURTHER: label tags of earlier writes that are still there and are taken off */
	struct tags tags_removed;
	enum priority priority_before, priority_set;
	/* a write was sent and is not known to have failed: look before writing again */
	bool maybe_written;
	/* the next read is to tell whether the last write arrived */
	bool outcome_unknown;
	int conflicts;
	/* tags, stamp and priority_set are an intent, durable or about to be */
	bool has_intent;
	bool single_only;  /* it must not be written in bulk any more */
	bool sent_in_bulk; /* its last write was in bulk and may still be carried out */
	msec sent_at;      /* monotonic: when the last bulk update was sent */
	/* monotonic: when that write may be sent again if its outcome is not known */
	msec resend_at;
	bool job_says_done; /* a job reported success, which a read must still confirm */
	/* a bulk update wrote the note but not the tags: only the tags are to be written */
	bool note_is_there;
	uint64_t author_id; /* the user that the intent was made with; 0 = the present user */
	/* without a usable server clock: stamp of the first of two reads that must be equal */
	struct str unsettled_stamp;
	/* monotonic: when the read of unsettled_stamp was sent; 0 = there was none */
	msec unsettled_sent_at;
	struct str trouble; /* why the last write is not known to have arrived */
	bool ask_comments;  /* the next look is at its comments, to find our note */
	struct str comments_cursor;
	int comment_pages;
	/* its newest durable record says skipped, although it has come back since */
	bool record_says_skipped;
	bool refused;       /* it has failed because Zendesk refuses what is written to it */
	bool tag_taken_off; /* our note is there, but a person removed our tag */
	msec write_ms;      /* time spent in its own write requests */
	msec verdict_wall;  /* the server's Date of the answer that ended it */
};

struct ticket *ticket_new(struct ticket_key key) MUST_CHECK;
/* The ticket must be in no list and no heap. NULL is allowed. */
void ticket_free(struct ticket *ticket);

#endif
