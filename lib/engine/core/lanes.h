/* Lanes: how far a ticket is, and what it waits for. A held or parked ticket is in exactly one
 * lane. lane_move() is the only function that changes its lane, its state and the container it
 * waits in; the table in lanes.c says what each lane is and where it may lead. */
#ifndef ENGINE_CORE_LANES_H
#define ENGINE_CORE_LANES_H

#include "base/clock.h"
#include "base/heap.h"
#include "base/list.h"

struct engine;
struct ticket;

/* The order counts: before LANE_READ a ticket has no durable decision (journal.c, memory.c). */
enum lane {
	LANE_NONE,      /* just created, or about to be freed */
	LANE_WAITING,   /* found; waits for its turn to be admitted, its text in its page */
	LANE_PARKED,    /* its outcome was reported; kept until it comes back */
	LANE_RECALL,    /* waits for what is recorded of it (shadow.h) */
	LANE_JOINED,    /* waits for the answer to another ticket with the same text (flights.h) */
	LANE_MODEL,     /* waits for its turn with the model, or for its next attempt */
	LANE_ASKED,     /* waits for the model's answer */
	LANE_DECISION,  /* waits until its decision is durable */
	LANE_SHADOW,    /* waits until its shadow decision is durable, then ends */
	LANE_READ,      /* waits for other tickets to share the next read of many */
	LANE_STOPPED,   /* waits until writing is started again, then to be read (stop.h) */
	LANE_READING,   /* waits for the reply to that read */
	LANE_LOOK,      /* waits to be read alone, or for its comments to be read */
	LANE_LOOKING,   /* waits for the reply to that */
	LANE_INTENT,    /* waits until its intent is durable */
	LANE_WRITE,     /* waits for the time when it may be written again */
	LANE_SINGLE,    /* waits for its turn to be written alone */
	LANE_SENT,      /* waits for the reply to that write */
	LANE_BULK,      /* waits for other tickets to share the next bulk update */
	LANE_BULK_SENT, /* waits for the reply to that update, or for the end of its job */
	LANE_DONE,
	LANE_SKIPPED,
	LANE_FAILED,
	LANES
};

/* The tickets of one lane. */
struct lane_queue {
	struct list line;  /* those that wait for no time, in the order they came */
	struct heap later; /* those that wait for a time or a turn, by `when` */
	size_t in_line, count;
};

void lanes_init(struct lane_queue lanes[LANES]);
/* Only when no ticket is in any lane. */
void lanes_free(struct lane_queue lanes[LANES]);

/* Moves a ticket. `when`: in lanes that wait for a time, the monotonic instant; in lanes that wait
 * for a turn, a number, the lowest first; ignored in all others. Ends the process on a move that
 * the table in lanes.c does not allow. */
void lane_move(struct engine *engine, struct ticket *ticket, enum lane lane, msec when);
/* A ticket that waits for a time: until `when` at the latest. One that does not wait stays. */
void lane_wait_less(struct engine *engine, struct ticket *ticket, msec when);

/* The ticket, which is in LANE_MODEL, leads no more (flights.h), because it is about to be sent
 * otherwise than those who wait for it would be. */
void lane_stop_leading(struct engine *engine, struct ticket *ticket);

bool lane_may_move(enum lane from, enum lane to);
/* Takes the ticket out of its lane, whichever that is: only before it is freed with the engine. */
void lane_abandon(struct engine *engine, struct ticket *ticket);
/* The decision is durable: moves the ticket on to the read before its write. When there is an
 * intent, an earlier run may have sent the write. */
void lane_move_to_read(struct engine *engine, struct ticket *ticket);

size_t lane_count(const struct engine *engine, enum lane lane);
/* A ticket of the lane that is in one of its containers; NULL = none. */
struct ticket *lane_any(const struct engine *engine, enum lane lane);
/* Of the tickets that wait for no time: how many there are, and the first; NULL = none. In a lane
 * that waits for a turn, the first by turn. */
size_t lane_in_line(const struct engine *engine, enum lane lane);
struct ticket *lane_first(const struct engine *engine, enum lane lane);
/* The next one in the line of the same lane; NULL = none. */
struct ticket *lane_behind(const struct engine *engine, const struct ticket *ticket);
/* Of the tickets that wait for a time: the first whose time has come, NULL = none; and when the
 * next one's comes (monotonic), MSEC_NEVER = none. */
struct ticket *lane_due(const struct engine *engine, enum lane lane);
msec lane_when(const struct engine *engine, enum lane lane);
/* Calls `each` for the tickets whose time has come, in no particular order, until it returns
 * false. It must move none of them. */
void lane_each_due(const struct engine *engine, enum lane lane,
                   bool (*each)(void *arg, struct ticket *ticket), void *arg);

#endif
