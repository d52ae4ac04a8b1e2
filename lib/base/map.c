/* The id map: linear probing, and removal by moving back what follows, so that no markers of
 * removed slots pile up in a process that runs for months. It grows by a quarter: one that doubles
 * is half empty just after it has grown. */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#define MAP_FIRST_CAP ((size_t)16)
#define MAP_MAX_CAP ((size_t)UINT32_MAX)

void map_init(struct map *map)
{
	*map = (struct map){0};
}

void map_free(struct map *map)
{
	free(map->slots);
	map_init(map);
}

/* Mixes a key so that every bit of it changes every bit of the hash; ids are consecutive
 * numbers. */
static uint64_t mix_bits(uint64_t x)
{
	x = (x ^ x >> 32) * UINT64_C(0xD6E8FEB86659FD93);
	x = (x ^ x >> 32) * UINT64_C(0xD6E8FEB86659FD93);
	return x ^ x >> 32;
}

/* The upper half of the hash, scaled to the number of slots. */
static size_t home_of(const struct map *map, uint64_t key)
{
	return (size_t)((mix_bits(key) >> 32) * map->cap >> 32);
}

static size_t next_slot(const struct map *map, size_t at)
{
	return at + 1 == map->cap ? 0 : at + 1;
}

/* The slot that holds `key`, or the free one where it would go. */
static struct map_slot *slot_of(const struct map *map, uint64_t key)
{
	size_t at = home_of(map, key);
	while (map->slots[at].key != 0 && map->slots[at].key != key)
		at = next_slot(map, at);
	return &map->slots[at];
}

static size_t max_count(size_t cap)
{
	return cap / 5 * 4;
}

static void grow_to(struct map *map, size_t cap)
{
	struct map old = *map;
	map->cap = cap;
	map->slots = xcalloc(map->cap, sizeof(struct map_slot));
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].key != 0)
			*slot_of(map, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

void map_reserve(struct map *map, size_t count)
{
	size_t cap = map->cap ? map->cap : MAP_FIRST_CAP;
	while (max_count(cap) < count)
		cap += cap / 4;
	ENSURE(cap <= MAP_MAX_CAP);
	if (cap > map->cap)
		grow_to(map, cap);
}

void map_put(struct map *map, uint64_t key, uint64_t value)
{
	ENSURE(key != 0);
	map_reserve(map, map->count + 1);
	struct map_slot *slot = slot_of(map, key);
	if (slot->key == 0)
		map->count++;
	*slot = (struct map_slot){key, value};
}

bool map_get(const struct map *map, uint64_t key, uint64_t *ret_value)
{
	if (map->cap == 0 || key == 0)
		return false;
	const struct map_slot *slot = slot_of(map, key);
	if (slot->key == 0)
		return false;
	if (ret_value)
		*ret_value = slot->value;
	return true;
}

bool map_remove(struct map *map, uint64_t key)
{
	if (map->cap == 0 || key == 0)
		return false;
	struct map_slot *slot = slot_of(map, key);
	if (slot->key == 0)
		return false;
	map->count--;

	/* A later slot of the same run moves into the hole unless the hole lies before its home.
	 * Where a run goes on at slot 0 the distances wrap around and still compare as they should:
	 * one that wraps is the longer one. */
	size_t hole = (size_t)(slot - map->slots);
	for (size_t at = next_slot(map, hole); map->slots[at].key != 0; at = next_slot(map, at)) {
		size_t home = home_of(map, map->slots[at].key);
		if (at - home >= at - hole) {
			map->slots[hole] = map->slots[at];
			hole = at;
		}
	}
	map->slots[hole] = (struct map_slot){0};
	return true;
}
