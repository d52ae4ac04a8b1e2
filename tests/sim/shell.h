/* The internals of the simulation: one run with its events, transfers and disk. */
#ifndef SIM_SHELL_H
#define SIM_SHELL_H

#include "base/heap.h"
#include "base/map.h"
#include "base/prng.h"
#include "invariants.h"

enum happening {
	HAPPENS_ARRIVAL,
	HAPPENS_REPLY,
	HAPPENS_TIMEOUT,
	HAPPENS_GATHERED,
	HAPPENS_FLUSH,
	HAPPENS_RECALLED,
	HAPPENS_CRASH,
	HAPPENS_CLOCK, /* our wall clock jumps */
	/* a person orders: another configuration, a pause, or tickets to be processed now */
	HAPPENS_ORDER,
	HAPPENS_RESUME,
	HAPPENS_UNDO,      /* a person takes back what was written */
	HAPPENS_STOP,      /* a person stops writing … */
	HAPPENS_STORED,    /* … which is remembered … */
	HAPPENS_START,     /* … and starts it again */
	HAPPENS_MODE,      /* another mode in the configuration … */
	HAPPENS_MODE_LAST, /* … and writing at last */
	HAPPENS_DRAIN
};

struct transfer;
struct sim_event {
	struct heap_node node; /* key: monotonic time */
	enum happening what;
	struct transfer *transfer; /* ARRIVAL, REPLY, TIMEOUT */
};

/* A request between engine and world. It is freed when all its events are gone: one that the
 * engine abandoned may still arrive. */
struct transfer {
	uint64_t number;
	enum sim_endpoint endpoint;
	struct http_request request;
	struct http_reply reply; /* filled in when the world has answered */
	struct sim_event arrival, answer, timeout;
	msec sent;  /* monotonic */
	bool ended; /* the end was reported to the engine (or its process has ended) */
	bool resent;
};

struct shell {
	const struct sim_options *options;
	struct sim_result *result;
	struct config *config;
	struct world *world;
	struct engine *engine;
	struct prng prng;
	struct clock_reading now; /* the true time */
	msec wall_error;          /* our wall clock minus the true time */
	msec began;               /* monotonic */
	struct heap events;
	/* number → struct transfer, for transfers that the engine waits for */
	struct map transfers;
	struct invariants invariants;
	struct record *durable; /* records that a new process restores, oldest first */
	size_t durable_count, durable_cap;
	struct record *pending; /* handed over, not yet durable */
	size_t pending_count, pending_cap;
	/* With options->gather: records of the commit that is under way; those that wait for it to
	 * be over need wait no longer. */
	struct record *writing;
	size_t writing_count, writing_cap;
	bool gathered;
	struct sim_event gather;
	struct prng disk_chance; /* of its own, so that the weather does not depend on it */
	struct sim_event flush;
	uint64_t *recalls; /* tickets whose records the engine waits for */
	size_t recall_count;
	struct sim_event recalled;
	msec disk_full_until; /* monotonic */
	struct effects effects;
	struct world_answer answer; /* answer to the request that is arriving; reused */
	uint64_t untold;            /* outcomes since the last batch */
	bool lost_one;              /* BUG_LOST_TICKET has swallowed an outcome */
	unsigned lives;
	uint64_t *crash_steps; /* the engine's steps in which the process is killed, ascending */
	size_t crash_step_next;
	bool dies;       /* the process ends after this event */
	msec life_began; /* monotonic */
	struct sim_event drain;
	bool shadow; /* what the configuration says that the next process or reload reads */
	/* the order to stop writing that the next process is given; `by` empty = none */
	struct engine_stop stored_stop;
	struct prng undo_chance; /* of its own, so that the weather does not depend on it */
	unsigned undo_orders;
	uint64_t undo_began; /* requests to Zendesk before undo_all */
};

/* Makes the configuration of the options, and of `more` ("section.name=value", NULL-terminated,
 * may be NULL). */
struct config *shell_config(const struct sim_options *options, const char *const *more);
bool shell_faults_last(const struct shell *shell);
msec shell_span(struct shell *shell, msec max); /* a random time of 0 … max */
void shell_happens(struct shell *shell, struct sim_event *event, msec at);
void shell_advance(struct shell *shell, msec to); /* monotonic */
/* the time as our own clocks show it */
struct clock_reading shell_reading(const struct shell *shell);
/* the engine's step, and all its effects */
void shell_step(struct shell *shell, struct event *event);

/* shell_life.c: begin and end of processes */
void life_plan(struct shell *shell); /* crashes, jumps of the clock, orders, the drain */
void life_plan_one(struct shell *shell, enum happening what, msec at);
void life_begin(struct shell *shell);
void life_crash(struct shell *shell);
bool life_cut_short(struct shell *shell); /* whether the process is killed within this step */
/* the run has ended; true: another one begins, in calmer weather */
bool life_again(struct shell *shell);
void life_happens(struct shell *shell, struct sim_event *event);
void life_free(struct shell *shell);

/* shell_stop.c: the emergency stop; its end is certain, however often it was not remembered */
void stop_plan(struct shell *shell);
void stop_happens(struct shell *shell, enum happening what);

/* shell_modes.c: changes between writing and shadow */
void mode_plan(struct shell *shell);
void mode_happens(struct shell *shell, enum happening what);
/* A process begins with the mode of the configuration. */
void mode_begin(struct shell *shell);

/* shell_orders.c */
void order_happens(struct shell *shell);
void order_resume(struct shell *shell);

/* shell_undo.c */
void undo_plan(struct shell *shell);
void undo_happens(struct shell *shell);
void undo_told(struct shell *shell, const struct effect *effect);

/* shell_transfers.c */
void transfer_start(struct shell *shell, struct effect *effect);
void transfer_cancel(struct shell *shell, uint64_t number);
void transfer_recall(struct shell *shell, uint64_t number);
void transfer_happens(struct shell *shell, struct sim_event *event);
/* the process died: its sockets are closed, but requests that were sent may still arrive */
void transfers_crash(struct shell *shell);
void transfers_free(struct shell *shell);

/* shell_disk.c */
void disk_take(struct shell *shell, struct record *record); /* takes over the record's payload */
/* The step is over: records may be urgent. */
void disk_hurry(struct shell *shell);
void disk_gathered(struct shell *shell);
void disk_flush(struct shell *shell);
/* the process died: some of the pending records may be durable all the same; of those that gathered
 * none, and of a commit that was under way all or none */
void disk_crash(struct shell *shell);
/* the engine wants to know what is recorded of the ticket */
void disk_recall(struct shell *shell, uint64_t id);
void disk_recalled(struct shell *shell);
void disk_restore(struct shell *shell);
void disk_free(struct shell *shell);

/* shell_bugs.c: planted defects */
void bug_request(struct shell *shell, struct transfer *transfer);
void bug_reply(struct shell *shell, struct http_reply *reply);

#endif
