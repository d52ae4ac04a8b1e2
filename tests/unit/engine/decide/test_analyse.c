/* From a found ticket to a decision, rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"
#include "privacy/redact.h"

static const char page[] =
        "{\"id\":%d,\"result_type\":\"ticket\",\"subject\":\"%s\",\"description\":\"%s\","
        "\"status\":\"new\","
        "\"priority\":null,\"tags\":[],\"created_at\":\"2026-11-22T08:00:00Z\",\"updated_at\":"
        "\"2026-11-22T09:00:00Z\"}";

static struct lab *with_text(const char *subject, const char *description)
{
	struct lab *lab = lab_new();
	static char ticket[100000];

	snprintf(ticket, sizeof(ticket), page, 1, subject, description);
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket);
	return lab;
}

static struct lab *with_tickets(struct lab *lab, int count)
{
	char all[8000] = "";

	for (int i = 1; i <= count; i++) {
		char ticket[600];

		snprintf(ticket, sizeof(ticket), page, i, "It crashes", "Error 404");
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i > 1 ? "," : "",
		         ticket);
	}
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, all);
	return lab;
}

static void personal_data_is_redacted_before_the_model_sees_it(void **state)
{
	struct lab *lab = with_text(
	        "Mail me", "I am jane.doe@example.org, card 4111 1111 1111 1111, order 4711-0815");
	const char *body = lab_asks(lab, "/chat/completions")->request.body;
	struct engine_stats stats;

	(void)state;
	assert_null(strstr(body, "jane.doe"));
	assert_null(strstr(body, "4111"));
	assert_non_null(strstr(body, "[REDACTED_EMAIL]"));
	assert_non_null(strstr(body, "[REDACTED_CREDIT_CARD]"));
	assert_non_null(strstr(body, "4711-0815"));
	engine_stats(lab->engine, &stats);
	assert_int_equal(stats.redacted[PII_EMAIL], 1);
	lab_free(lab);
}

static const char *chat_of(const struct lab *lab)
{
	for (size_t i = 0; i < lab->request_count; i++)
		if (strstr(lab->requests[i].request.url, "/chat/completions"))
			return lab->requests[i].request.body;
	fail();
	return NULL;
}

static void no_word_is_lost_where_placeholders_are_longer_than_the_text(void **state)
{
	struct lab *lab = lab_new();
	char ticket[1000];

	(void)state;
	free(lab->config->privacy.patterns);
	lab->config->privacy.patterns = xstrdup("[A-Z]\\d");
	snprintf(ticket, sizeof(ticket), page, 1, "Cells", "A1 B2 C3 D4 are empty");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket);
	const char *body = lab_asks(lab, "/chat/completions")->request.body;
	assert_non_null(strstr(body, "[REDACTED_PATTERN] are empty"));
	lab_free(lab);
}

static void a_picture_before_the_text_costs_no_word_of_it(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_puts(&text, "![](data:image/png;base64,");
	while (text.len < 80000)
		buf_puts(&text, "iVBORw0KGgoAAAANSUhEUgAA");
	buf_puts(&text, ")\\nThe login button is missing");
	struct lab *lab = with_text("Help", buf_cstr(&text));
	assert_non_null(
	        strstr(chat_of(lab), "![]([picture left out])\\nThe login button is missing"));
	assert_null(strstr(chat_of(lab), "iVBORw0KGgo"));
	lab_model_says(lab, "bug", "high", "negative");
	assert_non_null(strstr(lab->records[0].payload, "\"left_out\":{\"picture\":800"));
	lab_free(lab);
	buf_free(&text);
}

static void a_value_of_an_earlier_mail_is_taken_out_before_the_mail_is_left_out(void **state)
{
	struct lab *lab = with_text("Help", "The export has been failing since Monday, and all our "
	                                    "reports are empty.\\n\\nOn 5 Jan 2026 Jane Doe "
	                                    "<jane.doe@example.org> wrote:\\n> Hello there");

	(void)state;
	assert_null(strstr(chat_of(lab), "jane.doe"));
	assert_null(strstr(chat_of(lab), "Hello there"));
	assert_non_null(strstr(chat_of(lab), "reports are empty."));
	lab_model_says(lab, "bug", "high", "negative");
	assert_non_null(strstr(lab->records[0].payload, "\"left_out\":{\"earlier_mail\":"));
	lab_free(lab);
}

static void nothing_left_out_is_not_told(void **state)
{
	struct lab *lab = with_text("Help", "It crashes");

	(void)state;
	lab_model_says(lab, "bug", "high", "negative");
	assert_null(strstr(lab->records[0].payload, "left_out"));
	lab_free(lab);
}

static void the_end_of_a_long_text_is_read(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	for (int i = 0; text.len < 20000; i++)
		buf_printf(&text, "%c%c thing was odd, ", 'a' + i % 26, 'a' + i / 26 % 26);
	buf_puts(&text, "so refund me");
	struct lab *lab = with_text("Help", buf_cstr(&text));
	assert_non_null(strstr(chat_of(lab), "so refund me"));
	assert_non_null(strstr(chat_of(lab), "[middle left out]"));
	lab_model_says(lab, "bug", "high", "negative");
	assert_non_null(strstr(lab->records[0].payload, "\"left_out\":{\"excess\":12"));
	lab_free(lab);
	buf_free(&text);
}

static void the_summary_that_comes_back_is_redacted_too(void **state)
{
	struct lab *lab = with_text("a", "b");

	(void)state;
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 200, "",
	           "{\"model\":\"gpt-4o-mini\",\"choices\":[{\"finish_reason\":\"stop\","
	           "\"message\":{\"content\":\"{"
	           "\\\"summary\\\":"
	           "\\\"Write to "
	           "bob@example.com\\\",\\\"root_cause\\\":\\\"bug\\\",\\\"urgency\\\":\\\"low\\\","
	           "\\\"sentiment\\\":"
	           "\\\"neutral\\\"}\"}}]}");
	assert_null(strstr(lab->records[0].payload, "bob@"));
	assert_non_null(strstr(lab->records[0].payload, "[REDACTED_EMAIL]"));
	lab_free(lab);
}

static void a_value_that_the_description_announces_goes_from_subject_and_summary(void **state)
{
	struct lab *lab = with_text("7535829070", "Call me at +1 (753) 582-9070");
	const char *body = lab_asks(lab, "/chat/completions")->request.body;

	(void)state;
	assert_null(strstr(body, "7535829070"));
	assert_null(strstr(body, "582-9070"));
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 200, "",
	           "{\"model\":\"gpt-4o-mini\",\"choices\":[{\"finish_reason\":\"stop\","
	           "\"message\":{\"content\":\"{\\\"summary\\\":\\\"User 753.582.9070 waits\\\","
	           "\\\"root_cause\\\":\\\"bug\\\",\\\"urgency\\\":\\\"low\\\","
	           "\\\"sentiment\\\":\\\"neutral\\\"}\"}}]}");
	assert_null(strstr(lab->records[0].payload, "9070"));
	assert_non_null(strstr(lab->records[0].payload, "[REDACTED_PHONE]"));
	lab_free(lab);
}

static void invalid_answers_use_up_attempts_then_rules_answer_with_the_fallback_tag(void **state)
{
	static const char *const bad[] = {"<html>no</html>", "{\"choices\":[]}",
	                                  ("{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{"
	                                   "\"content\":\"I think it is a "
	                                   "bug.\"}}]}")};
	struct lab *lab = with_text("It crashes", "Error 404");

	(void)state;
	for (int i = 0; i < 3; i++) {
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 200, "", bad[i]);
		lab_advance(lab, 1000);
	}
	assert_int_equal(lab_count(lab, "/chat/completions"), 3);
	lab_fresh_read(lab, lab_ticket(1, "new", NULL, NULL, NULL));
	assert_non_null(strstr(lab_asks(lab, "/tickets/1.json")->request.body, "\"ai_fallback\""));
	lab_update_accepted(lab);
	assert_true(lab_outcome(lab, 1)->by_rules);
	assert_true(lab_outcome(lab, 1)->fallback);
	lab_free(lab);
}

static void failures_are_retried_after_1_2_4_seconds_with_jitter_and_longer_time_outs(void **state)
{
	struct lab *lab = with_text("a", "b");
	msec first = lab_asks(lab, "/chat/completions")->request.timeout;

	(void)state;
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 503, "",
	           "{\"error\":{\"message\":\"overloaded\"}}");
	lab_advance(lab, 700);
	assert_null(lab_asks(lab, "/chat/completions"));
	lab_advance(lab, 600);
	assert_true(lab_asks(lab, "/chat/completions")->request.timeout > first);
	lab_ends(lab, lab_asks(lab, "/chat/completions"), HTTP_TIMEOUT);
	lab_advance(lab, 1400);
	assert_null(lab_asks(lab, "/chat/completions"));
	lab_advance(lab, 1200);
	lab_model_says(lab, "bug", "low", "neutral");
	assert_int_equal(lab->record_count, 1);
	lab_free(lab);
}

static void a_silent_model_is_cancelled_at_the_deadline_and_that_is_a_time_out(void **state)
{
	struct lab *lab = with_text("a", "b");
	struct lab_request *chat = lab_asks(lab, "/chat/completions");

	(void)state;
	lab_advance(lab, 61000);
	assert_true(chat->cancelled);
	lab_ends(lab, chat, HTTP_CANCELLED);
	lab_advance(lab, 2000);
	assert_int_equal(lab_count(lab, "/chat/completions"), 2);
	lab_free(lab);
}

static void a_rate_limit_uses_up_no_attempt(void **state)
{
	struct lab *lab = with_text("a", "b");

	(void)state;
	for (int i = 0; i < 8; i++) {
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 429, "retry-after: 5",
		           "{\"error\":{\"type\":\"requests\",\"code\":\"rate_limit_exceeded\","
		           "\"message\":\"slow\"}}");
		lab_advance(lab, 4900);
		assert_null(lab_asks(lab, "/chat/completions"));
		lab_advance(lab, 200);
	}
	lab_model_says(lab, "bug", "low", "neutral");
	assert_int_equal(lab->record_count, 1);
	lab_free(lab);
}

static void slow_down_halves_the_window(void **state)
{
	struct lab *lab = with_text("a", "b");
	double before = engine_upstream(lab->engine, UPSTREAM_LLM)->window.size;

	(void)state;
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 429, "",
	           "{\"error\":{\"type\":\"rate_limit_error\",\"code\":\"slow_down\",\"message\":"
	           "\"slow down\"}}");
	assert_true(engine_upstream(lab->engine, UPSTREAM_LLM)->window.size <= before / 2 + 1);
	lab_free(lab);
}

static void billing_halts_the_model_and_ends_the_run(void **state)
{
	struct lab *lab = with_tickets(lab_new(), 3);

	(void)state;
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 429, "",
	           "{\"error\":{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\","
	           "\"message\":\"no "
	           "money\"}}");
	for (int i = 0; i < 2; i++)
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 429, "",
		           "{\"error\":{\"type\":\"insufficient_quota\",\"code\":null,\"message\":"
		           "\"no money\"}}");
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_NO_MONEY);
	assert_int_equal(lab->outcome_count, 3);
	assert_int_equal(lab->alerts, 1);
	lab_free(lab);
}

static void a_wrong_key_is_found_out_before_any_ticket_is_sent(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_start(lab);
	lab_sign_in(lab);
	lab_answer(lab, lab_asks(lab, "/models"), 401, "",
	           "{\"error\":{\"message\":\"Incorrect API "
	           "key\",\"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\"}}");
	assert_true(lab_probe(lab, 401, "{\"error\":{\"code\":\"invalid_api_key\"}}"));
	lab_ends(lab, lab_asks(lab, "/search.json"), HTTP_CANCELLED);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_NOT_LET_IN);
	assert_int_equal(lab_count(lab, "openai"), 2);
	lab_free(lab);
}

static const char gone[] =
        "{\"error\":{\"message\":\"The model does not "
        "exist\",\"type\":\"invalid_request_error\",\"code\":\"model_not_found\"}}";

static void a_retired_model_is_followed_by_the_fallback_models_then_the_run_halts(void **state)
{
	struct lab *lab = with_tickets(lab_new(), 2);

	(void)state;
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 404, "", gone);
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 404, "",
	           gone); /* an echo of the first: sent to the old model */
	assert_true(lab_said(lab, "gpt-6-luna"));
	assert_non_null(strstr(lab_asks(lab, "/chat/completions")->request.body, "gpt-6-luna"));
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 404, "", gone);
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 404, "", gone);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	lab_free(lab);
}

