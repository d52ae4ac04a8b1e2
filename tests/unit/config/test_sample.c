/* The sample ai-ticketd.conf tells the truth: it reads as it is, names every option, and its values
 * are the defaults. */
#include "support.h"

#include "config/table.h"

/* At the top of the source tree. */
#define SAMPLE TEST_FOLDER "/../../../ai-ticketd.conf"

static char *read_sample(void)
{
	FILE *stream = fopen(SAMPLE, "r");
	if (!stream)
		fail_msg("%s does not open", SAMPLE);
	char *text = xcalloc(1, CONFIG_FILE_BYTES_MAX);
	size_t len = fread(text, 1, CONFIG_FILE_BYTES_MAX - 1, stream);
	assert_true(len > 0);
	fclose(stream);
	return text;
}

/* The sample with the '#' in front of one option removed. */
static char *switch_on(const char *sample, const struct option *option, bool file_of_secret)
{
	char line[200], on[200];
	struct str section = {0};
	struct buf out;
	struct str rest = str_of(sample);
	int hits = 0;

	snprintf(line, sizeof(line), "\t#%s%s = ", option->name, file_of_secret ? "_file" : "");
	snprintf(on, sizeof(on), "%s {", option->section);
	buf_init(&out, CONFIG_FILE_BYTES_MAX);
	while (rest.data) {
		struct str here = str_split(&rest, '\n');
		if (str_ends(here, STR(" {")))
			section = here;
		if (str_eq(section, str_of(on)) && str_starts(here, str_of(line))) {
			buf_putc(&out, '\t');
			here = str_skip(here, 2);
			hits++;
		}
		buf_add_str(&out, here);
		buf_putc(&out, '\n');
	}
	if (hits != 1)
		fail_msg("%s stands in the sample %d times", option->dotted, hits);
	return buf_take(&out, NULL);
}

static void the_sample_reads_as_it_is_and_changes_nothing(void **state)
{
	struct world world = world_new();
	char *sample = read_sample();

	file(&world, sample);
	assert_string_equal(errors(&world), "");
	assert_string_equal(warnings(&world), "");
	for (size_t i = 0; i < OPTION_COUNT; i++)
		assert_int_equal(config_origin_of(world.config, options[i].dotted), FROM_DEFAULT);
	free(sample);
	world_free(&world);
}

static char *value_of(const struct world *world, const struct option *option)
{
	struct buf out;
	char line[200];

	buf_init(&out, 1 << 20);
	config_dump(world->config, &out);
	snprintf(line, sizeof(line), "\n\t%s = ", option->name);
	/* Names repeat between sections: start at the section. */
	char *section = xasprintf("\n%s {", option->section);
	char *at = strstr(strstr(buf_cstr(&out), section), line);
	char *value = xmemdup0(at, (size_t)(strstr(at, "  # ") - at));
	free(section);
	buf_free(&out);
	return value;
}

static void each_option_switched_on_gives_its_default(void **state)
{
	char *sample = read_sample();
	struct world plain = world_new();

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option *option = &options[i];
		if (option->type == TYPE_SECRET || option->flags & LATER)
			continue;
		struct world world = world_new();
		char *text = switch_on(sample, option, false);
		file(&world, text);
		assert_string_equal(errors(&world), "");
		assert_int_equal(config_origin_of(world.config, option->dotted), FROM_FILE);
		char *expected = value_of(&plain, option), *got = value_of(&world, option);
		assert_string_equal(got, expected);
		free(expected);
		free(got);
		free(text);
		world_free(&world);
	}
	world_free(&plain);
	free(sample);
}

static void options_of_later_versions_are_marked_and_refused(void **state)
{
	char *sample = read_sample();

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (!(options[i].flags & LATER))
			continue;
		struct world world = world_new();
		char *text = switch_on(sample, &options[i], options[i].type == TYPE_SECRET);
		file(&world, text);
		assert_int_equal(lines(errors(&world)), 1);
		assert_contains(errors(&world), "is not available in this version");
		free(text);
		world_free(&world);
	}
	free(sample);
}

static void every_option_is_named_with_its_variable(void **state)
{
	char *sample = read_sample();
	char variable_name[OPTION_VARIABLE_SIZE];

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char *text = switch_on(sample, &options[i], options[i].type == TYPE_SECRET);
		assert_contains(sample, option_variable(&options[i], variable_name));
		free(text);
	}
	free(sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_sample_reads_as_it_is_and_changes_nothing),
	        cmocka_unit_test(each_option_switched_on_gives_its_default),
	        cmocka_unit_test(options_of_later_versions_are_marked_and_refused),
	        cmocka_unit_test(every_option_is_named_with_its_variable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
