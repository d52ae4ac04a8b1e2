/* The four guards of an upstream as one. Each knows only its own rule; this file combines them. */
#include "guard/upstream.h"

#include <math.h>

#include "guard/instant.h"

/* Share of a minute's limit that may be sent at once. */
#define BURST_SHARE (1.0 / 30)

void upstream_init(struct upstream *upstream, const char *name, msec now)
{
	*upstream = (struct upstream){.name = name, .paused_until = now};
	breaker_init(&upstream->breaker, 0, 0);
	bucket_init(&upstream->requests, 0, 0, now);
	bucket_init(&upstream->tokens, 0, 0, now);
	window_init(&upstream->window, WINDOW_UNLIMITED, WINDOW_UNLIMITED);
}

/* A full bucket gives `burst` at once and a minute's refill after it, so both together are the
 * limit. One token is added back, because the last one is complete only when the minute is over. */
static void set_limit(struct bucket *bucket, double per_minute, msec now)
{
	double burst = fmax(1, per_minute * BURST_SHARE);
	bucket_set_rate(bucket, per_minute > 0 ? per_minute - (burst - 1) : 0, burst, now);
}

void upstream_set_limits(struct upstream *upstream, double requests_per_minute,
                         double tokens_per_minute, msec now)
{
	set_limit(&upstream->requests, requests_per_minute, now);
	set_limit(&upstream->tokens, tokens_per_minute, now);
}

bool upstream_may(struct upstream *upstream, double tokens, msec now)
{
	return breaker_may(&upstream->breaker, now) && now >= upstream->paused_until &&
	       bucket_has(&upstream->requests, 1, now) &&
	       bucket_has(&upstream->tokens, tokens, now) && window_may(&upstream->window);
}

msec upstream_when(const struct upstream *upstream, double tokens, msec now)
{
	if (!window_may(&upstream->window))
		return MSEC_NEVER;
	msec when = breaker_when(&upstream->breaker, now);
	when = instant_later(when, upstream->paused_until);
	when = instant_later(when, bucket_when(&upstream->requests, 1, now));
	return instant_later(when, bucket_when(&upstream->tokens, tokens, now));
}

void upstream_sent(struct upstream *upstream, double tokens, msec now)
{
	breaker_sent(&upstream->breaker);
	bucket_take(&upstream->requests, 1, now);
	bucket_take(&upstream->tokens, tokens, now);
	window_sent(&upstream->window);
	upstream->sent_total++;
}

static void tell_breaker(struct breaker *breaker, enum upstream_signal signal, msec sent_at,
                         msec now)
{
	if (breaker_is_stale(breaker, sent_at))
		return;
	switch (signal) {
	case UPSTREAM_OK:
	case UPSTREAM_OVERLOAD:
	case UPSTREAM_LIMITED: breaker_success(breaker); break;
	case UPSTREAM_FAILED:
	case UPSTREAM_TIMED_OUT: breaker_failure(breaker, now); break;
	case UPSTREAM_NEUTRAL: breaker_abandoned(breaker); break;
	}
}

static void tell_window(struct window *window, enum upstream_signal signal, msec sent_at, msec now)
{
	window_done(window);
	if (signal == UPSTREAM_OK)
		window_success(window);
	else if (signal == UPSTREAM_TIMED_OUT || signal == UPSTREAM_OVERLOAD)
		window_overload(window, sent_at, now);
}

void upstream_done(struct upstream *upstream, enum upstream_signal signal, msec sent_at, msec now)
{
	tell_breaker(&upstream->breaker, signal, sent_at, now);
	tell_window(&upstream->window, signal, sent_at, now);
	if (signal == UPSTREAM_FAILED || signal == UPSTREAM_TIMED_OUT)
		upstream->failed_total++;
	if (signal == UPSTREAM_OVERLOAD || signal == UPSTREAM_LIMITED)
		upstream->limited_total++;
}

void upstream_pause(struct upstream *upstream, msec until)
{
	upstream->paused_until = instant_later(upstream->paused_until, until);
}
