/* The id map, also against a plain array. */
#include "helper.h"

#include "base/map.h"
#include "base/prng.h"

static void an_empty_map_holds_nothing(void **state)
{
	struct map map;
	map_init(&map);
	assert_false(map_get(&map, 1, NULL));
	assert_false(map_remove(&map, 1));
	assert_null(map_get_pointer(&map, 1));
	map_free(&map);
}

static void zero_is_no_key(void **state)
{
	struct map map;
	map_init(&map);
	assert_fatal(map_put(&map, 0, 1));
	map_put(&map, 1, 1);
	assert_false(map_get(&map, 0, NULL));
	assert_false(map_remove(&map, 0));
	map_free(&map);
}

static void putting_again_replaces(void **state)
{
	struct map map;
	uint64_t value;
	map_init(&map);
	map_put(&map, UINT64_MAX, 1);
	map_put(&map, UINT64_MAX, 2);
	assert_int_equal(map.count, 1);
	assert_true(map_get(&map, UINT64_MAX, &value));
	assert_int_equal(value, 2);
	assert_true(map_remove(&map, UINT64_MAX));
	assert_false(map_remove(&map, UINT64_MAX));
	assert_int_equal(map.count, 0);
	map_free(&map);
}

static void pointers_come_back(void **state)
{
	struct map map;
	int thing;
	map_init(&map);
	map_put_pointer(&map, 5, &thing);
	assert_ptr_equal(map_get_pointer(&map, 5), &thing);
	map_free(&map);
}

static void a_hundred_thousand_ids_fill_four_fifths_at_most_and_half_at_least(void **state)
{
	struct map map;
	map_init(&map);
	for (uint64_t id = 1; id <= 100000; id++) {
		map_put(&map, id, id * 2);
		assert_true(5 * map.count <= 4 * map.cap);
		assert_true(id < 100 || 2 * map.count >= map.cap);
	}
	assert_int_equal(map.count, 100000);
	for (uint64_t id = 1; id <= 100000; id++) {
		uint64_t value;
		assert_true(map_get(&map, id, &value));
		assert_true(value == id * 2);
	}
	assert_false(map_get(&map, 100001, NULL));
	map_free(&map);
}

static void reserved_room_is_there_and_keeps_what_was_put(void **state)
{
	struct map map;
	uint64_t value;

	(void)state;
	map_init(&map);
	map_put(&map, 7, 1);
	map_reserve(&map, 1000);
	size_t cap = map.cap;
	for (uint64_t id = 1; id <= 1000; id++)
		if (id != 7)
			map_put(&map, id, 10 * id);
	map_reserve(&map, 5); /* never shrinks */
	assert_int_equal(map.cap, cap);
	assert_true(map_get(&map, 7, &value));
	assert_int_equal(value, 1);
	assert_int_equal(map.count, 1000);
	map_free(&map);
}

static void coming_and_going_does_not_grow_the_map(void **state)
{
	struct map map;
	map_init(&map);
	for (uint64_t id = 1; id <= 100000; id++) {
		map_put(&map, id, id);
		if (id > 10)
			assert_true(map_remove(&map, id - 10));
	}
	assert_int_equal(map.count, 10);
	assert_int_equal(map.cap, 16);
	map_free(&map);
}

static void random_use_agrees_with_a_plain_array(void **state)
{
	enum { KEYS = 300 };
	static uint64_t model[KEYS]; /* 0 = absent */
	uint64_t keys[KEYS];
	size_t count = 0;
	struct map map;
	struct prng prng;
	prng_seed(&prng, test_seed());
	map_init(&map);
	for (size_t i = 0; i < KEYS; i++)
		keys[i] = i % 2 ? i + 1 : prng_u64(&prng) | 1ull << 63;
	for (int step = 0; step < 100000; step++) {
		size_t i = (size_t)prng_below(&prng, KEYS);
		uint64_t value = 0;
		assert_int_equal(map_get(&map, keys[i], &value), model[i] != 0);
		assert_true(value == model[i]);
		/* Long phases of growing and of shrinking. */
		if ((prng_unit(&prng) < step / 5000 % 2 ? 0.2 : 0.8)) {
			count += model[i] == 0;
			model[i] = prng_u64(&prng) | 1;
			map_put(&map, keys[i], model[i]);
		} else {
			assert_int_equal(map_remove(&map, keys[i]), model[i] != 0);
			count -= model[i] != 0;
			model[i] = 0;
		}
		assert_int_equal(map.count, count);
	}
	for (size_t i = 0; i < KEYS; i++)
		assert_int_equal(map_get(&map, keys[i], NULL), model[i] != 0);
	map_free(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_empty_map_holds_nothing),
	        cmocka_unit_test(zero_is_no_key),
	        cmocka_unit_test(putting_again_replaces),
	        cmocka_unit_test(pointers_come_back),
	        cmocka_unit_test(a_hundred_thousand_ids_fill_four_fifths_at_most_and_half_at_least),
	        cmocka_unit_test(reserved_room_is_there_and_keeps_what_was_put),
	        cmocka_unit_test(coming_and_going_does_not_grow_the_map),
	        cmocka_unit_test(random_use_agrees_with_a_plain_array),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
