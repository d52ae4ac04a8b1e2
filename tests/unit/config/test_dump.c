/* The table written out: a dump reads back to the same configuration, and the manual names every
 * option. */
#include "support.h"

#include "../base/seed.h"
#include "base/prng.h"
#include "config/table.h"

static char *dump(const struct config *config)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	config_dump(config, &out);
	return buf_take(&out, NULL);
}

/* The dump without its comments about where values come from. */
static char *without_sources(const char *text)
{
	struct buf out;
	struct str rest = str_of(text);

	buf_init(&out, 1 << 20);
	while (rest.data) {
		struct str line = str_split(&rest, '\n');
		ptrdiff_t comment = str_find(line, STR("  # "));
		buf_add_str(&out, comment < 0 ? line : str_make(line.data, (size_t)comment));
		buf_putc(&out, '\n');
	}
	return buf_take(&out, NULL);
}

static void assert_reads_back(const struct world *world)
{
	struct world again = world_new();
	char *first = dump(world->config);

	file(&again, first);
	assert_string_equal(errors(&again), "");
	/* Secrets are not in the dump; they come again from where they came. */
	variable(&again, "ZENDESK_API_TOKEN", world->config->zendesk.api_token);
	variable(&again, "OPENAI_API_KEY", world->config->llm.api_key);
	config_finish(again.config, false, &again.problems);
	assert_string_equal(errors(&again), "");
	assert_string_equal(warnings(&again), "");
	char *second = dump(again.config);
	char *expected = without_sources(first), *got = without_sources(second);
	assert_string_equal(got, expected);
	free(first);
	free(second);
	free(expected);
	free(got);
	world_free(&again);
}

static void a_dump_of_the_defaults_reads_back_the_same(void **state)
{
	struct world world = world_new();

	credentials(&world);
	config_finish(world.config, false, &world.problems);
	assert_string_equal(errors(&world), "");
	assert_reads_back(&world);
	world_free(&world);
}

static void a_dump_names_where_each_value_comes_from(void **state)
{
	struct world world = world_new();

	credentials(&world);
	file(&world, "retry {\n\n attempts = 5\n}\ntls { ca_file = \"/a \\\"b\\\"\" }\n");
	flag(&world, "--model", "llm.model", "gpt-5");
	config_finish(world.config, false, &world.problems);
	char *text = dump(world.config);
	assert_contains(text, "\tattempts = 5  # a.conf:3: retry.attempts\n");
	assert_contains(text, "\tmodel = \"gpt-5\"  # --model\n");
	assert_contains(text, "\tbackoff_factor = 2  # default\n");
	assert_contains(text, "\tca_file = \"/a \\\"b\\\"\"  # a.conf:5: tls.ca_file\n");
	assert_contains(text, "\t# on_quota = wait  # not in this version\n");
	assert_contains(text,
	                "\tbase_url = \"https://acme.zendesk.com\"  # .env:1: ZENDESK_SUBDOMAIN\n");
	free(text);
	world_free(&world);
}

static void a_path_of_a_secret_stays_in_the_dump(void **state)
{
	struct world world = world_new();

	credentials(&world);
	variable(&world, "ZENDESK_CLIENT_ID", "c");
	file(&world, "zendesk { client_secret_file = \"/run/a b\" }\n");
	config_set(world.config, FROM_CREDENTIAL, "/run/a b", "zendesk.client_secret", STR("x"),
	           &world.problems);
	config_finish(world.config, false, &world.problems);
	char *text = dump(world.config);
	assert_contains(text, "\t# client_secret: (set)");
	assert_contains(
	        text,
	        "\tclient_secret_file = \"/run/a b\"  # a.conf:1: zendesk.client_secret_file\n");
	free(text);
	world_free(&world);
}

static void random_text(struct prng *prng, char *out, size_t size)
{
	static const char *const pieces[] = {"a", " ", "\"", "\\",       "$", "{", "}",
	                                     "#", "'", "=",  "\xc3\xa9", "/", "*", "${x}"};
	size_t len = 0;

	for (uint64_t left = prng_below(prng, 20); left > 0 && len + 8 < size; left--)
		len += (size_t)snprintf(out + len, size - len, "%s",
		                        pieces[prng_below(prng, ARRAY_LEN(pieces))]);
	out[len] = '\0';
}

static void set_by_chance(struct world *world, struct prng *prng, const struct option *option)
{
	char text[200], variable_name[OPTION_VARIABLE_SIZE];
	double span = option->max - option->min;

	switch ((int)option->type) {
	case TYPE_STRING:
	case TYPE_LIST: random_text(prng, text, sizeof(text)); break;
	case TYPE_INT:
		snprintf(text, sizeof(text), "%.0f", option->min + prng_unit(prng) * span);
		break;
	case TYPE_REAL:
		snprintf(text, sizeof(text), "%.9f", option->min + prng_unit(prng) * span);
		break;
	case TYPE_DURATION:
		snprintf(text, sizeof(text), "%.0fms", option->min + prng_unit(prng) * span);
		break;
	case TYPE_BOOL: snprintf(text, sizeof(text), "%d", (prng_unit(prng) < 0.5)); break;
	default: return;
	}
	/* These have forms that chance does not meet, or need others. */
	if (strstr("zendesk.subdomain zendesk.base_url zendesk.email llm.base_url tls.pins "
	           "tls.proxy llm.model "
	           "zendesk.client_id log.encrypt llm.summary_language report.tags "
	           "alerts.webhook_url",
	           option->dotted))
		return;
	variable(world, option_variable(option, variable_name), text);
}

static void a_dump_of_any_configuration_reads_back_the_same(void **state)
{
	struct prng prng;
	uint64_t seed = test_seed();

	prng_seed(&prng, seed);
	for (int round = 0; round < 300; round++) {
		struct world world = world_new();
		credentials(&world);
		for (size_t i = 0; i < OPTION_COUNT; i++)
			if (prng_unit(&prng) < 0.5)
				set_by_chance(&world, &prng, &options[i]);
		if (prng_unit(&prng) < 0.3)
			flag(&world, "--model", "llm.model", "llama-3.1-8b");
		config_finish(world.config, false, &world.problems);
		if (errors(&world)[0])
			fail_msg("seed %llu, round %d: %s", (unsigned long long)seed, round,
			         errors(&world));
		assert_reads_back(&world);
		world_free(&world);
	}
}

static void the_manual_has_every_option_with_its_default_and_variable(void **state)
{
	struct buf out;
	char variable_name[OPTION_VARIABLE_SIZE], escaped[200];

	buf_init(&out, 1 << 20);
	config_manual(&out);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		size_t len = 0;
		for (const char *c = option_variable(&options[i], variable_name); *c; c++)
			len += (size_t)snprintf(escaped + len, sizeof(escaped) - len,
			                        *c == '_' ? "\\%c" : "%c", *c);
		assert_contains(buf_cstr(&out), escaped);
	}
	assert_contains(buf_cstr(&out), "## zendesk\n\n*subdomain* (text)\n\t");
	assert_contains(buf_cstr(&out), "*poll\\_interval* (duration; default 60s)\n\t");
	assert_contains(buf_cstr(&out), "*level* (debug|info|warning|error; default info)\n\t");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_dump_of_the_defaults_reads_back_the_same),
	        cmocka_unit_test(a_dump_names_where_each_value_comes_from),
	        cmocka_unit_test(a_path_of_a_secret_stays_in_the_dump),
	        cmocka_unit_test(a_dump_of_any_configuration_reads_back_the_same),
	        cmocka_unit_test(the_manual_has_every_option_with_its_default_and_variable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
