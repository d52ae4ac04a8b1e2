/* Tickets that were erased at somebody's request: known again when they turn up, without their
 * numbers being kept. A tombstone is the start of HMAC-SHA256 of the number under a secret key. A
 * look costs one HMAC, and none while nothing was erased. */
#ifndef PRIVACY_TOMBSTONES_H
#define PRIVACY_TOMBSTONES_H

#include "base/map.h"
#include "ticket/key.h"

#define TOMBSTONE_KEY_SIZE 32
#define TOMBSTONE_SIZE 16

struct tombstones {
	uint8_t key[TOMBSTONE_KEY_SIZE];
	struct map macs; /* first half to second half */
};

/* with a key of zeros */
void tombstones_init(struct tombstones *tombstones);
/* an empty one is left */
void tombstones_free(struct tombstones *tombstones);
/* into an initialised, empty one */
void tombstones_copy(struct tombstones *to, const struct tombstones *from);
void tombstones_mac(const struct tombstones *tombstones, struct ticket_key ticket,
                    uint8_t mac[TOMBSTONE_SIZE]);
/* false: it was there before */
bool tombstones_add(struct tombstones *tombstones, const uint8_t mac[TOMBSTONE_SIZE]);
void tombstones_remove(struct tombstones *tombstones, const uint8_t mac[TOMBSTONE_SIZE]);
bool tombstones_have(const struct tombstones *tombstones, struct ticket_key ticket);
/* The nth slot of the map as the bytes of a tombstone; false when the slot is empty. */
bool tombstones_slot(const struct tombstones *tombstones, size_t slot, uint8_t mac[TOMBSTONE_SIZE]);

#endif
