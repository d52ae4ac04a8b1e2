/* The growing buffer. Doubling keeps additions cheap; the maximum keeps a hostile reply from
 * growing it without end. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST_CAP ((size_t)256)

void buf_init(struct buf *buf, size_t max)
{
	/* The limit leaves room to double and to add the NUL without overflow. */
	*buf = (struct buf){.max = max < PTRDIFF_MAX / 2 ? max : PTRDIFF_MAX / 2};
}

void buf_free(struct buf *buf)
{
	free(buf->data);
	buf_init(buf, buf->max);
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->overflow = false;
	if (buf->data)
		buf->data[0] = '\0';
}

/* Makes room for `more` bytes and the NUL; `more` must fit below the maximum. Something big that is
 * added at once, or was announced, gets what it needs and no more. */
static void grow_to_hold(struct buf *buf, size_t more)
{
	size_t needed = buf->len + more + 1;
	if (needed <= buf->cap)
		return;
	size_t cap = buf->cap ? 2 * buf->cap : BUF_FIRST_CAP;
	if (cap < needed)
		cap = needed;
	if (cap > buf->max + 1)
		cap = buf->max + 1;
	bool first = !buf->data;
	buf->data = xrealloc(buf->data, cap);
	buf->cap = cap;
	if (first)
		buf->data[0] = '\0';
}

void buf_reserve(struct buf *buf, size_t more)
{
	size_t left = buf->max - buf->len;
	grow_to_hold(buf, more < left ? more : left);
}

/* False when the addition must be dropped. */
static bool make_room(struct buf *buf, size_t more)
{
	if (buf->overflow || more > buf->max - buf->len) {
		buf->overflow = true;
		return false;
	}
	grow_to_hold(buf, more);
	return true;
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
	if (len == 0)
		return;
	/* most additions fit */
	if ((buf->overflow || len >= buf->cap - buf->len) && !make_room(buf, len))
		return;
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void buf_add_str(struct buf *buf, struct str text)
{
	buf_add(buf, text.data, text.len);
}

void buf_puts(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	va_list again;
	va_copy(again, args);
	size_t room = buf->data ? buf->cap - buf->len : 0;
	int len = vsnprintf(buf->data ? buf->data + buf->len : NULL, room, format, args);
	if (len < 0) /* longer than an int, or cannot be encoded */
		buf->overflow = true;
	else if (len > 0 && make_room(buf, (size_t)len)) {
		if ((size_t)len >= room)
			vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
		buf->len += (size_t)len;
	}
	if (buf->data)
		buf->data[buf->len] = '\0';
	va_end(again);
	va_end(args);
}

void buf_add_u64(struct buf *buf, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	buf_add(buf, digits + at, sizeof(digits) - at);
}

void buf_add_count(struct buf *buf, uint64_t number)
{
	char digits[20 + 6];
	size_t at = sizeof(digits);

	for (size_t count = 0; count == 0 || number > 0; count++, number /= 10) {
		if (count > 0 && count % 3 == 0)
			digits[--at] = ',';
		digits[--at] = (char)('0' + number % 10);
	}
	buf_add(buf, digits + at, sizeof(digits) - at);
}

struct str buf_str(const struct buf *buf)
{
	return str_make(buf_cstr(buf), buf->len);
}

const char *buf_cstr(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}

char *buf_take(struct buf *buf, size_t *ret_len)
{
	if (ret_len)
		*ret_len = buf->len;
	char *data = buf->data ? buf->data : xstrdup("");
	buf_init(buf, buf->max);
	return data;
}
