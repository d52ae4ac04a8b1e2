/* Configuration files: what libconfuse is allowed to see, and what is said about the rest. */
#include "support.h"

static void assert_one_error(const char *text, const char *expected)
{
	struct world world = world_new();

	file(&world, text);
	if (strcmp(errors(&world), expected) != 0)
		fail_msg("for \"%s\" expected \"%s\", got \"%s\"", text, expected, errors(&world));
	world_free(&world);
}

static void assert_error(const char *text, const char *part)
{
	struct world world = world_new();

	file(&world, text);
	assert_contains(errors(&world), part);
	world_free(&world);
}

static void what_the_service_may_do_may_stand_outside_of_any_section(void **state)
{
	struct world world = world_new();

	file(&world, "writes = off\nzendesk {\n\tbatch_size = 7\n}\n");
	assert_string_equal(errors(&world), "");
	assert_int_equal(world.config->service.writes, WRITES_OFF);
	assert_int_equal(world.config->zendesk.batch_size, 7);
	world_free(&world);
	assert_error("writes = off\nservice {\n\twrites = on\n}\n",
	             "appears twice, first in line 1");
	assert_error("writes = perhaps\n", "service.writes");
	assert_error("write = off\n", "did you mean writes?");
	assert_error("zendesk {\n\twrites = off\n}\n", "did you mean service.writes?");
}

static void an_empty_file_and_one_of_comments_change_nothing(void **state)
{
	assert_one_error("", "");
	assert_one_error("\n\n", "");
	assert_one_error("# only\r\n#comments # here", "");
	assert_one_error("\xef\xbb\xbf# after a byte order mark\n", "");
	assert_one_error("zendesk {\n}\nllm {}\n", "");
}

static void values_are_bare_or_quoted(void **state)
{
	struct world world = world_new();

	file(&world, "zendesk {\n"
	             "\tquery = \"group:support brand:\\\"A\\\\B\\\" \\${x}\"  # a comment\n"
	             "\tbase_url = https://example.com:8443/api/v2/ # another\n"
	             "\tscope = 'read # write'\n"
	             "\tbatch_size=50\r\n"
	             "}\n"
	             "retry { attempts = 4 }\n"
	             "llm\n{\n\tprovider = OLLAMA\n\tbase_url = \"http://[::1]:8080\"\n\ttimeout = "
	             "1.5m\n}\n");
	assert_string_equal(errors(&world), "");
	assert_string_equal(world.config->zendesk.query, "group:support brand:\"A\\B\" ${x}");
	assert_string_equal(world.config->zendesk.base_url, "https://example.com:8443/api/v2/");
	assert_string_equal(world.config->zendesk.scope, "read # write");
	assert_int_equal(world.config->zendesk.batch_size, 50);
	assert_int_equal(world.config->retry.attempts, 4);
	assert_int_equal(world.config->llm.provider, LLM_OLLAMA);
	assert_int_equal(world.config->llm.timeout, 90000);
	world_free(&world);
}

static void errors_name_file_line_option_and_reason(void **state)
{
	assert_one_error("# one\n# two\nretry {\n\t# four\n\tattempts = 11 # five\n}\n",
	                 "a.conf:5: retry.attempts: expected a whole number from 1 to 10\n");
	assert_one_error("log { level = loud }\n",
	                 "a.conf:1: log.level: expected debug, info, warning or error\n");
}

static void all_problems_are_told_not_only_the_first(void **state)
{
	struct world world = world_new();

	file(&world, "retry {\n attempts = 0\n attempt = 3\n = 4\n}\nnonsense { a = 1 }\nbreaker "
	             "{\n threshold = x\n}\n");
	assert_string_equal(
	        errors(&world),
	        "a.conf:3: retry.attempt: unknown option; did you mean retry.attempts?\n"
	        "a.conf:4: expected the name of an option, or '}'\n"
	        "a.conf:6: unknown section 'nonsense'\n"
	        "a.conf:2: retry.attempts: expected a whole number from 1 to 10\n"
	        "a.conf:8: breaker.threshold: expected a whole number from 1 to 1000\n");
	world_free(&world);
}

