/* What follows the "?" of a path: what is understood, and which sentence refuses the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/control/query.h"

static const char *const NAMES[] = {"from", "to", "outcome", NULL};
static const char *const OUTCOMES[] = {"done", "skipped", "failed", NULL};

static struct query query;
static struct err err;

static int parse(const char *text)
{
	err.text[0] = '\0';
	return query_parse(str_of(text), NAMES, &query, &err);
}

static void assert_refused(const char *text, const char *sentence)
{
	assert_int_equal(parse(text), -1);
	assert_string_equal(err.text, sentence);
}

static void assert_value(const char *name, const char *expected)
{
	struct str value = query_value(&query, name);

	assert_non_null(value.data);
	assert_true(str_eq(value, str_of(expected)));
}

static void nothing_asked_for_is_no_parameter(void **state)
{
	assert_int_equal(query_parse((struct str){0}, NAMES, &query, &err), 0);
	assert_int_equal(query.count, 0);
	assert_null(query_value(&query, "from").data);
	assert_int_equal(query_none(STR(""), &err), 0);
}

static void values_are_decoded(void **state)
{
	assert_int_equal(parse("outcome=a%20b+c%3D%26%2B&from=%C3%A4&to=1=2"), 0);
	assert_value("outcome", "a b c=&+");
	assert_value("from", "\xc3\xa4");
	assert_value("to", "1=2");
}

static void an_unknown_parameter_is_named_with_those_that_are_known(void **state)
{
	assert_refused("form=1", "the parameter form is not known here; known are from, to and "
	                         "outcome");
	assert_refused("from=1&FROM=2",
	               "the parameter FROM is not known here; known are from, to and outcome");
	assert_int_equal(query_none(STR("a=1"), &err), -1);
	assert_string_equal(err.text, "this path takes no parameters after the \"?\"");
}

static void what_has_not_the_letters_of_a_name_is_not_repeated(void **state)
{
	const char *expected = "a parameter is not known here; known are from, to and outcome";
	char lengthy[64] = "";

	memset(lengthy, 'a', sizeof(lengthy) - 1);
	assert_refused("<script>=1", expected);
	assert_refused("%66rom=1", expected);
	assert_refused("=1", expected);
	assert_refused("from=1&", expected);
	assert_refused("&", expected);
	assert_refused(lengthy, expected);
}

static void a_repeated_parameter_is_refused(void **state)
{
	assert_refused("from=1&to=2&from=1", "from: is given twice");
}

static void a_parameter_without_a_value_is_refused(void **state)
{
	assert_refused("from=", "from: has no value; leave it out, or write from=VALUE");
	assert_refused("from", "from: has no value; leave it out, or write from=VALUE");
}

static void a_broken_value_is_refused(void **state)
{
	const char *percent = "to: a percent sign must be followed by two hexadecimal digits: %20";

	assert_refused("to=%", percent);
	assert_refused("to=%4", percent);
	assert_refused("to=1%4g", percent);
	assert_refused("to=%00", "to: has a control character");
	assert_refused("to=a%0d%0ab", "to: has a control character");
	assert_refused("to=%7f", "to: has a control character");
	assert_refused("to=%c3", "to: is not valid UTF-8");
	assert_refused("to=%c0%af", "to: is not valid UTF-8");
}

static void a_value_has_at_most_its_bytes(void **state)
{
	char text[QUERY_VALUE_MAX + 16] = "from=";

	memset(text + 5, 'x', QUERY_VALUE_MAX);
	assert_int_equal(parse(text), 0);
	assert_int_equal(query_value(&query, "from").len, QUERY_VALUE_MAX);
	text[5 + QUERY_VALUE_MAX] = 'x';
	assert_refused(text, "from: is longer than 200 bytes");
}

static void a_number_has_its_bounds(void **state)
{
	static const char *const wrong[] = {"from=-1",  "from=101",  "from=1.5",
	                                    "from=1e2", "from=%2B1", "from=0x1",
	                                    "from=+1",  "from=1+",   "from=99999999999999999999"};
	int64_t number;

	assert_int_equal(parse("from=100"), 0);
	assert_int_equal(query_int(&query, "from", 0, 100, 7, &number, &err), 0);
	assert_int_equal(number, 100);
	assert_int_equal(query_int(&query, "to", 0, 100, 7, &number, &err), 0);
	assert_int_equal(number, 7);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(parse(wrong[i]), 0);
		assert_int_equal(query_int(&query, "from", 0, 100, 7, &number, &err), -1);
		assert_string_equal(err.text, "from: must be a whole number from 0 to 100");
	}
}

static void a_word_is_one_of_a_list(void **state)
{
	int word;

	assert_int_equal(parse("outcome=skipped"), 0);
	assert_int_equal(query_word(&query, "outcome", OUTCOMES, &word, &err), 0);
	assert_int_equal(word, 1);
	assert_int_equal(query_word(&query, "to", OUTCOMES, &word, &err), 0);
	assert_int_equal(word, -1);
	assert_int_equal(parse("outcome=Done"), 0);
	assert_int_equal(query_word(&query, "outcome", OUTCOMES, &word, &err), -1);
	assert_string_equal(err.text, "outcome: must be done, skipped or failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing_asked_for_is_no_parameter),
	        cmocka_unit_test(values_are_decoded),
	        cmocka_unit_test(an_unknown_parameter_is_named_with_those_that_are_known),
	        cmocka_unit_test(what_has_not_the_letters_of_a_name_is_not_repeated),
	        cmocka_unit_test(a_repeated_parameter_is_refused),
	        cmocka_unit_test(a_parameter_without_a_value_is_refused),
	        cmocka_unit_test(a_broken_value_is_refused),
	        cmocka_unit_test(a_value_has_at_most_its_bytes),
	        cmocka_unit_test(a_number_has_its_bounds),
	        cmocka_unit_test(a_word_is_one_of_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
