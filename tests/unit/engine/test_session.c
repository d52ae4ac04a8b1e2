/* A resident engine that is not let in: it says so once, and asks again each llm.probe_interval. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define PROBE 600000

static struct lab *resident(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab_start(lab);
	return lab;
}

static void anonymous(struct lab *lab)
{
	lab_answer(lab, lab_asks(lab, "/users/me"), 200, "",
	           "{\"user\":{\"id\":null,\"name\":\"Anonymous user\"}}");
}

static void words_of_a_reply_are_redacted_and_the_address_that_does_not_answer_is_told(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_ends(lab, lab_asks(lab, "/users/me"), HTTP_NO_CONNECT);
	assert_true(lab_said(lab, "no connection to Zendesk: no connection, 192.0.2.7 port 443"));
	lab_advance(lab, 10000);
	lab_answer(lab, lab_asks(lab, "/users/me"), 500, "",
	           "{\"error\":\"Oops\",\"description\":\"for 198.51.100.9\"}");
	assert_true(lab_said(lab, "[REDACTED_IP]"));
	assert_false(lab_said(lab, "198.51.100.9"));
	lab_free(lab);
}

static void zendesk_is_asked_again_each_probe_interval_and_told_of_once(void **state)
{
	struct lab *lab = resident();

	(void)state;
	anonymous(lab);
	lab_advance(lab, PROBE - 1000);
	assert_null(lab_asks(lab, "/users/me"));
	assert_false(lab->finished);
	lab_advance(lab, 1000);
	anonymous(lab);
	assert_int_equal(lab->alerts, 1);
	lab_advance(lab, PROBE);
	lab_let_in(lab);
	assert_non_null(lab_asks(lab, "/search.json"));
	assert_true(lab_said(lab, "access restored"));
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_all_the_way(lab, 1);
	lab_drain(lab);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	lab_free(lab);
}

static void what_was_in_flight_when_zendesk_shut_us_out_is_done_later(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->zendesk.poll_interval = 86400000;
	lab_answer(lab, lab_until_update(lab), 401, "",
	           "{\"error\":\"Couldn't authenticate you\"}");
	assert_null(lab_outcome(lab, 1)); /* a moment ago it let us in: it is asked */
	lab_answer(lab, lab_asks(lab, "/users/me"), 401, "",
	           "{\"error\":\"Couldn't authenticate you\"}");
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	lab_advance(lab, PROBE);
	lab_let_in(lab);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);
}

static void a_model_without_money_is_asked_again_and_its_tickets_come_back(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 429, "",
	           "{\"error\":{\"code\":\"insufficient_quota\"}}");
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	assert_int_equal(lab->alerts, 1);
	lab_advance(lab, PROBE);
	lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	assert_true(lab_is_probe(lab_asks(lab, "/chat/")));
	lab_model_says(lab, "other", "low", "neutral");
	if (!lab_asks(lab, "/search.json"))
		lab_advance(lab, 60000);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_all_the_way(lab, 1);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab->alerts, 1);
	lab_drain(lab);
	assert_int_equal(lab->end, RUN_CLEAN);
	lab_free(lab);
}

static void a_run_is_over_when_it_is_not_let_in(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_start(lab);
	anonymous(lab);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_NOT_LET_IN);
	lab_free(lab);
}

static void stopped_before_it_is_let_in_it_ends(enum engine_mode mode)
{
	struct lab *lab = lab_new();

	lab->setup.mode = mode;
	lab_start(lab);
	lab_drain(lab);
	assert_true(lab_asks(lab, "/users/me")->cancelled);
	lab_ends(lab, lab_asks(lab, "/users/me"), HTTP_CANCELLED);
	assert_int_equal(lab_count(lab, "/users/me"), 1);
	assert_int_equal(lab_count(lab, "/models"), 0);
	assert_true(lab->finished);
	lab_free(lab);
}

static void who_is_stopped_before_being_let_in_asks_no_more_and_ends(void **state)
{
	(void)state;
	stopped_before_it_is_let_in_it_ends(ENGINE_RESIDENT);
	stopped_before_it_is_let_in_it_ends(ENGINE_ONCE);
}

