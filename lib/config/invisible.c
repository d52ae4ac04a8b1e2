/* Finds the first invisible character. The ranges are Unicode's default ignorable characters
 * (Default_Ignorable_Code_Point of DerivedCoreProperties) and its blanks other than the space (Zs,
 * Zl, Zp), and the braille blank. */
#include "config/invisible.h"

static const struct {
	uint32_t first, last;
	const char *name; /* what people call it */
} invisible[] = {
        {0x85, 0x85, "next line"},
        {0xA0, 0xA0, "no-break space"},
        {0xAD, 0xAD, "soft hyphen"},
        {0x34F, 0x34F, "joiner"},
        {0x61C, 0x61C, "direction mark"},
        {0x115F, 0x1160, "filler"},
        {0x1680, 0x1680, "space"},
        {0x17B4, 0x17B5, "vowel"},
        {0x180B, 0x180F, "variation selector"},
        {0x2000, 0x200A, "space"},
        {0x200B, 0x200B, "zero-width space"},
        {0x200C, 0x200D, "zero-width joiner"},
        {0x200E, 0x200F, "direction mark"},
        {0x2028, 0x2029, "line separator"},
        {0x202A, 0x202E, "direction mark"},
        {0x202F, 0x202F, "narrow no-break space"},
        {0x205F, 0x205F, "space"},
        {0x2060, 0x206F, "word joiner"},
        {0x2800, 0x2800, "braille blank"},
        {0x3000, 0x3000, "ideographic space"},
        {0x3164, 0x3164, "filler"},
        {0xFE00, 0xFE0F, "variation selector"},
        {0xFEFF, 0xFEFF, "byte order mark"},
        {0xFFA0, 0xFFA0, "filler"},
        {0xFFF0, 0xFFFB, "annotation"},
        {0x1BCA0, 0x1BCA3, "format control"},
        {0x1D173, 0x1D17A, "format control"},
        {0xE0000, 0xE0FFF, "tag"},
};

static const char *name_of(uint32_t code_point)
{
	for (size_t i = 0; i < ARRAY_LEN(invisible); i++)
		if (code_point >= invisible[i].first && code_point <= invisible[i].last)
			return invisible[i].name;
	return NULL;
}

int invisible_refuse(struct str text, struct err *err)
{
	size_t bytes;

	for (size_t at = 0; at < text.len; at += bytes) {
		uint32_t code_point = utf8_decode(str_skip(text, at), &bytes);
		const char *name = code_point < 0x80 ? NULL : name_of(code_point);

		if (name)
			return err_set(err,
			               "has an invisible character %s, U+%04X (%s): write the "
			               "value again without it",
			               at == 0                  ? "at its beginning"
			               : at + bytes == text.len ? "at its end"
			                                        : "in it",
			               (unsigned)code_point, name);
	}
	return 0;
}
