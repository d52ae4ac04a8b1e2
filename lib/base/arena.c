/* The bump allocator. Chunks grow from a small one, so that an arena per ticket costs little, to a
 * size at which calls of malloc no longer matter. An allocation that would waste most of a chunk
 * gets a chunk of its own. */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_ALIGNMENT ((size_t)16)
#define ARENA_FIRST_CHUNK ((size_t)1024)
#define ARENA_LARGEST_CHUNK ((size_t)64 * 1024)

struct arena_chunk {
	struct arena_chunk *older;
	size_t following; /* size of the shared chunk to take when this one is full */
	char bytes[] __attribute__((aligned(16)));
};

void arena_free(struct arena *arena)
{
	struct arena_chunk *older;
	for (struct arena_chunk *chunk = arena->chunks; chunk; chunk = older) {
		older = chunk->older;
		free(chunk);
	}
	*arena = (struct arena){0};
}

static struct arena_chunk *new_chunk(size_t size, size_t following)
{
	struct arena_chunk *chunk = xmalloc(sizeof(*chunk) + size);
	chunk->following = following;
	return chunk;
}

/* The new chunk is linked after the newest one, so that what is left of that one stays in use. */
static void *alloc_alone(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = new_chunk(size, ARENA_FIRST_CHUNK);
	struct arena_chunk **link = arena->chunks ? &arena->chunks->older : &arena->chunks;
	chunk->older = *link;
	*link = chunk;
	return chunk->bytes;
}

static void *alloc_slow(struct arena *arena, size_t size)
{
	size_t chunk_size = arena->chunks ? arena->chunks->following : ARENA_FIRST_CHUNK;
	if (size > chunk_size / 2)
		return alloc_alone(arena, size);

	size_t following = chunk_size < ARENA_LARGEST_CHUNK ? 2 * chunk_size : chunk_size;
	struct arena_chunk *chunk = new_chunk(chunk_size, following);
	chunk->older = arena->chunks;
	arena->chunks = chunk;
	arena->next = chunk->bytes + size;
	arena->end = chunk->bytes + chunk_size;
	return chunk->bytes;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	if (size > PTRDIFF_MAX / 2)
		fatal("out of memory: %zu bytes wanted", size);
	size = size ? (size + ARENA_ALIGNMENT - 1) & ~(ARENA_ALIGNMENT - 1) : ARENA_ALIGNMENT;
	arena->bytes += size;
	if (size > (size_t)(arena->end - arena->next))
		return alloc_slow(arena, size);
	char *memory = arena->next;
	arena->next += size;
	return memory;
}

void *arena_zalloc(struct arena *arena, size_t size)
{
	return memset(arena_alloc(arena, size), 0, size);
}

struct str arena_str(struct arena *arena, struct str text)
{
	char *copy = arena_alloc(arena, text.len + 1);
	if (text.len)
		memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	return str_make(copy, text.len);
}
