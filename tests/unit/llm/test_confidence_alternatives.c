/* How many alternatives a confidence needs. Answers are drawn together with a way to cut labels
 * into tokens, and at each token a distribution over the labels' tokens, their variants (case,
 * blanks, quotes, shorter pieces) and unrelated words. The confidence from the first few
 * alternatives is compared with the one from twenty. */
#include "support.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

#include "base/prng.h"
#include "llm/confidence.h"
#include "llm/labels.h"

#define ROUNDS 400
#define FULL 20
#define CANDIDATES_MAX 64
#define TOKENS_MAX 64

static const char *const UNRELATED[] = {
        "Sure", "the",  " a",   "issue",    "question", "\n",   "account", "login",
        "ask",  "sev",  "crit", "urgent",   "{",        "none", "unknown", "mixed",
        "\\",   "work", "com",  "Unclear",  "0",        "tick", "cust",    "delay",
        "**",   "yes",  "I",    "_unknown", "[",        "Eh",   "x",       "angry"};

struct candidate {
	char text[24];
	double weight;
};

struct token {
	char text[64];
	struct candidate list[CANDIDATES_MAX]; /* sorted, their weights add up to 1 */
	size_t count;
};

/* What a round draws. `tidy`: one token for each label, and one unrelated one that may stand
 * anywhere; the others are less likely than every label. */
struct draw {
	struct prng prng;
	bool tidy;
	double noise; /* greatest weight of a variant or an unrelated token */
	uint32_t cuts[LABEL_FIELDS][CAUSE_COUNT]; /* bit i: a token ends behind byte i */
	struct token tokens[TOKENS_MAX];
	size_t count;
	int chosen[LABEL_FIELDS];
	struct buf content;
	double bounds[LABEL_FIELDS]; /* of the change of each confidence */
};

static void add_candidate(struct token *token, const char *text, double weight)
{
	for (size_t i = 0; i < token->count; i++)
		if (strcmp(token->list[i].text, text) == 0) {
			token->list[i].weight += weight;
			return;
		}
	assert_true(token->count < CANDIDATES_MAX);
	struct candidate *candidate = &token->list[token->count++];
	snprintf(candidate->text, sizeof(candidate->text), "%s", text);
	candidate->weight = weight;
}

static size_t piece_end(const struct draw *draw, int field, int value, size_t from)
{
	size_t len = strlen(label_name((enum label_field)field, value)), at = from + 1;

	while (at < len && !(draw->cuts[field][value] >> (at - 1) & 1))
		at++;
	return at;
}

/* A few other ways to write a piece of a label. */
static void add_variants(struct draw *draw, struct token *token, const char *piece, size_t from,
                         bool ends)
{
	char text[24];
	double weight = draw->noise * prng_unit(&draw->prng);

	snprintf(text, sizeof(text), "%s", piece);
	text[0] = (char)toupper((unsigned char)text[0]);
	add_candidate(token, text, weight);
	snprintf(text, sizeof(text), "%.*s", (int)strlen(piece) - 1, piece);
	if (text[0] != '\0')
		add_candidate(token, text, weight * prng_unit(&draw->prng));
	snprintf(text, sizeof(text), from == 0 ? " %s" : "%sly", piece);
	add_candidate(token, text, weight * prng_unit(&draw->prng));
	if (ends) {
		snprintf(text, sizeof(text), "%s\"", piece);
		add_candidate(token, text, weight * prng_unit(&draw->prng));
	}
}

static void add_label_pieces(struct draw *draw, struct token *token, int field, size_t from)
{
	const char *chosen = label_name((enum label_field)field, draw->chosen[field]);

	for (int value = 0; value < label_count((enum label_field)field); value++) {
		const char *name = label_name((enum label_field)field, value);
		char piece[24];
		if (strlen(name) <= from || strncmp(name, chosen, from) != 0)
			continue;
		size_t end = piece_end(draw, field, value, from);
		snprintf(piece, sizeof(piece), "%.*s", (int)(end - from), name + from);
		add_candidate(token, piece, 0.01 + pow(prng_unit(&draw->prng), 4));
		if (!draw->tidy)
			add_variants(draw, token, piece, from, end == strlen(name));
	}
}