static void an_option_given_twice_names_the_first_line(void **state)
{
	assert_one_error("retry {\n attempts = 4\n attempts = 5\n}\n",
	                 "a.conf:3: retry.attempts: appears twice, first in line 2\n");
	assert_one_error("zendesk {\n api_token_file = a\n api_token_file = b\n}\n",
	                 "a.conf:3: zendesk.api_token_file: appears twice, first in line 2\n");
}

static void a_section_given_twice_names_the_first_line(void **state)
{
	assert_one_error("retry {\n}\nretry {\n attempts = 5\n}\n",
	                 "a.conf:3: retry: appears twice, first in line 1\n");
}

static void an_unknown_option_gets_a_suggestion(void **state)
{
	assert_error("llm { modell = x }", "llm.modell: unknown option; did you mean llm.model?");
	assert_error("llm { poll_interval = 5 }", "did you mean zendesk.poll_interval?");
	assert_one_error("llm { flux_capacitor = 5 }",
	                 "a.conf:1: llm.flux_capacitor: unknown option\n");
	assert_error("level = info", "'level' is outside any section");
}

static void a_secret_in_the_file_is_refused_and_not_quoted(void **state)
{
	struct world world = world_new();

	file(&world, "zendesk {\n api_token = \"hunter2hunter2\"\n}\nhttp { token = hunter2 }\n");
	assert_contains(errors(&world),
	                "a.conf:2: zendesk.api_token: a secret is not allowed in this file");
	assert_contains(errors(&world), "ZENDESK_API_TOKEN");
	assert_contains(errors(&world), "AI_TICKETD_HTTP_TOKEN");
	assert_contains(errors(&world), "api_token_file");
	assert_lacks(errors(&world), "hunter2");
	assert_string_equal(world.config->zendesk.api_token, "");
	world_free(&world);
}

static void no_error_quotes_a_value(void **state)
{
	static const char *const lines_with_it[] = {
	        "zendesk { api_token = s3cr3t word }",   "zendesk { api_token = s3cr3t= }",
	        "retry { attempts = s3cr3t }",           "zendesk { scope = \"s3cr3t }",
	        "zendesk { query = ab s3cr3t = 4 }",     "log { level = \"s3cr3t\" x }",
	        "zendesk { scope = \"s3cr3t${HOME}\" }", "llm { api_key = \"s3cr3t\" s3cr3t }"};

	for (size_t i = 0; i < ARRAY_LEN(lines_with_it); i++) {
		struct world world = world_new();
		file(&world, lines_with_it[i]);
		assert_true(lines(errors(&world)) >= 1);
		assert_lacks(errors(&world), "s3cr3t");
		world_free(&world);
	}
}

static void variables_are_never_replaced(void **state)
{
	static char variable[] = "AITD_TEST_LEAK=leaked";
	struct world world = world_new();

	(void)putenv(variable);
	file(&world, "zendesk {\n query = \"a ${AITD_TEST_LEAK}\"\n scope = ${AITD_TEST_LEAK}\n"
	             " email = '${AITD_TEST_LEAK}'\n client_id = \"\\${AITD_TEST_LEAK}\"\n}\n");
	assert_contains(errors(&world), "a.conf:2: variables are not expanded here");
	assert_contains(errors(&world), "a.conf:3: expected a value");
	assert_string_equal(world.config->zendesk.query, "");
	assert_string_equal(world.config->zendesk.email, "${AITD_TEST_LEAK}");
	assert_string_equal(world.config->zendesk.client_id, "${AITD_TEST_LEAK}");
	world_free(&world);
}

static void nothing_is_included(void **state)
{
	assert_error("include(\"/etc/passwd\")\n", "a.conf:1: expected '{'");
	assert_error("zendesk {\ninclude(\"/etc/passwd\")\n}\n", "a.conf:2: expected '='");
}

