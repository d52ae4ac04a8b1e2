/* The lines that people read, to the letter. */
#include "../base/helper.h"

#include <locale.h>

#include "observe/report.h"

#define WALL INT64_C(1762381981000) /* 2025-11-05T22:33:01Z */

static struct buf out;

static int setup(void **state)
{
	buf_init(&out, 1 << 20);
	return 0;
}

static int teardown(void **state)
{
	buf_free(&out);
	return 0;
}

static void assert_line(enum log_level level, struct str text, const char *expected)
{
	buf_reset(&out);
	report_log_line(&out, WALL + 999, level, text);
	assert_str(buf_str(&out), expected);
}

static void a_log_line_is_time_level_and_text(void **state)
{
	assert_line(LEVEL_INFO, STR("Starting AI Ticket Processor (limit: 50)"),
	            "2025-11-05 22:33:01 | INFO | Starting AI Ticket Processor (limit: 50)\n");
	assert_line(LEVEL_DEBUG, STR("x"), "2025-11-05 22:33:01 | DEBUG | x\n");
	assert_line(LEVEL_WARNING, STR("x"), "2025-11-05 22:33:01 | WARNING | x\n");
	assert_line(LEVEL_ERROR, STR("✗ Ticket 12347 failed: é"),
	            "2025-11-05 22:33:01 | ERROR | ✗ Ticket 12347 failed: é\n");
	assert_line(LEVEL_INFO, (struct str){0}, "2025-11-05 22:33:01 | INFO | \n");
	assert_fatal(report_log_line(&out, 0, (enum log_level)4, (struct str){0}));
	fatal_set_handler(NULL);
}

