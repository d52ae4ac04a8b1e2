/* jansson's side, with its own functions only. */
#include "json_pair.h"

#include <jansson.h>
#include <string.h>

#include "base/json_load.h"
#include "base/json_scan.h"

static void show(struct buf *out, json_t *value)
{
	const char *key;
	json_t *inner;
	size_t i;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		buf_printf(out, "{%zu ", json_object_size(value));
		json_object_foreach(value, key, inner)
		{
			buf_printf(out, "%zu:%s ", strlen(key), key);
			show(out, inner);
		}
		break;
	case JSON_ARRAY:
		buf_printf(out, "[%zu ", json_array_size(value));
		json_array_foreach(value, i, inner)
		{
			show(out, inner);
		}
		break;
	case JSON_STRING:
		buf_printf(out, "%zu:%s ", json_string_length(value), json_string_value(value));
		break;
	case JSON_INTEGER: buf_printf(out, "%lld ", (long long)json_integer_value(value)); break;
	case JSON_REAL: buf_printf(out, "%a ", json_real_value(value)); break;
	case JSON_TRUE: buf_puts(out, "true "); break;
	case JSON_FALSE: buf_puts(out, "false "); break;
	case JSON_NULL: buf_puts(out, "null "); break;
	}
}

bool json_pair_jansson(struct str text, bool lenient, struct buf *tree, struct err *err)
{
	if (json_scan(text, err) < 0)
		return false;
	json_t *root = json_load(text, lenient, err);
	if (!root)
		return false;
	show(tree, root);
	json_load_free(root);
	return true;
}
