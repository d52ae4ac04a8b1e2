/* The table of rules, and what each of them says about the facts. */
#include "observe/alert_rules.h"

#include <math.h>

#define MINUTES(n) ((n)*MSEC_MINUTE)
#define MEASURED(rule_severity, rule_unit)                                                         \
	.severity = (rule_severity), .unit = (rule_unit), .hold = ALERT_HOLD, .clear = ALERT_CLEAR
#define LASTING(rule_severity) .severity = (rule_severity), .hold = ALERT_HOLD, .clear = MINUTES(2)
#define AT_ONCE(rule_severity) .severity = (rule_severity)

/* The severities of the engine's rules are those of alert.c; a test compares them. */
static const struct alert_row rows[ALERT_RULES] = {
        [RULE_SUCCESS_RATE] =
                {.name = "success_rate",
                 MEASURED(ALERT_CRITICAL, UNIT_RATIO),
                 .below = true,
                 .option = "alerts.success_rate",
                 .title = "Too few tickets succeed",
                 .text = "{value} of the tickets of the last 15 minutes were processed, below "
                         "{threshold}. ai-ticketctl status says which service fails; the log "
                         "says why.",
                 .now = "The success rate is {value} now."},
        [RULE_P95_LATENCY] =
                {.name = "p95_latency",
                 MEASURED(ALERT_WARNING, UNIT_MS),
                 .option = "alerts.p95_latency",
                 .title = "Slow tickets",
                 .text = "One in twenty tickets of the last 15 minutes took longer than {value}, "
                         "above {threshold}. If the model is slow, lower llm.max_in_flight or "
                         "use a faster model.",
                 .now = "95 % of the tickets take at most {value} now."},
        [RULE_ERROR_RATE] = {.name = "error_rate",
                             MEASURED(ALERT_WARNING, UNIT_RATIO),
                             .option = "alerts.error_rate",
                             .title = "Tickets fail",
                             .text = "{value} of the tickets of the last 15 minutes failed, above "
                                     "{threshold}. The log says why.",
                             .now = "The error rate is {value} now."},
        [RULE_MODEL_FAILURES] =
                {.name = "model_failures",
                 MEASURED(ALERT_WARNING, UNIT_RATIO),
                 .option = "alerts.model_failures",
                 .title = "The model fails",
                 .text = "{value} of the model's answers of the last 15 minutes could not be "
                         "used, above {threshold}. Check the status page of its service, and "
                         "llm.model.",
                 .now = "{value} of its answers cannot be used now."},
        [RULE_QUEUE_DEPTH] =
                {.name = "queue_depth",
                 MEASURED(ALERT_WARNING, UNIT_TICKETS),
                 .option = "alerts.queue_depth",
                 .title = "The queue does not get shorter",
                 .text = "{value} tickets are not done, above {threshold}, and their number has "
                         "not fallen for 10 minutes. ai-ticketctl status says what limits the "
                         "work.",
                 .now = "{value} tickets are not done now."},
        [RULE_COST_PER_TICKET] =
                {.name = "cost_per_ticket",
                 MEASURED(ALERT_WARNING, UNIT_USD),
                 .option = "alerts.cost_per_ticket",
                 .title = "Tickets cost much",
                 .text = "A ticket cost {value} on average in the last 24 hours, above "
                         "{threshold}. Check llm.model and its price.",
                 .now = "A ticket costs {value} now."},
        [RULE_SLOW_PROCESSING] =
                {.name = "slow_processing",
                 MEASURED(ALERT_WARNING, UNIT_MS),
                 .option = "alerts.slow_processing",
                 .title = "Slow on average",
                 .text = "A ticket took {value} on average in the last 15 minutes, above "
                         "{threshold}. If the model is slow, lower llm.max_in_flight or use a "
                         "faster model.",
                 .now = "A ticket takes {value} on average now."},
        [RULE_FAILURE_RATE] =
                {.name = "failure_rate",
                 MEASURED(ALERT_WARNING, UNIT_RATIO),
                 .option = "alerts.failure_rate",
                 .title = "Many tickets failed within a day",
                 .text = "{value} of the tickets of the last 24 hours failed, above {threshold}. "
                         "ai-ticketctl report 24h and the log say why.",
                 .now = "{value} of the tickets of the last 24 hours failed."},
        [RULE_NEGATIVE_SENTIMENT] =
                {.name = "negative_sentiment",
                 MEASURED(ALERT_NOTICE, UNIT_RATIO),
                 .option = "alerts.negative_sentiment",
                 .title = "Many customers are unhappy",
                 .text = "{value} of the tickets of the last 15 minutes are negative, above "
                         "{threshold}. Look at the latest tickets: they may have one cause.",
                 .now = "{value} of the tickets are negative now."},
        [RULE_HIGH_URGENCY] =
                {.name = "high_urgency",
                 MEASURED(ALERT_NOTICE, UNIT_TICKETS),
                 .option = "alerts.high_urgency",
                 .title = "Many urgent tickets at once",
                 .text = "A poll of the last 15 minutes brought {value} tickets of high urgency, "
                         "more than {threshold}. Look at them: they may have one cause.",
                 .now = "The polls of the last 15 minutes brought at most {value}."},
        [RULE_DISK] = {.name = "disk",
                       .severity = ALERT_CRITICAL,
                       .unit = UNIT_BYTES,
                       .below = true,
                       .clear = ALERT_CLEAR,
                       .option = "alerts.disk_free",
                       .title = "The disk is nearly full",
                       .text = "Only {value} are free on {detail}, below {threshold}. Free some "
                               "space; without it nothing is written to Zendesk.",
                       .now = "{value} are free now."},
        [RULE_STALE] =
                {.name = "stale",
                 MEASURED(ALERT_CRITICAL, UNIT_MS),
                 .option = "alerts.stale",
                 .title = "No sign of work",
                 .text = "Zendesk was not read for {value}, longer than {threshold}. ai-ticketctl "
                         "status says what is wrong.",
                 .now = "Zendesk is read again."},
        [RULE_RETIRING] = {.name = "retiring",
                           MEASURED(ALERT_WARNING, UNIT_MS),
                           .below = true,
                           .option = "alerts.retiring_days",
                           .title = "The model will be shut down",
                           .text = "{detail} will be shut down in {value} (less than "
                                   "{threshold}). Choose another llm.model and reload.",
                           .now = "The model in use stays."},
        [RULE_WRITES_ON_HOLD] = {.name = "writes_on_hold",
                                 AT_ONCE(ALERT_WARNING),
                                 .title = "Writing is stopped",
                                 .text = "{detail}"},
        [RULE_RELOAD_REFUSED] = {.name = "reload_refused",
                                 LASTING(ALERT_WARNING),
                                 .title = "A reload was refused",
                                 .text = "The previous configuration stays in force: {detail} "
                                         "Correct it and run ai-ticketctl reload."},
        [RULE_ENGINE + ALERT_ZENDESK_REFUSED] = {.name = "zendesk_refused",
                                                 AT_ONCE(ALERT_CRITICAL),
                                                 .title = "Zendesk refuses access",
                                                 .text = "{detail}"},
        [RULE_ENGINE + ALERT_ZENDESK_DOWN] =
                {.name = "zendesk_down",
                 LASTING(ALERT_CRITICAL),
                 .title = "Zendesk does not answer",
                 .text = "{detail} The service goes on trying; if it lasts, check the network "
                         "and status.zendesk.com."},
        [RULE_ENGINE + ALERT_TICKETS_UNREADABLE] =
                {.name = "tickets_unreadable",
                 LASTING(ALERT_CRITICAL),
                 .title = "Tickets cannot be read",
                 .text = "{detail} The service goes on trying; if it lasts, see ai-ticketctl "
                         "status."},
        [RULE_ENGINE + ALERT_TICKETS_REFUSED] = {.name = "tickets_refused",
                                                 LASTING(ALERT_WARNING),
                                                 .title = "Zendesk refuses updates of tickets",
                                                 .text = "{detail} The log names the tickets."},
        [RULE_ENGINE + ALERT_MODEL_REFUSED] = {.name = "model_refused",
                                               AT_ONCE(ALERT_CRITICAL),
                                               .title = "The model is halted",
                                               .text = "{detail}"},
        [RULE_ENGINE + ALERT_MODEL_DOWN] =
                {.name = "model_down",
                 LASTING(ALERT_WARNING),
                 .title = "The model does not answer",
                 .text = "{detail} The service goes on trying; if it lasts, check the status page "
                         "of the model's service."},
        [RULE_ENGINE + ALERT_MODEL_REPLACED] =
                {.name = "model_replaced",
                 LASTING(ALERT_WARNING),
                 .title = "Another model is in use",
                 .text = "{detail} Set llm.model to one that is available and reload."},
        [RULE_ENGINE +
                ALERT_RECORDS_FAILING] = {.name = "records_failing",
                                          LASTING(ALERT_CRITICAL),
                                          .title = "The database cannot be written",
                                          .text = "{detail} Check the disk where store.path is."},
        [RULE_ENGINE + ALERT_BULK_OFF] =
                {.name = "bulk_off",
                 LASTING(ALERT_NOTICE),
                 .title = "Bulk updates are given up",
                 .text = "{detail} Tickets are updated one by one; nothing has to be done."},
        [RULE_ENGINE + ALERT_QUARANTINED] =
                {.name = "quarantined",
                 LASTING(ALERT_WARNING),
                 .title = "A ticket crashed the service twice",
                 .text = "It will not be processed again. The log names it; please report it "
                         "together with the last lines before each crash."},
        [RULE_ENGINE + ALERT_AGAIN_TOO_OFTEN] =
                {.name = "again_too_often",
                 LASTING(ALERT_NOTICE),
                 .title = "A ticket is ordered again and again",
                 .text = "The tag of zendesk.again_tag comes back at once to a ticket, so it is "
                         "left there. The log names the ticket: look for a trigger that sets "
                         "the tag."},
        [RULE_UNHEALTHY] = {.name = "unhealthy",
                            LASTING(ALERT_CRITICAL),
                            .title = "The service is unhealthy",
                            .text = "{detail}"},
        [RULE_DEGRADED] = {.name = "degraded",
                           LASTING(ALERT_WARNING),
                           .title = "The service is degraded",
                           .text = "{detail}"},
};

