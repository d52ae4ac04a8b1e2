/* Finds what yyjson accepts and jansson does not: NUL in strings, integers beyond int64_t, numbers
 * too large for anything (yyjson leaves them as text), a root that is no container, and keys that
 * an object has twice. Also what json_scan() bounds: depth and the number of containers. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_yyjson.h"

/* Up to so many keys each is compared with each. */
#define FEW_KEYS 8
#define SLOTS_ON_STACK 256

static bool same_key(yyjson_val *a, yyjson_val *b)
{
	size_t len = yyjson_get_len(a);

	return len == yyjson_get_len(b) && memcmp(yyjson_get_str(a), yyjson_get_str(b), len) == 0;
}

static yyjson_val *next_key(yyjson_val *key)
{
	return unsafe_yyjson_get_next(key + 1);
}

static bool few_repeat(yyjson_val *object, size_t count)
{
	yyjson_val *keys[FEW_KEYS], *key = unsafe_yyjson_get_first(object);

	for (size_t i = 0; i < count; i++, key = next_key(key)) {
		for (size_t j = 0; j < i; j++)
			if (same_key(keys[j], key))
				return true;
		keys[i] = key;
	}
	return false;
}

/* Of the length and the bytes at both ends; who wants collisions gets them, see many_repeat(). */
static uint32_t hash_of(yyjson_val *key)
{
	const char *text = yyjson_get_str(key);
	size_t len = yyjson_get_len(key);
	uint64_t head = 0, tail = 0;

	if (len >= 8) {
		memcpy(&head, text, 8);
		memcpy(&tail, text + len - 8, 8);
	} else if (len >= 4) {
		memcpy(&head, text, 4);
		memcpy(&tail, text + len - 4, 4);
	} else if (len > 0) {
		head = (unsigned char)text[0] | (uint64_t)(unsigned char)text[len / 2] << 8;
		tail = (unsigned char)text[len - 1];
	}
	uint64_t hash = (head ^ len) * UINT64_C(0x9E3779B97F4A7C15);
	hash = (hash ^ hash >> 32 ^ tail) * UINT64_C(0xD6E8FEB86659FD93);
	return (uint32_t)(hash >> 32);
}

static int compare_keys(const void *a, const void *b)
{
	yyjson_val *one = *(yyjson_val *const *)a, *other = *(yyjson_val *const *)b;
	size_t len = yyjson_get_len(one), other_len = yyjson_get_len(other);

	if (len != other_len)
		return len < other_len ? -1 : 1;
	return memcmp(yyjson_get_str(one), yyjson_get_str(other), len);
}

static bool sorted_repeat(yyjson_val *object, size_t count)
{
	yyjson_val **keys = xcalloc(count, sizeof(*keys)), *key = unsafe_yyjson_get_first(object);
	bool found = false;

	for (size_t i = 0; i < count; i++, key = next_key(key))
		keys[i] = key;
	qsort(keys, count, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < count && !found; i++)
		found = same_key(keys[i - 1], keys[i]);
	free(keys);
	return found;
}

/* Puts the keys into a table. Keys that collide too often are sorted instead. */
static bool hashed_repeat(yyjson_val *object, size_t count, uint32_t *slots, size_t slot_count)
{
	size_t collisions_left = 4 * count;
	yyjson_val *key = unsafe_yyjson_get_first(object);

	for (size_t i = 0; i < count; i++, key = next_key(key)) {
		size_t at = hash_of(key) & (slot_count - 1);
		for (; slots[at]; at = (at + 1) & (slot_count - 1)) {
			if (same_key(object + slots[at], key))
				return true;
			if (collisions_left-- == 0)
				return sorted_repeat(object, count);
		}
		slots[at] = (uint32_t)(key - object);
	}
	return false;
}

static bool many_repeat(yyjson_val *object, size_t count)
{
	uint32_t small[SLOTS_ON_STACK];
	size_t slot_count = 32;

	while (slot_count < 2 * count)
		slot_count *= 2;
	if (slot_count <= SLOTS_ON_STACK) {
		memset(small, 0, slot_count * sizeof(*small));
		return hashed_repeat(object, count, small, slot_count);
	}
	uint32_t *slots = xcalloc(slot_count, sizeof(*slots));
	bool found = hashed_repeat(object, count, slots, slot_count);
	free(slots);
	return found;
}

static bool has_repeats(yyjson_val *object)
{
	size_t count = yyjson_obj_size(object);

	return count <= FEW_KEYS ? few_repeat(object, count) : many_repeat(object, count);
}

static bool is_refused(yyjson_val *value, bool may_hold_nul)
{
	switch (yyjson_get_type(value)) {
	case YYJSON_TYPE_STR:
		return may_hold_nul && memchr(yyjson_get_str(value), 0, yyjson_get_len(value));
	case YYJSON_TYPE_NUM: return yyjson_is_uint(value) && yyjson_get_uint(value) > INT64_MAX;
	case YYJSON_TYPE_RAW: return true;
	default: return false;
	}
}

enum json_verdict json_yyjson_check(yyjson_doc *doc, bool may_hold_nul)
{
	yyjson_val *root = yyjson_doc_get_root(doc), *ends[JSON_DEPTH_MAX];
	yyjson_val *end = root + yyjson_doc_get_val_count(doc);
	size_t depth = 0, containers = 0;
	bool repeated = false;

	if (!yyjson_is_ctn(root))
		return JSON_REFUSED;
	for (yyjson_val *value = root; value < end; value++) {
		while (depth > 0 && value == ends[depth - 1])
			depth--;
		if (!yyjson_is_ctn(value)) {
			if (is_refused(value, may_hold_nul))
				return JSON_REFUSED;
			continue;
		}
		if (depth == JSON_DEPTH_MAX || ++containers > JSON_CONTAINERS_MAX)
			return JSON_REFUSED;
		ends[depth++] = unsafe_yyjson_get_next(value);
		repeated = repeated || (yyjson_is_obj(value) && has_repeats(value));
	}
	return repeated ? JSON_REPEATED : JSON_FINE;
}
