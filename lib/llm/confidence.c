/* Computes the confidence of labels. Where a label's value begins in the JSON is known by offset;
 * so is where each token begins. From the first token of the value on, the alternatives that the
 * server listed are compared with the allowed labels, until the labels are distinguished:
 *
 *     text     … " s e n t i m e n t " : " n e u t r a l " }
 *     tokens   …|  "sentiment  |  ":"  | ne |  utral  | "}|
 *                                        │     └ step 2: "utral" against "gative"
 *                                        └ step 1: "ne" (neutral or negative) against "positive"
 *
 * Each step gives the share of the chosen branch among the branches that lead to an allowed label;
 * the shares are multiplied. */
#include "llm/confidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "llm/labels.h"

/* Servers write this value, or less, for a token that is not among those listed: it is no
 * probability. */
#define LOGPROB_UNLISTED (-9999.0)

/* The text of all tokens, and where each token begins in it. */
struct transcript {
	const struct json **tokens;
	struct buf text;
	size_t *starts; /* offset of each token in text; count + 1 of them */
	size_t count;
};

/* Appends the bytes of a token: from `bytes` when the server gives them, because one character may
 * be split over several tokens. */
static bool add_token_bytes(struct buf *out, const struct json *token)
{
	const struct json *bytes = json_at(token, "bytes");
	struct str text = json_str_at(token, "token");

	if (!json_is_array(bytes)) {
		buf_add_str(out, text);
		return text.data != NULL;
	}
	for (struct json_each each = json_items(bytes); json_next(&each);) {
		const struct json *byte = each.value;
		int64_t value = json_int_value(byte);
		if (!json_is_integer(byte) || value < 0 || value > 255)
			return false;
		buf_putc(out, (char)(unsigned char)value);
	}
	return true;
}

static bool transcript_make(struct transcript *ret, const struct json *tokens)
{
	*ret = (struct transcript){0};
	ret->tokens = json_list(tokens, &ret->count);
	buf_init(&ret->text, 16 * (size_t)ANSWER_BYTES_MAX);
	ret->starts = xcalloc(ret->count + 1, sizeof(*ret->starts));
	for (size_t i = 0; i < ret->count; i++) {
		if (!add_token_bytes(&ret->text, ret->tokens[i]))
			return false;
		ret->starts[i + 1] = ret->text.len;
	}
	return ret->count > 0 && !ret->text.overflow;
}

static void transcript_free(struct transcript *transcript)
{
	buf_free(&transcript->text);
	free(transcript->starts);
	free(transcript->tokens);
}

/* Offset of the answer's JSON in the transcript: at its place in the content, or, when the server
 * removed something from the content, wherever it is found; -1 = nowhere. */
static ptrdiff_t find_json(const struct transcript *transcript, struct str content, struct str json)
{
	struct str text = buf_str(&transcript->text);
	ptrdiff_t at = content.len > 0 ? str_find(text, content) : -1;

	if (at >= 0)
		return at + (json.data - content.data);
	return str_find(text, json);
}

/* Offset of the closing quote of the string whose opening quote is at `at`. */
static size_t string_end(struct str json, size_t at)
{
	for (at++; at < json.len && json.data[at] != '"'; at++)
		if (json.data[at] == '\\')
			at++;
	return at < json.len ? at : json.len;
}

static size_t skip_blanks(struct str json, size_t at)
{
	while (at < json.len && ascii_is_space(json.data[at]))
		at++;
	return at;
}

static struct str substr_of(struct str text, size_t from, size_t to)
{
	return str_make(text.data + from, to - from);
}

/* The last value of the field, without its quotes; data == NULL when no string value is there. */
static struct str find_value(struct str json, enum label_field field)
{
	struct str key = str_of(label_key(field));
	struct str value = {NULL, 0};

	for (size_t at = 0; at < json.len; at++) {
		if (json.data[at] != '"')
			continue;
		size_t end = string_end(json, at);
		struct str word = substr_of(json, at + 1 < end ? at + 1 : end, end);
		size_t next = skip_blanks(json, end + 1);
		at = end;
		if (next >= json.len || json.data[next] != ':' || !str_ieq(word, key))
			continue;
		next = skip_blanks(json, next + 1);
		if (next >= json.len || json.data[next] != '"')
			continue;
		at = string_end(json, next);
		value = substr_of(json, next + 1 < at ? next + 1 : at, at);
	}
	return value;
}