const struct alert_row *alert_rules_row(enum alert_rule rule)
{
	ENSURE(rule < ALERT_RULES);
	return &rows[rule];
}

int alert_rules_find(struct str name)
{
	for (int rule = 0; rule < ALERT_RULES; rule++)
		if (str_eq(name, str_of(rows[rule].name)))
			return rule;
	return -1;
}

const char *alert_severity_name(enum alert_severity severity)
{
	static const char *const names[] = {"notice", "warning", "critical"};

	ENSURE((size_t)severity < ARRAY_LEN(names));
	return names[severity];
}

const char *alert_unit_name(enum alert_unit unit)
{
	static const char *const names[] = {
	        [UNIT_NONE] = NULL, [UNIT_RATIO] = "ratio",     [UNIT_MS] = "ms",
	        [UNIT_USD] = "usd", [UNIT_TICKETS] = "tickets", [UNIT_BYTES] = NULL};

	ENSURE((size_t)unit < ARRAY_LEN(names));
	return names[unit];
}

/* --- measured values --- */

/* A rate that must not fall is judged by what is missing to 1: 99 % allows 1 %, and 0.9 % is well
 * again. */
static bool is_well_again(const struct alert_row *row, double value, double threshold)
{
	if (row->unit == UNIT_RATIO && row->below)
		return 1 - value < ALERT_CLEAR_AT * (1 - threshold) || value >= 1;
	if (row->below)
		return value * ALERT_CLEAR_AT > threshold;
	return value < ALERT_CLEAR_AT * threshold || value <= 0;
}

