/* A refused ticket harms nobody else: whose fault it is, rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "poison_lab.h"

static void one_refused_ticket_is_tried_twice_then_decided_by_rules(void **state)
{
	static const int statuses[] = {400, 401, 402, 403, 404, 405, 406, 422, 451, 302};
	static const char *const bodies[] = {
	        "", "<html>Access denied</html>", GUARDRAIL,
	        "{\"error\":{\"code\":\"json_validate_failed\",\"failed_generation\":\"{\"}}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses) * ARRAY_LEN(bodies); i++) {
		struct lab *lab = poison_with(lab_new(), 7, 1);

		(void)poison_run(lab, statuses[i / ARRAY_LEN(bodies)],
		                 bodies[i % ARRAY_LEN(bodies)], 5000);
		assert_false(lab_stats(lab).model_halted);
		assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 1);
		assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 6);
		assert_true(lab_said(lab, "the model refused this ticket for itself"));
		assert_int_equal(lab->alerts, 0);
		lab_free(lab);
	}
}

static void the_only_ticket_is_refused_and_a_probe_tells_that_it_is_the_tickets_fault(void **state)
{
	struct lab *lab = poison_with(lab_new(), 1, 1);

	(void)state;
	assert_int_equal(poison_run(lab, 403, "", 5000), 1);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 1);
	assert_int_equal(lab_count(lab, "/chat/completions"), 3);
	lab_free(lab);
}

static void a_probe_that_is_refused_halts_and_no_ticket_is_given_up(void **state)
{
	struct lab *lab = poison_with(lab_new(), 3, 3);

	(void)state;
	for (int i = 0; i < 3; i++)
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 403, "", "<html>");
	assert_true(lab_probe(lab, 403, "<html>"));
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_NOT_LET_IN);
	assert_int_equal(poison_decisions(lab, ""), 0);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	lab_free(lab);
}

static void while_a_probe_is_out_nothing_new_is_sent(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 4;
	poison_with(lab, 30, 3);
	for (int i = 0; i < 3; i++)
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 400, "", GUARDRAIL);
	lab_model_says(lab, "bug", "low", "neutral"); /* the fourth, in flight, goes on */
	lab_advance(lab, 5000);
	assert_true(lab_is_probe(lab_asks(lab, "/chat/completions")));
	assert_int_equal(lab_count(lab, "/chat/completions"), 5);
	assert_false(poison_is(lab_asks(lab, "/chat/completions")));
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 503, "", "{}");
	assert_int_equal(lab_count(lab, "/chat/completions"), 6);
	assert_true(lab_probe(lab, 503, "{}"));
	assert_true(lab_count(lab, "/chat/completions") > 6); /* two round trips at most */
	assert_false(lab_is_probe(lab_asks(lab, "/chat/completions")));
	assert_false(lab_stats(lab).model_halted);
	lab_free(lab);
}

static void a_named_refusal_after_a_success_is_confirmed_by_a_probe(void **state)
{
	struct lab *lab = poison_with(lab_new(), 4, 1);

	(void)state;
	struct lab_request *poison = lab_asks(lab, "/chat/completions");
	poison->answered = true; /* later */
	lab_model_says(lab, "bug", "low", "neutral");
	poison->answered = false;
	lab_answer(lab, poison, 401, "", NO_KEY);
	assert_false(lab_stats(lab).model_halted);
	(void)poison_run(lab, 401, NO_KEY, 8000);
	assert_false(lab_stats(lab).model_halted);
	assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 3);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 1);
	lab_free(lab);
}

static void a_hundred_poisons_in_a_row_cost_few_probes(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 8;
	poison_with(lab, 110, 100);
	assert_true(poison_run(lab, 400, GUARDRAIL, 2 * MINUTE) <= 6);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 100);
	assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 10);
	assert_int_equal(lab->alerts, 0);
	lab_free(lab);
}

static void tickets_that_break_the_server_do_not_make_the_model_down(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	poison_with(lab, 24, 20);
	assert_true(poison_run(lab, 500, "{}", 5 * MINUTE) > 0);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 20);
	assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 4);
	assert_int_equal(lab->alerts, 0);
	lab_free(lab);
}

static void a_refused_list_of_models_decides_nothing(void **state)
{
	static const int statuses[] = {400, 401, 402, 403, 404, 405, 422, 302};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct lab *lab = lab_new();

		lab_start(lab);
		lab_sign_in(lab);
		lab_answer(lab, lab_asks(lab, "/models"), statuses[i], "",
		           i % 2 ? NO_KEY : "{\"error\":{\"message\":\"no\"}}");
		poison_find(lab, 2, 0);
		(void)poison_run(lab, 400, "", 2000);
		assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 2);
		assert_int_equal(lab->alerts, 0);
		lab_free(lab);
	}
}

static void a_ticket_refused_for_itself_is_not_sent_again_until_its_text_changes(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	poison_with(lab, 1, 1);
	(void)poison_run(lab, 400, GUARDRAIL, 5000);
	size_t asked = lab_count(lab, "/chat/completions");
	/* the decision is lost, the mark is not: the newest two records are these */
	assert_int_equal(lab->records[0].kind, RECORD_REFUSAL);
	lab_new_life(lab, 1);
	lab_let_in(lab);
	poison_find(lab, 1, 1);
	lab_advance(lab, 3000);
	assert_int_equal(lab_count(lab, "/chat/completions"), asked);
	assert_int_equal(poison_decisions(lab, "its text is the same"), 1);
	lab_new_life(lab, 1);
	lab_let_in(lab);
	poison_find(lab, 1, 0); /* another text */
	assert_int_equal(lab_count(lab, "/chat/completions"), asked + 1);
	lab_free(lab);
}

