/* Whose fault is it? A service refuses one request: because of what that request carries, or
 * because it serves us no more. A refused ticket is written by a stranger, so refusals of tickets
 * alone never stop the work with a service; they only make us ask it something that carries no
 * ticket's text (a "probe"), and what the service says to that is believed. One rule for all
 * services:
 *
 *   a code of a closed list ("named": invalid key, quota used up, no such model …) is believed at
 *   once, unless the service did what it was asked within the last minute: then a probe confirms
 *   it, and another one when a second ticket is refused so with nothing done in between
 *   any other refusal is the ticket's. When different tickets are refused alike, with nothing done
 *   in between, or a ticket is about to be given up although nothing was done for a minute, a probe
 *   asks first
 *   a probe that passes acquits the service, and twice as many tickets must be refused alike before
 *   the next one: a flood of refused tickets costs few probes
 *
 * Tickets that were refused wait for the probe. Pure: it knows neither requests nor tickets. */
#ifndef GUARD_BLAME_H
#define GUARD_BLAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* how long after a success a named refusal is not believed without a probe */
#define BLAME_TRUST (60 * MSEC_SECOND)
/* different tickets that are refused alike before the first probe */
#define BLAME_ALIKE 3
#define BLAME_ALIKE_MAX 192
/* named refusals soon after a probe that passed: one was the ticket's, a second may not be */
#define BLAME_NAMED 2
/* kinds of refusals that are counted at a time; the one that came least lately is forgotten */
#define BLAME_KINDS 4

/* Tickets refused alike, with nothing done in between. */
struct blame_kind {
	uint64_t likeness;
	/* their ids: of the first few, then only of the last one, so a flood is bounded */
	uint64_t tickets[BLAME_ALIKE];
	unsigned count;
	msec last; /* monotonic */
};

struct blame {
	msec good;      /* monotonic: the service last did what was asked; -1 = never */
	msec acquitted; /* monotonic: a probe last passed; -1 = never */
	unsigned alike; /* tickets refused alike that start the next probe */
	struct blame_kind kinds[BLAME_KINDS];
};

struct blame_refusal {
	uint64_t ticket;
	/* equal for refusals that are the same: made of status and code, not of words, which may
	 * quote the request */
	uint64_t likeness;
	bool named; /* by a code of the closed list */
	bool last;  /* the ticket has no attempt left */
};

enum blame_verdict {
	BLAME_TICKET, /* the refusal is this ticket's */
	BLAME_DOUBT,  /* ask with a probe; until it ends, send nothing new */
	BLAME_SERVICE /* the service refuses us */
};

void blame_init(struct blame *blame);
/* The service did what a ticket's request asked. */
void blame_good(struct blame *blame, msec now);
enum blame_verdict blame_refusal(struct blame *blame, const struct blame_refusal *refusal,
                                 msec now);
/* The service did what was asked, or a probe passed, within the last BLAME_TRUST: what it refuses
 * now it refuses for what a ticket says. */
bool blame_clears(const struct blame *blame, msec now);
/* A probe passed. */
void blame_acquit(struct blame *blame, msec now);
/* A probe ended without an answer: what was counted counts no more. */
void blame_drop(struct blame *blame);

#endif
