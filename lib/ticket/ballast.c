/* The order of the parts, and the names of the kinds. */
#include "ticket/ballast_parts.h"

#define WORD_BYTES_MAX 200 /* a longer one is cut within */

const char *ballast_kind_name(enum ballast_kind kind)
{
	static const char *const names[BALLAST_KINDS] = {
	        [BALLAST_PICTURE] = "picture",       [BALLAST_ENCODED] = "encoded_data",
	        [BALLAST_STYLE] = "style",           [BALLAST_QUOTE] = "earlier_mail",
	        [BALLAST_SIGNATURE] = "signature",   [BALLAST_FOOTER] = "legal_footer",
	        [BALLAST_REPEAT] = "repeated_lines", [BALLAST_EXCESS] = "excess"};

	ENSURE(kind < BALLAST_KINDS);
	return names[kind];
}

bool ballast_is_any(const struct ballast *ballast)
{
	for (size_t i = 0; i < BALLAST_KINDS; i++)
		if (ballast->bytes[i] > 0)
			return true;
	return false;
}

void ballast_cut_data(struct str text, struct buf *out, struct ballast *left_out)
{
	struct buf plain;

	buf_init(&plain, text.len + 1);
	ballast_style_cut(text, &plain, left_out);
	ballast_encoded_cut(buf_str(&plain), out, left_out);
	buf_free(&plain);
}

void ballast_cut_lines(const struct ballast_index *index, struct str text, bool forwarded,
                       struct buf *out, struct ballast *left_out)
{
	struct buf own;

	buf_init(&own, text.len + 1);
	ballast_mail_cut(index, text, forwarded, &own, left_out);
	ballast_repeat_cut(buf_str(&own), out, left_out);
	buf_free(&own);
}

/* The offset of the first word that begins at or behind `at`, close to it; the text's length if
 * none does. */
static size_t word_behind(struct str text, size_t at)
{
	for (size_t i = at; i < text.len && i < at + WORD_BYTES_MAX; i++)
		if (i > 0 && ascii_is_space(text.data[i - 1]))
			return i;
	return text.len;
}

/* The offset where the last word ends that ends at or before `at`, close to it; `at` cut to a
 * character if none does. */
static size_t word_before(struct str text, size_t at)
{
	for (size_t i = at; i > 0 && i + WORD_BYTES_MAX > at; i--)
		if (ascii_is_space(text.data[i]))
			return i;
	return utf8_cut(text, at).len;
}

void ballast_cut_middle(struct str text, size_t bytes_max, struct buf *out,
                        struct ballast *left_out)
{
	static const struct str words = {"\n[middle left out]\n", 19};

	if (text.len <= bytes_max || bytes_max < 4 * WORD_BYTES_MAX) {
		text = utf8_cut(text, bytes_max);
		buf_add_str(out, text);
		return;
	}
	size_t tail = bytes_max / 4, head = word_before(text, bytes_max - tail - words.len);
	size_t from = word_behind(text, text.len - tail);
	buf_add(out, text.data, head);
	buf_add_str(out, words);
	buf_add_str(out, str_skip(text, from));
	left_out->bytes[BALLAST_EXCESS] += (uint32_t)(from - head);
}

bool ballast_is_forwarded(const struct ballast_index *index, struct str subject)
{
	ptrdiff_t colon;

	subject = str_trim(subject);
	while ((colon = str_find_char(subject, ':')) > 0 && colon <= 16) {
		if (ballast_words_are(index, str_trim(str_make(subject.data, (size_t)colon)),
		                      WORDS_SUBJECT))
			return true;
		subject = str_trim(str_skip(subject, (size_t)colon + 1));
	}
	return false;
}
