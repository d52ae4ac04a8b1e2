/* Which alerts last, and when people are told: a pure state machine on given time.
 *
 *     calm → pending     the rule says that it is bad
 *     pending → calm     it says otherwise before the hold time is over: nobody was told
 *     pending → active   it has been bad for the hold time: BEGUN
 *     active → active    each alerts.repeat: REPEATED
 *     active → calm      it has been over for the time of `clear`: RESOLVED, once for each BEGUN
 *
 * What cannot be measured any more (too few tickets) counts as over. After a restart nothing is
 * known at first: an alert that the former process left active stays so until this one knows
 * better, or ALERT_GRACE has passed. So nobody is told twice, and nobody is told that it is over
 * when it is not. Spans are monotonic; what is shown and kept is wall time. */
#ifndef OBSERVE_ALERT_STATE_H
#define OBSERVE_ALERT_STATE_H

#include "observe/alert_rules.h"

#define ALERT_GRACE (15 * MSEC_MINUTE)
#define ALERT_PAST_MAX 100
#define ALERT_PAST_KEPT (30 * MSEC_DAY)
#define ALERT_TITLE_BYTES 150
#define ALERT_TEXT_BYTES 600

enum alert_change { ALERT_BEGUN, ALERT_REPEATED, ALERT_RESOLVED };
const char *alert_change_name(enum alert_change change); /* "begun", "repeated", "resolved" */

/* In the place of a rule. */
#define ALERT_OF_SUMMARY (-1)
#define ALERT_OF_TEST (-2)

/* What people are told. Owns its texts; alert_told_free() releases them. */
struct alert_told {
	int rule; /* enum alert_rule, or one of the two above */
	enum alert_change change;
	enum alert_severity severity;
	char *title, *text;
	msec since, at; /* wall: when it began, and when this was written */
	msec lasted;    /* so long, when it is over */
	double value, threshold;
};
void alert_told_free(struct alert_told *told);
struct alert_told alert_told_copy(const struct alert_told *told);

enum alert_phase { PHASE_CALM, PHASE_PENDING, PHASE_ACTIVE };

struct alert_entry {
	enum alert_phase phase;
	bool restored; /* active since a former process, and nothing is known of it yet */
	msec since;    /* monotonic: when it began; may be negative */
	msec since_wall;
	msec over_since; /* monotonic: since when it is over; MSEC_NEVER = it is not */
	msec told;       /* monotonic: when people were last told that it lasts */
	double value, threshold;
	char *text; /* of the last time that people were told; owned */
};

struct alert_past {
	int rule;
	msec since, ended;       /* wall */
	double value, threshold; /* when it began */
	char *text;              /* owned */
};

struct alert_state {
	msec started; /* monotonic */
	struct alert_entry entries[ALERT_RULES];
	struct alert_past past[ALERT_PAST_MAX]; /* oldest first */
	size_t past_count;
};

void alert_state_init(struct alert_state *state, msec mono);
void alert_state_free(struct alert_state *state);
/* Applies what the rules say now. `tell` is called for each change, within the call; the message is
 * borrowed. `repeat`: after so long people are reminded; 0 = never. True when anything has changed
 * that is to be kept. */
typedef void (*alert_tell)(void *arg, const struct alert_told *told);
bool alert_state_step(struct alert_state *state, const struct alert_reading readings[ALERT_RULES],
                      struct clock_reading now, msec repeat, alert_tell tell, void *arg);
/* When the next change is due, if the rules go on saying the same (monotonic); in the past when it
 * waits for them to say something. */
msec alert_state_due(const struct alert_state *state, msec repeat);
/* Which alerts people were told of and that are not over. */
void alert_state_active(const struct alert_state *state, bool ret[ALERT_RULES]);
/* The number of active ones, and of each severity (NULL = not wanted). */
size_t alert_state_count(const struct alert_state *state, size_t by_severity[3]);
/* Whether an alert is pending or active. */
bool alert_state_busy(const struct alert_state *state);
/* Adds what is over; forgets what ended long before `wall`, and the oldest if there are too many.
 * Takes over the text. */
void alert_state_remember(struct alert_state *state, const struct alert_past *past, msec wall);
/* An active alert of a former process. Takes over the text; times are wall times. */
void alert_state_restore(struct alert_state *state, int rule, const struct alert_past *active,
                         msec told_wall, struct clock_reading now);

#endif
