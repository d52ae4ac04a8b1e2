/* How the service is, in a word, in a sentence and as JSON. */
#include "../base/helper.h"

#include "observe/health.h"

#define WALL INT64_C(1762381981000) /* 2025-11-05T22:33:01Z */
#define MIB ((int64_t)1024 * 1024)

static struct health_input input;
static struct health health;

static int setup(void **state)
{
	input = (struct health_input){
	        .wall = WALL,
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
	assert_int_equal(health.state, state);
	assert_non_null(strstr(health.sentence, words));
}

static void a_service_that_works_is_healthy(void **state)
{
	assert_health(HEALTH_HEALTHY, "Healthy. 990 tickets");
	assert_int_equal(health_http_status(health.state), 200);
}

static void whoever_is_not_let_in_is_unhealthy_and_told_what_to_do(void **state)
{
	input.zendesk_halted = true;
	input.zendesk_reason = "zendesk.email or zendesk.api_token is wrong.";
	assert_health(HEALTH_UNHEALTHY, "zendesk.api_token is wrong. Fix the cause");
	assert_non_null(strstr(health.sentence, "restart the service"));
	assert_int_equal(health.zendesk, HEALTH_UNHEALTHY);
	assert_int_equal(health_http_status(health.state), 503);
}

static void a_halted_model_is_unhealthy(void **state)
{
	input.model_halted = true;
	input.model_reason = "billing: quota used up";
	assert_health(HEALTH_UNHEALTHY, "quota used up");
	assert_int_equal(health.model, HEALTH_UNHEALTHY);
	input.model_reason = NULL;
	assert_health(HEALTH_UNHEALTHY, "no reason given");
}

static void services_that_do_not_answer_degrade_it(void **state)
{
	input.zendesk_down = true;
	assert_health(HEALTH_DEGRADED, "Zendesk does not answer");
	assert_int_equal(health_http_status(health.state), 200);
	input.zendesk_down = false;
	input.model_down = true;
	assert_health(HEALTH_DEGRADED, "classified by rules");
	assert_int_equal(health.model, HEALTH_DEGRADED);
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
		assert_int_equal(health.disk, cases[i].state);
	}
	input.disk_free = 1024 * MIB;
	input.store_failing = true;
	assert_health(HEALTH_UNHEALTHY, "Zendesk updates are on hold");
}

static void a_log_that_cannot_be_written_degrades_it(void **state)
{
	input.log_trouble = "log.dir: /x/20251105.log cannot be written: no such file";
	assert_health(HEALTH_DEGRADED, "Log lines are missing: log.dir: /x/20251105.log");
	assert_int_equal(health.disk, HEALTH_DEGRADED);
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
		assert_int_equal(health.last_run, cases[i].state);
	}
	assert_non_null(strstr(health.sentence, "25 minutes"));
	input.poll_interval = 24 * MSEC_HOUR; /* rare looks are no illness */
	assert_health(HEALTH_HEALTHY, "Healthy");
}

static void a_pause_degrades_it_however_long_it_lasts(void **state)
{
	input.paused = true;
	input.idle = 100 * MSEC_HOUR;
	assert_health(HEALTH_DEGRADED, "ai-ticketctl resume");
	input.draining = true;
	assert_health(HEALTH_DEGRADED, "Stopping");
}

static void too_many_failures_degrade_it_when_there_are_enough_to_tell(void **state)
{
	input.last_24h = (struct counts){.processed = 18, .failed = 1};
	assert_health(HEALTH_HEALTHY, "Healthy"); /* one of nineteen says nothing */
	input.last_24h = (struct counts){.processed = 95, .failed = 5};
	assert_health(HEALTH_HEALTHY, "Healthy");
	input.last_24h = (struct counts){.processed = 94, .failed = 6};
	assert_health(HEALTH_DEGRADED, "6 of 100 tickets failed");
	assert_int_equal(health.last_run, HEALTH_HEALTHY);
}

