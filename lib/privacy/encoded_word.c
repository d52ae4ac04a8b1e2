/* Decodes encoded words. Their character set is taken for UTF-8: what is looked for is ASCII in all
 * the usual ones. What the form Q says is mapped to the signs that say it; a word in base64 is
 * taken out as a whole. */
#include "privacy/encoded_word.h"

#include <string.h>

#include "privacy/decode_push.h"

#define CHARSET_BYTES_MAX 40

/* What is between "=?utf-8?q?" and "?="; data == NULL when it is no encoded word. A text has no
 * question mark, so the next one ends the search. */
static struct str word_text(const struct mask *mask, size_t at, char *ret_form)
{
	size_t charset = at + 2, form = charset, end;
	while (form - charset < CHARSET_BYTES_MAX &&
	       (ascii_is_alnum(mask_at(mask, form)) || mask_at(mask, form) == '-' ||
	        mask_at(mask, form) == '_' || mask_at(mask, form) == '*'))
		form++;
	*ret_form = ascii_lower(mask_at(mask, form + 1));
	if (mask_at(mask, at) != '=' || mask_at(mask, at + 1) != '?' || form == charset ||
	    mask_at(mask, form) != '?' || (*ret_form != 'q' && *ret_form != 'b') ||
	    mask_at(mask, form + 2) != '?')
		return (struct str){0};
	end = form += 3;
	while (!is_wall(mask_at(mask, end)) && mask->text[end] != '?' && mask->text[end] != '\n')
		end++;
	if (end == form || mask_at(mask, end) != '?' || mask_at(mask, end + 1) != '=')
		return (struct str){0};
	return str_make(mask->text + form, end - form);
}

static void push_printable(struct view *view, const struct mask *mask, struct str text)
{
	size_t at = (size_t)(text.data - mask->text), end = at + text.len;
	while (at < end) {
		struct origin origin = {.start = (uint32_t)at, .end = (uint32_t)at + 1, .depth = 1};
		char c = mask->text[at++];
		int high = escape_digit(mask_at(mask, at)),
		    low = escape_digit(mask_at(mask, at + 1));
		if (c == '=' && at + 1 < end && high >= 0 && low >= 0) {
			c = (char)(high * 16 + low);
			at += 2;
			origin.end = (uint32_t)at;
		} else if (c == '_') {
			c = ' ';
		}
		view_push_decoded(view, c, origin);
	}
}

static int base64_value(char c)
{
	static const char signs[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c ? strchr(signs, c) : NULL;
	return found ? (int)(found - signs) : -1;
}

static void push_base64(struct view *view, struct str text, struct origin origin)
{
	uint32_t bits = 0;
	unsigned count = 0;
	for (size_t i = 0; i < text.len; i++) {
		int value = base64_value(text.data[i]);
		if (value < 0)
			continue;
		bits = bits << 6 | (uint32_t)value;
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		view_push_decoded(view, (char)(bits >> count & 0xFF), origin);
	}
}

/* Blanks between encoded words only separate them. */
static void join_words(struct view *view)
{
	size_t at = view->text.len;
	while (at > view->word_end && ascii_is_space(view->text.data[at - 1]))
		at--;
	if (at == view->word_end && at > 0)
		view_drop_tail(view, view->text.len - at);
}

size_t encoded_word_push(struct view *view, const struct mask *mask, size_t at)
{
	char form;
	struct str text = word_text(mask, at, &form);
	if (!text.data)
		return at;
	size_t end = (size_t)(text.data - mask->text) + text.len + 2;
	join_words(view);
	if (form == 'q')
		push_printable(view, mask, text);
	else
		push_base64(
		        view, text,
		        (struct origin){.start = (uint32_t)at, .end = (uint32_t)end, .depth = 1});
	view->word_end = view->text.len;
	return end;
}
