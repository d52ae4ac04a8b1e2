/* The id map: linear probing, and removal by moving back what follows, so that no markers of
 * removed slots pile up in a process that runs for months. */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#define MAP_FIRST_CAP ((size_t)16)

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

static size_t home_of(const struct map *map, uint64_t key)
{
	return (size_t)mix_bits(key) & (map->cap - 1);
}

/* The slot that holds `key`, or the free one where it would go. */
static struct map_slot *slot_of(const struct map *map, uint64_t key)
{
	size_t at = home_of(map, key);
	while (map->slots[at].key != 0 && map->slots[at].key != key)
		at = (at + 1) & (map->cap - 1);
	return &map->slots[at];
}

static size_t max_count(size_t cap)
{
	return cap / 4 * 3;
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
		cap *= 2;
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

	/* A later slot of the same run moves into the hole unless the hole lies before its home. */
	size_t mask = map->cap - 1;
	size_t hole = (size_t)(slot - map->slots);
	for (size_t at = (hole + 1) & mask; map->slots[at].key != 0; at = (at + 1) & mask) {
		size_t from_home = (at - home_of(map, map->slots[at].key)) & mask;
		if (from_home >= ((at - hole) & mask)) {
			map->slots[hole] = map->slots[at];
			hole = at;
		}
	}
	map->slots[hole] = (struct map_slot){0};
	return true;
}
