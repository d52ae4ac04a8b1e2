/* The simulated world: one faithful model of Zendesk, of OpenAI and of Ollama, with people who edit
 * tickets and with everything that breaks. It does no I/O and knows no clock: a request and the
 * time go in, an answer comes out. Two shells use it: the simulation (virtual clock, in-process)
 * and ai-ticketsim (HTTP on loopback).
 *
 * Nothing here uses the code under test beyond lib/base: the rules are written down a second time,
 * from the vendors' documentation. The same requests at the same times with the same seed get the
 * same answers.
 *
 *     world  = world_new(&options, now);
 *     for each request:  world_request(world, now, &request, &answer); deliver it after
 *                        answer.delay
 *     whenever world_deadline(world) has come:  world_tick(world, now) (people edit, jobs work, the
 *                                               search index follows)
 * */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/http.h"
#include "faults.h"

struct world;

/* How much the model writes beside its answer; `brief` below makes all of it brief. */
enum world_replies {
	REPLIES_USUAL,
	/* few tokens, since what is between two labels is one: 5 KB with ten alternatives */
	REPLIES_FEW,
	REPLIES_REAL /* as a vendor writes them: 25 KB with ten alternatives a token */
};

struct world_text {
	struct str subject;
	struct str description;
};

/* The options of a world. Zero means "none", "unlimited" or the stated default. Strings and arrays
 * are borrowed as long as the world exists. */
struct world_options {
	uint64_t seed;
	uint64_t tickets; /* findable ones, ids 1 … tickets, status new or open */
	/* further tickets: solved, pending, hold, closed, deleted in turn; must never be
	 * changed */
	uint64_t others;
	const struct world_text *texts; /* used in turn instead of the templates */
	size_t text_count;
	size_t text_bytes; /* every description exactly this long, plain; 0 = templates */
	/* this share of the tickets says what an earlier one says, word by word */
	double duplicates;
	/* templates only: 1 = each text says where the words of its author begin; 2 = it has
	 * pictures, earlier mails and the like around them besides */
	int ballast;
	msec age; /* age of the youngest ticket at the start, … */
	/* … and the span before in which they were created, evenly; 0 = all in one second */
	msec spread;

	const char *credentials;  /* "email:token" accepted; NULL = any that are not empty */
	const char *oauth_client; /* "id:secret" accepted; NULL = any that are not empty */
	const char *oauth_scope;  /* scope every token gets; NULL = what was asked for */
	const char *model_key;    /* key accepted; NULL = any that is not empty */
	const char *role;         /* "admin" (default), "agent", "end-user" */
	/* wrong credentials at users/me: 401 instead of an anonymous 200 */
	bool refuse_with_401;

	msec zendesk_latency_min, zendesk_latency_max;
	msec model_latency_min, model_latency_max;
	/* lognormal: model_latency_min is the median, and this the deviation of the logarithm */
	double model_latency_sigma;
	msec clock_ahead; /* the servers' clock minus ours */
	msec index_lag;   /* search follows changes after half of this to all of it */

	int pool;           /* account requests a minute */
	int pool_others;    /* requests of the pool that other programs use, a minute */
	int single_updates; /* tickets-update, a minute */
	int ticket_updates; /* per ticket in 10 minutes */
	int exports;        /* search export, a minute */
	int incrementals;   /* incremental export, a minute */
	bool old_headers;   /* rate headers in the older spelling */

	int model_requests;         /* a minute */
	int model_tokens;           /* a minute */
	const char *retired_models; /* comma list: answered with model_not_found */
	int prompt_cache;           /* prompts of so many tokens are cached; 0 = 1024 */
	bool raw_logprobs;          /* numbers from before the grammar */
	int alternatives;           /* of each token, whatever is asked for; 0 = what is */
	/* shorter answers, cheaper to parse: only what a client may need */
	bool brief;
	enum world_replies replies;
	bool obey_injection; /* the model obeys a hostile ticket */
	/* each third ticket has a value in its subject that only its description announces, and an
	 * encoded one */
	bool repeat_values;
	bool namesakes; /* people put tags on tickets that are named like ours, before us */
	int ollama_parallel;
	int ollama_queue;          /* waiting requests; default 512 */
	const char *ollama_models; /* comma list; default llama3.1:8b */
	msec ollama_load;          /* first request */

	const char *closed;  /* comma list of ids: closed */
	const char *deleted; /* comma list of ids: deleted, but still in the index */
	const char *refused; /* comma list of ids: readable, but every update gets 422 */
	/* comma list of ids: readable, but every single update gets 403, and in jobs an error */
	const char *forbidden;
	const char *closing; /* comma list of ids: read as open, closed when written to */

