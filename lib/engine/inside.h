/* What the files of the engine share among themselves; nobody outside includes this.
 *
 * engine.c    one step: tell the event to its stage, then start whatever the guards allow; when to be called again
 * held.c      tickets in hand: how one is taken in hand, comes to its end and is let go (batches.c: counted in which batch)
 * reload.c    another configuration; commands.c: pause, resume, process; quarantine.c: tickets that are not touched
 * plain.c     foreign text made plain: normalised, redacted, cut
 * calls.c     requests in flight: guards before, signals after, deadlines, rate headers
 * session.c   let in or not: token, users/me, the models list; halts
 * discover.c  finding tickets: what a page brings, and the order in which it is taken up
 *             (pass.c: one pass after another over search and export; stream.c: over what changed; reread.c: single ids looked at
 *             again; single.c: --ticket-id)
 * returns.c   what is remembered of a ticket at its end (known.h), and how it comes back
 * analyse.c   from a found ticket to a decision
 * write.c     from a durable decision to the ticket in Zendesk: intents, single updates
 *             refresh.c  the re-read before a write             look.c     single tickets and their comments, when in doubt
 *             bulk.c     many tickets in one request            jobs.c     what became of them
 *             verdict.c  what an answer means for one ticket
 * journal.c   records as text and back; restore.c: what they mean to a new life of the process */
#ifndef ENGINE_INSIDE_H
#define ENGINE_INSIDE_H

#include "base/crypto.h"
#include "base/map.h"
#include "engine/engine.h"
#include "engine/known.h"
#include "guard/backoff.h"
#include "llm/llm.h"
#include "privacy/redact.h"
#include "ticket/ticket.h"
#include "zendesk/limits.h"
#include "zendesk/replies.h"
#include "zendesk/requests.h"

#define PAGES_HELD_MAX 3
#define READ_WAIT (2 * MSEC_SECOND)     /* a decided ticket waits this long for company, in all, not longer */
#define SETTLE_SPAN (2 * MSEC_SECOND)   /* a read carries a write when Date is this much later than updated_at */
#define SETTLE_BLIND (3 * MSEC_SECOND)  /* … or is the second of two equal ones, asked for this far apart */
#define STARVED_AFTER (5 * MSEC_SECOND) /* looking for tickets goes first for so long, then what is decided does */
#define SETTLE_GIVE_UP (10 * MSEC_MINUTE)
#define CONFLICTS_MAX 21 /* their waits of 2, 4, 8, 16, 32, 32 … s make up ten minutes */
#define ZENDESK_WINDOW_INITIAL 8
#define ZENDESK_WINDOW_MAX 32
#define HELD_BEYOND_WINDOW 400        /* decided tickets that may wait for their write, beyond the model's window */
#define JOB_MS_PER_TICKET ((msec)100) /* recorded jobs do 7 to 13 tickets a second */
#define CALL_GRACE (2 * MSEC_SECOND)  /* the shell's own time-out is this much longer than the engine's */

enum call_kind {
	CALL_TOKEN,
	CALL_ME,
	CALL_MODELS,
	CALL_SEARCH,
	CALL_EXPORT,
	CALL_INCREMENTAL,
	CALL_REREAD,
	CALL_WANTED,
	CALL_READ_ONE,
	CALL_SHOW_MANY,
	CALL_UPDATE,
	CALL_UPDATE_MANY,
	CALL_JOBS,
	CALL_COMMENTS,
	CALL_CHAT
};

/* Zendesk counts some endpoints apart from the account's pool. */
enum endpoint {
	ENDPOINT_OTHER,
	ENDPOINT_READ,
	ENDPOINT_COMMENTS,
	ENDPOINT_SEARCH,
	ENDPOINT_EXPORT,
	ENDPOINT_INCREMENTAL,
	ENDPOINT_UPDATE,
	ENDPOINT_BULK,
	ENDPOINT_JOBS,
	ENDPOINT_COUNT
};

/* A request on its way. */
struct call {
	uint64_t number;
	enum call_kind kind;
	enum upstream_id upstream;
	enum endpoint endpoint;
	struct heap_node deadline;
	msec sent_at;         /* monotonic */
	msec ticket_wait;     /* CALL_UPDATE: this ticket has had its updates, others may go on */
	bool timed_out;       /* cancelled by its deadline */
	struct llm_sent sent; /* CALL_CHAT; the name in the ticket's memory */
	struct ticket *ticket;
	struct ticket **tickets; /* CALL_SHOW_MANY, CALL_UPDATE_MANY; owned */
	size_t ticket_count;
};