static void one_event_is_one_line_whatever_is_in_it(void **state)
{
	static const struct {
		struct str text;
		const char *escaped;
	} cases[] = {
	        {STR("a\nb\r\tc"), "a\\x0ab\\x0d\\x09c"},
	        {STR("a\0b\x1B[2Jc\x7F"), "a\\x00b\\x1b[2Jc\\x7f"},
	        {STR("a\xC2\x85z"), "a\\u{85}z"},
	        {STR("a\xE2\x80\xA8z\xE2\x80\xA9"), "a\\u{2028}z\\u{2029}"},
	        {STR("\xE2\x80\xAAz\xE2\x80\xAEz\xE2\x81\xA6z\xE2\x81\xA9"),
	         "\\u{202a}z\\u{202e}z\\u{2066}z\\u{2069}"},
	        {STR("\xE2\x80\x8Ez\xE2\x80\x8Fz\xD8\x9Cz\xEF\xBB\xBF"),
	         "\\u{200e}z\\u{200f}z\\u{61c}z\\u{feff}"},
	        {STR("a\xFFz\xC3"), "a\\xffz\\xc3"},
	        {STR("\xEF\xBF\xBD \\ \" | \xF0\x9F\x98\x80"),
	         "\xEF\xBF\xBD \\ \" | \xF0\x9F\x98\x80"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char expected[256];
		snprintf(expected, sizeof(expected), "2025-11-05 22:33:01 | INFO | %s\n",
		         cases[i].escaped);
		assert_line(LEVEL_INFO, cases[i].text, expected);
	}
}

static void assert_outcome(struct outcome outcome, const char *expected)
{
	buf_reset(&out);
	report_outcome_text(&out, &outcome);
	assert_str(buf_str(&out), expected);
}

static void a_processed_ticket_tells_its_time_to_a_tenth_of_a_second(void **state)
{
	static const struct {
		msec span;
		const char *expected;
	} cases[] = {
	        {3200, "✓ Ticket 12345 processed in 3.2s"},
	        {3249, "✓ Ticket 12345 processed in 3.2s"},
	        {3250, "✓ Ticket 12345 processed in 3.3s"},
	        {0, "✓ Ticket 12345 processed in 0.0s"},
	        {-1, "✓ Ticket 12345 processed in 0.0s"},
	        {9999, "✓ Ticket 12345 processed in 10.0s"},
	        {754321, "✓ Ticket 12345 processed in 754.3s"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_outcome(
		        (struct outcome){.ticket = {1, 12345}, .processing_ms = cases[i].span},
		        cases[i].expected);
	setlocale(LC_ALL, "de_DE.UTF-8"); /* where it is installed: still a point */
	assert_outcome((struct outcome){.ticket = {1, 12345}, .processing_ms = 3200},
	               cases[0].expected);
	setlocale(LC_ALL, "C");
}

static void failed_and_skipped_tickets_tell_their_reason(void **state)
{
	assert_outcome((struct outcome){.ticket = {1, 12347},
	                                .status = OUTCOME_ERROR,
	                                .reason = STR("503 from Zendesk")},
	               "✗ Ticket 12347 failed: 503 from Zendesk");
	assert_outcome((struct outcome){.ticket = {1, 5},
	                                .status = OUTCOME_SKIPPED,
	                                .reason = STR("closed")},
	               "- Ticket 5 skipped: closed");
	assert_outcome((struct outcome){.ticket = {1, UINT64_MAX},
	                                .status = OUTCOME_ERROR,
	                                .reason = STR("a\nb")},
	               "✗ Ticket 18446744073709551615 failed: a\\x0ab");
	assert_outcome((struct outcome){.ticket = {1, 5}, .status = OUTCOME_SKIPPED},
	               "- Ticket 5 skipped: no reason given");
}

static void a_dry_run_tells_what_would_be_written(void **state)
{
	struct str tags[] = {STR("ai_processed"), STR("ai_bug"), STR("ai_high"),
	                     STR("ai_negative")};
	assert_outcome((struct outcome){.ticket = {1, 12345},
	                                .status = OUTCOME_DRY_RUN,
	                                .processing_ms = 3200,
	                                .tags_added = {tags, 4},
	                                .priority_set = PRIORITY_HIGH},
	               "✓ Ticket 12345 analysed in 3.2s (dry run): "
	               "would add tags ai_processed ai_bug ai_high ai_negative, set priority high");
	assert_outcome(
	        (struct outcome){.ticket = {1, 1}, .status = OUTCOME_DRY_RUN},
	        "✓ Ticket 1 analysed in 0.0s (dry run): would add no tags, leave the priority");
	assert_outcome(
	        (struct outcome){.ticket = {1, 1}, .status = OUTCOME_SHADOW},
	        "✓ Ticket 1 analysed in 0.0s (shadow): would add no tags, leave the priority");
}

static void collect(void *arg, const char *line)
{
	buf_puts(arg, line);
	buf_putc(arg, '\n');
}

#define RULE "============================================================\n"

static void the_summary_is_the_closing_block(void **state)
{
	struct batch batch = {.total = 47,
	                      .processed = 46,
	                      .failed = 1,
	                      .processing_ms = 46 * 3400,
	                      .ended_mono = 17200};
	assert_int_equal(strlen(RULE), 61);
	report_summary(&batch, collect, &out);
	assert_str(buf_str(&out), RULE "Processed: 46/47 tickets\n"
	                               "Failed: 1\n"
	                               "Avg time: 3.4s per ticket\n"
	                               "Total time: 17.2s\n" RULE);
}

static void skipped_tickets_and_answers_by_rules_are_told_when_there_are_some(void **state)
{
	struct batch batch = {.total = 5, .processed = 3, .skipped = 2, .fallback = 1};
	report_summary(&batch, collect, &out);
	assert_str(buf_str(&out), RULE "Processed: 3/5 tickets\n"
	                               "Failed: 0\n"
	                               "Skipped: 2\n"
	                               "Answered by rules: 1\n"
	                               "Avg time: 0.0s per ticket\n"
	                               "Total time: 0.0s\n" RULE);
}

static void what_was_paid_is_told_and_an_estimate_is_marked(void **state)
{
	struct batch batch = {.spent = {13160, 1504, 0.00287651, false, 0}};

	report_summary(&batch, collect, &out);
	assert_non_null(strstr(buf_cstr(&out), RULE "Cost: $0.0029, 14664 tokens\n"));
	batch.spent.estimated = true;
	report_summary(&batch, collect, &out);
	assert_non_null(strstr(buf_cstr(&out), "Cost: ~$0.0029, ~14664 tokens\n"));
	batch.spent.tokens_cached = 9000;
	report_summary(&batch, collect, &out);
	assert_non_null(
	        strstr(buf_cstr(&out), "~14664 tokens (9000 of them from the service's cache)\n"));
	batch.spent.tokens_cached = 0;
	batch.spent.cost = 0;
	report_summary(&batch, collect, &out);
	assert_non_null(strstr(buf_cstr(&out), "Cost: ~14664 tokens\n"));
}

static void files_are_named_after_the_utc_time(void **state)
{
	char name[REPORT_NAME_SIZE], log[REPORT_NAME_SIZE];
	report_results_name(name, WALL, 1);
	assert_string_equal(name, "results_20251105_223301.json");
	report_results_name(name, WALL, 2);
	assert_string_equal(name, "results_20251105_223301_2.json");
	report_results_name(name, WALL, 10);
	assert_string_equal(name, "results_20251105_223301_10.json");
	report_results_name(name, INT64_MAX, INT32_MAX);
	report_log_name(log, WALL, 1);
	assert_string_equal(log, "20251105.log");
	report_log_name(log, WALL + 87 * MSEC_MINUTE, 1);
	assert_string_equal(log, "20251106.log");
	report_log_name(log, WALL, 2);
	assert_string_equal(log, "20251105_2.log");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(a_log_line_is_time_level_and_text, setup, teardown),
	        cmocka_unit_test_setup_teardown(one_event_is_one_line_whatever_is_in_it, setup,
	                                        teardown),
	        cmocka_unit_test_setup_teardown(
	                a_processed_ticket_tells_its_time_to_a_tenth_of_a_second, setup, teardown),
	        cmocka_unit_test_setup_teardown(failed_and_skipped_tickets_tell_their_reason, setup,
	                                        teardown),
	        cmocka_unit_test_setup_teardown(a_dry_run_tells_what_would_be_written, setup,
	                                        teardown),
	        cmocka_unit_test_setup_teardown(the_summary_is_the_closing_block, setup, teardown),
	        cmocka_unit_test_setup_teardown(
	                skipped_tickets_and_answers_by_rules_are_told_when_there_are_some, setup,
	                teardown),
	        cmocka_unit_test_setup_teardown(what_was_paid_is_told_and_an_estimate_is_marked,
	                                        setup, teardown),
	        cmocka_unit_test(files_are_named_after_the_utc_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
