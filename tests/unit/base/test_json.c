/* Strict reading of JSON. */
#include "helper.h"

#include "base/json.h"
#include "base/prng.h"

static void assert_refused(struct str text, const char *expected)
{
	struct err err = {0};
	struct json *tree = json_parse(text, &err);
	if (tree)
		fail_msg("taken: " STR_FMT, STR_ARG(text));
	if (strcmp(err.text, expected) != 0)
		fail_msg("\"%s\", expected \"%s\"", err.text, expected);
	assert_null(json_parse(text, NULL));
}

static void objects_and_arrays_are_read(void **state)
{
	struct err err;
	struct json *tree = json_parse(STR(" {\"a\": [1, 2.5, true, null, \"x\"]}\r\n\t "), &err);
	assert_non_null(tree);
	assert_int_equal(json_item_count(json_at(tree, "a")), 5);
	json_free(tree);
	tree = json_parse(STR("[]"), &err);
	assert_non_null(tree);
	json_free(tree);
	json_free(NULL);
}

static void every_fault_is_told_with_line_column_and_reason(void **state)
{
	assert_refused((struct str){0}, "line 1, column 1: empty document");
	assert_refused(STR(" \n"), "line 2, column 0: ends too early");
	assert_refused(STR("{\"a\":\n  bad}"), "line 2, column 5: invalid token");
	assert_refused(STR("{\"a\":1,}"), "line 1, column 8: string or '}' expected");
	assert_refused(STR("{\"a\" 1}"), "line 1, column 6: ':' expected");
	assert_refused(STR("{\"a\":1 2}"), "line 1, column 8: '}' expected");
	assert_refused(STR("[1 2]"), "line 1, column 4: ']' expected");
	assert_refused(STR("[1,]"), "line 1, column 4: unexpected token");
	assert_refused(STR("5"), "line 1, column 1: '[' or '{' expected");
	assert_refused(STR("{\"a\":"), "line 1, column 5: ends too early");
	assert_refused(STR("{\"a\":\"b"), "line 1, column 7: ends too early");
	assert_refused(STR("[] []"), "line 1, column 4: unexpected text after the document");
	assert_refused(STR("{\"a\":1,\"a\":2}"), "line 1, column 10: duplicate key");
	assert_refused(STR("[\"a\nb\"]"), "line 1, column 3: unexpected newline");
	assert_refused(STR("[\"a\x01\"]"), "line 1, column 3: control character");
	assert_refused(STR("[\"\\x\"]"), "line 1, column 4: invalid escape");
	assert_refused(STR("[\"\\u12g4\"]"), "line 1, column 7: invalid escape");
	assert_refused(STR("[\"\\ud800\"]"), "line 1, column 9: invalid Unicode");
	assert_refused(STR("[\"\\udc00\"]"), "line 1, column 9: invalid Unicode");
	assert_refused(STR("[\"\\ud800\\u0041\"]"), "line 1, column 15: invalid Unicode");
	assert_refused(STR("[\"a\\u0000b\"]"), "line 1, column 11: NUL character");
	assert_refused(STR("[99999999999999999999]"), "line 1, column 21: number out of range");
	assert_refused(STR("[1e999]"), "line 1, column 6: number out of range");
}

static void nul_bytes_are_refused_wherever_they_stand(void **state)
{
	assert_refused(STR("{}\0"), "line 1, column 3: NUL byte");
	assert_refused(STR("\0{}"), "line 1, column 1: NUL byte");
	assert_refused(STR("[\n\"\xC3\xA4\0\"]"), "line 2, column 3: NUL byte");
}

static void invalid_utf8_is_refused(void **state)
{
	static const struct str bad[] = {
	        STR("[\"\xFF\"]"),     STR("[\"\xC0\xAF\"]"),         STR("[\"\xED\xA0\x80\"]"),
	        STR("[\"\xE2\x82\"]"), STR("[\"\xF4\x90\x80\x80\"]"), STR("[]\xFF"),
	        STR("[\"\xC3")};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = {0};
		assert_null(json_parse(bad[i], &err));
		assert_non_null(strstr(err.text, "invalid UTF-8"));
		assert_null(json_parse_lenient(bad[i], &err));
	}
}

