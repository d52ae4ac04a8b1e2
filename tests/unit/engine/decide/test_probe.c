/* What the answer to a request without a ticket's text means, for the service and for the tickets
 * that wait for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "poison_lab.h"

/* Answers everything, probes too, with the same words. */
static void always_says(struct lab *lab, const char *body, int status, msec span)
{
	for (msec passed = 0; passed <= span; passed += 500) {
		struct lab_request *chat;

		while ((chat = lab_asks(lab, "/chat/completions")))
			lab_answer(lab, chat, status, "", body);
		lab_advance(lab, 500);
	}
}

#define RUBBISH "{\"choices\":[{\"message\":{\"content\":\"lorem ipsum\"}}]}"

static void a_model_that_writes_rubbish_is_down(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	poison_with(lab, 40, 0);
	lab_advance(lab, MINUTE / 2);
	always_says(lab, RUBBISH, 200, MINUTE);
	assert_true(lab_said(lab, "does not answer"));
	assert_true(lab->alert_lasts[ALERT_MODEL_DOWN]);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 40);
	assert_true(lab_count(lab, "/chat/completions") < 20);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_model_that_writes_rubbish_is_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
