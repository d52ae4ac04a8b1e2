/* What models were seen to write, and what it is read as. */
#include "support.h"

static struct arena arena;
static struct answer answer;
static struct err err;

static int set_up(void **state)
{
	json_seed(1);
	arena = (struct arena){0};
	return 0;
}

static int tear_down(void **state)
{
	arena_free(&arena);
	return 0;
}

static int parse(const char *content)
{
	err.text[0] = '\0';
	return answer_parse(str_of(content), false, &arena, &answer, &err);
}

/* It is the analysis of GOOD. */
static void assert_good(const char *content, unsigned repairs)
{
	if (parse(content) < 0)
		fail_msg("%s: %s", content, err.text);
	assert_str(answer.summary, "Login fails");
	assert_int_equal(answer.root_cause, CAUSE_BUG);
	assert_int_equal(answer.urgency, URGENCY_HIGH);
	assert_int_equal(answer.sentiment, SENTIMENT_NEGATIVE);
	assert_int_equal(answer.repairs, repairs);
}

static void assert_bad(const char *content, const char *reason)
{
	answer.summary = STR("untouched");
	assert_int_equal(parse(content), -1);
	if (!strstr(err.text, reason))
		fail_msg("%s: \"%s\" does not say \"%s\"", content, err.text, reason);
	assert_str(answer.summary, "untouched");
}

static void a_plain_object_needs_no_repair(void **state)
{
	assert_good(GOOD, 0);
	assert_str(answer.json, GOOD);
	assert_good("\n  " GOOD " \n\t", 0);
}

static void extra_keys_are_ignored(void **state)
{
	assert_good("{\"confidence\":0.9,\"summary\":\"Login "
	            "fails\",\"root_cause\":\"bug\",\"urgency\":\"high\","
	            "\"sentiment\":\"negative\",\"tags\":[{}]}",
	            0);
}

static void a_code_fence_is_taken_off(void **state)
{
	assert_good("```json\n" GOOD "\n```", REPAIR_FENCE);
	assert_good("```\n" GOOD "```", REPAIR_FENCE);
	assert_good("```JSON " GOOD "```", REPAIR_FENCE);
	assert_good("```json\n" GOOD, REPAIR_FENCE);
	assert_good("```json\n" GOOD "\n```\nI hope this helps!", REPAIR_FENCE);
}

static void text_around_the_object_is_skipped(void **state)
{
	assert_good("Here is the JSON:\n" GOOD, REPAIR_PROSE);
	assert_good(GOOD "\nLet me know if you need more.", REPAIR_PROSE);
	assert_good("Sure! ```json\n" GOOD "\n``` Done {really}.", REPAIR_PROSE);
	assert_good("The set {a, b} is {\"x\":1}: " GOOD, REPAIR_PROSE);
	assert_good("She said \"no: " GOOD, REPAIR_PROSE);
	assert_str(answer.json, GOOD);
}

static void a_byte_order_mark_is_taken_off(void **state)
{
	assert_good("\xEF\xBB\xBF" GOOD, REPAIR_PROSE);
}

static void of_two_objects_the_last_counts(void **state)
{
	const char *two = "{\"summary\":\"b\",\"root_cause\":\"other\",\"urgency\":\"low\","
	                  "\"sentiment\":\"neutral\"}" GOOD;
	assert_good(two, REPAIR_PROSE);
	assert_int_equal(answer_parse(str_of(two), true, &arena, &answer, &err), 0);
	assert_int_equal(answer.root_cause, CAUSE_BUG);
	assert_int_equal(answer.repairs, REPAIR_PROSE | REPAIR_THINK);
}

static void an_object_without_our_keys_is_passed_over(void **state)
{
	assert_good("{\"thought\":\"hm\"} " GOOD, REPAIR_PROSE);
	assert_bad("{\"a\":1}{\"b\":2}", "unexpected text after");
	assert_bad("{}", "none of the requested keys");
}

static void think_blocks_are_taken_off(void **state)
{
	assert_good("<think>Is it {\"root_cause\":\"refund\"}? No.</think>\n" GOOD, REPAIR_THINK);
	assert_good("<think></think>" GOOD, REPAIR_THINK);
	assert_good("<THINK>a</THINK> <think>b</think>" GOOD, REPAIR_THINK);
	assert_good("opening tag swallowed </think>" GOOD, REPAIR_THINK);
	assert_good("<think>x</think>```json\n" GOOD "\n```", REPAIR_THINK | REPAIR_FENCE);
	assert_bad("<think>" GOOD, "empty");
	assert_bad("<think>hm</think>", "empty");
}

