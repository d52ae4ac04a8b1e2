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
#include "guard/upstream.h"
#include "observe/report.h"
#include "privacy/tombstones.h"
#include "ticket/state.h"

struct engine;

enum engine_mode { ENGINE_ONCE, ENGINE_ONE_TICKET, ENGINE_RESIDENT };

struct engine_setup {
	const struct config *config; /* outlives the engine, or the next EVENT_RELOAD */
	enum engine_mode mode;
	uint64_t limit;           /* ENGINE_ONCE: tickets admitted at most; 0 = all */
	struct ticket_key ticket; /* ENGINE_ONE_TICKET */
	bool dry_run;
	const char *version; /* for User-Agent */
	uint64_t seed;
	uint8_t marker_key[32]; /* secret from which the prompt markers are derived */
	/* Tickets whose steps have ended the process twice: never touched, told once as SKIPPED,
	 * with one alert. Copied. */
	const struct ticket_key *quarantined;
	size_t quarantined_count;
	/* Tickets that were erased at somebody's request: they are not taken up again, and nothing
	 * is recorded of them. Outlives the engine, and may grow while it works; NULL = none. */
	const struct tombstones *erased;
};

struct engine *engine_new(const struct engine_setup *setup, struct clock_reading now) MUST_CHECK;
void engine_free(struct engine *engine);
/* Only before the first step. Unreadable payloads are reported as a SAY effect of the first step
 * and ignored. */
void engine_restore(struct engine *engine, const struct record *record);
/* Before: about how many there will be. Makes it faster. */
void engine_restore_expect(struct engine *engine, size_t count);
void engine_step(struct engine *engine, struct event *event, struct effects *effects);
/* Monotonic instant of the next EVENT_TICK; MSEC_NEVER when only other events can move it on. */
msec engine_deadline(const struct engine *engine);

/* A view for progress line, /status, metrics and tests. */
struct engine_stats {
	uint64_t by_state[16]; /* tickets held, by enum ticket_state */
	/* best guess of the run's total: found so far, or search's count, cut to the limit */
	uint64_t expected;
	uint64_t admitted;
	struct batch batch; /* ENGINE_RESIDENT: the present one */
	size_t held;        /* tickets in memory */
	size_t pages_held;
	/* not let in, no money, no model; does not answer: rules do */
	bool model_halted, model_down;
	bool zendesk_halted;
	const char *model_reason,
	        *zendesk_reason; /* why halted, "" when not; valid until the next step */
	bool paused, draining;
	size_t jobs;        /* bulk writes that Zendesk carries out */
	size_t process_ids; /* asked for by EVENT_PROCESS and not looked at so far */
	size_t known;       /* tickets remembered */
	size_t parked;      /* … among them those whose decision waits for their return */
	/* Zendesk last answered the search for tickets; -1 = never in this process */
	msec last_poll_wall;
	msec last_run_wall; /* … and a whole pass of it was over; -1 = never */
	/* a page was read or a ticket done; the start of the process when neither happened so
	 * far */
	msec last_work_mono;
	bool unreachable; /* a whole pass could not be read */
	/* the next pass begins; in the past while one lasts; MSEC_NEVER = none will */
	msec next_poll_mono;
	const char *model;     /* in use; valid until the next step */
	uint64_t redacted[16]; /* by enum pii_kind */
	uint64_t repairs[8];   /* by bit of enum answer_repair */
};
void engine_stats(const struct engine *engine, struct engine_stats *ret);
const struct upstream *engine_upstream(const struct engine *engine, enum upstream_id id);
/* What is known of one ticket now, for whoever asks why nothing was done. */
enum engine_where {
	WHERE_NOWHERE,   /* not met in this life, and no record of an earlier one says anything */
	WHERE_ASKED_FOR, /* by EVENT_PROCESS, and not looked at so far */
	WHERE_HELD,      /* on its way: `state` */
	WHERE_DONE,      /* … and not touched again */
	WHERE_UNTAGGED,  /* done, and somebody took our tag away: never touched again */
	WHERE_SKIPPED,   /* left alone until its updated_at has moved past `updated` */
	/* comes back by itself in `returns_in`, at a next look for tickets, or with the next
	 * life */
	WHERE_FAILED,
	WHERE_SHOWN,       /* by a dry run */
	WHERE_QUARANTINED, /* its steps ended the process twice */
	WHERE_ERASED       /* at somebody's request: never taken up again */
};
struct engine_view {
	enum engine_where where;
	enum ticket_state state; /* WHERE_HELD */
	msec updated;            /* WHERE_SKIPPED: wall; 0 = not known */
	msec returns_in;         /* WHERE_FAILED: at least 0 */
	unsigned returns;        /* how often it has failed so far */
	/* WHERE_SKIPPED, WHERE_FAILED: its decision is kept, no model is asked again */
	bool decided;
};
void engine_look(const struct engine *engine, struct ticket_key key, struct engine_view *ret);
/* It is in hand: something of it is under way, and may still be written. Not to be erased before
 * its outcome was told. */
bool engine_holds(const struct engine *engine, struct ticket_key key);
/* The ticket that is being worked on, blamed when the process dies; none between two steps. */
struct ticket_key engine_current_ticket(const struct engine *engine);

#endif
