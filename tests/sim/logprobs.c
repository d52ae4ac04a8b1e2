/* Writes log probabilities that agree with the text: the tokens' concatenation is the content,
 * labels are sometimes split over two tokens, and each label has the other labels as alternatives
 * with the remaining probability. `raw`: numbers as before the grammar applies, where the written
 * label has -14.8 beside unrelated tokens with 0. */
#include <math.h>
#include <string.h>

#include "hash.h"
#include "mind.h"

#define TOKEN_BYTES_MAX 6

/* A token is a word, a run of punctuation, or a blank with the word after it; it never splits a
 * character. */
size_t token_length(struct str content, size_t at)
{
	size_t len = 1;
	bool word = ascii_is_alnum(content.data[at]) || content.data[at] == ' ' ||
	            (content.data[at] & 0x80);
	while (at + len < content.len) {
		char c = content.data[at + len];
		bool middle = ((unsigned char)c & 0xc0) == 0x80;
		if (!middle && (len >= TOKEN_BYTES_MAX ||
		                (ascii_is_alnum(c) || (c & 0x80)) != word || c == ' '))
			break;
		len++;
	}
	return len;
}

int64_t count_tokens(struct str content)
{
	int64_t tokens = 0;
	for (size_t at = 0; at < content.len; at += token_length(content, at))
		tokens++;
	return tokens;
}

struct style {
	bool raw;
	bool few;   /* what is between two labels is one token */
	bool brief; /* and has no alternatives */
	bool real;
};

static struct style style_of(const struct world_options *options)
{
	return (struct style){.raw = options->raw_logprobs,
	                      .few = options->brief || options->replies == REPLIES_FEW,
	                      .brief = options->brief,
	                      .real = !options->brief && options->replies == REPLIES_REAL};
}

static void add_bytes(struct buf *out, struct str token)
{
	buf_puts(out, ",\"bytes\":[");
	for (size_t i = 0; i < token.len; i++)
		buf_printf(out, i ? ",%u" : "%u", (unsigned)(unsigned char)token.data[i]);
	buf_puts(out, "]");
}

static void add_token(struct buf *out, struct str token, double logprob)
{
	buf_puts(out, "{\"token\":");
	json_add_string(out, token);
	buf_printf(out, ",\"logprob\":%.4f", logprob);
	add_bytes(out, token);
}

static const char *const filler_words[] = {"the", " a", "\n", "not",  " is", "\"", " to",
                                           "in",  "un", "re", " The", "of",  "-",  "it",
                                           " I",  "an", "on", "as",   "at",  "by"};

/* As a vendor writes it: eight digits and the bytes. */
static void add_real_filler(struct buf *out, int i, size_t at)
{
	struct str word = str_of(filler_words[i]);
	uint64_t drawn = hash_bytes(&at, sizeof(at), (uint64_t)i);

	buf_puts(out, "{\"token\":");
	json_add_string(out, word);
	buf_printf(out, ",\"logprob\":-%d.%06u", 9 + i, (unsigned)(drawn % 1000000));
	add_bytes(out, word);
	buf_puts(out, "}");
}

/* Adds unrelated alternatives, the same everywhere: they are not used, but must be parsed. */
static void add_fillers(struct style style, size_t at, int count, struct buf *out)
{
	for (int i = 0; i < count && i < (int)ARRAY_LEN(filler_words); i++) {
		json_add_comma(out);
		if (style.real) {
			add_real_filler(out, i, at);
			continue;
		}
		buf_puts(out, "{\"token\":");
		json_add_string(out, str_of(filler_words[i]));
		buf_printf(out, ",\"logprob\":%d.25,\"bytes\":null}", -9 - i);
	}
}

/* Probability of the written label: 0.50 … 0.99, the same for the same ticket. */
static double share_of(const struct mind *mind, int field)
{
	return 0.5 + (double)(mind->chance >> (field * 12) & 0xfff) / 4096 * 0.49;
}

static void add_label_tops(const struct mind *mind, int field, struct str token, int top,
                           struct style style, struct buf *out)
{
	double share = share_of(mind, field), offset = style.raw ? -14.8 : 0;
	int others = 0, given = 0;
	while (mind_labels[field][others])
		others++;
	if (style.raw && top > 0) {
		buf_puts(out, "{\"token\":\"Sure\",\"logprob\":0.0000,\"bytes\":null}");
		given++;
	}
	for (int label = 0; mind_labels[field][label] && given < top; label++, given++) {
		struct str word = str_of(mind_labels[field][label]);
		bool chosen = label == mind->label[field];
		json_add_comma(out);
		add_token(out,
		          chosen ? token
		                 : utf8_cut(word, token.len < word.len ? token.len : word.len),
		          log(chosen ? share : (1 - share) / (others - 1)) + offset);
		buf_puts(out, "}");
	}
	if (!style.brief)
		add_fillers(style, mind->value_at[field], top - given, out);
}

static int field_at(const struct mind *mind, size_t at)
{
	for (int field = 0; field < MIND_FIELDS; field++)
		if (mind->value_at[field] && mind->value_at[field] == at)
			return field;
	return -1;
}

/* Length of the next token of a label; some labels are split in two. */
static size_t label_token(const struct mind *mind, size_t at, size_t len)
{
	return (mind->chance >> 40 & 3) == 0 && len > 3 ? 3 : len;
}

/* Length of the text up to the next label or the end. */
static size_t stretch(const struct mind *mind, size_t at)
{
	size_t end = mind->content.len;
	for (int field = 0; field < MIND_FIELDS; field++)
		if (mind->value_at[field] > at && mind->value_at[field] < end)
			end = mind->value_at[field];
	return end - at;
}

void logprobs_add(const struct world *world, const struct mind *mind, int top, struct buf *out)
{
	struct style style = style_of(&world->options);
	struct str content = buf_str(&mind->content);
	size_t len;
	buf_puts(out, "[");
	for (size_t at = 0; at < content.len; at += len) {
		int field = field_at(mind, at);
		len = token_length(content, at);
		for (size_t cut = 1; cut < len; cut++) /* a label begins a token of its own */
			if (field_at(mind, at + cut) >= 0)
				len = cut;
		if (field >= 0)
			len = label_token(mind, at, len);
		struct str token = str_make(content.data + at, len);
		double logprob =
		        field >= 0 ? log(share_of(mind, field)) + (style.raw ? -14.8 : 0) : -0.01;
		if (style.few && field < 0)
			len = stretch(mind, at);
		token = str_make(content.data + at, len);
		json_add_comma(out);
		if (style.brief && field < 0) {
			buf_puts(out, "{\"token\":");
			json_add_string(out, token);
			buf_puts(out, ",\"logprob\":-0.01,\"bytes\":null,\"top_logprobs\":[]}");
			continue;
		}
		add_token(out, token, logprob);
		buf_puts(out, ",\"top_logprobs\":[");
		if (field >= 0) {
			add_label_tops(mind, field, token, top, style, out);
		} else if (top > 0) {
			add_token(out, token, logprob);
			buf_puts(out, "}");
			add_fillers(style, at, top - 1, out);
		}
		buf_puts(out, "]}");
	}
	buf_puts(out, "]");
}
