/* What json.c needs of the library that parses. */
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H

#include "base/json_value.h"

/* The document, or NULL with line, column and reason; as strict as base/json.h promises. `lenient`:
 * duplicate keys are allowed, and the last one counts. */
struct json *json_read(struct str text, bool lenient, struct err *err) MUST_CHECK;

#endif
