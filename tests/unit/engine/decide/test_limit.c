/* A limit that one ticket is told holds nobody else back; one of the account does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "poison_lab.h"

static void a_wait_in_words_holds_no_other_ticket_back(void **state)
{
	static const int statuses[] = {402, 429};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct lab *lab = lab_new();

		lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 2;
		poison_with(lab, 20, 1);
		(void)poison_run(lab, statuses[i],
		                 "{\"error\":{\"message\":\"Please try again in 59m.\"}}", 10000);
		assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 19);
		(void)poison_run(lab, statuses[i],
		                 "{\"error\":{\"message\":\"Please try again in 59m.\"}}",
		                 50 * MINUTE);
		assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 1);
		assert_false(lab_stats(lab).model_halted);
		lab_free(lab);
	}
}

/* One chat each half second; poisoned ones are told to wait. */
static void limit_poison(struct lab *lab, const char *wait, msec span)
{
	for (msec passed = 0; passed <= span; passed += 500) {
		struct lab_request *chat = lab_asks(lab, "/chat/completions");

		if (chat && poison_is(chat))
			lab_answer(lab, chat, 429, wait, "");
		else if (chat)
			lab_model_says(lab, "bug", "low", "neutral");
		lab_advance(lab, 500);
	}
}

static void a_ticket_that_alone_is_limited_again_waits_alone_and_uses_attempts(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	poison_with(lab, 100, 1);
	limit_poison(lab, "retry-after: 3", 2 * MINUTE);
	assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 99);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 1);
	lab_free(lab);
}

static void a_long_limit_holds_the_others_back_for_a_minute_unless_it_stands_then(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	poison_with(lab, 100, 1);
	limit_poison(lab, "retry-after: 1800", 2 * MINUTE);
	assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 99);
	lab_free(lab);
	lab = lab_new();
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	poison_with(lab, 100, 100);
	limit_poison(lab, "retry-after: 1800", 20 * MINUTE);
	assert_int_equal(lab_count(lab, "/chat/completions"), 2);
	lab_free(lab);
}

static void a_limit_of_the_account_holds_all_tickets_back(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 4;
	poison_with(lab, 12, 0);
	for (int i = 0; i < 4; i++)
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 429, "retry-after: 20", "");
	lab_advance(lab, 19000);
	assert_int_equal(lab_count(lab, "/chat/completions"), 4);
	lab_advance(lab, 2000);
	assert_int_equal(lab_count(lab, "/chat/completions"), 8);
	for (int i = 0; i < 4; i++)
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 429, "retry-after: 20", "");
	lab_advance(lab, 19000);
	assert_int_equal(lab_count(lab, "/chat/completions"), 8);
	(void)poison_run(lab, 429, "", 2 * MINUTE);
	assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 12);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_wait_in_words_holds_no_other_ticket_back),
	        cmocka_unit_test(
	                a_ticket_that_alone_is_limited_again_waits_alone_and_uses_attempts),
	        cmocka_unit_test(
	                a_long_limit_holds_the_others_back_for_a_minute_unless_it_stands_then),
	        cmocka_unit_test(a_limit_of_the_account_holds_all_tickets_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
