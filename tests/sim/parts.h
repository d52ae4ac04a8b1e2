/* The internals of the world, for its own files only: one struct with a part for each service, and
 * helpers that compose answers. */
#ifndef SIM_PARTS_H
#define SIM_PARTS_H

#include "base/heap.h"
#include "base/json.h"
#include "base/prng.h"
#include "tickets.h"
#include "world.h"

/* the host in all links: a client that follows one is detected */
#define FOREIGN_ORIGIN "https://acme.zendesk.invalid"
#define BOT_ID 6130907993114ULL
#define PERSON_ID 6130907990001ULL

/* Requests counted in windows that end on the full minute of the server's clock. */
struct minute_window {
	int64_t minute;
	int used;
};

struct oauth_token {
	char value[40];
	char *scope;
	int64_t expires; /* server seconds */
};

/* An action that the world will do by itself, embedded in the struct that it is about. At its time
 * it is taken from the heap, the world's clock is set to that time, and `happens` is called, which
 * plans it again or frees the struct. */
struct future {
	struct heap_node node; /* key: monotonic time */
	void (*happens)(struct world *world, struct future *future);
};

/* The result of a write to one ticket, single or in a job. */
enum z_outcome { WRITE_DONE, WRITE_CONFLICT, WRITE_INVALID, WRITE_GONE };
struct z_verdict {
	enum z_outcome outcome;
	const char *field, *text; /* WRITE_INVALID */
};

enum job_status { JOB_QUEUED, JOB_WORKING, JOB_COMPLETED, JOB_FAILED, JOB_KILLED };
struct z_job_item {
	uint64_t ticket;
	const struct json *change; /* the change, inside of the job's body; NULL once done */
	msec stamp;                /* conflicts with any change after it */
	struct z_verdict verdict;
	struct z_job_item *next; /* the next change of this ticket, in another job */
};
struct z_job {
	/* its next step; not planned while it waits for other jobs, and after its end */
	struct future future;
	char id[40];
	enum job_status status;
	enum fault_kind trouble; /* its fault */
	bool in_flight;          /* counts among the jobs queued or running */
	bool vanished;           /* requests of its status get "not found" */
	struct json *body;       /* NULL when nothing is left to do */
	struct z_job_item *items;
	size_t count;
	size_t done;         /* items */
	size_t stop;         /* it ends after so many items */
	msec began;          /* monotonic: start of the work */
	msec ended;          /* monotonic: end of the work */
	msec ended_wall;     /* the servers' clock */
	struct z_job *after; /* the next one waiting */
};
struct z_jobs {
	struct z_job **items; /* all of a day, oldest first */
	size_t count;
	struct map by_id; /* hash → struct z_job */
	size_t in_flight, running;
	struct z_job *first, *last; /* ready jobs that wait for a place to run */
};

struct zendesk {
	struct z_store store;
	struct minute_window pool, single_updates, exports, incrementals;
	struct oauth_token *tokens;
	size_t token_count;
	uint32_t processed_word, again_word, fallback_word;
	struct map agents_changes; /* number of an audit → id of its ticket */
	struct future arrival;     /* arrival of the next new ticket */
	struct z_jobs jobs;
};

struct models {
	struct minute_window requests, tokens;
	msec *workers; /* Ollama: when each is free again */
	bool loaded;
	uint64_t answered;  /* number of answers, for ids */
	struct map said;    /* id → which labels the model gave it, a bit each */
	uint64_t inspected; /* hash of the last system message searched for personal data */
	/* the beginning of the last prompt, which the cache of prompts holds */
	char prompt[16384];
	size_t prompt_len;
};

/* Planted personal data, found again by its first eight letters or digits. */
struct planted_value {
	char *text; /* lower-case letters and digits only */
	struct planted_value *next;
};
struct planted {
	struct map by_start;
	uint64_t count;
};

enum edit_kind {
	EDIT_INDEX, /* not a person: the search index takes over the ticket's state */
	EDIT_COMMENT,
	EDIT_ADD_TAG,
	EDIT_PRIORITY,
	EDIT_SOLVE,
	EDIT_CLOSE,
	EDIT_DELETE,
	EDIT_CHOICE, /* changes a priority, or puts a tag of choice on, by all hands, repeated */
	EDIT_AGAIN,  /* puts zendesk.again_tag on, at random, repeated */
	EDIT_UNTAG,  /* takes our processed tag away */
	EDIT_SYSTEM, /* not a person either: moves generated_timestamp and nothing else */
	EDIT_RETAG,  /* puts the whole tag list back as it was before our write */
	EDIT_RANDOM  /* a random edit of any findable ticket, repeated: people at work */
};
struct edit {
	struct future future;
	enum edit_kind kind;
	uint64_t ticket;
	struct z_state before; /* EDIT_RETAG: tags only */
};

