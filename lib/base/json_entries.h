/* One entry of a list that is no JSON must not cost the others: it is taken out of the document and
 * its number stays, so that it can be asked for again by that. */
#ifndef BASE_JSON_ENTRIES_H
#define BASE_JSON_ENTRIES_H

#include "base/str.h"

/* Looks at the entries of the array `list` of the document's object, in place. Each one that
 * json_parse() refuses becomes {"id":N} with the number that it shows, or {} or null, and blanks.
 * Everything else stays as it is. Brackets and quotes must be balanced in the entry, otherwise
 * nobody knows where it ends. True when anything was changed, so that parsing it again is
 * worthwhile. Linear in the length. */
bool json_entries_mend(char *text, size_t len, const char *list) MUST_CHECK;

#endif
