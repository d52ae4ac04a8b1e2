/* The second shell: the engine under a virtual clock, against the simulated world. Events happen in
 * the order of their time, always the earliest first; after every step the invariants are checked.
 * Seconds of waiting cost nothing, and the same options give the same run.
 *
 * Besides the world's faults this shell has its own: requests that never connect, requests that are
 * delivered twice (as libcurl does on a reused connection that dies), a disk that takes its time or
 * fails, a wall clock that is wrong and jumps, and kill -9 at any instant, even in the middle of
 * one step's effects, after which a new engine goes on from what was durable. */
#ifndef SIM_SIMULATION_H
#define SIM_SIMULATION_H

#include "engine/engine.h"
#include "world.h"

/* Defects planted between engine and world, to see that the invariants fire. */
enum sim_bug {
	BUG_NONE,
	/* updates are delivered twice, to a Zendesk that does not look at stamps */
	BUG_SECOND_NOTE,
	BUG_NO_STAMP,      /* updates lose their stamp */
	BUG_DROP_TAGS,     /* updates carry only our own tags */
	BUG_PRIORITY,      /* updates set a priority nobody decided */
	BUG_STATUS,        /* updates solve the ticket */
	BUG_PUBLIC,        /* notes are public */
	BUG_LEAK,          /* redaction is off */
	BUG_EARLY_PERSIST, /* records are called durable before they are */
	BUG_IGNORE_PAUSE,  /* Retry-After never reaches the engine */
	BUG_IGNORE_LIMITS, /* rate headers never reach the engine */
	BUG_LOST_TICKET,   /* one outcome is swallowed and its ticket never written */
	/* one transfer is reported to have ended twice (seen from the invariants' side) */
	BUG_SECOND_ANSWER
};

struct sim_options {
	struct world_options world; /* its seed is the seed of everything */
	enum engine_mode mode;
	uint64_t limit;
	uint64_t ticket_id;
	bool dry_run;
	const char *const *config; /* "section.name=value", NULL-terminated; may be NULL */
	msec network_max;          /* a request takes 0 … this to arrive */
	msec disk_max;             /* a record takes 0 … this to be durable */
	double no_connect;         /* chance per request, while faults last */
	/* chance that a request whose connection died is sent again by the client library */
	double sent_twice;
	double disk_fails; /* chance per flush, while faults last */
	msec disk_full;    /* and then it takes nothing more for 0 … this */
	unsigned crashes;  /* kill -9, at random instants within crash_span */
	msec crash_span;
	unsigned crash_steps; /* kill -9 in the middle of the effects of so many random steps */
	/* ENGINE_RESIDENT: reload, pause, process, at random instants within crash_span */
	unsigned orders;
	msec wall_wrong; /* our wall clock minus true time */
	/* our wall clock is set anew, by hours, at random instants within crash_span */
	unsigned clock_jumps;
	msec resident_for; /* ENGINE_RESIDENT: then it is told to drain */
	/* ENGINE_ONCE: one more run after the weather has calmed, as a timer would start it */
	bool until_done;
	msec time_max; /* virtual: a run that takes longer hangs */
	enum sim_bug bug;
	bool verbose; /* what the engine says, to stdout */
};

struct sim_result {
	char violation[400]; /* empty = none */
	bool finished;
	enum run_end end;
	char end_reason[200];
	uint64_t success, failed, skipped, dry; /* outcomes told by the last life */
	uint64_t lost;                          /* tickets */
	/* set by people since the first read that was durable */
	uint64_t priorities_overwritten;
	uint64_t steps, requests, crashes, clock_jumps, orders;
	double dearest; /* the share of the explained requests that was used */
	msec took;      /* virtual */
	struct world_audit audit;
};

/* From here on, after the start, nothing breaks and nobody edits: 0 = it was always so, MSEC_NEVER
 * = it is never so. */
msec sim_calm_after(const struct sim_options *options);
/* Fills in what a sensible run needs (latencies of network and disk, bounds of time). */
void sim_defaults(struct sim_options *options);
void simulation_run(const struct sim_options *options, struct sim_result *ret);

#endif
