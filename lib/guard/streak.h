/* Failures in a row: is the service down, or are these tickets what it fails at? A ticket's request
 * gets no answer, a 5xx, or no end. One such failure proves nothing, so it is kept on account, and
 * what ends the row decides who pays for it:
 *
 *   a ticket is answered  after different tickets have failed in a row the service was down, and
 *                         nobody has used up an attempt; after fewer it was theirs: one attempt
 *   a probe is answered   the service works, so it fails at these tickets: they pay, but one more
 *                         attempt is left to them, since it may just have come back
 *   a probe is not        nobody pays
 *
 * When the row is long and there was silence for a while, a probe is worth its request. How long an
 * outage has lasted is counted from the first failure after the last good answer: a service that
 * nobody asked anything was not silent. (blame.h judges refusals, which are answers.) Pure. */
#ifndef GUARD_STREAK_H
#define GUARD_STREAK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* different tickets that fail in a row: more than chance or their texts */
#define STREAK_TICKETS 3
/* silence before a probe asks */
#define STREAK_SILENCE (5 * MSEC_SECOND)

struct streak {
	msec good;  /* monotonic: the last good answer; at first when counting began */
	msec first; /* monotonic: the first failure since; -1 = none */
	unsigned count;
	uint64_t tickets[STREAK_TICKETS]; /* the different tickets, by their ids */
};

void streak_init(struct streak *streak, msec now);
/* A request of this ticket failed. */
void streak_failed(struct streak *streak, uint64_t ticket, msec now);
/* A good answer ended the row. True: it was the service that failed, and no ticket. */
bool streak_good(struct streak *streak, msec now);
/* The row is short and began soon after a good answer: a ticket with no other attempt left need not
 * wait for what ends it. */
bool streak_is_tickets(const struct streak *streak, msec now);
/* Whether to ask with a probe. `used_up`: the ticket that failed has no attempt left. */
bool streak_is_doubtful(const struct streak *streak, bool used_up, msec now);
/* Since when the service fails: monotonic; `now` while it does not. */
msec streak_since(const struct streak *streak, msec now);

#endif
