/* How the service is, in a word, in a sentence and as JSON. */
#include "../base/helper.h"

#include "observe/health.h"

#define WALL INT64_C(1762381981000) /* 2025-11-05T22:33:01Z */
#define MIB ((int64_t)1024 * 1024)

static struct health_input input;
static struct health health;
static char sentence[HEALTH_SENTENCE_SIZE];

static int setup(void **state)
{
	input = (struct health_input){
	        .wall = WALL,
	        .ready = true,
	        .model = "gpt-4o-mini",
	        .model_wanted = "gpt-4o-mini",
	        .model_leaves = -1,
	        .backlog_time = MSEC_HOUR,
	        .disk_free = -1,
	        .disk_path = "/var/lib/ai-ticketd",
	        .poll_interval = MSEC_MINUTE,
	        .failure_rate = 0.05,
	        .last_24h = {.processed = 990, .failed = 10, .latency_ms = 990 * 250}};
	return 0;
}

static void assert_health(enum health_state state, const char *words)
{
	health_judge(&input, &health);
	health_sentence(&health, &input, sentence);
	assert_int_equal(health.state, state);
	if (strstr(sentence, words) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", sentence, words);
}

/* The JSON of the present judgement; one static buffer. */
static const char *json(void)
{
	static char text[4096];
	struct buf out;

	buf_init(&out, sizeof(text) - 1);
	health_judge(&input, &health);
	health_write(&health, &input, &out);
	assert_false(out.overflow);
	snprintf(text, sizeof(text), "%s", buf_cstr(&out));
	buf_free(&out);
	return text;
}

static void assert_json(const char *words)
{
	if (strstr(json(), words) == NULL)
		fail_msg("%s lacks %s", json(), words);
}

static void a_service_that_works_is_healthy(void **state)
{
	assert_health(HEALTH_HEALTHY, "Healthy. 990 tickets");
	assert_int_equal(health_http_status(health.state), 200);
}

static void whoever_is_not_let_in_is_unhealthy_and_told_what_to_do(void **state)
{
	input.zendesk_halted = true;
	input.zendesk_reason = "Zendesk refused the sign-in (401). Check zendesk.api_token.";
	assert_health(HEALTH_UNHEALTHY, input.zendesk_reason); /* which says what to do */
	assert_json("\"zendesk_api\":\"error: Zendesk refused the sign-in (401). Check "
	            "zendesk.api_token\"");
	assert_int_equal(health.checks[CHECK_ZENDESK], HEALTH_UNHEALTHY);
	assert_int_equal(health_http_status(health.state), 503);
}

static void a_halted_model_is_unhealthy(void **state)
{
	input.model_halted = true;
	input.model_reason = "billing: quota used up";
	assert_health(HEALTH_UNHEALTHY, "quota used up");
	assert_int_equal(health.checks[CHECK_LLM], HEALTH_UNHEALTHY);
	assert_json("\"llm_api\":\"error: billing: quota used up\"");
	input.model_reason = NULL;
	assert_health(HEALTH_UNHEALTHY, "The model refuses access.");
}

static void services_that_do_not_answer_degrade_it(void **state)
{
	input.zendesk_down = true;
	assert_health(HEALTH_DEGRADED, "Zendesk does not answer. Retrying automatically");
	assert_json("\"zendesk_api\":\"error: does not answer\"");
	input.zendesk_reason = "connection refused.";
	assert_health(HEALTH_DEGRADED, "Zendesk does not answer: connection refused. Retrying");
	assert_json("\"zendesk_api\":\"error: does not answer: connection refused\"");
	assert_int_equal(health_http_status(health.state), 200);
	input.zendesk_down = false;
	input.model_down = true;
	assert_health(HEALTH_DEGRADED, "Tickets are classified by rules (llm.on_outage). Retrying");
	input.model_awaited = true;
	assert_health(HEALTH_DEGRADED, "Tickets wait for it. Retrying automatically");
	assert_int_equal(health.checks[CHECK_LLM], HEALTH_DEGRADED);
	input.model_unusable = true;
	assert_health(HEALTH_DEGRADED, "The model gives no usable answer");
	assert_json("\"llm_api\":\"error: gives no usable answer");
}

static void the_disk_is_judged_by_what_is_free(void **state)
{
	static const struct {
		int64_t free;
		enum health_state state;
	} cases[] = {{-1, HEALTH_HEALTHY},
	             {256 * MIB, HEALTH_HEALTHY},
	             {256 * MIB - 1, HEALTH_DEGRADED},
	             {16 * MIB, HEALTH_DEGRADED},
	             {16 * MIB - 1, HEALTH_UNHEALTHY},
	             {0, HEALTH_UNHEALTHY}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		input.disk_free = cases[i].free;
		health_judge(&input, &health);
		assert_int_equal(health.state, cases[i].state);
		assert_int_equal(health.checks[CHECK_DISK], cases[i].state);
		assert_json(cases[i].state == HEALTH_HEALTHY    ? "\"disk_space\":\"ok\""
		            : cases[i].state == HEALTH_DEGRADED ? "\"disk_space\":\"warning\""
		                                                : "\"disk_space\":\"critical\"");
	}
	input.disk_free = 1024 * MIB;
	input.store_failing = true;
	assert_health(HEALTH_UNHEALTHY, "Zendesk updates are on hold");
	assert_json("\"disk_space\":\"ok\",\"last_run\":\"ok\",\"database\":\"error: cannot be "
	            "written\"");
}

static void a_channel_that_takes_no_alerts_degrades_it(void **state)
{
	input.alert_trouble = "alerts do not reach Slack: it answered 404 (no_service)";
	assert_health(HEALTH_DEGRADED,
	              "Nobody may be told: alerts do not reach Slack: it answered");
	assert_json("\"alerts\":\"warning: alerts do not reach Slack: it answered 404 "
	            "(no_service)\"");
}

static void a_log_that_cannot_be_written_degrades_it(void **state)
{
	input.log_trouble = "log.dir: /x/20251105.log cannot be written: no such file";
	assert_health(HEALTH_DEGRADED, "Log lines are missing: log.dir: /x/20251105.log");
	assert_int_equal(health.checks[CHECK_DISK], HEALTH_HEALTHY);
	assert_json("\"log\":\"error: log.dir: /x/20251105.log cannot be written: no such file\"");
}

static void a_service_without_a_sign_of_work_grows_worse(void **state)
{
	static const struct {
		msec idle;
		enum health_state state;
	} cases[] = {{8 * MSEC_MINUTE, HEALTH_HEALTHY},
	             {8 * MSEC_MINUTE + 1, HEALTH_DEGRADED},
	             {25 * MSEC_MINUTE, HEALTH_DEGRADED},
	             {25 * MSEC_MINUTE + 1, HEALTH_UNHEALTHY}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		input.idle = cases[i].idle;
		health_judge(&input, &health);
		assert_int_equal(health.checks[CHECK_LAST_RUN], cases[i].state);
	}
	assert_health(HEALTH_UNHEALTHY, "for 25 min. Check the log");
	assert_json("\"last_run\":\"stale\"");
	input.zendesk_down = true;
	input.zendesk_reason = "connection refused";
	assert_health(HEALTH_UNHEALTHY, "Zendesk has not answered for 25 min: connection refused. "
	                                "Check the log");
	input.zendesk_down = false;
	input.poll_interval = 24 * MSEC_HOUR; /* rare looks are no illness */
	assert_health(HEALTH_HEALTHY, "Healthy");
}

static void a_pause_leads_the_sentence_and_changes_no_state(void **state)
{
	input.paused = true;
	input.idle = 100 * MSEC_HOUR;
	assert_health(HEALTH_HEALTHY, "Paused. No new tickets are taken; ai-ticketctl resume ends "
	                              "the pause. Healthy. 990");
	assert_json("\"status\":\"healthy\",\"ready\":true,\"paused\":true,");
	input.load = (struct load){.at_model = 1, .to_write = 1599};
	input.zendesk_down = true;
	assert_health(HEALTH_DEGRADED, "Paused. No new tickets are taken; 1,600 in progress will "
	                               "still be written; ai-ticketctl resume ends the pause. "
	                               "Zendesk does not answer");
	input.load.left = MSEC_NEVER; /* nobody wants it to end */
	input.zendesk_down = false;
	assert_health(HEALTH_HEALTHY, "Paused.");
}

static void a_service_that_stops_is_degraded_and_not_ready(void **state)
{
	input.draining = input.paused = true;
	assert_health(HEALTH_DEGRADED, "Stopping. Work in progress");
	assert_int_equal(strncmp(sentence, "Stopping", 8), 0);
	assert_false(health_is_ready(&health, &input));
	assert_json("\"ready\":false,\"paused\":true,\"stopping\":true");
}

static void it_is_ready_when_it_is_signed_in_and_not_unhealthy(void **state)
{
	health_judge(&input, &health);
	assert_true(health_is_ready(&health, &input));
	input.model_down = true;
	health_judge(&input, &health);
	assert_true(health_is_ready(&health, &input));
	input.model_halted = true;
	health_judge(&input, &health);
	assert_false(health_is_ready(&health, &input));
	input.model_down = input.model_halted = input.ready = false;
	health_judge(&input, &health);
	assert_false(health_is_ready(&health, &input));
}

static void attempts_that_were_used_up_degrade_it_and_are_told_by_service(void **state)
{
	input.recent = (struct recent_counts){.tickets = 50, .model_failed = 1};
	assert_health(HEALTH_HEALTHY, "Healthy");
	input.recent.model_failed = 2;
	assert_health(HEALTH_DEGRADED, "2 of the last 50 tickets were classified by rules because "
	                               "the model failed at each attempt. The log");
	assert_json("\"attempts\":\"error: 2 of the last 50 tickets were classified");
	input.recent.zendesk_failed = 3;
	assert_health(HEALTH_DEGRADED,
	              "; 3 of the last 50 tickets could not be written because Zendesk failed");
}

static void another_model_than_the_configured_one_degrades_it(void **state)
{
	input.model = "gpt-6-luna";
	assert_health(HEALTH_DEGRADED, "gpt-6-luna answers in place of gpt-4o-mini, which is not "
	                               "available. Set another llm.model.");
	assert_json("\"llm_api\":\"ok\"");
	assert_json("\"llm_model\":\"warning: gpt-6-luna answers in place of gpt-4o-mini");
	input.model = input.model_wanted = NULL; /* rules */
	assert_health(HEALTH_HEALTHY, "Healthy");
}

static void a_model_that_leaves_within_thirty_days_degrades_it(void **state)
{
	input.model_leaves = WALL + 30 * MSEC_DAY;
	assert_health(HEALTH_HEALTHY, "Healthy");
	input.model_leaves = WALL + 30 * MSEC_DAY - 1;
	assert_health(HEALTH_DEGRADED, "gpt-4o-mini will be shut down on 2025-12-05 (in 29 days)");
	input.model_leaves = WALL - 1;
	assert_health(HEALTH_DEGRADED, "gpt-4o-mini was shut down on 2025-11-05. Set another");
}

static void a_model_that_leaves_is_warned_of_before_it_counts(void **state)
{
	struct buf text;

	buf_init(&text, 1000);
	health_model_warning(&input, &text);
	assert_int_equal(text.len, 0);
	input.model_leaves = WALL + 60 * MSEC_DAY + 1;
	health_model_warning(&input, &text);
	assert_int_equal(text.len, 0);
	input.model_leaves = WALL + 45 * MSEC_DAY;
	assert_health(HEALTH_HEALTHY, "Healthy");
	health_model_warning(&input, &text);
	assert_str(buf_str(&text), "gpt-4o-mini will be shut down on 2025-12-20 (in 45 days): set "
	                           "another llm.model");
	buf_free(&text);
}

static void a_backlog_that_takes_too_long_degrades_it_and_says_what_limits(void **state)
{
	input.load = (struct load){.waiting = 12000,
	                           .at_model = 3,
	                           .left = MSEC_HOUR,
	                           .limit = LOAD_MODEL_REQUESTS,
	                           .limit_value = 60};
	assert_health(HEALTH_HEALTHY, "Healthy");
	input.load.left = 3 * MSEC_HOUR + 20 * MSEC_MINUTE;
	assert_health(HEALTH_DEGRADED,
	              "12,003 tickets are not done and will take about 3 h 20 min; "
	              "limited by llm.requests_per_minute: 60 a minute.");
	assert_json("\"backlog\":12003,\"backlog_seconds\":12000");
	input.load.left = PACE_UNKNOWN;
	assert_health(HEALTH_HEALTHY, "Healthy");
	assert_json("\"backlog_seconds\":null");
	input.load = (struct load){.waiting = 1, .left = MSEC_NEVER};
	assert_health(HEALTH_DEGRADED, "1 ticket is not done, and none has ended in 5 minutes.");
	assert_json("\"backlog_seconds\":null");
}

static void too_many_failures_degrade_it_when_there_are_enough_to_tell(void **state)
{
	input.last_24h = (struct counts){.processed = 18, .failed = 1};
	assert_health(HEALTH_HEALTHY, "Healthy"); /* one of nineteen says nothing */
	input.last_24h = (struct counts){.processed = 95, .failed = 5};
	assert_health(HEALTH_HEALTHY, "Healthy");
	input.last_24h = (struct counts){.processed = 94, .failed = 6};
	assert_health(HEALTH_DEGRADED, "6 of 100 tickets failed");
	assert_int_equal(health.checks[CHECK_LAST_RUN], HEALTH_HEALTHY);
}

static void the_worst_is_said_first(void **state)
{
	input.paused = input.model_down = input.zendesk_down = true;
	input.disk_free = 0;
	assert_health(HEALTH_UNHEALTHY,
	              "Disk full: 0 MiB free on /var/lib/ai-ticketd. Free some space.");
	input.model_halted = true;
	input.model_reason = "the model";
	assert_health(HEALTH_UNHEALTHY, "the model");
	input.zendesk_halted = true;
	assert_health(HEALTH_UNHEALTHY, "Zendesk refuses access.");
}

static void a_long_reason_is_cut_between_characters(void **state)
{
	char reason[2000] = "";
	for (int i = 0; i < 600; i++)
		memcpy(reason + 2 * i, "é", 3);
	input.zendesk_halted = true;
	input.zendesk_reason = reason;
	assert_health(HEALTH_UNHEALTHY, "é");
	assert_true(utf8_valid(str_of(sentence)));
	assert_true(utf8_valid(str_of(json())));
}

static void the_json_has_the_documented_members(void **state)
{
	assert_string_equal(
	        json(),
	        "{\"status\":\"healthy\",\"ready\":true,\"paused\":false,\"stopping\":false,"
	        "\"writes\":\"on\",\"mode\":\"writing\","
	        "\"checks\":{\"zendesk_api\":\"ok\",\"llm_api\":\"ok\",\"disk_space\":\"ok\","
	        "\"last_run\":\"ok\",\"database\":\"ok\",\"log\":\"ok\",\"llm_model\":\"ok\","
	        "\"attempts\":\"ok\",\"failures\":\"ok\",\"backlog\":\"ok\",\"alerts\":\"ok\"},"
	        "\"metrics\":{\"success_rate_24h\":0.9900,\"avg_latency_24h\":0.250,"
	        "\"tickets_processed_24h\":990,\"backlog\":0,\"backlog_seconds\":0},"
	        "\"timestamp\":\"2025-11-05T22:33:01Z\","
	        "\"message\":\"Healthy. 990 tickets processed in the last 24 hours.\"}");
	input.last_24h = (struct counts){0};
	assert_json("\"success_rate_24h\":null,\"avg_latency_24h\":null");
}

static void shadow_mode_leads_the_sentence_and_changes_no_state(void **state)
{
	input.writing = WRITE_MODE_SHADOW;
	assert_json("\"status\":\"healthy\"");
	assert_json("\"writes\":\"on\",\"mode\":\"shadow\"");
	assert_json("\"message\":\"Shadow mode: nothing is written to Zendesk. Healthy. ");
	input.writing = WRITE_MODE_WRITING;
}

static void a_stop_of_writing_leads_the_sentence_whatever_else_there_is(void **state)
{
	input.stopped = "Writing is stopped by alice since 2026-11-22 10:00:00 UTC: run x";
	assert_health(HEALTH_DEGRADED, "");
	assert_string_equal(sentence, "Writing is stopped by alice since "
	                              "2026-11-22 10:00:00 UTC: run x.");
	assert_json("\"writes\":\"stopped\"");
	input.idle = 24 * MSEC_HOUR; /* nothing is expected */
	assert_health(HEALTH_DEGRADED, "Writing is stopped by alice");
	input.stop_trouble = "/x/stop-writing: Is a directory";
	assert_health(HEALTH_DEGRADED,
	              "A restart would end that: /x/stop-writing: Is a directory.");
	input.model_halted = true;
	input.model_reason = "billing: quota used up";
	assert_health(HEALTH_UNHEALTHY, "quota used up");
	assert_ptr_equal(strstr(sentence, "Writing is stopped"), sentence);
}

static void a_pause_during_a_stop_promises_no_writes(void **state)
{
	input.stopped = "Writing is stopped by alice since 2026-11-22 10:00:00 UTC: run x";
	input.paused = true;
	input.load.to_write = 7;
	assert_health(HEALTH_DEGRADED, "Paused. No new tickets are taken; ai-ticketctl resume");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(a_service_that_works_is_healthy, setup),
	        cmocka_unit_test_setup(whoever_is_not_let_in_is_unhealthy_and_told_what_to_do,
	                               setup),
	        cmocka_unit_test_setup(a_halted_model_is_unhealthy, setup),
	        cmocka_unit_test_setup(services_that_do_not_answer_degrade_it, setup),
	        cmocka_unit_test_setup(the_disk_is_judged_by_what_is_free, setup),
	        cmocka_unit_test_setup(a_channel_that_takes_no_alerts_degrades_it, setup),
	        cmocka_unit_test_setup(a_log_that_cannot_be_written_degrades_it, setup),
	        cmocka_unit_test_setup(a_service_without_a_sign_of_work_grows_worse, setup),
	        cmocka_unit_test_setup(a_pause_leads_the_sentence_and_changes_no_state, setup),
	        cmocka_unit_test_setup(a_service_that_stops_is_degraded_and_not_ready, setup),
	        cmocka_unit_test_setup(it_is_ready_when_it_is_signed_in_and_not_unhealthy, setup),
	        cmocka_unit_test_setup(
	                attempts_that_were_used_up_degrade_it_and_are_told_by_service, setup),
	        cmocka_unit_test_setup(another_model_than_the_configured_one_degrades_it, setup),
	        cmocka_unit_test_setup(a_model_that_leaves_within_thirty_days_degrades_it, setup),
	        cmocka_unit_test_setup(a_model_that_leaves_is_warned_of_before_it_counts, setup),
	        cmocka_unit_test_setup(
	                a_backlog_that_takes_too_long_degrades_it_and_says_what_limits, setup),
	        cmocka_unit_test_setup(too_many_failures_degrade_it_when_there_are_enough_to_tell,
	                               setup),
	        cmocka_unit_test_setup(the_worst_is_said_first, setup),
	        cmocka_unit_test_setup(a_stop_of_writing_leads_the_sentence_whatever_else_there_is,
	                               setup),
	        cmocka_unit_test_setup(a_pause_during_a_stop_promises_no_writes, setup),
	        cmocka_unit_test_setup(a_long_reason_is_cut_between_characters, setup),
	        cmocka_unit_test_setup(the_json_has_the_documented_members, setup),
	        cmocka_unit_test_setup(shadow_mode_leads_the_sentence_and_changes_no_state, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