/* What the server said is left of a fixed window. */
struct budget {
	bool known;
	int64_t without_limit; /* answers that told none, while none is known */
	int64_t limit;  /* of a whole window, as told; where only what is left is told, the most of it that was seen */
	int64_t kept;   /* of it for others, and for a request that is delivered twice */
	int64_t lowest; /* remaining, as told in this window: replies overtake each other, the lowest is the latest */
	bool guessed;   /* `lowest` is: no reply has told of this window yet */
	int64_t in_flight; /* requests that count here; a reply's number may or may not know of them */
	int64_t untold;    /* requests that ended without a count and may be missing in `lowest` … */
	msec untold_at;    /* … the last of them, monotonic */
	msec until;        /* monotonic: the window turns */
	msec paused_until; /* Retry-After of this endpoint */
};

struct page {
	struct list node;
	struct arena memory;
	unsigned waiting; /* tickets whose text is here */
};

enum gate { GATE_ASK, GATE_ASKING, GATE_OPEN, GATE_HALTED };

struct session {
	enum gate zendesk; /* users/me */
	enum gate llm;     /* the models list */
	bool token_asking;
	int attempts_token, attempts_me;
	msec not_before;               /* monotonic: of the next try */
	msec zendesk_again, llm_again; /* monotonic: a resident engine asks a service that did not let it in again, … */
	bool zendesk_halted, llm_halted;     /* … and tells of it once, until it is let in */
	char zendesk_why[256], llm_why[256]; /* why halted */
	/* Requests up to these numbers left with former credentials, or asked a former model: what they are told of who we are
	 * is old news. */
	uint64_t former_account, former_service;
	uint64_t user_id;
	bool wrote_once;   /* some update was let in: a 403 is then about the ticket, not about us */
	uint64_t openings; /* breaker openings without a success between */
	uint64_t opened_seen;
};

enum pass_state { PASS_NONE, PASS_SEARCH, PASS_EXPORT, PASS_STREAM, PASS_OVER };

/* The incremental export: where it was read up to, and whether it may be used at all. */
struct stream {
	bool off;          /* the configuration, the mode or the user's role forbid it */
	bool search_first; /* the next pass is a search: only a whole one ends this */
	bool told_refused;
	struct buf cursor; /* the last that was not null */
	msec start;        /* server's wall time to begin at without a cursor */
	msec search_began; /* Date of the first page of the search under way, or of the last search; -1 = it had none */
	bool said_no_date;
	msec not_before;    /* monotonic: of the next request */
	unsigned page_size; /* tickets a page; halved when it is too large */
};

/* Ids to be looked at by show_many, in the order they came; the first `asked` of them are in the request under way, which left with
 * `sent`: more, when some were erased since. */
struct reread {
	bool wanted; /* a person asked for them: at once, and during a pause too */
	uint64_t *ids;
	size_t count, cap, asked, sent;
	bool asking;
	unsigned size; /* ids a request */
	int attempts;
	msec since; /* monotonic: the first of them waits for company from then on */
	msec not_before;
};

/* Tickets whose end was told and whose decision is kept for their return: each a fresh struct, FOUND. */
struct returns {
	struct map parked;  /* id → ticket */
	struct list order;  /* the same, oldest first */
	struct heap failed; /* those among them that return by themselves, by time */
};

struct discover {
	enum pass_state pass;
	bool asking;
	bool said_found;
	bool unreachable; /* a resident engine has told that no ticket can be read */
	bool cut;         /* this pass ended before its end */
	unsigned page_size;
	struct buf cursor;
	int restarts; /* of the export in this pass: cursors die */
	int attempts;
	msec not_before;
	msec next_pass;           /* monotonic: ENGINE_RESIDENT */
	uint64_t former_query;    /* pages asked for by requests up to this number are of another query */
	msec last_poll, last_run; /* wall: of the last page, and of the end of the last whole pass; -1 = never */
	uint64_t unseen;          /* tickets taken up in this pass */
	bool done;                /* nothing more will be looked for in this run */
	struct list pages;
	size_t page_count;
	struct heap waiting; /* tickets FOUND, by priority and age */
	struct map known;    /* known.h */
	msec started;        /* by the server's clock: in ENGINE_ONCE younger tickets are for the next run */
	uint64_t expected;
	struct stream stream;
	struct reread reread;
	struct reread wanted;
	uint64_t wanted_so_far; /* in this process: their order */
	struct returns returns;
};

