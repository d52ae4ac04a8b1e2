/* Tombstones as a map from the first half of their bytes to the second: a lookup costs one HMAC, and none while nothing was erased. */
#include "daemon/store/store_memory.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/crypto.h"

void store_memory_init(struct store_memory *memory)
{
	memset(memory, 0, sizeof(*memory));
	map_init(&memory->tombstones);
}

void store_memory_free(struct store_memory *memory)
{
	crypto_wipe(memory->key, sizeof(memory->key));
	free(memory->account);
	free(memory->processed_tag);
	free(memory->tag_prefix);
	free(memory->damaged_copy);
	map_free(&memory->tombstones);
	store_memory_init(memory);
}

void store_memory_copy(struct store_memory *to, const struct store_memory *from)
{
	store_memory_init(to);
	memcpy(to->key, from->key, sizeof(to->key));
	to->has_key = from->has_key;
	to->account = xstrdup(from->account);
	to->processed_tag = xstrdup(from->processed_tag);
	to->tag_prefix = xstrdup(from->tag_prefix);
	to->damaged_copy = xstrdup(from->damaged_copy);
	to->useless_tombstones = from->useless_tombstones;
	for (size_t i = 0; i < from->tombstones.cap; i++)
		if (from->tombstones.slots[i].key != 0)
			map_put(&to->tombstones, from->tombstones.slots[i].key, from->tombstones.slots[i].value);
}

void store_memory_make_key(struct store_memory *memory)
{
	if (uv_random(NULL, NULL, memory->key, sizeof(memory->key), 0, NULL) < 0)
		fatal("the kernel gives no random numbers");
	memory->has_key = true;
}

/* The map has no key 0. */
static struct map_slot split(const uint8_t mac[TOMBSTONE_SIZE])
{
	struct map_slot slot;

	memcpy(&slot.key, mac, sizeof(slot.key));
	memcpy(&slot.value, mac + sizeof(slot.key), sizeof(slot.value));
	if (slot.key == 0)
		slot.key = 1;
	return slot;
}

void store_memory_mac(const struct store_memory *memory, uint64_t id, uint8_t mac[TOMBSTONE_SIZE])
{
	uint8_t whole[CRYPTO_SHA256_SIZE], text[8];
	struct map_slot slot;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(id >> (8 * i));
	crypto_hmac_sha256(str_make((const char *)memory->key, sizeof(memory->key)),
	                   str_make((const char *)text, sizeof(text)), whole);
	memcpy(mac, whole, TOMBSTONE_SIZE);
	slot = split(mac);
	memcpy(mac, &slot.key, sizeof(slot.key)); /* the same bytes on the disk as in the map */
}

bool store_memory_bury(struct store_memory *memory, const uint8_t mac[TOMBSTONE_SIZE])
{
	struct map_slot slot = split(mac);

	if (map_get(&memory->tombstones, slot.key, NULL))
		return false;
	map_put(&memory->tombstones, slot.key, slot.value);
	return true;
}

void store_memory_unbury(struct store_memory *memory, const uint8_t mac[TOMBSTONE_SIZE])
{
	(void)map_remove(&memory->tombstones, split(mac).key);
}

bool store_memory_is_erased(const struct store_memory *memory, uint64_t id)
{
	uint8_t mac[TOMBSTONE_SIZE];
	struct map_slot slot;
	uint64_t second;

	if (memory->tombstones.count == 0)
		return false;
	store_memory_mac(memory, id, mac);
	slot = split(mac);
	return map_get(&memory->tombstones, slot.key, &second) && second == slot.value;
}

bool store_memory_slot(const struct store_memory *memory, size_t slot, uint8_t mac[TOMBSTONE_SIZE])
{
	const struct map_slot *from = &memory->tombstones.slots[slot];

	if (from->key == 0)
		return false;
	memcpy(mac, &from->key, sizeof(from->key));
	memcpy(mac + sizeof(from->key), &from->value, sizeof(from->value));
	return true;
}