static void a_byte_order_mark_is_refused(void **state)
{
	struct err err;
	assert_null(json_parse(STR("\xEF\xBB\xBF{}"), &err));
	assert_null(json_parse_lenient(STR("\xEF\xBB\xBF{}"), &err));
}

static void no_error_quotes_the_document(void **state)
{
	/* Cut, and broken at one place, in every way: the secret words never come through. */
	struct str text = STR("{\"SECRET\": [\"SECRET\\uD800 SECRET\", SECRET, {\"SECRET\": 1}], "
	                      "\"SECRET\": SECRET}");
	static const char breaks[] = "\"\\{}[],:\x01\xFF S0";
	char copy[200];
	for (size_t len = 1; len <= text.len; len++)
		for (size_t i = 0; i < sizeof(breaks); i++) {
			struct err err = {0};
			memcpy(copy, text.data, len);
			copy[len - 1] = breaks[i];
			struct json *tree = json_parse(str_make(copy, len), &err);
			assert_null(strstr(err.text, "SEC"));
			assert_null(strstr(err.text, "D800"));
			assert_true(tree || strncmp(err.text, "line 1, column ", 15) == 0);
			json_free(tree);
		}
}

static void nest(struct buf *buf, int depth, bool objects)
{
	for (int i = 0; i < depth; i++)
		buf_puts(buf, objects ? "{\"a\":" : "[");
	buf_puts(buf, objects ? "1" : "");
	for (int i = 0; i < depth; i++)
		buf_putc(buf, objects ? '}' : ']');
}

static void depth_is_bounded(void **state)
{
	for (int objects = 0; objects <= 1; objects++) {
		struct buf buf;
		buf_init(&buf, 10000000);
		nest(&buf, JSON_DEPTH_MAX, objects);
		struct json *tree = json_parse(buf_str(&buf), NULL);
		assert_non_null(tree);
		json_free(tree);
		buf_reset(&buf);
		nest(&buf, JSON_DEPTH_MAX + 1, objects);
		assert_refused(buf_str(&buf), objects ? "line 1, column 321: nested too deep"
		                                      : "line 1, column 65: nested too deep");
		buf_reset(&buf);
		nest(&buf, 1000000, objects);
		assert_null(json_parse_lenient(buf_str(&buf), NULL));
		buf_free(&buf);
	}
}

static void the_number_of_containers_is_bounded(void **state)
{
	struct buf buf;
	buf_init(&buf, 10000000);
	buf_puts(&buf, "[[]");
	for (int i = 2; i < JSON_CONTAINERS_MAX; i++)
		buf_puts(&buf, i % 2 ? ",{}" : ",[]");
	buf_puts(&buf, ",\"[]\"]");
	struct json *tree = json_parse(buf_str(&buf), NULL);
	assert_non_null(tree);
	json_free(tree);
	buf.len--;
	buf_puts(&buf, ",[]]");
	struct err err = {0};
	assert_null(json_parse(buf_str(&buf), &err));
	assert_non_null(strstr(err.text, "too many objects and arrays"));
	buf_free(&buf);
}

static void brackets_side_by_side_or_in_strings_are_not_deep(void **state)
{
	struct buf buf;
	buf_init(&buf, 100000);
	buf_puts(&buf, "[\"");
	for (int i = 0; i < 1000; i++)
		buf_puts(&buf, "[{\\\"\\\\");
	buf_puts(&buf, "\\\\\"");
	for (int i = 0; i < 1000; i++)
		buf_puts(&buf, ",[{}]");
	buf_puts(&buf, "]");
	struct json *tree = json_parse(buf_str(&buf), NULL);
	assert_non_null(tree);
	assert_int_equal(json_item_count(tree), 1001);
	json_free(tree);
	buf_free(&buf);
}

static void brackets_behind_a_string_that_ends_in_backslashes_count(void **state)
{
	struct buf buf;
	buf_init(&buf, 100000);
	buf_puts(&buf, "[\"\\\\\\\\\",");
	nest(&buf, JSON_DEPTH_MAX, false);
	buf_puts(&buf, "]");
	struct err err;
	assert_null(json_parse(buf_str(&buf), &err));
	assert_non_null(strstr(err.text, "nested too deep"));
	buf_free(&buf);
}

/* The pre-scan may say anything about a wrong document, but must neither crash nor let depth
 * through. */