static void a_think_tag_inside_a_summary_is_text(void **state)
{
	assert_int_equal(parse("{\"summary\":\"sees </think> on "
	                       "page\",\"root_cause\":\"bug\",\"urgency\":\"low\","
	                       "\"sentiment\":\"neutral\"}"),
	                 0);
	assert_str(answer.summary, "sees </think> on page");
}

static void wrappers_are_opened(void **state)
{
	assert_good("[" GOOD "]", REPAIR_WRAPPER);
	assert_good("{\"result\":" GOOD "}", REPAIR_WRAPPER);
	assert_good("{\"result\":[" GOOD "]}", REPAIR_WRAPPER);
	assert_good("{\"type\":\"object\",\"properties\":" GOOD "}", REPAIR_WRAPPER);
	assert_good("\"" GOOD_QUOTED "\"", REPAIR_WRAPPER);
	assert_good("{\"answer\":\"" GOOD_QUOTED "\"}", REPAIR_WRAPPER);
	assert_int_equal(answer.json.len, 0);
}

static void what_is_too_much_wrapped_or_wraps_nothing_is_no_answer(void **state)
{
	assert_bad("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":1}}}}}", "none of the requested keys");
	assert_bad("[1]", "no JSON object");
	assert_bad("\"just words\"", "no JSON object");
	assert_bad("{\"a\":\"{\"}", "none of the requested keys");
	assert_bad("\"cut", "no JSON object");
}

static void keys_are_read_in_any_spelling(void **state)
{
	assert_good(
	        "{\"Summary\":\"Login "
	        "fails\",\"rootCause\":\"bug\",\"URGENCY\":\"high\",\"sentiment \":\"negative\"}",
	        REPAIR_KEYS);
	assert_good("{\"summary\":\"Login fails\",\"Root "
	            "Cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":\"negative\"}",
	            REPAIR_KEYS);
}

static void of_duplicate_keys_the_last_wins_and_the_exact_spelling_outranks(void **state)
{
	assert_good(
	        "{\"summary\":\"Login "
	        "fails\",\"root_cause\":\"other\",\"urgency\":\"high\",\"sentiment\":\"negative\","
	        "\"root_cause\":\"bug\"}",
	        REPAIR_KEYS);
	assert_good(
	        "{\"summary\":\"Login "
	        "fails\",\"root_cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":\"negative\","
	        "\"Root_Cause\":\"other\"}",
	        REPAIR_KEYS);
	assert_good("{\"summary\":\"Login "
	            "fails\",\"RootCause\":\"other\",\"ROOTCAUSE\":\"bug\",\"urgency\":\"high\","
	            "\"sentiment\":\"negative\"}",
	            REPAIR_KEYS);
}

static void labels_in_other_words_are_mapped(void **state)
{
	assert_good("{\"summary\":\"Login fails\",\"root_cause\":\"Technical "
	            "issue\",\"urgency\":\"P1\","
	            "\"sentiment\":\"Frustrated\"}",
	            REPAIR_LABELS);
}

static void a_label_outside_the_lists_is_an_error_that_does_not_quote_it(void **state)
{
	assert_bad("{\"summary\":\"s\",\"root_cause\":\"secret\",\"urgency\":\"high\","
	           "\"sentiment\":\"negative\"}",
	           "root_cause is not one of the allowed words");
	assert_null(strstr(err.text, "secret"));
	assert_bad("{\"summary\":\"s\",\"root_cause\":\"bug\",\"urgency\":\"soon\",\"sentiment\":"
	           "\"negative\"}",
	           "urgency is not one");
	assert_bad("{\"summary\":\"s\",\"root_cause\":\"bug|feature|refund|other\",\"urgency\":"
	           "\"high\","
	           "\"sentiment\":\"neutral\"}",
	           "root_cause is not one");
}

static void a_missing_field_or_one_of_the_wrong_type_is_an_error(void **state)
{
	assert_bad("{\"summary\":\"s\",\"root_cause\":\"bug\",\"urgency\":\"high\"}",
	           "no word in sentiment");
	assert_bad("{\"root_cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":\"neutral\"}",
	           "no text in summary");
	assert_bad("{\"summary\":7,\"root_cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":"
	           "\"neutral\"}",
	           "no text in summary");
	assert_bad("{\"summary\":\"s\",\"root_cause\":null,\"urgency\":\"high\",\"sentiment\":"
	           "\"neutral\"}",
	           "no word in root_cause");
	assert_bad("{\"summary\":\"s\",\"root_cause\":[\"bug\"],\"urgency\":\"high\",\"sentiment\":"
	           "\"neutral\"}",
	           "no word in root_cause");
	assert_bad("{\"summary\":\" \\n\\t "
	           "\",\"root_cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":\"neutral\"}",
	           "summary is empty");
}

