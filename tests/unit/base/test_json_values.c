/* What is read from a document is the same whichever library parsed it: order, kinds, keys that are
 * there twice, and documents made to be slow. */
#include "helper.h"

#include "base/json.h"

static struct buf text;

static int begin(void **state)
{
	buf_init(&text, SIZE_MAX);
	return 0;
}

static int end(void **state)
{
	buf_free(&text);
	return 0;
}

static struct json *parse(const char *document)
{
	struct err err = {""};
	struct json *tree = json_parse_lenient(str_of(document), &err);

	if (!tree)
		fail_msg("%s", err.text);
	return tree;
}

static void assert_written(const struct json *value, const char *expected)
{
	buf_reset(&text);
	json_add_value(&text, value);
	assert_str(buf_str(&text), expected);
}

static void each_kind_is_told_from_the_others(void **state)
{
	static const enum json_kind kinds[] = {JSON_KIND_NULL,    JSON_KIND_BOOL,  JSON_KIND_BOOL,
	                                       JSON_KIND_INTEGER, JSON_KIND_REAL,  JSON_KIND_STRING,
	                                       JSON_KIND_ARRAY,   JSON_KIND_OBJECT};
	struct json *tree = parse("[null,true,false,0,0.0,\"\",[],{}]");

	assert_int_equal(json_kind(tree), JSON_KIND_ARRAY);
	assert_int_equal(json_item_count(tree), ARRAY_LEN(kinds));
	for (struct json_each each = json_items(tree); json_next(&each);)
		assert_int_equal(json_kind(each.value), kinds[each.index]);
	assert_int_equal(json_kind(json_item(tree, ARRAY_LEN(kinds))), JSON_KIND_ABSENT);
	assert_true(json_is_null(json_item(tree, 0)) && json_is_true(json_item(tree, 1)) &&
	            json_is_false(json_item(tree, 2)) && json_is_number(json_item(tree, 3)) &&
	            json_is_integer(json_item(tree, 3)) && json_is_real(json_item(tree, 4)) &&
	            json_is_string(json_item(tree, 5)));
	assert_false(json_is_null(NULL) || json_is_false(NULL) ||
	             json_is_integer(json_item(tree, 4)));
	json_free(tree);
}

static void elements_and_members_come_in_the_order_of_the_text(void **state)
{
	struct json *tree = parse("{\"z\":[1,[2],{\"x\":3},4],\"a\":{},\"m\":\"n\"}");
	const char *keys[] = {"z", "a", "m"};
	size_t count = 0;

	for (struct json_each each = json_members(tree); json_next(&each); count++) {
		assert_str(each.key, keys[each.index]);
		assert_string_equal(each.key.data, keys[each.index]);
		assert_ptr_equal(each.value, json_at(tree, keys[each.index]));
	}
	assert_int_equal(count, 3);
	const struct json **list = json_list(json_at(tree, "z"), &count);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(list[i], json_item(json_at(tree, "z"), i));
	assert_int_equal(json_int_value(list[3]), 4);
	free(list);
	json_free(tree);
}

static void assert_goes_through_nothing(struct json_each each)
{
	assert_false(json_next(&each));
	assert_false(json_next(&each));
}

static void what_is_no_container_has_no_elements(void **state)
{
	struct json *tree = parse("{\"o\":{\"k\":1},\"a\":[1],\"s\":\"t\",\"e\":[],\"n\":{}}");

	assert_goes_through_nothing(json_items(NULL));
	assert_goes_through_nothing(json_members(NULL));
	assert_goes_through_nothing(json_items(json_at(tree, "o")));
	assert_goes_through_nothing(json_members(json_at(tree, "a")));
	assert_goes_through_nothing(json_items(json_at(tree, "s")));
	assert_goes_through_nothing(json_items(json_at(tree, "e")));
	assert_goes_through_nothing(json_members(json_at(tree, "n")));
	assert_int_equal(json_item_count(json_at(tree, "o")), 0);
	assert_int_equal(json_member_count(json_at(tree, "a")), 0);
	assert_null(json_item(json_at(tree, "o"), 0));
	json_free(tree);
}

/* Lookups and iteration must agree: who wins a repeated key decides what a model has answered. */
static void of_a_repeated_key_the_last_value_stands_at_the_first_place(void **state)
{
	struct json *tree =
	        parse("{\"a\":1,\"b\":{\"c\":1,\"d\":2,\"c\":[{\"e\":1,\"e\":2}]},\"a\":"
	              "\"x\",\"\":1.50,\"\":-0.0}");

	assert_written(tree, "{\"a\":\"x\",\"b\":{\"c\":[{\"e\":2}],\"d\":2},\"\":-0.0}");
	assert_str(json_str_at(tree, "a"), "x");
	assert_int_equal(json_member_count(tree), 3);
	json_free(tree);
}

