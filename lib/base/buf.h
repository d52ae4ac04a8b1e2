/* A growing buffer that is given its maximum at birth. Adding past the maximum adds nothing more
 * and sets `overflow`; the builder goes on without checks and looks once at the end. The content
 * always has a NUL behind it, which does not count. What is added must not point into the buffer
 * itself. */
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
/* also good for a zeroed one; afterwards as after buf_init */
void buf_free(struct buf *buf);
void buf_reset(struct buf *buf);                /* empty, no overflow; keeps the memory */
void buf_reserve(struct buf *buf, size_t more); /* a hint: stops at the maximum, never overflows */
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_add_str(struct buf *buf, struct str text);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_add_u64(struct buf *buf, uint64_t number);
struct str buf_str(const struct buf *buf);
const char *buf_cstr(const struct buf *buf); /* never NULL */
/* Hands the bytes (NUL-terminated, never NULL) to the caller, who frees them; the buffer is empty
 * afterwards. */
char *buf_take(struct buf *buf, size_t *ret_len) MUST_CHECK;

#endif