/* State of walking through the tokens of one field's value. */
struct walk {
	enum label_field field;
	int chosen;
	struct str label;   /* name of the chosen label */
	size_t written;     /* bytes of `label` that earlier tokens wrote */
	struct str lead;    /* what the present token writes before the value */
	struct buf scratch; /* bytes of one alternative */
};

/* The bytes of a label after those already written; empty when the label begins differently, or
 * ends there. */
static struct str remainder_of(const struct walk *walk, int value)
{
	struct str name = str_of(label_name(walk->field, value));

	if (!str_starts(name, str_make(walk->label.data, walk->written)))
		return STR("");
	return str_skip(name, walk->written);
}

static bool is_distinguished(const struct walk *walk)
{
	for (int value = 0; value < label_count(walk->field); value++)
		if (value != walk->chosen && remainder_of(walk, value).len > 0)
			return false;
	return true;
}

/* What a token adds to the value, up to a closing quote. An alternative token may begin with other
 * blanks and quotes than the chosen one. */
static struct str value_part(const struct walk *walk, struct str token, bool *ret_closed)
{
	if (walk->lead.len > 0 && str_starts(token, walk->lead))
		token = str_skip(token, walk->lead.len);
	else if (walk->written == 0)
		while (token.len > 0 && (ascii_is_space(token.data[0]) || token.data[0] == '"' ||
		                         token.data[0] == ':'))
			token = str_skip(token, 1);
	ptrdiff_t quote = str_find_char(token, '"');
	*ret_closed = quote >= 0;
	return quote >= 0 ? str_make(token.data, (size_t)quote) : token;
}

enum branch {
	BRANCH_NONE, /* to no label, or to the chosen one and others */
	BRANCH_CHOSEN,
	BRANCH_RIVAL /* to other labels only, to one or several of them */
};

/* Where a token leads. */
static enum branch branch_of_token(const struct walk *walk, struct str token)
{
	bool closed, chosen = false, rival = false;
	struct str part = value_part(walk, token, &closed);

	if (part.len == 0)
		return BRANCH_NONE;
	for (int value = 0; value < label_count(walk->field); value++) {
		struct str rest = remainder_of(walk, value);
		if (!str_istarts(rest, part) || (closed && rest.len != part.len))
			continue;
		chosen = chosen || value == walk->chosen;
		rival = rival || value != walk->chosen;
	}
	if (chosen == rival)
		return BRANCH_NONE;
	return chosen ? BRANCH_CHOSEN : BRANCH_RIVAL;
}

/* Probabilities of the alternatives at one token. */
struct weights {
	/* of the chosen token, and of others that lead only to the same label */
	double chosen;
	double rivals; /* of tokens that lead to other labels */
	double listed; /* of all tokens that the server listed */
	bool written_seen, rival_seen;
};

static bool probability_of(const struct json *token, double *ret)
{
	double logprob;

	if (!json_number_at(token, "logprob", &logprob) || logprob <= LOGPROB_UNLISTED)
		return false;
	*ret = exp(fmin(logprob, 0));
	return true;
}

static void add_weight(struct walk *walk, const struct json *token, struct str written,
                       struct weights *weights)
{
	double probability;

	buf_reset(&walk->scratch);
	if (!probability_of(token, &probability) || !add_token_bytes(&walk->scratch, token))
		return;
	struct str text = buf_str(&walk->scratch);
	enum branch branch = branch_of_token(walk, text);
	weights->listed += probability;
	if (str_eq(text, written)) {
		weights->written_seen = true;
		weights->chosen += probability;
	} else if (branch == BRANCH_CHOSEN) {
		weights->chosen += probability;
	} else if (branch == BRANCH_RIVAL) {
		weights->rival_seen = true;
		weights->rivals += probability;
	}
}

