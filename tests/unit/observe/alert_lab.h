/* What the tests of alerts share: facts of a service that is well, and a person who is told. */
#ifndef TEST_OBSERVE_ALERT_LAB_H
#define TEST_OBSERVE_ALERT_LAB_H

#include "../base/helper.h"

#include "observe/alert_words.h"

#define LAB_WALL INT64_C(1795600000000)
#define TOLD_MAX 256

static struct config *lab_config;
static struct alert_facts facts;
static struct alert_state alerts;
static msec mono, wall_ahead; /* the wall clock is that of LAB_WALL + mono + wall_ahead */

static struct {
	struct alert_told told;
	msec at; /* monotonic */
} heard[TOLD_MAX];
static size_t heard_count;

static inline struct clock_reading lab_now(void)
{
	return (struct clock_reading){.mono = mono, .wall = LAB_WALL + mono + wall_ahead};
}

static inline void lab_well(void)
{
	facts = (struct alert_facts){.sli = {.success_rate = 1,
	                                     .error_rate = 0,
	                                     .model_failures = 0,
	                                     .negative = 0,
	                                     .average_ms = 1000,
	                                     .p95_ms = 1500,
	                                     .failure_rate = 0,
	                                     .cost_per_ticket = 0.0001,
	                                     .stuck_known = true,
	                                     .covered = true},
	                             .config = lab_config,
	                             .disk_free = (int64_t)10 << 30,
	                             .disk_path = "/var/lib/ai-ticketd",
	                             .model = "gpt-4o-mini",
	                             .model_leaves_in = -1,
	                             .zendesk_works = true,
	                             .model_works = true,
	                             .store_works = true,
	                             .health = "Healthy."};
}

/* As a process that has seen nothing yet. */
static inline void lab_ignorant(void)
{
	lab_well();
	facts.sli = (struct sli_values){.success_rate = -1,
	                                .error_rate = -1,
	                                .model_failures = -1,
	                                .negative = -1,
	                                .average_ms = -1,
	                                .p95_ms = -1,
	                                .failure_rate = -1,
	                                .cost_per_ticket = -1,
	                                .depth = -1};
	facts.disk_free = -1;
	facts.zendesk_works = facts.model_works = facts.store_works = false;
}

static inline void lab_forget(void)
{
	while (heard_count > 0)
		alert_told_free(&heard[--heard_count].told);
}

static inline int lab_setup(void **state)
{
	lab_config = config_new();
	mono = 1000000;
	wall_ahead = 0;
	heard_count = 0;
	lab_well();
	alert_state_init(&alerts, mono);
	return 0;
}

static inline int lab_teardown(void **state)
{
	lab_forget();
	alert_state_free(&alerts);
	config_free(lab_config);
	return 0;
}

static inline void lab_hear(void *arg, const struct alert_told *told)
{
	assert_true(heard_count < TOLD_MAX);
	heard[heard_count].told = alert_told_copy(told);
	heard[heard_count++].at = mono;
}

static inline bool lab_step(void)
{
	struct alert_reading readings[ALERT_RULES];
	bool active[ALERT_RULES];

	alert_state_active(&alerts, active);
	alert_rules_read(&facts, active, readings);
	return alert_state_step(&alerts, readings, lab_now(), lab_config->alerts.repeat, lab_hear,
	                        NULL);
}

/* As the shell does it: once a second. */
static inline void lab_pass(msec span)
{
	for (msec end = mono + span; mono < end;) {
		mono += MSEC_SECOND;
		lab_step();
	}
}

static inline const struct alert_told *last_heard(void)
{
	assert_true(heard_count > 0);
	return &heard[heard_count - 1].told;
}

#define assert_heard(count, rule_, change_)                                                        \
	do {                                                                                       \
		assert_int_equal(heard_count, count);                                              \
		assert_int_equal(last_heard()->rule, rule_);                                       \
		assert_int_equal(last_heard()->change, change_);                                   \
	} while (0)

#endif
