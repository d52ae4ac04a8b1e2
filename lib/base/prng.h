/* The only source of randomness in lib/: xoshiro256** seeded by splitmix64 (Blackman and Vigna,
 * public domain). The shell seeds it from the kernel, tests from a number they print. Not for
 * secrets: an attacker who sees output could predict more; the prompt markers use
 * crypto_derive_marker instead. */
#ifndef BASE_PRNG_H
#define BASE_PRNG_H

#include "base/base.h"

struct prng {
	uint64_t state[4];
};

void prng_seed(struct prng *prng, uint64_t seed);
uint64_t prng_u64(struct prng *prng);
uint64_t prng_below(struct prng *prng, uint64_t bound); /* 0 .. bound-1, without bias; bound > 0 */
double prng_unit(struct prng *prng);                    /* [0, 1) */

#endif
