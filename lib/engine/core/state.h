/* What the engine is made of: the ground that all rooms stand on. Rooms: find/ brings tickets,
 * decide/ analyses them, write/ puts what was decided into Zendesk. They know core/, and not each
 * other; what one room keeps for itself is in its own header, and nobody else includes that but the
 * files directly under engine/, which put the rooms together.
 *
 * Words
 *   account   one help desk with its own tickets, limits and credentials
 *   held      in hand: a ticket that has been found and has not come to its end
 *   known     what is remembered of every ticket ever met, one word each (known.h)
 *   parked    its end was told, and its decision is kept for its return (memory.h)
 *   wanted    a person asks for it: it goes ahead of all others (asked.h)
 *   lane      where a ticket in hand is on its way (lanes.h)
 *   gate      whether a service lets us in (gates.h)
 *   budget    what a server says is left of one of its limits (budget.h)
 *   page      the bytes of one reply that brought tickets (pages.h) */
#ifndef ENGINE_CORE_STATE_H
#define ENGINE_CORE_STATE_H

#include "base/map.h"
#include "base/prng.h"
#include "engine/core/asked.h"
#include "engine/core/batches.h"
#include "engine/core/budget.h"
#include "engine/core/calls.h"
#include "engine/core/durability.h"
#include "engine/core/gates.h"
#include "engine/core/lanes.h"
#include "engine/core/memory.h"
#include "engine/core/pages.h"
#include "engine/core/search.h"
#include "engine/engine.h"
#include "llm/llm.h"
#include "privacy/redact.h"
#include "desk/zendesk/requests.h"

struct find;
struct write;
struct decide;

/* Asking who we are (session.c). */
struct session {
	int attempts_token, attempts_me;
	msec not_before; /* monotonic: of the next try */
};

struct account {
	uint32_t id;
	struct zd_client zendesk;
	struct session session;
	struct gate gate;
	bool token_asking; /* a token is on its way */
	uint64_t user_id;  /* as whom we are let in */
	/* some update was let in: a 403 is then about the ticket, not about us */
	bool wrote_once;
	struct budgets budgets;
	struct job_slots jobs;
	struct lane_queue lanes[LANES];
	struct pages pages;
	struct search search;
	struct stream stream;
	struct asked again, wanted; /* ids to be looked at: these a person asks for */
	uint64_t wanted_so_far;     /* in this process: their order */
	struct memory memory;
	struct find *find;
	struct write *write;
};

struct engine {
	struct engine_setup setup;
	const struct config *config;
	struct clock_reading now;
	struct prng prng;
	struct account *account; /* there is one */
	struct llm_client llm;
	struct gate model_gate;
	struct decide *decide;
	struct redactor *redactor;
	struct upstream upstreams[UPSTREAM_COUNT];
	struct calls calls;
	struct map restored; /* id → ticket, before the first step only */
	struct list held;    /* all tickets that are not at an end */
	size_t held_count;
	uint64_t last_sequence,
	        /* of records: the newest; up to here they are durable, or were given up */
	        settled_sequence;
	struct durability durability;
	struct batch batch;
	struct batches batches;
	struct map quarantined; /* id → 1, or 2 when it was told */
	uint64_t admitted;
	msec last_work; /* monotonic: of the last sign of it: a page read, a ticket done */
	bool started, draining, finished, paused;
	bool abandoned;   /* a drain has used up its time: what is held is left to the next life */
	msec drain_until; /* monotonic */
	bool reply_read;  /* this step has parsed a reply: it prepares no ticket */
	enum run_end end;
	char *end_reason;
	struct ticket_key current_ticket;
	struct redact_counts redacted;
	uint64_t repairs[8];
	struct effects *out;  /* only during a step */
	struct buf early;     /* lines to say in the first step (restore) */
	struct arena scratch; /* emptied after each step */
	struct buf text;      /* scratch for building */
	msec deadline;
};

#endif
