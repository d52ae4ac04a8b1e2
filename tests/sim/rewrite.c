/* Writes the members of an object one by one, without those that are left out. */
#include "rewrite.h"

static bool is_kept(struct str key, const struct rewrite *rewrite)
{
	const char *const gone[] = {rewrite->without[0], rewrite->without[1], rewrite->key};

	for (size_t i = 0; i < ARRAY_LEN(gone); i++)
		if (gone[i] && str_eq(key, str_of(gone[i])))
			return false;
	return true;
}

void rewrite_object(struct buf *out, const struct json *object, const struct rewrite *rewrite)
{
	buf_putc(out, '{');
	for (struct json_each each = json_members(object); json_next(&each);)
		if (is_kept(each.key, rewrite)) {
			json_add_key(out, each.key.data);
			json_add_value(out, each.value);
		}
	if (rewrite->key) {
		json_add_key(out, rewrite->key);
		buf_puts(out, rewrite->value);
	}
	buf_putc(out, '}');
}

void rewrite_list(struct buf *out, const struct json *list, const struct rewrite *rewrite)
{
	buf_putc(out, '[');
	for (struct json_each each = json_items(list); json_next(&each);) {
		json_add_comma(out);
		rewrite_object(out, each.value, rewrite);
	}
	buf_putc(out, ']');
}
