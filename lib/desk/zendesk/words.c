/* Makes foreign words fit for a log line in two passes: first the characters, then the credentials.
 * The second pass works on runs of characters that tokens are made of, and on what stands between
 * them. */
#include "desk/zendesk/words.h"

#define INPUT_BYTES_MAX 4096 /* what follows would be cut off anyhow */
#define OPAQUE_RUN_LEAST 20
#define PLAIN_WORD_MOST 16

static const struct str HIDDEN = {"[hidden]", 8};

/* Zero-width and direction marks, and other format characters that are not displayed. */
static bool is_invisible(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
	       (c >= 0xE0000 && c <= 0xE007F);
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x2028 ||
	       c == 0x2029;
}

static void add_visible(struct buf *out, struct str text)
{
	bool blank = false;
	while (text.len > 0) {
		size_t bytes;
		uint32_t c = utf8_decode(text, &bytes);
		text = str_skip(text, bytes);
		if (is_blank(c)) {
			blank = true;
			continue;
		}
		if (is_invisible(c))
			continue;
		if (blank && out->len > 0)
			buf_putc(out, ' ');
		blank = false;
		char encoded[4];
		buf_add(out, encoded, utf8_encode(c, encoded));
	}
}

static size_t run_of_token(struct str text)
{
	size_t len = 0;
	while (len < text.len && (ascii_is_alnum(text.data[len]) || text.data[len] == '_' ||
	                          text.data[len] == '-' || text.data[len] == '+'))
		len++;
	return len;
}

static size_t run_of_value(struct str text)
{
	size_t len = 0;
	while (len < text.len && str_find_char(STR(" \"',;&<>()[]{}"), text.data[len]) < 0)
		len++;
	return len;
}

/* True for a run of mixed letters and digits that is longer than words are. */
static bool is_opaque(struct str run)
{
	bool letter = false, digit = false;
	for (size_t i = 0; i < run.len; i++) {
		letter |= ascii_is_alpha(run.data[i]);
		digit |= ascii_is_digit(run.data[i]);
	}
	return run.len >= OPAQUE_RUN_LEAST && letter && digit;
}

/* True for an ordinary word such as "authentication" or "token", which may follow Basic or Bearer
 * in a sentence. */
static bool is_plain_word(struct str value)
{
	if (value.len > PLAIN_WORD_MOST)
		return false;
	for (size_t i = 0; i < value.len; i++)
		if (value.data[i] < 'a' || value.data[i] > 'z')
			return false;
	return true;
}

static bool is_scheme(struct str word)
{
	return str_ieq(word, STR("basic")) || str_ieq(word, STR("bearer"));
}

static bool names_secret(struct str run)
{
	static const struct str endings[] = {
	        {"token", 5}, {"secret", 6}, {"password", 8},       {"passwd", 6},      {"_key", 4},
	        {"-key", 4},  {"apikey", 6}, {"authorization", 13}, {"credentials", 11}};
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (run.len >= endings[i].len &&
		    str_ieq(str_skip(run, run.len - endings[i].len), endings[i]))
			return true;
	return false;
}

static void skip_any(struct str text, const char *set, size_t *at)
{
	while (*at < text.len && str_find_char(str_of(set), text.data[*at]) >= 0)
		(*at)++;
}

/* Number of bytes between a name and its value, such as `":"` or ` = '`. 0 when no value
 * follows. */
static size_t separator_len(struct str text)
{
	size_t at = 0;
	skip_any(text, "\"' ", &at);
	size_t before = at;
	skip_any(text, ":=", &at);
	if (at == before)
		return 0;
	skip_any(text, "\"' ", &at);
	return at;
}

/* Hides the value that a run announces, such as "Bearer" or "access_token"; returns how many bytes
 * of `rest` were consumed. */
static size_t add_announced(struct buf *out, struct str run, struct str rest)
{
	if (is_scheme(run) && str_starts(rest, STR(" "))) {
		size_t len = run_of_value(str_skip(rest, 1));
		if (is_plain_word(str_make(rest.data + 1, len)))
			return 0;
		buf_putc(out, ' ');
		buf_add_str(out, HIDDEN);
		return 1 + len;
	}
	size_t between = names_secret(run) ? separator_len(rest) : 0;
	size_t len = run_of_value(str_skip(rest, between));
	if (between == 0 || len == 0 || is_scheme(str_make(rest.data + between, len)))
		return 0;
	buf_add(out, rest.data, between);
	buf_add_str(out, HIDDEN);
	return between + len;
}

/* Hides the user info of "://user:password@host"; returns how many bytes of `rest` were
 * replaced. */
static size_t add_user_info(struct buf *out, struct str rest)
{
	if (!str_starts(rest, STR("://")))
		return 0;
	size_t end = 3, at = 0;
	while (end < rest.len && str_find_char(STR(" /?#\"'<>"), rest.data[end]) < 0)
		if (rest.data[end++] == '@')
			at = end;
	if (at == 0)
		return 0;
	buf_puts(out, "://");
	buf_add_str(out, HIDDEN);
	buf_putc(out, '@');
	return at;
}

static void add_masked(struct buf *out, struct str text)
{
	while (text.len > 0) {
		struct str run = str_make(text.data, run_of_token(text));
		if (run.len == 0) {
			buf_putc(out, text.data[0]);
			text = str_skip(text, 1);
			continue;
		}
		text = str_skip(text, run.len);
		buf_add_str(out, is_opaque(run) ? HIDDEN : run);
		size_t taken = add_user_info(out, text);
		text = str_skip(text, taken ? taken : add_announced(out, run, text));
	}
}

void zd_add_words(struct buf *out, struct str text, size_t max)
{
	struct buf visible, masked;
	/* An invalid byte becomes three; "[hidden]" is no longer than a hidden run, but eight bytes
	 * for a value of one. */
	buf_init(&visible, 3 * INPUT_BYTES_MAX);
	buf_init(&masked, 10 * visible.max);
	add_visible(&visible,
	            str_make(text.data, text.len < INPUT_BYTES_MAX ? text.len : INPUT_BYTES_MAX));
	add_masked(&masked, buf_str(&visible));
	buf_add_str(out, utf8_cut(buf_str(&masked), max));
	buf_free(&visible);
	buf_free(&masked);
}
