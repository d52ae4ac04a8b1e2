/* jansson is the reader whose words are told, whichever library makes the tree: it says line and
 * column of the first fault. Its error texts may quote the document, so only known ones are passed
 * on. */
#include "base/json_load.h"

#include <jansson.h>
#include <string.h>

#include "base/json_memory.h"
#include "base/json_value.h"

void json_seed(uint64_t seed)
{
	json_set_alloc_funcs(json_memory_take, json_memory_give_back);
	/* 0 would make jansson ask the operating system for a seed. */
	json_object_seed(seed ? (size_t)seed : 1);
}

/* Our own words for each kind of error, and of jansson's texts only those that hold no part of the
 * document. */
static const char *reason_of(const json_error_t *error)
{
	static const char *const known[] = {
	        "string or '}' expected", "':' expected",           "'}' expected",
	        "']' expected",           "'[' or '{' expected",    "unexpected token",
	        "invalid token",          "unexpected newline",     "invalid escape",
	        "control character",      "invalid Unicode escape", "invalid Unicode",
	};
	switch ((int)json_error_code(error)) {
	case json_error_premature_end_of_input: return "ends too early";
	case json_error_end_of_input_expected: return "unexpected text after the document";
	case json_error_invalid_utf8: return "invalid UTF-8";
	case json_error_duplicate_key: return "duplicate key";
	case json_error_numeric_overflow: return "number out of range";
	case json_error_null_character: return "NUL character";
	default: break;
	}
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strncmp(error->text, known[i], strlen(known[i])) == 0)
			return known[i];
	return "invalid syntax";
}

json_t *json_load(struct str text, bool lenient, struct err *err)
{
	size_t flags = lenient ? 0 : JSON_REJECT_DUPLICATES;
	json_error_t error;

	json_memory_begin();
	json_t *tree = json_loadb(text.data, text.len, flags, &error);
	json_memory_end();
	if (!tree)
		err_set(err, "line %d, column %d: %s", error.line, error.column, reason_of(&error));
	return tree;
}

void json_load_free(json_t *tree)
{
	json_decref(tree);
}
