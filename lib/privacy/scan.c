/* The mask and the digit groups, which all finders use. */
#include "privacy/scan.h"

#include <string.h>

#define GROUPS_GAP_MAX 3

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

void mask_claim(struct mask *mask, size_t start, size_t end, enum pii_kind kind)
{
	ENSURE(start < end && end <= mask->len);
	/* Bytes that are not UTF-8 may follow a wall, which is then no part of their character. */
	while (start > 0 && is_continuation(mask->text[start]) && is_high(mask->text[start - 1]))
		start--;
	while (end < mask->len && is_continuation(mask->text[end]))
		end++;
	if (mask->recall)
		recall_add(mask->recall, kind, str_make(mask->text + start, end - start));
	memset(mask->text + start, WALL_CLAIM + (int)kind, end - start);
	mask->claims++;
}

void groups_init(struct groups *groups)
{
	*groups = (struct groups){0};
	buf_init(&groups->memory, SIZE_MAX);
	groups_forget(groups);
}

void groups_free(struct groups *groups)
{
	buf_free(&groups->memory);
}

void groups_forget(struct groups *groups)
{
	groups->claims = SIZE_MAX;
}

/* True for what any of the finders takes for a gap within a number. */
static bool may_join(const char *gap, size_t len)
{
	static const bool signs[256] = {
	        [' '] = true, ['-'] = true, ['.'] = true, ['/'] = true,  ['('] = true, [')'] = true,
	        ['+'] = true, [','] = true, ['_'] = true, ['\n'] = true, ['\r'] = true};
	for (size_t i = 0; i < len; i++)
		if (!signs[(unsigned char)gap[i]])
			return false;
	return true;
}

static void set_reaches(struct group *at, size_t count, const char *text)
{
	for (size_t i = count; i-- > 0;) {
		size_t end = at[i].start + at[i].len;
		at[i].reach = at[i].len;
		if (i + 1 < count && at[i + 1].start - end <= GROUPS_GAP_MAX &&
		    may_join(text + end, at[i + 1].start - end))
			at[i].reach += at[i + 1].reach;
	}
}

/* As buf_add() does, but without its cost for each. */
static inline void add_group(struct buf *memory, struct group group)
{
	if (memory->cap - memory->len < sizeof(group))
		buf_reserve(memory, memory->len + sizeof(group));
	memcpy(memory->data + memory->len, &group, sizeof(group));
	memory->len += sizeof(group);
}

void groups_read(struct groups *groups, const struct mask *mask)
{
	if (groups->claims == mask->claims)
		return;
	context_refresh(mask);
	buf_reset(&groups->memory);
	for (size_t at = 0; at < mask->len; at++) {
		if (!ascii_is_digit(mask->text[at]))
			continue;
		struct group group = {.start = at};
		while (at < mask->len && ascii_is_digit(mask->text[at]))
			at++;
		group.len = at - group.start;
		add_group(&groups->memory, group);
	}
	groups->at = (const struct group *)(const void *)groups->memory.data;
	groups->count = groups->memory.len / sizeof(struct group);
	set_reaches((struct group *)(void *)groups->memory.data, groups->count, mask->text);
	groups->claims = mask->claims;
}

bool scan_gap_is_one_of(struct str gap, const char *bytes)
{
	if (gap.len != 1)
		return false;
	while (*bytes && *bytes != gap.data[0])
		bytes++;
	return *bytes != '\0';
}

bool scan_in_uuid(const struct mask *mask, size_t at)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	const size_t len = sizeof(shape) - 1;
	size_t start = at;
	while (at - start < len &&
	       (ascii_is_alnum(mask_before(mask, start)) || mask_before(mask, start) == '-'))
		start--;
	if (mask->len - start < len || ascii_is_alnum(mask_at(mask, start + len)))
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = ascii_lower(mask->text[start + i]);
		bool hex = ascii_is_digit(c) || (c >= 'a' && c <= 'f');
		if (shape[i] == '-' ? c != '-' : !hex)
			return false;
	}
	return true;
}
