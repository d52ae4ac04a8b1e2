/* A further analysis of a ticket that is done. Its reason decides what may be written:
 *
 *   ORDER     a person asked for it: label tags and priority are replaced, and one note is added
 *   UNTAGGED  somebody took our tag off and zendesk.untagged says `again`: never a note
 *   REFUSED   a person asks too often: only the tag by which he asks is taken off, and nothing is
 *             analysed
 *   REVISIT   rules had answered because the model was down: never a note
 *   UNDO      a person takes back what we wrote: nothing is analysed (undoing.h)
 *
 * The way of one: further_want() makes a record ORDER with an id and the person's name → the shell
 * recalls what earlier writes did (EFFECT_HISTORY) → the ticket is read by its number, admitted and
 * analysed as any other, but never by rules in the place of a model → decision and intent carry the
 * id, so that neither a crash nor a lost answer makes two notes of one order → the outcome, or an
 * ORDER that says `over`, closes it. What does not get as far as a durable decision leaves the
 * ticket as it was, and is tried again after 1, 2, 4 … minutes, a few times.
 *
 * Words
 *   further   an analysis after the first, and the order that it carries out
 *   earlier   what our writes of the ticket did so far, as the records tell
 *   former    what was remembered of the ticket before it was taken up again */
#ifndef ENGINE_CORE_FURTHER_H
#define ENGINE_CORE_FURTHER_H

#include "base/arena.h"
#include "base/list.h"
#include "engine/core/earlier.h"
#include "engine/core/known.h"
#include "ticket/undo.h"

struct engine;
struct ticket;
struct record;

enum further_reason {
	FURTHER_NONE,
	FURTHER_ORDER,
	FURTHER_UNTAGGED,
	FURTHER_REVISIT,
	FURTHER_REFUSED,
	FURTHER_UNDO
};
const char *further_reason_name(enum further_reason reason); /* "", "order", … */
/* -1: not one of them */
int further_reason_parse(struct str text, enum further_reason *ret) MUST_CHECK;

#define FURTHER_ID_SIZE 40
#define FURTHER_BY_MAX 200 /* bytes of the name of who ordered it */

/* Of a ticket that is under way; all zero for a first analysis. Texts are in ticket->memory. */
struct further {
	enum further_reason reason;
	struct str order; /* its id */
	struct str by;    /* who ordered it, for people */
	struct earlier earlier;
	struct known former;
	bool tag_seen;          /* the newest read shows the processed tag */
	bool forget;            /* UNDO: the processed tag goes too */
	bool look;              /* UNDO: only what it would do is told */
	bool priority_theirs;   /* UNDO: as of struct undo_ticket */
	struct undo_end undone; /* UNDO: what the newest read, or the write, means */
};

enum further_phase {
	FURTHER_IDLE,      /* nothing is to be done: only kept for the limits */
	FURTHER_OPEN,      /* ordered; waits for its turn to be recalled */
	FURTHER_RECALLING, /* waits for EVENT_HISTORY */
	FURTHER_ASKED,     /* its number is among those that are read (asked.h) */
	FURTHER_RUNNING    /* a ticket of its own is held or parked */
};

#define FURTHER_FAILURES_MAX 5 /* tries that end before a decision */
#define FURTHER_AGAIN_FIRST MSEC_MINUTE
#define FURTHER_TIMES 3
/* Of each ticket that was ever ordered again; a record ORDER holds the same. */
struct further_order {
	uint64_t id;       /* of the ticket */
	struct list place; /* among those that are OPEN */
	enum further_phase phase;
	enum further_reason reason;
	char order[FURTHER_ID_SIZE];
	char by[FURTHER_BY_MAX + 1];
	msec at;             /* wall: when it was ordered */
	uint64_t sequence;   /* of its record, before which nothing is done about it; 0 = none */
	bool unsaved;        /* that record could not be written */
	msec not_before;     /* monotonic: of an OPEN one */
	int failures;        /* tries that ended before a decision */
	struct arena memory; /* of `earlier` */
	struct earlier earlier;
	/* wall: the newest orders of a person, newest first; 0 = none. The newest UNTAGGED. */
	msec orders[FURTHER_TIMES], untagged;
	uint64_t audit; /* the newest entry of the ticket's history that was an order; 0 = none */
	unsigned revisits;          /* how many REVISITs there were so far */
	bool forget, look;          /* UNDO: see struct further */
	char *over;                 /* UNDO: its last record, while that is not durable */
	struct further_order *kept; /* the REVISIT that waits behind an UNDO that only looks */
};

struct furthers {
	struct map by_id;              /* id of the ticket → struct further_order */
	struct list open, revisits;    /* those that are OPEN, in the order they came */
	struct list closing;           /* UNDOs whose last record is not durable yet */
	size_t revisits_open, pending; /* pending: OPEN and no REVISIT, RECALLING or ASKED */
	size_t recalling;
	size_t undos, undoing; /* UNDOs that are pending, and those that are RUNNING */
	bool searching;        /* tickets are looked for that agents have tagged */
	unsigned by_person;    /* ORDERs and UNDOs that are pending */
};

void furthers_init(struct furthers *furthers);
void furthers_free(struct furthers *furthers);
void further_free(struct further_order *order); /* it must not be in `by_id` any more */

/* NULL: this ticket was never ordered again. */
struct further_order *further_of(const struct engine *engine, uint64_t id);
/* The order of a ticket that was just read because of it; NULL = it was read for something else. */
struct further_order *further_asked(const struct engine *engine, uint64_t id);
/* A further analysis of the ticket is ordered, and the ticket was not read so far. */
bool further_waits(const struct engine *engine, uint64_t id);
/* The same, and a person ordered it. */
bool further_person_waits(const struct engine *engine, uint64_t id);
/* It is to be carried out before a run is over. A REVISIT that is OPEN waits for the model, and no
 * run waits for that. */
bool further_is_open(const struct further_order *order);
/* The run is not over. `admitting`: mode_admitting(), without which only what a person ordered is
 * carried out. A run for one ticket leaves the orders of others to the next run. */
bool further_is_pending(const struct engine *engine, bool admitting);

/* False: nothing is decided, since only something of a ticket that is done is taken back. */
bool further_is_analysed(const struct ticket *ticket);
/* Whether this write adds a note. */
bool further_has_note(const struct ticket *ticket);
/* What must be remembered of a further analysis that ended without a write. */
struct known further_former(const struct ticket *ticket);
/* Copies what a ticket that comes back needs. */
void further_copy(struct ticket *to, const struct ticket *from);

#endif
