/* A bounded queue with a token bucket, merging, and waits after failures. */
#include "observe/alert_outbox.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define A_SECOND 1000.0
#define RETRY_FIRST MSEC_SECOND
#define RETRY_DOUBLINGS 9

const char *outbox_state_name(enum outbox_state state)
{
	static const char *const names[] = {"off", "ok", "waiting", "refused"};

	ENSURE((size_t)state < ARRAY_LEN(names));
	return names[state];
}

void alert_outbox_init(struct alert_outbox *outbox, bool has_plain, msec mono)
{
	*outbox = (struct alert_outbox){.has_plain = has_plain,
	                                .tokens = OUTBOX_BURST,
	                                .tokens_at = mono,
	                                .merged_at = mono - MSEC_MINUTE};
}

static void remove_item(struct alert_outbox *outbox, size_t at)
{
	alert_told_free(&outbox->items[at]);
	outbox->count--;
	memmove(&outbox->items[at], &outbox->items[at + 1],
	        (outbox->count - at) * sizeof(outbox->items[0]));
}

static void drop_items(struct alert_outbox *outbox)
{
	while (outbox->count > 0)
		remove_item(outbox, outbox->count - 1);
	outbox->merged = 0;
	outbox->in_flight = outbox->plain = false;
	outbox->attempts = outbox->failures = 0;
}

void alert_outbox_free(struct alert_outbox *outbox)
{
	drop_items(outbox);
}

void alert_outbox_off(struct alert_outbox *outbox)
{
	for (size_t i = 0; i < outbox->count; i++)
		outbox->counts.ends[outbox->items[i].severity][OUTBOX_DROPPED]++;
	drop_items(outbox);
	outbox->state = OUTBOX_OFF;
	outbox->reason[0] = '\0';
}

void alert_outbox_renew(struct alert_outbox *outbox, msec mono)
{
	outbox->state = OUTBOX_OK;
	outbox->reason[0] = '\0';
	outbox->in_flight = outbox->plain = false;
	outbox->attempts = outbox->failures = 0;
	outbox->not_before = mono;
}

/* --- what waits --- */

static void merge_item(struct alert_outbox *outbox, size_t at)
{
	enum alert_severity severity = outbox->items[at].severity;

	if (outbox->merged == 0 || severity > outbox->merged_severity)
		outbox->merged_severity = severity;
	outbox->merged++;
	outbox->counts.merged++;
	outbox->counts.ends[severity][OUTBOX_MERGED]++;
	remove_item(outbox, at);
}

/* The oldest of the least severity; never the one in flight, nor a summary, which stands for more
 * than itself. */
static size_t least_item(const struct alert_outbox *outbox)
{
	size_t least = outbox->in_flight || outbox->attempts > 0 ? 1 : 0;

	while (least < outbox->count - 1 && outbox->items[least].rule == ALERT_OF_SUMMARY)
		least++;
	for (size_t i = least + 1; i < outbox->count; i++)
		if (outbox->items[i].severity < outbox->items[least].severity)
			least = i;
	return least;
}

void alert_outbox_put(struct alert_outbox *outbox, const struct alert_told *told)
{
	if (outbox->state == OUTBOX_OFF)
		return;
	if (outbox->count == OUTBOX_MAX)
		merge_item(outbox, least_item(outbox));
	outbox->items[outbox->count++] = alert_told_copy(told);
}

uint64_t alert_outbox_waiting(const struct alert_outbox *outbox)
{
	return outbox->count + outbox->merged;
}

/* While others wait, one summary a minute, and none for a channel that takes nothing: its outage is
 * told in one number when it is over. */
static bool may_summarise(const struct alert_outbox *outbox, msec mono)
{
	if (outbox->merged == 0 || outbox->attempts > 0 || outbox->plain)
		return false;
	return outbox->count == 0 ||
	       (outbox->state == OUTBOX_OK && mono - outbox->merged_at >= MSEC_MINUTE);
}

/* The summary of what was merged becomes the first message. */
static void put_summary(struct alert_outbox *outbox, struct clock_reading now)
{
	struct alert_told summary = {
	        .rule = ALERT_OF_SUMMARY, .change = ALERT_BEGUN, .since = now.wall, .at = now.wall};

	if (!may_summarise(outbox, now.mono))
		return;
	if (outbox->count == OUTBOX_MAX)
		merge_item(outbox, least_item(outbox));
	summary.severity = outbox->merged_severity;
	summary.title = xasprintf("%llu more %s", (unsigned long long)outbox->merged,
	                          str_plural(outbox->merged, "alert", "alerts"));
	summary.text = xasprintf("They came faster than they can be sent one by one; the worst of "
	                         "them is %s. The log and GET /api/v1/alerts have all of them.",
	                         alert_severity_name(outbox->merged_severity));
	memmove(&outbox->items[1], &outbox->items[0], outbox->count * sizeof(outbox->items[0]));
	outbox->items[0] = summary;
	outbox->count++;
	outbox->merged = 0;
	outbox->merged_at = now.mono;
}

