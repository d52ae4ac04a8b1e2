/* The bump allocator. */
#include "helper.h"

#include "base/arena.h"
#include "base/prng.h"

static void init_and_free_need_no_allocation(void **state)
{
	struct arena arena = {0};
	assert_null(arena.chunks);
	arena_free(&arena);
	struct arena zeroed = {0};
	arena_free(&zeroed);
	assert_null(zeroed.chunks);
}

static void an_arena_is_good_for_use_again_after_free(void **state)
{
	struct arena arena = {0};
	assert_string_equal(arena_str(&arena, STR("one")).data, "one");
	arena_free(&arena);
	assert_int_equal(arena.bytes, 0);
	assert_string_equal(arena_str(&arena, STR("two")).data, "two");
	arena_free(&arena);
}

static void nothing_asked_for_is_still_a_place_of_its_own(void **state)
{
	struct arena arena = {0};
	void *a = arena_alloc(&arena, 0), *b = arena_alloc(&arena, 0);
	assert_non_null(a);
	assert_ptr_not_equal(a, b);
	assert_int_equal(arena.bytes, 32);
	arena_free(&arena);
}

static void a_large_allocation_leaves_the_small_chunk_in_use(void **state)
{
	struct arena arena = {0};
	char *before = arena_alloc(&arena, 16);
	memset(arena_alloc(&arena, 1000000), 1, 1000000);
	char *after = arena_alloc(&arena, 16);
	assert_ptr_equal(after, before + 16);
	arena_free(&arena);
}

static void a_large_allocation_may_come_first(void **state)
{
	struct arena arena = {0};
	memset(arena_alloc(&arena, 600), 1, 600);
	memset(arena_alloc(&arena, 600), 2, 600);
	memset(arena_alloc(&arena, 100), 3, 100);
	arena_free(&arena);
}

static void cleared_memory_is_zero_where_it_was_used_before(void **state)
{
	struct arena arena = {0};
	for (size_t size = 0; size < 3000; size += 7) {
		const unsigned char *bytes = arena_zalloc(&arena, size);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(bytes[i], 0);
	}
	arena_free(&arena);
}

static void slices_are_copied_with_a_nul_behind(void **state)
{
	struct arena arena = {0};
	struct str copy = arena_str(&arena, str_make("a\0bc", 3));
	assert_int_equal(copy.len, 3);
	assert_memory_equal(copy.data, "a\0b", 4);
	struct str nothing = arena_str(&arena, (struct str){0});
	assert_int_equal(nothing.len, 0);
	assert_string_equal(nothing.data, "");
	arena_free(&arena);
}

static void an_absurd_size_ends_the_process(void **state)
{
	struct arena arena = {0};
	volatile size_t absurd = SIZE_MAX;
	void *volatile memory = NULL;
	assert_fatal(memory = arena_alloc(&arena, absurd));
	assert_null(memory);
	arena_free(&arena);
}

/* Random sizes: each place is aligned, keeps what was written to it, and overlaps no other. */
static void places_are_aligned_and_do_not_overlap(void **state)
{
	enum { COUNT = 3000 };
	static struct {
		unsigned char *at;
		size_t size;
	} places[COUNT];
	struct prng prng;
	prng_seed(&prng, test_seed());
	struct arena arena = {0};
	for (size_t i = 0; i < COUNT; i++) {
		size_t limit = (size_t)1 << prng_below(&prng, 17);
		places[i].size = (size_t)prng_below(&prng, limit);
		places[i].at = arena_alloc(&arena, places[i].size);
		assert_int_equal((uintptr_t)places[i].at % 16, 0);
		memset(places[i].at, (int)(i & 0xFF), places[i].size);
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t k = 0; k < places[i].size; k++)
			assert_true(places[i].at[k] == (i & 0xFF));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(init_and_free_need_no_allocation),
	        cmocka_unit_test(an_arena_is_good_for_use_again_after_free),
	        cmocka_unit_test(nothing_asked_for_is_still_a_place_of_its_own),
	        cmocka_unit_test(a_large_allocation_leaves_the_small_chunk_in_use),
	        cmocka_unit_test(a_large_allocation_may_come_first),
	        cmocka_unit_test(cleared_memory_is_zero_where_it_was_used_before),
	        cmocka_unit_test(slices_are_copied_with_a_nul_behind),
	        cmocka_unit_test(an_absurd_size_ends_the_process),
	        cmocka_unit_test(places_are_aligned_and_do_not_overlap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
