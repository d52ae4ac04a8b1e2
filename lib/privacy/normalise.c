/* Normalises in one walk over the text. Almost all of it is printable ASCII, which is copied in
 * runs; every other character is removed, or becomes a blank, a line end or ASCII, or stays.
 * Everything written is a fixed point, so a second walk changes nothing. */
#include "privacy/normalise.h"

#include "privacy/compat.h"

#define NEXT_LINE 0x85u
#define LINE_SEPARATOR 0x2028u
#define PARAGRAPH_SEPARATOR 0x2029u

struct range {
	uint32_t first;
	uint32_t last;
};

/* Invisible characters that could keep a pattern from matching: control characters (Cc), what
 * Unicode calls default ignorable (joiners, directions, fillers, variation selectors, tags), the
 * enclosing keycap, and noncharacters. */
static const struct range invisible[] = {
        {0x7F, 0x84},       {0x86, 0x9F},       {0xAD, 0xAD},     {0x34F, 0x34F},
        {0x61C, 0x61C},     {0x115F, 0x1160},   {0x17B4, 0x17B5}, {0x180B, 0x180F},
        {0x200B, 0x200F},   {0x202A, 0x202E},   {0x2060, 0x206F}, {0x20E3, 0x20E3},
        {0x3164, 0x3164},   {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF}, {0x1BCA0, 0x1BCA3},
        {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

static const struct range blanks[] = {
        {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A}, {0x202F, 0x202F},
        {0x205F, 0x205F}, {0x2800, 0x2800}, {0x3000, 0x3000},
};

static bool is_in_ranges(const struct range *ranges, size_t count, uint32_t code_point)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (ranges[middle].last < code_point)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && ranges[low].first <= code_point;
}

static bool is_plain_byte(char c)
{
	return (c >= ' ' && c <= '~') || c == '\n' || c == '\t';
}

/* Handles the ASCII control character that `text` starts with; returns how many bytes were
 * consumed. */
static size_t add_control(struct str text, struct buf *out)
{
	switch (text.data[0]) {
	case '\r':
		if (text.len == 1 || text.data[1] != '\n')
			buf_putc(out, '\n');
		break;
	case '\v':
	case '\f': buf_putc(out, ' '); break;
	default: break;
	}
	return 1;
}

static size_t add_character(struct str text, struct buf *out)
{
	size_t bytes;
	uint32_t code_point = utf8_decode(text, &bytes);
	char form[4];
	size_t len;
	if (code_point < 0x80)
		return add_control(text, out);
	if (code_point == NEXT_LINE || code_point == LINE_SEPARATOR ||
	    code_point == PARAGRAPH_SEPARATOR)
		buf_putc(out, '\n');
	else if (is_in_ranges(invisible, ARRAY_LEN(invisible), code_point))
		return bytes;
	else if (is_in_ranges(blanks, ARRAY_LEN(blanks), code_point))
		buf_putc(out, ' ');
	else if ((len = compat_ascii(code_point, form)) > 0)
		buf_add(out, form, len);
	else /* encoded again, because an invalid byte was decoded as U+FFFD */
		buf_add(out, form, utf8_encode(code_point, form));
	return bytes;
}

void normalise(struct str text, struct buf *out)
{
	size_t at = 0;
	while (at < text.len) {
		size_t start = at;
		while (at < text.len && is_plain_byte(text.data[at]))
			at++;
		buf_add(out, text.data + start, at - start);
		if (at < text.len)
			at += add_character(str_skip(text, at), out);
	}
}
