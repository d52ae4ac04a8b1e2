/* What the engine is told. An event carries its time; "no answer" is an event like any other. */
#ifndef ENGINE_EVENT_H
#define ENGINE_EVENT_H

#include "base/clock.h"
#include "base/http.h"
#include "config/config.h"
#include "engine/record.h"

enum event_kind {
	EVENT_TICK, /* engine_deadline() has come */
	/* an EFFECT_REQUEST ended: answered, failed, timed out or cancelled; exactly once each */
	EVENT_REPLY,
	EVENT_PERSISTED, /* all records up to `upto` are durable */
	/* the record `upto` and those after it are not: the disk is full or broken */
	EVENT_PERSIST_FAILED,
	EVENT_DRAIN, /* finish what is in flight, begin nothing new (SIGTERM) */
	/* another configuration is in force from now on; nothing under way is dropped */
	EVENT_RELOAD,
	EVENT_PAUSE,  /* discover and begin nothing new; what is in hand is finished */
	EVENT_RESUME, /* the end of it: Zendesk is searched at once */
	/* forget these tickets: decisions that are kept, and that they were ever met */
	EVENT_ERASE,
	/* a person asks for these tickets: ahead of all others, and during a pause too. The end of
	 * each is told by an outcome, also when there is nothing to do */
	EVENT_PROCESS
};

/* waiting to be looked at; what is beyond them is refused with a line */
#define PROCESS_IDS_MAX 10000

struct event {
	enum event_kind kind;
	struct clock_reading at;
	uint64_t request; /* EVENT_REPLY */
	/* EVENT_REPLY: the engine may take bytes out of it; the caller frees the rest */
	struct http_reply *reply;
	uint64_t upto; /* EVENT_PERSISTED, EVENT_PERSIST_FAILED */
	/* EVENT_RELOAD: outlives the engine, or the next reload; the former one may be freed after
	 * the step. Finished, and with the former values of what does not take effect on reload
	 * (config_keep). */
	const struct config *config;
	const struct ticket_key *tickets; /* EVENT_PROCESS, EVENT_ERASE: copied */
	size_t ticket_count;
};

#endif
