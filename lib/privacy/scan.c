/* The mask and the digit groups: the ground all finders stand on. */
#include "privacy/scan.h"

#include <string.h>

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

void mask_claim(struct mask *mask, size_t start, size_t end, enum pii_kind kind)
{
	ENSURE(start < end && end <= mask->len);
	while (start > 0 && is_continuation(mask->text[start]))
		start--;
	while (end < mask->len && is_continuation(mask->text[end]))
		end++;
	memset(mask->text + start, WALL_CLAIM + (int)kind, end - start);
	mask->claims++;
}

struct groups groups_read(const struct mask *mask, struct buf *memory)
{
	buf_reset(memory);
	size_t count = 0;
	for (size_t at = 0; at < mask->len; at++) {
		if (!ascii_is_digit(mask->text[at]))
			continue;
		struct group group = {.start = at};
		while (at < mask->len && ascii_is_digit(mask->text[at]))
			at++;
		group.len = at - group.start;
		buf_add(memory, &group, sizeof(group));
		count++;
	}
	return (struct groups){.at = (const struct group *)(const void *)memory->data, .count = count};
}

struct str groups_gap(const struct mask *mask, const struct groups *groups, size_t group, size_t most)
{
	if (group + 1 >= groups->count)
		return str_make(NULL, 0);
	size_t start = groups->at[group].start + groups->at[group].len;
	size_t len = groups->at[group + 1].start - start;
	return len <= most ? str_make(mask->text + start, len) : str_make(NULL, 0);
}

bool gap_is_one_of(struct str gap, const char *bytes)
{
	return gap.len == 1 && strchr(bytes, gap.data[0]) && gap.data[0];
}

bool in_uuid(const struct mask *mask, size_t at)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	const size_t len = sizeof(shape) - 1;
	size_t start = at;
	while (at - start < len && (ascii_is_alnum(mask_before(mask, start)) || mask_before(mask, start) == '-'))
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
