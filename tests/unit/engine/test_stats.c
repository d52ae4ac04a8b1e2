/* What the engine shows of its work: what waits, how the last tickets ended, the model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define MODELS(date)                                                                               \
	"{\"object\":\"list\",\"data\":[{\"id\":\"gpt-4o-mini\",\"object\":\"model\"," date "}]}"

static struct lab *resident(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab_start(lab);
	return lab;
}

static void what_waits_is_what_the_account_has_and_not_only_what_is_in_memory(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_let_in(lab);
	assert_int_equal(lab_stats(lab).load.waiting, 0);
	lab_answer(lab, lab_asks(lab, "/search.json"), 200, "",
	           "{\"results\":[],\"count\":500,\"next_page\":\"https://acme.zendesk.com/api/v2/"
	           "search.json?page=2\"}");
	assert_int_equal(lab_stats(lab).load.waiting, 500);
	lab_slice(lab, lab_ticket(1, "open", NULL, NULL, NULL), true);
	assert_int_equal(lab_stats(lab).load.waiting, 499);
	assert_int_equal(lab_stats(lab).load.at_model, 1);
	lab_slice(lab, lab_ticket(2, "open", NULL, NULL, NULL), false);
	assert_int_equal(lab_stats(lab).load.waiting, 498);
	lab_slices_end(lab); /* the search had counted what was gone */
	assert_int_equal(lab_stats(lab).load.waiting, 0);
	assert_int_equal(lab_stats(lab).load.at_model, 2);
	lab_free(lab);
}

static void what_a_pause_drops_from_memory_waits_all_the_same(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "llm.max_in_flight", "1");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 5, NULL, NULL));
	assert_int_equal(lab_stats(lab).load.waiting, 4);
	lab_pause(lab);
	assert_int_equal(lab_stats(lab).load.waiting, 4);
	assert_int_equal(lab_stats(lab).by_state[TICKET_FOUND], 0);
	lab_resume(lab);
	lab_found(lab, "");
	assert_int_equal(lab_stats(lab).load.waiting, 0);
	lab_free(lab);
}

static void the_end_of_a_pause_is_a_sign_of_work(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_let_in(lab);
	lab_found(lab, "");
	lab_pause(lab);
	lab_advance(lab, 10 * MSEC_HOUR);
	lab_resume(lab);
	assert_int_equal(lab_stats(lab).last_work_mono, lab->now.mono);
	lab_free(lab);
}

static void a_ticket_that_used_up_its_attempts_is_counted_by_service(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "retry.attempts", "1");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 2, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/chat/"), 500, "", "{}");
	lab_model_says(lab, "bug", "low", "neutral");
	lab_advance(lab, 5000);
	lab_fresh_read(lab, lab_tickets(1, 2, NULL, NULL));
	lab_advance(lab, 1500);
	lab_update_accepted(lab);
	lab_update_accepted(lab);
	struct recent_counts recent = lab_stats(lab).recent;
	assert_int_equal(recent.tickets, 2);
	assert_int_equal(recent.model_failed, 1);
	assert_int_equal(recent.zendesk_failed, 0);
	assert_string_equal(lab_stats(lab).model_reason, "HTTP 500");
	lab_free(lab);
}

static void a_skipped_ticket_says_nothing_of_the_services(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_advance(lab, 500);
	lab_fresh_read(lab, lab_ticket(1, "closed", NULL, NULL, NULL));
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	assert_int_equal(lab_stats(lab).recent.tickets, 0);
	lab_free(lab);
}

static void a_service_asks_each_day_whether_its_model_will_be_shut_down(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_let_in(lab);
	assert_int_equal(lab_stats(lab).model_leaves, -1);
	assert_string_equal(lab_stats(lab).model_wanted, "gpt-4o-mini");
	for (int i = 0; i < 24 * 60 + 2 && lab_asks(lab, "/models") == NULL; i++) {
		lab_found(lab, "");
		lab_advance(lab, MSEC_MINUTE);
	}
	assert_non_null(lab_asks(lab, "/models"));
	assert_int_equal(lab_stats(lab).model_breaker, BREAKER_CLOSED);
	lab_answer(lab, lab_asks(lab, "/models"), 200, "",
	           MODELS("\"shutdown_date\":\"2026-12-20\""));
	msec leaves = lab_stats(lab).model_leaves;
	assert_in_range(leaves - lab->now.wall, 26 * MSEC_DAY, 28 * MSEC_DAY);
	lab_found(lab, "");
	lab_reload(lab, (const char *const[]){"llm.model=gpt-4o", NULL});
	assert_int_equal(lab_stats(lab).model_leaves, -1); /* it was about the former one */
	lab_free(lab);
}

static void a_list_that_is_refused_in_mid_run_halts_nothing(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_let_in(lab);
	for (int i = 0; i < 24 * 60 + 2 && lab_asks(lab, "/models") == NULL; i++) {
		lab_found(lab, "");
		lab_advance(lab, MSEC_MINUTE);
	}
	lab_answer(lab, lab_asks(lab, "/models"), 401, "", "{\"error\":{\"message\":\"no\"}}");
	assert_false(lab_stats(lab).model_halted);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_all_the_way(lab, 1);
	lab_free(lab);
}

static void the_user_is_shown_once_zendesk_has_told_it(void **state)
{
	struct lab *lab = resident();

	(void)state;
	assert_false(lab_stats(lab).signed_in);
	assert_string_equal(lab_stats(lab).user_name, "");
	lab_answer(lab, lab_asks(lab, "/users/me"), 200, "",
	           "{\"user\":{\"id\":77,\"role\":\"admin\",\"name\":\"Ada\"}}");
	assert_true(lab_stats(lab).signed_in);
	assert_true(lab_stats(lab).user_is_admin);
	assert_string_equal(lab_stats(lab).user_name, "Ada");
	lab_free(lab);
}

static void what_limits_the_work_is_found_where_the_tickets_wait(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "llm.max_in_flight", "2");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 5, NULL, NULL));
	struct load load = lab_stats(lab).load;
	assert_int_equal(load.limit, LOAD_MODEL_WINDOW);
	assert_int_equal(load.limit_value, 2);
	assert_int_equal(load.at_model, 2);
	assert_int_equal(load.waiting, 3);
	lab_free(lab);
	lab = lab_new();
	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "llm.requests_per_minute", "1");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 5, NULL, NULL));
	assert_int_equal(lab_stats(lab).load.limit, LOAD_MODEL_REQUESTS);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_waits_is_what_the_account_has_and_not_only_what_is_in_memory),
	        cmocka_unit_test(what_a_pause_drops_from_memory_waits_all_the_same),
	        cmocka_unit_test(the_end_of_a_pause_is_a_sign_of_work),
	        cmocka_unit_test(a_ticket_that_used_up_its_attempts_is_counted_by_service),
	        cmocka_unit_test(a_skipped_ticket_says_nothing_of_the_services),
	        cmocka_unit_test(a_service_asks_each_day_whether_its_model_will_be_shut_down),
	        cmocka_unit_test(a_list_that_is_refused_in_mid_run_halts_nothing),
	        cmocka_unit_test(the_user_is_shown_once_zendesk_has_told_it),
	        cmocka_unit_test(what_limits_the_work_is_found_where_the_tickets_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