	bool ignore_stamps; /* a Zendesk without safe updates: never conflicts */
	/* the clock of updated_at and created_at minus that of Date; whole seconds */
	msec stamp_skew;

	msec job_queue;      /* a job of update_many waits up to so long; 0 = not at all */
	double job_rate;     /* tickets a second of each job; 0 = all at once */
	int job_parallel;    /* jobs at work at a time; 0 = all */
	int jobs_max;        /* queued or running; default 30 */
	bool jobs_lie;       /* jobs report success and do nothing */
	bool jobs_drop_tags; /* jobs apply everything but the tags */

	/* Puts zendesk.again_tag (ai_again) on tickets: by agents, by fields of requesters, by
	 * rules; and each tenth ticket has a trigger that does so at every update. */
	double again_per_minute;
	/* Changes the priority of tickets, or puts the tag refund or billing on them: by agents,
	 * requesters, rules, and our own user. */
	double choices_per_minute;
	double people_per_minute; /* edits by people, on findable tickets at random */
	/* New tickets, with ids above all others; they stop arriving with the faults, as people
	 * stop editing. The one that is due next still arrives: with few a minute, hours later. */
	double arrivals_per_minute;
	struct fault_plan faults;
	msec faults_for;           /* time from the start; 0 = for ever */
	msec model_out_from;       /* time from the start: from then on … */
	msec model_out_for;        /* … the model's service is out for so long; 0 = never */
	uint64_t faults_count;     /* most faults; 0 = no limit */
	const char *processed_tag; /* default ai_processed */

	/* Tickets that the model refuses for what they say (poison.c): this share of them, each in
	 * a shape of its own; and the first ones, all in the same shape. */
	double poison;
	uint64_t poison_first;
	int poison_status; /* the status of all refusals; 0 = that of the shape */
	/* Each text begins with a signature by which the model knows it: an answer that reaches
	 * another ticket is counted. */
	bool neighbours_signed;
	/* this share of the tickets speaks of others, and the model obeys (neighbours.c) */
	double neighbours;
	/* this share of the lists of answers to several tickets is mixed up (mind_group.c) */
	double mixups;
	int poison_body; /* with poison_status: 0 JSON, 1 HTML, 2 empty */
};

struct world *world_new(const struct world_options *options, struct clock_reading now) MUST_CHECK;
void world_free(struct world *world);

/* A request as a server sees it; borrowed during the call. */
struct world_request {
	enum http_method method;
	struct str target;        /* path and query, as on the request line */
	struct str authorization; /* header value; data == NULL when absent */
	struct str body;
};
/* Fills `ret` from the client's request; `ret` points into it. */
void world_request_of(const struct http_request *request, struct world_request *ret);

enum world_transport {
	TRANSPORT_NORMAL,
	TRANSPORT_RESET,      /* the connection is reset before a byte of the answer */
	TRANSPORT_RESET_BODY, /* the connection is reset in the middle of the body */
	TRANSPORT_STALL,      /* nothing is ever sent */
	TRANSPORT_DRIP,       /* the body comes in small pieces, slowly */
	TRANSPORT_GARBAGE,    /* bytes that are not HTTP, then the end */
	TRANSPORT_ENDLESS,    /* a body that never ends */
	TRANSPORT_CLOSE       /* a good answer, then the connection is closed silently */
};

/* An answer. Must be zeroed before its first use; may be reused. */
struct world_answer {
	int status;
	struct buf head; /* header lines, each with CRLF; no length, no connection */
	struct buf body;
	/* number of blanks that follow the body: huge answers that need no memory */
	uint64_t padding;
	msec delay; /* time from the arrival of the request to the answer */
	enum world_transport transport;
};
void world_answer_free(struct world_answer *answer);

void world_request(struct world *world, struct clock_reading now,
                   const struct world_request *request, struct world_answer *ret);
/* The monotonic time of the next planned action; MSEC_NEVER when there is none. */
msec world_deadline(const struct world *world);
void world_tick(struct world *world, struct clock_reading now);
void world_stop_faults(struct world *world);
/* A person has ordered one more note on this ticket. */
void world_order_note(struct world *world, uint64_t id);