static void broken_structure_is_told_with_its_line(void **state)
{
	assert_one_error("retry {\n attempts = 4\n",
	                 "a.conf:1: the section opened here is not closed: expected '}'\n");
	assert_one_error("}\n", "a.conf:1: '}' without a section before it\n");
	assert_one_error("retry {\n attempts = 4\nlog {\n level = debug\n}\n",
	                 "a.conf:3: a section begins inside another one: expected '}' before it\n");
	assert_error("retry {\n attempts\n = 4\n}\n",
	             "a.conf:2: expected '=' after the name of an option");
	assert_error("retry {\n attempts =\n}\n", "a.conf:2: expected a value after '='");
	assert_error("retry {\n attempts = 4 backoff_factor = 2\n}\n",
	             "a.conf:2: unexpected text after the value");
	assert_error("retry", "a.conf:1: expected '{' after the name of a section");
	assert_error("retry\nlog { }", "a.conf:2: expected '{' after the name of a section");
	assert_error("retry += 4", "expected '{'");
	assert_error("\"=\" = x", "expected a section");
	assert_error("zendesk|subdomain = x", "expected '{'");
	assert_error("log { level = info#x }", "unexpected text after the value");
	assert_error("tls { ca_file = //x }", "expected a value");
	assert_error("tls { ca_file = /a*b }", "unexpected text after the value");
	assert_error("/* c */", "expected a section");
}

static void quoted_values_are_strict(void **state)
{
	assert_error("tls { ca_file = \"a", "closing quote is missing");
	assert_error("tls { ca_file = \"a\\\"", "closing quote is missing");
	assert_error("tls { ca_file = \"a\\", "expected \\\"");
	assert_error("tls { ca_file = \"\\n\" }", "after a backslash");
	assert_error("tls { ca_file = 'a\\b' }", "no backslash in single quotes");
	assert_error("tls { ca_file = \"a\tb\" }", "control character");
	assert_error("tls { ca_file = \"a\"b }", "unexpected text after the value");
}

static void bytes_that_are_no_text_are_refused(void **state)
{
	static const char nul[] = "log {\n level = info\0\n}\n";
	struct world world = world_new();

	config_read_file(world.config, "a.conf", str_make(nul, sizeof(nul) - 1), &world.problems);
	assert_string_equal(errors(&world), "a.conf:2: NUL byte: this is not a text file\n");
	world_free(&world);
	assert_error("# \xff\xfe\n", "a.conf:1: is not valid UTF-8");
	assert_error("log {\f}", "expected the name of an option");
	assert_one_error("# g\xc3\xbcltig\n", "");
}

static void a_binary_file_ends_after_a_few_messages(void **state)
{
	struct world world = world_new();
	size_t size = CONFIG_FILE_BYTES_MAX;
	char *bytes = xmalloc(size);

	for (size_t i = 0; i < size; i++)
		bytes[i] = i % 3 ? '\n' : (char)0x80;
	config_read_file(world.config, "a.conf", str_make(bytes, size), &world.problems);
	assert_true(lines(errors(&world)) < 30);
	assert_contains(errors(&world), "the remaining lines were not read");
	free(bytes);
	world_free(&world);
}

static void a_file_over_the_limit_is_refused(void **state)
{
	struct world world = world_new();
	size_t size = CONFIG_FILE_BYTES_MAX + 1;
	char *bytes = xmalloc(size);

	memset(bytes, '\n', size);
	config_read_file(world.config, "a.conf", str_make(bytes, size), &world.problems);
	assert_string_equal(errors(&world),
	                    "a.conf: too large for a configuration file: at most 256 KiB\n");
	config_problems_free(&world.problems);
	config_problems_init(&world.problems);
	config_read_file(world.config, "a.conf", str_make(bytes, size - 1), &world.problems);
	assert_string_equal(errors(&world), "");
	free(bytes);
	world_free(&world);
}

