/* Zendesk's priorities and the one rule about when ours may replace a person's (option
 * zendesk.priority). */
#ifndef TICKET_PRIORITY_H
#define TICKET_PRIORITY_H

#include "base/str.h"
#include "ticket/analysis.h"

/* In ascending order; the comparison operators work. */
enum priority { PRIORITY_NONE, PRIORITY_LOW, PRIORITY_NORMAL, PRIORITY_HIGH, PRIORITY_URGENT };
const char *priority_name(enum priority priority); /* "low" …; "" for PRIORITY_NONE */
/* A Zendesk value; the empty slice is PRIORITY_NONE. 0, or -1 for an unknown word. */
int priority_parse(struct str text, enum priority *ret) MUST_CHECK;
/* high → high, medium → normal, low → low. */
enum priority priority_of_urgency(enum urgency urgency);

enum priority_mode {
	PRIORITY_RAISE,   /* a missing one is set, a lower one raised */
	PRIORITY_ALWAYS,  /* replaced, but for `urgent` */
	PRIORITY_MISSING, /* a missing one is set */
	PRIORITY_NEVER
};
/* What to write, or PRIORITY_NONE to leave it alone. `first` is the priority of the first read,
 * `now` that of the read the write rests on: a difference means a person changed it, and then it is
 * never touched. Also PRIORITY_NONE when there is nothing to change. */
enum priority priority_decide(enum priority_mode mode, enum priority first, enum priority now,
                              enum urgency urgency);

#endif