/* Whatever was written before: "the" is unrelated to "bug", but not behind the "o" of "other". */
static bool leads_to_a_label(const char *word)
{
	for (int field = 0; field < LABEL_FIELDS; field++)
		for (int value = 0; value < label_count((enum label_field)field); value++)
			if (str_ifind(str_of(label_name((enum label_field)field, value)),
			              str_trim(str_of(word))) >= 0)
				return true;
	return false;
}

/* True when a token leads to other labels alone. `rest`: what is left of the chosen one. */
static bool has_rival(const struct token *token, const char *rest)
{
	for (size_t i = 0; i < token->count; i++)
		if (strncmp(rest, token->list[i].text, strlen(token->list[i].text)) != 0)
			return true;
	return false;
}

static void add_unrelated(struct draw *draw, struct token *token, const char *rest)
{
	double least = token->list[0].weight;

	if (draw->tidy && !has_rival(token, rest))
		return;
	for (size_t i = 0; i < token->count; i++)
		least = fmin(least, token->list[i].weight);
	for (size_t i = 0; i < ARRAY_LEN(UNRELATED); i++) {
		double most = draw->tidy ? (i == 0 ? 2 : 0.9 * least) : draw->noise;
		if (!draw->tidy || !leads_to_a_label(UNRELATED[i]))
			add_candidate(token, UNRELATED[i], most * prng_unit(&draw->prng));
	}
}

static int by_weight(const void *a, const void *b)
{
	double first = ((const struct candidate *)a)->weight,
	       second = ((const struct candidate *)b)->weight;

	return (first < second) - (first > second);
}

static void normalise(struct token *token)
{
	double sum = 0;

	for (size_t i = 0; i < token->count; i++)
		sum += token->list[i].weight;
	for (size_t i = 0; i < token->count; i++)
		token->list[i].weight /= sum;
	qsort(token->list, token->count, sizeof(*token->list), by_weight);
}

static double weight_of(const struct token *token)
{
	for (size_t i = 0; i < token->count; i++)
		if (strcmp(token->list[i].text, token->text) == 0)
			return token->list[i].weight;
	fail_msg("%s is no candidate", token->text);
	return 0;
}

/* T / (C + T), with the chosen token alone as C; T itself where that is more. */
static double bound_of(const struct token *token)
{
	double tail = 1, chosen = weight_of(token);

	for (size_t i = 0; i < CONFIDENCE_ALTERNATIVES && i < token->count; i++)
		tail -= token->list[i].weight;
	tail = fmax(tail, 0);
	return fmax(tail, tail / (chosen + tail));
}

static void draw_literal(struct draw *draw, const char *text)
{
	struct token *token = &draw->tokens[draw->count++];

	token->count = 0;
	snprintf(token->text, sizeof(token->text), "%s", text);
	buf_puts(&draw->content, text);
}

static void draw_field(struct draw *draw, int field)
{
	const char *name = label_name((enum label_field)field, draw->chosen[field]);
	size_t len = strlen(name);
	char key[64];

	snprintf(key, sizeof(key), "%s\"%s\":%s\"", field == 0 ? "{" : "\",",
	         label_key((enum label_field)field), prng_below(&draw->prng, 2) ? " " : "");
	draw_literal(draw, key);
	draw->bounds[field] = 0;
	for (size_t from = 0, end; from < len; from = end) {
		struct token *token = &draw->tokens[draw->count++];
		end = piece_end(draw, field, draw->chosen[field], from);
		token->count = 0;
		snprintf(token->text, sizeof(token->text), "%.*s", (int)(end - from), name + from);
		buf_puts(&draw->content, token->text);
		add_label_pieces(draw, token, field, from);
		add_unrelated(draw, token, name + from);
		normalise(token);
		draw->bounds[field] += bound_of(token);
	}
}

static void draw_answer(struct draw *draw, uint64_t seed, bool tidy, double noise)
{
	prng_seed(&draw->prng, seed);
	draw->tidy = tidy;
	draw->noise = noise;
	draw->count = 0;
	buf_reset(&draw->content);
	for (int field = 0; field < LABEL_FIELDS; field++) {
		int labels = label_count((enum label_field)field);
		for (int value = 0; value < labels; value++)
			draw->cuts[field][value] =
			        (uint32_t)(prng_u64(&draw->prng) & prng_u64(&draw->prng));
		draw->chosen[field] = (int)prng_below(&draw->prng, (uint64_t)labels);
		draw_field(draw, field);
	}
	draw_literal(draw, "\"}");
}

