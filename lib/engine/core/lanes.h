/* Lanes: where a ticket is on its way, and what it waits for. A ticket is in exactly one.
 * lane_move() is the only function that changes its lane, its state and the container it waits in;
 * the table in lanes.c says what each lane is and where it may lead. */
#ifndef ENGINE_CORE_LANES_H
#define ENGINE_CORE_LANES_H

#include "base/clock.h"
#include "base/heap.h"
#include "base/list.h"

struct engine;
struct ticket;

enum lane {
	LANE_NONE,      /* just made, or about to be freed */
	LANE_WAITING,   /* found; its text waits in its page for its turn */
	LANE_PARKED,    /* its end was told; its decision waits for its return */
	LANE_MODEL,     /* for its turn with the model, or for the next attempt */
	LANE_ASKED,     /* for the model's answer */
	LANE_DECISION,  /* for its decision to be durable */
	LANE_READ,      /* for company in the next read of many tickets */
	LANE_READING,   /* for the reply to it */
	LANE_LOOK,      /* for a look at it alone, or at its comments */
	LANE_LOOKING,   /* for the reply to it */
	LANE_INTENT,    /* for its intent to be durable */
	LANE_WRITE,     /* for the time when it may be written again */
	LANE_SINGLE,    /* for its turn to be written by itself */
	LANE_SENT,      /* for the reply to it */
	LANE_BULK,      /* for company in the next bulk update */
	LANE_BULK_SENT, /* for the reply to it, or for the end of its job */
	LANE_DONE,
	LANE_SKIPPED,
	LANE_FAILED,
	LANES
};

/* The tickets of one lane. */
struct lane_queue {
	struct list line;  /* in the order they came */
	struct heap later; /* by `when` */
	size_t in_line, count;
};

void lanes_init(struct lane_queue lanes[LANES]);
void lanes_free(struct lane_queue lanes[LANES]); /* when no ticket is in any of them */

/* `when`: where tickets wait for a time, monotonic, until then; their turn where they wait for one
 * (the lowest first); else ignored. Ends the process on a move that the table does not have. */
void lane_move(struct engine *engine, struct ticket *ticket, enum lane lane, msec when);

bool lane_may_move(enum lane from, enum lane to);
/* Out of whatever lane it is in: it is about to be freed with the engine. */
void lane_abandon(struct engine *engine, struct ticket *ticket);
/* A decision is durable: on to the read before its write. A write may have left in an earlier life,
 * when there was an intent. */
void lane_move_to_read(struct engine *engine, struct ticket *ticket);

size_t lane_count(const struct engine *engine, enum lane lane);
/* one that waits; NULL = none does */
struct ticket *lane_any(const struct engine *engine, enum lane lane);
/* Of those that wait for no time: how many, and the first; NULL = none. */
size_t lane_in_line(const struct engine *engine, enum lane lane);
struct ticket *lane_first(const struct engine *engine, enum lane lane);
/* Of those that wait for a time: the first whose time has come, NULL = none; and when the next
 * one's comes, MSEC_NEVER = none. */
struct ticket *lane_due(const struct engine *engine, enum lane lane);
msec lane_when(const struct engine *engine, enum lane lane);

#endif