static void a_declined_ticket_is_answered_by_rules_at_once(void **state)
{
	struct lab *lab = with_text("It crashes", "Error 404");

	(void)state;
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 200, "",
	           "{\"choices\":[{\"finish_reason\":\"content_filter\",\"message\":{\"content\":"
	           "null}}]}");
	lab_model_says(lab, "bug", "low", "neutral"); /* the probe */
	assert_int_equal(lab->records[0].kind, RECORD_REFUSAL);
	assert_non_null(strstr(lab_record(lab, RECORD_DECISION)->payload, "\"fallback\":true"));
	lab_free(lab);
}

static void too_long_a_text_is_shortened_once(void **state)
{
	struct lab *lab = with_text(
	        "a", "a long text that will be cut to a quarter of what it was, says the server");
	static const char too_long[] =
	        "{\"error\":{\"message\":\"too "
	        "long\",\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":"
	        "\"context_length_exceeded\"}}";

	(void)state;
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 400, "", too_long);
	assert_null(strstr(lab_asks(lab, "/chat/completions")->request.body, "says the server"));
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 400, "", too_long);
	lab_model_says(lab, "bug", "low", "neutral"); /* the probe */
	assert_int_equal(lab->records[0].kind, RECORD_REFUSAL);
	assert_non_null(lab_record(lab, RECORD_DECISION));
	lab_free(lab);
}

