/* The guards of one upstream together, in the order of DESIGN §5: breaker, pause, bucket(s), window. All waiting happens in
 * our own queues: the engine asks upstream_may() before it emits a request and upstream_when() to know when to ask again. */
#ifndef GUARD_UPSTREAM_H
#define GUARD_UPSTREAM_H

#include "guard/breaker.h"
#include "guard/bucket.h"
#include "guard/window.h"

/* What an ended request says about the upstream (not about the ticket). */
enum upstream_signal {
	UPSTREAM_OK,        /* any answer that shows it is alive: 2xx, 4xx, 409 */
	UPSTREAM_FAILED,    /* connection error, 5xx: counts for the breaker */
	UPSTREAM_TIMED_OUT, /* counts for the breaker and halves the window */
	UPSTREAM_OVERLOAD,  /* slow_down, 429 without a wait: halves the window only */
	UPSTREAM_LIMITED,   /* 429 with a wait: a pause is set besides */
	UPSTREAM_NEUTRAL    /* cancelled by us: says nothing */
};

struct upstream {
	const char *name; /* "zendesk", "llm", "slack": for log, status and metrics */
	struct breaker breaker;
	struct bucket requests;
	struct bucket tokens;
	struct window window;
	msec paused_until; /* monotonic; Retry-After and rate headers */
	uint64_t sent_total;
	uint64_t failed_total;
	uint64_t limited_total;
};

/* requests_per_minute and tokens_per_minute: 0 = unlimited. The bucket's burst is a tenth of a minute's worth, at least 1. */
void upstream_init(struct upstream *upstream, const char *name, msec now);
void upstream_set_limits(struct upstream *upstream, double requests_per_minute, double tokens_per_minute, msec now);
bool upstream_may(struct upstream *upstream, double tokens, msec now);
/* Earliest instant worth asking again; MSEC_NEVER when only an event (a reply) can help; `now` when it may at once. */
msec upstream_when(struct upstream *upstream, double tokens, msec now);
void upstream_sent(struct upstream *upstream, double tokens, msec now);
/* Every sent request exactly once. */
void upstream_done(struct upstream *upstream, enum upstream_signal signal, msec sent_at, msec now);
void upstream_pause(struct upstream *upstream, msec until); /* never shortens a pause */

#endif
