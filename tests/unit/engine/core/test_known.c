/* What is remembered of a ticket, in one word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "engine/core/known.h"

static void all_that_was_remembered_is_told_again(void **state)
{
	struct map map;

	(void)state;
	map_init(&map);
	for (int kind = KNOWN_HELD; kind <= KNOWN_DRY; kind++) {
		struct known known = {.kind = (enum known_kind)kind,
		                      .this_run = kind % 2,
		                      .returns = (unsigned)kind * 20,
		                      .when = 1795557600123 + kind};

		known_put(&map, 7, known);
		struct known again = known_get(&map, 7);
		assert_int_equal(again.kind, known.kind);
		assert_int_equal(again.this_run, known.this_run);
		assert_int_equal(again.returns, known.returns);
		assert_int_equal(again.when, known.when);
	}
	assert_int_equal(map.count, 1);
	map_free(&map);
}

static void what_does_not_fit_is_cut_to_its_bound(void **state)
{
	struct map map;

	(void)state;
	map_init(&map);
	known_put(&map, 1,
	          (struct known){.kind = KNOWN_FAILED, .returns = 1000, .when = MSEC_NEVER});
	known_put(&map, 2, (struct known){.kind = KNOWN_DONE, .when = -1});
	assert_int_equal(known_get(&map, 1).kind, KNOWN_FAILED);
	assert_int_equal(known_get(&map, 1).returns, KNOWN_RETURNS_MAX);
	assert_int_equal(known_get(&map, 1).when, KNOWN_WHEN_MAX);
	assert_false(known_get(&map, 1).this_run);
	assert_int_equal(known_get(&map, 2).when, 0);
	map_free(&map);
}

static void a_word_is_never_0_and_fits_a_signed_number(void **state)
{
	struct known least = {.kind = KNOWN_HELD},
	             most = {.kind = KNOWN_DRY, .returns = 1000, .when = MSEC_NEVER};

	(void)state;
	assert_true(known_pack(least) > 0);
	assert_true(known_pack(most) <= INT64_MAX);
	assert_int_equal(known_pack((struct known){.kind = KNOWN_DONE, .returns = 3, .when = 7}),
	                 0x2018000000000007);
}

static void a_ticket_never_met_or_forgotten_is_not_known(void **state)
{
	struct map map;

	(void)state;
	map_init(&map);
	known_put(&map, 1, (struct known){.kind = KNOWN_HELD});
	known_forget(&map, 1);
	known_forget(&map, 2);
	assert_int_equal(known_get(&map, 1).kind, KNOWN_NOT);
	assert_int_equal(known_get(&map, 2).kind, KNOWN_NOT);
	map_free(&map);
}

static void a_hundred_thousand_tickets_take_some_tens_of_bytes_each(void **state)
{
	struct map map;

	(void)state;
	map_init(&map);
	for (uint64_t id = 1; id <= 100000; id++)
		known_put(&map, id, (struct known){.kind = KNOWN_DONE, .when = (msec)id});
	assert_true(map.cap * sizeof(struct map_slot) / map.count < 64);
	map_free(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(all_that_was_remembered_is_told_again),
	        cmocka_unit_test(what_does_not_fit_is_cut_to_its_bound),
	        cmocka_unit_test(a_word_is_never_0_and_fits_a_signed_number),
	        cmocka_unit_test(a_ticket_never_met_or_forgotten_is_not_known),
	        cmocka_unit_test(a_hundred_thousand_tickets_take_some_tens_of_bytes_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