/* ENGINE_RESIDENT: outcomes are told in batches. The tickets taken in hand during a pass are one; those that come while its last
 * ones are on their way are the next, and there are never more than these two. */
struct batches {
	uint64_t number; /* of the batch that new tickets are counted in */
	size_t taken, open;
	bool closing; /* the batch before it waits for the end of … */
	size_t left;  /* … so many tickets */
};

struct analyse {
	struct heap queue; /* by time: tickets whose next attempt is due */
	size_t count;      /* tickets ANALYSING, in flight or not */
	int exhausted;     /* tickets in a row that used up their attempts */
	msec last_good;
	bool down;
	int probes;
	msec probe_at;
	uint64_t marker_counter;
};

struct write {
	struct list ready; /* waiting for company in the next show_many */
	size_t ready_count;
	size_t reading;       /* tickets in a show_many on its way */
	struct heap later;    /* refresh not before */
	struct heap queue;    /* intents durable: update not before */
	struct list singles;  /* … to be updated one by one, now */
	size_t planning;      /* intents on their way to the disk */
	size_t looking;       /* single reads and comments on their way */
	struct heap looks;    /* single reads and comments not before */
	unsigned read_size;   /* tickets per show_many; halved when the reply is too large */
	size_t deciding;      /* decisions on their way to the disk */
	msec reads_held_back; /* monotonic: since when used up limits hold back a re-read; 0 = they do not */
};

/* Whether records become durable. */
struct records {
	msec hold; /* how long no ticket is admitted after the last failure; 0 = all is well */
	msec hold_until;
};

/* Whether bulk writing does what it says (nobody could try it beforehand). */
enum bulk_trust {
	TRUST_OPEN,   /* every success is looked at */
	TRUST_PROVEN, /* our tag was seen on a ticket that a job had reported done */
	TRUST_BROKEN  /* not used any more in this run; by a resident process not for a while */
};

struct bulk {
	enum bulk_trust trust;
	unsigned missing;  /* reported done, our note there, our tags not */
	unsigned refusals; /* whole requests, in a row */
	bool alerted;
	unsigned lost;   /* requests and jobs without a result, in a row */
	msec again_at;   /* TRUST_BROKEN: tried again by a resident process */
	size_t size;     /* tickets a request; halved when it is too large */
	struct list due; /* tickets whose intent is durable, in the order they came */
	size_t due_count;
	size_t sending; /* update_many on their way */
	struct list jobs;
	size_t job_count;
	msec not_before;    /* too many jobs */
	size_t slots;       /* jobs the account has room for, ours included, … */
	msec slots_until;   /* … as far as is known until then */
	msec ms_per_ticket; /* pace of jobs */
	bool polling;
	msec polled_at;
	unsigned poll_failures; /* in a row */
	size_t poll_size;       /* jobs asked for at once; 0 = all */
	msec held_back;         /* monotonic: since when used up limits hold back a request; 0 = they do not */
};

struct engine {
	struct engine_setup setup;
	const struct config *config;
	struct clock_reading now;
	struct prng prng;
	struct zd_client zendesk;
	struct llm_client llm;
	struct redactor *redactor;
	struct upstream upstreams[UPSTREAM_COUNT];
	struct budget pool;
	struct budget endpoints[ENDPOINT_COUNT];
	struct map calls; /* number → struct call */
	struct heap call_deadlines;
	uint64_t last_call;
	struct list held; /* all tickets that are not at an end */
	size_t held_count;
	struct map restored;    /* id → ticket, before the first step only */
	struct list persisting; /* tickets waiting for their record, by sequence */
	uint64_t last_sequence;
	uint64_t settled_sequence; /* records up to here are durable, or were given up */
	struct session session;
	struct discover discover;
	struct analyse analyse;
	struct write write;
	struct records records;
	struct bulk bulk;
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
	uint64_t current_ticket;
	struct redact_counts redacted;
	uint64_t repairs[8];
	struct effects *out;  /* only during a step */
	struct buf early;     /* lines to say in the first step (restore) */
	struct arena scratch; /* emptied after each step */
	struct buf text;      /* scratch for building */
	msec deadline;
};

