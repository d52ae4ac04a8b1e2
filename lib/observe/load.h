/* How much work is left, what limits it, and how long it will take. The rate is measured: tickets
 * that ended within the last minutes in which there was work. Arithmetic on limits would be wrong
 * as soon as two of them alternate. */
#ifndef OBSERVE_LOAD_H
#define OBSERVE_LOAD_H

#include "base/buf.h"
#include "base/clock.h"

/* What holds the work back now. `limit_value` of struct load is the number in its words. */
enum load_limit {
	LOAD_FREE,             /* nothing but the work itself */
	LOAD_READING,          /* Zendesk's limit of searches */
	LOAD_ZENDESK_REQUESTS, /* zendesk.requests_per_minute */
	LOAD_ZENDESK_ACCOUNT,  /* the limit that Zendesk tells */
	LOAD_ZENDESK_UPDATES,  /* its limit of updates */
	LOAD_ZENDESK_JOBS,     /* bulk jobs at Zendesk */
	LOAD_ZENDESK_ANSWERS,  /* how fast Zendesk answers */
	LOAD_MODEL_REQUESTS,   /* llm.requests_per_minute */
	LOAD_MODEL_TOKENS,     /* llm.tokens_per_minute */
	LOAD_MODEL_ACCOUNT,    /* the limit that the model's service tells */
	LOAD_MODEL_WINDOW,     /* llm.max_in_flight */
	LOAD_MODEL_OVERLOADED, /* fewer than that, because the model was overloaded */
	LOAD_LIMITS
};

struct load {
	uint64_t waiting;  /* tickets of the account that are not begun; as far as is known */
	uint64_t at_model; /* begun, without a decision */
	uint64_t to_write; /* decided, and not written */
	msec left;         /* until all of them are done; see pace_left() */
	enum load_limit limit;
	int64_t limit_value;
};

const char *load_limit_name(enum load_limit limit); /* "zendesk_requests", for programs */
/* Appends what limits the work, for people: "llm.max_in_flight: 64 requests at a time". Nothing for
 * LOAD_FREE. */
void load_limit_text(enum load_limit limit, int64_t value, struct buf *out);

#define PACE_SLOT (10 * MSEC_SECOND)
#define PACE_SLOTS 30 /* so many, together five minutes, are remembered */

/* Counts tickets that ended, by time. A zeroed struct has seen nothing. */
struct pace {
	bool busy;
	msec busy_since; /* monotonic: since when there is work without a gap */
	struct {
		int64_t number; /* of the slot, counted from 0 of the clock, plus one; 0 = free */
		uint64_t ended;
	} slots[PACE_SLOTS];
};

/* Whether there is work to do and it may be done; to be called when it changes, or oftener. */
void pace_work(struct pace *pace, bool busy, msec mono);
void pace_ended(struct pace *pace, msec mono);

#define PACE_UNKNOWN ((msec)-1)
/* How long so many tickets will take. PACE_UNKNOWN: there was no work for long enough to tell.
 * MSEC_NEVER: nothing has ended in five minutes of work. */
msec pace_left(const struct pace *pace, uint64_t tickets, msec mono);

#endif