#define ENDPOINTS_MAX 48
struct endpoint_count {
	char name[48]; /* "GET /api/v2/tickets/{id}" */
	uint64_t count;
};

struct world {
	struct world_options options;
	struct prng chance; /* draws latencies, faults and people */
	/* time of the request being answered; wall is the servers' clock */
	struct clock_reading now;
	msec started; /* monotonic */
	bool faults_off;
	uint64_t faults_given;
	/* fault of the request being answered, or of the ticket that a job handles */
	enum fault_kind fault;
	struct zendesk zendesk;
	struct models models;
	struct planted planted;
	struct heap futures;
	struct world_audit audit;
	struct endpoint_count endpoints[ENDPOINTS_MAX];
	size_t endpoint_count;
	char date[30];
	int64_t date_second;
};

static inline int64_t server_second(const struct world *world)
{
	return world->now.wall / MSEC_SECOND;
}

/* The clock of updated_at and created_at, which is that of another machine than the one that
 * writes Date. */
static inline int64_t stamp_second(const struct world *world)
{
	return server_second(world) + world->options.stamp_skew / MSEC_SECOND;
}

/* fill.c */
void fill_store(struct world *world);
void arrivals_plan(struct world *world);

/* world.c */
void world_plan(struct world *world, struct future *future, msec at);
bool world_has_calmed(const struct world *world); /* no fault, no edit, no arrival any more */

/* answer.c */
void answer_start(struct world_answer *answer, int status, const char *content_type);
void answer_header(struct world_answer *answer, const char *format, ...) PRINTF_LIKE(2, 3);
void answer_json(struct world_answer *answer, int status); /* the caller appends the body */
void answer_text(struct world_answer *answer, int status, const char *text);
/* {"error":"…","description":"…"} */
void answer_error(struct world_answer *answer, int status, const char *error,
                  const char *description);
bool query_parameter(struct str target, const char *name, struct buf *out);
bool query_number(struct str target, const char *name, uint64_t *ret);
bool in_list(const char *list, struct str word);
msec latency_between(struct world *world, msec low, msec high);
msec latency_spread(struct world *world, msec median, double sigma);

/* zendesk_auth.c */
bool base64_decode(struct str text, struct buf *out); /* false when it is not base64 */
/* True when the credentials are valid; otherwise the refusal is in `answer`. */
bool zendesk_let_in(struct world *world, const struct world_request *request, const char *scope,
                    bool anonymous_ok, bool *ret_anonymous, struct world_answer *answer);
void zendesk_token(struct world *world, const struct world_request *request,
                   struct world_answer *answer);
void zendesk_token_current(struct world *world, const struct world_request *request,
                           struct world_answer *answer);
void zendesk_revoke_tokens(struct world *world);

/* zendesk_limits.c */
enum zendesk_cost { COST_READ, COST_EXPORT, COST_UPDATE, COST_BULK, COST_INCREMENTAL };
/* False: a limit is used up and the 429 is in `answer`. `ticket` only with COST_UPDATE (may be
 * NULL). */
bool zendesk_take(struct world *world, enum zendesk_cost cost, struct z_ticket *ticket,
                  struct world_answer *answer);
void zendesk_limit_headers(struct world *world, enum zendesk_cost cost, struct z_ticket *ticket,
                           struct world_answer *answer);
void zendesk_429(struct world *world, int64_t wait, const char *what, struct world_answer *answer);

/* zendesk_search.c */
void zendesk_search(struct world *world, const struct world_request *request,
                    struct world_answer *answer);
void zendesk_search_count(struct world *world, const struct world_request *request,
                          struct world_answer *answer);
void zendesk_export(struct world *world, const struct world_request *request,
                    struct world_answer *answer);

/* zendesk_incremental.c */
void zendesk_incremental(struct world *world, const struct world_request *request,
                         struct world_answer *answer);

/* zendesk_routes.c */
void zendesk_request(struct world *world, const struct world_request *request, unsigned place,
                     struct world_answer *answer);
/* A ticket was read: a person may react with an edit, and the audit remembers the first read of
 * this session. */
void zendesk_mark_read(struct world *world, struct z_ticket *ticket, const struct z_state *told);
unsigned zendesk_place(const struct world_request *request); /* enum fault_place */
enum ticket_form {
	TICKET_PLAIN,
	TICKET_FOUND /* result_type */,
	TICKET_STREAMED /* generated_timestamp */
};
void zendesk_add_ticket(struct world *world, const struct z_ticket *ticket,
                        const struct z_state *state, enum ticket_form form, struct buf *out);

