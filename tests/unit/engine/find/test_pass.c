/* A resident engine's passes: when they begin, when not, and how it ends. (Passes of a run:
 * test_discover.c.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

static struct lab *resident(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab_start(lab);
	lab_let_in(lab);
	return lab;
}

static void the_first_pass_begins_at_once_and_one_follows_each_poll_interval(void **state)
{
	struct lab *lab = resident();

	(void)state;
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	for (size_t polls = 1; polls < 4; polls++) {
		lab_found(lab, "");
		lab_advance(lab, 59000);
		assert_int_equal(lab_count(lab, "/search.json"), polls);
		lab_advance(lab, 1000);
		assert_int_equal(lab_count(lab, "/search.json"), polls + 1);
	}
	assert_false(lab->finished);
	lab_free(lab);
}

static void between_passes_nothing_happens(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_found(lab, "");
	assert_int_equal(engine_deadline(lab->engine), lab->now.mono + 60000);
	lab_free(lab);
}

static void a_pass_never_begins_before_the_last_one_has_ended(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_advance(lab, 25000); /* the search takes its time, */
	lab_found(lab, "");
	lab_advance(lab, 35000);
	assert_int_equal(lab_count(lab, "/search.json"), 2);
	lab->config->zendesk.poll_interval = 1000;
	lab_advance(lab, 20000); /* and so does the next */
	assert_int_equal(lab_count(lab, "/search.json"), 2);
	lab_found(lab, "");
	assert_int_equal(lab_count(lab, "/search.json"), 2);
	lab_free(lab);
}

static void a_pass_is_skipped_while_enough_tickets_wait(void **state)
{
	struct lab *lab = lab_new();
	char four[4000];

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	lab->config->llm.timeout = 3600000;
	lab_start(lab);
	lab_let_in(lab);
	snprintf(four, sizeof(four), "%s,%s,%s", lab_ticket(1, "open", NULL, NULL, NULL),
	         lab_ticket(2, "open", NULL, NULL, NULL), lab_ticket(3, "open", NULL, NULL, NULL));
	lab_found(lab, four);
	lab_advance(lab, 61000);
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	lab_model_says(lab, "bug", "low", "neutral");
	lab_advance(lab, 30000);
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	lab_advance(lab, 30000);
	assert_int_equal(lab_count(lab, "/search.json"), 2);
	lab_free(lab);
}

static void results_of_tickets_in_flight_are_dropped_silently(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->llm.timeout = 3600000;
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_advance(lab, 60000);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:30Z"));
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	assert_int_equal(lab->outcome_count, 0);
	lab_free(lab);
}

static void a_resident_engine_takes_tickets_younger_than_its_start(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_found(lab, "");
	lab_advance(lab, 60000);
	lab_found(lab, "{\"id\":4,\"result_type\":\"ticket\",\"subject\":\"s\",\"description\":"
	               "\"d\",\"status\":\"new\","
	               "\"priority\":null,\"tags\":[],\"created_at\":\"2026-11-22T10:00:30Z\","
	               "\"updated_at\":\"2026-11-22T10:00:30Z\"}");
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);
}

static void drain_ends_a_resident_engine_and_nothing_else_does(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_all_the_way(lab, 1);
	lab_advance(lab, 60000);
	lab_found(lab, "");
	assert_false(lab->finished);
	lab_drain(lab);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	lab_free(lab);
}

static void drain_waits_for_what_is_in_flight_and_begins_no_pass(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->llm.timeout = 3600000;
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_drain(lab);
	lab_advance(lab, 15000);
	assert_false(lab->finished);
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	lab_all_the_way(lab, 1);
	assert_true(lab->finished);
	lab_free(lab);
}

static void a_drain_has_an_end_and_what_is_under_way_is_left_to_the_next_life(void **state)
{
	struct lab *lab = resident();
	struct lab_request *chat;

	(void)state;
	lab->config->llm.timeout = 3600000;
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	chat = lab_asks(lab, "/chat/completions");
	lab_drain(lab);
	lab_advance(lab, 21000);
	assert_true(chat->cancelled);
	assert_false(lab->finished); /* each request ends once */
	lab_ends(lab, chat, HTTP_CANCELLED);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	assert_null(lab_outcome(lab, 1));
	assert_true(lab_said(lab, "1 unfinished ticket is left"));
	lab_free(lab);
}

static void a_failed_ticket_does_not_make_the_end_of_a_service_a_bad_one(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->retry.attempts = 1;
	lab_ends(lab, lab_until_update(lab), HTTP_NO_CONNECT);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	lab_drain(lab);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	lab_free(lab);
}

