/* Merging tags. A write replaces the whole list, so the tags that were read are written back,
 * followed by ours. */
#include "ticket/tags.h"

#include <string.h>

#include "base/json.h"

bool tags_have(const struct tags *tags, struct str tag)
{
	for (size_t i = 0; i < tags->count; i++)
		if (str_ieq(tags->items[i], tag))
			return true;
	return false;
}

static struct tags empty_list(struct arena *arena, size_t capacity)
{
	return (struct tags){.items = arena_alloc(arena, capacity * sizeof(struct str))};
}

static void append_tag(struct tags *tags, struct str tag)
{
	tags->items[tags->count++] = tag;
}

static struct str prefixed_tag(struct str prefix, const char *name, struct arena *arena)
{
	size_t name_len = strlen(name);
	char *tag = arena_alloc(arena, prefix.len + name_len + 1);
	if (prefix.len)
		memcpy(tag, prefix.data, prefix.len);
	memcpy(tag + prefix.len, name, name_len + 1);
	return str_make(tag, prefix.len + name_len);
}

struct tags tags_ours(const struct analysis *analysis, struct str processed_tag, struct str prefix,
                      struct arena *arena)
{
	const char *const names[] = {
	        root_cause_name(analysis->root_cause),
	        urgency_name(analysis->urgency),
	        sentiment_name(analysis->sentiment),
	        analysis->fallback ? "fallback" : NULL,
	};
	struct tags ours = empty_list(arena, 1 + ARRAY_LEN(names));

	append_tag(&ours, arena_str(arena, processed_tag));
	for (size_t i = 0; i < ARRAY_LEN(names) && names[i]; i++) {
		struct str tag = prefixed_tag(prefix, names[i], arena);
		if (!tags_have(&ours, tag))
			append_tag(&ours, tag);
	}
	return ours;
}

static void append_missing(struct tags *list, const struct tags *existing, const struct tags *ours,
                           struct arena *arena)
{
	for (size_t i = 0; i < ours->count; i++)
		if (!tags_have(existing, ours->items[i]) && !tags_have(list, ours->items[i]))
			append_tag(list, arena_str(arena, ours->items[i]));
}

struct tags tags_merge(const struct tags *existing, const struct tags *ours, struct arena *arena)
{
	struct tags merged = empty_list(arena, existing->count + ours->count);

	for (size_t i = 0; i < existing->count; i++)
		append_tag(&merged, arena_str(arena, existing->items[i]));
	append_missing(&merged, existing, ours, arena);
	return merged;
}

struct tags tags_missing(const struct tags *existing, const struct tags *ours, struct arena *arena)
{
	struct tags missing = empty_list(arena, ours->count);

	append_missing(&missing, existing, ours, arena);
	return missing;
}

bool tag_valid(struct str tag)
{
	if (tag.len == 0 || tag.len > TAG_BYTES_MAX)
		return false;
	for (size_t i = 0; i < tag.len; i++) {
		char c = tag.data[i];
		if (!(c >= 'a' && c <= 'z') && !ascii_is_digit(c) && c != '_' && c != '-')
			return false;
	}
	return true;
}

struct tags tags_copy(const struct tags *tags, struct arena *arena)
{
	struct tags copy = {.items = arena_alloc(arena, tags->count * sizeof(*copy.items)),
	                    .count = tags->count};

	for (size_t i = 0; i < tags->count; i++)
		copy.items[i] = arena_str(arena, tags->items[i]);
	return copy;
}

void tags_add_member(struct buf *json, const char *key, const struct tags *tags)
{
	json_add_key(json, key);
	buf_putc(json, '[');
	for (size_t i = 0; i < tags->count; i++) {
		json_add_comma(json);
		json_add_string(json, tags->items[i]);
	}
	buf_putc(json, ']');
}
