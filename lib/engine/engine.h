/* The engine: every decision of the daemon, and not one system call.
 *
 *     struct effects effects;
 *     effects_init(&effects);
 *     engine = engine_new(&setup, now);
 *     engine_restore(engine, &record) for each durable record, oldest first
 *     for (;;) {
 *             wait until an event happens or engine_deadline(engine) <= now
 *             engine_step(engine, &event, &effects);
 *             while ((effect = effects_take(&effects)))
 *                     carry it out
 *     }
 *
 * One step parses at most one reply or prepares one ticket; when more is waiting engine_deadline()
 * lies in the past and the shell steps again with EVENT_TICK, as often as its loop's time slice
 * allows. The same events with the same seed give the same effects. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/effect.h"
#include "engine/event.h"
#include "engine/stats.h"
#include "guard/upstream.h"
#include "observe/report.h"
#include "privacy/tombstones.h"
#include "ticket/state.h"

struct engine;

enum engine_mode {
	ENGINE_ONCE,       /* --once: until no ticket is left, or the limit is reached */
	ENGINE_ONE_TICKET, /* --ticket-id */
	ENGINE_RESIDENT    /* the service: goes on until it is drained */
};

struct engine_setup {
	const struct config *config; /* must outlive the engine, or be replaced by EVENT_RELOAD */
	enum engine_mode mode;
	uint64_t limit;           /* ENGINE_ONCE: tickets admitted at most; 0 = all */
	struct ticket_key ticket; /* ENGINE_ONE_TICKET */
	/* ENGINE_ONE_TICKET: it is analysed once more if it is done, by order of `by` (copied) */
	bool again;
	const char *by;
	bool dry_run;
	/* ENGINE_ONCE with dry_run: the last `limit` tickets that were solved are decided, in place
	 * of those that wait (find/solved.h) */
	bool backtest;
	const char *version; /* for User-Agent; copied */
	uint64_t seed;
	uint8_t marker_key[32]; /* secret from which the prompt markers are derived */
	/* Secret under which answers are found again (decide/reuse.h); the same in each process of
	 * an installation. */
	uint8_t answer_key[32];
	/* Tickets whose processing crashed the process twice: never processed again, reported once
	 * as SKIPPED with one alert. Copied. */
	const struct ticket_key *quarantined;
	size_t quarantined_count;
	/* Tickets whose processing crashed the process at least once: each is sent to the model
	 * alone. Copied. */
	const struct ticket_key *suspects;
	size_t suspect_count;
	/* Tickets that were erased on request: they are never processed again, and nothing is
	 * recorded of them. Must outlive the engine and may grow meanwhile; NULL = none. */
	const struct tombstones *erased;
	/* an order to stop writing that an earlier process was given and that nobody ended */
	struct engine_stop stopped;
};

struct engine *engine_new(const struct engine_setup *setup, struct clock_reading now) MUST_CHECK;
void engine_free(struct engine *engine);
/* Takes up one durable record of an earlier run; the caller keeps the record. Only before the first
 * step. A payload that cannot be read is ignored and reported by a SAY effect of the first step. */
void engine_restore(struct engine *engine, const struct record *record);
/* Takes up the answer in one record of a decision, or of a shadow decision, whose `answer` and
 * `answered` are filled in; so long as `answered` is younger than llm.cache_ttl. Only before the
 * first step; the newest record first, and at most ENGINE_ANSWERS_MAX. What cannot be read is
 * ignored: the model is asked. */
#define ENGINE_ANSWERS_MAX 4096
void engine_restore_answer(struct engine *engine, const struct record *record);
/* Before engine_restore(): the approximate number of records, so that memory is reserved once. */
void engine_restore_expect(struct engine *engine, size_t count);
/* Handles one event and appends what is to be done to `effects`. Copies what it needs of
 * event->reply, whose `result` it may change and which the caller frees; nothing else of the event
 * is kept, except event->config. */
void engine_step(struct engine *engine, struct event *event, struct effects *effects);
/* Monotonic instant at which EVENT_TICK is due; MSEC_NEVER = only other events make progress. */
msec engine_deadline(const struct engine *engine);
/* Whether records that are not durable yet need not wait for others to share their transaction:
 * nothing is under way that could add to them, or more than their own tickets waits for them. To be
 * asked after a step, or after several. */
bool engine_records_urgent(const struct engine *engine);

/* The guards of one service, for metrics; owned by the engine. */
const struct upstream *engine_upstream(const struct engine *engine, enum upstream_id id);
/* What is known of one ticket now, to explain why nothing was done about it. */
enum engine_where {
	WHERE_NOWHERE,   /* not met by this process, and no record of an earlier one mentions it */
	WHERE_ASKED_FOR, /* requested by EVENT_PROCESS and not read so far */
	WHERE_HELD,      /* in progress: `state` says how far */
	WHERE_DONE,      /* done, and not touched again */
	WHERE_UNTAGGED,  /* done, and a person removed our tag: never touched again */
	WHERE_SKIPPED,   /* left alone until its updated_at is later than `updated` */
	/* failed: tried again after `returns_in`, when tickets are looked for again, or after the
	 * next start */
	WHERE_FAILED,
	WHERE_SHOWN,       /* shown by a dry run */
	WHERE_SHADOW,      /* decided in shadow: nothing was written */
	WHERE_QUARANTINED, /* its processing crashed the process twice */
	WHERE_ERASED       /* erased on request: never processed again */
};
struct engine_view {
	enum engine_where where;
	enum ticket_state state; /* WHERE_HELD */
	msec updated;            /* WHERE_SKIPPED: wall; 0 = not known */
	msec returns_in;         /* WHERE_FAILED: at least 0 */
	unsigned returns;        /* how often it has failed so far, in this run and earlier ones */
	/* WHERE_SKIPPED, WHERE_FAILED: its decision is kept, so no model is asked again */
	bool decided;
};
void engine_look(const struct engine *engine, struct ticket_key key, struct engine_view *ret);
/* True while the ticket is in progress beyond waiting and may still be written. It must not be
 * erased before its outcome was reported. */
bool engine_holds(const struct engine *engine, struct ticket_key key);
/* The ticket that is being processed right now, blamed when the process dies; id 0 between two
 * steps. */
struct ticket_key engine_current_ticket(const struct engine *engine);

#endif
