/* An arena allocator for jansson. A reply with log probabilities has some thousand values, each
 * with two or three allocations in jansson; their cost was half of the engine's time. Here they are
 * cut from an arena, and released blocks are only counted: at zero the arena is freed. Blocks
 * allocated outside of a parse come from the heap. */
#include "base/json_memory.h"

#include <stdlib.h>

#include "base/arena.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED /* a released block is poisoned, like one that was given back to the heap */
#include <sanitizer/asan_interface.h>
#define FORBID(block, size) ASAN_POISON_MEMORY_REGION(block, size)
#else
#define FORBID(block, size) ((void)0)
#endif

struct document {
	struct arena memory;
	size_t blocks; /* allocated and not released */
};

struct block {
	struct document *document; /* NULL: from the heap */
	size_t size;
	char bytes[];
};

static _Thread_local struct document *current;

static void release_if_empty(struct document *document)
{
	if (document->blocks > 0 || document == current)
		return;
	arena_free(&document->memory);
	free(document);
}

void json_memory_begin(void)
{
	ENSURE(current == NULL);
	current = xcalloc(1, sizeof(*current));
}

void json_memory_end(void)
{
	struct document *document = current;

	current = NULL;
	release_if_empty(document);
}

void *json_memory_take(size_t size)
{
	struct block *block;

	if (size > PTRDIFF_MAX / 2)
		fatal("out of memory: %zu bytes wanted", size);
	if (current) {
		block = arena_alloc(&current->memory, sizeof(*block) + size);
		current->blocks++;
	} else {
		block = xmalloc(sizeof(*block) + size);
	}
	block->document = current;
	block->size = size;
	return block->bytes;
}

void json_memory_give_back(void *memory)
{
	struct block *block;

	if (!memory)
		return;
	block = container_of(memory, struct block, bytes);
	struct document *document = block->document;
	if (!document) {
		free(block);
		return;
	}
	document->blocks--;
	FORBID(block->bytes, block->size);
	release_if_empty(document);
}
