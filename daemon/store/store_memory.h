/* The part of the database that the store keeps in memory: tombstones and their key, the
 * recorded account and tags, and the notice of a damaged database that nobody has been told of.
 * It is loaded at the start, updated on the loop's thread, and is what a rebuilt database
 * begins with. */
#ifndef DAEMON_STORE_STORE_MEMORY_H
#define DAEMON_STORE_STORE_MEMORY_H

#include "privacy/tombstones.h"

struct store_memory {
	struct tombstones tombstones;
	bool has_key;  /* the key in `tombstones` is valid */
	char *account; /* its origin (URL); NULL = not recorded yet; so too for the tags */
	char *processed_tag, *tag_prefix;
	/* Path of the last damaged database that nobody was told of yet; else NULL. */
	char *damaged_copy;
	uint64_t useless_tombstones; /* tombstones in it whose key was lost */
};

/* Makes an empty memory without a key. */
void store_memory_init(struct store_memory *memory);
/* Frees what it holds; it is empty then. */
void store_memory_free(struct store_memory *memory);
/* Initialises `to` as an independent copy, for use on a worker. */
void store_memory_copy(struct store_memory *to, const struct store_memory *from);
/* Makes a new random key for the tombstones. */
void store_memory_make_key(struct store_memory *memory);

#endif
