/* What differs between two configurations, and what of it a reload brings into force. */
#include "support.h"

static char seen[2000];

static void note(void *arg, const char *dotted, bool takes_effect)
{
	(void)arg;
	snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s%s ", dotted,
	         takes_effect ? "" : "!");
}

static const char *changes(const struct world *from, const struct world *to)
{
	seen[0] = '\0';
	config_changes(from->config, to->config, note, NULL);
	return seen;
}

static struct world finished(const char *const *assignments)
{
	struct world world = world_new();

	flag(&world, "test", "zendesk.subdomain", "acme");
	flag(&world, "test", "zendesk.email", "bot@acme.example");
	flag(&world, "test", "zendesk.api_token", "secret");
	flag(&world, "test", "llm.api_key", "key");
	for (; assignments && *assignments; assignments += 2)
		flag(&world, "test", assignments[0], assignments[1]);
	config_finish(world.config, false, &world.problems);
	assert_string_equal(errors(&world), "");
	return world;
}

#define WITH(...) finished((const char *const[]){__VA_ARGS__, NULL})

static void assert_changes(struct world to, const char *expected)
{
	struct world from = finished(NULL);

	assert_string_equal(changes(&from, &to), expected);
	world_free(&from);
	world_free(&to);
}

static void the_same_twice_differs_in_nothing(void **state)
{
	(void)state;
	assert_changes(finished(NULL), "");
}

static void each_kind_of_value_is_compared(void **state)
{
	(void)state;
	assert_changes(WITH("zendesk.query", "group:x", "zendesk.poll_interval", "5s",
	                    "zendesk.batch_size", "7", "zendesk.reserve", "0.2", "zendesk.bulk",
	                    "never", "llm.fallback_models", "a,b", "privacy.redact", "false"),
	               "zendesk.query zendesk.poll_interval zendesk.batch_size zendesk.reserve "
	               "zendesk.bulk "
	               "llm.fallback_models privacy.redact ");
}

static void what_waits_for_a_restart_is_named_as_such(void **state)
{
	(void)state;
	assert_changes(WITH("zendesk.processed_tag", "done", "zendesk.source", "incremental",
	                    "log.level", "debug"),
	               "zendesk.source! zendesk.processed_tag! log.level ");
}

static void credentials_take_effect(void **state)
{
	(void)state;
	assert_changes(WITH("zendesk.api_token", "other", "llm.api_key", "other"),
	               "zendesk.api_token llm.api_key ");
	assert_changes(WITH("zendesk.client_id", "c", "zendesk.client_secret", "s"),
	               "zendesk.client_id zendesk.client_secret ");
}

static void credentials_of_another_account_wait_with_its_address(void **state)
{
	(void)state;
	assert_changes(WITH("zendesk.subdomain", "other", "zendesk.api_token", "other",
	                    "zendesk.query", "x"),
	               "zendesk.subdomain! zendesk.base_url! zendesk.api_token! zendesk.query ");
}

static void models_of_another_service_wait_with_it(void **state)
{
	struct world from = finished(NULL),
	             to = WITH("llm.provider", "ollama", "llm.model", "llama3.1:8b");

	(void)state;
	for (char *word = strtok((char *)(uintptr_t)changes(&from, &to), " "); word;
	     word = strtok(NULL, " "))
		assert_int_equal(word[strlen(word) - 1], '!');
	world_free(&from);
	world_free(&to);
}

static void keeping_leaves_only_what_takes_effect(void **state)
{
	struct world from = finished(NULL);
	struct world to = WITH("zendesk.subdomain", "other", "zendesk.api_token", "other",
	                       "zendesk.processed_tag", "done", "zendesk.query", "x",
	                       "llm.base_url", "https://models.example", "llm.model", "other",
	                       "tls.min", "1.2", "breaker.timeout", "5s");

	(void)state;
	config_keep(to.config, from.config);
	assert_string_equal(changes(&from, &to), "zendesk.query breaker.timeout ");
	assert_string_equal(to.config->zendesk.api_token, "secret");
	assert_ptr_not_equal(to.config->zendesk.api_token, from.config->zendesk.api_token);
	world_free(&from); /* the former one may go */
	assert_string_equal(to.config->zendesk.processed_tag, "ai_processed");
	world_free(&to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_same_twice_differs_in_nothing),
	        cmocka_unit_test(each_kind_of_value_is_compared),
	        cmocka_unit_test(what_waits_for_a_restart_is_named_as_such),
	        cmocka_unit_test(credentials_take_effect),
	        cmocka_unit_test(credentials_of_another_account_wait_with_its_address),
	        cmocka_unit_test(models_of_another_service_wait_with_it),
	        cmocka_unit_test(keeping_leaves_only_what_takes_effect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
