/* Finds quotations word by word: four words in a row that the ticket has too. */
#include "engine/core/quotes.h"

#include <string.h>

#include "base/base.h"
#include "base/buf.h"

#define RUN 4         /* words; fewer are the server's own by chance */
#define WORDS_MAX 128 /* texts about errors have at most 255 bytes */
#define SUBJECT_MIN 6 /* bytes of a subject that is cut as a whole */
#define CUT "[...]"   /* shorter than any run */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct str next_word(struct str *rest)
{
	size_t len = 0;

	while (rest->len > 0 && is_space(rest->data[0]))
		*rest = str_skip(*rest, 1);
	while (len < rest->len && !is_space(rest->data[len]))
		len++;
	struct str word = str_make(rest->data, len);
	*rest = str_skip(*rest, len);
	return word;
}

static void add_words(struct buf *out, struct str text)
{
	struct str word;

	while ((word = next_word(&text)).len > 0) {
		if (out->len > 0)
			buf_putc(out, ' ');
		buf_add_str(out, word);
	}
}

static bool is_mark(char c)
{
	return (unsigned char)c < 0x80 && !ascii_is_alnum(c);
}

/* Without quotation marks, brackets and the like around it. */
static struct str bare(struct str text)
{
	while (text.len > 0 && is_mark(text.data[0]))
		text = str_skip(text, 1);
	while (text.len > 0 && is_mark(text.data[text.len - 1]))
		text.len--;
	return text;
}

static bool has_words(struct str ticket, const struct str *words, size_t count)
{
	struct buf run;

	buf_init(&run, 1024);
	for (size_t i = 0; i < count; i++)
		add_words(&run, words[i]);
	struct str wanted = bare(buf_str(&run));
	bool found = wanted.len > 0 && str_ifind(ticket, wanted) >= 0;
	buf_free(&run);
	return found;
}

static void mark_runs(struct str ticket, const struct str *words, size_t count, size_t run,
                      bool *quoted)
{
	for (size_t i = 0; i + run <= count; i++)
		if (has_words(ticket, words + i, run))
			memset(quoted + i, true, run);
}

static size_t split(struct str text, struct str words[WORDS_MAX])
{
	size_t count = 0;

	while (count < WORDS_MAX && (words[count] = next_word(&text)).len > 0)
		count++;
	return count;
}

/* A subject of fewer words than a run. */
static void mark_subject(struct str subject, const struct str *words, size_t count, bool *quoted)
{
	struct str parts[WORDS_MAX];
	size_t run = split(subject, parts);

	if (run > 0 && run < RUN && subject.len >= SUBJECT_MIN)
		for (size_t i = 0; i + run <= count; i++) {
			size_t same = 0;
			while (same < run && str_ieq(bare(words[i + same]), bare(parts[same])))
				same++;
			if (same == run)
				memset(quoted + i, true, run);
		}
}

void quotes_cut(char *text, struct str subject, struct str description)
{
	struct str words[WORDS_MAX];
	bool quoted[WORDS_MAX] = {false}, any = false;
	struct buf ticket, out;
	size_t count = split(str_of(text), words), len = strlen(text);

	if (count == 0)
		return;
	buf_init(&ticket, SIZE_MAX);
	buf_init(&out, SIZE_MAX);
	add_words(&ticket, subject);
	add_words(&ticket, description);
	mark_runs(buf_str(&ticket), words, count, RUN, quoted);
	mark_subject(subject, words, count, quoted);
	for (size_t i = 0; i < count; i++) {
		any = any || quoted[i];
		if (quoted[i] && i > 0 && quoted[i - 1])
			continue;
		add_words(&out, quoted[i] ? STR(CUT) : words[i]);
	}
	if (any && out.len <= len) {
		memcpy(text, out.data, out.len);
		text[out.len] = '\0';
	}
	buf_free(&ticket);
	buf_free(&out);
}
