/* Packs what is remembered of a ticket into one word: from the high end the kind (4 bits), this_run
 * (1), returns (8), when (51). */
#include "engine/core/known.h"

#define WHEN_BITS 51
#define RETURNS_BITS 8

_Static_assert(KNOWN_DONE == 2 && KNOWN_UNTAGGED == 3 && KNOWN_SKIPPED == 4 && KNOWN_FAILED == 5,
               "kinds are stored as these numbers");

struct known known_unpack(uint64_t word)
{
	return (struct known){
	        .kind = (enum known_kind)(word >> (WHEN_BITS + RETURNS_BITS + 1)),
	        .this_run = (word >> (WHEN_BITS + RETURNS_BITS)) & 1,
	        .returns = (unsigned)(word >> WHEN_BITS) & KNOWN_RETURNS_MAX,
	        .when = (msec)(word & (uint64_t)KNOWN_WHEN_MAX),
	};
}

uint64_t known_pack(struct known known)
{
	uint64_t when = known.when < 0 ? 0 : (uint64_t)known.when;
	uint64_t returns = known.returns < KNOWN_RETURNS_MAX ? known.returns : KNOWN_RETURNS_MAX;

	if (when > (uint64_t)KNOWN_WHEN_MAX)
		when = (uint64_t)KNOWN_WHEN_MAX;
	return (uint64_t)known.kind << (WHEN_BITS + RETURNS_BITS + 1) |
	       (uint64_t)known.this_run << (WHEN_BITS + RETURNS_BITS) | returns << WHEN_BITS | when;
}

struct known known_get(const struct map *map, uint64_t id)
{
	uint64_t word;

	return map_get(map, id, &word) ? known_unpack(word) : (struct known){.kind = KNOWN_NOT};
}

void known_put(struct map *map, uint64_t id, struct known known)
{
	map_put(map, id, known_pack(known));
}

void known_forget(struct map *map, uint64_t id)
{
	map_remove(map, id);
}