static void read_value(struct alert_reading *ret, enum alert_rule rule, double value,
                       double threshold)
{
	const struct alert_row *row = &rows[rule];
	bool off = threshold <= 0 && row->unit != UNIT_RATIO;

	ret[rule] = (struct alert_reading){
	        .known = value >= 0 && !off, .value = value, .threshold = threshold};
	if (!ret[rule].known)
		return;
	ret[rule].bad = row->below ? value < threshold : value > threshold;
	ret[rule].clear = is_well_again(row, value, threshold);
}

/* A queue that gets shorter is no trouble, however long it is; nor are many tickets that have just
 * come. */
static void read_queue(const struct alert_facts *facts, struct alert_reading *ret)
{
	struct alert_reading *reading = &ret[RULE_QUEUE_DEPTH];

	read_value(ret, RULE_QUEUE_DEPTH, (double)facts->sli.depth,
	           (double)facts->config->alerts.queue_depth);
	reading->bad = reading->bad && facts->sli.stuck && !facts->paused &&
	               (double)facts->sli.least_depth > reading->threshold;
	reading->known = reading->known && (reading->clear || facts->sli.stuck_known);
	reading->clear = reading->clear || !facts->sli.stuck;
}

/* Three polls may be missed whatever the threshold is. */
static void read_stale(const struct alert_facts *facts, struct alert_reading *ret)
{
	msec least = 3 * facts->config->zendesk.poll_interval, wanted = facts->config->alerts.stale;
	bool expected = !facts->paused && facts->stopped == NULL;

	read_value(ret, RULE_STALE, expected ? (double)facts->idle : 0,
	           wanted > 0 && wanted < least ? (double)least : (double)wanted);
	/* a process that has just begun has no sign of work, and none that it lacks */
	ret[RULE_STALE].known =
	        ret[RULE_STALE].known && (facts->zendesk_works || !expected || ret[RULE_STALE].bad);
}

