/* A model that does not answer: how long tickets wait, what becomes of them then, and of a model
 * that has never answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "poison_lab.h"

/* Answers every chat for so long, probes too, with this status; 0 = well. */
static void model_says(struct lab *lab, int status, msec span)
{
	for (msec passed = 0; passed < span; passed += 500) {
		struct lab_request *chat;

		while ((chat = lab_asks(lab, "/chat/completions"))) {
			if (status == 0)
				lab_model_says(lab, "bug", "low", "neutral");
			else
				lab_answer(lab, chat, status, "", "{}");
		}
		lab_advance(lab, 500);
	}
}

static struct lab *service_with(struct lab *lab, int count)
{
	lab->setup.mode = ENGINE_RESIDENT;
	return poison_with(lab, count, 0);
}

static void an_outage_within_patience_costs_no_ticket_anything(void **state)
{
	struct lab *lab = service_with(lab_new(), 200);

	(void)state;
	model_says(lab, 503, 58 * 1000);
	assert_int_equal(poison_decisions(lab, ""), 0);
	assert_int_equal(lab->alerts, 0);
	model_says(lab, 0, 20 * 1000);
	assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 200);
	assert_true(lab_said(lab, "answers again"));
	lab_free(lab);
}

static void after_patience_rules_answer_provisionally_and_probes_ask(void **state)
{
	struct lab *lab = service_with(lab_new(), 50);

	(void)state;
	model_says(lab, 503, 2 * MINUTE);
	assert_true(lab_stats(lab).model_down);
	assert_int_equal(lab->alerts, 1);
	assert_true(lab_said(lab, "classified by rules until it does"));
	assert_int_equal(poison_decisions(lab, "\"provisional\":true"), 50);
	assert_true(lab_count(lab, "/chat/completions") < 500);
	model_says(lab, 0, 2 * MINUTE);
	assert_false(lab_stats(lab).model_down);
	lab_free(lab);
}

static void on_outage_hold_tickets_wait_as_long_as_it_lasts(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "llm.on_outage", "hold");
	service_with(lab, 50);
	model_says(lab, 503, 30 * MINUTE);
	assert_int_equal(poison_decisions(lab, ""), 0);
	assert_true(lab->alert_lasts[ALERT_MODEL_DOWN]);
	assert_true(lab_said(lab, "Tickets wait until it answers."));
	assert_true(lab_said(lab, "50 tickets wait for model"));
	model_says(lab, 0, 2 * MINUTE);
	assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 50);
	assert_false(lab->alert_lasts[ALERT_MODEL_DOWN]);
	lab_free(lab);
}

static void patience_and_what_follows_it_can_be_changed_in_mid_outage(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "llm.on_outage", "hold");
	service_with(lab, 5);
	model_says(lab, 503, 5 * MINUTE);
	assert_int_equal(poison_decisions(lab, ""), 0);
	lab_reload(lab, (const char *const[]){"llm.on_outage=rules", NULL});
	model_says(lab, 503, MINUTE);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 5);
	lab_reload(lab, (const char *const[]){"llm.on_outage=hold", NULL});
	model_says(lab, 503, 2 * MINUTE);
	assert_int_equal(poison_decisions(lab, ""), 5);
	lab_free(lab);
}

static void tickets_that_are_never_answered_go_to_rules_and_the_others_do_not(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	poison_with(lab, 40, 3);
	(void)poison_run(lab, 503, "{}", 2 * MINUTE);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 3);
	assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 37);
	assert_int_equal(lab->alerts, 0);
	lab_free(lab);
}

static void one_ticket_alone_is_given_up_only_after_a_probe_was_answered(void **state)
{
	struct lab *lab = lab_new();
	int probes;

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	poison_with(lab, 1, 1);
	probes = poison_run(lab, 503, "{}", MINUTE);
	assert_in_range(probes, 1, 3);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 1);
	assert_in_range(lab_count(lab, "/chat/completions"), 4, 9);
	lab_free(lab);
}

static void a_run_whose_model_never_answered_ends_and_no_ticket_was_touched(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->unproven = true;
	lab_set(lab, "llm.provider", "ollama");
	lab_set(lab, "llm.base_url", "http://127.0.0.1:11434");
	poison_with(lab, 3, 0);
	for (int i = 0; i < 60 && !lab->finished; i++) {
		struct lab_request *chat;

		while ((chat = lab_asks(lab, "127.0.0.1:11434/api/")))
			lab_ends(lab, chat, HTTP_NO_CONNECT);
		lab_advance(lab, 500);
	}
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	assert_int_equal(lab->outcome_count, 0);
	assert_int_equal(lab_puts(lab), 0);
	assert_true(lab_said(lab, "Start it (systemctl start ollama) or set OLLAMA_HOST. "
	                          "No ticket was touched."));
	lab_free(lab);
}

