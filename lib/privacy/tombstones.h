/* Tombstones: recognise tickets that were erased on request, without keeping their numbers. A
 * tombstone is the first 16 bytes of HMAC-SHA256 of the number under a secret key. A look-up costs
 * one HMAC, and none while nothing was erased. */
#ifndef PRIVACY_TOMBSTONES_H
#define PRIVACY_TOMBSTONES_H

#include "base/map.h"
#include "ticket/key.h"

#define TOMBSTONE_KEY_SIZE 32
#define TOMBSTONE_SIZE 16

struct tombstones {
	uint8_t key[TOMBSTONE_KEY_SIZE];
	struct map macs; /* first half of a tombstone → its second half */
};

/* Empty, with a key of zeros; the caller sets the key. */
void tombstones_init(struct tombstones *tombstones);
/* Wipes the key; afterwards it is initialised and empty. */
void tombstones_free(struct tombstones *tombstones);
/* `to` must be initialised and empty. */
void tombstones_copy(struct tombstones *to, const struct tombstones *from);
void tombstones_mac(const struct tombstones *tombstones, struct ticket_key ticket,
                    uint8_t mac[TOMBSTONE_SIZE]);
/* False: it was there before. */
bool tombstones_add(struct tombstones *tombstones, const uint8_t mac[TOMBSTONE_SIZE]);
void tombstones_remove(struct tombstones *tombstones, const uint8_t mac[TOMBSTONE_SIZE]);
bool tombstones_have(const struct tombstones *tombstones, struct ticket_key ticket);
/* The bytes of the tombstone in this slot of the map (below macs.cap); false when the slot is
 * empty. */
bool tombstones_slot(const struct tombstones *tombstones, size_t slot, uint8_t mac[TOMBSTONE_SIZE]);

#endif
