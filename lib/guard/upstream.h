/* The guards of one upstream together, asked in this order: breaker, pause, buckets, window. All
 * waiting happens in our own queues: the engine asks upstream_may() before it sends a request, and
 * upstream_when() for the time to ask again.
 *
 *     while (something is queued && upstream_may(up, tokens, now)) {
 *             upstream_sent(up, tokens, now);
 *             emit the request, remember now as its sent_at
 *     }
 *     deadline = upstream_when(up, tokens, now);         // if something is still queued
 *     … later, for every request sent:
 *     upstream_done(up, signal, sent_at, now); */
#ifndef GUARD_UPSTREAM_H
#define GUARD_UPSTREAM_H

#include "guard/breaker.h"
#include "guard/bucket.h"
#include "guard/window.h"

/* What the end of a request says about the upstream (not about the ticket). */
enum upstream_signal {
	/* any answer that shows that the upstream works: 2xx, 4xx, 409; lets the window grow */
	UPSTREAM_OK,
	UPSTREAM_FAILED,    /* connection error, 5xx: counts for the breaker */
	UPSTREAM_TIMED_OUT, /* counts for the breaker and halves the window */
	UPSTREAM_OVERLOAD,  /* slow_down, 429 without a wait: it works, but the window is halved */
	UPSTREAM_LIMITED,   /* 429 with a wait: it works; the caller also sets a pause */
	UPSTREAM_NEUTRAL    /* cancelled by us: says nothing */
};

struct upstream {
	/* "zendesk", "llm": for log, status and metrics; outlives the struct */
	const char *name;
	struct breaker breaker;
	struct bucket requests;
	struct bucket tokens;
	struct window window;
	msec paused_until; /* monotonic; Retry-After and rate headers */
	uint64_t sent_total;
	uint64_t failed_total;  /* failed and timed out */
	uint64_t limited_total; /* limited and overload */
};

/* Without limits, and with a breaker that never opens, until breaker_init(), window_init() and
 * upstream_set_limits() are called. `name` is not copied. */
void upstream_init(struct upstream *upstream, const char *name, msec now);
/* Sets the limits per minute; 0 = unlimited. Within any 60 seconds no more than that is sent: the
 * bucket's burst, a thirtieth of it and at least 1, is subtracted from the refill. (A request
 * larger than the burst of tokens may overdraw once; the next one waits for it.) What was used up
 * under the previous limits stays used up. */
void upstream_set_limits(struct upstream *upstream, double requests_per_minute,
                         double tokens_per_minute, msec now);
bool upstream_may(struct upstream *upstream, double tokens, msec now);
/* Earliest instant at which asking again is useful; MSEC_NEVER when only an event (a reply) can
 * help; `now` when a request may be sent. At that instant upstream_may() is true, unless something
 * was sent, ended or paused meanwhile. */
msec upstream_when(const struct upstream *upstream, double tokens, msec now);
/* Only after upstream_may() returned true for the same instant. */
void upstream_sent(struct upstream *upstream, double tokens, msec now);
/* Must be called exactly once for every request sent. `sent_at`: when it was sent, monotonic. */
void upstream_done(struct upstream *upstream, enum upstream_signal signal, msec sent_at, msec now);
/* No request before `until` (monotonic); never shortens a pause. */
void upstream_pause(struct upstream *upstream, msec until);

#endif