static void read_values(const struct alert_facts *facts, struct alert_reading *ret)
{
	const struct sli_values *sli = &facts->sli;
	const struct config_alerts *limits = &facts->config->alerts;

	read_value(ret, RULE_SUCCESS_RATE, sli->success_rate, limits->success_rate);
	read_value(ret, RULE_P95_LATENCY, sli->p95_ms, (double)limits->p95_latency);
	read_value(ret, RULE_ERROR_RATE, sli->error_rate, limits->error_rate);
	read_value(ret, RULE_MODEL_FAILURES, sli->model_failures, limits->model_failures);
	read_value(ret, RULE_COST_PER_TICKET, sli->cost_per_ticket, limits->cost_per_ticket);
	read_value(ret, RULE_SLOW_PROCESSING, sli->average_ms, (double)limits->slow_processing);
	read_value(ret, RULE_FAILURE_RATE, sli->failure_rate, limits->failure_rate);
	read_value(ret, RULE_NEGATIVE_SENTIMENT, sli->negative, limits->negative_sentiment);
	read_value(ret, RULE_HIGH_URGENCY, (double)sli->high_urgency, (double)limits->high_urgency);
	ret[RULE_HIGH_URGENCY].known =
	        ret[RULE_HIGH_URGENCY].known && (sli->covered || ret[RULE_HIGH_URGENCY].bad);
	read_value(ret, RULE_DISK, (double)facts->disk_free, (double)limits->disk_free);
	ret[RULE_DISK].detail = facts->disk_path;
	read_queue(facts, ret);
	read_stale(facts, ret);
	bool announced = facts->model != NULL && facts->model_leaves_in >= 0;
	read_value(ret, RULE_RETIRING, announced ? (double)facts->model_leaves_in : INFINITY,
	           (double)(limits->retiring_days * MSEC_DAY));
	/* A date is known whether the model answers or not. */
	ret[RULE_RETIRING].known =
	        limits->retiring_days > 0 && (facts->model_works || ret[RULE_RETIRING].bad);
	ret[RULE_RETIRING].detail = facts->model;
}

/* --- states --- */

static void state_text(struct alert_reading *reading, const char *text, bool known)
{
	*reading = (struct alert_reading){.known = known || text != NULL,
	                                  .bad = text != NULL,
	                                  .clear = known && text == NULL,
	                                  .detail = text};
}

/* What the engine has not raised may still be so, as long as it has not seen the opposite. */
static void read_engine(const struct alert_facts *facts, struct alert_reading *ret)
{
	bool works[ALERT_KINDS] = {
	        [ALERT_ZENDESK_REFUSED] = facts->zendesk_works,
	        [ALERT_ZENDESK_DOWN] = facts->zendesk_works,
	        [ALERT_TICKETS_UNREADABLE] = facts->zendesk_works,
	        [ALERT_MODEL_REFUSED] = facts->model_works,
	        [ALERT_MODEL_DOWN] = facts->model_works,
	        [ALERT_MODEL_REPLACED] = facts->model_works,
	        [ALERT_RECORDS_FAILING] = facts->store_works,
	};

	for (int kind = 0; kind < ALERT_KINDS; kind++)
		state_text(&ret[RULE_ENGINE + kind], facts->engine[kind], works[kind]);
}

#define CAUSES_MAX 8

