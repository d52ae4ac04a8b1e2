/* Budgets: what the server says is left of its fixed rate-limit windows, for the account and for
 * some endpoints, and of its slots for bulk jobs. The count that a reply carries may or may not
 * include a request that is still under way, and such a request may count twice: when a reused
 * connection dies, libcurl sends the request once more by itself and does not report it
 * (Curl_retry_request). So each uncertain request is subtracted at its highest possible cost, and
 * at least one request of each window is kept in reserve. */
#ifndef ENGINE_CORE_BUDGET_H
#define ENGINE_CORE_BUDGET_H

#include "base/clock.h"
#include "base/http.h"

/* Zendesk limits some endpoints separately from the account's pool. */
enum endpoint {
	ENDPOINT_OTHER,
	ENDPOINT_READ,
	ENDPOINT_COMMENTS,
	ENDPOINT_AUDITS,
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
	bool refused;          /* a request was answered that it is one too many */
	int64_t without_limit; /* answers that carried no limit, while no limit is known */
	/* requests per window, as reported; when a reply reports only what is left, the most that
	 * was seen */
	int64_t limit;
	/* of `limit`: kept for other clients, and for a request that is delivered twice */
	int64_t kept;
	/* requests left, as reported in this window: replies overtake each other, so the lowest
	 * number is the latest */
	int64_t lowest;
	bool guessed; /* `lowest` is a guess: no reply has reported on this window yet */
	/* requests under way that count in this window; the number in a reply may or may not
	 * include them */
	int64_t in_flight;
	/* requests that ended without a reported count and may be missing in `lowest` */
	int64_t untold;
	msec untold_at;    /* monotonic: when the last request ended that `untold` counts */
	msec until;        /* monotonic: when this window ends */
	msec paused_until; /* monotonic: Retry-After of this endpoint */
};

struct budgets {
	struct budget pool;
	struct budget endpoints[ENDPOINT_COUNT];
};

/* When a request may be sent, monotonic: at most `now` = at once; MSEC_NEVER = after the next
 * reply. */
msec budget_when(const struct budget *budget, msec now);
/* How many requests may be sent now; INT64_MAX when no limit is known. */
int64_t budget_room(const struct budget *budget, msec now);
/* Counts a request that is sent now. */
void budget_take(struct budget *budget, msec now);
/* Keeps `share` (0 … 1) of the window for other clients. */
void budget_keep(struct budget *budget, double share);

/* What a reply says of a window: `limit` is its size, -1 = not reported; `remaining` is what is
 * left, negative = not reported; `resets` is the time until it ends, in milliseconds. */
struct budget_told {
	int64_t limit, remaining;
	msec resets;
	msec sent_at; /* monotonic: when the request was sent */
};
void budget_learn(struct budget *budget, const struct budget_told *told, double share, msec now);
/* The request ended and its reply says nothing of what is left. */
void budget_untold(struct budget *budget, const struct http_reply *reply, msec now);

/* Whether bulk updates do what their jobs report; this cannot be tried in advance. */
enum bulk_trust {
	TRUST_OPEN,   /* unknown: every success is verified by a read */
	TRUST_PROVEN, /* our tag was seen on a ticket that a job had reported done */
	TRUST_BROKEN  /* not used any more in this run; a resident process tries again later */
};

/* Bulk updates that Zendesk carries out as jobs: it accepts only so many at once. */
struct job_slots {
	enum bulk_trust trust;
	size_t sending, jobs; /* requests under way, and our jobs that are not over */
	/* jobs the account has room for, ours included; valid until slots_until */
	size_t slots;
	msec slots_until; /* monotonic: until then `slots` is believed */
	/* monotonic: no bulk update before then, since the server refused one for too many jobs */
	msec not_before;
};
/* `remaining` is the header's inflight-jobs. Jobs of other clients come and go, so the number is
 * believed for a minute only. */
void job_slots_learn(struct job_slots *slots, int64_t remaining, msec now);
/* No bulk update before `until` (monotonic). */
void job_slots_wait(struct job_slots *slots, msec until);
/* Our jobs that may exist at once: `most`, or fewer when the server has fewer slots. */
size_t job_slots_allowed(const struct job_slots *slots, size_t most, msec now);
size_t job_slots_used(const struct job_slots *slots);

#define TOO_MANY_JOBS_WAIT (10 * MSEC_SECOND)

#endif
