/* Confidence: labels found by offset, several-token labels, renormalised over the allowed labels,
 * never invented. */
#include "support.h"

#include <math.h>

#include "llm/confidence.h"

static const struct answer ANSWER = {
        .root_cause = CAUSE_REFUND, .urgency = URGENCY_LOW, .sentiment = SENTIMENT_NEGATIVE};

#define CONTENT "{\"root_cause\":\"refund\",\"urgency\":\"low\",\"sentiment\":\"negative\"}"

/* One token object, without its closing brace. */
static void add_token(struct buf *out, const char *word, const char *logprob, bool bytes)
{
	struct str text = str_of(word);
	buf_puts(out, "{\"token\":");
	json_add_string(out, bytes ? STR("?") : text);
	buf_puts(out, ",\"logprob\":");
	buf_puts(out, logprob);
	buf_puts(out, ",\"bytes\":");
	buf_puts(out, bytes ? "[" : "null");
	for (size_t i = 0; bytes && i < text.len; i++)
		buf_printf(out, "%s%d", i ? "," : "", (unsigned char)text.data[i]);
	buf_puts(out, bytes ? "]" : "");
}

struct spec {
	const char *word;
	const char *logprob;
	const char *alternatives[10]; /* word, logprob, … */
};

static struct json *tokens_of(const struct spec *specs, size_t count, bool bytes)
{
	struct buf out;
	struct err err;
	buf_init(&out, 100000);
	buf_putc(&out, '[');
	for (size_t i = 0; i < count; i++) {
		json_add_comma(&out);
		add_token(&out, specs[i].word, specs[i].logprob, bytes);
		buf_puts(&out, ",\"top_logprobs\":[");
		for (const char *const *alternative = specs[i].alternatives; *alternative;
		     alternative += 2) {
			json_add_comma(&out);
			add_token(&out, alternative[0], alternative[1], bytes);
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

static struct confidence confidence_at(const struct spec *specs, size_t count, bool bytes,
                                       struct answer answer, const char *content)
{
	struct json *tokens = tokens_of(specs, count, bytes);
	answer.json = str_of(content);
	struct confidence confidence = confidence_of(tokens, answer.json, &answer);
	json_free(tokens);
	return confidence;
}

#define CONFIDENCE(specs) confidence_at(specs, ARRAY_LEN(specs), true, ANSWER, CONTENT)

static void assert_near(double actual, double expected)
{
	if (!(fabs(actual - expected) < 1e-6))
		fail_msg("%.9f is not %.9f", actual, expected);
}

static const struct spec PLAIN[] = {
        {"{\"root_cause\":\"", "0", {NULL}},
        {"refund",
         "-0.693147181",
         {"refund", "-0.693147181", "bug", "-1.386294361", "other", "-2.079441542", "xyz", "-2.0"}},
        {"\",\"urgency\":\"", "0", {NULL}},
        {"low", "-0.1", {"low", "-0.1", "high", "-0.1"}},
        {"\",\"sentiment\":\"", "0", {NULL}},
        {"negative", "-0.25", {"negative", "-0.25"}},
        {"\"}", "0", {NULL}},
};

static void the_share_is_taken_among_the_allowed_labels_only(void **state)
{
	struct confidence got = CONFIDENCE(PLAIN);
	assert_true(got.root_cause_known && got.urgency_known && got.sentiment_known);
	assert_near(got.root_cause, 0.5 / 0.875);
	assert_near(got.urgency, 0.5);
}

static void with_one_label_in_sight_it_is_one_minus_the_unseen_mass(void **state)
{
	assert_near(CONFIDENCE(PLAIN).sentiment, exp(-0.25));
}

static void token_text_serves_where_bytes_are_null(void **state)
{
	struct confidence got = confidence_at(PLAIN, ARRAY_LEN(PLAIN), false, ANSWER, CONTENT);
	assert_near(got.root_cause, 0.5 / 0.875);
}

static void numbers_from_before_a_grammar_are_still_finite_and_sensible(void **state)
{
	static const struct spec specs[] = {
	        {"{\"root_cause\":\"", "-9.2", {"I", "0.0"}},
	        {"refund",
	         "-14.8",
	         {"The", "0.0", "Sure", "-0.01", "refund", "-14.8", "bug", "-17.1"}},
	        {"\",\"urgency\":\"", "-20", {NULL}},
	        {"low", "-14.8", {"The", "0.0", "low", "-14.8"}},
	        {"\",\"sentiment\":\"", "0", {NULL}},
	        {"negative", "-14.8", {"The", "0.0", "neutral", "-13.0"}},
	        {"\"}", "0", {NULL}},
	};
	struct confidence got = CONFIDENCE(specs);
	assert_near(got.root_cause, 1 / (1 + exp(-2.3)));
	assert_near(got.urgency, 1);
	/* the token itself was not among the top ones */
	assert_near(got.sentiment, 1 / (1 + exp(1.8)));
}

static void labels_of_several_tokens_are_followed_until_told_apart(void **state)
{
	static const struct spec specs[] = {
	        {"{\"", "0", {NULL}},
	        {"root_cause\":\"ref", "0", {"root_cause\":\"ref", "0"}},
	        {"und", "0", {NULL}},
	        {"\",\"urgency\":\"", "0", {NULL}},
	        {"l", "-1.0", {"l", "-1.0", "hi", "-1.0", "m", "-1.0"}},
	        {"ow", "0", {"ow", "-5"}},
	        {"\",\"sentiment\":\"", "0", {NULL}},
	        {"ne",
	         "-0.105360516",
	         {"ne", "-0.105360516", "positive", "-2.302585093", "n", "-1.0"}},
	        {"", "-3", {NULL}},
	        {"gative", "-0.223143551", {"gative", "-0.223143551", "utral", "-1.609437912"}},
	        {"\"}", "0", {NULL}},
	};
	struct confidence got = CONFIDENCE(specs);
	assert_near(got.root_cause, 1);
	assert_near(got.urgency, 1.0 / 3);
	assert_near(got.sentiment, 0.9 * 0.8);
}

static void a_token_that_leads_to_several_other_labels_is_a_rival(void **state)
{
	static const struct spec specs[] = {
	        {"{\"root_cause\":\"refund\",\"urgency\":\"low\",\"sentiment\":\"", "0", {NULL}},
	        {"positive",
	         "-0.693147181",
	         {"positive", "-0.693147181", "ne", "-1.386294361", "Sure", "-1.386294361"}},
	        {"\"}", "0", {NULL}},
	};
	struct answer answer = ANSWER;
	answer.sentiment = SENTIMENT_POSITIVE;
	struct confidence got = confidence_at(
	        specs, ARRAY_LEN(specs), true, answer,
	        "{\"root_cause\":\"refund\",\"urgency\":\"low\",\"sentiment\":\"positive\"}");
	assert_near(got.sentiment, 2.0 / 3);
}

static void alternatives_may_bring_quotes_and_blanks_of_their_own(void **state)
{
	static const struct spec specs[] = {
	        {"{\"root_cause\":", "0", {NULL}},
	        {"\"refund\",",
	         "-0.7",
	         {"\"refund\",", "-0.7", " \"bug\"", "-0.7", "\"other", "-0.7", "\"fe\"", "-0.7"}},
	        {"\"urgency\":\"low\",\"sentiment\":\"negative\"}", "0", {NULL}},
	};
	assert_near(CONFIDENCE(specs).root_cause, 1.0 / 3);
}

static void minus_9999_is_no_number(void **state)
{
	static const struct spec specs[] = {
	        {"{\"root_cause\":\"", "0", {NULL}},
	        {"refund", "-9999.0", {"bug", "-0.5"}},
	        {"\",\"urgency\":\"", "0", {NULL}},
	        {"low", "-0.5", {"low", "-0.5", "high", "-9999.0"}},
	        {"\",\"sentiment\":\"", "0", {NULL}},
	        {"negative", "-5000", {NULL}},
	        {"\"}", "0", {NULL}},
	};
	struct confidence got = CONFIDENCE(specs);
	assert_false(got.root_cause_known);
	assert_near(got.urgency, exp(-0.5));
	assert_false(got.sentiment_known); /* too small to divide by */
}

static void a_probability_above_one_counts_as_one(void **state)
{
	static const struct spec specs[] = {
	        {"{\"root_cause\":\"", "0", {NULL}},
	        {"refund", "700", {"refund", "700", "bug", "900"}},
	        {"\",\"urgency\":\"low\",\"sentiment\":\"negative\"}", "0", {NULL}},
	};
	assert_near(CONFIDENCE(specs).root_cause, 0.5);
}

static void text_before_the_content_is_skipped(void **state)
{
	static const struct spec specs[] = {
	        {"<think>bug?</think>\n", "0", {NULL}},
	        {"{\"root_cause\":\"", "0", {NULL}},
	        {"refund", "-0.5", {"refund", "-0.5", "bug", "-0.5"}},
	        {"\",\"urgency\":\"low\",\"sentiment\":\"negative\"}", "0", {NULL}},
	};
	assert_near(CONFIDENCE(specs).root_cause, 0.5);
}

static void the_object_is_found_where_the_content_around_it_was_changed(void **state)
{
	struct json *tokens = tokens_of(PLAIN, ARRAY_LEN(PLAIN), true);
	struct answer answer = ANSWER;
	struct str content = STR("fence " CONTENT);
	answer.json = str_skip(content, 6);
	assert_near(confidence_of(tokens, content, &answer).root_cause, 0.5 / 0.875);
	json_free(tokens);
}

static void of_a_key_given_twice_the_last_value_counts(void **state)
{
	static const struct spec specs[] = {
	        {"{\"root_cause\":\"bug\",\"x\\\"\":1,\"root_cause\" : \"", "0", {NULL}},
	        {"refund", "-0.5", {"refund", "-0.5", "bug", "-0.5"}},
	        {"\"}", "0", {NULL}},
	};
	struct confidence got =
	        confidence_at(specs, ARRAY_LEN(specs), true, ANSWER,
	                      "{\"root_cause\":\"bug\",\"x\\\"\":1,\"root_cause\" : \"refund\"}");
	assert_near(got.root_cause, 0.5);
	assert_false(got.urgency_known);
}

static void assert_unknown(const struct json *tokens, struct str content, struct answer answer)
{
	struct confidence got = confidence_of(tokens, content, &answer);
	assert_false(got.root_cause_known || got.urgency_known || got.sentiment_known);
}

static void a_synonym_has_no_confidence(void **state)
{
	static const struct spec specs[] = {{"{\"root_cause\":\"", "0", {NULL}},
	                                    {"billing", "0", {NULL}},
	                                    {"\"}", "0", {NULL}}};
	struct confidence got = confidence_at(specs, ARRAY_LEN(specs), true, ANSWER,
	                                      "{\"root_cause\":\"billing\"}");
	assert_false(got.root_cause_known);
}

static void a_label_in_capitals_has_one(void **state)
{
	static const struct spec specs[] = {{"{\"root_cause\":\"", "0", {NULL}},
	                                    {"Refund", "-1", {"Refund", "-1", "Bug", "-1"}},
	                                    {"\"}", "0", {NULL}}};
	struct confidence got =
	        confidence_at(specs, ARRAY_LEN(specs), true, ANSWER, "{\"root_cause\":\"Refund\"}");
	assert_near(got.root_cause, 0.5);
}

static void what_is_missing_or_malformed_is_unknown(void **state)
{
	static const char *const documents[] = {
	        "{}",
	        "[]",
	        "[1,2]",
	        "[{\"token\":7}]",
	        "[{\"token\":\"a\",\"bytes\":[256]}]",
	        "[{\"token\":\"a\",\"bytes\":[-1]}]",
	        "[{\"token\":\"a\",\"bytes\":[\"a\"]}]",
	        "[{\"token\":\"something else\",\"logprob\":0}]",
	        ("[{\"token\":\"{\\\"root_cause\\\":\\\"refund\\\",\\\"urgency\\\":\\\"low\\\","
	         "\\\"sentiment\\\":"
	         "\\\"negative\\\"}\"}]"),
	};
	struct answer answer = ANSWER;
	answer.json = STR(CONTENT);
	assert_unknown(NULL, answer.json, answer);
	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		struct json *tokens = json_parse(str_of(documents[i]), NULL);
		assert_non_null(tokens);
		assert_unknown(tokens, answer.json, answer);
		json_free(tokens);
	}
	struct json *tokens = tokens_of(PLAIN, ARRAY_LEN(PLAIN), true);
	answer.json = STR("");
	assert_unknown(tokens, STR(CONTENT), answer);
	json_free(tokens);
}

static void broken_json_in_the_answer_does_no_harm(void **state)
{
	static const char *const contents[] = {"\"",
	                                       "{\"root_cause\"",
	                                       "{\"root_cause\":",
	                                       "{\"root_cause\":1}",
	                                       "{\"root_cause\":\"",
	                                       "\"\\"};
	for (size_t i = 0; i < ARRAY_LEN(contents); i++) {
		struct spec spec = {contents[i], "0", {NULL}};
		struct confidence got = confidence_at(&spec, 1, true, ANSWER, contents[i]);
		assert_false(got.root_cause_known);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_share_is_taken_among_the_allowed_labels_only),
	        cmocka_unit_test(with_one_label_in_sight_it_is_one_minus_the_unseen_mass),
	        cmocka_unit_test(token_text_serves_where_bytes_are_null),
	        cmocka_unit_test(numbers_from_before_a_grammar_are_still_finite_and_sensible),
	        cmocka_unit_test(labels_of_several_tokens_are_followed_until_told_apart),
	        cmocka_unit_test(a_token_that_leads_to_several_other_labels_is_a_rival),
	        cmocka_unit_test(alternatives_may_bring_quotes_and_blanks_of_their_own),
	        cmocka_unit_test(minus_9999_is_no_number),
	        cmocka_unit_test(a_probability_above_one_counts_as_one),
	        cmocka_unit_test(text_before_the_content_is_skipped),
	        cmocka_unit_test(the_object_is_found_where_the_content_around_it_was_changed),
	        cmocka_unit_test(of_a_key_given_twice_the_last_value_counts),
	        cmocka_unit_test(a_synonym_has_no_confidence),
	        cmocka_unit_test(a_label_in_capitals_has_one),
	        cmocka_unit_test(what_is_missing_or_malformed_is_unknown),
	        cmocka_unit_test(broken_json_in_the_answer_does_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
