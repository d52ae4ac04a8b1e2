/* Circuit breaker: keeps us from hammering an upstream that is down. What counts as a failure
 * (connection errors, time-outs, 5xx; never 4xx, 409, 429) is decided by the caller.
 *
 *               threshold failures in a row                timeout over
 *     CLOSED ──────────────────────────────────► OPEN ────────────────────► HALF_OPEN
 *        ▲                                        ▲                           │  │
 *        │                                        └─────── probe failed ──────┘  │
 *        └──────────────────────────────────────────────── probe answered ───────┘
 *
 * HALF_OPEN lets one request through, the probe; the next one only after it ended. A probe that was
 * cancelled tells nothing: the circuit stays half-open and another may go. */
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
	bool probing; /* half-open: the one probe is out */
	uint64_t opened_total;
};

void breaker_init(struct breaker *breaker, int threshold, msec timeout);
/* Other bounds; what has been counted stays counted, and a circuit that is open closes by the new
 * time-out. */
void breaker_set(struct breaker *breaker, int threshold, msec timeout);
/* moves open → half-open when its time has come */
bool breaker_may(struct breaker *breaker, msec now);
/* When breaker_may will be true; MSEC_NEVER while the probe is out: only its end can tell. */
msec breaker_when(const struct breaker *breaker, msec now);
void breaker_sent(struct breaker *breaker); /* only after breaker_may said yes */
/* A result of a request sent before the circuit could let a probe through: old news, to be told to
 * none of the functions below. */
bool breaker_is_stale(const struct breaker *breaker, msec sent_at);
void breaker_success(struct breaker *breaker);
void breaker_failure(struct breaker *breaker, msec now);
/* a sent request ended without telling anything (cancelled) */
void breaker_abandoned(struct breaker *breaker);

#endif
