/* What can be taken back of one of our updates: the plan, made from what the update's record says
 * and what the ticket is now. Pure; who writes it uses the write protocol of all updates (a settled
 * read, its stamp, a durable intent first).
 *
 * A tag goes only if we added it and it is still there; one that stood there before, or that a
 * person added, stays. The priority goes back only while it is the one that we set: another one is
 * a person's. A note is never removed: it cannot be taken back. */
#ifndef TICKET_UNDO_H
#define TICKET_UNDO_H

#include "ticket/priority.h"
#include "ticket/tags.h"

/* The update, as it was recorded. */
struct undo_update {
	struct tags added;    /* tags that the ticket did not have before */
	enum priority before; /* priority before the update */
	enum priority set;    /* PRIORITY_NONE = it was left as it was */
	bool note;            /* it wrote a note */
};

/* The ticket, as it was just read. */
struct undo_ticket {
	struct tags tags;
	enum priority priority;
	bool closed; /* Zendesk changes no closed ticket */
	/* a person may have chosen the priority, although it is the one that we had set: the undo
	 * had perhaps been written before */
	bool priority_theirs;
};

enum undo_priority {
	UNDO_PRIORITY_NOT_OURS, /* we did not set it */
	UNDO_PRIORITY_BACK,     /* it goes back to `priority` */
	UNDO_PRIORITY_CHANGED,  /* a person has changed it since: it stays */
	/* there was none before, and Zendesk refuses (422) to take a priority away: it stays */
	UNDO_PRIORITY_WAS_NONE
};

struct undo_plan {
	bool closed;  /* nothing can be taken back */
	bool changes; /* there is something to write */
	/* The whole list to be written, in the ticket's order. */
	struct tags tags;
	struct tags removed; /* of ours, those that go */
	struct tags gone;    /* of ours, those that somebody has taken off already */
	enum undo_priority priority_fate;
	enum priority priority; /* UNDO_PRIORITY_BACK: what to set */
	bool note_stays;
};

/* How the undo of a ticket ended, or would end. */
enum undo_result {
	UNDO_DONE,    /* it was taken back, or, of a plan, it would be */
	UNDO_NOTHING, /* there is nothing of ours on it */
	UNDO_LEFT,    /* it was left alone: `reason` */
	UNDO_FAILED   /* it could not be written: `reason` */
};
const char *undo_result_name(enum undo_result result);   /* "undone", … */
const char *undo_priority_name(enum undo_priority fate); /* "", "back", "changed", "none before" */

struct undo_end {
	enum undo_result result;
	const char *reason; /* for people; NULL = none */
	struct tags removed, gone;
	enum undo_priority priority_fate;
	enum priority priority_before, priority_after; /* the undo */
	bool note_stays;
	int64_t updated; /* wall, ms: the ticket's updated_at, or of our write; 0 = not known */
};

/* Lists and strings are copied into `arena`. */
void undo_plan_make(const struct undo_update *update, const struct undo_ticket *now,
                    struct undo_plan *ret, struct arena *arena);

#endif