static void a_file_of_unknown_names_ends_after_a_few_messages(void **state)
{
	struct world world = world_new();
	struct buf text;

	buf_init(&text, CONFIG_FILE_BYTES_MAX);
	buf_puts(&text, "log {\n");
	for (int i = 0; i < 5000; i++)
		buf_printf(&text, "qqqqq%d = 1\n", i);
	buf_puts(&text, "}\n");
	config_read_file(world.config, "a.conf", buf_str(&text), &world.problems);
	assert_int_equal(lines(errors(&world)), 50);
	buf_free(&text);
	world_free(&world);
}

static void a_line_or_name_that_is_too_long_is_refused(void **state)
{
	struct world world = world_new();
	struct buf text;

	buf_init(&text, CONFIG_FILE_BYTES_MAX);
	buf_puts(&text, "zendesk {\nquery = \"");
	for (int i = 0; i < 9000; i++)
		buf_putc(&text, 'x');
	buf_puts(&text, "\"\n");
	for (int i = 0; i < 65; i++)
		buf_putc(&text, 'x');
	buf_puts(&text, " = 1\n}\n");
	config_read_file(world.config, "a.conf", buf_str(&text), &world.problems);
	assert_string_equal(errors(&world), "a.conf:2: the line is too long: at most 8192 "
	                                    "bytes\na.conf:3: the name is too long\n");
	buf_free(&text);
	world_free(&world);
}

static void a_feature_of_a_later_version_is_refused(void **state)
{
	assert_one_error("llm { on_quota = rules }\n",
	                 "a.conf:1: llm.on_quota: is not available in this version: remove it\n");
	assert_one_error("llm { on_quota = perhaps }\n",
	                 "a.conf:1: llm.on_quota: expected wait or rules\n");
}

static void a_file_name_with_control_characters_stays_one_line(void **state)
{
	struct world world = world_new();

	config_read_file(world.config, "a\nb.conf", STR("x"), &world.problems);
	assert_int_equal(lines(errors(&world)), 1);
	assert_contains(errors(&world), "a?b.conf:1:");
	world_free(&world);
}

static void a_file_after_a_broken_one_is_read_well(void **state)
{
	for (int i = 0; i < 3; i++) {
		struct world world = world_new();
		file(&world, "retry { attempts = \"4");
		assert_int_equal(lines(errors(&world)), 2);
		file(&world, "breaker { threshold = 7 }");
		assert_int_equal(lines(errors(&world)), 2);
		assert_int_equal(world.config->breaker.threshold, 7);
		world_free(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_the_service_may_do_may_stand_outside_of_any_section),
	        cmocka_unit_test(an_empty_file_and_one_of_comments_change_nothing),
	        cmocka_unit_test(values_are_bare_or_quoted),
	        cmocka_unit_test(errors_name_file_line_option_and_reason),
	        cmocka_unit_test(all_problems_are_told_not_only_the_first),
	        cmocka_unit_test(an_option_given_twice_names_the_first_line),
	        cmocka_unit_test(a_section_given_twice_names_the_first_line),
	        cmocka_unit_test(an_unknown_option_gets_a_suggestion),
	        cmocka_unit_test(a_secret_in_the_file_is_refused_and_not_quoted),
	        cmocka_unit_test(no_error_quotes_a_value),
	        cmocka_unit_test(variables_are_never_replaced),
	        cmocka_unit_test(nothing_is_included),
	        cmocka_unit_test(broken_structure_is_told_with_its_line),
	        cmocka_unit_test(quoted_values_are_strict),
	        cmocka_unit_test(bytes_that_are_no_text_are_refused),
	        cmocka_unit_test(a_binary_file_ends_after_a_few_messages),
	        cmocka_unit_test(a_file_over_the_limit_is_refused),
	        cmocka_unit_test(a_file_of_unknown_names_ends_after_a_few_messages),
	        cmocka_unit_test(a_line_or_name_that_is_too_long_is_refused),
	        cmocka_unit_test(a_feature_of_a_later_version_is_refused),
	        cmocka_unit_test(a_file_name_with_control_characters_stays_one_line),
	        cmocka_unit_test(a_file_after_a_broken_one_is_read_well),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
