/* The state of the engine, shared by its parts: find/ brings tickets, decide/ analyses them, write/
 * writes the decisions to Zendesk. These three know core/ and not each other. What one of them
 * keeps for itself is in its own header, which only the files directly under engine/ include
 * besides: they connect the parts.
 *
 * Words
 *   account   one help desk with its own tickets, limits and credentials
 *   held      a ticket that was found and has not ended (held.h)
 *   known     what is remembered of every ticket ever met, one word each (known.h)
 *   parked    its outcome was reported, its decision is kept until it comes back (memory.h)
 *   wanted    a person asked for it: it goes ahead of all others (asked.h)
 *   lane      how far a held ticket is, and what it waits for (lanes.h)
 *   gate      whether a service accepts our credentials (gates.h)
 *   budget    what a server says is left of one of its limits (budget.h)
 *   page      the bytes of one reply that brought tickets (pages.h)
 *   pump      a function that starts what the guards allow now; called once a step, it lowers
 *             `*deadline` (monotonic) to when it must be called again without an event
 *   resident  the service, as opposed to a run that ends by itself (enum engine_mode) */
#ifndef ENGINE_CORE_STATE_H
#define ENGINE_CORE_STATE_H

#include "base/map.h"
#include "base/prng.h"
#include "engine/core/asked.h"
#include "engine/core/backlog.h"
#include "engine/core/batches.h"
#include "engine/core/budget.h"
#include "engine/core/calls.h"
#include "engine/core/durability.h"
#include "engine/core/flights.h"
#include "engine/core/further.h"
#include "engine/core/gates.h"
#include "engine/core/lanes.h"
#include "engine/core/memory.h"
#include "engine/core/pages.h"
#include "engine/core/proven.h"
#include "engine/core/search.h"
#include "engine/core/stop.h"
#include "engine/core/tally.h"
#include "engine/engine.h"
#include "guard/blame.h"
#include "llm/llm.h"
#include "observe/alert.h"
#include "privacy/redact.h"
#include "ticket/ballast.h"
#include "ticket/write_mode.h"
#include "desk/zendesk/requests.h"

struct find;
struct write;
struct decide;

/* Checking our credentials at the start and after changes (session.c). */
struct session {
	int attempts_token, attempts_me, attempts_models;
	/* monotonic: no try before then; the same for the model's service */
	msec not_before, model_not_before;
};

struct account {
	uint32_t id;
	struct zd_client zendesk;
	struct session session;
	struct gate gate;
	struct blame blame;    /* of updates */
	msec fine;             /* monotonic: Zendesk last did what was asked; -1 = never */
	bool token_asking;     /* a request for an OAuth token is under way */
	uint64_t user_id;      /* the Zendesk user that our credentials belong to */
	struct desk_user user; /* the same, with name and role; id 0 = not known yet */
	/* an update was accepted: a later 403 is about its ticket, not about our credentials */
	bool wrote_once;
	struct budgets budgets;
	struct job_slots jobs;
	struct lane_queue lanes[LANES];
	struct pages pages;
	struct search search;
	struct stream stream;
	/* ids to be read; `wanted`: those a person asked for; `alone`: one by one */
	struct asked again, wanted, alone;
	/* how many tickets of `wanted` were queued so far: gives them their order */
	uint64_t wanted_so_far;
	struct memory memory;
	struct backlog backlog;
	struct furthers furthers;
	struct find *find;
	struct write *write;
};

struct engine {
	struct engine_setup setup;
	const struct config *config;
	struct clock_reading now;
	struct prng prng;
	struct account *account; /* exactly one at present */
	struct llm_client llm;
	struct gate model_gate;
	struct blame model_blame;
	/* wall: when the model in use is shut down, as its service announced for the model of that
	 * number (llm_client.models_used); -1 = not announced */
	msec model_leaves;
	unsigned model_leaves_of;
	msec models_at;        /* monotonic: when the list of models was last asked for */
	uint64_t models_again; /* the call that asks for it in mid-run; 0 = none */
	struct proven proven;
	struct decide *decide;
	struct flights flights;
	struct redactor *redactor;
	struct ballast_index *ballast;
	struct upstream upstreams[UPSTREAM_COUNT];
	struct calls calls;
	struct map restored; /* id → ticket, before the first step only */
	struct list held;    /* all tickets that are held */
	size_t held_count;
	/* sequence numbers of records: the newest, and the last one that is durable or given up */
	uint64_t last_sequence, settled_sequence;
	struct durability durability;
	struct stop stop;              /* of writing */
	enum write_mode writing;       /* what becomes of decisions (shadow.h) */
	bool alert_lasts[ALERT_KINDS]; /* of those about no ticket: raised and not yet ended */
	struct batch batch;
	struct spending unrecorded; /* paid.h */
	struct batches batches;
	struct map quarantined; /* id → 1, or 2 when it was reported */
	struct map suspects;    /* ids that crashed the process at least once → 1 */
	uint64_t admitted;
	msec last_work; /* monotonic: when a page was last read or a ticket done */
	bool started, draining, finished, paused;
	bool abandoned;   /* a drain has used up its time: held tickets are left to the next run */
	msec drain_until; /* monotonic */
	bool reply_read;  /* this step has parsed a reply, so it prepares no ticket */
	enum run_end end;
	char *end_reason;
	struct ticket_key current_ticket;
	struct redact_counts redacted;
	uint64_t repairs[8];
	struct engine_tallies tallies;
	struct tally_memory tally_memory;
	bool revisits_full;   /* revisit.h: that was said */
	struct effects *out;  /* only during a step */
	struct buf early;     /* lines about the restored records, logged in the first step */
	struct arena scratch; /* emptied after each step */
	struct buf text;      /* scratch buffer for building one text */
	msec deadline;
};

#endif
