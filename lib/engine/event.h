/* What the engine is told. An event carries its time; "no answer" is an event like any other. */
#ifndef ENGINE_EVENT_H
#define ENGINE_EVENT_H

#include "base/clock.h"
#include "base/http.h"
#include "engine/record.h"

enum event_kind {
	EVENT_TICK,           /* engine_deadline() has come */
	EVENT_REPLY,          /* an EFFECT_REQUEST ended: answered, failed, timed out or cancelled; exactly once each */
	EVENT_PERSISTED,      /* all records up to `upto` are durable */
	EVENT_PERSIST_FAILED, /* the record `upto` and those after it are not: the disk is full or broken */
	EVENT_DRAIN           /* finish what is in flight, begin nothing new (SIGTERM) */
};

struct event {
	enum event_kind kind;
	struct clock_reading at;
	uint64_t request;         /* EVENT_REPLY */
	struct http_reply *reply; /* EVENT_REPLY: the engine may take bytes out of it; the caller frees the rest */
	uint64_t upto;            /* EVENT_PERSISTED, EVENT_PERSIST_FAILED */
};

#endif
