/* Of what people are told: every alert of the service as a row of one table. A rule that measures
 * something compares it with its option; the others say whether a state lasts: those of the engine
 * (alert.h), and those that the shell sees.
 *
 *     hold     how long it must last before people are told
 *     clear    how long it must be over before they are told that; a measured value counts as over
 *              beyond 90 % of the threshold, so that one that hovers there does not flap
 *
 * When and how often is decided by alert_state.h; the words are made by alert_words.h. */
#ifndef OBSERVE_ALERT_RULES_H
#define OBSERVE_ALERT_RULES_H

#include "config/config.h"
#include "observe/alert.h"
#include "observe/health.h"
#include "observe/sli.h"

enum alert_rule {
	RULE_SUCCESS_RATE,
	RULE_P95_LATENCY,
	RULE_ERROR_RATE,
	RULE_MODEL_FAILURES,
	RULE_QUEUE_DEPTH,
	RULE_COST_PER_TICKET,
	RULE_SLOW_PROCESSING,
	RULE_FAILURE_RATE,
	RULE_NEGATIVE_SENTIMENT,
	RULE_HIGH_URGENCY,
	RULE_DISK,
	RULE_STALE,
	RULE_RETIRING,
	RULE_WRITES_ON_HOLD,
	RULE_RELOAD_REFUSED,
	/* The engine's, in the order of enum alert_kind. */
	RULE_ENGINE,
	/* The health: last, since it looks at all others. */
	RULE_UNHEALTHY = RULE_ENGINE + ALERT_KINDS,
	RULE_DEGRADED,
	ALERT_RULES
};

enum alert_unit { UNIT_NONE, UNIT_RATIO, UNIT_MS, UNIT_USD, UNIT_TICKETS, UNIT_BYTES };

struct alert_row {
	const char *name; /* for programs: "success_rate" */
	enum alert_severity severity;
	enum alert_unit unit; /* UNIT_NONE: a state */
	bool below;           /* bad below the threshold; otherwise above */
	msec hold, clear;
	const char *option; /* of the threshold: "alerts.success_rate"; NULL = none */
	const char *title;  /* what happened, as a heading */
	/* A sentence with {value}, {threshold} and {detail}, and what to do. */
	const char *text;
	const char *now; /* the same of the value when it is over: "It is {value} now" */
};
const struct alert_row *alert_rules_row(enum alert_rule rule);
/* -1 when no rule has this name. */
int alert_rules_find(struct str name);
const char *alert_severity_name(enum alert_severity severity); /* "notice", "warning", "critical" */
/* "ratio", "ms", "usd", "tickets"; NULL for the others */
const char *alert_unit_name(enum alert_unit unit);

#define ALERT_HOLD (2 * MSEC_MINUTE)
#define ALERT_CLEAR (5 * MSEC_MINUTE) /* of measured values */
#define ALERT_CLEAR_AT 0.9            /* of the threshold */

/* What the rules look at. Texts are borrowed; NULL = it is not so. */
struct alert_facts {
	struct sli_values sli;
	const struct config *config;
	int64_t disk_free; /* bytes; -1 = not known */
	const char *disk_path;
	msec idle;            /* since the last sign of work */
	bool paused;          /* nothing is expected then */
	const char *stopped;  /* why writing is stopped */
	const char *refusal;  /* why the last reload was refused */
	const char *model;    /* the one in use */
	msec model_leaves_in; /* until it is shut down; negative = not announced */
	const char *engine[ALERT_KINDS];
	/* This process has seen that Zendesk, the model, the database work. */
	bool zendesk_works, model_works, store_works;
	enum health_state checks[HEALTH_CHECKS];
	const char *health; /* the sentence */
};

struct alert_reading {
	bool known; /* otherwise nothing can be said, neither that it lasts nor that it is over */
	bool bad, clear;
	double value, threshold; /* of measured ones */
	const char *detail;      /* borrowed from the facts; NULL = none */
};
/* `active`: which alerts people were told of and that are not over. */
void alert_rules_read(const struct alert_facts *facts, const bool active[ALERT_RULES],
                      struct alert_reading ret[ALERT_RULES]);

#endif