static void a_repeated_key_is_found_among_few_and_among_many(void **state)
{
	for (int count = 1; count < 300; count = count * 3 / 2 + 1)
		for (int again = 0; again < count; again += 1 + count / 5) {
			struct err err;

			buf_reset(&text);
			buf_putc(&text, '{');
			for (int i = 0; i < count; i++)
				buf_printf(&text, "\"key %d of many\":%d,", i, i);
			size_t whole = text.len;
			buf_printf(&text, "\"key %d of many\":true}", again);
			assert_null(json_parse(buf_str(&text), &err));
			assert_non_null(strstr(err.text, "duplicate key"));
			struct json *tree = json_parse_lenient(buf_str(&text), &err);
			assert_int_equal(json_member_count(tree), count);
			json_free(tree);
			text.data[whole - 1] = '}';
			tree = json_parse(str_make(text.data, whole), &err);
			assert_non_null(tree);
			json_free(tree);
		}
}

/* Comparing each with each would take minutes. These keys are alike at both ends. */
static void a_hundred_thousand_keys_are_no_burden(void **state)
{
	struct err err;

	buf_putc(&text, '{');
	for (int i = 0; i < 100000; i++)
		buf_printf(&text, "%s\"same ends%06dsame ends\":0", i > 0 ? "," : "", i);
	buf_putc(&text, '}');
	struct json *tree = json_parse(buf_str(&text), &err);
	assert_int_equal(json_member_count(tree), 100000);
	json_free(tree);
	text.len--;
	buf_puts(&text, ",\"same ends050000same ends\":1}");
	assert_null(json_parse(buf_str(&text), &err));
	tree = json_parse_lenient(buf_str(&text), &err);
	assert_int_equal(json_int_value(json_at(tree, "same ends050000same ends")), 1);
	json_free(tree);
}

static void a_shared_document_lives_as_long_as_its_last_owner(void **state)
{
	struct json *tree = parse("{\"a\":[1,2]}"), *same = json_share(tree);

	json_free(tree);
	assert_int_equal(json_item_count(json_at(same, "a")), 2);
	json_free(same);
	json_free(NULL);
}

static void what_was_read_is_written_as_it_was(void **state)
{
	static const char *const documents[] = {
	        "{}",
	        "[]",
	        "{\"a\":[1,-2,{\"b\":null}],\"c\":true,\"d\":false}",
	        "[\"\",\"\\\"\\\\\\n\",\"ä😀\"]",
	        "[9223372036854775807,-9223372036854775808]",
	        "[0.1,-14.8,1.0,-0.0,0.30000000000000004,1e+300]",
	        "[4.94065645841247e-324,1.7976931348623157e+308]",
	};

	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		struct json *tree = parse(documents[i]);

		assert_written(tree, documents[i]);
		json_free(tree);
	}
	assert_written(NULL, "null");
}

static void numbers_keep_their_kind_and_their_bounds(void **state)
{
	static const char *const beyond[] = {"[9223372036854775808]",
	                                     "[-9223372036854775809]",
	                                     "[18446744073709551615]",
	                                     "[18446744073709551616]",
	                                     "[1e309]",
	                                     "[-1E+400]"};
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(beyond); i++) {
		assert_null(json_parse(str_of(beyond[i]), &err));
		assert_non_null(strstr(err.text, "number out of range"));
	}
	struct json *tree = parse("[-0,1e2,1e-400]");
	assert_true(json_is_integer(json_item(tree, 0)) && json_is_real(json_item(tree, 1)));
	assert_true(json_double_value(json_item(tree, 2)) == 0);
	assert_int_equal(json_int_value(json_item(tree, 1)), 0);
	json_free(tree);
}

int main(void)
{
	json_seed(1);
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	        TEST(each_kind_is_told_from_the_others),
	        TEST(elements_and_members_come_in_the_order_of_the_text),
	        TEST(what_is_no_container_has_no_elements),
	        TEST(of_a_repeated_key_the_last_value_stands_at_the_first_place),
	        TEST(a_repeated_key_is_found_among_few_and_among_many),
	        TEST(a_hundred_thousand_keys_are_no_burden),
	        TEST(a_shared_document_lives_as_long_as_its_last_owner),
	        TEST(what_was_read_is_written_as_it_was),
	        TEST(numbers_keep_their_kind_and_their_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
