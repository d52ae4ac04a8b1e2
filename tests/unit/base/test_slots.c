/* Blocks of one size from large pieces. */
#include "helper.h"

#include <string.h>

#include "base/slots.h"

static void blocks_are_aligned_apart_and_as_large_as_was_said(void **state)
{
	struct slots slots;
	char *blocks[200];

	slots_init(&slots, 40);
	assert_int_equal(slots.size, 48);
	for (size_t i = 0; i < ARRAY_LEN(blocks); i++) {
		blocks[i] = slots_take(&slots);
		assert_int_equal((uintptr_t)blocks[i] % 16, 0);
		memset(blocks[i], (int)i, 40);
	}
	for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
		for (size_t j = 0; j < 40; j++)
			assert_int_equal((unsigned char)blocks[i][j], i);
	slots_free(&slots);
}

static void what_was_given_back_is_used_before_more_memory_is_taken(void **state)
{
	struct slots slots;

	slots_init(&slots, 16);
	void *first = slots_take(&slots), *second = slots_take(&slots);
	slots_give_back(&slots, first);
	slots_give_back(&slots, second);
	assert_ptr_equal(slots_take(&slots), second);
	assert_ptr_equal(slots_take(&slots), first);
	slots_free(&slots);
}

static void they_are_good_for_use_again_after_free(void **state)
{
	struct slots slots;

	slots_init(&slots, 0);
	slots_free(&slots);
	assert_non_null(slots_take(&slots));
	slots_free(&slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(blocks_are_aligned_apart_and_as_large_as_was_said),
	        cmocka_unit_test(what_was_given_back_is_used_before_more_memory_is_taken),
	        cmocka_unit_test(they_are_good_for_use_again_after_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
