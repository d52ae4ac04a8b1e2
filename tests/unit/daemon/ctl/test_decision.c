/* Rows of decisions: what is believed of them, and their line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "daemon/ctl/decision.h"

#define WHOLE                                                                                      \
	"{\"at\":1795622400123,\"ticket_id\":12345,\"outcome\":\"done\",\"root_cause\":\"bug\","   \
	"\"urgency\":\"high\",\"sentiment\":\"negative\",\"confidence\":0.93,\"by\":\"model\","    \
	"\"model\":\"gpt-4o-mini\",\"priority_before\":\"normal\",\"priority_after\":\"high\","    \
	"\"processing_ms\":3204,\"cost_usd\":0.0001,\"reason\":\"\"}"

static int zone(void **state)
{
	setenv("TZ", "UTC-1", 1); /* an hour ahead */
	tzset();
	return 0;
}

static struct json *parse(const char *text)
{
	struct err err = {{0}};
	struct json *tree = json_parse(str_of(text), &err);

	if (tree == NULL)
		fail_msg("%s: %s", text, err.text);
	return tree;
}

static void expect_line(const char *text, bool date, const char *line)
{
	struct decision decision;
	struct err err = {{0}};
	struct buf out;
	struct json *row = parse(text);

	buf_init(&out, 4096);
	if (decision_read(row, &decision, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	decision_add_line(&out, &decision, date);
	assert_string_equal(buf_cstr(&out), line);
	buf_free(&out);
	json_free(row);
}

static void expect_refusal(const char *text, const char *reason)
{
	struct decision decision;
	struct err err = {{0}};
	struct json *row = parse(text);

	assert_int_equal(decision_read(row, &decision, &err), -1);
	if (strstr(err.text, reason) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", text, err.text, reason);
	json_free(row);
}

static void a_line_says_when_which_ticket_how_it_ended_and_why(void **state)
{
	expect_line(WHOLE, true,
	            "2026-11-25 17:00:00  12345    done     bug, high, negative; priority "
	            "normal → high; gpt-4o-mini, 3.2 s, $0.0001");
	expect_line(WHOLE, false,
	            "17:00:00  12345    done     bug, high, negative; priority "
	            "normal → high; gpt-4o-mini, 3.2 s, $0.0001");
	expect_line("{\"at\":0,\"ticket_id\":7,\"outcome\":\"failed\",\"root_cause\":null,"
	            "\"reason\":\"Zendesk answered 422\"}",
	            true, "1970-01-01 01:00:00  7        failed   Zendesk answered 422");
	expect_line("{\"at\":0,\"ticket_id\":7,\"outcome\":\"shadow\",\"root_cause\":\"refund\","
	            "\"by\":\"rules\",\"model\":null,\"priority_before\":\"low\","
	            "\"priority_after\":\"low\",\"processing_ms\":null,\"cost_usd\":0}",
	            false, "01:00:00  7        shadow   refund; by rules");
	expect_line("{\"at\":0,\"ticket_id\":7,\"outcome\":\"done\",\"root_cause\":\"bug\","
	            "\"priority_after\":\"low\"}",
	            false, "01:00:00  7        done     bug; priority none → low");
}

static void bytes_that_act_on_a_terminal_are_shown(void **state)
{
	expect_line("{\"at\":0,\"ticket_id\":7,\"outcome\":\"failed\",\"reason\":\"\\u001b[31m\\n"
	            "forged\"}",
	            false, "01:00:00  7        failed   \\x1b[31m\\x0aforged");
}

static void wrong_types_are_refused_with_their_name(void **state)
{
	expect_refusal("[]", "not an object");
	expect_refusal("{\"ticket_id\":7,\"outcome\":\"done\"}", "at is not a time");
	expect_refusal("{\"at\":\"1\",\"ticket_id\":7,\"outcome\":\"done\"}", "at is not a time");
	expect_refusal("{\"at\":-1,\"ticket_id\":7,\"outcome\":\"done\"}", "at is not a time");
	expect_refusal("{\"at\":1.5,\"ticket_id\":7,\"outcome\":\"done\"}", "at is not a time");
	expect_refusal("{\"at\":1,\"ticket_id\":0,\"outcome\":\"done\"}", "ticket_id");
	expect_refusal("{\"at\":1,\"ticket_id\":7}", "outcome is missing");
	expect_refusal("{\"at\":1,\"ticket_id\":7,\"outcome\":[]}", "outcome is not a text");
	expect_refusal("{\"at\":1,\"ticket_id\":7,\"outcome\":\"done\",\"model\":3}",
	               "model is not a text");
	expect_refusal("{\"at\":1,\"ticket_id\":7,\"outcome\":\"done\",\"cost_usd\":\"free\"}",
	               "cost_usd is not a number");
	expect_refusal("{\"at\":1,\"ticket_id\":7,\"outcome\":\"done\",\"confidence\":-1}",
	               "confidence is not a number");
}

static void as_json_it_is_what_the_service_said(void **state)
{
	struct json *row = parse(WHOLE);
	struct buf out;

	buf_init(&out, 4096);
	decision_add_json(&out, row);
	assert_string_equal(buf_cstr(&out), WHOLE);
	buf_free(&out);
	json_free(row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_line_says_when_which_ticket_how_it_ended_and_why),
	        cmocka_unit_test(bytes_that_act_on_a_terminal_are_shown),
	        cmocka_unit_test(wrong_types_are_refused_with_their_name),
	        cmocka_unit_test(as_json_it_is_what_the_service_said),
	};

	json_seed(1);
	return cmocka_run_group_tests(tests, zone, NULL);
}
