/* What the engine shows of itself: for the progress line, health, status, metrics and tests. */
#ifndef ENGINE_STATS_H
#define ENGINE_STATS_H

#include "engine/tallies.h"
#include "guard/breaker.h"
#include "observe/load.h"
#include "observe/recent.h"
#include "observe/report.h"
#include "ticket/write_mode.h"

struct engine;

/* What Zendesk limits separately, as far as it is shown. */
enum engine_quota { QUOTA_ACCOUNT, QUOTA_SEARCH, QUOTA_EXPORT, QUOTA_UPDATE, QUOTA_COUNT };

struct engine_stats {
	uint64_t by_state[16]; /* tickets held, by enum ticket_state */
	/* best guess of the run's total: tickets found so far, or the count that the search
	 * reported, cut to the limit */
	uint64_t expected;
	uint64_t admitted;
	struct batch batch; /* ENGINE_RESIDENT: the present one */
	size_t held;        /* tickets in memory */
	size_t pages_held;
	/* halted: credentials refused, no credit, or no such model; down: the model does not
	 * answer, so rules decide */
	bool model_halted, model_down;
	bool model_unusable; /* it does answer, nothing that can be used */
	bool model_awaited;  /* while it is down tickets wait; otherwise rules decide */
	bool zendesk_halted;
	/* Why it is halted, or else why it last did not answer; "" = neither. This and all other
	 * strings are valid until the next step. */
	const char *model_reason, *zendesk_reason;
	bool signed_in;        /* Zendesk has let us in, and has not refused since */
	const char *user_name; /* whom the credentials belong to, "" = not known yet */
	bool user_is_admin;
	bool paused, draining;
	/* why nothing is written, and what to do: "Writing is stopped by NAME since TIME: …"; ""
	 * while writing is not stopped */
	const char *stopped;
	bool stop_ordered; /* by a person; otherwise by the configuration */
	/* what becomes of decisions; how many of shadow mode are remembered */
	enum write_mode writing;
	size_t shadows;
	size_t stopped_count; /* decided tickets that wait for the end of the stop */
	/* requests that Zendesk says are left in the present window; -1 = it has not told */
	int64_t quota[QUOTA_COUNT];
	/* wall: the earliest updated_at, at its first read, of the tickets held; 0 = none */
	msec oldest_wall;
	size_t jobs;        /* bulk updates that Zendesk still carries out */
	size_t process_ids; /* ids of EVENT_PROCESS that were not read so far */
	size_t known;       /* tickets that are remembered, one word each */
	/* of the remembered tickets, those whose decision is kept until they come back */
	size_t parked;
	/* when Zendesk last returned a page of tickets; -1 = never in this process */
	msec last_poll_wall;
	msec last_run_wall; /* when the last complete pass ended; -1 = never in this process */
	/* when a page was last read or a ticket done; the start of the process before that */
	msec last_work_mono;
	bool unreachable; /* the last pass failed: tickets cannot be read */
	/* when the next pass begins; in the past while one is running; MSEC_NEVER = none will */
	msec next_poll_mono;
	const char *model; /* the model in use */
	/* the configured one; NULL with the provider `rules` */
	const char *model_wanted;
	msec model_leaves; /* wall: when the model in use is shut down; -1 = not announced */
	/* open: rules decide, or nothing is sent; half-open: a trial or a probe is under way */
	enum breaker_state model_breaker;
	/* how often a service was given up for a while because it did not answer */
	uint64_t outages[UPSTREAM_COUNT];
	struct load load;
	struct recent_counts recent;
	uint64_t redacted[16]; /* by enum pii_kind */
	uint64_t repairs[8];   /* by bit of enum answer_repair */
	/* what was counted since the start; the engine's own, valid as long as it */
	const struct engine_tallies *tallies;
};
/* Cost: one walk over the tickets that are held. */
void engine_stats(const struct engine *engine, struct engine_stats *ret);

#endif