static void a_mark_is_of_one_model(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	poison_with(lab, 1, 1);
	(void)poison_run(lab, 400, GUARDRAIL, 5000);
	lab_new_life(lab, 1);
	lab_let_in(lab);
	lab_reload(lab, (const char *const[]){"llm.model=gpt-5-nano", NULL});
	lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	poison_find(lab, 1, 1);
	assert_non_null(lab_asks(lab, "/chat/completions"));
	lab_free(lab);
}

static void a_mark_holds_no_text_and_goes_when_the_ticket_is_erased(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	poison_with(lab, 1, 1);
	(void)poison_run(lab, 400, GUARDRAIL, 5000);
	assert_null(strstr(lab->records[0].payload, "POISON"));
	lab_new_life(lab, 1);
	lab_let_in(lab);
	lab_erase(lab, 1);
	tombstones_free(&lab->erased);
	tombstones_init(&lab->erased);
	poison_find(lab, 1, 1);
	assert_non_null(lab_asks(lab, "/chat/completions"));
	lab_free(lab);
}

static void a_dry_run_remembers_nothing_durably(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.dry_run = true;
	poison_with(lab, 3, 1);
	(void)poison_run(lab, 400, GUARDRAIL, 5000);
	lab_found(lab, "");
	assert_int_equal(lab->record_count, 0);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_DRY_RUN);
	lab_free(lab);
}

static void another_key_ends_the_doubt(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	poison_with(lab, 3, 3);
	for (int i = 0; i < 3; i++)
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 403, "", "<html>");
	assert_true(lab_is_probe(lab_asks(lab, "/chat/completions")));
	struct lab_request *former = lab_asks(lab, "/chat/completions");
	lab_reload(lab, (const char *const[]){"llm.api_key=sk-another", NULL});
	lab_answer(lab, former, 403, "", "<html>");
	assert_false(lab_stats(lab).model_halted);
	lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	(void)poison_run(lab, 400, "", 5000);
	assert_false(lab_stats(lab).model_halted);
	assert_int_equal(lab->alerts, 0);
	lab_free(lab);
}

static void what_a_former_model_refuses_marks_nothing_and_the_new_one_is_asked(void **state)
{
	static const struct {
		int status;
		const char *body;
	} answers[] = {
	        {400, "{\"error\":{\"code\":\"content_filter\"}}"},
	        {413, ""},
	        {403, "<html>"},
	        {200, "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"No\"}}]}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct lab *lab = lab_new();

		lab->setup.mode = ENGINE_RESIDENT;
		poison_with(lab, 1, 0);
		struct lab_request *former = lab_asks(lab, "/chat/completions");
		former->answered = true; /* later */
		lab_reload(lab, (const char *const[]){"llm.model=gpt-5-nano", NULL});
		lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
		former->answered = false;
		lab_answer(lab, former, answers[i].status, "", answers[i].body);
		assert_null(lab_record(lab, RECORD_REFUSAL));
		assert_non_null(
		        strstr(lab_asks(lab, "/chat/completions")->request.body, "Ordinary text"));
		lab_model_says(lab, "bug", "low", "neutral");
		assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 1);
		lab_free(lab);
	}
}

static void what_the_server_quotes_of_the_ticket_is_in_no_log_and_no_record(void **state)
{
	static const int statuses[] = {400, 500};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct lab *lab = lab_new();

		lab_start(lab);
		lab_let_in(lab);
		lab_found(lab, "{\"id\":1,\"result_type\":\"ticket\",\"subject\":\"Login\","
		               "\"description\":\"POISON: today the green elephant sings "
		               "aloud\",\"status\":\"new\",\"priority\":null,\"tags\":[],"
		               "\"created_at\":\"2026-11-22T08:00:00Z\","
		               "\"updated_at\":\"2026-11-22T09:00:00Z\"}");
		(void)poison_run(lab, statuses[i],
		                 "{\"error\":{\"message\":\"no: today the green elephant\"}}",
		                 20000);
		assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 1);
		assert_false(lab_said(lab, "elephant"));
		assert_int_equal(poison_decisions(lab, "elephant"), 0);
		assert_true(lab_said(lab, "[...]"));
		lab_free(lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(one_refused_ticket_is_tried_twice_then_decided_by_rules),
	        cmocka_unit_test(
	                the_only_ticket_is_refused_and_a_probe_tells_that_it_is_the_tickets_fault),
	        cmocka_unit_test(a_probe_that_is_refused_halts_and_no_ticket_is_given_up),
	        cmocka_unit_test(while_a_probe_is_out_nothing_new_is_sent),
	        cmocka_unit_test(a_named_refusal_after_a_success_is_confirmed_by_a_probe),
	        cmocka_unit_test(a_hundred_poisons_in_a_row_cost_few_probes),
	        cmocka_unit_test(tickets_that_break_the_server_do_not_make_the_model_down),
	        cmocka_unit_test(a_refused_list_of_models_decides_nothing),
	        cmocka_unit_test(
	                a_ticket_refused_for_itself_is_not_sent_again_until_its_text_changes),
	        cmocka_unit_test(a_mark_is_of_one_model),
	        cmocka_unit_test(a_mark_holds_no_text_and_goes_when_the_ticket_is_erased),
	        cmocka_unit_test(a_dry_run_remembers_nothing_durably),
	        cmocka_unit_test(another_key_ends_the_doubt),
	        cmocka_unit_test(
	                what_a_former_model_refuses_marks_nothing_and_the_new_one_is_asked),
	        cmocka_unit_test(what_the_server_quotes_of_the_ticket_is_in_no_log_and_no_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
