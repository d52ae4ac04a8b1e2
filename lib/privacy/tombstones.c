/* Keeps tombstones in a map, from the first half of each to its second. */
#include "privacy/tombstones.h"

#include <string.h>

#include "base/crypto.h"

void tombstones_init(struct tombstones *tombstones)
{
	memset(tombstones->key, 0, sizeof(tombstones->key));
	map_init(&tombstones->macs);
}

void tombstones_free(struct tombstones *tombstones)
{
	crypto_wipe(tombstones->key, sizeof(tombstones->key));
	map_free(&tombstones->macs);
	tombstones_init(tombstones);
}

void tombstones_copy(struct tombstones *to, const struct tombstones *from)
{
	memcpy(to->key, from->key, sizeof(to->key));
	for (size_t i = 0; i < from->macs.cap; i++)
		if (from->macs.slots[i].key != 0)
			map_put(&to->macs, from->macs.slots[i].key, from->macs.slots[i].value);
}

/* The first half is the key of the map, which cannot be 0. */
static struct map_slot split_mac(const uint8_t mac[TOMBSTONE_SIZE])
{
	struct map_slot slot;

	memcpy(&slot.key, mac, sizeof(slot.key));
	memcpy(&slot.value, mac + sizeof(slot.key), sizeof(slot.value));
	if (slot.key == 0)
		slot.key = 1;
	return slot;
}

void tombstones_mac(const struct tombstones *tombstones, struct ticket_key ticket,
                    uint8_t mac[TOMBSTONE_SIZE])
{
	uint8_t whole[CRYPTO_SHA256_SIZE], text[sizeof(ticket.id) + sizeof(ticket.account)];
	/* For the first account only the number is hashed, as older versions did. */
	size_t len = ticket.account == ACCOUNT_FIRST ? sizeof(ticket.id) : sizeof(text);

	for (size_t i = 0; i < sizeof(ticket.id); i++)
		text[i] = (uint8_t)(ticket.id >> (8 * i));
	for (size_t i = 0; i < sizeof(ticket.account); i++)
		text[sizeof(ticket.id) + i] = (uint8_t)(ticket.account >> (8 * i));
	crypto_hmac_sha256(str_make((const char *)tombstones->key, sizeof(tombstones->key)),
	                   str_make((const char *)text, len), whole);
	memcpy(mac, whole, TOMBSTONE_SIZE);
	struct map_slot slot = split_mac(mac);
	/* the bytes on the disk must be those in the map */
	memcpy(mac, &slot.key, sizeof(slot.key));
}

bool tombstones_add(struct tombstones *tombstones, const uint8_t mac[TOMBSTONE_SIZE])
{
	struct map_slot slot = split_mac(mac);

	if (map_get(&tombstones->macs, slot.key, NULL))
		return false;
	map_put(&tombstones->macs, slot.key, slot.value);
	return true;
}

void tombstones_remove(struct tombstones *tombstones, const uint8_t mac[TOMBSTONE_SIZE])
{
	(void)map_remove(&tombstones->macs, split_mac(mac).key);
}

bool tombstones_have(const struct tombstones *tombstones, struct ticket_key ticket)
{
	uint8_t mac[TOMBSTONE_SIZE];
	uint64_t second;

	if (tombstones->macs.count == 0)
		return false;
	tombstones_mac(tombstones, ticket, mac);
	struct map_slot slot = split_mac(mac);
	return map_get(&tombstones->macs, slot.key, &second) && second == slot.value;
}

bool tombstones_slot(const struct tombstones *tombstones, size_t slot, uint8_t mac[TOMBSTONE_SIZE])
{
	const struct map_slot *from = &tombstones->macs.slots[slot];

	if (from->key == 0)
		return false;
	memcpy(mac, &from->key, sizeof(from->key));
	memcpy(mac + sizeof(from->key), &from->value, sizeof(from->value));
	return true;
}
