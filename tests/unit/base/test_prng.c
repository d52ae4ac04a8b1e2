/* Chance that can be repeated. */
#include "helper.h"

#include "base/prng.h"

/* The first numbers of the published generators for seed 0: splitmix64 fills the state,
 * xoshiro256** runs on it. */
static void the_published_sequence_comes_out(void **state)
{
	struct prng prng;
	prng_seed(&prng, 0);
	assert_true(prng.state[0] == UINT64_C(0xE220A8397B1DCDAF));
	assert_true(prng.state[1] == UINT64_C(0x6E789E6AA1B965F4));
	assert_true(prng_u64(&prng) == UINT64_C(0x99EC5F36CB75F2B4));
	assert_true(prng_u64(&prng) == UINT64_C(0xBF6E1F784956452A));
}

static void the_same_seed_gives_the_same_numbers(void **state)
{
	struct prng a, b, c;
	prng_seed(&a, 42);
	prng_seed(&b, 42);
	prng_seed(&c, 43);
	bool differs = false;
	for (int i = 0; i < 100; i++) {
		uint64_t number = prng_u64(&a);
		assert_true(number == prng_u64(&b));
		differs |= number != prng_u64(&c);
	}
	assert_true(differs);
}

/* Here and below the seed is fixed: each bound of a count is missed by some. */
static void numbers_stay_below_their_bound_without_bias(void **state)
{
	struct prng prng;
	unsigned seen[10] = {0};
	prng_seed(&prng, 1);
	for (int i = 0; i < 100000; i++)
		seen[prng_below(&prng, 10)]++;
	for (size_t i = 0; i < 10; i++)
		assert_in_range(seen[i], 9500, 10500);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(prng_below(&prng, 1), 0);
		assert_true(prng_below(&prng, (UINT64_C(1) << 63) + 1) <= UINT64_C(1) << 63);
	}
	assert_fatal(prng_below(&prng, 0));
}

static void fractions_lie_in_the_half_open_unit_interval(void **state)
{
	struct prng prng;
	double sum = 0;
	prng_seed(&prng, 2);
	for (int i = 0; i < 100000; i++) {
		double unit = prng_unit(&prng);
		assert_true(unit >= 0 && unit < 1);
		sum += unit;
	}
	assert_true(sum > 49000 && sum < 51000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_published_sequence_comes_out),
	        cmocka_unit_test(the_same_seed_gives_the_same_numbers),
	        cmocka_unit_test(numbers_stay_below_their_bound_without_bias),
	        cmocka_unit_test(fractions_lie_in_the_half_open_unit_interval),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
