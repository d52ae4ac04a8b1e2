/* What is good JSON (RFC 8259) and cannot be read, or says nothing: one such value in one ticket
 * must not cost the whole page it is on. Within strings \u0000 and a surrogate without its other
 * half become U+FFFD; a number beyond int64_t and double becomes null. */
#ifndef BASE_JSON_MEND_H
#define BASE_JSON_MEND_H

#include "base/str.h"

/* In place, all else stays as it is, also what is wrong otherwise. Whether anything was changed:
 * then it is worth another reading. */
bool json_mend(char *text, size_t len);

#endif
