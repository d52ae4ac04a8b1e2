/* What the engine is told: events. Each carries its time. A request without an answer is an event
 * like any other, so that one path handles all ends. */
#ifndef ENGINE_EVENT_H
#define ENGINE_EVENT_H

#include "base/clock.h"
#include "base/http.h"
#include "config/config.h"
#include "engine/record.h"

enum event_kind {
	EVENT_TICK, /* engine_deadline() has come */
	/* an EFFECT_REQUEST was answered, failed, timed out or was cancelled: exactly one event
	 * each */
	EVENT_REPLY,
	EVENT_PERSISTED, /* all records up to `upto` are durable */
	/* the record `upto` and all later ones could not be written: the disk is full or broken */
	EVENT_PERSIST_FAILED,
	EVENT_DRAIN, /* finish what is in flight and begin nothing new (SIGTERM) */
	/* another configuration is in force from now on; no request or ticket under way is
	 * dropped */
	EVENT_RELOAD,
	EVENT_PAUSE,  /* look for no tickets and begin none; tickets in progress are finished */
	EVENT_RESUME, /* end of the pause: Zendesk is searched at once */
	/* the emergency stop: from this step on no request leaves that changes anything or that a
	 * model is paid for, and no ticket is begun. EVENT_START_WRITING alone ends it. */
	EVENT_STOP_WRITING,
	EVENT_START_WRITING,
	/* forget these tickets: their kept decisions, and that they were ever met */
	EVENT_ERASE,
	/* a person asks for these tickets: they go ahead of all others, even during a pause. Each
	 * gets an outcome, also when there was nothing to do. */
	EVENT_PROCESS,
	/* a person takes back what we wrote to these tickets, or looks what that would do: each
	 * gets one EFFECT_UNDONE (core/undoing.h) */
	EVENT_UNDO,
	EVENT_HISTORY /* the answer to an EFFECT_RECALL about the one ticket of `tickets` */
};

/* limit of ids that wait to be read for EVENT_PROCESS; more are refused with a line in the log */
#define PROCESS_IDS_MAX 10000

#define STOP_BY_SIZE 96
/* Who stopped writing, and when. */
struct engine_stop {
	char by[STOP_BY_SIZE]; /* a name for people; empty = nobody */
	msec since;            /* wall */
};

struct event {
	enum event_kind kind;
	struct clock_reading at;
	uint64_t request; /* EVENT_REPLY */
	/* EVENT_REPLY: the engine copies what it needs; the caller frees it */
	struct http_reply *reply;
	uint64_t upto; /* EVENT_PERSISTED, EVENT_PERSIST_FAILED */
	/* EVENT_RELOAD: must outlive the engine, or be in force until the next reload; the previous
	 * configuration may be freed after the step. It has passed config_finish() and
	 * config_keep(), so that options which a reload cannot change have their previous
	 * values. */
	const struct config *config;
	struct engine_stop stop; /* EVENT_STOP_WRITING */
	/* EVENT_PROCESS, EVENT_ERASE, EVENT_UNDO, EVENT_HISTORY: the engine copies them */
	const struct ticket_key *tickets;
	size_t ticket_count;
	/* EVENT_PROCESS: those that are done are analysed once more, by order of `by` (a name for
	 * people, without control characters; NULL = not known) */
	bool again;
	const char *by; /* EVENT_UNDO too */
	/* EVENT_UNDO: its id, at most UNDO_ORDER_SIZE - 1 bytes; whether the processed tag goes
	 * too; whether nothing is done */
	const char *order;
	bool forget, look;
	/* EVENT_HISTORY: as store_explain() tells it (daemon/store/store.h); NULL = nothing is
	 * recorded. `failed`: the records could not be read. */
	const char *history;
	bool failed;
};

#endif
