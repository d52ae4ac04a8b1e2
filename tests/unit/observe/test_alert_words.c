/* A sentence with the number, the threshold and what to do, without what could mislead a reader. */
#include "alert_lab.h"

static struct buf out;
static struct alert_told told;

static int setup(void **state)
{
	buf_init(&out, 4096);
	return 0;
}

static int teardown(void **state)
{
	buf_free(&out);
	alert_told_free(&told);
	return 0;
}

static const char *value(enum alert_unit unit, double number)
{
	buf_reset(&out);
	alert_words_value(unit, number, &out);
	return buf_cstr(&out);
}

static const char *clean(struct str text, size_t bytes)
{
	buf_reset(&out);
	alert_words_clean(text, bytes, &out);
	return buf_cstr(&out);
}

static void numbers_have_their_units(void **state)
{
	assert_string_equal(value(UNIT_RATIO, 0.99), "99 %");
	assert_string_equal(value(UNIT_RATIO, 0.9896), "98.96 %"); /* and not 99 % */
	assert_string_equal(value(UNIT_RATIO, 0.005), "0.50 %");
	assert_string_equal(value(UNIT_RATIO, 0.0004), "0.04 %");
	assert_string_equal(value(UNIT_RATIO, 1), "100 %");
	assert_string_equal(value(UNIT_RATIO, 0), "0 %");
	assert_string_equal(value(UNIT_MS, 15000), "15 s");
	assert_string_equal(value(UNIT_USD, 0.0021), "$0.0021");
	assert_string_equal(value(UNIT_TICKETS, 1204), "1,204");
	assert_string_equal(value(UNIT_BYTES, 200 << 20), "200 MiB");
	assert_string_equal(value(UNIT_NONE, 1), "");
	assert_string_equal(value(UNIT_MS, -1), "");
}

static void an_alert_says_the_number_the_threshold_and_what_to_do(void **state)
{
	struct alert_reading reading = {.known = true, .value = 0.9812, .threshold = 0.99};

	alert_words_tell(RULE_SUCCESS_RATE, ALERT_BEGUN, &reading, 0, &told);
	assert_string_equal(told.title, "Too few tickets succeed");
	assert_string_equal(
	        told.text, "98.12 % of the tickets of the last 15 minutes were processed, below "
	                   "99 %. ai-ticketctl status says which service fails; the log says why.");
	assert_int_equal(told.severity, ALERT_CRITICAL);
}

static void every_measured_rule_tells_number_and_threshold(void **state)
{
	struct alert_reading reading = {
	        .known = true, .value = 12345, .threshold = 54321, .detail = "the detail"};

	for (int rule = 0; rule < ALERT_RULES; rule++) {
		const struct alert_row *row = alert_rules_row((enum alert_rule)rule);

		alert_words_tell((enum alert_rule)rule, ALERT_BEGUN, &reading, 0, &told);
		assert_null(strchr(told.text, '{'));
		assert_int_equal(told.text[strlen(told.text) - 1], '.');
		if (row->unit != UNIT_NONE) {
			assert_non_null(strstr(told.text, value(row->unit, 12345)));
			assert_non_null(strstr(told.text, value(row->unit, 54321)));
		}
		alert_told_free(&told);
	}
}

static void a_recovery_says_how_long_it_lasted_and_how_it_is_now(void **state)
{
	struct alert_reading reading = {.known = true, .value = 0.997, .threshold = 0.99};

	alert_words_tell(RULE_SUCCESS_RATE, ALERT_RESOLVED, &reading, 42 * MSEC_MINUTE, &told);
	assert_string_equal(told.title, "Resolved: Too few tickets succeed");
	assert_string_equal(told.text, "It is over after 42 min. The success rate is 99.70 % now.");
	alert_told_free(&told);
	alert_words_tell(RULE_DEGRADED, ALERT_RESOLVED, &(struct alert_reading){.known = true},
	                 MSEC_HOUR, &told);
	assert_string_equal(told.text, "It is over after 1 h.");
}

static void a_detail_ends_with_one_full_stop(void **state)
{
	struct alert_reading reading = {.known = true, .detail = "The key was refused.. "};

	alert_words_tell(RULE_ENGINE + ALERT_MODEL_REFUSED, ALERT_BEGUN, &reading, 0, &told);
	assert_string_equal(told.text, "The key was refused.");
	alert_told_free(&told);
	alert_words_tell(RULE_ENGINE + ALERT_MODEL_DOWN, ALERT_REPEATED, &reading, 0, &told);
	assert_true(str_starts(str_of(told.text), STR("The key was refused. The service")));
	assert_string_equal(told.title, "Still: The model does not answer");
}

static void what_turns_or_breaks_a_line_is_taken_out(void **state)
{
	assert_string_equal(clean(STR("a\nb\r\n\tc \x1b[31m d\x7f"), 100), "a b c [31m d");
	assert_string_equal(clean(STR("a\xe2\x80\xae"
	                              "b\xe2\x81\xa6"
	                              "c\xe2\x80\x8b"
	                              "d"),
	                          100),
	                    "abcd");
	assert_string_equal(clean(STR("  a  "), 100), "a");
	assert_string_equal(clean(STR("a\xff"
	                              "b"),
	                          100),
	                    "a\xef\xbf\xbd"
	                    "b");
}

static void what_is_too_long_is_cut_between_characters(void **state)
{
	assert_string_equal(clean(STR("abcdef"), 6), "abcdef");
	assert_string_equal(clean(STR("abcdefg"), 6), "abc\xe2\x80\xa6");
	assert_string_equal(clean(STR("ab\xc3\xa9\xc3\xa9\xc3\xa9"), 7), "ab\xc3\xa9\xe2\x80\xa6");
	struct alert_reading reading = {.known = true};
	char *longest = xmalloc(5001);
	memset(longest, 'x', 5000);
	longest[5000] = '\0';
	reading.detail = longest;
	alert_words_tell(RULE_DEGRADED, ALERT_BEGUN, &reading, 0, &told);
	assert_int_equal(strlen(told.text), ALERT_TEXT_BYTES);
	free(longest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	        TEST(numbers_have_their_units),
	        TEST(an_alert_says_the_number_the_threshold_and_what_to_do),
	        TEST(every_measured_rule_tells_number_and_threshold),
	        TEST(a_recovery_says_how_long_it_lasted_and_how_it_is_now),
	        TEST(a_detail_ends_with_one_full_stop),
	        TEST(what_turns_or_breaks_a_line_is_taken_out),
	        TEST(what_is_too_long_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