/* Which alerts tell why a check of the health is bad. */
static const struct {
	int count;
	int rules[CAUSES_MAX];
} causes[HEALTH_CHECKS] = {
        [CHECK_ZENDESK] = {4,
                           {RULE_ENGINE + ALERT_ZENDESK_REFUSED, RULE_ENGINE + ALERT_ZENDESK_DOWN,
                            RULE_ENGINE + ALERT_TICKETS_UNREADABLE, RULE_STALE}},
        [CHECK_LLM] = {2, {RULE_ENGINE + ALERT_MODEL_REFUSED, RULE_ENGINE + ALERT_MODEL_DOWN}},
        [CHECK_DATABASE] = {2, {RULE_ENGINE + ALERT_RECORDS_FAILING, RULE_DISK}},
        [CHECK_DISK] = {1, {RULE_DISK}},
        [CHECK_LOG] = {1, {RULE_DISK}},
        [CHECK_LAST_RUN] = {7,
                            {RULE_STALE, RULE_ENGINE + ALERT_ZENDESK_REFUSED,
                             RULE_ENGINE + ALERT_ZENDESK_DOWN,
                             RULE_ENGINE + ALERT_TICKETS_UNREADABLE,
                             RULE_ENGINE + ALERT_MODEL_REFUSED, RULE_ENGINE + ALERT_MODEL_DOWN,
                             RULE_ENGINE + ALERT_RECORDS_FAILING}},
        [CHECK_ATTEMPTS] = {6,
                            {RULE_SUCCESS_RATE, RULE_ERROR_RATE, RULE_MODEL_FAILURES,
                             RULE_ENGINE + ALERT_MODEL_DOWN, RULE_ENGINE + ALERT_ZENDESK_DOWN,
                             RULE_ENGINE + ALERT_TICKETS_REFUSED}},
        [CHECK_MODEL] = {2, {RULE_ENGINE + ALERT_MODEL_REPLACED, RULE_RETIRING}},
        [CHECK_FAILURES] = {3, {RULE_FAILURE_RATE, RULE_SUCCESS_RATE, RULE_ERROR_RATE}},
        [CHECK_BACKLOG] = {7,
                           {RULE_QUEUE_DEPTH, RULE_STALE, RULE_ENGINE + ALERT_ZENDESK_REFUSED,
                            RULE_ENGINE + ALERT_ZENDESK_DOWN, RULE_ENGINE + ALERT_MODEL_REFUSED,
                            RULE_ENGINE + ALERT_MODEL_DOWN, RULE_ENGINE + ALERT_RECORDS_FAILING}},
};

static bool is_explained(int check, const struct alert_reading *readings, const bool *active)
{
	for (int i = 0; i < causes[check].count; i++) {
		int rule = causes[check].rules[i];

		if (active[rule] || readings[rule].bad)
			return true;
	}
	return false;
}

/* Begins only when no alert of the cause tells of it; once begun it lasts as long as the health is
 * bad, whatever the cause. */
static void read_health(const struct alert_facts *facts, const bool *active,
                        struct alert_reading *ret)
{
	enum health_state worst = HEALTH_HEALTHY, untold = HEALTH_HEALTHY;

	for (int check = 0; check < HEALTH_CHECKS; check++) {
		if (facts->checks[check] > worst)
			worst = facts->checks[check];
		if (facts->checks[check] > untold && !is_explained(check, ret, active))
			untold = facts->checks[check];
	}
	bool unhealthy = worst == HEALTH_UNHEALTHY, well = worst == HEALTH_HEALTHY;
	ret[RULE_UNHEALTHY] = (struct alert_reading){.known = facts->zendesk_works || unhealthy,
	                                             .bad = untold == HEALTH_UNHEALTHY,
	                                             .clear = !unhealthy,
	                                             .detail = facts->health};
	ret[RULE_DEGRADED] = (struct alert_reading){.known = facts->zendesk_works || !well,
	                                            .bad = untold == HEALTH_DEGRADED,
	                                            .clear = well,
	                                            .detail = facts->health};
}

void alert_rules_read(const struct alert_facts *facts, const bool active[ALERT_RULES],
                      struct alert_reading ret[ALERT_RULES])
{
	read_values(facts, ret);
	state_text(&ret[RULE_WRITES_ON_HOLD], facts->stopped, true);
	state_text(&ret[RULE_RELOAD_REFUSED], facts->refusal, true);
	read_engine(facts, ret);
	read_health(facts, active, ret);
}