/* Counts of what happened, for audits and invariants. */
struct world_audit {
	/* findable at the start; number of these with our tag now */
	uint64_t tickets, processed;
	uint64_t arrivals, arrivals_processed; /* the same for tickets that arrived later */
	uint64_t notes, notes_max_per_ticket, second_notes, public_notes;
	uint64_t ordered_notes; /* further ones, of tickets on which people ordered them */
	uint64_t tags_lost;     /* set by people, removed by us */
	/* set by people since our first read, or urgent: changed by us */
	uint64_t priorities_overwritten;
	uint64_t priorities_lowered;
	uint64_t statuses_changed; /* status or assignee sent by us */
	uint64_t placeholders;     /* {{…}} in a note that Zendesk expanded */
	/* labels of one ticket that another one changed, as it stood in the same request */
	uint64_t neighbours_obeyed;
	uint64_t answers_foreign; /* notes with what the model has not said about their ticket */
	uint64_t groups, grouped; /* requests with several tickets; tickets in them */
	uint64_t drafts;          /* notes with a summary that the model only considered */
	uint64_t personal_data_leaked; /* planted values seen in requests to a model */
	uint64_t personal_data_planted;
	uint64_t probes_declined; /* by chance, as tickets are */
	uint64_t words_lost;      /* requests to a model without the words of the ticket's author */
	uint64_t labels[3][4];    /* answers of the model by field and label */
	uint64_t writes, writes_unsafe, writes_refused, conflicts;
	uint64_t limited; /* 429 answers */
	/* 429 answers of Zendesk because a limit of the options was used up */
	uint64_t past_limit;
	uint64_t edits;                        /* edits by people */
	uint64_t model_calls;                  /* chat requests */
	uint64_t prompt_tokens, answer_tokens; /* as the model counted them in its answers */
	uint64_t foreign_touched;              /* writes to tickets that were not findable */
	uint64_t zendesk_requests;             /* total; world_requests counts by endpoint */
	uint64_t jobs;                         /* accepted requests of update_many */
	uint64_t jobs_refused;                 /* too many queued or running */
	uint64_t job_items;                    /* tickets that jobs have handled */
	uint64_t job_conflicts; /* of these, tickets in conflict; also counted in `conflicts` */
	/* a write arrived while a job had another change with a stamp for the ticket, and both
	 * could succeed */
	uint64_t writes_overlapping;
	uint64_t faults[FAULT_COUNT];
};
const struct world_audit *world_audit(struct world *world);
const struct world_audit *
/* the same, but cheap: `processed` is not counted again */
world_counts(const struct world *world);
/* one object, with requests by endpoint */
void world_audit_json(struct world *world, struct buf *out);
/* Number of requests since the last reset to an endpoint such as "PUT
 * /api/v2/tickets/update_many"; numbers and job ids are "{id}", without ".json". */
uint64_t world_requests(const struct world *world, const char *endpoint);
/* All endpoints of Zendesk with their counts, one a line. */
void world_requests_text(const struct world *world, struct buf *out);
void world_audit_reset(struct world *world);

/* One ticket as it is now, for invariants. */
struct world_ticket {
	bool exists;   /* it exists and is not deleted */
	bool findable; /* new or open now */
	bool processed;
	bool fallback;        /* it has ai_fallback */
	bool people_untagged; /* a person took our tag away */
	bool poisoned;        /* the model refuses it for what it says */
	unsigned notes;
	unsigned notes_ordered;  /* by world_order_note() */
	unsigned agents_ordered; /* how often an agent put zendesk.again_tag on it */
	const char *priority;    /* "" = none */
	const char *status;
	int64_t updated; /* server seconds */
	int64_t created; /* server seconds */
	/* monotonic: since when search shows a ticket that arrived, may be to come; 0 = always */
	msec shown;
	/* it could be found at the start, was not new then, and nobody has changed it since */
	bool untouched;
	unsigned in_jobs;         /* changes of this ticket in jobs that are not done */
	unsigned labels;          /* of its tags those that we added, without the processed one */
	bool tags_put_back;       /* a person saved an old form over our tags */
	const char *priority_set; /* what we set last, and what it was before; "" = nothing */
	const char *priority_before;
};
/* The ticket whose signature comes first in the text, which moves behind it; 0 = none is left. */
uint64_t world_signed(struct str *text);
/* The ticket that the model refuses, if this chat request is about one; 0 = none. */
uint64_t world_poisoned(struct str chat);
void world_look(const struct world *world, uint64_t id, struct world_ticket *ret);
/* Whether this audit of the ticket is a change by an agent. */
bool world_agent_changed(const struct world *world, uint64_t id, uint64_t audit);
/* A person orders that our processed tag be taken off too. */
void world_may_untag(struct world *world, uint64_t id);

#endif