static void a_search_that_keeps_failing_is_told_once_and_tried_again(void **state)
{
	struct lab *lab = resident();

	(void)state;
	for (int pass = 0; pass < 3; pass++) {
		for (int i = 0; i < 60; i++) {
			if (lab_asks(lab, "/search.json"))
				lab_answer(lab, lab_asks(lab, "/search.json"), 502, "",
				           "<html>Bad gateway</html>");
			lab_advance(lab, 1000);
		}
	}
	assert_false(lab->finished);
	assert_int_equal(lab->alerts, 1);
	for (int i = 0; i < 300 && !lab_asks(lab, "/search.json"); i++)
		lab_advance(lab, 1000);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	assert_true(lab_said(lab, "tickets can be read again"));
	lab_free(lab);
}

static void an_outage_while_tickets_are_written_is_told_once_and_so_is_its_end(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_ends(lab, lab_until_update(lab), HTTP_NO_CONNECT);
	for (int i = 0; i < 1200; i++) {
		struct lab_request *request = lab_asks(lab, "/api/v2/");

		if (request != NULL)
			lab_ends(lab, request, HTTP_NO_CONNECT);
		lab_advance(lab, 1000);
	}
	assert_int_equal(lab->alerts, 1);
	assert_true(lab_said(lab, "Zendesk does not answer: "));
	assert_false(lab_said(lab, "Zendesk answers again"));
	for (int i = 0; i < 300 && !lab_asks(lab, "/api/v2/"); i++)
		lab_advance(lab, 1000);
	lab_answer(lab, lab_asks(lab, "/api/v2/"), 422, "", "{}");
	assert_true(lab_said(lab, "Zendesk answers again"));
	lab_free(lab);
}

static void a_zendesk_that_does_not_answer_at_the_start_is_asked_until_it_does(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_start(lab);
	for (int i = 0; i < 2000; i++) {
		if (lab_asks(lab, "/users/me"))
			lab_ends(lab, lab_asks(lab, "/users/me"), HTTP_NO_CONNECT);
		lab_advance(lab, 1000);
	}
	assert_int_equal(lab->alerts, 1);
	for (int i = 0; i < 2000 && !lab_asks(lab, "/users/me"); i++)
		lab_advance(lab, 1000);
	assert_false(lab_said(lab, "Zendesk answers again"));
	lab_let_in(lab);
	assert_true(lab_said(lab, "Zendesk answers again"));
	lab_advance(lab, 1000);
	assert_non_null(lab_asks(lab, "/search.json"));
	lab_free(lab);
}

static void a_refused_page_is_confirmed_by_users_me_and_then_backs_off(void **state)
{
	static const int statuses[] = {401, 403};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct lab *lab = resident();

		lab_answer(lab, lab_asks(lab, "/search.json"), statuses[i], "", "{}");
		lab_let_in(lab); /* users/me was asked */
		size_t count = lab_count(lab, "/search.json");
		lab_answer(lab, lab_asks(lab, "/search.json"), statuses[i], "", "{}");
		assert_false(lab_stats(lab).zendesk_halted);
		assert_int_equal(lab_count(lab, "/search.json"), count); /* not at once */
		lab_advance(lab, 20000);
		assert_int_equal(lab_count(lab, "/search.json"), count + 1);
		assert_false(lab_stats(lab).zendesk_halted);
		lab_free(lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_first_pass_begins_at_once_and_one_follows_each_poll_interval),
	        cmocka_unit_test(between_passes_nothing_happens),
	        cmocka_unit_test(a_pass_never_begins_before_the_last_one_has_ended),
	        cmocka_unit_test(a_pass_is_skipped_while_enough_tickets_wait),
	        cmocka_unit_test(results_of_tickets_in_flight_are_dropped_silently),
	        cmocka_unit_test(a_resident_engine_takes_tickets_younger_than_its_start),
	        cmocka_unit_test(drain_ends_a_resident_engine_and_nothing_else_does),
	        cmocka_unit_test(drain_waits_for_what_is_in_flight_and_begins_no_pass),
	        cmocka_unit_test(a_drain_has_an_end_and_what_is_under_way_is_left_to_the_next_life),
	        cmocka_unit_test(a_failed_ticket_does_not_make_the_end_of_a_service_a_bad_one),
	        cmocka_unit_test(a_search_that_keeps_failing_is_told_once_and_tried_again),
	        cmocka_unit_test(
	                an_outage_while_tickets_are_written_is_told_once_and_so_is_its_end),
	        cmocka_unit_test(
	                a_zendesk_that_does_not_answer_at_the_start_is_asked_until_it_does),
	        cmocka_unit_test(a_refused_page_is_confirmed_by_users_me_and_then_backs_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
