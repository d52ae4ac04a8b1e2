/* Foreign words: one line, visible, bounded, without credentials. */
#include "reply.h"

#include "desk/zendesk/words.h"

static void check(const char *text, const char *expected)
{
	struct buf out;
	buf_init(&out, 1000);
	zd_add_words(&out, str_of(text), ZD_WORDS_BYTES_MAX);
	assert_string_equal(buf_cstr(&out), expected);
	buf_free(&out);
}

static void ordinary_sentences_stay_as_they_are(void **state)
{
	check("Status: closed prevents ticket update", "Status: closed prevents ticket update");
	check("Couldn't authenticate you", "Couldn't authenticate you");
	check("Ticket 35436 in https://acme.zendesk.com/api/v2/tickets/35436.json was not found",
	      "Ticket 35436 in https://acme.zendesk.com/api/v2/tickets/35436.json was not found");
	check("Basic authentication is disabled", "Basic authentication is disabled");
	check("The Bearer token is expired", "The Bearer token is expired");
	check("missing scopes: tickets:read, write", "missing scopes: tickets:read, write");
	check("Gr\xC3\xBC\xC3\x9F"
	      "e, \xE6\x97\xA5\xE6\x9C\xAC",
	      "Gr\xC3\xBC\xC3\x9F"
	      "e, \xE6\x97\xA5\xE6\x9C\xAC");
	check("", "");
	check(" \r\n\t", "");
}

static void it_becomes_one_line_of_single_blanks(void **state)
{
	check("  a\r\n\r\n\tb\xC2\xA0\xE2\x80\xA8 c\x0B  ", "a b c");
}

static void what_cannot_be_seen_is_left_out(void **state)
{
	check("a\x1B[31mb\x07\x7F", "a[31mb");
	check("a\xC2\x9B"
	      "31mb",
	      "a31mb");
	check("x\xE2\x80\xAEtxt.exe\xE2\x80\xAC", "xtxt.exe");
	check("z\xE2\x80\x8Bz\xEF\xBB\xBFz\xC2\xADz\xE2\x81\xA6z\xF3\xA0\x81\x81", "zzzzz");
	check("bad \xFF\xC3 end", "bad \xEF\xBF\xBD\xEF\xBF\xBD end");
}

static void what_follows_basic_or_bearer_is_hidden(void **state)
{
	check("got Authorization: Basic Ym90QGFjbWU6YWJj", "got Authorization: Basic [hidden]");
	check("Bearer ab1 was refused", "Bearer [hidden] was refused");
	check("\"bearer abcdefghijklmnopqrst\"", "\"bearer [hidden]\"");
	check("BEARER A/B+C=, later", "BEARER [hidden], later");
	check("Bearer", "Bearer");
}

static void the_value_of_a_secret_name_is_hidden(void **state)
{
	check("access_token=abc&x=1", "access_token=[hidden]&x=1");
	check("{\"client_secret\":\"a.b/c\",\"n\":1}", "{\"client_secret\":\"[hidden]\",\"n\":1}");
	check("Password = 'hunter2'", "Password = '[hidden]'");
	check("api_key: k-1; api-key: k; APIKEY=z",
	      "api_key: [hidden]; api-key: [hidden]; APIKEY=[hidden]");
	check("authorization: token-1", "authorization: [hidden]");
	check("the token", "the token");
	check("token:", "token:");
}

static void long_mixed_runs_are_hidden(void **state)
{
	check("id abcDEF0123456789abcd is wrong", "id [hidden] is wrong");
	check("InvalidPaginationDepthExceededSoMuch", "InvalidPaginationDepthExceededSoMuch");
	check("12345678901234567890123", "12345678901234567890123");
	check("abcDEF0123456789abc", "abcDEF0123456789abc");
}

static void user_info_in_a_link_is_hidden(void **state)
{
	check("see https://bot:pw@acme.example/x?y", "see https://[hidden]@acme.example/x?y");
	check("see https://a@b@acme.example", "see https://[hidden]@acme.example");
	check("see https://acme.example/@x", "see https://acme.example/@x");
}

static void a_secret_is_hidden_before_the_text_is_cut(void **state)
{
	char text[300];
	memset(text, 'w', 190);
	strcpy(text + 190, " token=abcdefghijklmnop");
	struct buf out;
	buf_init(&out, 1000);
	zd_add_words(&out, str_of(text), ZD_WORDS_BYTES_MAX);
	assert_int_equal(out.len, ZD_WORDS_BYTES_MAX);
	assert_string_equal(buf_cstr(&out) + 190, " token=[hi");
	buf_free(&out);
}

static void the_cut_is_at_a_character(void **state)
{
	struct buf out;
	buf_init(&out, 1000);
	zd_add_words(&out, STR("ab\xC3\xA4"), 3);
	assert_string_equal(buf_cstr(&out), "ab");
	buf_free(&out);
}

static void a_megabyte_costs_no_more_than_its_beginning(void **state)
{
	char *text = xmalloc(1 << 20);
	memset(text, 0xFF, 1 << 20);
	struct buf out;
	buf_init(&out, 1000);
	zd_add_words(&out, str_make(text, 1 << 20), ZD_WORDS_BYTES_MAX);
	assert_int_equal(out.len, 198);
	assert_true(utf8_valid(buf_str(&out)));
	buf_free(&out);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(ordinary_sentences_stay_as_they_are),
	        cmocka_unit_test(it_becomes_one_line_of_single_blanks),
	        cmocka_unit_test(what_cannot_be_seen_is_left_out),
	        cmocka_unit_test(what_follows_basic_or_bearer_is_hidden),
	        cmocka_unit_test(the_value_of_a_secret_name_is_hidden),
	        cmocka_unit_test(long_mixed_runs_are_hidden),
	        cmocka_unit_test(user_info_in_a_link_is_hidden),
	        cmocka_unit_test(a_secret_is_hidden_before_the_text_is_cut),
	        cmocka_unit_test(the_cut_is_at_a_character),
	        cmocka_unit_test(a_megabyte_costs_no_more_than_its_beginning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
