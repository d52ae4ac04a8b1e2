/* The state machine of alerts. */
#include "observe/alert_state.h"

#include <stdlib.h>
#include <string.h>

#include "observe/alert_words.h"

const char *alert_change_name(enum alert_change change)
{
	static const char *const names[] = {"begun", "repeated", "resolved"};

	ENSURE((size_t)change < ARRAY_LEN(names));
	return names[change];
}

void alert_told_free(struct alert_told *told)
{
	free(told->title);
	free(told->text);
	*told = (struct alert_told){.rule = -1};
}

struct alert_told alert_told_copy(const struct alert_told *told)
{
	struct alert_told copy = *told;

	copy.title = xstrdup(told->title);
	copy.text = xstrdup(told->text);
	return copy;
}

void alert_state_init(struct alert_state *state, msec mono)
{
	*state = (struct alert_state){.started = mono};
	for (int rule = 0; rule < ALERT_RULES; rule++)
		state->entries[rule].over_since = MSEC_NEVER;
}

static void forget_oldest(struct alert_state *state)
{
	free(state->past[0].text);
	state->past_count--;
	memmove(&state->past[0], &state->past[1], state->past_count * sizeof(state->past[0]));
}

void alert_state_free(struct alert_state *state)
{
	for (int rule = 0; rule < ALERT_RULES; rule++)
		free(state->entries[rule].text);
	while (state->past_count > 0)
		forget_oldest(state);
	*state = (struct alert_state){0};
}

void alert_state_remember(struct alert_state *state, const struct alert_past *past, msec wall)
{
	while (state->past_count > 0 && (state->past_count == ALERT_PAST_MAX ||
	                                 state->past[0].ended < wall - ALERT_PAST_KEPT))
		forget_oldest(state);
	state->past[state->past_count++] = *past;
}

/* A clock that was set back meanwhile makes no span negative. */
static msec age_of(msec then, msec wall)
{
	return then < wall ? wall - then : 0;
}

void alert_state_restore(struct alert_state *state, int rule, const struct alert_past *active,
                         msec told_wall, struct clock_reading now)
{
	struct alert_entry *entry = &state->entries[rule];

	free(entry->text);
	*entry = (struct alert_entry){.phase = PHASE_ACTIVE,
	                              .restored = true,
	                              .since = now.mono - age_of(active->since, now.wall),
	                              .since_wall = active->since,
	                              .over_since = MSEC_NEVER,
	                              .told = now.mono - age_of(told_wall, now.wall),
	                              .value = active->value,
	                              .threshold = active->threshold,
	                              .text = active->text};
}

/* --- one step --- */

struct step {
	struct alert_state *state;
	struct clock_reading now;
	msec repeat;
	alert_tell tell;
	void *arg;
};

static void tell_change(const struct step *step, enum alert_rule rule, enum alert_change change,
                        const struct alert_reading *reading, msec lasted)
{
	struct alert_entry *entry = &step->state->entries[rule];
	struct alert_told told;

	alert_words_tell(rule, change, reading, lasted, &told);
	told.since = entry->since_wall;
	told.at = step->now.wall;
	step->tell(step->arg, &told);
	if (change != ALERT_RESOLVED) {
		entry->told = step->now.mono;
		entry->value = reading->value;
		entry->threshold = reading->threshold;
		free(entry->text);
		entry->text = told.text;
		told.text = NULL;
	}
	alert_told_free(&told);
}

static bool step_pending(const struct step *step, enum alert_rule rule,
                         const struct alert_reading *reading)
{
	struct alert_entry *entry = &step->state->entries[rule];

	if (!reading->known || !reading->bad) {
		entry->phase = PHASE_CALM;
		return false;
	}
	if (entry->phase == PHASE_CALM) {
		entry->phase = PHASE_PENDING;
		entry->since = step->now.mono;
		entry->since_wall = step->now.wall;
	}
	if (step->now.mono - entry->since < alert_rules_row(rule)->hold)
		return false;
	entry->phase = PHASE_ACTIVE;
	entry->restored = false;
	entry->over_since = MSEC_NEVER;
	tell_change(step, rule, ALERT_BEGUN, reading, 0);
	return true;
}

