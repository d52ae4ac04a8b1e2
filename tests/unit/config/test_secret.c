/* Secrets: where they may come from, which place wins, and that nothing shows them. */
#include "support.h"

static char seen[400];

static void note(void *arg, const char *dotted, const char *path)
{
	size_t len = strlen(seen);
	snprintf(seen + len, sizeof(seen) - len, "%s=%s ", dotted, path);
}

static const char *secret_files(const struct world *world)
{
	seen[0] = '\0';
	config_each_secret_file(world->config, note, NULL);
	return seen;
}

static void count(void *arg, const char *dotted)
{
	int *counter = arg;
	++*counter;
	assert_non_null(strchr(dotted, '.'));
}

static void every_secret_can_be_a_credential(void **state)
{
	int counter = 0;

	config_each_secret(count, &counter);
	assert_int_equal(counter, 7);
}

static void a_path_from_file_or_environment_is_handed_to_the_shell(void **state)
{
	struct world world = world_new();

	file(&world, "zendesk { api_token_file = /run/token }\nllm { api_key_file = /a }\n");
	variable(&world, "OPENAI_API_KEY_FILE", "/b");
	assert_string_equal(errors(&world), "");
	assert_string_equal(secret_files(&world), "zendesk.api_token=/run/token llm.api_key=/b ");
	config_set(world.config, FROM_CREDENTIAL, "/b", "llm.api_key", STR("sk-1\n"),
	           &world.problems);
	assert_string_equal(world.config->llm.api_key, "sk-1");
	world_free(&world);
}

static void an_invisible_character_in_a_secret_is_refused_by_name(void **state)
{
	static const char *const cases[][3] = {
	        {"\xef\xbb\xbftok", "at its beginning", "U+FEFF (byte order mark)"},
	        {"\xe2\x80\x8btok", "at its beginning", "U+200B (zero-width space)"},
	        {"tok\xc2\xa0", "at its end", "U+00A0 (no-break space)"},
	        {"t\xe2\x80\x8dok", "in it", "U+200D (zero-width joiner)"},
	        {"t\xc2\xadok", "in it", "U+00AD (soft hyphen)"},
	        {"tok\xe2\x81\xa0", "at its end", "U+2060 (word joiner)"},
	        {"tok\xe3\x80\x80", "at its end", "U+3000 (ideographic space)"}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world world = world_new();

		config_set(world.config, FROM_CREDENTIAL, "/run/token", "zendesk.api_token",
		           str_of(cases[i][0]), &world.problems);
		assert_non_null(strstr(errors(&world), "/run/token: zendesk.api_token"));
		assert_non_null(strstr(errors(&world), cases[i][1]));
		assert_non_null(strstr(errors(&world), cases[i][2]));
		assert_null(strstr(errors(&world), "ok\xe2"));
		world_free(&world);
		world = world_new();
		variable(&world, "OPENAI_API_KEY", cases[i][0]);
		assert_non_null(strstr(errors(&world), cases[i][2]));
		world_free(&world);
	}
	struct world world = world_new();
	variable(&world, "LOG_ENCRYPTION_KEY", "schl\xc3\xbcssel \xe9\x8d\xb5");
	assert_string_equal(errors(&world), "");
	world_free(&world);
}

static void quotation_marks_around_a_secret_are_refused_by_name(void **state)
{
	static const char *const cases[] = {"\"tok\"", "'tok'", "\xe2\x80\x9ctok\xe2\x80\x9d",
	                                    "\xe2\x80\x9etok\xe2\x80\x9c"};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world world = world_new();

		config_set(world.config, FROM_CREDENTIAL, "/run/token", "zendesk.api_token",
		           str_of(cases[i]), &world.problems);
		assert_non_null(strstr(errors(&world), "/run/token: zendesk.api_token"));
		assert_non_null(strstr(errors(&world), "is in quotation marks"));
		assert_null(strstr(errors(&world), "tok\""));
		world_free(&world);
	}
	struct world world = world_new();
	variable(&world, "LOG_ENCRYPTION_KEY", "a\"b'c\"");
	assert_string_equal(errors(&world), "");
	world_free(&world);
}

static void a_tilde_in_the_path_of_a_secret_is_refused(void **state)
{
	struct world world = world_new();

	variable(&world, "OPENAI_API_KEY_FILE", "~/key");
	assert_non_null(strstr(errors(&world), "begins with ~"));
	assert_string_equal(secret_files(&world), "");
	world_free(&world);
}

