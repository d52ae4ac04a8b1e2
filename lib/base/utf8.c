/* UTF-8 as of RFC 3629. Plain ASCII, which most tickets are, is processed eight bytes at a time. */
#include <string.h>

#include "base/str.h"

#define REPLACEMENT 0xFFFDu
#define HIGH_BITS UINT64_C(0x8080808080808080)

static size_t ascii_run(struct str text)
{
	size_t at = 0;
	uint64_t word;
	for (; at + sizeof(word) <= text.len; at += sizeof(word)) {
		memcpy(&word, text.data + at, sizeof(word));
		if (word & HIGH_BITS)
			break;
	}
	while (at < text.len && !((unsigned char)text.data[at] & 0x80))
		at++;
	return at;
}

/* Length of the well-formed character at the start of a text that is not empty (RFC 3629 section
 * 4); 0 when there is none. The second byte alone decides about overlong forms, surrogates and the
 * upper limit. */
static size_t character_bytes(struct str text)
{
	const unsigned char *s = (const unsigned char *)text.data;
	unsigned char low = 0x80, high = 0xBF;
	size_t bytes;
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xC2 && s[0] <= 0xDF)
		bytes = 2;
	else if (s[0] >= 0xE0 && s[0] <= 0xEF)
		bytes = 3;
	else if (s[0] >= 0xF0 && s[0] <= 0xF4)
		bytes = 4;
	else
		return 0;
	if (s[0] == 0xE0)
		low = 0xA0;
	else if (s[0] == 0xED)
		high = 0x9F;
	else if (s[0] == 0xF0)
		low = 0x90;
	else if (s[0] == 0xF4)
		high = 0x8F;
	if (text.len < bytes || s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < bytes; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	return bytes;
}

bool utf8_valid(struct str text)
{
	for (;;) {
		text = str_skip(text, ascii_run(text));
		if (text.len == 0)
			return true;
		size_t bytes = character_bytes(text);
		if (bytes == 0)
			return false;
		text = str_skip(text, bytes);
	}
}

struct str utf8_cut(struct str text, size_t bytes)
{
	if (text.len <= bytes)
		return text;
	size_t end = bytes;
	while (end > 0 && bytes - end < 3 && ((unsigned char)text.data[end] & 0xC0) == 0x80)
		end--;
	/* More than three continuation bytes in a row are not text: there is no character to keep
	 * whole. */
	if (((unsigned char)text.data[end] & 0xC0) == 0x80)
		end = bytes;
	return str_make(text.data, end);
}

struct str utf8_cut_chars(struct str text, size_t characters)
{
	size_t at = 0;
	for (; at < text.len && characters > 0; characters--) {
		size_t bytes = character_bytes(str_skip(text, at));
		at += bytes ? bytes : 1;
	}
	return str_make(text.data, at);
}

size_t utf8_chars(struct str text)
{
	size_t characters = 0;
	for (;;) {
		size_t plain = ascii_run(text);
		characters += plain;
		text = str_skip(text, plain);
		if (text.len == 0)
			return characters;
		size_t bytes = character_bytes(text);
		text = str_skip(text, bytes ? bytes : 1);
		characters++;
	}
}

uint32_t utf8_decode(struct str text, size_t *ret_bytes)
{
	ENSURE(text.len > 0);
	const unsigned char *s = (const unsigned char *)text.data;
	size_t bytes = character_bytes(text);
	*ret_bytes = bytes ? bytes : 1;
	switch (bytes) {
	case 1: return s[0];
	case 2: return (s[0] & 0x1Fu) << 6 | (s[1] & 0x3Fu);
	case 3: return (s[0] & 0x0Fu) << 12 | (s[1] & 0x3Fu) << 6 | (s[2] & 0x3Fu);
	case 4:
		return (s[0] & 0x07u) << 18 | (s[1] & 0x3Fu) << 12 | (s[2] & 0x3Fu) << 6 |
		       (s[3] & 0x3Fu);
	default: return REPLACEMENT;
	}
}

size_t utf8_encode(uint32_t code_point, char out[4])
{
	if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
		code_point = REPLACEMENT;
	if (code_point < 0x80) {
		out[0] = (char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		out[0] = (char)(0xC0 | code_point >> 6);
		out[1] = (char)(0x80 | (code_point & 0x3F));
		return 2;
	}
	if (code_point < 0x10000) {
		out[0] = (char)(0xE0 | code_point >> 12);
		out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
		out[2] = (char)(0x80 | (code_point & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | code_point >> 18);
	out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
	out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
	out[3] = (char)(0x80 | (code_point & 0x3F));
	return 4;
}