static void the_worst_is_said_first(void **state)
{
	input.paused = input.model_down = input.zendesk_down = true;
	input.disk_free = 0;
	assert_health(HEALTH_UNHEALTHY,
	              "Disk full: 0 MiB free at /var/lib/ai-ticketd. Free some space.");
	input.model_halted = true;
	assert_health(HEALTH_UNHEALTHY, "model is halted");
	input.zendesk_halted = true;
	assert_health(HEALTH_UNHEALTHY, "Zendesk refuses access");
}

static void a_long_reason_is_cut_between_characters(void **state)
{
	char reason[2000] = "";
	for (int i = 0; i < 600; i++)
		memcpy(reason + 2 * i, "é", 3);
	input.zendesk_halted = true;
	input.zendesk_reason = reason;
	health_judge(&input, &health);
	assert_true(utf8_valid(str_of(health.sentence)));
}

static void the_json_has_the_documented_members(void **state)
{
	struct buf out;
	buf_init(&out, 10000);
	health_judge(&input, &health);
	health_write(&health, &input, &out);
	assert_str(
	        buf_str(&out),
	        "{\"status\":\"healthy\",\"checks\":{\"zendesk_api\":\"ok\","
	        "\"llm_api\":\"ok\",\"disk_space\":\"ok\","
	        "\"last_run\":\"ok\"},\"writes\":\"on\",\"metrics\":{\"success_rate_24h\":0.9900,"
	        "\"avg_latency_24h\":0.250,"
	        "\"tickets_processed_24h\":990},\"timestamp\":\"2025-11-05T22:33:"
	        "01Z\",\"message\":\"Healthy. 990 "
	        "tickets processed in the last 24 hours.\"}");
	buf_reset(&out);
	input.last_24h = (struct counts){0};
	input.model_down = true;
	input.zendesk_halted = true;
	health_judge(&input, &health);
	health_write(&health, &input, &out);
	assert_int_equal(
	        str_find(buf_str(&out),
	                 STR("{\"status\":\"unhealthy\",\"checks\":{\"zendesk_api\":\"failed\","
	                     "\"llm_api\":\"degraded\"")),
	        0);
	assert_true(str_find(buf_str(&out),
	                     STR("\"success_rate_24h\":null,\"avg_latency_24h\":null")) > 0);
	buf_free(&out);
}

static void a_stop_of_writing_leads_the_sentence_whatever_else_there_is(void **state)
{
	input.stopped = "Writing is stopped by alice since 2026-11-22T10:00:00Z: run x";
	health_judge(&input, &health);
	assert_int_equal(health.state, HEALTH_DEGRADED);
	assert_string_equal(health.sentence, "Writing is stopped by alice since "
	                                     "2026-11-22T10:00:00Z: run x.");
	input.idle = 24 * MSEC_HOUR; /* nothing is expected */
	assert_health(HEALTH_DEGRADED, "Writing is stopped by alice");
	input.stop_trouble = "/x/stop-writing: Is a directory";
	assert_health(HEALTH_DEGRADED,
	              "A restart would end that: /x/stop-writing: Is a directory.");
	input.model_halted = true;
	input.model_reason = "billing: quota used up";
	health_judge(&input, &health);
	assert_int_equal(health.state, HEALTH_UNHEALTHY);
	assert_ptr_equal(strstr(health.sentence, "Writing is stopped"), health.sentence);
	assert_non_null(strstr(health.sentence, "quota used up"));
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
	        cmocka_unit_test_setup(a_log_that_cannot_be_written_degrades_it, setup),
	        cmocka_unit_test_setup(a_service_without_a_sign_of_work_grows_worse, setup),
	        cmocka_unit_test_setup(a_pause_degrades_it_however_long_it_lasts, setup),
	        cmocka_unit_test_setup(too_many_failures_degrade_it_when_there_are_enough_to_tell,
	                               setup),
	        cmocka_unit_test_setup(the_worst_is_said_first, setup),
	        cmocka_unit_test_setup(a_stop_of_writing_leads_the_sentence_whatever_else_there_is,
	                               setup),
	        cmocka_unit_test_setup(a_long_reason_is_cut_between_characters, setup),
	        cmocka_unit_test_setup(the_json_has_the_documented_members, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
