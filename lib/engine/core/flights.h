/* Flights: tickets whose next requests would be the same. One of them leads: it waits for its turn
 * with the model or for the answer, and the others wait for it in LANE_JOINED. When the leader has
 * an answer, each of them takes that in its turn; when it has none, the next one leads, so that a
 * failure is nobody else's. lane_move() sees to it: a ticket that leaves LANE_MODEL or LANE_ASKED
 * leads no more, wherever it goes, and the first that waits for it takes its place. So a ticket
 * that waits always has a leader.
 *
 * What two requests have in common is a key: HMAC of all that the answer rests on (decide/reuse.h).
 */
#ifndef ENGINE_CORE_FLIGHTS_H
#define ENGINE_CORE_FLIGHTS_H

#include "base/map.h"
#include "engine/core/lanes.h"
#include "engine/record.h"

/* Tickets that wait for others: they take no room in the model's window. */
#define FLIGHTS_WAITING_MAX 256

/* Of a ticket. */
struct flight {
	struct answer_key key; /* of its next request, … */
	uint64_t of;           /* … and of what that was computed; 0 = not yet (decide/reuse.c) */
	/* of its answer, if the model's version stays; 0 = not yet computed (decide/reuse.c) */
	struct answer_key expected;
	uint64_t expected_of;
	bool leads; /* others with the same key wait for its answer */
	bool alone; /* it has waited long enough for others */
	/* from DECIDED on: the key of its answer, and when the model gave it (wall; 0 = nobody else
	 * may use it) */
	struct answer_key answer;
	msec answered;
};

struct flights {
	struct map leaders; /* first half of the key → struct ticket */
};

bool flights_key_eq(const struct answer_key *a, const struct answer_key *b);
/* The first half of a key, for maps; not 0. */
uint64_t flights_key_word(const struct answer_key *key);

/* A zeroed struct has none. */
void flights_free(struct flights *flights);
/* The ticket that leads with this key; NULL = none. */
struct ticket *flights_leader(const struct engine *engine, const struct answer_key *key);
/* The ticket, which is in LANE_MODEL, leads with the key ticket->flight, with which none leads. */
void flights_lead(struct engine *engine, struct ticket *ticket);
/* For lanes.c alone: the ticket leads no more; a ticket that leads has left `from`, and true says
 * that it leads no more. */
void flights_end(struct engine *engine, struct ticket *ticket);
bool flights_left(struct engine *engine, struct ticket *ticket, enum lane from);

#endif
