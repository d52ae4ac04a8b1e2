/* Answers that fit other tickets too: a model that is asked the same twice is paid twice for one
 * answer. So an accepted answer is kept for llm.cache_ttl, and a ticket of which exactly the same
 * would be sent takes it. What "the same" means is a key: HMAC over all that the answer rests on
 * (reuse_key.h). Two tickets at a time: the second waits for the first (core/flights.h).
 *
 * Never taken and never kept: what a person orders again, what comes back because rules had decided
 * it, what rules decide, probes. Only what was accepted is kept, never a failure. The answer to a
 * prompt with a reminder fits such prompts alone. Shadow, dry run and writing share what they know.
 *
 * What is kept: the answer as records have it (redacted), the key, when the model gave it, and the
 * numbers of the tickets that used it, so that it goes when one of them is erased. It holds no
 * text of a ticket. In memory it is bounded by count and bytes, what was not used longest goes
 * first; over a restart it is found in the records of the decisions that rest on it
 * (record.answer), which are sealed and erased as such. */
#ifndef ENGINE_DECIDE_REUSE_H
#define ENGINE_DECIDE_REUSE_H

#include "base/clock.h"
#include "ticket/key.h"

#define REUSE_ENTRIES_MAX 4096
#define REUSE_BYTES_MAX ((size_t)2 * 1024 * 1024)
#define REUSE_USERS_MAX 8192 /* of one answer; with more it is not used any longer */
/* A ticket waits for others as long as that many requests may take, then it is sent itself. */
#define REUSE_WAIT_TIMEOUTS 3

struct engine;
struct ticket;
struct record;
struct reuse;

enum reuse_turn {
	REUSE_SEND,  /* it is to be sent */
	REUSE_TAKEN, /* it has an answer, or waits for that of another one; it may be gone */
	REUSE_LATER  /* it takes an answer in the next step: one a step */
};

struct reuse *reuse_new(void) MUST_CHECK;
void reuse_free(struct reuse *reuse);
/* The ticket, which is due in LANE_MODEL, is about to be sent. */
enum reuse_turn reuse_turn(struct engine *engine, struct ticket *ticket, msec *deadline);
/* The model's answer to the ticket was accepted and is in ticket->analysis; the decision is made
 * next. */
void reuse_keep(struct engine *engine, struct ticket *ticket);
/* Once a step, before reuse_turn(): tickets that have waited long enough go by themselves. */
void reuse_pump(struct engine *engine, msec *deadline);
/* Another configuration is in force: who waits looks anew what it may wait for. */
void reuse_reload(struct engine *engine);
/* These tickets are erased: what they used goes. */
void reuse_erase(struct engine *engine, const struct ticket_key *tickets, size_t count);
/* Takes up the answer in a record of an earlier run (engine_restore_answer). */
void reuse_restore(struct engine *engine, const struct record *record);

#endif
