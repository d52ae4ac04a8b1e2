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
	lab_ends(lab, lab_asks(lab, "/models"), HTTP_CANCELLED);
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
	lab_ends(lab, lab_asks(lab, "/models"), HTTP_CANCELLED);
	lab_ends(lab, lab_asks(lab, "/users/me"), HTTP_CANCELLED);
	assert_int_equal(lab_count(lab, "/users/me"), 1);
	assert_int_equal(lab_count(lab, "/models"), 1);
	assert_true(lab->finished);
	lab_free(lab);
}

static void who_is_stopped_before_being_let_in_asks_no_more_and_ends(void **state)
{
	(void)state;
	stopped_before_it_is_let_in_it_ends(ENGINE_RESIDENT);
	stopped_before_it_is_let_in_it_ends(ENGINE_ONCE);
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
	        cmocka_unit_test(who_is_stopped_before_being_let_in_asks_no_more_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