/* The share of the chosen branch at this token. When the list leads to one label only, others can
 * be hidden only in what was not listed. */
static bool share_of_token(struct walk *walk, const struct json *token, struct str written,
                           double *ret)
{
	const struct json *alternatives = json_at(token, "top_logprobs");
	struct weights weights = {0};

	for (struct json_each each = json_items(alternatives); json_next(&each);)
		add_weight(walk, each.value, written, &weights);
	if (!weights.written_seen)
		add_weight(walk, token, written, &weights);
	if (!weights.written_seen || weights.chosen + weights.rivals <= 0)
		return false;
	*ret = weights.rival_seen ? weights.chosen / (weights.chosen + weights.rivals)
	                          : fmin(weights.listed, 1);
	return true;
}

/* Multiplies the shares of the tokens of a value that begins at `begin` in the transcript, until
 * the labels are distinguished. */
static bool walk_tokens(struct walk *walk, const struct transcript *transcript, size_t begin,
                        double *ret)
{
	struct str text = buf_str(&transcript->text);
	double product = 1;

	for (size_t i = 0; i < transcript->count && !is_distinguished(walk); i++) {
		size_t from = transcript->starts[i], to = transcript->starts[i + 1];
		double share;
		if (to <= begin || from == to)
			continue;
		walk->lead = from < begin ? substr_of(text, from, begin) : STR("");
		if (!share_of_token(walk, transcript->tokens[i], substr_of(text, from, to), &share))
			return false;
		product *= share;
		walk->written = to - begin < walk->label.len ? to - begin : walk->label.len;
	}
	*ret = product;
	return is_distinguished(walk);
}

static bool share_of_label(const struct transcript *transcript, size_t json_offset,
                           const struct answer *answer, enum label_field field, int chosen,
                           double *ret)
{
	struct walk walk = {
	        .field = field, .chosen = chosen, .label = str_of(label_name(field, chosen))};
	struct str value = find_value(answer->json, field);

	if (!value.data || !str_ieq(value, walk.label))
		/* the value is a synonym, whose tokens say nothing about the labels */
		return false;
	buf_init(&walk.scratch, 256);
	bool known = walk_tokens(&walk, transcript,
	                         json_offset + (size_t)(value.data - answer->json.data), ret);
	buf_free(&walk.scratch);
	return known;
}

struct confidence_reader {
	struct transcript transcript;
	struct str content;
	bool readable;
};

struct confidence_reader *confidence_begin(const struct json *tokens, struct str content)
{
	struct confidence_reader *reader = xcalloc(1, sizeof(*reader));

	reader->content = content;
	reader->readable = json_is_array(tokens) && transcript_make(&reader->transcript, tokens);
	return reader;
}

struct confidence confidence_read(const struct confidence_reader *reader,
                                  const struct answer *answer)
{
	const struct transcript *transcript = &reader->transcript;
	struct confidence ret = {0};
	ptrdiff_t at = -1;

	if (reader->readable && answer->json.len > 0)
		at = find_json(transcript, reader->content, answer->json);
	if (at < 0)
		return ret;
	ret.root_cause_known = share_of_label(transcript, (size_t)at, answer, LABEL_ROOT_CAUSE,
	                                      (int)answer->root_cause, &ret.root_cause);
	ret.urgency_known = share_of_label(transcript, (size_t)at, answer, LABEL_URGENCY,
	                                   (int)answer->urgency, &ret.urgency);
	ret.sentiment_known = share_of_label(transcript, (size_t)at, answer, LABEL_SENTIMENT,
	                                     (int)answer->sentiment, &ret.sentiment);
	return ret;
}

void confidence_end(struct confidence_reader *reader)
{
	transcript_free(&reader->transcript);
	free(reader);
}

struct confidence confidence_of(const struct json *tokens, struct str content,
                                const struct answer *answer)
{
	struct confidence ret = {0};

	if (!json_is_array(tokens) || answer->json.len == 0)
		return ret;
	struct confidence_reader *reader = confidence_begin(tokens, content);
	ret = confidence_read(reader, answer);
	confidence_end(reader);
	return ret;
}
