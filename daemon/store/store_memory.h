/* The small things of the store that are needed without asking the disk: tombstones and their key,
 * the recorded account and tags, and of what a person is to be told. Loaded at the start, kept in
 * step by the loop's thread, and what a rebuilt database begins with. */
#ifndef DAEMON_STORE_STORE_MEMORY_H
#define DAEMON_STORE_STORE_MEMORY_H

#include "privacy/tombstones.h"

struct store_memory {
	struct tombstones tombstones;
	bool has_key;  /* they have a key of their own */
	char *account; /* its origin; NULL = not recorded yet, so too the tags */
	char *processed_tag, *tag_prefix;
	/* where a damaged database was put, and nobody was told yet; else NULL */
	char *damaged_copy;
	uint64_t useless_tombstones; /* that were in it, without their key */
};

void store_memory_init(struct store_memory *memory);
void store_memory_free(struct store_memory *memory);
/* An own copy, for a worker. */
void store_memory_copy(struct store_memory *to, const struct store_memory *from);
/* A new one. */
void store_memory_make_key(struct store_memory *memory);

#endif
