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
	lab_set(lab, "llm.patience", "30s");
	poison_with(lab, 40, 0);
	lab_advance(lab, MINUTE / 2);
	always_says(lab, RUBBISH, 200, MINUTE);
	assert_true(lab_said(lab, "gives no usable answer: tickets are classified by rules"));
	assert_true(lab->alert_lasts[ALERT_MODEL_DOWN]);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 40);
	assert_true(lab_count(lab, "/chat/completions") < 20);
	lab_free(lab);
}

#define DECLINED                                                                                   \
	"{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I cannot help\"},"             \
	"\"finish_reason\":\"stop\"}]}"

static void a_service_that_takes_no_text_is_misconfigured_and_no_ticket_is_marked(void **state)
{
	static const struct {
		int status;
		const char *body;
	} answers[] = {
	        {413, ""}, {200, DECLINED}, {400, "{\"error\":{\"code\":\"content_filter\"}}"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct lab *lab = lab_new();

		lab->setup.mode = ENGINE_RESIDENT;
		poison_with(lab, 10, 0);
		always_says(lab, answers[i].body, answers[i].status, MINUTE / 2);
		assert_true(lab_stats(lab).model_halted);
		assert_int_equal(lab->alerts, 1);
		assert_null(lab_record(lab, RECORD_REFUSAL));
		assert_int_equal(poison_decisions(lab, ""), 0);
		lab_free(lab);
	}
}

static void what_is_declined_is_final_for_its_ticket_when_others_are_answered(void **state)
{
	struct lab *lab = poison_with(lab_new(), 7, 1);

	(void)state;
	assert_true(poison_run(lab, 200, DECLINED, 5000) <= 1);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 1);
	assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 6);
	assert_non_null(lab_record(lab, RECORD_REFUSAL));
	assert_int_equal(lab->alerts, 0);
	lab_free(lab);
}

static void a_5xx_that_forbids_to_try_again_halts_nobody(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	poison_with(lab, 4, 0);
	for (int i = 0; i < 40 && !lab->finished; i++) {
		if (lab_asks(lab, "/chat/completions"))
			lab_answer(lab, lab_asks(lab, "/chat/completions"), 500,
			           "x-should-retry: false", "");
		lab_advance(lab, 500);
	}
	assert_false(lab_stats(lab).model_halted);
	lab_free(lab);
}

static void while_no_probe_is_answered_refused_tickets_wait_unmarked_until_an_outage(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	poison_with(lab, 5, 5);
	for (int i = 0; i < 240; i++) {
		struct lab_request *chat;

		while ((chat = lab_asks(lab, "/chat/completions")))
			lab_answer(lab, chat, lab_is_probe(chat) ? 503 : 400, "", "");
		assert_true(i > 4 || poison_decisions(lab, "") == 0);
		lab_advance(lab, 500);
	}
	assert_null(lab_record(lab, RECORD_REFUSAL));
	assert_true(lab->alert_lasts[ALERT_MODEL_DOWN]);
	assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 5);
	assert_true(lab_count(lab, "/chat/completions") < 200);
	lab_free(lab);
}

static void the_right_key_asks_again_for_tickets_that_the_wrong_one_refused(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	poison_with(lab, 2, 0);
	/* both are on their last refusal, and the probe is out */
	while (!lab_is_probe(lab_asks(lab, "/chat/completions"))) {
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 403, "", "<html>");
		lab_advance(lab, 3000);
	}
	lab_reload(lab, (const char *const[]){"llm.api_key=sk-right", NULL});
	lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	assert_int_equal(poison_decisions(lab, ""), 0);
	(void)poison_run(lab, 400, "", 5000);
	assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 2);
	assert_null(lab_record(lab, RECORD_REFUSAL));
	lab_free(lab);
}

