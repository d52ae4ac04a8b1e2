/* A new seed each run, printed so that a failure can be had again with TEST_SEED=... in the
 * environment; scripts/check draws it. */
#ifndef TEST_BASE_SEED_H
#define TEST_BASE_SEED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <openssl/rand.h>

static inline uint64_t test_seed(void)
{
	uint64_t seed;
	const char *wanted = getenv("TEST_SEED");
	if (wanted)
		seed = strtoull(wanted, NULL, 0);
	else if (RAND_bytes((unsigned char *)&seed, sizeof(seed)) != 1)
		seed = 1;
	print_message("TEST_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

#endif