/* engine.c */
void say(struct engine *engine, enum log_level level, uint64_t ticket_id, const char *format, ...) PRINTF_LIKE(4, 5);
void alert(struct engine *engine, uint64_t ticket_id, const char *format, ...) PRINTF_LIKE(3, 4);
struct effect *emit(struct engine *engine, enum effect_kind kind);
/* Remembers the worst end of the run and why. */
void run_ends(struct engine *engine, enum run_end end, const char *format, ...) PRINTF_LIKE(3, 4);
bool engine_admitting(const struct engine *engine); /* new tickets may still begin */
bool engine_more_to_come(
        const struct engine *engine);             /* the run is not over: something is held or will be looked for */
bool engine_working(const struct engine *engine); /* … those at least that a person asks for */
void earliest(msec *deadline, msec candidate);

/* held.c */
void ticket_hold(struct engine *engine, struct ticket *ticket);
void ticket_let_go(struct engine *engine, struct ticket *ticket); /* it must be freed, or parked */
/* Moves a ticket to its end: outcome, record, memory. `reason` may be NULL on success. The ticket is gone afterwards. */
void ticket_end(struct engine *engine, struct ticket *ticket, enum ticket_state state, const char *format, ...)
        PRINTF_LIKE(4, 5);
enum outcome_status ticket_outcome_status(const struct engine *engine, const struct ticket *ticket);
msec ticket_processing_ms(const struct ticket *ticket); /* model call plus own write request */
msec ticket_queue_ms(const struct engine *engine, const struct ticket *ticket);
double ticket_cost(const struct engine *engine, const struct ticket *ticket); /* estimated US dollars */

/* batches.c */
void batches_take(struct engine *engine, struct ticket *ticket);
void batches_release(struct engine *engine, const struct ticket *ticket);
void batches_pump(struct engine *engine);
void batches_finish(struct engine *engine); /* what is left over is a batch too */

/* plain.c */
/* Of a ticket, for a model. */
struct str plain_text(struct engine *engine, struct str raw, size_t bytes_max, struct arena *arena);
/* Of a model, for the records: redacted whatever the configuration says. */
struct str plain_words(struct engine *engine, struct str raw, size_t bytes_max, struct arena *arena);
/* What had passed without redaction so far. */
struct str plain_redacted(struct engine *engine, struct str text, struct arena *arena);
struct str plain_hash(struct str subject, struct str description, struct arena *arena);
/* Foreign words that will be logged may quote a ticket: they pass redaction first. */
void redact_words(struct engine *engine, char *text, size_t size);
/* … those about a reply. Where none came they are the client's own, and the addresses in them those of our configuration. */
void redact_answer(struct engine *engine, const struct http_reply *reply, char *text, size_t size);

/* reload.c */
void reload(struct engine *engine, const struct config *config);

/* commands.c */
void command_pause(struct engine *engine);
void command_resume(struct engine *engine);
void command_erase(struct engine *engine, const uint64_t *ids, size_t count);
bool command_erased(const struct engine *engine, uint64_t id);         /* not to be taken up any more */
struct ticket *command_held(const struct engine *engine, uint64_t id); /* NULL when it is not */
void command_process(struct engine *engine, const uint64_t *ids, size_t count);
/* A ticket that a person asked for was read, or Zendesk does not show it. */
void command_read(struct engine *engine, struct page *page, const struct zd_ticket *read);
void command_missing(struct engine *engine, uint64_t id);

/* quarantine.c */
void quarantine_init(struct engine *engine);
bool quarantine_has(const struct engine *engine, uint64_t id);
void quarantine_forget(struct engine *engine, uint64_t id);
/* SKIPPED, unless that was told before. `read` may be NULL. `asked`: a person wants to know, told or not. */
void quarantine_tell(struct engine *engine, uint64_t id, const struct zd_ticket *read, bool asked);