static void only_words_about_the_model_replace_it(void **state)
{
	static const struct {
		int status;
		const char *body;
		bool replaced;
	} answers[] = {
	        {404, "<html>Down for maintenance</html>", false},
	        {404, "", false},
	        {410, "<html>Gone</html>", false},
	        {404, "{\"error\":{\"message\":\"m\",\"code\":\"model_not_found\"}}", true},
	        {404, "{\"error\":{\"message\":\"models/gpt-4o-mini is not found\",\"code\":404}}",
	         true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct lab *lab = lab_new();

		lab->setup.mode = ENGINE_RESIDENT;
		lab_set(lab, "llm.model", "gpt-4o-mini");
		lab_set(lab, "llm.fallback_models", "gpt-5-nano");
		poison_with(lab, 4, 0);
		for (int j = 0;
		     j < 40 && !lab_said(lab, "using gpt-5-nano") && !lab_stats(lab).model_halted;
		     j++) {
			if (lab_asks(lab, "/chat/completions"))
				lab_answer(lab, lab_asks(lab, "/chat/completions"),
				           answers[i].status, "", answers[i].body);
			lab_advance(lab, 500);
		}
		assert_int_equal(lab_said(lab, "using gpt-5-nano"), answers[i].replaced);
		assert_int_equal(lab_stats(lab).model_halted, !answers[i].replaced);
		lab_free(lab);
	}
}

/* A server that refuses every request with `member`; poisoned ones it refuses anyway. */
static void refuse_member(struct lab *lab, const char *member, const char *body, msec span)
{
	for (msec passed = 0; passed <= span; passed += 500) {
		struct lab_request *chat;

		while ((chat = lab_asks(lab, "/chat/completions"))) {
			if (poison_is(chat) || strstr(chat->request.body, member))
				lab_answer(lab, chat, 400, "", body);
			else
				lab_model_says(lab, "bug", "low", "neutral");
		}
		lab_advance(lab, 500);
	}
}

static void a_parameter_that_is_refused_in_unknown_words_is_found_and_left_out(void **state)
{
	static const struct {
		const char *member, *body, *left_out;
	} refusals[] = {
	        {"\"temperature\":", "{\"error\":\"`temperature` must stay 1\"}",
	         "only without temperature:"},
	        {"\"logprobs\":", "{\"error\":\"Log probabilities are off\"}",
	         "only without logprobs:"},
	        {"json_schema", "{\"error\":\"grammar: no such thing\"}",
	         "only without json_schema:"},
	        {"\"response_format\":", "{\"error\":\"json mode is for others\"}",
	         "only without json_object:"},
	        {"\"temperature\":", "{\"error\":\"no\"}",
	         "only without temperature, logprobs, store, json_schema, json_object:"},
	        {"_tokens\":", "", "only without max_completion_tokens, max_tokens:"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		struct lab *lab = lab_new();

		lab->setup.mode = ENGINE_RESIDENT;
		lab_set(lab, "llm.model", "some-model");
		poison_with(lab, 8, 1);
		refuse_member(lab, refusals[i].member, refusals[i].body, MINUTE);
		if (!lab_said(lab, refusals[i].left_out))
			fail_msg("%s", refusals[i].left_out);
		assert_int_equal(poison_decisions(lab, "\"fallback\":false"), 7);
		assert_int_equal(poison_decisions(lab, "\"fallback\":true"), 1);
		assert_int_equal(lab->alerts, 0);
		assert_true(lab_count(lab, "/chat/completions") < 60);
		lab_free(lab);
	}
}

static void what_is_refused_without_parameters_too_halts_after_two_round_trips(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	poison_with(lab, 6, 0);
	always_says(lab, "{\"error\":\"Incorrect API key\"}", 400, MINUTE / 2);
	assert_true(lab_stats(lab).model_halted);
	assert_int_equal(poison_decisions(lab, ""), 0);
	assert_false(lab_said(lab, "only without"));
	/* nothing was learned from it */
	lab_advance(lab, 10 * MINUTE);
	if (lab_asks(lab, "/models"))
		lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	lab_advance(lab, 1000);
	assert_non_null(lab_asks(lab, "/chat/completions"));
	assert_non_null(strstr(lab_asks(lab, "/chat/completions")->request.body, "temperature"));
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_model_that_writes_rubbish_is_down),
	        cmocka_unit_test(
	                a_service_that_takes_no_text_is_misconfigured_and_no_ticket_is_marked),
	        cmocka_unit_test(what_is_declined_is_final_for_its_ticket_when_others_are_answered),
	        cmocka_unit_test(a_5xx_that_forbids_to_try_again_halts_nobody),
	        cmocka_unit_test(
	                while_no_probe_is_answered_refused_tickets_wait_unmarked_until_an_outage),
	        cmocka_unit_test(the_right_key_asks_again_for_tickets_that_the_wrong_one_refused),
	        cmocka_unit_test(only_words_about_the_model_replace_it),
	        cmocka_unit_test(
	                a_parameter_that_is_refused_in_unknown_words_is_found_and_left_out),
	        cmocka_unit_test(
	                what_is_refused_without_parameters_too_halts_after_two_round_trips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
