/* Parsing with jansson, and errors in words that hold nothing of the document. */
#ifndef BASE_JSON_LOAD_H
#define BASE_JSON_LOAD_H

#include "base/str.h"

struct json_t; /* jansson's */

/* jansson's tree, or NULL with line, column and reason. Duplicate keys are refused unless
 * `lenient`. The text has passed json_scan(). */
struct json_t *json_load(struct str text, bool lenient, struct err *err) MUST_CHECK;
void json_load_free(struct json_t *tree);

#endif