static void a_refused_parameter_is_left_out_and_the_request_repeated_at_once(void **state)
{
	struct lab *lab = with_text("a", "b");

	(void)state;
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 400, "",
	           "{\"error\":{\"message\":\"Unsupported value: "
	           "temperature\",\"type\":\"invalid_request_error\",\"param\":"
	           "\"temperature\",\"code\":\"unsupported_value\"}}");
	assert_null(strstr(lab_asks(lab, "/chat/completions")->request.body, "\"temperature\""));
	lab_free(lab);
}

static void a_dry_run_writes_nothing_and_keeps_no_record(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.dry_run = true;
	with_tickets(lab, 2);
	lab_model_says(lab, "bug", "high", "negative");
	lab_model_says(lab, "refund", "low", "neutral");
	lab_found(lab, "");
	assert_true(lab->finished);
	assert_int_equal(lab->record_count, 0);
	assert_int_equal(lab_puts(lab), 0);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_DRY_RUN);
	assert_int_equal(lab_outcome(lab, 1)->tags_added, 4);
	assert_int_equal(lab_outcome(lab, 1)->priority_set, PRIORITY_HIGH);
	lab_free(lab);
}

static void each_request_has_a_marker_of_its_own(void **state)
{
	struct lab *lab = with_tickets(lab_new(), 2);
	const char *first = lab->requests[lab->request_count - 2].request.body;
	const char *second = lab->requests[lab->request_count - 1].request.body;

	(void)state;
	assert_string_not_equal(first, second); /* the two tickets have the same text */
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(personal_data_is_redacted_before_the_model_sees_it),
	        cmocka_unit_test(no_word_is_lost_where_placeholders_are_longer_than_the_text),
	        cmocka_unit_test(a_picture_before_the_text_costs_no_word_of_it),
	        cmocka_unit_test(
	                a_value_of_an_earlier_mail_is_taken_out_before_the_mail_is_left_out),
	        cmocka_unit_test(nothing_left_out_is_not_told),
	        cmocka_unit_test(the_end_of_a_long_text_is_read),
	        cmocka_unit_test(the_summary_that_comes_back_is_redacted_too),
	        cmocka_unit_test(
	                a_value_that_the_description_announces_goes_from_subject_and_summary),
	        cmocka_unit_test(
	                invalid_answers_use_up_attempts_then_rules_answer_with_the_fallback_tag),
	        cmocka_unit_test(
	                failures_are_retried_after_1_2_4_seconds_with_jitter_and_longer_time_outs),
	        cmocka_unit_test(
	                a_silent_model_is_cancelled_at_the_deadline_and_that_is_a_time_out),
	        cmocka_unit_test(a_rate_limit_uses_up_no_attempt),
	        cmocka_unit_test(slow_down_halves_the_window),
	        cmocka_unit_test(billing_halts_the_model_and_ends_the_run),
	        cmocka_unit_test(a_wrong_key_is_found_out_before_any_ticket_is_sent),
	        cmocka_unit_test(
	                a_retired_model_is_followed_by_the_fallback_models_then_the_run_halts),
	        cmocka_unit_test(a_declined_ticket_is_answered_by_rules_at_once),
	        cmocka_unit_test(too_long_a_text_is_shortened_once),
	        cmocka_unit_test(a_refused_parameter_is_left_out_and_the_request_repeated_at_once),
	        cmocka_unit_test(a_dry_run_writes_nothing_and_keeps_no_record),
	        cmocka_unit_test(each_request_has_a_marker_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
