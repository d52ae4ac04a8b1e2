/* Repairs values that are valid JSON (RFC 8259) but cannot be read, and the commonest ones that are
 * not: one such value in one ticket must not cost the whole page it is on. Within strings \u0000
 * and an unpaired surrogate become U+FFFD, a control character a blank, and a byte that is no UTF-8
 * a question mark; a number beyond int64_t and double becomes null. */
#ifndef BASE_JSON_MEND_H
#define BASE_JSON_MEND_H

#include "base/str.h"

/* Repairs the text in place; everything else stays as it is, even if it is malformed. True when
 * anything was changed, so that parsing it again is worthwhile. */
bool json_mend(char *text, size_t len);

#endif
