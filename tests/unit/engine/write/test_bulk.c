/* Writing in bulk: when, what is in it, and what the answer to the request means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define QUEUED "\"status\":\"queued\",\"total\":10,\"progress\":null,\"message\":null"

static size_t occurrences(const char *text, const char *part)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
		count++;
	return count;
}

static void many_tickets_go_in_one_request_each_with_its_own_change_and_stamp(void **state)
{
	struct lab *lab = lab_new();
	struct lab_request *batch = lab_until_batch(lab, 10);
	const char *body = batch->request.body;

	(void)state;
	assert_int_equal(batch->request.method, HTTP_PUT);
	assert_int_equal(occurrences(body, "\"id\":"), 10);
	assert_int_equal(occurrences(body, "\"safe_update\":true"), 10);
	assert_int_equal(occurrences(body, "\"updated_stamp\":\"2026-11-22T09:00:00Z\""), 10);
	assert_int_equal(occurrences(body, "\"public\":false"), 10);
	assert_int_equal(
	        occurrences(body,
	                    "[\"vip\",\"ai_processed\",\"ai_bug\",\"ai_high\",\"ai_negative\"]"),
	        10);
	assert_int_equal(occurrences(body, "\"priority\":\"high\""), 10);
	assert_null(strstr(body, "\"status\""));
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void a_few_tickets_go_one_by_one(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	assert_null(lab_until_batch(lab, 4));
	assert_int_equal(lab_puts(lab), 4);
	lab_free(lab);
}

static void bulk_always_is_for_a_single_ticket_too_and_never_for_none(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.bulk", "always");
	assert_non_null(lab_until_batch(lab, 1));
	lab_free(lab);

	lab = lab_new();
	lab_set(lab, "zendesk.bulk", "never");
	assert_null(lab_until_batch(lab, 10));
	assert_true(lab_puts(lab) > 4);
	lab_free(lab);
}

/* The limit of single updates is learned from its header; what does not fit goes in bulk. */
static void when_the_single_updates_of_this_minute_are_used_up_bulk_takes_over(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.batch_size", "4");
	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 8, NULL, NULL));
	for (int i = 0; i < 4; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_tickets(1, 4, NULL, NULL));
	assert_int_equal(lab_count(lab, "update_many"), 0);
	lab_answer(lab, lab_asks(lab, "/tickets/1.json"), 200,
	           "Zendesk-RateLimit-tickets-update: total=100; remaining=0; resets=50",
	           "{\"ticket\":{\"id\":1,\"status\":\"open\",\"tags\":[\"ai_processed\"],"
	           "\"updated_at\":\"2026-11-"
	           "22T10:00:"
	           "00Z\"}}");
	for (int i = 0; i < 4; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_tickets(5, 4, NULL, NULL));
	assert_int_equal(lab_count(lab, "update_many"), 1);
	lab_free(lab);
}

static void a_decided_ticket_waits_two_seconds_for_company_and_no_longer(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 10, NULL, NULL));
	for (int i = 0; i < 6; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, 1900);
	assert_null(lab_asks(lab, "show_many"));
	lab_advance(lab, 200);
	lab_fresh_read(lab, lab_tickets(1, 6, NULL, NULL));
	assert_int_equal(lab_count(lab, "update_many"), 1);
	lab_free(lab);
}

static void nobody_waits_when_nothing_more_is_coming(void **state)
{
	struct lab *lab = lab_new();
	msec before = lab->now.mono;

	(void)state;
	assert_non_null(lab_until_batch(lab, 6));
	assert_true(lab->now.mono == before);
	lab_free(lab);
}

static void a_lost_answer_is_sent_again_the_same_after_the_settle_timeout(void **state)
{
	struct lab *lab = lab_new();
	struct lab_request *batch = lab_until_batch(lab, 10);
	char *first = xstrdup(batch->request.body);

	(void)state;
	lab_ends(lab, batch, HTTP_BROKEN);
	for (int looks = 0; lab->now.mono < 1000000 + 119000; looks++) {
		lab_advance(lab, 1000);
		if (lab_asks(lab, "show_many"))
			lab_fresh_read(lab, lab_tickets(1, 10, "[\"vip\"]", NULL));
		assert_true(looks < 200);
	}
	assert_int_equal(lab_count(lab, "update_many"), 1);
	/* looked at meanwhile, at growing distances */
	assert_in_range(lab_count(lab, "show_many"), 3, 6);
	lab_advance(lab, 2000);
	if (lab_asks(lab, "show_many"))
		lab_fresh_read(lab, lab_tickets(1, 10, "[\"vip\"]", NULL));
	assert_int_equal(lab_count(lab, "update_many"), 2);
	assert_string_equal(lab_asks(lab, "update_many")->request.body, first);
	free(first);
	lab_free(lab);
}

