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

static void free_kept(struct store_memory *memory)
{
	for (size_t i = 0; i < memory->kept_count; i++) {
		free(memory->kept[i].name);
		free(memory->kept[i].text);
	}
	memory->kept_count = 0;
}

void store_memory_free(struct store_memory *memory)
{
	free_kept(memory);
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
	for (size_t i = 0; i < from->kept_count; i++)
		store_memory_keep(to, from->kept[i].name, from->kept[i].text);
}

/* A name more than there are places is a row of another version: it is left alone. */
void store_memory_keep(struct store_memory *memory, const char *name, const char *text)
{
	size_t at = 0;

	while (at < memory->kept_count && strcmp(memory->kept[at].name, name) != 0)
		at++;
	if (at == STORE_KEPT_MAX)
		return;
	if (at == memory->kept_count) {
		memory->kept[at] = (struct store_text){.name = xstrdup(name)};
		memory->kept_count++;
	}
	free(memory->kept[at].text);
	memory->kept[at].text = xstrdup(text);
}

const char *store_memory_kept(const struct store_memory *memory, const char *name)
{
	for (size_t i = 0; i < memory->kept_count; i++)
		if (strcmp(memory->kept[i].name, name) == 0)
			return memory->kept[i].text;
	return NULL;
}

void store_memory_make_key(struct store_memory *memory)
{
	if (uv_random(NULL, NULL, memory->tombstones.key, sizeof(memory->tombstones.key), 0, NULL) <
	    0)
		fatal("the kernel provides no random numbers");
	memory->has_key = true;
}
