/* What is refused before jansson sees a document. */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include "base/str.h"

/* -1 with line, column and reason when the text is empty, has a NUL byte, nests deeper than
 * JSON_DEPTH_MAX or has more than JSON_CONTAINERS_MAX objects and arrays. */
int json_scan(struct str text, struct err *err) MUST_CHECK;

#endif