static void end_alert(const struct step *step, enum alert_rule rule,
                      const struct alert_reading *reading)
{
	struct alert_entry *entry = &step->state->entries[rule];
	msec lasted = entry->over_since - entry->since;
	struct alert_past past = {.rule = (int)rule,
	                          .since = entry->since_wall,
	                          .ended = step->now.wall,
	                          .value = entry->value,
	                          .threshold = entry->threshold,
	                          .text = entry->text};

	tell_change(step, rule, ALERT_RESOLVED, reading, lasted);
	alert_state_remember(step->state, &past, step->now.wall);
	*entry = (struct alert_entry){.over_since = MSEC_NEVER};
}

/* Whether nothing more can be said against its end. */
static bool is_over(const struct step *step, const struct alert_entry *entry,
                    const struct alert_reading *reading)
{
	if (reading->known)
		return reading->clear;
	return !entry->restored || step->now.mono - step->state->started >= ALERT_GRACE;
}

static bool step_active(const struct step *step, enum alert_rule rule,
                        const struct alert_reading *reading)
{
	struct alert_entry *entry = &step->state->entries[rule];

	if (reading->known)
		entry->restored = false;
	if (!is_over(step, entry, reading)) {
		entry->over_since = MSEC_NEVER;
		if (step->repeat <= 0 || step->now.mono - entry->told < step->repeat ||
		    !reading->known || !reading->bad)
			return false;
		tell_change(step, rule, ALERT_REPEATED, reading, 0);
		return true;
	}
	if (entry->over_since == MSEC_NEVER)
		entry->over_since = step->now.mono;
	if (step->now.mono - entry->over_since < alert_rules_row(rule)->clear)
		return false;
	end_alert(step, rule, reading);
	return true;
}

bool alert_state_step(struct alert_state *state, const struct alert_reading readings[ALERT_RULES],
                      struct clock_reading now, msec repeat, alert_tell tell, void *arg)
{
	struct step step = {state, now, repeat, tell, arg};
	bool changed = false;

	for (int rule = 0; rule < ALERT_RULES; rule++) {
		enum alert_rule at = (enum alert_rule)rule;
		bool here = state->entries[rule].phase == PHASE_ACTIVE
		                    ? step_active(&step, at, &readings[rule])
		                    : step_pending(&step, at, &readings[rule]);

		changed = changed || here;
	}
	return changed;
}

/* --- looking at it --- */

msec alert_state_due(const struct alert_state *state, msec repeat)
{
	msec due = MSEC_NEVER;

	for (int rule = 0; rule < ALERT_RULES; rule++) {
		const struct alert_entry *entry = &state->entries[rule];
		const struct alert_row *row = alert_rules_row((enum alert_rule)rule);

		if (entry->phase == PHASE_PENDING)
			clock_earliest(&due, entry->since + row->hold);
		if (entry->phase != PHASE_ACTIVE)
			continue;
		if (entry->over_since != MSEC_NEVER)
			clock_earliest(&due, entry->over_since + row->clear);
		else if (repeat > 0)
			clock_earliest(&due, entry->told + repeat);
		if (entry->restored && entry->over_since == MSEC_NEVER)
			clock_earliest(&due, state->started + ALERT_GRACE);
	}
	return due;
}

void alert_state_active(const struct alert_state *state, bool ret[ALERT_RULES])
{
	for (int rule = 0; rule < ALERT_RULES; rule++)
		ret[rule] = state->entries[rule].phase == PHASE_ACTIVE;
}

size_t alert_state_count(const struct alert_state *state, size_t by_severity[3])
{
	size_t count = 0;

	if (by_severity != NULL)
		by_severity[0] = by_severity[1] = by_severity[2] = 0;
	for (int rule = 0; rule < ALERT_RULES; rule++) {
		if (state->entries[rule].phase != PHASE_ACTIVE)
			continue;
		count++;
		if (by_severity != NULL)
			by_severity[alert_rules_row((enum alert_rule)rule)->severity]++;
	}
	return count;
}

bool alert_state_busy(const struct alert_state *state)
{
	for (int rule = 0; rule < ALERT_RULES; rule++)
		if (state->entries[rule].phase != PHASE_CALM)
			return true;
	return false;
}