static void the_secret_itself_in_a_higher_layer_wins_over_a_path(void **state)
{
	struct world world = world_new();

	file(&world, "zendesk { api_token_file = /run/token }\n");
	variable(&world, "ZENDESK_API_TOKEN", "t");
	assert_string_equal(secret_files(&world), "");
	assert_string_equal(world.config->zendesk.api_token, "t");
	world_free(&world);
}

static void a_path_in_a_higher_layer_wins_over_the_secret_itself(void **state)
{
	struct world world = world_new();

	env_file(&world, "ZENDESK_API_TOKEN", "t");
	variable(&world, "ZENDESK_API_TOKEN_FILE", "/run/token");
	assert_string_equal(secret_files(&world), "zendesk.api_token=/run/token ");
	/* Whatever origin the shell names, the content counts as much as the path. */
	config_set(world.config, FROM_FILE, "/run/token", "zendesk.api_token", STR("u"),
	           &world.problems);
	assert_string_equal(world.config->zendesk.api_token, "u");
	world_free(&world);
}

static void a_credential_wins_over_a_path(void **state)
{
	struct world world = world_new();

	variable(&world, "ZENDESK_API_TOKEN_FILE", "/run/token");
	config_set(world.config, FROM_CREDENTIAL, "/cred", "zendesk.api_token", STR("c"),
	           &world.problems);
	assert_string_equal(secret_files(&world), "");
	world_free(&world);
}

static void secret_and_path_in_one_layer_are_an_error(void **state)
{
	struct world world = world_new();

	variable(&world, "ZENDESK_API_TOKEN", "t");
	variable(&world, "ZENDESK_API_TOKEN_FILE", "/x");
	env_file(&world, "OPENAI_API_KEY_FILE", "/x");
	env_file(&world, "OPENAI_API_KEY", "t");
	assert_string_equal(errors(&world), "environment: ZENDESK_API_TOKEN_FILE: only one of this "
	                                    "and environment: ZENDESK_API_TOKEN may be "
	                                    "set\n"
	                                    ".env:1: OPENAI_API_KEY: only one of this and .env:1: "
	                                    "OPENAI_API_KEY_FILE may be set\n");
	world_free(&world);
}

static void an_empty_or_many_lined_secret_is_refused(void **state)
{
	struct world world = world_new();

	config_set(world.config, FROM_CREDENTIAL, "/cred", "zendesk.api_token", STR(" \n"),
	           &world.problems);
	config_set(world.config, FROM_CREDENTIAL, "/cred", "llm.api_key", STR("s3cr3t\ns3cr3t"),
	           &world.problems);
	config_set(world.config, FROM_CREDENTIAL, "/cred", "llm.api_key", STR("s3cr3t\0s3cr3t"),
	           &world.problems);
	assert_string_equal(errors(&world),
	                    "/cred: zendesk.api_token: is empty\n"
	                    "/cred: llm.api_key: expected one line without control characters\n"
	                    "/cred: llm.api_key: expected one line without control characters\n");
	world_free(&world);
}

static void a_dump_shows_that_a_secret_is_set_and_no_more(void **state)
{
	struct world world = world_new();
	struct buf out;

	buf_init(&out, 1 << 20);
	credentials(&world);
	config_finish(world.config, false, &world.problems);
	config_dump(world.config, &out);
	assert_contains(buf_cstr(&out), "# api_token: (set)  # .env:1: ZENDESK_API_TOKEN\n");
	assert_contains(buf_cstr(&out), "# client_secret: (not set)  # default\n");
	assert_lacks(buf_cstr(&out), "4711");
	assert_lacks(buf_cstr(&out), "0815");
	buf_free(&out);
	world_free(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_secret_can_be_a_credential),
	        cmocka_unit_test(a_path_from_file_or_environment_is_handed_to_the_shell),
	        cmocka_unit_test(an_invisible_character_in_a_secret_is_refused_by_name),
	        cmocka_unit_test(quotation_marks_around_a_secret_are_refused_by_name),
	        cmocka_unit_test(a_tilde_in_the_path_of_a_secret_is_refused),
	        cmocka_unit_test(the_secret_itself_in_a_higher_layer_wins_over_a_path),
	        cmocka_unit_test(a_path_in_a_higher_layer_wins_over_the_secret_itself),
	        cmocka_unit_test(a_credential_wins_over_a_path),
	        cmocka_unit_test(secret_and_path_in_one_layer_are_an_error),
	        cmocka_unit_test(an_empty_or_many_lined_secret_is_refused),
	        cmocka_unit_test(a_dump_shows_that_a_secret_is_set_and_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
