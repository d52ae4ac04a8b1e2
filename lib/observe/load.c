/* The words for what limits the work, and the measured rate. */
#include "observe/load.h"

#define TELLS_AFTER (30 * MSEC_SECOND) /* the first tickets of a backlog come late: in bulk */
#define PACE_SPAN (PACE_SLOTS * PACE_SLOT)

/* The value stands between the two texts; `behind` NULL: there is none. */
static const struct {
	const char *name, *before, *behind;
} limits[LOAD_LIMITS] = {
        [LOAD_FREE] = {"none", "", NULL},
        [LOAD_READING] = {"zendesk_search", "Zendesk's limit of searches", NULL},
        [LOAD_ZENDESK_REQUESTS] = {"zendesk_requests",
                                   "zendesk.requests_per_minute: ", " a minute"},
        [LOAD_ZENDESK_ACCOUNT] = {"zendesk_account", "the rate limit of the Zendesk account", NULL},
        [LOAD_ZENDESK_UPDATES] = {"zendesk_updates", "Zendesk's limit of updates", NULL},
        [LOAD_ZENDESK_JOBS] = {"zendesk_jobs", "bulk jobs at Zendesk: ", " at a time"},
        [LOAD_ZENDESK_ANSWERS] = {"zendesk_answers", "how fast Zendesk answers", NULL},
        [LOAD_MODEL_REQUESTS] = {"llm_requests", "llm.requests_per_minute: ", " a minute"},
        [LOAD_MODEL_TOKENS] = {"llm_tokens", "llm.tokens_per_minute: ", " a minute"},
        [LOAD_MODEL_ACCOUNT] = {"llm_account", "the rate limit of the model's service", NULL},
        [LOAD_MODEL_WINDOW] = {"llm_window", "the model's speed, with llm.max_in_flight: ",
                               " requests at a time"},
        [LOAD_MODEL_OVERLOADED] = {"llm_overloaded",
                                   "the model's speed: ", " requests at a time after overload"},
};

const char *load_limit_name(enum load_limit limit)
{
	ENSURE(limit < LOAD_LIMITS);
	return limits[limit].name;
}

void load_limit_text(enum load_limit limit, int64_t value, struct buf *out)
{
	ENSURE(limit < LOAD_LIMITS);
	buf_puts(out, limits[limit].before);
	if (limits[limit].behind != NULL)
		buf_printf(out, "%lld%s", (long long)value, limits[limit].behind);
}

/* --- pace --- */

void pace_work(struct pace *pace, bool busy, msec mono)
{
	if (busy && !pace->busy)
		pace->busy_since = mono;
	pace->busy = busy;
}

void pace_ended(struct pace *pace, msec mono)
{
	int64_t number = mono / PACE_SLOT;
	size_t at = (size_t)(number % PACE_SLOTS);

	if (pace->slots[at].number != number + 1) {
		pace->slots[at].number = number + 1;
		pace->slots[at].ended = 0;
	}
	pace->slots[at].ended++;
}

/* `since` falls into the middle of a slot, which then counts as a whole: at most 10 s too many. */
static uint64_t ended_since(const struct pace *pace, msec since)
{
	uint64_t ended = 0;

	for (size_t i = 0; i < PACE_SLOTS; i++)
		if (pace->slots[i].number > since / PACE_SLOT)
			ended += pace->slots[i].ended;
	return ended;
}

msec pace_left(const struct pace *pace, uint64_t tickets, msec mono)
{
	msec earliest = mono / PACE_SLOT * PACE_SLOT - PACE_SPAN + PACE_SLOT,
	     since = pace->busy_since > earliest ? pace->busy_since : earliest, span = mono - since;

	if (tickets == 0)
		return 0;
	if (!pace->busy || span < TELLS_AFTER)
		return PACE_UNKNOWN;
	uint64_t ended = ended_since(pace, since);
	if (ended == 0)
		return mono - pace->busy_since >= PACE_SPAN ? MSEC_NEVER : PACE_UNKNOWN;
	double left = (double)tickets * (double)span / (double)ended;
	return left < (double)(1000 * MSEC_DAY) ? (msec)left : MSEC_NEVER;
}