static void the_schema_echoed_is_no_answer(void **state)
{
	assert_bad("{\"type\":\"object\",\"required\":[\"summary\"],\"properties\":{\"summary\":{"
	           "\"type\":\"string\"},"
	           "\"root_cause\":{\"type\":\"string\",\"enum\":[\"bug\"]}}}",
	           "no text in summary");
}

static void small_faults_of_syntax_are_mended(void **state)
{
	assert_good(
	        "{\"summary\":\"Login "
	        "fails\",\"root_cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":\"negative\", }",
	        REPAIR_SYNTAX);
	assert_int_equal(answer.json.len, 0);
	assert_good("{\"summary\":\"Login\nfails\",\"root_cause\":\"bug\",\"urgency\":\"high\","
	            "\"sentiment\":\"negative\"}",
	            REPAIR_SYNTAX);
	assert_good("{\"summary\":\"Login\tfails\",\"root_cause\":\"bug\",\"urgency\":\"high\","
	            "\"sentiment\":"
	            "\"negative\",\n}",
	            REPAIR_SYNTAX);
	assert_good("{'summary':'Login "
	            "fails','root_cause':'bug','urgency':'high','sentiment':'negative',}",
	            REPAIR_SYNTAX);
	assert_good("Here's it: {'summary' : 'Login fails', 'root_cause': "
	            "'bug','urgency':'high','sentiment': 'negative' }",
	            REPAIR_SYNTAX | REPAIR_PROSE);
}

static void apostrophes_in_single_quoted_text_survive(void **state)
{
	assert_int_equal(parse("{'summary':'User can't log in, it\\'s "
	                       "broken','root_cause':'bug','urgency':'high',"
	                       "'sentiment':'neutral'}"),
	                 0);
	assert_str(answer.summary, "User can't log in, it's broken");
	assert_int_equal(parse("{'summary':'a\nb','root_cause':'bug','urgency':'high','sentiment':'"
	                       "neutral'}"),
	                 0);
	assert_str(answer.summary, "a b");
}

static void a_comma_inside_a_string_is_no_trailing_comma(void **state)
{
	assert_int_equal(
	        parse("{\"summary\":\"a,} b\\\",]\",\"root_cause\":\"bug\",\"urgency\":\"high\","
	              "\"sentiment\":\"neutral\",}"),
	        0);
	assert_str(answer.summary, "a,} b\",]");
}

static void a_truncated_object_is_never_closed(void **state)
{
	const char *whole = GOOD;
	for (size_t len = 1; len < strlen(whole); len++) {
		char *part = xmemdup0(whole, len);
		assert_bad(part, "cut off");
		free(part);
	}
	assert_bad("```json\n{\"summary\":\"Login fails\",\"root_cause\":\"bug\",", "cut off");
}

static void what_is_no_json_says_so(void **state)
{
	assert_bad("", "empty");
	assert_bad(" \n ", "empty");
	assert_bad("<html><body>502</body></html>", "no JSON object");
	assert_bad("I cannot help with that.", "no JSON object");
	assert_bad("{summary: nothing}", "not JSON");
	assert_bad("{\"summary\":\"a\" \"b\": 1}", "not JSON");
	assert_bad("{\"summary\":\"\\u0000\",\"root_cause\":\"bug\"}", "NUL");
}

static void bytes_that_are_not_utf_8_and_nul_bytes_are_refused(void **state)
{
	assert_bad("{\"summary\":\"\xFF\",\"root_cause\":\"bug\"}", "not UTF-8");
	struct str nul = {"{\"summary\":\"a\0b\"}", 17};
	assert_int_equal(answer_parse(nul, false, &arena, &answer, &err), -1);
	assert_non_null(strstr(err.text, "NUL"));
}

static void nesting_and_length_are_bounded(void **state)
{
	assert_bad("[[[[[[[[[{}]]]]]]]]]", "nested too deep");
	assert_bad("{\"a\":[[[[[[[[[[1]]]]]]]]]]}", "nested too deep");
	size_t len = ANSWER_BYTES_MAX + 1;
	char *long_text = xmalloc(len);
	memset(long_text, ' ', len);
	memcpy(long_text, GOOD, strlen(GOOD));
	assert_int_equal(answer_parse(str_make(long_text, len), false, &arena, &answer, &err), -1);
	assert_non_null(strstr(err.text, "64 KiB"));
	assert_int_equal(answer_parse(str_make(long_text, len - 1), false, &arena, &answer, &err),
	                 0);
	free(long_text);
}

