/* The memory of one answer that is kept for other tickets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "engine/decide/kept.h"

static const struct answer_key key;
static struct kept_memory memory;

static struct kept *kept_of(size_t words)
{
	static char text[4096];
	struct analysis analysis = {.summary = STR("It stops"),
	                            .model = STR("gpt-4o-mini"),
	                            .prompt_version = STR("v3.0"),
	                            .urgency = URGENCY_HIGH};

	memset(text, 'w', sizeof(text));
	return kept_new(&memory, &key, 7, &analysis, str_make(text, words));
}

static void texts_of_any_length_are_copied(void **state)
{
	kept_memory_init(&memory);
	for (size_t words = 0; words < 1400; words++) {
		struct kept *kept = kept_of(words);

		assert_true(str_eq(kept->analysis.summary, STR("It stops")));
		assert_true(str_eq(kept->analysis.model, STR("gpt-4o-mini")));
		assert_int_equal(kept->analysis.model_version.len, 0);
		assert_true(str_eq(kept->analysis.prompt_version, STR("v3.0")));
		assert_int_equal(kept->analysis.urgency, URGENCY_HIGH);
		assert_int_equal(kept->answered, 7);
		assert_int_equal(kept->words.len, words);
		for (size_t i = 0; i < words; i++)
			assert_int_equal(kept->words.data[i], 'w');
		assert_true(kept_bytes(kept) >= sizeof(*kept) + words);
		assert_true(kept_bytes(kept) < sizeof(*kept) + words + 256);
		kept_free(&memory, kept);
	}
	kept_memory_free(&memory);
}

static void a_summary_that_the_words_contain_is_stored_once(void **state)
{
	struct analysis analysis = {.summary = STR("It stops"), .model = STR("m")};
	struct str words = STR("{\"summary\":\"It stops\"}");

	kept_memory_init(&memory);
	struct kept *one = kept_new(&memory, &key, 7, &analysis, words);
	analysis.model = STR("n");
	struct kept *other = kept_new(&memory, &key, 7, &analysis, words);

	assert_int_equal(one->text_size, words.len);
	assert_true(str_eq(one->words, words));
	assert_true(str_eq(one->analysis.summary, STR("It stops")));
	assert_true(str_eq(one->analysis.model, STR("m")));
	assert_true(str_eq(other->analysis.model, STR("n")));
	kept_free(&memory, one);
	assert_true(str_eq(other->analysis.model, STR("n")));
	assert_true(memory.names.bytes > 0);
	kept_free(&memory, other);
	assert_int_equal(memory.names.bytes, 0);
	kept_memory_free(&memory);
}

static void it_knows_who_has_it(void **state)
{
	kept_memory_init(&memory);
	struct kept *kept = kept_of(100);
	size_t alone = kept_bytes(kept);

	assert_false(kept_is_used_by(kept, 1));
	for (uint64_t id = 1; id <= 1000; id++) {
		kept_add_user(kept, id);
		assert_true(kept_is_used_by(kept, id));
		assert_false(kept_is_used_by(kept, id + 1));
		if (id == 1)
			assert_int_equal(kept_bytes(kept), alone);
	}
	assert_true(kept_is_used_by(kept, 1));
	assert_true(kept_bytes(kept) >= alone + 1000 * sizeof(uint64_t));
	kept_free(&memory, kept);
	kept_memory_free(&memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(texts_of_any_length_are_copied),
	        cmocka_unit_test(a_summary_that_the_words_contain_is_stored_once),
	        cmocka_unit_test(it_knows_who_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