/* calls.c */
bool call_may(struct engine *engine, enum upstream_id upstream, enum endpoint endpoint, double tokens);
msec call_when(struct engine *engine, enum upstream_id upstream, enum endpoint endpoint, double tokens);
/* The limits that all requests to Zendesk share, ours and the account's, let none through now. */
bool call_limits_are_used_up(const struct engine *engine);
/* Another share of the window is left to others. */
void budget_keep(struct budget *budget, double share);
/* What the server leaves of an endpoint's window; INT64_MAX when it is not known. */
int64_t call_room(const struct engine *engine, enum endpoint endpoint);
/* Takes the request's bytes; guards must have said yes. */
struct call *call_start(struct engine *engine, enum call_kind kind, struct http_request *request, double tokens);
void call_free(struct engine *engine, struct call *call);
void call_deadlines_due(struct engine *engine);
/* Signals to the guards; called once for each Zendesk reply before its stage reads it. */
void call_signal_zendesk(struct engine *engine, struct call *call, const struct http_reply *reply,
                         const struct zd_failure *failure);
void call_signal_llm(struct engine *engine, struct call *call, const struct llm_result *result);

/* session.c */
void session_start(struct engine *engine);
void session_pump(struct engine *engine, msec *deadline);
bool session_zendesk_open(const struct engine *engine);
void session_token_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                         struct zd_failure *failure);
void session_me_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                      struct zd_failure *failure);
void session_models_reply(struct engine *engine, struct call *call, const struct http_reply *reply);
/* 401: true when the work should be asked again with another token, false when this is the end of the session. */
bool session_unauthorized(struct engine *engine, const struct call *call, const struct zd_failure *failure);
void session_halt_zendesk(struct engine *engine, enum run_end end, const char *reason);
void session_halt_llm(struct engine *engine, enum run_end end, const char *reason);
void session_llm_works(struct engine *engine); /* it has given a good answer */
/* After a reload: whoever halted is asked again; who we are is asked again where the credentials are others, or the model is. */
void session_anew(struct engine *engine, bool account, bool service);

/* discover.c */
void discover_init(struct engine *engine);
void discover_free(struct engine *engine);
void discover_pump(struct engine *engine, msec *deadline);
struct ticket *discover_next(struct engine *engine); /* the first in order, no longer waiting; NULL = none */
void discover_forget_page(struct engine *engine, struct ticket *ticket); /* its text is no longer needed */
/* Those that a person asked for stay as long as the engine works, and are looked at again when it does not. */
void discover_drop_waiting(struct engine *engine);
void discover_ahead(struct engine *engine, struct ticket *ticket);  /* a waiting one: before all others */
void discover_forget(struct engine *engine, struct ticket *ticket); /* a waiting one, for good */
struct ticket *discover_first(const struct engine *engine);         /* the one that discover_next would give */
void discover_stop(struct engine *engine);
bool discover_over(const struct engine *engine); /* nothing waits and nothing more will be looked for */
bool discover_full(const struct engine *engine); /* enough waits: no page is to be asked for */
void discover_add_page(struct engine *engine, struct page *page);
void discover_release_page(struct engine *engine, struct page *page); /* if nothing of it waits */
/* What a read means: taken up, brought back, looked at again or dropped. */
void discover_sift(struct engine *engine, struct page *page, const struct zd_ticket *read);
struct ticket *discover_wait(struct engine *engine, struct page *page, const struct zd_ticket *read);

/* pass.c */
void pass_pump(struct engine *engine, msec *deadline);
void pass_page_reply(struct engine *engine, struct call *call, struct http_reply *reply, struct zd_failure *failure);
void pass_failed(struct engine *engine, struct call *call, const struct zd_failure *failure);
void pass_over(struct engine *engine);
void pass_anew(struct engine *engine);        /* the next pass begins now */
void pass_other_query(struct engine *engine); /* … and what was found so far counts no more */

/* single.c */
void single_pump(struct engine *engine, msec *deadline);
void single_reply(struct engine *engine, struct call *call, struct http_reply *reply, struct zd_failure *failure);

/* stream.c */
void stream_init(struct engine *engine);
void stream_other_account(struct engine *engine);
void stream_let_in(struct engine *engine, bool admin);
void stream_search_began(struct engine *engine, msec date); /* Date of a search's first page, -1 when it has none */
void stream_search_over(struct engine *engine);             /* a whole one */
bool stream_follows(const struct engine *engine);           /* tickets come from the stream, if not by the next pass */
void stream_restore(struct engine *engine, struct str cursor);
void stream_ask(struct engine *engine);
void stream_page(struct engine *engine, struct page *page, const struct zd_page *found);
/* True when the failure was the stream's own affair. */
bool stream_failed(struct engine *engine, const struct zd_failure *failure);