static void the_summary_is_one_trimmed_line(void **state)
{
	assert_int_equal(parse("{\"summary\":\"  a\\r\\n b\\u2028c\\u0085\\u0007d \\u00a0 e  "
	                       "\",\"root_cause\":\"bug\","
	                       "\"urgency\":\"high\",\"sentiment\":\"neutral\"}"),
	                 0);
	assert_str(answer.summary, "a b c d e");
}

static void a_long_summary_is_cut_to_200_characters_with_dots(void **state)
{
	struct buf text;
	buf_init(&text, 4096);
	buf_puts(&text, "{\"root_cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":\"neutral\","
	                "\"summary\":\"");
	for (int i = 0; i < 200; i++)
		buf_puts(&text, "\xC3\xA4");
	size_t exact = text.len;
	buf_puts(&text, "\"}");
	assert_int_equal(parse(buf_cstr(&text)), 0);
	assert_int_equal(utf8_chars(answer.summary), 200);
	assert_int_equal(answer.repairs, 0);
	text.len = exact;
	buf_puts(&text, "x\"}");
	assert_int_equal(parse(buf_cstr(&text)), 0);
	assert_int_equal(utf8_chars(answer.summary), 200);
	assert_true(str_ends(answer.summary, STR("\xC3\xA4...")));
	assert_int_equal(answer.repairs, REPAIR_LENGTH);
	buf_free(&text);
}

static void hostile_braces_take_linear_time(void **state)
{
	static const char *const patterns[] = {"{",
	                                       "{\"",
	                                       "{\"a\":",
	                                       "[{",
	                                       "{'",
	                                       "{}",
	                                       "{\"{\\\"",
	                                       "\"{",
	                                       "}{",
	                                       "{,  ",
	                                       "<think>",
	                                       "</think>",
	                                       "<",
	                                       "[",
	                                       "<think></a>",
	                                       "<|channel|>",
	                                       "{a:\"",
	                                       "{\"a\":\"b\" ",
	                                       "{//",
	                                       "{a:/*",
	                                       "{\"a\":\"//\"",
	                                       "{a:{}",
	                                       "{a:[0,",
	                                       "{'a':\"\xE2\x80\x9C",
	                                       "\xE2\x97\x81",
	                                       "{\"<think>",
	                                       "{\"urgency\":{}",
	                                       "{\"urgency\":{}},",
	                                       "#{",
	                                       "{\"a\":[[[[[[[[[[]]]]]]]]]]}"};
	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		struct buf text;
		buf_init(&text, ANSWER_BYTES_MAX);
		while (!text.overflow)
			buf_puts(&text, patterns[i]);
		assert_int_equal(answer_parse(buf_str(&text), false, &arena, &answer, NULL), -1);
		buf_free(&text);
	}
}

static void the_error_may_be_ignored(void **state)
{
	assert_int_equal(answer_parse(STR("x"), false, &arena, &answer, NULL), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(a_plain_object_needs_no_repair),
	        TEST(extra_keys_are_ignored),
	        TEST(a_code_fence_is_taken_off),
	        TEST(text_around_the_object_is_skipped),
	        TEST(a_byte_order_mark_is_taken_off),
	        TEST(of_two_objects_the_last_counts),
	        TEST(an_object_without_our_keys_is_passed_over),
	        TEST(think_blocks_are_taken_off),
	        TEST(a_think_tag_inside_a_summary_is_text),
	        TEST(wrappers_are_opened),
	        TEST(what_is_too_much_wrapped_or_wraps_nothing_is_no_answer),
	        TEST(keys_are_read_in_any_spelling),
	        TEST(of_duplicate_keys_the_last_wins_and_the_exact_spelling_outranks),
	        TEST(labels_in_other_words_are_mapped),
	        TEST(a_label_outside_the_lists_is_an_error_that_does_not_quote_it),
	        TEST(a_missing_field_or_one_of_the_wrong_type_is_an_error),
	        TEST(the_schema_echoed_is_no_answer),
	        TEST(small_faults_of_syntax_are_mended),
	        TEST(apostrophes_in_single_quoted_text_survive),
	        TEST(a_comma_inside_a_string_is_no_trailing_comma),
	        TEST(a_truncated_object_is_never_closed),
	        TEST(what_is_no_json_says_so),
	        TEST(bytes_that_are_not_utf_8_and_nul_bytes_are_refused),
	        TEST(nesting_and_length_are_bounded),
	        TEST(the_summary_is_one_trimmed_line),
	        TEST(a_long_summary_is_cut_to_200_characters_with_dots),
	        TEST(hostile_braces_take_linear_time),
	        TEST(the_error_may_be_ignored),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
