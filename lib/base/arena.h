/* A bump allocator: everything that belongs to one ticket (or one page, or one parse) is allocated
 * from one arena and freed with it in one call. Memory is 16-byte aligned; it is not zeroed unless
 * stated. A zeroed struct is an empty arena. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_chunk;
struct arena {
	struct arena_chunk *chunks; /* newest first */
	char *next;                 /* first free byte of the newest chunk */
	char *end;                  /* one past its last byte */
	size_t bytes;               /* allocated so far, for memory accounting */
};

/* Frees everything; the arena is then empty and can be used again. */
void arena_free(struct arena *arena);
void *arena_alloc(struct arena *arena, size_t size) MUST_CHECK;
void *arena_zalloc(struct arena *arena, size_t size) MUST_CHECK;
/* A copy that is followed by a NUL, which the returned slice does not count. */
struct str arena_str(struct arena *arena, struct str text) MUST_CHECK;

#endif
