/* Variables: names, layers, empty ones, features of later versions, typos. */
#include "support.h"

#include "config/table.h"

/* The linker leads the library's calls here (tests/CMakeLists.txt), so that searches for a similar
 * name can be counted. */
static int searches;
const struct option *__real_option_near_variable(struct str name, char out[OPTION_VARIABLE_SIZE]);
const struct option *__wrap_option_near_variable(struct str name, char out[OPTION_VARIABLE_SIZE]);

const struct option *__wrap_option_near_variable(struct str name, char out[OPTION_VARIABLE_SIZE])
{
	searches++;
	return __real_option_near_variable(name, out);
}

static void every_option_has_one_name_in_the_environment(void **state)
{
	char variable[OPTION_VARIABLE_SIZE], other[OPTION_VARIABLE_SIZE];
	bool is_file;

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const char *name = option_variable(&options[i], variable);
		assert_ptr_equal(option_by_variable(str_of(name), &is_file), &options[i]);
		assert_false(is_file);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(option_variable(&options[j], other), name);
	}
	assert_string_equal(option_variable(option_by_dotted(STR("tls.ca_file")), variable),
	                    "AI_TICKETD_TLS_CA_FILE");
}

static void an_env_file_of_the_usual_kind_works_as_it_is(void **state)
{
	struct world world = world_new();

	credentials(&world);
	env_file(&world, "LLM_MODEL", "gpt-4o-mini");
	env_file(&world, "BATCH_SIZE", "50");
	env_file(&world, "REQUESTS_PER_MINUTE", "60");
	env_file(&world, "MAX_WORKERS", "10");
	env_file(&world, "RETRY_ATTEMPTS", "3");
	env_file(&world, "RETRY_BACKOFF_FACTOR", "2");
	env_file(&world, "CIRCUIT_BREAKER_THRESHOLD", "5");
	env_file(&world, "CIRCUIT_BREAKER_TIMEOUT", "60");
	env_file(&world, "LOG_LEVEL", "INFO");
	env_file(&world, "LOG_RETENTION_DAYS", "365");
	env_file(&world, "JSON_LOG_ENABLED", "True");
	env_file(&world, "LOG_ENCRYPTION_KEY", "k");
	env_file(&world, "ALERT_ON_FAILURE_RATE", "0.25");
	env_file(&world, "ALERT_ON_SLOW_PROCESSING", "10.0");
	env_file(&world, "SLACK_WEBHOOK_URL", "");
	env_file(&world, "PYTHONPATH", "/x");
	config_finish(world.config, false, &world.problems);
	assert_string_equal(errors(&world), "");
	assert_int_equal(lines(warnings(&world)), 1);
	assert_int_equal(world.config->alerts.slow_processing, 10000);
	assert_contains(warnings(&world),
	                "a key is set, but log.encrypt is off: nothing is sealed\n");
	assert_int_equal(world.config->log.retention_days, 365);
	assert_int_equal(world.config->zendesk.batch_size, 50);
	assert_int_equal(world.config->breaker.timeout, 60000);
	assert_true(world.config->alerts.failure_rate == 0.25);
	assert_int_equal(world.config->log.level, LEVEL_INFO);
	assert_true(world.config->log.json);
	assert_int_equal(world.config->llm.initial_in_flight, 10);
	world_free(&world);
}

static void a_lower_layer_never_replaces_a_higher_one(void **state)
{
	struct world world = world_new();

	flag(&world, "--log-level", "log.level", "error");
	variable(&world, "LOG_LEVEL", "warning");
	variable(&world, "RETRY_ATTEMPTS", "5");
	env_file(&world, "RETRY_ATTEMPTS", "6");
	env_file(&world, "BATCH_SIZE", "7");
	env_file(&world, "BATCH_SIZE", "9");
	file(&world,
	     "zendesk { batch_size = 8 }\nretry { attempts = 7 }\nbreaker { threshold = 9 }\n");
	assert_string_equal(errors(&world), "");
	assert_int_equal(world.config->log.level, LEVEL_ERROR);
	assert_int_equal(world.config->retry.attempts, 5);
	assert_int_equal(world.config->zendesk.batch_size, 9);
	assert_int_equal(world.config->breaker.threshold, 9);
	assert_int_equal(config_origin_of(world.config, "log.level"), FROM_FLAG);
	assert_int_equal(config_origin_of(world.config, "retry.attempts"), FROM_ENVIRONMENT);
	assert_int_equal(config_origin_of(world.config, "zendesk.batch_size"), FROM_ENV_FILE);
	assert_int_equal(config_origin_of(world.config, "breaker.threshold"), FROM_FILE);
	assert_int_equal(config_origin_of(world.config, "breaker.timeout"), FROM_DEFAULT);
	world_free(&world);
}

