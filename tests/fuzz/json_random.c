/* Compares the two libraries on documents that are drawn, and on some changes of each. Prints the
 * seed that repeats a run.
 *
 *     json_random [SEED [DOCUMENTS]] */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "json_make.h"
#include "json_pair.h"

#define CHANGES 4

static size_t compared, accepted;

static void compare(struct str text)
{
	compared += 2;
	accepted += json_pair_compare(text, false);
	accepted += json_pair_compare(text, true);
}

static void compare_drawn(struct prng *prng)
{
	struct buf document, changed;

	buf_init(&document, SIZE_MAX);
	json_make(prng, &document);
	compare(buf_str(&document));
	for (int i = 0; i < CHANGES; i++) {
		buf_init(&changed, SIZE_MAX);
		json_make_change(prng, buf_str(&document), &changed);
		compare(buf_str(&changed));
		buf_free(&changed);
	}
	buf_free(&document);
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	unsigned long documents = argc > 2 ? strtoul(argv[2], NULL, 10) : 2000;
	struct prng prng;

	json_seed(1);
	printf("%s and jansson, seed %llu: ", json_library(), (unsigned long long)seed);
	fflush(stdout);
	prng_seed(&prng, seed);
	for (unsigned long i = 0; i < documents; i++)
		compare_drawn(&prng);
	printf("%zu comparisons, %zu of accepted documents\n", compared, accepted);
	return accepted * 3 > compared ? 0 : 1; /* else refusals are what is compared */
}