static void a_lost_answer_whose_job_ran_all_the_same_is_done_at_the_first_look(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_ends(lab, lab_until_batch(lab, 10), HTTP_TIMEOUT);
	lab_advance(lab, 11000);
	lab_fresh_read(lab,
	               lab_tickets(1, 10, "[\"vip\",\"ai_processed\"]", "2026-11-22T10:00:05Z"));
	assert_int_equal(lab->outcome_count, 10);
	assert_int_equal(lab_outcome(lab, 10)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void a_200_with_an_error_in_its_body_is_no_job(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_answer(lab, lab_until_batch(lab, 10), 200, "",
	           "{\"error\":\"SomethingElse\",\"description\":\"no\"}");
	lab_advance(lab, 20000);
	assert_null(lab_asks(lab, "job_statuses"));
	lab_fresh_read(lab,
	               lab_tickets(1, 10, "[\"vip\",\"ai_processed\"]", "2026-11-22T10:00:05Z"));
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void an_answer_without_a_job_id_is_looked_after(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_answer(lab, lab_until_batch(lab, 10), 200, "",
	           "{\"job_status\":{\"id\":null,\"status\":\"queued\"}}");
	lab_advance(lab, 11000);
	assert_non_null(lab_asks(lab, "show_many"));
	lab_free(lab);
}

static void too_many_jobs_pauses_bulk_alone_and_nothing_was_written(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.bulk", "always");
	lab_answer(lab, lab_until_batch(lab, 10), 429, "",
	           "{\"error\":\"TooManyJobs\",\"description\":\"Too many UserBulkUpdateJobV2 jobs "
	           "are currently "
	           "queued or "
	           "running. Try again later.\",\"current_job_ids\":[\"a\"]}");
	lab_advance(lab, 9500);
	assert_int_equal(lab_count(lab, "update_many"), 1);
	lab_advance(lab, 1000);
	assert_int_equal(lab_count(lab, "update_many"), 2);
	lab_free(lab);
}

static void too_many_jobs_under_a_200_is_the_same(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.bulk", "always");
	lab_answer(lab, lab_until_batch(lab, 10), 200, "",
	           "{\"error\":\"TooManyJobs\",\"description\":\"later\"}");
	lab_advance(lab, 10500);
	assert_int_equal(lab_count(lab, "update_many"), 2);
	assert_null(lab_asks(lab, "show_many"));
	lab_free(lab);
}

static void while_there_are_too_many_jobs_single_updates_go_on(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_answer(lab, lab_until_batch(lab, 10), 429, "retry-after: 60",
	           "{\"error\":\"TooManyJobs\"}");
	lab_advance(lab, 5000);
	assert_true(lab_puts(lab) > 2);
	assert_int_equal(lab_count(lab, "update_many"), 1);
	lab_free(lab);
}

static void a_429_in_html_waits_and_sends_the_same_batch(void **state)
{
	struct lab *lab = lab_new();
	struct lab_request *batch = lab_until_batch(lab, 10);
	char *first = xstrdup(batch->request.body);

	(void)state;
	lab_answer(lab, batch, 429, "retry-after: 30\ncontent-type: text/html",
	           "<html><body><h1>Rate limit exceeded</h1></body></html>");
	lab_advance(lab, 29500);
	assert_int_equal(lab_puts(lab), 1);
	lab_advance(lab, 1000);
	assert_int_equal(lab_puts(lab), 2);
	assert_string_equal(lab_asks(lab, "update_many")->request.body, first);
	free(first);
	lab_free(lab);
}

static void a_429_for_single_updates_turns_to_bulk(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->limits = LAB_POOL;
	lab_answer(lab, lab_until_update(lab), 429,
	           "retry-after: 20\nx-rate-limit: 700\nx-rate-limit-remaining: 684", "{}");
	lab_advance(lab, 100);
	assert_int_equal(lab_count(lab, "update_many"), 1);
	lab_free(lab);
}

static void a_request_refused_as_a_whole_is_taken_apart(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_answer(lab, lab_until_batch(lab, 10), 400, "",
	           "{\"error\":\"TooManyValues\",\"max_count\":5}");
	lab_advance(lab, 100);
	assert_int_equal(lab_count(lab, "update_many"), 1);
	assert_true(lab_puts(lab) > 1); /* as many as the guards allow at once */
	assert_int_equal(lab->alerts, 0);
	lab_free(lab);
}

static void may_not_write_in_bulk_is_found_out_and_alerts_once(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.batch_size", "10");
	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 20, NULL, NULL));
	for (int i = 0; i < 20; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_tickets(1, 10, NULL, NULL));
	lab_fresh_read(lab, lab_tickets(11, 10, NULL, NULL));
	for (int i = 0; i < 2; i++)
		lab_answer(lab, lab_asks(lab, "update_many"), 403, "",
		           "{\"error\":{\"title\":\"Forbidden\",\"message\":\"You do not have "
		           "access\"}}");
	assert_int_equal(lab->alerts, 1);
	assert_true(lab_said(lab, "bulk updates are switched off"));
	assert_true(lab_puts(lab) > 2);
	lab_free(lab);
}

static void a_batch_too_large_is_halved(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_answer(lab, lab_until_batch(lab, 10), 413, "",
	           "<html>413 Request Entity Too Large</html>");
	assert_int_equal(lab->alerts, 0);
	assert_true(lab_puts(lab) > 1);
	lab_free(lab);
}

static void no_more_jobs_than_configured_are_in_flight(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.batch_size", "10");
	lab_set(lab, "zendesk.max_jobs", "1");
	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 20, NULL, NULL));
	for (int i = 0; i < 20; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_tickets(1, 10, NULL, NULL));
	lab_fresh_read(lab, lab_tickets(11, 10, NULL, NULL));
	lab_job(lab, QUEUED, "null");
	lab_advance(lab, 30000);
	assert_int_equal(lab_count(lab, "update_many"), 1);
	lab_free(lab);
}