static void random_garbage_never_crashes(void **state)
{
	static const char alphabet[] = "[]{}\"\\:,1 a\nu";
	struct prng prng;
	prng_seed(&prng, test_seed());
	struct json *tree;
	for (int round = 0; round < 100000; round++) {
		size_t len = (size_t)prng_below(&prng, 60);
		char *text = xmalloc(len);
		for (size_t i = 0; i < len; i++)
			text[i] = alphabet[prng_below(&prng, sizeof(alphabet))];
		struct err err;
		tree = json_parse(str_make(text, len), &err);
		json_free(tree);
		free(text);
	}
}

static void lenient_reading_lets_the_last_key_win(void **state)
{
	struct json *tree = json_parse_lenient(STR("{\"a\":\"x\",\"a\":\"y\"}"), NULL);
	assert_str(json_str_at(tree, "a"), "y");
	json_free(tree);
	assert_null(json_parse_lenient(STR("{} {}"), NULL));
}

static void getters_say_not_there_for_null_and_wrong_types(void **state)
{
	struct json *tree = json_parse(STR("{\"s\":\"a\",\"i\":-5,\"r\":2.5,\"t\":true,\"f\":false,"
	                                   "\"n\":null,\"o\":{},\"e\":\"\"}"),
	                               NULL);
	int64_t integer = 0;
	double number = 0;
	bool truth = false;
	assert_str(json_str_at(tree, "s"), "a");
	assert_non_null(json_str_at(tree, "e").data);
	assert_null(json_str_at(tree, "i").data);
	assert_null(json_str_at(tree, "n").data);
	assert_null(json_str_at(tree, "absent").data);
	assert_null(json_str_at(NULL, "s").data);
	assert_null(json_str_at(json_at(tree, "s"), "s").data);
	assert_null(json_str_value(NULL).data);
	assert_null(json_at(NULL, "s"));
	assert_null(json_at(json_at(tree, "i"), "s"));

	assert_true(json_int_at(tree, "i", &integer));
	assert_int_equal(integer, -5);
	assert_false(json_int_at(tree, "r", &integer));
	assert_false(json_int_at(tree, "s", &integer));
	assert_false(json_int_at(NULL, "i", &integer));

	assert_true(json_number_at(tree, "i", &number));
	assert_true(number == -5);
	assert_true(json_number_at(tree, "r", &number));
	assert_true(number == 2.5);
	assert_false(json_number_at(tree, "t", &number));

	assert_true(json_bool_at(tree, "t", &truth));
	assert_true(truth);
	assert_true(json_bool_at(tree, "f", &truth));
	assert_false(truth);
	assert_false(json_bool_at(tree, "n", &truth));
	assert_false(json_bool_at(tree, "i", &truth));
	json_free(tree);
}

static void numbers_at_the_edge_of_64_bits_are_exact(void **state)
{
	int64_t least, most;
	struct json *tree =
	        json_parse(STR("{\"a\":-9223372036854775808,\"b\":9223372036854775807}"), NULL);
	assert_true(json_int_at(tree, "a", &least) && json_int_at(tree, "b", &most));
	assert_true(least == INT64_MIN && most == INT64_MAX);
	json_free(tree);
}

static int seed_json(void **state)
{
	/* 0 must not lead to the operating system either. */
	json_seed(0);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(objects_and_arrays_are_read),
	        cmocka_unit_test(every_fault_is_told_with_line_column_and_reason),
	        cmocka_unit_test(nul_bytes_are_refused_wherever_they_stand),
	        cmocka_unit_test(invalid_utf8_is_refused),
	        cmocka_unit_test(a_byte_order_mark_is_refused),
	        cmocka_unit_test(no_error_quotes_the_document),
	        cmocka_unit_test(depth_is_bounded),
	        cmocka_unit_test(the_number_of_containers_is_bounded),
	        cmocka_unit_test(brackets_side_by_side_or_in_strings_are_not_deep),
	        cmocka_unit_test(brackets_behind_a_string_that_ends_in_backslashes_count),
	        cmocka_unit_test(random_garbage_never_crashes),
	        cmocka_unit_test(lenient_reading_lets_the_last_key_win),
	        cmocka_unit_test(getters_say_not_there_for_null_and_wrong_types),
	        cmocka_unit_test(numbers_at_the_edge_of_64_bits_are_exact),
	};
	return cmocka_run_group_tests(tests, seed_json, NULL);
}
