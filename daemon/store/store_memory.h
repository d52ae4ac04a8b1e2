/* The part of the database that the store keeps in memory: tombstones and their key, the
 * recorded account and tags, the notice of a damaged database that nobody has been told of, and
 * the texts of store_keep().
 * It is loaded at the start, updated on the loop's thread, and is what a rebuilt database
 * begins with. */
#ifndef DAEMON_STORE_STORE_MEMORY_H
#define DAEMON_STORE_STORE_MEMORY_H

#include "privacy/tombstones.h"

/* Texts that a part of the daemon keeps under a name of its own. */
#define STORE_KEPT_MAX 4
struct store_text {
	char *name, *text;
};

struct store_memory {
	struct tombstones tombstones;
	bool has_key;  /* the key in `tombstones` is valid */
	char *account; /* its origin (URL); NULL = not recorded yet; so too for the tags */
	char *processed_tag, *tag_prefix;
	/* Path of the last damaged database that nobody was told of yet; else NULL. */
	char *damaged_copy;
	uint64_t useless_tombstones; /* tombstones in it whose key was lost */
	struct store_text kept[STORE_KEPT_MAX];
	size_t kept_count;
};

/* Makes an empty memory without a key. */
void store_memory_init(struct store_memory *memory);
/* Frees what it holds; it is empty then. */
void store_memory_free(struct store_memory *memory);
/* Initialises `to` as an independent copy, for use on a worker. */
void store_memory_copy(struct store_memory *to, const struct store_memory *from);
/* Replaces the text of this name, which is copied. */
void store_memory_keep(struct store_memory *memory, const char *name, const char *text);
/* The text of this name, borrowed until it is replaced; NULL = there is none. */
const char *store_memory_kept(const struct store_memory *memory, const char *name);
/* Makes a new random key for the tombstones. */
void store_memory_make_key(struct store_memory *memory);

#endif
