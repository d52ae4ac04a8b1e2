/* Rate headers in the spellings of several services. */
#include "support.h"

#include "llm/rates.h"

static struct llm_result read(const char *const *headers)
{
	struct http_reply reply = reply_of(200, "{}");
	struct llm_result result = {0};
	for (; headers && *headers; headers += 2)
		add_header(&reply, headers[0], headers[1]);
	rates_read(&reply, &result);
	http_reply_free(&reply);
	return result;
}

static void counts_and_durations_are_read(void **state)
{
	struct llm_result got = read((const char *[]){
	        "X-RateLimit-Remaining-Requests", "499", "x-ratelimit-remaining-tokens", "199584",
	        "x-ratelimit-reset-requests", "120ms", "x-ratelimit-reset-tokens", "6m0s", NULL});
	assert_int_equal(got.requests_remaining, 499);
	assert_int_equal(got.tokens_remaining, 199584);
	assert_int_equal(got.requests_reset, 120);
	assert_int_equal(got.tokens_reset, 360000);
}

static void commas_fractions_and_bare_seconds_are_understood(void **state)
{
	struct llm_result got = read((const char *[]){
	        "x-ratelimit-remaining-tokens", "1,030,000", "x-ratelimit-reset-tokens", "12",
	        "x-ratelimit-reset-requests", "2m59.56s", NULL});
	assert_int_equal(got.tokens_remaining, 1030000);
	assert_int_equal(got.tokens_reset, 12000);
	assert_int_equal(got.requests_reset, 179560);
}

static void absent_negative_and_unreadable_values_are_unknown(void **state)
{
	struct llm_result got = read(NULL);
	assert_int_equal(got.requests_remaining, -1);
	assert_int_equal(got.tokens_remaining, -1);
	assert_int_equal(got.requests_reset, -1);
	assert_int_equal(got.tokens_reset, -1);
	got = read((const char *[]){
	        "x-ratelimit-remaining-requests", "-1", "x-ratelimit-remaining-tokens", "many",
	        "x-ratelimit-reset-requests", "-5s", "x-ratelimit-reset-tokens", "", NULL});
	assert_int_equal(got.requests_remaining, -1);
	assert_int_equal(got.tokens_remaining, -1);
	assert_int_equal(got.requests_reset, -1);
	assert_int_equal(got.tokens_reset, -1);
	got = read((const char *[]){"x-ratelimit-remaining-tokens",
	                            "99999999999999999999999999999999", NULL});
	assert_int_equal(got.tokens_remaining, -1);
}

static void nothing_left_counts_only_with_a_time_of_return(void **state)
{
	struct llm_result got = read((const char *[]){
	        "x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "1s",
	        "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "0", NULL});
	assert_int_equal(got.requests_remaining, 0);
	assert_int_equal(got.requests_reset, 1000);
	assert_int_equal(got.tokens_remaining, -1);
}

static void a_narrower_limit_of_the_project_wins(void **state)
{
	struct llm_result got = read(
	        (const char *[]){"x-ratelimit-remaining-tokens", "500", "x-ratelimit-reset-tokens",
	                         "1s", "x-ratelimit-remaining-project-tokens", "20",
	                         "x-ratelimit-reset-project-tokens", "3s", NULL});
	assert_int_equal(got.tokens_remaining, 20);
	assert_int_equal(got.tokens_reset, 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(counts_and_durations_are_read),
	        cmocka_unit_test(commas_fractions_and_bare_seconds_are_understood),
	        cmocka_unit_test(absent_negative_and_unreadable_values_are_unknown),
	        cmocka_unit_test(nothing_left_counts_only_with_a_time_of_return),
	        cmocka_unit_test(a_narrower_limit_of_the_project_wins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
