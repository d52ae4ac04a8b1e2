/* Any bytes at all, normalised: nothing crashes or reads astray, nothing grows, valid text stays
 * valid, and words never vanish altogether. The first byte says whether the mail was forwarded. */
#include <stdlib.h>

#include "fuzz.h"
#include "privacy/normalise.h"
#include "ticket/ballast.h"

static bool has_letter(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (ascii_is_alpha(text.data[i]))
			return true;
	return false;
}

static bool has_words(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] & 0x80)
			return true;
	return has_letter(text);
}

static void check_middle(struct str text, size_t bytes_max)
{
	struct ballast left_out = {0};
	struct buf out;
	buf_init(&out, SIZE_MAX);
	ballast_cut_middle(text, bytes_max, &out, &left_out);
	ENSURE(out.len <= bytes_max || out.len == text.len);
	ENSURE(utf8_valid(buf_str(&out)));
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ballast left_out = {0};
	struct ballast_index *index;
	struct buf plain, lean, out;
	if (size == 0)
		return 0;
	index = ballast_index_new();
	buf_init(&plain, SIZE_MAX);
	buf_init(&lean, SIZE_MAX);
	buf_init(&out, SIZE_MAX);
	normalise(str_make((const char *)data + 1, size - 1), &plain);
	ballast_cut_data(buf_str(&plain), &lean, &left_out);
	ENSURE(lean.len <= plain.len && utf8_valid(buf_str(&lean)));
	ballast_cut_lines(index, buf_str(&lean), data[0] & 1, &out, &left_out);
	ENSURE(out.len <= lean.len && utf8_valid(buf_str(&out)));
	ENSURE(!has_letter(buf_str(&lean)) || has_words(buf_str(&out)));
	ENSURE(ballast_is_any(&left_out) || str_eq(buf_str(&plain), buf_str(&out)));
	check_middle(buf_str(&plain), 1000);
	(void)ballast_is_forwarded(index, buf_str(&plain));
	ballast_index_free(index);
	buf_free(&plain);
	buf_free(&lean);
	buf_free(&out);
	return 0;
}
