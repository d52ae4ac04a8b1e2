/* Tokens: what a header gives, and which token it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/control/tokens.h"

#define COMMAND_TOKEN "0123456789abcdef0123456789abcdef"
#define READ_TOKEN "fedcba9876543210fedcba9876543210"

static struct tokens tokens;

static void add(const char *name, enum right may, const char *secret)
{
	struct token *token = &tokens.list[tokens.count++];

	strcpy(token->name, name);
	token->may = may;
	crypto_sha256(str_of(secret), token->digest);
}

static int fill(void **state)
{
	tokens.count = 0;
	add("default", RIGHT_ORDER, COMMAND_TOKEN);
	add("grafana", RIGHT_READ, READ_TOKEN);
	return 0;
}

static void assert_given(const char *header, const char *token)
{
	struct str given;

	assert_true(tokens_read_header(str_of(header), &given));
	assert_true(str_eq(given, str_of(token)));
}

static void the_header_names_its_scheme(void **state)
{
	struct str given;

	assert_given("Bearer " READ_TOKEN, READ_TOKEN);
	assert_given("bearer   " READ_TOKEN " ", READ_TOKEN);
	assert_given("Bearer", "");
	assert_given("Bearer ", "");
	assert_false(tokens_read_header(STR("Basic " READ_TOKEN), &given));
	assert_false(tokens_read_header(STR(READ_TOKEN), &given));
	assert_false(tokens_read_header(STR("Bearer" READ_TOKEN), &given));
	assert_false(tokens_read_header((struct str){0}, &given));
}

static void each_token_is_found_by_its_whole_text(void **state)
{
	assert_string_equal(tokens_find(&tokens, STR(COMMAND_TOKEN))->name, "default");
	assert_int_equal(tokens_find(&tokens, STR(COMMAND_TOKEN))->may, RIGHT_ORDER);
	assert_string_equal(tokens_find(&tokens, STR(READ_TOKEN))->name, "grafana");
	assert_int_equal(tokens_find(&tokens, STR(READ_TOKEN))->may, RIGHT_READ);
}

static void nothing_else_is_a_token(void **state)
{
	static const char *const wrong[] = {"",
	                                    "0123456789abcdef0123456789abcde",
	                                    "0123456789abcdef0123456789abcdef0",
	                                    "0123456789ABCDEF0123456789abcdef",
	                                    " " COMMAND_TOKEN,
	                                    "default",
	                                    COMMAND_TOKEN READ_TOKEN};
	struct tokens none = {0};

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_null(tokens_find(&tokens, str_of(wrong[i])));
	assert_null(tokens_find(&none, STR("")));
	assert_null(tokens_find(&none, STR(COMMAND_TOKEN)));
}

static void a_token_that_was_revoked_or_may_less_is_not_still_there(void **state)
{
	struct token grafana = *tokens_named(&tokens, "grafana");

	assert_true(tokens_still(&tokens, &grafana, RIGHT_READ));
	assert_true(tokens_still(&tokens, tokens_named(&tokens, "default"), RIGHT_READ));
	assert_false(tokens_still(&tokens, &grafana, RIGHT_ORDER));
	tokens.count = 1;
	assert_false(tokens_still(&tokens, &grafana, RIGHT_READ));
	assert_null(tokens_named(&tokens, "grafana"));
}

static void a_token_with_a_new_secret_is_another_one(void **state)
{
	struct token grafana = *tokens_named(&tokens, "grafana");

	tokens.count = 1;
	add("grafana", RIGHT_READ, "another-one-0123456789abcdef0123");
	assert_false(tokens_still(&tokens, &grafana, RIGHT_READ));
	assert_true(tokens_still(&tokens, tokens_named(&tokens, "grafana"), RIGHT_READ));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(the_header_names_its_scheme, fill),
	        cmocka_unit_test_setup(each_token_is_found_by_its_whole_text, fill),
	        cmocka_unit_test_setup(nothing_else_is_a_token, fill),
	        cmocka_unit_test_setup(a_token_that_was_revoked_or_may_less_is_not_still_there,
	                               fill),
	        cmocka_unit_test_setup(a_token_with_a_new_secret_is_another_one, fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