static void the_header_of_jobs_in_flight_bounds_ours(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.batch_size", "10");
	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 20, NULL, NULL));
	for (int i = 0; i < 20; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_tickets(1, 10, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "update_many"), 200,
	           "zendesk-ratelimit-inflight-jobs: total=30; remaining=0; resets=60",
	           "{\"job_status\":{\"id\":\"V3-1\",\"status\":\"queued\",\"results\":null}}");
	lab_fresh_read(lab, lab_tickets(11, 10, NULL, NULL));
	lab_advance(lab, 3000);
	assert_int_equal(lab_count(lab, "update_many"), 1);
	lab_free(lab);
}

static void a_restart_leaves_a_bulk_write_alone_for_what_is_left_of_its_time(void **state)
{
	struct lab *lab = lab_new(), *next = lab_new();

	(void)state;
	lab_until_batch(lab, 10);
	next->limits = LAB_POOL;
	next->now.mono += 5000;
	next->now.wall += 60000;
	next->engine = engine_new(&next->setup, next->now);
	for (size_t i = 0; i < lab->record_count; i++)
		engine_restore(next->engine, &lab->records[i]);
	lab_advance(next, 0);
	lab_let_in(next);
	assert_int_equal(lab_count(next, "/chat/completions"), 0);
	for (int i = 0; i < 59; i++) {
		if (lab_asks(next, "show_many"))
			lab_fresh_read(next, lab_tickets(1, 10, "[\"vip\"]", NULL));
		lab_advance(next, 1000);
	}
	assert_int_equal(lab_puts(next), 0);
	lab_advance(next, 4000);
	lab_fresh_read(next, lab_tickets(1, 10, "[\"vip\"]", NULL));
	assert_int_equal(lab_count(next, "update_many"), 1);
	lab_free(lab);
	lab_free(next);
}

