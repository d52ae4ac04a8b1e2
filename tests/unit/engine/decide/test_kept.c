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

		assert_string_equal(kept->analysis.summary.data, "It stops");
		assert_string_equal(kept->analysis.model.data, "gpt-4o-mini");
		assert_int_equal(kept->analysis.model_version.len, 0);
		assert_string_equal(kept->analysis.prompt_version.data, "v3.0");
		assert_int_equal(kept->analysis.urgency, URGENCY_HIGH);
		assert_int_equal(kept->answered, 7);
		assert_int_equal(strspn(kept->words.data, "w"), words);
		assert_true(kept_bytes(kept) >= sizeof(*kept) + words);
		assert_true(kept_bytes(kept) < sizeof(*kept) + words + 256);
		kept_free(&memory, kept);
	}
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
	        cmocka_unit_test(it_knows_who_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
