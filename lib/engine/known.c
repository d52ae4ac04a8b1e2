/* The word a ticket is remembered by: from its high end the kind (4 bits), this_run (1), returns (8), when (51). */
#include "engine/known.h"

#define WHEN_BITS 51
#define RETURNS_BITS 8

struct known known_get(const struct map *map, uint64_t id)
{
	uint64_t word;

	if (!map_get(map, id, &word))
		return (struct known){.kind = KNOWN_NOT};
	return (struct known){
	        .kind = (enum known_kind)(word >> (WHEN_BITS + RETURNS_BITS + 1)),
	        .this_run = (word >> (WHEN_BITS + RETURNS_BITS)) & 1,
	        .returns = (unsigned)(word >> WHEN_BITS) & KNOWN_RETURNS_MAX,
	        .when = (msec)(word & (uint64_t)KNOWN_WHEN_MAX),
	};
}

void known_put(struct map *map, uint64_t id, struct known known)
{
	uint64_t when = known.when < 0 ? 0 : (uint64_t)known.when;
	uint64_t returns = known.returns < KNOWN_RETURNS_MAX ? known.returns : KNOWN_RETURNS_MAX;

	if (when > (uint64_t)KNOWN_WHEN_MAX)
		when = (uint64_t)KNOWN_WHEN_MAX;
	map_put(map, id,
	        (uint64_t)known.kind << (WHEN_BITS + RETURNS_BITS + 1) |
	                (uint64_t)known.this_run << (WHEN_BITS + RETURNS_BITS) | returns << WHEN_BITS | when);
}

void known_forget(struct map *map, uint64_t id)
{
	map_remove(map, id);
}
