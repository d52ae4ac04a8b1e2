/* Circuit breaker: stops requests to an upstream that is down. The caller decides what counts as a
 * failure (connection errors, timeouts, 5xx; never 4xx, 409, 429).
 *
 *               threshold failures in a row                timeout over
 *     CLOSED ──────────────────────────────────► OPEN ────────────────────► HALF_OPEN
 *        ▲                                        ▲                           │  │
 *        │                                        └─────── probe failed ──────┘  │
 *        └──────────────────────────────────────────────── probe answered ───────┘
 *
 * HALF_OPEN lets one request through, the probe, and no other before the probe has ended. A
 * cancelled probe tells nothing: the circuit stays half-open and another request may be sent. All
 * instants are monotonic. */
#ifndef GUARD_BREAKER_H
#define GUARD_BREAKER_H

#include "base/clock.h"

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };
const char *breaker_state_name(enum breaker_state state); /* "closed", "open", "half-open" */

struct breaker {
	enum breaker_state state;
	int threshold; /* 0 = never opens */
	msec timeout;
	int failures; /* in a row, while closed */
	msec opened_at;
	bool probing; /* half-open: the probe is in flight */
	/* how often the circuit opened since breaker_init() */
	uint64_t opened_total;
};

void breaker_init(struct breaker *breaker, int threshold, msec timeout);
/* Changes threshold and timeout; failures counted so far stay counted, and an open circuit uses the
 * new timeout. */
void breaker_set(struct breaker *breaker, int threshold, msec timeout);
/* True: a request may be sent. Moves the circuit from open to half-open when its time has come. */
bool breaker_may(struct breaker *breaker, msec now);
/* When breaker_may() will be true; MSEC_NEVER while the probe is in flight, since only its end can
 * tell. */
msec breaker_when(const struct breaker *breaker, msec now);
/* Only after breaker_may() returned true. */
void breaker_sent(struct breaker *breaker);
/* True for the result of a request that was sent before the circuit could let a probe through: it
 * is outdated and must not be given to the functions below. */
bool breaker_is_stale(const struct breaker *breaker, msec sent_at);
void breaker_success(struct breaker *breaker);
void breaker_failure(struct breaker *breaker, msec now);
/* A request ended without telling anything (it was cancelled). */
void breaker_abandoned(struct breaker *breaker);

#endif
