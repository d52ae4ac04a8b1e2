/* The circuit breaker: three states, and the one probe that decides whether the upstream is
 * back. */
#include "guard/breaker.h"

#include "guard/instant.h"

const char *breaker_state_name(enum breaker_state state)
{
	static const char *const names[] = {
	        [BREAKER_CLOSED] = "closed",
	        [BREAKER_OPEN] = "open",
	        [BREAKER_HALF_OPEN] = "half-open",
	};

	ENSURE((size_t)state < ARRAY_LEN(names));
	return names[state];
}

void breaker_init(struct breaker *breaker, int threshold, msec timeout)
{
	*breaker = (struct breaker){.threshold = threshold, .timeout = timeout > 0 ? timeout : 0};
}

void breaker_set(struct breaker *breaker, int threshold, msec timeout)
{
	breaker->threshold = threshold;
	breaker->timeout = timeout > 0 ? timeout : 0;
}

static msec probe_due_at(const struct breaker *breaker)
{
	return instant_after(breaker->opened_at, breaker->timeout);
}

static void open_circuit(struct breaker *breaker, msec now)
{
	breaker->state = BREAKER_OPEN;
	breaker->opened_at = now;
	breaker->probing = false;
	breaker->failures = 0;
	breaker->opened_total++;
}

bool breaker_may(struct breaker *breaker, msec now)
{
	if (breaker->state == BREAKER_OPEN && now >= probe_due_at(breaker)) {
		breaker->state = BREAKER_HALF_OPEN;
		breaker->probing = false;
	}
	return breaker->state == BREAKER_CLOSED ||
	       (breaker->state == BREAKER_HALF_OPEN && !breaker->probing);
}

msec breaker_when(const struct breaker *breaker, msec now)
{
	if (breaker->state == BREAKER_OPEN)
		return instant_later(now, probe_due_at(breaker));
	return breaker->probing ? MSEC_NEVER : now;
}

void breaker_sent(struct breaker *breaker)
{
	ENSURE(breaker->state != BREAKER_OPEN);
	ENSURE(!breaker->probing);
	breaker->probing = breaker->state == BREAKER_HALF_OPEN;
}

bool breaker_is_stale(const struct breaker *breaker, msec sent_at)
{
	return breaker->state != BREAKER_CLOSED && sent_at < probe_due_at(breaker);
}

void breaker_success(struct breaker *breaker)
{
	if (breaker->state == BREAKER_OPEN)
		return;
	breaker->state = BREAKER_CLOSED;
	breaker->probing = false;
	breaker->failures = 0;
}

void breaker_failure(struct breaker *breaker, msec now)
{
	if (breaker->state == BREAKER_OPEN || breaker->threshold <= 0)
		return;
	if (breaker->state == BREAKER_HALF_OPEN || ++breaker->failures >= breaker->threshold)
		open_circuit(breaker, now);
}

void breaker_abandoned(struct breaker *breaker)
{
	breaker->probing = false;
}
