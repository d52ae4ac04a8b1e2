/* Summary and words of an answer stand in one block; mostly the words contain the summary. What
 * many answers share is stored once. */
#include "engine/decide/kept.h"

#include <stdlib.h>
#include <string.h>

struct kept_origin {
	struct list node;
	struct str model, version, prompt;
};

void kept_memory_init(struct kept_memory *memory)
{
	*memory = (struct kept_memory){0};
	list_init(&memory->origins);
	slots_init(&memory->answers, sizeof(struct kept));
	for (size_t i = 0; i < KEPT_TEXT_CLASSES; i++)
		slots_init(&memory->texts[i], (i + 1) * KEPT_TEXT_STEP);
}

void kept_memory_free(struct kept_memory *memory)
{
	slots_free(&memory->answers);
	for (size_t i = 0; i < KEPT_TEXT_CLASSES; i++)
		slots_free(&memory->texts[i]);
}

static const struct kept_origin *origin_of(struct kept_memory *memory,
                                           const struct analysis *analysis)
{
	list_each(node, next, &memory->origins)
	{
		struct kept_origin *origin = container_of(node, struct kept_origin, node);

		if (str_eq(origin->model, analysis->model) &&
		    str_eq(origin->version, analysis->model_version) &&
		    str_eq(origin->prompt, analysis->prompt_version))
			return origin;
	}
	struct kept_origin *origin = arena_zalloc(&memory->names, sizeof(*origin));

	origin->model = arena_str(&memory->names, analysis->model);
	origin->version = arena_str(&memory->names, analysis->model_version);
	origin->prompt = arena_str(&memory->names, analysis->prompt_version);
	list_push_front(&memory->origins, &origin->node);
	return origin;
}

/* NULL = the text is too long for them. */
static struct slots *slots_of(struct kept_memory *memory, size_t size)
{
	size_t class = size > 0 ? (size - 1) / KEPT_TEXT_STEP : 0;

	return class < KEPT_TEXT_CLASSES ? &memory->texts[class] : NULL;
}

static struct str append(char **at, struct str text)
{
	char *start = *at;

	if (text.len > 0)
		memcpy(start, text.data, text.len);
	*at += text.len;
	return str_make(start, text.len);
}

struct kept *kept_new(struct kept_memory *memory, const struct answer_key *key, msec answered,
                      const struct analysis *analysis, struct str words)
{
	struct kept *kept = slots_take(&memory->answers);
	const struct kept_origin *origin = origin_of(memory, analysis);
	ptrdiff_t within = str_find(words, analysis->summary);
	size_t size = words.len + (within < 0 ? analysis->summary.len : 0);
	struct slots *slots = slots_of(memory, size);
	char *at = slots ? slots_take(slots) : xmalloc(size);

	*kept = (struct kept){.key = *key,
	                      .answered = answered,
	                      .analysis = *analysis,
	                      .text = at,
	                      .text_size = size,
	                      .users = &kept->first_user,
	                      .user_cap = 1};
	list_init(&kept->place);
	kept->words = append(&at, words);
	kept->analysis.summary =
	        within < 0 ? append(&at, analysis->summary)
	                   : str_make(kept->words.data + within, analysis->summary.len);
	kept->analysis.model = origin->model;
	kept->analysis.model_version = origin->version;
	kept->analysis.prompt_version = origin->prompt;
	memory->count++;
	return kept;
}

static void forget_origins(struct kept_memory *memory)
{
	arena_free(&memory->names);
	list_init(&memory->origins);
}

void kept_free(struct kept_memory *memory, struct kept *kept)
{
	struct slots *slots = slots_of(memory, kept->text_size);

	if (slots)
		slots_give_back(slots, kept->text);
	else
		free(kept->text);
	if (kept->users != &kept->first_user)
		free(kept->users);
	slots_give_back(&memory->answers, kept);
	if (--memory->count == 0)
		forget_origins(memory);
}

void kept_add_user(struct kept *kept, uint64_t id)
{
	if (kept->user_count == kept->user_cap) {
		size_t cap = 2 * kept->user_cap;
		uint64_t *users = xcalloc(cap, sizeof(*users));

		memcpy(users, kept->users, kept->user_count * sizeof(*users));
		if (kept->users != &kept->first_user)
			free(kept->users);
		kept->users = users;
		kept->user_cap = cap;
	}
	kept->users[kept->user_count++] = id;
}

bool kept_is_used_by(const struct kept *kept, uint64_t id)
{
	for (size_t i = 0; i < kept->user_count; i++)
		if (kept->users[i] == id)
			return true;
	return false;
}

size_t kept_bytes(const struct kept *kept)
{
	size_t text = (kept->text_size + KEPT_TEXT_STEP - 1) / KEPT_TEXT_STEP * KEPT_TEXT_STEP;
	size_t users = kept->user_cap > 1 ? kept->user_cap * sizeof(*kept->users) : 0;

	return sizeof(*kept) + text + users;
}