static void an_empty_variable_counts_as_not_set(void **state)
{
	struct world world = world_new();

	variable(&world, "BATCH_SIZE", "");
	variable(&world, "LOG_ENCRYPTION_KEY", "  ");
	assert_string_equal(errors(&world), "");
	assert_string_equal(warnings(&world), "");
	assert_int_equal(world.config->zendesk.batch_size, 100);
	world_free(&world);
}

static void a_wrong_value_names_the_variable_and_what_would_be_right(void **state)
{
	struct world world = world_new();

	variable(&world, "BATCH_SIZE", "5000");
	env_file(&world, "CIRCUIT_BREAKER_TIMEOUT", "soon");
	flag(&world, "--log-level", "log.level", "loud");
	assert_string_equal(errors(&world),
	                    "environment: BATCH_SIZE: expected a whole number from 1 to 100\n"
	                    ".env:1: CIRCUIT_BREAKER_TIMEOUT: expected a duration such as 500ms, "
	                    "30s, 5m, 2h or 1d, "
	                    "from 100ms to 1h\n"
	                    "--log-level: expected debug, info, warning or error\n");
	world_free(&world);
}

static void a_later_feature_warns_in_the_environment_and_is_refused_as_a_flag(void **state)
{
	struct world world = world_new();

	variable(&world, "AI_TICKETD_LLM_MAX_HIGH_PER_REQUESTER", "30");
	assert_string_equal(errors(&world), "");
	assert_string_equal(warnings(&world), "environment: AI_TICKETD_LLM_MAX_HIGH_PER_REQUESTER: "
	                                      "has no effect in this version\n");
	assert_int_equal(world.config->llm.max_high_per_requester, 0);
	variable(&world, "AI_TICKETD_LLM_MAX_HIGH_PER_REQUESTER", "never");
	assert_int_equal(lines(errors(&world)), 1);
	flag(&world, "--high", "llm.max_high_per_requester", "30");
	assert_contains(errors(&world), "--high: is not available in this version");
	world_free(&world);
}

static void a_name_that_looks_like_ours_gets_a_warning(void **state)
{
	struct world world = world_new();

	variable(&world, "AI_TICKETD_LLM_MODEL", "x");
	variable(&world, "AI_TICKETD_TLS_PINZ", "x");
	variable(&world, "AI_TICKETD_QQQQQQQQQQQQQQQQQ", "x");
	variable(&world, "HOME", "/root");
	variable(&world, "ZENDESK_PHONE", "1");
	assert_string_equal(errors(&world), "");
	assert_string_equal(warnings(&world),
	                    "environment: AI_TICKETD_LLM_MODEL: is unknown and ignored; did you "
	                    "mean LLM_MODEL?\nenvironment: AI_TICKETD_TLS_PINZ: is unknown and "
	                    "ignored; did you mean AI_TICKETD_TLS_PINS?\nenvironment: "
	                    "AI_TICKETD_QQQQQQQQQQQQQQQQQ: is unknown and ignored\n");
	world_free(&world);
}

static void only_names_with_our_prefix_are_compared_with_every_option(void **state)
{
	struct world world = world_new();
	char name[64];

	searches = 0;
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "%s_TICKETD_OF_ANOTHER_%d", i % 2 ? "AI" : "BI", i);
		name[2] = i % 2 ? '-' : '_';
		variable(&world, name, "1");
	}
	assert_int_equal(searches, 0);
	assert_string_equal(warnings(&world), "");
	variable(&world, "AI_TICKETD_TLS_PIN", "x");
	assert_int_equal(searches, 1);
	world_free(&world);
}

