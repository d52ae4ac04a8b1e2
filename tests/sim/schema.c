/* Checks strict schemas: the root is an object; every object lists all its properties as required
 * and allows no others; only certain keywords are allowed; nesting is limited. */
#include "schema.h"

#include <string.h>

#define LEVELS_MAX 10

static const char *const forbidden[] = {"allOf",
                                        "not",
                                        "if",
                                        "then",
                                        "else",
                                        "dependentRequired",
                                        "dependentSchemas",
                                        "minLength",
                                        "maxLength",
                                        "oneOf",
                                        "patternProperties"};
static const char *const types[] = {"string", "number", "integer", "boolean",
                                    "object", "array",  "null"};

static bool type_known(const struct json *type)
{
	if (json_is_array(type)) {
		for (struct json_each each = json_items(type); json_next(&each);)
			if (!type_known(each.value))
				return false;
		return json_item_count(type) > 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_eq(json_str_value(type), str_of(types[i])))
			return true;
	return false;
}

static bool required_has(const struct json *required, const char *key)
{
	for (struct json_each each = json_items(required); json_next(&each);)
		if (str_eq(json_str_value(each.value), str_of(key)))
			return true;
	return false;
}

static const char *check(const struct json *schema, int level);

static const char *check_object(const struct json *schema, int level)
{
	const struct json *properties = json_at(schema, "properties"),
	                  *required = json_at(schema, "required");
	bool more = true;
	if (!json_bool_at(schema, "additionalProperties", &more) || more)
		return "'additionalProperties' is required to be supplied and to be false";
	if (!json_is_object(properties) || !json_is_array(required) ||
	    json_item_count(required) != json_member_count(properties))
		return "'required' is required to be supplied and to be an array including every "
		       "key in properties";
	for (struct json_each each = json_members(properties); json_next(&each);) {
		const char *fault = required_has(required, each.key.data)
		                            ? check(each.value, level + 1)
		                            : "'required' must name every key in properties";
		if (fault)
			return fault;
	}
	return NULL;
}

static const char *check(const struct json *schema, int level)
{
	if (!json_is_object(schema))
		return "a schema must be an object";
	if (level > LEVELS_MAX)
		return "too many levels";
	for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
		if (json_at(schema, forbidden[i]))
			return "a key word that is not permitted";
	const struct json *type = json_at(schema, "type"), *any = json_at(schema, "anyOf");
	for (struct json_each each = json_items(any); json_next(&each);) {
		const char *fault = check(each.value, level + 1);
		if (fault)
			return fault;
	}
	if (!any && !json_at(schema, "enum") && !json_at(schema, "$ref") && !type_known(type))
		return "schema must have a 'type' key";
	if (str_eq(json_str_value(type), STR("object")))
		return check_object(schema, level);
	return json_at(schema, "items") ? check(json_at(schema, "items"), level + 1) : NULL;
}

const char *schema_fault(const struct json *schema)
{
	if (!str_eq(json_str_at(schema, "type"), STR("object")))
		return "schema must be a JSON Schema of 'type: \"object\"'";
	return check(schema, 1);
}
