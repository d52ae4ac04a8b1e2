/* Zendesk's priorities, and the rule when ours may replace a person's (option zendesk.priority). */
#ifndef TICKET_PRIORITY_H
#define TICKET_PRIORITY_H

#include "base/str.h"
#include "ticket/analysis.h"

/* In ascending order, so they can be compared. */
enum priority { PRIORITY_NONE, PRIORITY_LOW, PRIORITY_NORMAL, PRIORITY_HIGH, PRIORITY_URGENT };
const char *priority_name(enum priority priority); /* "low" …; "" for PRIORITY_NONE */
/* Parses Zendesk's word; the empty slice is PRIORITY_NONE. 0, or -1 for an unknown word. */
int priority_parse(struct str text, enum priority *ret) MUST_CHECK;
/* high → high, medium → normal, low → low. */
enum priority priority_of_urgency(enum urgency urgency);

enum priority_mode {
	PRIORITY_RAISE,   /* set a missing one, raise a lower one */
	PRIORITY_ALWAYS,  /* replace any but `urgent` */
	PRIORITY_MISSING, /* set a missing one */
	PRIORITY_NEVER
};
/* The priority to write, or PRIORITY_NONE to leave it as it is. `first` is the priority at the
 * first read, `now` that of the read the write rests on: if they differ, a person has changed it,
 * and it is never touched. Also PRIORITY_NONE when there is nothing to change. */
enum priority priority_decide(enum priority_mode mode, enum priority first, enum priority now,
                              enum urgency urgency);

#endif
