/* One entry that is no JSON costs itself, and its number stays. */
#include <stdlib.h>

#include "base/base.h"
#include "base/json_entries.h"
#include "helper.h"

static void without_blanks(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (*text != ' ')
			*to++ = *text;
	*to = '\0';
}

/* Blanks fill what was taken out. */
static void becomes(const char *text, const char *expected)
{
	char *copy = xstrdup(text);

	assert_true(json_entries_mend(copy, strlen(copy), "l"));
	assert_int_equal(strlen(copy), strlen(text));
	without_blanks(copy);
	assert_string_equal(copy, expected);
	free(copy);
}

static void is_left(const char *text)
{
	char *copy = xstrdup(text);

	assert_false(json_entries_mend(copy, strlen(copy), "l"));
	assert_string_equal(copy, text);
	free(copy);
}

static void an_entry_that_cannot_be_read_leaves_its_number(void **state)
{
	becomes("{\"l\":[{\"id\":12,}]}", "{\"l\":[{\"id\":12}]}");
	becomes("{\"n\":1,\"l\":[{\"id\":1,\"a\":NaN},{\"id\":2}]}",
	        "{\"n\":1,\"l\":[{\"id\":1},{\"id\":2}]}");
	becomes("{\"l\":[{\"id\":1},{\"a\":\"]},\\\"\",\"id\":3,\"a\":0}]}",
	        "{\"l\":[{\"id\":1},{\"id\":3}]}");
	becomes("{\"l\":[ {a:1,\"id\":3}, {\"id\": 4, b} ],\"n\":{}}",
	        "{\"l\":[null,{\"id\":4}],\"n\":{}}");
}

static void a_number_within_the_entry_is_not_its_own(void **state)
{
	becomes("{\"l\":[{\"u\":{\"id\":9},\"id\":5,}]}", "{\"l\":[{\"id\":5}]}");
	becomes("{\"l\":[{\"u\":{\"id\":9},}]}", "{\"l\":[null]}");
	becomes("{\"l\":[{\"id\":\"5\",}]}", "{\"l\":[null]}");
	becomes("{\"l\":[{\"id\":1234567890123456789,}]}", "{\"l\":[null]}");
}

static void what_is_no_object_goes_too(void **state)
{
	becomes("{\"l\":[<b>,{\"id\":1},x]}", "{\"l\":[0,{\"id\":1},0]}");
	becomes("{\"l\":[{\"id\":1}},{\"id\":2}]}", "{\"l\":[{\"id\":1},{\"id\":2}]}");
	becomes("{\"l\":[1 2 3 4]}", "{\"l\":[null]}");
}

static void all_else_is_left_as_it_is(void **state)
{
	is_left("");
	is_left("{");
	is_left("{\"l\"");
	is_left("{\"l\":");
	is_left("{\"l\":[");
	is_left("{\"l\":[]}");
	is_left("{\"l\":7}");
	is_left("[{\"id\":1,}]");
	is_left("{\"k\":[{\"id\":1,}]}");
	is_left("{\"l\":[{\"id\":1,\"a\":[[1,2],{}]},2,null,\"x\"]}");
	is_left("{\"l\":[{\"id\":1,\"a\":\"never ends}]}");
	is_left("{\"l\":[{\"id\":1,\"a\":[}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_entry_that_cannot_be_read_leaves_its_number),
	        cmocka_unit_test(a_number_within_the_entry_is_not_its_own),
	        cmocka_unit_test(what_is_no_object_goes_too),
	        cmocka_unit_test(all_else_is_left_as_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