/* zendesk_write.c */
void zendesk_update(struct world *world, struct z_ticket *ticket,
                    const struct world_request *request, struct world_answer *answer);
/* Applies one change if all rules allow it. It conflicts if the ticket changed after `stamp`
 * (milliseconds of wall time; MSEC_NEVER = not checked). */
struct z_verdict zendesk_write(struct world *world, struct z_ticket *ticket,
                               const struct json *change, msec stamp);
/* Parses safe_update and updated_stamp: 1 and a stamp, 0 = none, -1 = invalid. */
int zendesk_stamp(const struct json *change, msec *ret);
void zendesk_count_unsafe(struct world *world, const struct json *change);

/* zendesk_jobs.c */
void zendesk_update_many(struct world *world, const struct world_request *request,
                         struct world_answer *answer);
void zendesk_too_many_jobs(struct world *world, int status, struct world_answer *answer);
void zendesk_jobs_header(struct world *world, struct world_answer *answer);
void zendesk_count_overlap(struct world *world, const struct z_ticket *ticket, msec stamp);
void zendesk_jobs_free(struct world *world);
/* NULL when unknown or vanished */
struct z_job *zendesk_job_find(const struct world *world, struct str id);

/* zendesk_job_status.c */
bool zendesk_job_is_old(const struct world *world, const struct z_job *job);
void zendesk_job_status(struct world *world, struct str id, struct world_answer *answer);
void zendesk_job_statuses(struct world *world, const struct world_request *request,
                          struct world_answer *answer);
void zendesk_add_job(struct world *world, const struct z_job *job, struct buf *out);

/* zendesk_comments.c */
void zendesk_audits(struct world *world, struct z_ticket *ticket, struct world_answer *answer);
void audits_note(struct world *world, struct z_ticket *ticket, uint32_t word, bool added,
                 enum z_hand hand);
void audits_note_priority(struct world *world, struct z_ticket *ticket, enum z_hand hand);
void audits_order(struct world *world, struct z_ticket *ticket, enum z_hand hand);
void zendesk_comments(struct world *world, struct z_ticket *ticket,
                      const struct world_request *request, struct world_answer *answer);

/* people.c */
void people_plan(struct world *world, enum edit_kind kind, uint64_t ticket, msec at);
/* the fault of this request, if it is a person's */
void people_after_look(struct world *world, uint64_t ticket);
void people_after_write(struct world *world, struct z_ticket *ticket, const struct z_state *before);
void edit_free(struct world *world, struct edit *edit);
void people_do(struct world *world, enum edit_kind kind, struct z_ticket *ticket);
/* moves updated_at, tells the index */
void ticket_changed(struct world *world, struct z_ticket *ticket);

/* strikes.c */
/* the service is out: an error, or a connection that breaks */
void fault_outage(struct world *world, struct world_answer *answer);
/* true: answered, nothing done */
bool fault_before(struct world *world, bool zendesk, struct world_answer *answer);
void fault_after(struct world *world, struct world_answer *answer);

/* poison.c */
/* True: the ticket is one that the model refuses, and its text now says so. */
bool poison_give(const struct world *world, uint64_t id, struct buf *description);
/* neighbours.c: signs a ticket's text, and gives some tickets one that speaks of others; checks
 * that a note holds what the model has said about its ticket. */
struct made_text;
void neighbours_sign(const struct world *world, uint64_t id, struct made_text *text);
void neighbours_check_note(struct world *world, uint64_t id, struct str note);
/* True: the messages are about such a ticket, and the refusal is in `answer`. */
bool poison_strikes(const struct world *world, const struct json *messages,
                    struct world_answer *answer);
/* True: what is sent of such a ticket need not have its author's words. */
bool poison_is_cut(const struct world *world, struct str chat);

/* planted.c */
void planted_init(struct planted *planted);
void planted_free(struct planted *planted);
void planted_add(struct planted *planted, struct str value);
unsigned planted_found(const struct planted *planted, struct str text);

/* openai.c, ollama.c */
void openai_request(struct world *world, const struct world_request *request,
                    struct world_answer *answer);
void ollama_request(struct world *world, const struct world_request *request,
                    struct world_answer *answer);

/* audit.c */
void audit_count_endpoint(struct world *world, const struct world_request *request);
/* /_sim/…: true when it was one. */
bool control_request(struct world *world, const struct world_request *request,
                     struct world_answer *answer);

#endif
