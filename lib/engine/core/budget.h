/* Budgets: what a server says is left of one of its fixed windows, for the account and for some
 * endpoints, and of its jobs.
 *
 * A request whose count is not known yet may or may not be in the number that a reply carries, and
 * may count twice: when a connection that was used before dies, libcurl sends the request once more
 * by itself and says nothing of it (Curl_retry_request). So it is taken off at its dearest, and at
 * least one request of each window is kept. */
#ifndef ENGINE_CORE_BUDGET_H
#define ENGINE_CORE_BUDGET_H

#include "base/clock.h"
#include "base/http.h"

/* Zendesk counts some endpoints apart from the account's pool. */
enum endpoint {
	ENDPOINT_OTHER,
	ENDPOINT_READ,
	ENDPOINT_COMMENTS,
	ENDPOINT_SEARCH,
	ENDPOINT_EXPORT,
	ENDPOINT_INCREMENTAL,
	ENDPOINT_UPDATE,
	ENDPOINT_BULK,
	ENDPOINT_JOBS,
	ENDPOINT_COUNT
};

struct budget {
	bool known;
	int64_t without_limit; /* answers that told none, while none is known */
	/* of a whole window, as told; where only what is left is told, the most of it that was
	 * seen */
	int64_t limit;
	int64_t kept; /* of it for others, and for a request that is delivered twice */
	/* remaining, as told in this window: replies overtake each other, the lowest is the
	 * latest */
	int64_t lowest;
	bool guessed; /* `lowest` is: no reply has told of this window yet */
	/* requests that count here; a reply's number may or may not know of them */
	int64_t in_flight;
	/* requests that ended without a count and may be missing in `lowest` … */
	int64_t untold;
	msec untold_at;    /* … the last of them, monotonic */
	msec until;        /* monotonic: the window turns */
	msec paused_until; /* Retry-After of this endpoint */
};

struct budgets {
	struct budget pool;
	struct budget endpoints[ENDPOINT_COUNT];
};

/* When a request may leave, monotonic; now or earlier: now; MSEC_NEVER: a reply will tell. */
msec budget_when(const struct budget *budget, msec now);
/* How many may leave; INT64_MAX when no limit is known. */
int64_t budget_room(const struct budget *budget, msec now);
void budget_take(struct budget *budget, msec now); /* a request leaves */
/* `share` of the window is left to others. */
void budget_keep(struct budget *budget, double share);

/* What a reply says of a window: `limit` of it, -1 = not told; `remaining`; `resets` in so many
 * milliseconds. */
struct budget_told {
	int64_t limit, remaining;
	msec resets;
	msec sent_at; /* monotonic: of the request */
};
void budget_learn(struct budget *budget, const struct budget_told *told, double share, msec now);
/* The request ended without telling what is left. */
void budget_untold(struct budget *budget, const struct http_reply *reply, msec now);

/* Whether bulk writing does what it says (nobody could try it beforehand). */
enum bulk_trust {
	TRUST_OPEN,   /* every success is looked at */
	TRUST_PROVEN, /* our tag was seen on a ticket that a job had reported done */
	TRUST_BROKEN  /* not used any more in this run; by a resident process not for a while */
};

/* Bulk updates that Zendesk carries out as jobs: it takes only so many at once. */
struct job_slots {
	enum bulk_trust trust;
	size_t sending, jobs; /* requests on their way, and jobs of ours */
	size_t slots;         /* jobs the account has room for, ours included, … */
	msec slots_until;     /* … as far as is known until then */
	msec not_before;      /* too many jobs: monotonic */
};
/* What the header inflight-jobs leaves, ours included; others' jobs come and go, so it holds for a
 * minute. */
void job_slots_learn(struct job_slots *slots, int64_t remaining, msec now);
void job_slots_wait(struct job_slots *slots, msec until);
size_t job_slots_allowed(const struct job_slots *slots, size_t most, msec now);
size_t job_slots_used(const struct job_slots *slots);

#define TOO_MANY_JOBS_WAIT (10 * MSEC_SECOND)

#endif