static void a_name_that_is_only_similar_means_no_option(void **state)
{
	bool is_file;

	assert_null(option_by_variable(STR("AI_TICKETD_TLS_CA_FIL"), &is_file));
	assert_null(option_by_variable(STR("AI_TICKETD_TLS_CA_FILES"), &is_file));
	assert_null(option_by_variable(STR("ai_ticketd_tls_ca_file"), &is_file));
	assert_null(option_by_variable(STR("AI_TICKETD_TLS"), &is_file));
	assert_null(option_by_variable(STR(""), &is_file));
}

static void booleans_and_levels_take_their_synonyms(void **state)
{
	static const char *const yes[] = {"true", "TRUE", "True", "yes", "on", "1", " Yes "};
	static const char *const no[] = {"false", "No", "OFF", "0"};
	static const struct {
		const char *word;
		enum log_level level;
	} levels[] = {{"DEBUG", LEVEL_DEBUG},    {"Info", LEVEL_INFO},
	              {"WARN", LEVEL_WARNING},   {"WARNING", LEVEL_WARNING},
	              {"CRITICAL", LEVEL_ERROR}, {"error", LEVEL_ERROR}};
	struct world world = world_new();

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		world.config->log.json = false;
		variable(&world, "JSON_LOG_ENABLED", yes[i]);
		assert_true(world.config->log.json);
	}
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		world.config->log.json = true;
		variable(&world, "JSON_LOG_ENABLED", no[i]);
		assert_false(world.config->log.json);
	}
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		variable(&world, "LOG_LEVEL", levels[i].word);
		assert_int_equal(world.config->log.level, levels[i].level);
	}
	assert_string_equal(errors(&world), "");
	variable(&world, "JSON_LOG_ENABLED", "maybe");
	assert_string_equal(errors(&world),
	                    "environment: JSON_LOG_ENABLED: expected true or false\n");
	world_free(&world);
}

static void texts_tags_and_lists_keep_their_form(void **state)
{
	struct world world = world_new();

	variable(&world, "AI_TICKETD_ZENDESK_PROCESSED_TAG", "Done!");
	variable(&world, "AI_TICKETD_ZENDESK_TAG_PREFIX",
	         "abcdefghijabcdefghijabcdefghijabcdefghij_");
	variable(&world, "AI_TICKETD_ZENDESK_QUERY", "a\nb");
	variable(&world, "AI_TICKETD_ZENDESK_SCOPE", "\xff");
	variable(&world, "AI_TICKETD_LLM_FALLBACK_MODELS", " a , b ,, c,");
	variable(&world, "AI_TICKETD_ZENDESK_RESERVE", "0.95");
	assert_string_equal(
	        errors(&world),
	        "environment: AI_TICKETD_ZENDESK_PROCESSED_TAG: expected 1 to 60 characters from "
	        "a-z, 0-9, '_' and '-'\nenvironment: AI_TICKETD_ZENDESK_TAG_PREFIX: expected 1 to "
	        "40 characters from a-z, 0-9, '_' and '-'\nenvironment: AI_TICKETD_ZENDESK_QUERY: "
	        "expected one line without control characters\nenvironment: "
	        "AI_TICKETD_ZENDESK_SCOPE: is not valid UTF-8\nenvironment: "
	        "AI_TICKETD_ZENDESK_RESERVE: expected a number from 0 to 0.9\n");
	assert_string_equal(world.config->llm.fallback_models, "a,b,c");
	world_free(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_option_has_one_name_in_the_environment),
	        cmocka_unit_test(an_env_file_of_the_usual_kind_works_as_it_is),
	        cmocka_unit_test(a_lower_layer_never_replaces_a_higher_one),
	        cmocka_unit_test(an_empty_variable_counts_as_not_set),
	        cmocka_unit_test(a_wrong_value_names_the_variable_and_what_would_be_right),
	        cmocka_unit_test(a_later_feature_warns_in_the_environment_and_is_refused_as_a_flag),
	        cmocka_unit_test(a_name_that_looks_like_ours_gets_a_warning),
	        cmocka_unit_test(only_names_with_our_prefix_are_compared_with_every_option),
	        cmocka_unit_test(a_name_that_is_only_similar_means_no_option),
	        cmocka_unit_test(booleans_and_levels_take_their_synonyms),
	        cmocka_unit_test(texts_tags_and_lists_keep_their_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
