/* The mask and the digit groups, which all finders use. */
#include "privacy/scan.h"

#include <string.h>

#define GROUPS_GAP_MAX 3
#define BLOCK_BYTES 256u

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

/* What any of the finders takes for a gap within a number. */
static const bool signs[256] = {
        [' '] = true, ['-'] = true, ['.'] = true, ['/'] = true,  ['('] = true, [')'] = true,
        ['+'] = true, [','] = true, ['_'] = true, ['\n'] = true, ['\r'] = true};

/* True when the gap from `start` on may be within a number. Groups and gaps are short and follow
 * no order, so branches are wrong half of the time: there are none here, nor where groups begin and
 * end. */
static bool may_join(const char *text, size_t start, size_t len)
{
	size_t second = start + (len > 1), third = start + (len > 2 ? 2 : 0);
	return (len <= GROUPS_GAP_MAX) & signs[(unsigned char)text[start]] &
	       signs[(unsigned char)text[second]] & signs[(unsigned char)text[third]];
}

static void set_reaches(struct group *at, size_t count, const char *text)
{
	size_t reach = 0, next = 0;
	for (size_t i = count; i-- > 0;) {
		size_t end = at[i].start + at[i].len;
		bool joined = reach > 0 && may_join(text, end, next - end);
		reach = at[i].len + (joined ? reach : 0);
		at[i].reach = reach;
		next = at[i].start;
	}
}

/* Where digits begin and where they end, in turn, in `bytes` bytes from `start` on; `inside`: the
 * byte before them is a digit. */
static size_t find_edges(const char *text, size_t start, size_t bytes, bool *inside, size_t *edges)
{
	size_t count = 0;
	bool before = *inside;
	for (size_t at = start; at < start + bytes; at++) {
		bool digit = ascii_is_digit(text[at]);
		edges[count] = at;
		count += digit != before;
		before = digit;
	}
	*inside = before;
	return count;
}

/* The last group may not have ended yet. */
static void add_edges(struct buf *memory, const size_t *edges, size_t count, bool *open)
{
	struct group *group;
	buf_reserve(memory, (count + 1) * sizeof(*group));
	for (size_t i = 0; i < count; i++, *open = !*open) {
		group = (struct group *)(void *)(memory->data + memory->len);
		if (*open) {
			group->len = edges[i] - group->start;
			memory->len += sizeof(*group);
		} else {
			group->start = edges[i];
		}
	}
}

void groups_read(struct groups *groups, const struct mask *mask)
{
	size_t edges[BLOCK_BYTES], count;
	bool inside = false, open = false;
	if (groups->claims == mask->claims)
		return;
	context_refresh(mask);
	buf_reset(&groups->memory);
	for (size_t at = 0, bytes; at < mask->len; at += bytes) {
		bytes = mask->len - at < BLOCK_BYTES ? mask->len - at : BLOCK_BYTES;
		count = find_edges(mask->text, at, bytes, &inside, edges);
		add_edges(&groups->memory, edges, count, &open);
	}
	if (open)
		add_edges(&groups->memory, &mask->len, 1, &open);
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
