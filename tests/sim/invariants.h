/* What must hold after every step, whatever breaks. Each check returns nothing when it holds, and
 * otherwise writes what was violated; the first violation stays. The checks see what the shell
 * sees: effects, records, answers, and the world. */
#ifndef SIM_INVARIANTS_H
#define SIM_INVARIANTS_H

#include "base/map.h"
#include "simulation.h"

/* A Retry-After is about one of these. */
enum sim_endpoint {
	SIM_READ,
	SIM_SEARCH,
	SIM_EXPORT,
	SIM_INCREMENTAL,
	SIM_UPDATE,
	SIM_UPDATE_MANY,
	SIM_JOBS,
	SIM_MODEL,
	SIM_ENDPOINTS
};
enum sim_endpoint sim_endpoint_of(const struct http_request *request);

/* What reads have told of a ticket: which stamp may carry a write. */
struct sim_reads {
	char settled[24];    /* the stamp of the last read that had settled */
	char doubtful[24];   /* … of the last one whose reply told no usable time, first … */
	msec doubtful_since; /* … asked for then (monotonic) */
	bool fresh;          /* read since the decision was durable */
};

struct sim_decision { /* by ticket, as far as it is durable */
	struct sim_reads reads;
	char priority_first[8];
	char stamp[24]; /* of the durable intent; empty = none */
	bool decided;
	unsigned outcomes; /* told by the engine in this life */
	bool succeeded;
	bool told; /* of its end, in an earlier run that ended by itself */
};

/* Requests to Zendesk, and what explains them. */
struct sim_cost {
	msec since; /* monotonic: the configuration is this one since then */
	msec poll_interval;
	int64_t batch_size;
	bool stream;
	double explained; /* by what was before */
	msec calm_since;  /* monotonic: nothing had broken for long then; 0 = not yet */
	uint64_t calm_requests, calm_notes, calm_conflicts; /* … until then */
	/* out: the share of what is explained that was used */
	double dearest;
	uint64_t notes_seen;
	msec written_at; /* the last of them; 0 = none so far */
};

struct invariants {
	const struct sim_options *options;
	struct world *world;
	char *violation;              /* 400 bytes of the result */
	struct sim_decision *tickets; /* by id */
	uint64_t ticket_count;        /* room in it: tickets arrive */
	msec paused_until[SIM_ENDPOINTS];
	int rate;   /* configured requests a minute to Zendesk; 0 = none */
	msec *sent; /* ring of the last `rate` + burst sending times */
	size_t sent_size, sent_next;
	uint64_t last_number;
	uint64_t priorities_overwritten; /* of people; by what was durable of the first read */
	/* what an earlier life had used up of a limit is not known yet */
	msec strange_until;
	uint64_t past_limit_excused;
	struct sim_cost cost;
	struct map ended; /* numbers of transfers that were reported to have ended */
};

/* How a run ended. */
struct sim_end {
	uint64_t transfers_open;
	/* it gave up on a service, and said so: tickets may be left for the next one */
	bool cut_short;
	bool all_done; /* nothing broke for long: whatever is open has our tag */
	uint64_t lost; /* out: tickets for which that is not so */
};

void invariants_init(struct invariants *invariants, const struct sim_options *options,
                     struct world *world, int rate, char *violation);
void invariants_free(struct invariants *invariants);
void invariants_new_life(struct invariants *invariants, msec now); /* after kill -9 */
/* after a run that ended by itself */
void invariants_next_run(struct invariants *invariants, msec now);

/* The engine sends. */
void check_request(struct invariants *invariants, const struct effect *effect, msec now);
/* … and this leaves (a planted bug may have changed it). */
void check_sent(struct invariants *invariants, const struct http_request *request);
/* … and reaches the world, perhaps a second time. */
void check_arrival(struct invariants *invariants, const struct http_request *request);
void check_answer(struct invariants *invariants, enum sim_endpoint endpoint,
                  const struct http_reply *reply, msec now);
/* Reads of tickets by id, as they reach the engine; `sent`: when they were asked for. */
void note_reads(struct invariants *invariants, const struct http_reply *reply, msec sent);
void check_ended(struct invariants *invariants, uint64_t number);
void note_durable(struct invariants *invariants, const struct record *record);
void check_outcome(struct invariants *invariants, const struct effect *effect);
void check_step(struct invariants *invariants, msec now);
void check_end(struct invariants *invariants, struct sim_end *end);
/* invariants_cost.c */
void note_config(struct invariants *invariants, const struct config *config, msec now);
void note_life(struct invariants *invariants); /* one begins */
bool written_lately(struct invariants *invariants,
                    /* asked in each step; search may still show what is done */
                    msec now);
void note_calm(struct invariants *invariants, msec now); /* nothing has broken for long */
void check_cost(struct invariants *invariants, msec now);

/* What a record says, when it is handed over. */
void check_record(struct invariants *invariants, const struct record *record);

/* Shared by the files of the invariants. */
void violated(struct invariants *invariants, const char *format, ...) PRINTF_LIKE(2, 3);
/* for good, by the world's options */
bool sim_refused(const struct invariants *invariants, uint64_t id);
/* NULL: there is no such ticket */
struct sim_decision *sim_decision_of(struct invariants *invariants, uint64_t id);

#endif
