/* Rate headers: every spelling, any order, and numbers that make no sense. */
#include "reply.h"

#include "desk/zendesk/limits.h"

static struct desk_limits limits_of(const char *const pairs[][2], size_t count)
{
	struct http_reply reply = reply_of(200, "");
	struct desk_limits limits;
	for (size_t i = 0; i < count; i++)
		add_header(&reply, pairs[i][0], pairs[i][1]);
	zd_limits_read(&reply, &limits);
	http_reply_free(&reply);
	return limits;
}
#define LIMITS(...)                                                                                \
	limits_of((const char *const[][2]){__VA_ARGS__},                                           \
	          sizeof((const char *const[][2]){__VA_ARGS__}) / sizeof(const char *const[2]))

static void every_spelling_of_the_pool_is_read(void **state)
{
	struct desk_limits limits =
	        LIMITS({"X-Rate-Limit", "700"}, {"X-Rate-Limit-Remaining", "684"});
	assert_int_equal(limits.pool_limit, 700);
	assert_int_equal(limits.pool_remaining, 684);
	assert_int_equal(limits.pool_resets, -1);

	limits = LIMITS({"ratelimit-limit", "400"}, {"RateLimit-Remaining", " 0 "},
	                {"ratelimit-reset", "7"});
	assert_int_equal(limits.pool_limit, 400);
	assert_int_equal(limits.pool_remaining, 0);
	assert_int_equal(limits.pool_resets, 7000);

	limits = LIMITS({"rate-limit", "200"}, {"rate-limit-remaining", "199"},
	                {"rate-limit-reset", "59"});
	assert_int_equal(limits.pool_limit, 200);
	assert_int_equal(limits.pool_remaining, 199);
	assert_int_equal(limits.pool_resets, 59000);
}

static void a_reply_without_headers_says_nothing(void **state)
{
	struct desk_limits limits =
	        LIMITS({"Content-Type", "application/json"}, {"rate-limited", "5"}, {"x-rate", "5"},
	               {"zendesk-service", "total=5"}, {"ratelimit-policy", "5"});
	assert_int_equal(limits.pool_limit, -1);
	assert_int_equal(limits.pool_remaining, -1);
	assert_int_equal(limits.pool_resets, -1);
	assert_int_equal(limits.endpoint_count, 0);
}

static void where_spellings_disagree_the_lower_count_holds(void **state)
{
	struct desk_limits limits =
	        LIMITS({"X-Rate-Limit-Remaining", "90"}, {"ratelimit-remaining", "3"},
	               {"rate-limit-remaining", "50"}, {"x-rate-limit", "700"},
	               {"rate-limit", "-1"}, {"ratelimit-reset", "30"}, {"rate-limit-reset", "10"});
	assert_int_equal(limits.pool_remaining, 3);
	assert_int_equal(limits.pool_limit, 700);
	assert_int_equal(limits.pool_resets, 30000);
}

static void hostile_numbers_are_as_if_not_said(void **state)
{
	static const char *const bad[] = {
	        "", "-1", "abc", "1.5", "1e9", "0x10", "99999999999999999999", "1000000001"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct desk_limits limits =
		        LIMITS({"x-rate-limit", bad[i]}, {"x-rate-limit-remaining", bad[i]},
		               {"ratelimit-reset", bad[i]});
		assert_int_equal(limits.pool_limit, -1);
		assert_int_equal(limits.pool_remaining, -1);
		assert_int_equal(limits.pool_resets, -1);
	}
	struct desk_limits limits =
	        LIMITS({"ratelimit-reset", "3600"}, {"x-rate-limit", "1000000000"});
	assert_int_equal(limits.pool_resets, 3600000);
	assert_int_equal(limits.pool_limit, 1000000000);
	limits = LIMITS({"ratelimit-reset", "1732480000"}); /* a moment, not a span */
	assert_int_equal(limits.pool_resets, -1);
}

