/* The end of a view, where it grows. Private to the files that make views (decode.h). */
#ifndef PRIVACY_DECODE_PUSH_H
#define PRIVACY_DECODE_PUSH_H

#include "privacy/decode.h"

/* Puts a byte at the end, and decodes what it completes. Each byte is put once and taken away once,
 * so the time is linear. */
void view_push(struct view *view, char c, struct origin origin);
/* The same for a byte that was decoded before; control characters become blanks. */
void view_push_decoded(struct view *view, char c, struct origin origin);
/* The byte that is `back` bytes before the end; a wall beyond the start. */
char view_tail(const struct view *view, size_t back);
void view_drop_tail(struct view *view, size_t bytes);

/* The value of a hexadecimal digit; -1 for another byte. */
static inline int escape_digit(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