/* --- when --- */

static double tokens_at(const struct alert_outbox *outbox, msec mono)
{
	msec passed = mono > outbox->tokens_at ? mono - outbox->tokens_at : 0;

	return fmin(OUTBOX_BURST, outbox->tokens + (double)passed / A_SECOND);
}

msec alert_outbox_due(const struct alert_outbox *outbox, msec mono)
{
	double missing = 1 - tokens_at(outbox, mono);
	msec filled = missing > 1e-9 ? mono + (msec)ceil(missing * A_SECOND) : mono;

	if (outbox->state == OUTBOX_OFF || outbox->in_flight || alert_outbox_waiting(outbox) == 0)
		return MSEC_NEVER;
	return filled > outbox->not_before ? filled : outbox->not_before;
}

const struct alert_told *alert_outbox_next(struct alert_outbox *outbox, struct clock_reading now,
                                           bool *ret_plain)
{
	if (alert_outbox_due(outbox, now.mono) > now.mono)
		return NULL;
	put_summary(outbox, now);
	outbox->tokens = tokens_at(outbox, now.mono) - 1;
	outbox->tokens_at = now.mono;
	outbox->in_flight = true;
	*ret_plain = outbox->plain;
	return &outbox->items[0];
}

/* --- what the channel says --- */

static void set_state(struct alert_outbox *outbox, enum outbox_state state, const char *reason)
{
	outbox->state = state;
	snprintf(outbox->reason, sizeof(outbox->reason), "%s", reason);
	struct str cut = utf8_cut(str_of(outbox->reason), sizeof(outbox->reason) - 1);
	outbox->reason[cut.len] = '\0';
}

static void leave_first(struct alert_outbox *outbox)
{
	remove_item(outbox, 0);
	outbox->attempts = 0;
	outbox->plain = false;
}

static void wait_longer(struct alert_outbox *outbox, const char *reason, msec mono)
{
	unsigned doublings =
	        outbox->failures < RETRY_DOUBLINGS ? outbox->failures : RETRY_DOUBLINGS;
	msec wait = RETRY_FIRST << doublings;

	outbox->failures++;
	outbox->not_before = mono + (wait < OUTBOX_RETRY_MAX ? wait : OUTBOX_RETRY_MAX);
	set_state(outbox, OUTBOX_WAITING, reason);
}

static bool give_up(struct alert_outbox *outbox, enum outbox_end end)
{
	outbox->counts.ends[outbox->items[0].severity][end]++;
	leave_first(outbox);
	outbox->counts.given_up++;
	return true;
}

static bool refuse_form(struct alert_outbox *outbox)
{
	if (outbox->plain || !outbox->has_plain)
		return give_up(outbox, OUTBOX_FAILED);
	outbox->plain = true;
	return false;
}

bool alert_outbox_answer(struct alert_outbox *outbox, enum outbox_answer answer, msec wait,
                         const char *reason, msec mono)
{
	ENSURE(outbox->in_flight && outbox->count > 0);
	outbox->in_flight = false;
	switch (answer) {
	case OUTBOX_DELIVERED:
		outbox->counts.ends[outbox->items[0].severity][OUTBOX_SENT]++;
		leave_first(outbox);
		outbox->failures = 0;
		outbox->counts.sent++;
		set_state(outbox, OUTBOX_OK, "");
		return false;
	case OUTBOX_FORM_REFUSED: return refuse_form(outbox);
	case OUTBOX_CHANNEL_REFUSED:
		outbox->not_before = mono + OUTBOX_REFUSED;
		set_state(outbox, OUTBOX_IS_REFUSED, reason);
		return false;
	case OUTBOX_LIMITED_BY:
		if (wait < 0)
			wait = OUTBOX_LIMITED;
		if (wait < MSEC_SECOND)
			wait = MSEC_SECOND;
		outbox->not_before = mono + (wait < OUTBOX_LIMITED_MAX ? wait : OUTBOX_LIMITED_MAX);
		set_state(outbox, OUTBOX_WAITING, reason);
		return false;
	case OUTBOX_AGAIN: wait_longer(outbox, reason, mono); return false;
	case OUTBOX_UNKNOWN: break;
	}
	wait_longer(outbox, reason, mono);
	return ++outbox->attempts >= OUTBOX_ATTEMPTS && give_up(outbox, OUTBOX_DROPPED);
}

void alert_outbox_recall(struct alert_outbox *outbox)
{
	outbox->in_flight = false;
}

void alert_outbox_works(struct alert_outbox *outbox, msec mono)
{
	bool in_flight = outbox->in_flight, plain = outbox->plain;

	if (outbox->state == OUTBOX_OFF)
		return;
	alert_outbox_renew(outbox, mono);
	outbox->in_flight = in_flight;
	outbox->plain = plain;
}
