/* Tables of letters and their forms. */
#include "llm/company_fold.h"

#include "base/base.h"

/* Latin letters with accents, U+00C0 to U+017F, by their base letter; '?' = it has none. */
static const char latin[] = "aaaaaaaceeeeiiiidnooooo?ouuuuy?saaaaaaaceeeeiiiidnooooo?ouuuuy?y"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                            "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
_Static_assert(sizeof(latin) == 0x180 - 0xC0 + 1, "one letter each");

char company_look_alike(uint32_t c)
{
	static const struct {
		uint32_t from;
		char to;
	} pairs[] = {{0x430, 'a'}, {0x435, 'e'}, {0x43E, 'o'}, {0x440, 'p'}, {0x441, 'c'},
	             {0x443, 'y'}, {0x445, 'x'}, {0x456, 'i'}, {0x458, 'j'}, {0x455, 's'},
	             {0x43A, 'k'}, {0x442, 't'}, {0x43C, 'm'}, {0x43D, 'h'}, {0x432, 'b'},
	             {0x3B1, 'a'}, {0x3B5, 'e'}, {0x3B9, 'i'}, {0x3BA, 'k'}, {0x3BF, 'o'},
	             {0x3C1, 'p'}, {0x3C4, 't'}, {0x3C5, 'u'}, {0x3C7, 'x'}, {0x3BD, 'v'},
	             {0x501, 'd'}, {0x4BB, 'h'}, {0x261, 'g'}, {0x131, 'i'}};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		if (pairs[i].from == c)
			return pairs[i].to;
	return '\0';
}

/* Letters and digits that are only drawn in another way: full width, bold, script …, in circles. */
static uint32_t usual_form(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		return c - 0xFF01 + '!';
	if (c >= 0x24B6 && c <= 0x24E9)
		return 'a' + (c - 0x24B6) % 26;
	if (c >= 0x1D400 && c <= 0x1D6A3)
		return 'a' + (c - 0x1D400) % 26;
	if (c >= 0x1D7CE && c <= 0x1D7FF)
		return '0' + (c - 0x1D7CE) % 10;
	return c;
}

static uint32_t small_letter(uint32_t c)
{
	c = usual_form(c);
	if (c >= 'A' && c <= 'Z')
		return c + 32;
	if (c >= 0xC0 && c < 0x180)
		return (uint32_t)(unsigned char)latin[c - 0xC0];
	if (c >= 0x410 && c <= 0x42F)
		return c + 32; /* Cyrillic */
	if (c >= 0x400 && c <= 0x40F)
		return c + 80;
	if (c >= 0x391 && c <= 0x3A9)
		return c + 32; /* Greek */
	if (c == 0x451)
		return 0x435;
	return c;
}

static bool is_mark(uint32_t c)
{
	return c >= 0x300 && c <= 0x36F;
}

static bool is_separator(uint32_t c)
{
	return c <= ' ' || c == '-' || c == '_' || c == '*' || c == '`' || c == '~' || c == '|' ||
	       (c >= 0x2010 && c <= 0x2015) || c == 0xA0;
}

void company_fold(struct str text, struct buf *out)
{
	size_t bytes;
	char encoded[4];

	for (; text.len > 0; text = str_skip(text, bytes)) {
		uint32_t c = utf8_decode(text, &bytes);

		if (is_mark(c))
			continue;
		if (is_separator(c)) {
			if (out->len > 0 && out->data[out->len - 1] != ' ')
				buf_putc(out, ' ');
			continue;
		}
		buf_add(out, encoded, utf8_encode(small_letter(c), encoded));
	}
}
