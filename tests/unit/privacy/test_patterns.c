/* Patterns of the operator: what they find goes, what they cannot decide goes too. */
#include "redactor.h"

static void use(const char *patterns)
{
	struct redact_options options = {true, true, true, true, true, str_of(patterns)};
	redactor_set_options(shared_redactor, &options);
}

static void what_a_pattern_finds_goes_everywhere(void **state)
{
	use("CUST-\\d{6}, \\b[A-Z]{2,3}\\d{4}\\b,Zimmer (?:1,2|3)");
	becomes("CUST-123456 and CUST%2D654321, ABC1234; Zimmer 1,2",
	        "[REDACTED_PATTERN] and [REDACTED_PATTERN], [REDACTED_PATTERN]; "
	        "[REDACTED_PATTERN]");
	stays("CUST-12345 XABCD1234 Zimmer 4");
	use("");
	stays("CUST-123456");
}

static void letters_beyond_ascii_are_letters(void **state)
{
	use("(?i)müller-\\w+");
	becomes("Frau MÜLLER-Größe.", "Frau [REDACTED_PATTERN].");
	use("");
}

static void a_pattern_that_runs_into_its_limits_counts_as_found(void **state)
{
	use("(a|aa)+\\d");
	becomes("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", "[REDACTED_PATTERN]");
	use("");
}

static void wrong_patterns_are_refused_with_their_place(void **state)
{
	struct err err;
	assert_int_equal(redact_check_patterns(STR("a+, [b-c]{1,2},\\d+"), &err), 0);
	assert_int_equal(redact_check_patterns(STR(""), &err), 0);
	assert_int_equal(redact_check_patterns(STR("a+,secret(b"), &err), -1);
	assert_non_null(strstr(err.text, "pattern 2, byte 9: "));
	assert_null(strstr(err.text, "secret"));
	assert_int_equal(redact_check_patterns(STR("a*"), &err), -1);
	assert_string_equal(err.text, "pattern 1 matches the empty text");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_a_pattern_finds_goes_everywhere),
	        cmocka_unit_test(letters_beyond_ascii_are_letters),
	        cmocka_unit_test(a_pattern_that_runs_into_its_limits_counts_as_found),
	        cmocka_unit_test(wrong_patterns_are_refused_with_their_place),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
