/* What yyjson accepts and we do not, for json_yyjson.c only. */
#ifndef BASE_JSON_YYJSON_H
#define BASE_JSON_YYJSON_H

#include <yyjson.h>

#include "base/buf.h"

enum json_verdict {
	JSON_FINE,
	JSON_REPEATED, /* an object has a key twice; nothing else is wrong */
	JSON_REFUSED,
};
/* Looks at each value, in time that is linear in their number, but for objects whose keys were
 * chosen to collide, which are sorted. `may_hold_nul`: whether strings are to be searched. */
enum json_verdict json_yyjson_check(yyjson_doc *doc, bool may_hold_nul);
/* Appends the document with each key once: at its first place, with its last value. */
void json_yyjson_merge(struct buf *out, yyjson_val *value);

#endif
