/* What waits to be sent to one channel, and when it may be sent: pure, on given monotonic time.
 *
 * One message a second with a burst of OUTBOX_BURST, one in flight. More than OUTBOX_MAX that wait
 * are merged: the oldest of the least severity goes, and is counted in a summary ("37 more
 * alerts"). What the channel answers decides how it goes on:
 *
 *     delivered     the next one
 *     this form is refused (400) once more in the plain form, where there is one; then it is given
 *                   up, alone: it says nothing about the others
 *     the channel is refused (404, 410, 403 …) all wait until the address is renewed by a reload,
 *                   or a day has passed
 *     limited (429) after the time that it asks for
 *     again (5xx, not sent at all)   after a wait that doubles from 1 s to 5 min, for ever
 *     unknown (no answer, an answer that means nothing)   the same, but each message is sent
 *                   OUTBOX_ATTEMPTS times at most, since it may have arrived each time */
#ifndef OBSERVE_ALERT_OUTBOX_H
#define OBSERVE_ALERT_OUTBOX_H

#include "observe/alert_state.h"

#define OUTBOX_MAX 40
#define OUTBOX_BURST 3
#define OUTBOX_ATTEMPTS 3
#define OUTBOX_RETRY_MAX (5 * MSEC_MINUTE)
#define OUTBOX_LIMITED (30 * MSEC_SECOND) /* without a time in the answer */
#define OUTBOX_LIMITED_MAX MSEC_HOUR
#define OUTBOX_REFUSED MSEC_DAY
#define OUTBOX_REASON_SIZE 200

enum outbox_answer {
	OUTBOX_DELIVERED,
	OUTBOX_FORM_REFUSED,
	OUTBOX_CHANNEL_REFUSED,
	OUTBOX_LIMITED_BY,
	OUTBOX_AGAIN,
	OUTBOX_UNKNOWN
};

enum outbox_state { OUTBOX_OFF, OUTBOX_OK, OUTBOX_WAITING, OUTBOX_IS_REFUSED };
const char *outbox_state_name(enum outbox_state state); /* "off", "ok", "waiting", "refused" */

/* What became of a message. */
enum outbox_end {
	OUTBOX_SENT,
	OUTBOX_MERGED,  /* it is one of a summary */
	OUTBOX_FAILED,  /* the channel refused it */
	OUTBOX_DROPPED, /* it was given up without an answer, or its channel was switched off */
	OUTBOX_ENDS
};
#define OUTBOX_SEVERITIES (ALERT_CRITICAL + 1)

struct outbox_counts {
	uint64_t sent, merged, given_up;
	uint64_t ends[OUTBOX_SEVERITIES][OUTBOX_ENDS]; /* by enum alert_severity */
};

struct alert_outbox {
	enum outbox_state state;
	char reason[OUTBOX_REASON_SIZE];     /* why it waits or is refused; "" = it does not */
	bool has_plain;                      /* messages have a plain form */
	struct alert_told items[OUTBOX_MAX]; /* oldest first */
	size_t count;
	uint64_t merged;                     /* not told of yet */
	enum alert_severity merged_severity; /* the worst of these */
	msec merged_at;                      /* of the last summary */
	bool in_flight, plain;
	unsigned attempts; /* of the first message, with an unknown end */
	unsigned failures; /* in a row, of any kind */
	double tokens;
	msec tokens_at, not_before;
	struct outbox_counts counts;
};

void alert_outbox_init(struct alert_outbox *outbox, bool has_plain, msec mono);
void alert_outbox_free(struct alert_outbox *outbox);
/* Without an address nothing waits: what waited is dropped. */
void alert_outbox_off(struct alert_outbox *outbox);
/* There is an address, a new one or after a reload: what waits goes there at once. */
void alert_outbox_renew(struct alert_outbox *outbox, msec mono);
/* Queues a copy, unless the channel is off. */
void alert_outbox_put(struct alert_outbox *outbox, const struct alert_told *told);
/* The message to be sent now, borrowed until the next call of any function; NULL = none. From then
 * on it is in flight, until alert_outbox_answer. `*ret_plain`: in the plain form. */
const struct alert_told *alert_outbox_next(struct alert_outbox *outbox, struct clock_reading now,
                                           bool *ret_plain);
/* How the message in flight ended. `wait`: what a limit asks for; negative = it does not say.
 * `reason`: for people, what the channel said. True: it was given up. */
bool alert_outbox_answer(struct alert_outbox *outbox, enum outbox_answer answer, msec wait,
                         const char *reason, msec mono);
/* The message in flight is taken back: it is the first again. */
void alert_outbox_recall(struct alert_outbox *outbox);
/* A message beside the queue, a test, arrived: so the channel works. */
void alert_outbox_works(struct alert_outbox *outbox, msec mono);
/* When alert_outbox_next has something (monotonic); MSEC_NEVER = nothing waits, or one is in
 * flight. */
msec alert_outbox_due(const struct alert_outbox *outbox, msec mono);
/* Messages that wait, the merged ones included. */
uint64_t alert_outbox_waiting(const struct alert_outbox *outbox);

#endif
