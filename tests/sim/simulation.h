/* The second shell: runs the engine under a virtual clock against the simulated world. Events
 * happen in the order of their time; after every step the invariants are checked. Waiting takes no
 * real time, and the same options give the same run.
 *
 * Besides the world's faults this shell has its own: requests that never connect, requests that
 * are delivered twice (as libcurl does on a reused connection that breaks), a disk that is slow or
 * fails, a wall clock that is wrong and jumps, and kill -9 at any time, even in the middle of one
 * step's effects, after which a new engine continues from the durable records. */
#ifndef SIM_SIMULATION_H
#define SIM_SIMULATION_H

#include "engine/engine.h"
#include "world.h"

/* Defects planted between engine and world, to prove that the invariants detect them. */
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
	/* one transfer is reported to have ended twice (only to the invariants) */
	BUG_SECOND_ANSWER
};

struct sim_options {
	struct world_options world; /* its seed is the seed of the whole run */
	enum engine_mode mode;
	uint64_t limit;
	uint64_t ticket_id;
	bool dry_run;
	const char *const *config; /* "section.name=value", NULL-terminated; may be NULL */
	msec network_max;          /* a request takes 0 … this to arrive */
	msec disk_max;             /* a record takes 0 … this to be durable */
	/* records wait at most so long for others before that; 0 = they do not, and a crash leaves
	 * some of those that were under way */
	msec gather;
	double no_connect; /* chance per request, while faults last */
	/* chance that a request whose connection died is sent again by the client library */
	double sent_twice;
	double disk_fails; /* chance per flush, while faults last */
	msec disk_full;    /* after a failure, records are refused for a time of 0 … this */
	unsigned crashes;  /* kill -9, at random instants within crash_span */
	msec crash_span;
	unsigned crash_steps; /* kill -9 in the middle of the effects of so many random steps */
	/* ENGINE_RESIDENT: reload, pause, process, at random instants within crash_span */
	unsigned orders;
	/* ENGINE_RESIDENT: a person stops writing at random instants within crash_span, and starts
	 * it again later */
	unsigned stops;
	/* the mode in the configuration changes (writing, shadow) at random instants within
	 * crash_span: by a reload, or for the next process. At its end it is writing. */
	unsigned modes;
	/* ENGINE_RESIDENT: people take back, or look what that would do, at random instants within
	 * crash_span */
	unsigned undos;
	msec undo_all;   /* after this time all tickets are taken back by one order; 0 = never */
	msec wall_wrong; /* our wall clock minus true time */
	/* number of times that our wall clock is set, by hours, at random times within
	 * crash_span */
	unsigned clock_jumps;
	msec resident_for; /* ENGINE_RESIDENT: time after which it is told to drain */
	/* ENGINE_ONCE: one more run after the weather has calmed, as a timer of systemd would
	 * start it */
	bool until_done;
	msec time_max; /* virtual time; a run that takes longer counts as hanging */
	enum sim_bug bug;
	bool verbose;  /* print the engine's messages to stdout */
	bool requests; /* fill in sim_result.endpoints */
};

struct sim_result {
	char violation[400]; /* empty = none */
	bool finished;
	enum run_end end;
	char end_reason[200];
	uint64_t success, failed, skipped, dry, shadow; /* outcomes reported by the last process */
	uint64_t lost;                                  /* tickets */
	/* set by people since the first read that was durable */
	uint64_t priorities_overwritten;
	uint64_t commits; /* of the store */
	uint64_t steps, requests, crashes, clock_jumps, orders, stops, undos;
	uint64_t undone, undo_requests; /* of undo_all: tickets, and requests to Zendesk for them */
	double dearest;                 /* highest ratio of requests to explained requests */
	msec took;                      /* virtual */
	/* monotonic: when the last decision was handed over to be made durable, and when the last
	 * outcome was reported; 0 = never */
	msec decided_at, ended_at;
	char endpoints[1200]; /* requests to Zendesk by endpoint, one a line */
	struct world_audit audit;
};

/* Time after the start from which nothing breaks and nobody edits: 0 = always, MSEC_NEVER =
 * never. */
msec sim_calm_after(const struct sim_options *options);
/* Fills in defaults for a sensible run (latencies of network and disk, time limits). */
void sim_defaults(struct sim_options *options);
void simulation_run(const struct sim_options *options, struct sim_result *ret);

#endif