/* reread.c */
void reread_init(struct engine *engine);
void reread_clear(struct engine *engine);
void reread_add(struct engine *engine, uint64_t id);
bool reread_want(struct engine *engine, uint64_t id); /* false: too many are wanted */
void reread_forget(struct engine *engine, uint64_t id);
bool reread_wanted(const struct engine *engine, uint64_t id);
void reread_resize(struct engine *engine);  /* zendesk.batch_size is another */
void reread_at_once(struct engine *engine); /* what is there now waits for no company */
bool reread_full(const struct engine *engine);
void reread_wanted_pump(struct engine *engine, msec *deadline); /* those that a person asked for */
void reread_pump(struct engine *engine, msec *deadline);        /* all others */
void reread_reply(struct engine *engine, struct call *call, const struct http_reply *reply, struct zd_failure *failure);

/* returns.c */
enum judgement { JUDGED_NEW, JUDGED_BACK, JUDGED_LOOK_AGAIN, JUDGED_KNOWN };
void returns_init(struct engine *engine);
void returns_clear(struct engine *engine);
enum judgement returns_judge(const struct engine *engine, const struct zd_ticket *read);
void returns_held(struct engine *engine, uint64_t id); /* remembers that it is on its way */
/* The ticket has just moved from `before` to its end: remembers it, and keeps its decision if it may come back. */
void returns_ended(struct engine *engine, struct ticket *ticket, enum ticket_state before);
void returns_park(struct engine *engine, struct ticket *ticket);    /* FOUND, with a decision; in no list but `held` */
void returns_take_up(struct engine *engine, struct ticket *ticket); /* … whose decision is durable: on to the write */
void returns_bring_back(struct engine *engine, uint64_t id);        /* a parked one */
struct ticket *returns_parked(const struct engine *engine, uint64_t id); /* NULL = none */
bool returns_decided(const struct ticket *ticket); /* a parked one, or one that comes back: with its decision */
void returns_give_up(struct engine *engine, struct ticket *ticket); /* a parked one: it is found anew */
void returns_pump(struct engine *engine, msec *deadline);

/* analyse.c */
void analyse_pump(struct engine *engine, msec *deadline);
void analyse_chat_reply(struct engine *engine, struct call *call, const struct http_reply *reply);
void analyse_halted(struct engine *engine, const char *reason);
size_t analyse_drop_queued(struct engine *engine);
void analyse_redact(struct engine *engine); /* privacy.redact is on from now on */
void analyse_probe(struct engine *engine);  /* a model that is down is asked again at once */

/* write.c */
void write_begin(struct engine *engine, struct ticket *ticket); /* DURABLE: to the refresh, or to the settling */
void write_pump(struct engine *engine, msec *deadline);
void write_update_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                        struct zd_failure *failure);
void write_intent(struct engine *engine, struct ticket *ticket, const struct zd_ticket *read, size_t company);
void write_persisted(struct engine *engine, uint64_t upto);
void write_not_persisted(struct engine *engine, uint64_t from);
void records_failed(struct engine *engine);
void records_durable(struct engine *engine);
bool records_may_admit(const struct engine *engine,
                       msec *deadline); /* else it may at the deadline, or when one has ended */
void write_queue(struct engine *engine, struct ticket *ticket, msec not_before);
void write_alone(struct engine *engine, struct ticket *ticket); /* by a single update, now */
/* A read that was not asked for by the write: should the ticket wait for its write, it is known now whether that is late. */
void write_news(struct engine *engine, const struct zd_ticket *read);
bool write_is_late(const struct ticket *ticket); /* the ticket has changed since the read that the write rests on */
void write_read_anew(struct engine *engine, struct ticket *ticket); /* a late one, taken out of its list */
void write_fill(struct engine *engine, struct ticket *ticket, struct zd_update *update); /* valid until the next */
/* Limits have kept decided tickets from Zendesk for so long that looking for more has to wait for them. */
bool write_starves(const struct engine *engine);
bool write_more_coming(const struct engine *engine); /* another ticket may soon be due to be written */
void write_zendesk_gone(struct engine *engine, const char *reason);
/* A request for tickets failed for a passing reason: true when the ticket may be queued again (and *ret_when says when), false
 * when its attempts were used up and it is gone. */