static void an_endpoint_is_read_in_any_order_and_case(void **state)
{
	struct desk_limits limits =
	        LIMITS({"Zendesk-RateLimit-tickets-update", "total=100; remaining=99; resets=59"},
	               {"zendesk-rate-limit-Search-Index",
	                "RESETS = 3;TOTAL=2500 ;Remaining= 2499;burst=7;;x"},
	               {"zendesk-ratelimit-inflight-jobs", "remaining=29"});
	assert_int_equal(limits.endpoint_count, 3);
	assert_string_equal(limits.endpoints[0].name, "tickets-update");
	assert_int_equal(limits.endpoints[0].total, 100);
	assert_int_equal(limits.endpoints[0].remaining, 99);
	assert_int_equal(limits.endpoints[0].resets, 59000);
	assert_string_equal(limits.endpoints[1].name, "search-index");
	assert_int_equal(limits.endpoints[1].total, 2500);
	assert_int_equal(limits.endpoints[1].remaining, 2499);
	assert_int_equal(limits.endpoints[1].resets, 3000);
	assert_string_equal(limits.endpoints[2].name, "inflight-jobs");
	assert_int_equal(limits.endpoints[2].total, -1);
	assert_int_equal(limits.endpoints[2].remaining, 29);
	assert_int_equal(limits.endpoints[2].resets, -1);
}

static void an_endpoint_that_says_nothing_is_left_out(void **state)
{
	struct desk_limits limits = LIMITS(
	        {"zendesk-ratelimit-a", ""}, {"zendesk-ratelimit-b", "resets=59"},
	        {"zendesk-ratelimit-c", "total=-5; remaining=x"}, {"zendesk-ratelimit-", "total=5"},
	        {"zendesk-ratelimit", "total=5"}, {"zendesk-ratelimits", "total=5"},
	        {"zendesk-ratelimit-a b", "total=5"}, {"zendesk-ratelimit-\xC3\xA4", "total=5"},
	        {"zendesk-ratelimit-0123456789012345678901234567890123456789", "total=5"});
	assert_int_equal(limits.endpoint_count, 0);
	limits = LIMITS({"zendesk-ratelimit-012345678901234567890123456789012345678", "total=5"});
	assert_int_equal(limits.endpoint_count, 1);
}

static void no_more_than_four_endpoints_are_looked_at(void **state)
{
	struct desk_limits limits =
	        LIMITS({"zendesk-ratelimit-a", "total=1"}, {"zendesk-ratelimit-b", "total=2"},
	               {"zendesk-ratelimit-c", "total=3"}, {"zendesk-ratelimit-d", "total=4"},
	               {"zendesk-ratelimit-e", "total=5"});
	assert_int_equal(limits.endpoint_count, DESK_ENDPOINTS_MAX);
	assert_string_equal(limits.endpoints[3].name, "d");
}

static msec rest_of(const char *date)
{
	struct http_reply reply = reply_of(200, "");
	if (date)
		add_header(&reply, "Date", date);
	msec rest = zd_limits_window_rest(&reply);
	http_reply_free(&reply);
	return rest;
}

static void a_window_ends_a_second_after_the_full_minute_of_the_servers_clock(void **state)
{
	assert_int_equal(rest_of("Sun, 22 Nov 2026 10:00:59 GMT"), 2000);
	assert_int_equal(rest_of("Sun, 22 Nov 2026 10:00:00 GMT"), 61000);
	assert_int_equal(rest_of("Sun, 22 Nov 2026 10:00:17 GMT"), 44000);
	assert_int_equal(rest_of("Thu, 01 Jan 1970 00:00:00 GMT"), 61000);
}

static void without_a_date_a_window_is_a_minute(void **state)
{
	assert_int_equal(rest_of(NULL), 60000);
	assert_int_equal(rest_of("yesterday"), 60000);
	assert_int_equal(rest_of("Mon, 01 Jan 1900 00:00:01 GMT"), 60000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_spelling_of_the_pool_is_read),
	        cmocka_unit_test(a_reply_without_headers_says_nothing),
	        cmocka_unit_test(where_spellings_disagree_the_lower_count_holds),
	        cmocka_unit_test(hostile_numbers_are_as_if_not_said),
	        cmocka_unit_test(an_endpoint_is_read_in_any_order_and_case),
	        cmocka_unit_test(an_endpoint_that_says_nothing_is_left_out),
	        cmocka_unit_test(no_more_than_four_endpoints_are_looked_at),
	        cmocka_unit_test(a_window_ends_a_second_after_the_full_minute_of_the_servers_clock),
	        cmocka_unit_test(without_a_date_a_window_is_a_minute),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
