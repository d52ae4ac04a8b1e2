/* Arithmetic of fixed rate-limit windows and job slots: what may still be sent, with uncertain
 * requests counted at their highest cost. */
#include "engine/core/budget.h"

/* windows are taken to end a second late, and clocks have whole seconds */
#define WINDOW_MARGIN (2 * MSEC_SECOND)
#define DELIVERIES_MAX 2 /* deliveries of one request, by libcurl */
/* Requests that may be uncertain until a reply reports an endpoint's limit. So many, each delivered
 * twice, fit the smallest limit of requests that are sent several at once: 20 updates a minute, in
 * a trial account. Each answer without a limit allows one more: where there is no limit this grows
 * soon enough, and a single odd answer proves little. */
#define UNTOLD_MAX 8

/* How many more requests stay within the window. Two bounds: the reserve is still untouched when
 * each uncertain request has arrived once, and the window is not overdrawn when each has arrived
 * twice. */
static int64_t budget_left(const struct budget *budget)
{
	int64_t uncertain = budget->in_flight + budget->untold;
	int64_t once = budget->lowest - budget->kept - uncertain;
	int64_t twice = budget->lowest / DELIVERIES_MAX - uncertain;
	int64_t left = once < twice ? once : twice;

	return left > 0 ? left : 0;
}

void budget_keep(struct budget *budget, double share)
{
	int64_t kept = (int64_t)((double)budget->limit * share);

	budget->kept = kept < DELIVERIES_MAX - 1 ? DELIVERIES_MAX - 1 : kept;
}

/* No limit is known: at most UNTOLD_MAX requests (and one more for each answer without a limit) are
 * uncertain at once. Beyond that the next one waits for a reply, or until the lost ones have left
 * any window. */
static msec unknown_when(const struct budget *budget, msec now)
{
	int64_t most = UNTOLD_MAX + budget->without_limit;
	msec forgotten = budget->untold_at + MSEC_MINUTE;
	int64_t untold = forgotten > now ? budget->untold : 0;

	if (budget->in_flight + untold < most)
		return now;
	return budget->in_flight >= most ? MSEC_NEVER : forgotten;
}

msec budget_when(const struct budget *budget, msec now)
{
	if (budget->paused_until > now)
		return budget->paused_until;
	if (!budget->known)
		return unknown_when(budget, now);
	if (budget->until > now && budget_left(budget) == 0)
		return budget->until;
	return now;
}

int64_t budget_room(const struct budget *budget, msec now)
{
	if (budget->paused_until > now)
		return 0;
	/* a request in flight will soon report a limit, but a lost one would hold others back for
	 * long */
	if (!budget->known)
		return budget->in_flight == 0 && budget_when(budget, now) > now ? 0 : INT64_MAX;
	if (now >= budget->until)
		return budget->limit - budget->kept;
	return budget_left(budget);
}

void budget_take(struct budget *budget, msec now)
{
	if (!budget->known && now >= budget->untold_at + MSEC_MINUTE)
		budget->untold = 0;
	if (budget->known && now >= budget->until) {
		/* A new window: its size and end are guessed until a reply reports them. */
		budget->untold = 0;
		budget->lowest = budget->limit;
		budget->guessed = true;
		budget->until = now + MSEC_MINUTE;
	}
	budget->in_flight++;
}

/* True for statuses that only the API itself sends, after its rate limits. Refused credentials and
 * exceeded limits are answered before the limits are counted, and many other statuses come from
 * gateways. */
static bool is_answered(const struct http_reply *reply)
{
	int status = reply->result == HTTP_DONE ? reply->status : 0;

	return (status >= 200 && status < 300) || status == 404 || status == 409 || status == 422;
}

/* Nothing was sent, so nothing can have been counted. */
static bool was_never_sent(const struct http_reply *reply)
{
	return reply->result == HTTP_NO_CONNECT || reply->result == HTTP_TLS_REFUSED ||
	       reply->result == HTTP_RECALLED;
}

/* A request ended without a report of what is left; the server may have counted it all the same. */
void budget_untold(struct budget *budget, const struct http_reply *reply, msec now)
{
	if (was_never_sent(reply))
		return;
	if (!budget->known && is_answered(reply)) {
		budget->without_limit++;
		return;
	}
	budget->untold++;
	budget->untold_at = now;
}

static bool tells_of_this_window(const struct budget *budget, msec earliest_end)
{
	return budget->known && earliest_end <= budget->until + WINDOW_MARGIN;
}

/* `resets` was measured somewhere between the sending and now, so a slow reply may describe a
 * window that is nearly over, or the previous one. `remaining` counts only when it belongs to the
 * present window, and a higher number from a late reply never does. */
void budget_learn(struct budget *budget, const struct budget_told *told, double share, msec now)
{
	msec earliest_end = told->sent_at + told->resets, latest_end = now + told->resets;
	bool first = !budget->known, same_window = tells_of_this_window(budget, earliest_end);

	if (told->remaining < 0 ||
	    (budget->known && earliest_end <= budget->until - MSEC_MINUTE + WINDOW_MARGIN))
		return;
	budget->known = true;
	if (told->limit > 0)
		budget->limit = told->limit;
	else if (told->remaining > budget->limit)
		budget->limit = told->remaining;
	budget_keep(budget, share);
	if (!same_window || budget->guessed || told->remaining < budget->lowest) {
		budget->lowest = told->remaining;
		budget->guessed = false;
		if ((!same_window && !first) || told->sent_at >= budget->untold_at)
			/* uncertain requests arrived before this one and are in its count */
			budget->untold = 0;
	}
	if (!same_window || latest_end < budget->until)
		budget->until = latest_end;
}

void job_slots_learn(struct job_slots *slots, int64_t remaining, msec now)
{
	slots->slots = job_slots_used(slots) + (remaining > 0 ? (size_t)remaining : 0);
	slots->slots_until = now + MSEC_MINUTE;
	/* other clients use all slots: single updates may be sent meanwhile */
	if (slots->slots == 0) {
		slots->slots_until = now + TOO_MANY_JOBS_WAIT;
		job_slots_wait(slots, slots->slots_until);
	}
}

void job_slots_wait(struct job_slots *slots, msec until)
{
	if (slots->not_before < until)
		slots->not_before = until;
}

size_t job_slots_allowed(const struct job_slots *slots, size_t most, msec now)
{
	return slots->slots_until > now && slots->slots < most ? slots->slots : most;
}

size_t job_slots_used(const struct job_slots *slots)
{
	return slots->sending + slots->jobs;
}
