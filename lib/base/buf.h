/* A growing buffer with a maximum size that is set when it is initialised. Adding past the maximum
 * adds nothing and sets `overflow`, so that code can add without checks and look once at the end.
 * The content is always followed by a NUL, which does not count. What is added must not point into
 * the buffer itself. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
	char *data; /* NULL until something was added */
	size_t len;
	size_t cap;
	size_t max;
	bool overflow;
};

void buf_init(struct buf *buf, size_t max);
/* Frees the memory; allowed for a zeroed one. Afterwards it is as after buf_init(). */
void buf_free(struct buf *buf);
/* Empties it and clears `overflow`; keeps the memory. */
void buf_reset(struct buf *buf);
/* Makes room for `more` bytes, as far as the maximum allows; never sets `overflow`. */
void buf_reserve(struct buf *buf, size_t more);
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_add_str(struct buf *buf, struct str text);
void buf_puts(struct buf *buf, const char *text);
static inline void buf_putc(struct buf *buf, char c)
{
	if (buf->cap - buf->len < 2 || buf->overflow) {
		buf_add(buf, &c, 1);
		return;
	}
	buf->data[buf->len++] = c;
	buf->data[buf->len] = '\0';
}
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_add_u64(struct buf *buf, uint64_t number);
void buf_add_count(struct buf *buf, uint64_t number); /* for people: "12,003" */
/* Both are valid until the next addition; buf_cstr() is never NULL. */
struct str buf_str(const struct buf *buf);
const char *buf_cstr(const struct buf *buf);
/* Gives the bytes (NUL-terminated, never NULL) to the caller, who frees them; the buffer is empty
 * afterwards. `ret_len` may be NULL. */
char *buf_take(struct buf *buf, size_t *ret_len) MUST_CHECK;

#endif