static void is_over(struct lab *lab, enum run_end end, const char *words)
{
	assert_true(lab->finished);
	assert_int_equal(lab->end, end);
	assert_int_equal(lab->alerts, 1);
	assert_true(lab_said(lab, words));
	lab_free(lab);
}

static struct lab *begun(void)
{
	struct lab *lab = lab_new();

	lab_start(lab);
	return lab;
}

static void a_host_that_does_not_exist_ends_a_run_at_the_first_try(void **state)
{
	struct lab *lab = begun();

	(void)state;
	lab_ends(lab, lab_asks(lab, "/users/me"), HTTP_NO_HOST);
	assert_int_equal(lab_count(lab, "/users/me"), 1);
	is_over(lab, RUN_MISCONFIGURED, "There is no host ");
	lab = begun();
	lab_sign_in(lab);
	lab_ends(lab, lab_asks(lab, "/models"), HTTP_NO_HOST);
	lab_ends(lab, lab_asks(lab, "/search.json"), HTTP_CANCELLED);
	assert_int_equal(lab_count(lab, "/models"), 1);
	is_over(lab, RUN_MISCONFIGURED, "Check llm.base_url");
}

static void the_service_asks_a_host_that_does_not_exist_again_within_a_minute(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_ends(lab, lab_asks(lab, "/users/me"), HTTP_NO_HOST);
	lab_advance(lab, MSEC_MINUTE);
	lab_ends(lab, lab_asks(lab, "/users/me"), HTTP_NO_HOST);
	assert_int_equal(lab->alerts, 1);
	lab_advance(lab, MSEC_MINUTE);
	lab_let_in(lab);
	assert_true(lab_said(lab, "access restored"));
	lab_free(lab);
}

static void a_model_that_does_not_answer_at_first_contact_is_given_no_ticket_of_a_run(void **state)
{
	struct lab *lab = begun();

	(void)state;
	lab_sign_in(lab);
	lab_found(lab, lab_tickets(1, 3, NULL, NULL));
	for (int i = 0; i < 3; i++) {
		lab_ends(lab, lab_asks(lab, "/models"), HTTP_NO_CONNECT);
		lab_advance(lab, 10000);
	}
	assert_int_equal(lab_count(lab, "/chat/"), 0);
	assert_int_equal(lab->outcome_count, 0);
	is_over(lab, RUN_FAILED, "No ticket was touched.");
}

static void a_model_that_answers_the_second_time_is_given_them(void **state)
{
	struct lab *lab = begun();

	(void)state;
	lab_sign_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_ends(lab, lab_asks(lab, "/models"), HTTP_NO_CONNECT);
	assert_null(lab_asks(lab, "/chat/"));
	lab_advance(lab, 10000);
	lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	assert_non_null(lab_asks(lab, "/chat/"));
	lab_free(lab);
}

static void the_models_service_is_asked_only_when_zendesk_lets_us_in(void **state)
{
	struct lab *lab = begun();

	(void)state;
	assert_int_equal(lab_count(lab, "/models"), 0);
	lab_ends(lab, lab_asks(lab, "/users/me"), HTTP_NO_CONNECT);
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/models"), 0);
	lab_sign_in(lab);
	assert_int_equal(lab_count(lab, "/models"), 1);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(
	                words_of_a_reply_are_redacted_and_the_address_that_does_not_answer_is_told),
	        cmocka_unit_test(zendesk_is_asked_again_each_probe_interval_and_told_of_once),
	        cmocka_unit_test(what_was_in_flight_when_zendesk_shut_us_out_is_done_later),
	        cmocka_unit_test(a_model_without_money_is_asked_again_and_its_tickets_come_back),
	        cmocka_unit_test(a_run_is_over_when_it_is_not_let_in),
	        cmocka_unit_test(a_host_that_does_not_exist_ends_a_run_at_the_first_try),
	        cmocka_unit_test(the_service_asks_a_host_that_does_not_exist_again_within_a_minute),
	        cmocka_unit_test(
	                a_model_that_does_not_answer_at_first_contact_is_given_no_ticket_of_a_run),
	        cmocka_unit_test(a_model_that_answers_the_second_time_is_given_them),
	        cmocka_unit_test(the_models_service_is_asked_only_when_zendesk_lets_us_in),
	        cmocka_unit_test(who_is_stopped_before_being_let_in_asks_no_more_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
