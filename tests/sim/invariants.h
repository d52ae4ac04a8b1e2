/* The invariants: what must hold after every step, whatever breaks. A check does nothing when its
 * invariant holds; otherwise it writes what was violated, and the first violation is kept. The
 * checks see what the shell sees: effects, records, answers, and the world. */
#ifndef SIM_INVARIANTS_H
#define SIM_INVARIANTS_H

#include "base/json.h"
#include "base/map.h"
#include "simulation.h"

/* Endpoints that a Retry-After may apply to. */
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

/* What was read of a ticket: the stamps that a write may carry. */
struct sim_reads {
	char settled[24];    /* the stamp of the last read that had settled */
	char newest[24];     /* the newest stamp of such a read */
	char doubtful[24];   /* stamp of the last read whose reply had no usable time, … */
	msec doubtful_since; /* when that was first read (monotonic time of the request) */
	bool fresh;          /* read since the decision was durable */
};

struct sim_decision { /* What is known of a ticket, as far as it is durable. */
	struct sim_reads reads;
	char priority_first[8];
	char stamp[24]; /* stamp of the durable intent; empty = none */
	bool decided;
	/* a shadow decision is durable, and is no answer of rules for a service that failed */
	bool shadowed;
	bool shadow_provisional; /* the newest one is: rules answered meanwhile */
	bool anew;    /* writing mode came after that, which decides anew; it may be under way */
	bool refused; /* its mark is durable: the model has refused it for what it says */
	unsigned outcomes; /* outcomes that the engine reported since the process began */
	bool succeeded;
	bool told; /* its outcome was reported in an earlier run that ended by itself */
	/* a model was asked about it, or it was decided, in this run or an earlier one */
	bool taken;
	/* Further analyses. Orders that people gave, and that records
	 * named since; by the tag of an agent. */
	unsigned orders_given, orders_named, tags_named;
	char order[40];     /* id of the newest one that a person gave; durable */
	char intent_of[40]; /* id in the durable intent; empty = the first analysis */
	char written[40];   /* id whose note was allowed last */
	char done[40];      /* id of the newest one that is reported to be done */
	unsigned notes_due; /* of orders that are reported to be done */
	/* Of durable decisions: rules answered because the service failed, and it was not analysed
	 * again since. */
	bool provisional;
	unsigned revisits; /* how often that was tried, by durable records */
	bool revised;      /* the newest decision is one of these */
	/* What people take back: the newest order whose end is durable; whether any was given, and
	 * whether a durable one is open. */
	char undo_over[40];
	bool undo_given, undo_open;
};

/* Counts the requests to Zendesk and the number that can be explained. */
struct sim_cost {
	msec since; /* monotonic: begin of the present configuration */
	msec poll_interval;
	int64_t batch_size;
	bool stream;
	double explained; /* requests that were explained before `since` */
	msec calm_since;  /* monotonic: since then nothing has broken for long; 0 = not yet */
	uint64_t calm_requests, calm_notes, calm_conflicts; /* counts at `calm_since` */
	/* out: the highest ratio of requests to explained requests */
	double dearest;
	uint64_t notes_seen;
	/* shadow: requests in the first half of the run, and when that was over (monotonic) */
	uint64_t half_requests;
	msec half_at;
	msec written_at; /* when the last note was written; 0 = none so far */
};

#define SIM_HISTORIES 200 /* that may be read in a day, to see what agents chose */

struct invariants {
	const struct sim_options *options;
	struct world *world;
	char *violation;              /* 400 bytes of the result */
	struct sim_decision *tickets; /* index: ticket id */
	uint64_t ticket_count;        /* size of the array, which grows as tickets arrive */
	msec paused_until[SIM_ENDPOINTS];
	int rate;   /* configured requests a minute to Zendesk; 0 = none */
	msec *sent; /* ring of the last `rate` + burst sending times */
	size_t sent_size, sent_next;
	uint64_t last_number;
	/* priorities set by people that we overwrote, compared with the durable first read */
	uint64_t priorities_overwritten;
	/* until then it is not known how much of a limit an earlier process used */
	msec strange_until;
	uint64_t past_limit_excused;
	struct sim_cost cost;
	bool alert_lasts[ALERT_KINDS]; /* of alerts about no ticket */
	bool stopped;                  /* a person has stopped writing */
	/* Of this process, monotonic: when it last searched for what agents changed; when it read
	 * the last histories for that, a ring. */
	msec changes_searched;
	msec histories[SIM_HISTORIES];
	size_t histories_next;
	char model[64];     /* that is configured */
	bool shadow;        /* the mode that the engine was told */
	struct map answers; /* hashes of what models answered to which text */
	struct map ended;   /* numbers of transfers that were reported to have ended */
};

