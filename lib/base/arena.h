/* A bump allocator: everything that belongs to one ticket (or one page, or one parse) comes from
 * one arena and dies with it in one call. Memory is 16-byte aligned and not zeroed unless said. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_chunk;
struct arena {
	struct arena_chunk *chunks; /* newest first */
	char *next;                 /* first free byte of the newest chunk */
	char *end;                  /* one past its last byte */
	size_t bytes;               /* handed out so far, for memory accounting */
};

void arena_free(struct arena *arena); /* zeroed, as before its first use */
void *arena_alloc(struct arena *arena, size_t size) MUST_CHECK;
void *arena_zalloc(struct arena *arena, size_t size) MUST_CHECK;
/* A copy with a NUL behind it; the returned slice does not count the NUL. */
struct str arena_str(struct arena *arena, struct str text) MUST_CHECK;

#endif