static void add_token(struct buf *out, const char *text, double weight)
{
	buf_puts(out, "{\"token\":");
	json_add_string(out, str_of(text));
	buf_printf(out, ",\"logprob\":%.15g", log(fmax(weight, 1e-30)));
}

static struct json *tokens_with(const struct draw *draw, size_t alternatives)
{
	struct buf out;
	struct err err;

	buf_init(&out, 1000000);
	buf_putc(&out, '[');
	for (size_t i = 0; i < draw->count; i++) {
		const struct token *token = &draw->tokens[i];
		json_add_comma(&out);
		add_token(&out, token->text, token->count ? weight_of(token) : 1);
		buf_puts(&out, ",\"top_logprobs\":[");
		for (size_t j = 0; j < alternatives && j < token->count; j++) {
			json_add_comma(&out);
			add_token(&out, token->list[j].text, token->list[j].weight);
			buf_putc(&out, '}');
		}
		buf_puts(&out, "]}");
	}
	buf_putc(&out, ']');
	struct json *tokens = json_parse(buf_str(&out), &err);
	if (!tokens)
		fail_msg("%s", err.text);
	buf_free(&out);
	return tokens;
}

static void confidences(const struct draw *draw, size_t alternatives, double ret[LABEL_FIELDS])
{
	struct json *tokens = tokens_with(draw, alternatives);
	struct answer answer = {.json = buf_str(&draw->content),
	                        .root_cause = (enum root_cause)draw->chosen[LABEL_ROOT_CAUSE],
	                        .urgency = (enum urgency)draw->chosen[LABEL_URGENCY],
	                        .sentiment = (enum sentiment)draw->chosen[LABEL_SENTIMENT]};
	struct confidence got = confidence_of(tokens, answer.json, &answer);

	json_free(tokens);
	assert_true(got.root_cause_known && got.urgency_known && got.sentiment_known);
	ret[LABEL_ROOT_CAUSE] = got.root_cause;
	ret[LABEL_URGENCY] = got.urgency;
	ret[LABEL_SENTIMENT] = got.sentiment;
}

/* The greatest change of a confidence when only the first few alternatives are there; none may
 * change by more than `most`, or by more than its own bound where that is negative. */
static double greatest_change(size_t alternatives, bool tidy, double noise, double most)
{
	static struct draw draw;
	double greatest = 0;

	buf_init(&draw.content, 1000);
	for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
		double few[LABEL_FIELDS], all[LABEL_FIELDS];
		draw_answer(&draw, seed, tidy, noise);
		confidences(&draw, alternatives, few);
		confidences(&draw, FULL, all);
		for (int field = 0; field < LABEL_FIELDS; field++) {
			double change = fabs(few[field] - all[field]);
			double allowed = most < 0 ? draw.bounds[field] : most;
			greatest = fmax(greatest, change);
			if (change > allowed + 1e-9)
				fail_msg("seed %llu, %s: changes by %.9f, allowed %.9f",
				         (unsigned long long)seed, buf_cstr(&draw.content), change,
				         allowed);
		}
	}
	buf_free(&draw.content);
	return greatest;
}

static void with_one_for_each_label_and_one_more_nothing_changes(void **state)
{
	greatest_change(CONFIDENCE_ALTERNATIVES, true, 0, 0);
}

static void with_one_less_an_unrelated_token_hides_a_label(void **state)
{
	assert_true(greatest_change(CONFIDENCE_ALTERNATIVES - 1, true, 0, 1) > 0.01);
}

static void whatever_comes_first_the_change_is_bounded_by_what_is_not_seen(void **state)
{
	static const double noises[] = {1e-6, 1e-3, 0.1, 1, 10};
	for (size_t i = 0; i < ARRAY_LEN(noises); i++)
		greatest_change(CONFIDENCE_ALTERNATIVES, false, noises[i], -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(with_one_for_each_label_and_one_more_nothing_changes),
	        cmocka_unit_test(with_one_less_an_unrelated_token_hides_a_label),
	        cmocka_unit_test(whatever_comes_first_the_change_is_bounded_by_what_is_not_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
