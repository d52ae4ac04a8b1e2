/* Hash map from a non-zero 64-bit id to a 64-bit value, with open addressing: 16 bytes per slot, at
 * most 4/5 full and, while it only grows, at least 5/8: 20 to 26 bytes an id. Made for ticket ids
 * and request ids, of which there may be a hundred thousand. The order of iteration is undefined;
 * behaviour must not depend on it. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/base.h"

struct map_slot {
	uint64_t key;
	uint64_t value;
};

struct map {
	struct map_slot *slots;
	size_t count;
	size_t cap; /* slots, below 2^32 */
};

void map_init(struct map *map);
void map_free(struct map *map);
/* Makes room for `count` ids, so that the map does not grow step by step; the caller limits it. */
void map_reserve(struct map *map, size_t count);
/* Replaces the value of a key that is there. */
void map_put(struct map *map, uint64_t key, uint64_t value);
/* False when the key is absent; `ret_value` may be NULL. */
bool map_get(const struct map *map, uint64_t key, uint64_t *ret_value);
/* False when the key was absent. */
bool map_remove(struct map *map, uint64_t key);
static inline void map_put_pointer(struct map *map, uint64_t key, void *pointer)
{
	map_put(map, key, (uint64_t)(uintptr_t)pointer);
}
static inline void *map_get_pointer(const struct map *map, uint64_t key)
{
	uint64_t value;
	return map_get(map, key, &value) ? (void *)(uintptr_t)value : NULL;
}

#endif