bool write_try_again(struct engine *engine, struct ticket *ticket, const struct call *call,
                     const struct zd_failure *failure, msec *ret_when);
bool write_used_up(struct engine *engine, struct ticket *ticket); /* true: no attempt was left, the ticket is gone */
/* refresh.c */
void refresh_later(struct engine *engine, struct ticket *ticket, msec not_before);
void refresh_pump(struct engine *engine, msec *deadline);
void refresh_show_many_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                             struct zd_failure *failure);
void refresh_consider(struct engine *engine, struct ticket *ticket, const struct zd_ticket *read,
                      const struct http_reply *reply, msec sent_at, size_t company);
bool refresh_more_coming(const struct engine *engine); /* another decision may soon be durable */
/* verdict.c */
void verdict_done(struct engine *engine, struct ticket *ticket, msec date);
void verdict_reported(struct engine *engine, struct ticket *ticket, msec date);
void verdict_conflict(struct engine *engine, struct ticket *ticket);
void verdict_refused(struct engine *engine, struct ticket *ticket, const char *reason);
void verdict_unknown(struct engine *engine, struct ticket *ticket, const char *trouble);
msec verdict_look_again(const struct engine *engine, const struct ticket *ticket); /* span */
/* bulk.c */
void bulk_init(struct engine *engine);
bool bulk_worth(const struct engine *engine, size_t count); /* so many tickets are better written in bulk */
void bulk_queue(struct engine *engine, struct ticket *ticket);
void bulk_pump(struct engine *engine, msec *deadline);
void bulk_update_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                       const struct zd_failure *failure);
void bulk_learn_slots(struct engine *engine, int64_t remaining);
void bulk_distrust(struct engine *engine, const char *reason);
void bulk_seen(struct engine *engine, const struct ticket *ticket); /* our tag is there */
/* Our note, written at `noted` by the server's clock, is there, our tag is not. True: bulk writing is to blame, since nobody has
 * touched the ticket after the note, or since it has not proven itself; false: a person took the tag away. */
bool bulk_missed(struct engine *engine, const struct ticket *ticket, msec noted);
void bulk_lost(struct engine *engine);                /* a request or a job gave no result at all */
bool bulk_takes_singles(const struct engine *engine); /* single updates are used up, and bulk is free */
/* jobs.c */
void job_begin(struct engine *engine, struct call *call, struct str id); /* takes the call's tickets */
void jobs_pump(struct engine *engine, msec *deadline);
void jobs_reply(struct engine *engine, struct call *call, const struct http_reply *reply, struct zd_failure *failure);
void jobs_drop(struct engine *engine, const char *reason);
void jobs_free(struct engine *engine);
/* look.c */
void look_alone(struct engine *engine, struct ticket *ticket, msec not_before); /* at the ticket, or its comments */
void look_pump(struct engine *engine, msec *deadline);
void look_read_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                     struct zd_failure *failure);
void look_comments_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                         struct zd_failure *failure);

/* restore.c */
void restore_resume(struct engine *engine);

/* journal.c */
void journal_decision(struct engine *engine, struct ticket *ticket);
void journal_intent(struct engine *engine, struct ticket *ticket, bool bulk);
void journal_outcome(struct engine *engine, struct ticket *ticket, const char *reason);
/* What an outcome of an earlier life says; what an older record does not say is 0. */
struct past {
	enum ticket_state state;
	bool untagged;
	int returns;
	msec verdict;
	msec updated;
};
/* The word it is remembered by. A ticket that failed is taken up again, for which its outcome says more than the word. */
struct known known_of_past(const struct past *past);
int journal_read_outcome(const char *payload, struct past *ret, struct err *err) MUST_CHECK;
/* Up to where the stream was read, and the ids of tickets that no other durable record brings back, in one record. */
void journal_cursor(struct engine *engine);
/* Gives the ids to the rereads, the cursor to the stream. */
int journal_read_cursor(struct engine *engine, const char *payload, struct err *err) MUST_CHECK;
int journal_read_decision(struct ticket *ticket, const char *payload, struct err *err) MUST_CHECK;
/* `settle_timeout` and the wall clock tell how long a bulk write is still to be left alone. */
int journal_read_intent(struct engine *engine, struct ticket *ticket, const char *payload, struct err *err) MUST_CHECK;

#endif
