/* The end of a view, where it grows. Private to the files that make views (decode.h). */
#ifndef PRIVACY_DECODE_PUSH_H
#define PRIVACY_DECODE_PUSH_H

#include "privacy/decode.h"

#define VIEW_REFERENCE_BYTES_MAX 24

/* What a byte may do at the end of a view; most do nothing. */
enum {
	VIEW_LETTER = 1, /* may show that a blank before it is none */
	VIEW_HEX = 2,    /* may complete an escape with a number */
	VIEW_SHORT = 4,  /* may complete an escape with a backslash */
	VIEW_SIGN = 8    /* begins or ends something else */
};
extern const unsigned char view_acts[256];

/* Makes room for `more` bytes. */
void view_reserve(struct view *view, size_t more);
void view_push_escape(struct view *view, char c, struct origin origin);

static inline bool view_is_full(const struct view *view)
{
	return view->text.len == view->text.cap ||
	       view->origins.cap - view->origins.len < sizeof(struct origin);
}

/* False when `c` completes nothing at the end, nor ends what could go on. */
static inline bool view_may_change(const struct view *view, char c)
{
	const struct buf *text = &view->text;
	unsigned act = view_acts[(unsigned char)c];
	if (view_is_full(view) || text->len <= view->reference + VIEW_REFERENCE_BYTES_MAX)
		return true;
	const char *end = text->data + text->len;
	return (act & VIEW_SIGN) || ((act & VIEW_LETTER) && end[-2] == ' ') ||
	       ((act & VIEW_SHORT) && end[-1] == '\\') ||
	       ((act & VIEW_HEX) &&
	        (end[-2] == '%' || end[-2] == '=' || end[-2] == 'x' || end[-4] == 'u'));
}

/* There must be room. */
static inline void view_append(struct view *view, char c, struct origin origin)
{
	struct origin *at = (struct origin *)(void *)(view->origins.data + view->origins.len);
	/* member by member: else they are put together in memory first, and waited for */
	at->start = origin.start;
	at->end = origin.end;
	at->depth = origin.depth;
	view->origins.len += sizeof(origin);
	view->text.data[view->text.len++] = c;
}

/* Puts a byte at the end, and decodes what it completes. Each byte is put once and taken away once,
 * so the time is linear. */
static inline void view_push(struct view *view, char c, struct origin origin)
{
	if (view_may_change(view, c))
		view_push_escape(view, c, origin);
	else
		view_append(view, c, origin);
}
/* The same for a byte that was decoded before; control characters become blanks. */
void view_push_decoded(struct view *view, char c, struct origin origin);
/* The byte that is `back` bytes before the end; a wall beyond the start. */
static inline char view_tail(const struct view *view, size_t back)
{
	return back <= view->text.len ? view->text.data[view->text.len - back] : WALL_KEPT;
}
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
