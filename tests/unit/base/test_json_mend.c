/* What a ticket may hold and jansson does not read is mended, and nothing else is touched. */
#include <stdlib.h>

#include "base/http_json.h"
#include "base/json_mend.h"
#include "helper.h"

static void assert_mended(const char *text, const char *expected)
{
	char *copy = xstrdup(text);

	assert_true(json_mend(copy, strlen(copy)));
	assert_string_equal(copy, expected);
	assert_false(json_mend(copy, strlen(copy)));
	free(copy);
}

static void assert_left(const char *text)
{
	char *copy = xstrdup(text);

	assert_false(json_mend(copy, strlen(copy)));
	assert_string_equal(copy, text);
	free(copy);
}

static void a_nul_and_half_a_surrogate_become_the_sign_for_what_cannot_be_shown(void **state)
{
	assert_mended("[\"a\\u0000b\"]", "[\"a\\ufffdb\"]");
	assert_mended("[\"\\ud83d\"]", "[\"\\ufffd\"]");
	assert_mended("[\"\\uDE00 \\uD83D\\uDE00 \\ud83d\\ud83d\\ude00\"]",
	              "[\"\\ufffd \\uD83D\\uDE00 \\ufffd\\ud83d\\ude00\"]");
	assert_mended("{\"\\u0000\":1}", "{\"\\ufffd\":1}");
	assert_mended("\"\\ud83d", "\"\\ufffd"); /* cut off */
}

static void a_number_that_fits_nowhere_becomes_null(void **state)
{
	assert_mended("[1,123456789012345678901,-2]", "[1,null                 ,-2]");
	assert_mended("[1e999,-1E999]", "[null ,null  ]");
	assert_left(
	        "[9223372036854775807,-9223372036854775808,1e308,12345678901234567890.5,1e-999]");
}

static void what_must_not_stand_in_a_string_is_replaced(void **state)
{
	assert_mended("[\"a\x01\nb\"]", "[\"a  b\"]");
	assert_mended("[\"a\xff\xc3\"]", "[\"a?\?\"]");
	assert_mended("{\"a\xe2\x82\":1}", "{\"a?\?\":1}");
	assert_left("[\"\xe2\x82\xac\x7f\",\n\t1]");
}

static void all_else_is_left_as_it_is(void **state)
{
	assert_left("");
	assert_left("{\"a\":\"\\\\u0000 \\\\\\\\ud83d 123456789012345678901 "
	            "\\\"\",\"b\":[true,null,-0.5]}");
	assert_left("\"\\u00");
	assert_left("\"\\");
	assert_left("\"\\uXYZW");
	assert_left("[-]");
}

static void one_such_value_does_not_cost_the_page(void **state)
{
	static const char body[] =
	        "{\"results\":[{\"id\":7,\"subject\":\"a\\u0000b \\ud83d\",\"f\":1e999}]}";
	struct http_reply reply = {.result = HTTP_DONE, .status = 200};
	struct err err = {{0}};
	struct json *tree;
	int64_t id;

	reply.body = xstrdup(body);
	reply.body_len = strlen(body);
	tree = http_reply_json(&reply, &err);
	assert_non_null(tree);
	const struct json *ticket = json_item(json_at(tree, "results"), 0);

	assert_true(json_int_at(ticket, "id", &id) && id == 7);
	assert_true(str_eq(json_str_at(ticket, "subject"), STR("a\xEF\xBF\xBD"
	                                                       "b \xEF\xBF\xBD")));
	assert_true(json_is_null(json_at(ticket, "f")));
	json_free(tree);
	free(reply.body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(
	                a_nul_and_half_a_surrogate_become_the_sign_for_what_cannot_be_shown),
	        cmocka_unit_test(a_number_that_fits_nowhere_becomes_null),
	        cmocka_unit_test(what_must_not_stand_in_a_string_is_replaced),
	        cmocka_unit_test(all_else_is_left_as_it_is),
	        cmocka_unit_test(one_such_value_does_not_cost_the_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
