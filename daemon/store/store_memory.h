/* The small things of the store that are needed without asking the disk: tombstones and their key, the recorded
 * account and tags, and of what a person is to be told. Loaded at the start, kept in step by the loop's thread, and what a rebuilt database begins with. */
#ifndef DAEMON_STORE_STORE_MEMORY_H
#define DAEMON_STORE_STORE_MEMORY_H

#include "base/map.h"

#define STORE_KEY_SIZE 32
#define TOMBSTONE_SIZE 16 /* of HMAC-SHA256, cut */

struct store_memory {
	uint8_t key[STORE_KEY_SIZE];
	bool has_key;
	char *account; /* its origin; NULL = not recorded yet, so too the tags */
	char *processed_tag, *tag_prefix;
	struct map tombstones;       /* first half to second half */
	char *damaged_copy;          /* where a damaged database was put, and nobody was told yet; else NULL */
	uint64_t useless_tombstones; /* that were in it, without their key */
};

void store_memory_init(struct store_memory *memory);
void store_memory_free(struct store_memory *memory);
/* An own copy, for a worker. */
void store_memory_copy(struct store_memory *to, const struct store_memory *from);
/* A new one. */
void store_memory_make_key(struct store_memory *memory);
void store_memory_mac(const struct store_memory *memory, uint64_t id, uint8_t mac[TOMBSTONE_SIZE]);
/* False when it was there before. */
bool store_memory_bury(struct store_memory *memory, const uint8_t mac[TOMBSTONE_SIZE]);
void store_memory_unbury(struct store_memory *memory, const uint8_t mac[TOMBSTONE_SIZE]);
bool store_memory_is_erased(const struct store_memory *memory, uint64_t id);
/* The nth slot of the map as the bytes of a tombstone; false when the slot is empty. */
bool store_memory_slot(const struct store_memory *memory, size_t slot, uint8_t mac[TOMBSTONE_SIZE]);

#endif
