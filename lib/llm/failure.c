/* How long an error asks to wait, and what is told of it to people. Errors are found in
 * failure_find.c and judged in failure_judge.c. */
#include "llm/failure.h"

#include <string.h>

/* The wait in a message such as "… Please try again in 11.122s." or "… retry after 26 seconds."; -1
 * = none. */
static msec wait_in_words(struct str message)
{
	static const char *const openings[] = {"try again in ", "retry after "};

	for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
		struct str opening = str_of(openings[i]);
		ptrdiff_t at = str_ifind(message, opening);
		if (at < 0)
			continue;
		struct str rest = str_skip(message, (size_t)at + opening.len);
		struct str span = str_split(&rest, ' ');
		while (span.len > 0 && !ascii_is_alnum(span.data[span.len - 1]))
			span.len--;
		msec wait;
		if (clock_parse_go_duration(span, &wait) == 0)
			return wait;
	}
	return -1;
}

msec failure_wait(const struct failure *failure, const struct http_reply *reply, msec wall,
                  bool *ret_for_all)
{
	msec wait = http_reply_retry_after(reply, wall);

	/* A wait of 0 is no useful answer. */
	*ret_for_all = wait > 0;
	if (wait > 0)
		return wait < LLM_WAIT_MAX ? wait : LLM_WAIT_MAX;
	wait = wait_in_words(failure->message);
	if (wait <= 0)
		return -1;
	return wait < LLM_WORDS_WAIT_MAX ? wait : LLM_WORDS_WAIT_MAX;
}

static bool is_key_char(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '_' || c == '*' || c == '.';
}

/* Length of the credential at the start of `text`, 0 when there is none. `at_word`: a word begins
 * here. */
static size_t credential_length(struct str text, struct str key, bool at_word)
{
	size_t len = 0;

	if (key.len >= 4 && str_starts(text, key))
		return key.len;
	if (!at_word || !str_starts(text, STR("sk-")))
		return 0;
	while (len < text.len && is_key_char(text.data[len]))
		len++;
	return len;
}

/* Appends one line of at most 200 bytes, with our key and anything that looks like a key as
 * "***". */
static void add_words_said(struct buf *out, struct str said, struct str key)
{
	struct buf line;
	bool at_word = true;

	buf_init(&line, 200);
	said = utf8_cut(said, 4096);
	while (said.len > 0 && !line.overflow) {
		size_t credential = credential_length(said, key, at_word);
		size_t bytes = credential;
		if (credential > 0) {
			buf_puts(&line, "***");
		} else {
			uint32_t c = utf8_decode(said, &bytes);
			bool control =
			        c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
			buf_add(&line, control ? " " : said.data, control ? 1 : bytes);
		}
		at_word = !is_key_char(said.data[0]);
		said = str_skip(said, bytes);
	}
	buf_add_str(out, str_trim(buf_str(&line)));
	buf_free(&line);
}

void failure_describe(const struct failure *failure, struct str key, char out[256])
{
	struct buf text;
	struct str code = failure->code.len > 0 ? failure->code : failure->type;

	buf_init(&text, 1024);
	if (failure->status)
		buf_printf(&text, "HTTP %d", failure->status);
	if (failure->status / 100 == 3)
		buf_printf(&text, ", a redirect%s" STR_FMT ": check llm.base_url",
		           failure->redirect.len > 0 ? " to " : "", STR_ARG(failure->redirect));
	if (failure->status == 0)
		buf_puts(&text, "error in the reply");
	if (code.len > 0) {
		buf_puts(&text, ", ");
		add_words_said(&text, utf8_cut(code, 40), key);
	}
	if (failure->message.len > 0) {
		buf_puts(&text, ": ");
		add_words_said(&text, failure->message, key);
	}
	struct str cut = utf8_cut(buf_str(&text), 255);
	memcpy(out, cut.data, cut.len);
	out[cut.len] = '\0';
	buf_free(&text);
}
