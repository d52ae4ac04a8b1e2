/* Ownership of what the store keeps in memory. */
#include "daemon/store/store_memory.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

void store_memory_init(struct store_memory *memory)
{
	memset(memory, 0, sizeof(*memory));
	tombstones_init(&memory->tombstones);
}

void store_memory_free(struct store_memory *memory)
{
	free(memory->account);
	free(memory->processed_tag);
	free(memory->tag_prefix);
	free(memory->damaged_copy);
	tombstones_free(&memory->tombstones);
	store_memory_init(memory);
}

void store_memory_copy(struct store_memory *to, const struct store_memory *from)
{
	*to = (struct store_memory){.has_key = from->has_key,
	                            .account = xstrdup(from->account),
	                            .processed_tag = xstrdup(from->processed_tag),
	                            .tag_prefix = xstrdup(from->tag_prefix),
	                            .damaged_copy = xstrdup(from->damaged_copy),
	                            .useless_tombstones = from->useless_tombstones};
	tombstones_copy(&to->tombstones, &from->tombstones);
}

void store_memory_make_key(struct store_memory *memory)
{
	if (uv_random(NULL, NULL, memory->tombstones.key, sizeof(memory->tombstones.key), 0, NULL) <
	    0)
		fatal("the kernel provides no random numbers");
	memory->has_key = true;
}