static void a_service_whose_model_never_answered_holds_whatever_fails(void **state)
{
	static const int statuses[] = {503, 200}; /* 200: what it says is no answer */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct lab *lab = lab_new();

		lab->unproven = true;
		service_with(lab, 20);
		model_says(lab, statuses[i], 20 * MINUTE);
		assert_int_equal(poison_decisions(lab, ""), 0);
		assert_true(lab->alert_lasts[ALERT_MODEL_DOWN]);
		model_says(lab, 0, 2 * MINUTE);
		assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 20);
		lab_free(lab);
	}
}

/* Answers every chat for so long, probes too, in words that are no analysis. */
static void model_talks(struct lab *lab, msec span)
{
	for (msec passed = 0; passed < span && !lab->finished; passed += 500) {
		struct lab_request *chat;

		while ((chat = lab_asks(lab, "/chat/completions")))
			lab_answer(lab, chat, 200, "",
			           "{\"choices\":[{\"message\":{\"content\":\"Certainly!\"},"
			           "\"finish_reason\":\"stop\"}]}");
		lab_advance(lab, 500);
	}
}

static void a_model_that_answers_nonsense_is_not_told_to_be_silent(void **state)
{
	static const enum engine_mode modes[] = {ENGINE_RESIDENT, ENGINE_ONCE};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		struct lab *lab = lab_new();

		lab->unproven = true;
		lab->setup.mode = modes[i];
		poison_with(lab, 3, 0);
		model_talks(lab, 20 * MINUTE);
		assert_int_equal(lab->finished, modes[i] == ENGINE_ONCE);
		assert_int_equal(poison_decisions(lab, ""), 0);
		assert_true(lab_said(lab, "answers, but model gpt-4o-mini gives no usable analysis "
		                          "("));
		assert_true(lab_said(lab, "Check llm.model and llm.base_url; ai-ticketd doctor"));
		assert_false(lab_said(lab, "does not answer"));
		assert_false(lab_said(lab, "the network"));
		if (modes[i] == ENGINE_RESIDENT) {
			assert_true(lab_stats(lab).model_unusable);
			model_says(lab, 503, 10 * MINUTE);
			assert_false(lab_stats(lab).model_unusable);
		}
		lab_free(lab);
	}
}

static void that_a_model_has_answered_outlives_the_process(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->unproven = true;
	service_with(lab, 2);
	model_says(lab, 0, 2000);
	assert_non_null(lab_record(lab, RECORD_PROVEN));
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	model_says(lab, 503, 1000);
	poison_find(lab, 4, 0);
	model_says(lab, 503, 3 * MINUTE);
	assert_true(poison_decisions(lab, "\"fallback\":true") > 0);
	lab_free(lab);
}

static void a_model_of_another_name_has_never_answered(void **state)
{
	struct lab *lab = service_with(lab_new(), 1);

	(void)state;
	model_says(lab, 0, 2000);
	lab_reload(lab, (const char *const[]){"llm.model=gpt-unheard-of", NULL});
	lab_advance(lab, 5 * MINUTE);
	lab_found(lab, lab_ticket(9, "new", NULL, NULL, NULL));
	model_says(lab, 503, 10 * MINUTE);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 0);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_outage_within_patience_costs_no_ticket_anything),
	        cmocka_unit_test(after_patience_rules_answer_provisionally_and_probes_ask),
	        cmocka_unit_test(on_outage_hold_tickets_wait_as_long_as_it_lasts),
	        cmocka_unit_test(patience_and_what_follows_it_can_be_changed_in_mid_outage),
	        cmocka_unit_test(tickets_that_are_never_answered_go_to_rules_and_the_others_do_not),
	        cmocka_unit_test(one_ticket_alone_is_given_up_only_after_a_probe_was_answered),
	        cmocka_unit_test(a_run_whose_model_never_answered_ends_and_no_ticket_was_touched),
	        cmocka_unit_test(a_service_whose_model_never_answered_holds_whatever_fails),
	        cmocka_unit_test(a_model_that_answers_nonsense_is_not_told_to_be_silent),
	        cmocka_unit_test(that_a_model_has_answered_outlives_the_process),
	        cmocka_unit_test(a_model_of_another_name_has_never_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
