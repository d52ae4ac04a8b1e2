/* The inside of the simulation: one run, its events, its transfers, its disk. */
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
	HAPPENS_FLUSH,
	HAPPENS_CRASH,
	HAPPENS_CLOCK, /* our wall clock jumps */
	/* of a person: another configuration, a pause, tickets to be processed now */
	HAPPENS_ORDER,
	HAPPENS_RESUME,
	HAPPENS_DRAIN
};

struct transfer;
struct sim_event {
	struct heap_node node; /* key: monotonic time */
	enum happening what;
	struct transfer *transfer; /* ARRIVAL, REPLY, TIMEOUT */
};

/* A request between engine and world. It lives until all its events are gone: an abandoned one may
 * still arrive. */
struct transfer {
	uint64_t number;
	enum sim_endpoint endpoint;
	struct http_request request;
	struct http_reply reply; /* composed when the world answered */
	struct sim_event arrival, answer, timeout;
	msec sent;  /* monotonic */
	bool ended; /* the engine was told (or is dead) */
	bool resent;
};

struct shell {
	const struct sim_options *options;
	struct sim_result *result;
	struct config *config;
	struct world *world;
	struct engine *engine;
	struct prng prng;
	struct clock_reading now; /* the truth */
	msec wall_error;          /* what our wall clock shows beyond it */
	msec began;               /* monotonic */
	struct heap events;
	struct map transfers; /* number → struct transfer, those the engine waits for */
	struct invariants invariants;
	struct record *durable; /* what a new life is given, oldest first */
	size_t durable_count, durable_cap;
	struct record *pending; /* handed over, not yet durable */
	size_t pending_count, pending_cap;
	struct sim_event flush;
	msec disk_full_until; /* monotonic */
	struct effects effects;
	struct world_answer answer; /* of the request arriving; its memory is used again */
	uint64_t untold;            /* outcomes since the last batch */
	bool lost_one;              /* BUG_LOST_TICKET has struck */
	unsigned lives;
	uint64_t *crash_steps; /* the engine's steps that are cut short, ascending */
	size_t crash_step_next;
	bool dies;       /* the process does, when this event is over */
	msec life_began; /* monotonic */
	struct sim_event drain;
};

/* The configuration of the options, and these besides ("section.name=value", NULL-terminated, may
 * be NULL). */
struct config *shell_config(const struct sim_options *options, const char *const *more);
bool shell_faults_last(const struct shell *shell);
msec shell_span(struct shell *shell, msec max); /* 0 … max, by chance */
void shell_happens(struct shell *shell, struct sim_event *event, msec at);
void shell_advance(struct shell *shell, msec to);              /* monotonic */
struct clock_reading shell_reading(const struct shell *shell); /* of our own clocks */
/* the engine's step, and all its effects */
void shell_step(struct shell *shell, struct event *event);

/* shell_life.c: lives of the process, and what ends them */
void life_plan(struct shell *shell); /* crashes, jumps of the clock, orders, the drain */
void life_plan_one(struct shell *shell, enum happening what, msec at);
void life_begin(struct shell *shell);
void life_crash(struct shell *shell);
bool life_cut_short(struct shell *shell); /* is this the step that is not carried out to its end? */
/* the run is over; true: another one begins, in calmer weather */
bool life_again(struct shell *shell);
void life_happens(struct shell *shell, struct sim_event *event);
void life_free(struct shell *shell);

/* shell_orders.c */
void order_happens(struct shell *shell);
void order_resume(struct shell *shell);

/* shell_transfers.c */
void transfer_start(struct shell *shell, struct effect *effect);
void transfer_cancel(struct shell *shell, uint64_t number);
void transfer_happens(struct shell *shell, struct sim_event *event);
/* the process died: its sockets close, what left may still arrive */
void transfers_crash(struct shell *shell);
void transfers_free(struct shell *shell);

/* shell_disk.c */
void disk_take(struct shell *shell, struct record *record); /* moves its bytes */
void disk_flush(struct shell *shell);
void disk_crash(struct shell *shell); /* some of what was pending is durable all the same */
void disk_restore(struct shell *shell);
void disk_free(struct shell *shell);

/* shell_bugs.c: planted defects */
void bug_request(struct shell *shell, struct transfer *transfer);
void bug_reply(struct shell *shell, struct http_reply *reply);

#endif