/* How a run ended; argument of check_end. */
struct sim_end {
	uint64_t transfers_open;
	/* it gave up on a service, and reported that: tickets may be left for the next run */
	bool cut_short;
	bool all_done; /* nothing broke for long: every ticket must have our tag, … */
	/* … except one that arrived, and that search did not show before this instant (monotonic):
	 * whoever looks for tickets may not have seen it yet, or not have ended its work on it */
	msec shown_before;
	uint64_t lost; /* out: number of lost tickets */
};

void invariants_init(struct invariants *invariants, const struct sim_options *options,
                     struct world *world, int rate, char *violation);
void invariants_free(struct invariants *invariants);
void invariants_new_life(struct invariants *invariants, msec now); /* after kill -9 */
/* after a run that ended by itself */
void invariants_next_run(struct invariants *invariants, msec now);

/* A person stops writing, or starts it again; after a crash, what the next process is told. */
void note_stop(struct invariants *invariants, bool stopped);
/* The model that is configured from now on. */
void note_model(struct invariants *invariants, const char *model);
/* The mode that a process or a reload begins with. */
void note_mode(struct invariants *invariants, bool shadow);
/* Counts the requests of a shadow; `age`: since the start of the run. */
void note_polls(struct invariants *invariants, msec age, msec now);
/* The engine wants to send a request. */
void check_request(struct invariants *invariants, const struct effect *effect, msec now);
/* This request is sent (a planted bug may have changed it). */
void check_sent(struct invariants *invariants, const struct http_request *request);
/* This request reaches the world, perhaps for the second time. */
void check_arrival(struct invariants *invariants, const struct http_request *request);
void check_answer(struct invariants *invariants, enum sim_endpoint endpoint,
                  const struct http_reply *reply, msec now);
/* A reply with tickets read by id reaches the engine; `sent`: when the request was sent. */
void note_reads(struct invariants *invariants, const struct http_reply *reply, msec sent);
void check_ended(struct invariants *invariants, uint64_t number);
void note_durable(struct invariants *invariants, const struct record *record);
/* A person orders a further analysis of the ticket. */
void note_order(struct invariants *invariants, uint64_t id);
/* A person takes back what was written to the ticket, or looks what that would do. */
void note_undo(struct invariants *invariants, uint64_t id, bool look, bool forget);
void check_undone(struct invariants *invariants, const struct effect *effect);
/* The update is an undo, as its durable intent says. */
bool is_undo(const struct sim_decision *ticket);
void note_undo_record(struct invariants *invariants, struct sim_decision *ticket,
                      const struct record *record);
void check_undo_update(struct invariants *invariants, uint64_t id, const struct json *change);
void check_undo_priority(struct invariants *invariants, uint64_t id, const struct json *change);
void check_outcome(struct invariants *invariants, const struct effect *effect);
void check_alert(struct invariants *invariants, const struct effect *effect);
void check_step(struct invariants *invariants, msec now);
void check_end(struct invariants *invariants, struct sim_end *end);
/* A model is asked about this ticket; `held` says whether the engine has taken up another. */
void check_order(struct invariants *invariants, uint64_t id, bool (*held)(void *arg, uint64_t id),
                 void *arg);
/* All whose signature is in the request have their turn with it. */
void note_company(struct invariants *invariants, const struct http_request *request);
/* invariants_cost.c */
void note_config(struct invariants *invariants, const struct config *config, msec now);
void note_life(struct invariants *invariants); /* a process begins */
bool written_lately(struct invariants *invariants,
                    /* Whether search may still show tickets that are done; to be called in each
                     * step. */
                    msec now);
void note_calm(struct invariants *invariants, msec now); /* nothing has broken for long */
void check_cost(struct invariants *invariants, msec now);

/* Checks a record when it is handed over. */
void check_record(struct invariants *invariants, const struct record *record);
/* invariants_reuse.c: the same of an answer that other tickets may use, by our wall clock and with
 * llm.cache_ttl; and after each step who waits for whom. */
void check_reuse(struct invariants *invariants, const struct record *record, msec wall, msec ttl);
void check_flights(struct invariants *invariants, struct engine *engine);

/* Shared by the files of the invariants. */
void violated(struct invariants *invariants, const char *format, ...) PRINTF_LIKE(2, 3);
/* Whether the world's options say that every update of this ticket is refused. */
bool sim_refused(const struct invariants *invariants, uint64_t id);
/* NULL: there is no such ticket */
struct sim_decision *sim_decision_of(struct invariants *invariants, uint64_t id);

#endif