static void a_clock_set_back_by_hours_leaves_nothing_alone_for_hours(void **state)
{
	struct lab *lab = lab_new(), *next = lab_new();

	(void)state;
	lab_until_batch(lab, 10);
	next->limits = LAB_POOL;
	next->now.wall -= 5 * MSEC_HOUR;
	next->engine = engine_new(&next->setup, next->now);
	for (size_t i = 0; i < lab->record_count; i++)
		engine_restore(next->engine, &lab->records[i]);
	lab_advance(next, 0);
	lab_let_in(next);
	for (int i = 0; i < 126; i++) {
		if (lab_asks(next, "show_many"))
			lab_fresh_read(next, lab_tickets(1, 10, "[\"vip\"]", NULL));
		lab_advance(next, 1000);
	}
	assert_int_equal(lab_count(next, "update_many"), 1);
	lab_free(lab);
	lab_free(next);
}

static void a_batch_waits_for_a_new_token_like_every_other_request(void **state)
{
	struct lab *lab = lab_new();
	const char *token =
	        "{\"access_token\":\"secret-1\",\"token_type\":\"bearer\",\"expires_in\":7200}";

	(void)state;
	lab_set(lab, "zendesk.client_id", "client");
	struct config_problems problems;
	config_problems_init(&problems);
	config_set(lab->config, FROM_ENVIRONMENT, "test", "zendesk.client_secret", STR("hidden"),
	           &problems);
	config_problems_free(&problems);
	lab_start(lab);
	lab_answer(lab, lab_asks(lab, "/oauth/tokens"), 201, "", token);
	lab->limits = LAB_POOL;
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 10, "[\"vip\"]", NULL));
	for (int i = 0; i < 10; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_tickets(1, 10, "[\"vip\"]", NULL));
	lab_advance(lab, 1000);
	lab_answer(lab, lab_asks(lab, "/update_many.json"), 401, "",
	           "{\"error\":\"invalid_token\"}");
	assert_int_equal(lab_count(lab, "update_many"), 1);
	lab_answer(lab, lab_asks(lab, "/oauth/tokens"), 201, "", token);
	lab_advance(lab, 2000);
	assert_int_equal(lab_count(lab, "update_many"), 2);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(many_tickets_go_in_one_request_each_with_its_own_change_and_stamp),
	        cmocka_unit_test(a_few_tickets_go_one_by_one),
	        cmocka_unit_test(bulk_always_is_for_a_single_ticket_too_and_never_for_none),
	        cmocka_unit_test(
	                when_the_single_updates_of_this_minute_are_used_up_bulk_takes_over),
	        cmocka_unit_test(a_decided_ticket_waits_two_seconds_for_company_and_no_longer),
	        cmocka_unit_test(nobody_waits_when_nothing_more_is_coming),
	        cmocka_unit_test(a_lost_answer_is_sent_again_the_same_after_the_settle_timeout),
	        cmocka_unit_test(
	                a_lost_answer_whose_job_ran_all_the_same_is_done_at_the_first_look),
	        cmocka_unit_test(a_200_with_an_error_in_its_body_is_no_job),
	        cmocka_unit_test(an_answer_without_a_job_id_is_looked_after),
	        cmocka_unit_test(too_many_jobs_pauses_bulk_alone_and_nothing_was_written),
	        cmocka_unit_test(too_many_jobs_under_a_200_is_the_same),
	        cmocka_unit_test(while_there_are_too_many_jobs_single_updates_go_on),
	        cmocka_unit_test(a_429_in_html_waits_and_sends_the_same_batch),
	        cmocka_unit_test(a_429_for_single_updates_turns_to_bulk),
	        cmocka_unit_test(a_request_refused_as_a_whole_is_taken_apart),
	        cmocka_unit_test(may_not_write_in_bulk_is_found_out_and_alerts_once),
	        cmocka_unit_test(a_batch_too_large_is_halved),
	        cmocka_unit_test(no_more_jobs_than_configured_are_in_flight),
	        cmocka_unit_test(the_header_of_jobs_in_flight_bounds_ours),
	        cmocka_unit_test(a_restart_leaves_a_bulk_write_alone_for_what_is_left_of_its_time),
	        cmocka_unit_test(a_clock_set_back_by_hours_leaves_nothing_alone_for_hours),
	        cmocka_unit_test(a_batch_waits_for_a_new_token_like_every_other_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
