/* xoshiro256** 1.0, seeded by splitmix64, as published by Blackman and Vigna at prng.di.unimi.it
 * (public domain). */
#include "base/prng.h"

static uint64_t rotate_left(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

void prng_seed(struct prng *prng, uint64_t seed)
{
	for (size_t i = 0; i < ARRAY_LEN(prng->state); i++)
		prng->state[i] = splitmix64(&seed);
}

uint64_t prng_u64(struct prng *prng)
{
	uint64_t *s = prng->state;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate_left(s[3], 45);
	return result;
}

uint64_t prng_below(struct prng *prng, uint64_t bound)
{
	ENSURE(bound > 0);
	/* The lowest 2^64 mod bound numbers would make some results more likely than others. */
	uint64_t threshold = (0 - bound) % bound;
	uint64_t number;
	do
		number = prng_u64(prng);
	while (number < threshold);
	return number % bound;
}

double prng_unit(struct prng *prng)
{
	return (double)(prng_u64(prng) >> 11) * 0x1.0p-53;
}
