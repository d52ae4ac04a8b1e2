/* Requests: addresses, headers, caps and the one body that changes anything. */
#include "reply.h"

#include "base/json.h"
#include "desk/zendesk/requests.h"

#define API "https://acme.zendesk.com/api/v2"

static struct config *config;
static struct zd_client client;
static struct http_request request;

static int set_up(void **state)
{
	config = config_new();
	set_option(&config->zendesk.base_url, "https://acme.zendesk.com");
	set_option(&config->zendesk.email, "bot@acme.example");
	set_option(&config->zendesk.api_token, "abc123");
	zd_client_init(&client, config, "1.2.3");
	return 0;
}

static int tear_down(void **state)
{
	http_request_free(&request);
	zd_client_free(&client);
	zd_client_free(&client);
	config_free(config);
	return 0;
}

static const struct desk_slice all;

static void a_request_names_us_and_carries_the_credentials(void **state)
{
	zd_request_me(&client, &request);
	assert_int_equal(request.method, HTTP_GET);
	assert_string_equal(request.url, API "/users/me.json");
	assert_int_equal(request.header_count, 3);
	assert_string_equal(request.headers[0], "Accept: application/json");
	assert_string_equal(request.headers[1], "User-Agent: ai-ticketd/1.2.3");
	assert_string_equal(request.headers[2],
	                    "Authorization: Basic Ym90QGFjbWUuZXhhbXBsZS90b2tlbjphYmMxMjM=");
	assert_int_equal(request.timeout, 30000);
	assert_int_equal(request.reply_max, ZD_REPLY_MAX);
	assert_null(request.body);
}

static void a_search_asks_for_new_and_open_tickets_without_our_tag_oldest_first(void **state)
{
	zd_request_search(&client, &all, 100, &request);
	assert_string_equal(
	        request.url,
	        API "/search.json?query=type%3Aticket%20status%3Cpending%20-tags%3Aai_processed"
	            "&sort_by=created_at&sort_order=asc&page=1&per_page=100");
	assert_int_equal(request.reply_max, ZD_REPLY_MAX);
}

static void terms_of_the_configuration_are_added_and_encoded(void **state)
{
	set_option(&config->zendesk.query, "  group:\"T & S\" created>2026-11-01#1 ");
	zd_request_search(&client, &all, 50, &request);
	assert_contains(request.url, "-tags%3Aai_processed%20group%3A%22T%20%26%20S%22%20created%"
	                             "3E2026-11-01%231&sort_by");
	http_request_free(&request);
	set_option(&config->zendesk.query, "   ");
	zd_request_search(&client, &all, 50, &request);
	assert_contains(request.url, "-tags%3Aai_processed&sort_by");
}

static void the_processed_tag_comes_from_the_configuration(void **state)
{
	set_option(&config->zendesk.processed_tag, "triaged");
	zd_request_export(&client, &all, (struct str){0}, 10, &request);
	assert_contains(request.url, "query=status%3Cpending%20-tags%3Atriaged&");
}

static void the_export_filters_by_type_outside_the_query(void **state)
{
	zd_request_export(&client, &all, (struct str){0}, 100, &request);
	assert_string_equal(request.url,
	                    API "/search/export.json?query=status%3Cpending%20-tags%3Aai_processed"
	                        "&filter%5Btype%5D=ticket&page%5Bsize%5D=100");
	http_request_free(&request);
	zd_request_export(&client, &all, STR("eyJ+/=&x=1"), 25, &request);
	assert_string_equal(request.url,
	                    API "/search/export.json?query=status%3Cpending%20-tags%3Aai_processed"
	                        "&filter%5Btype%5D=ticket&page%5Bsize%5D=25"
	                        "&page%5Bafter%5D=eyJ%2B%2F%3D%26x%3D1");
}

static void a_page_size_is_kept_within_what_zendesk_gives(void **state)
{
	zd_request_search(&client, &all, 0, &request);
	assert_contains(request.url, "&per_page=1");
	assert_int_equal(request.reply_max, ZD_REPLY_ONE_MAX);
	http_request_free(&request);
	zd_request_export(&client, &all, (struct str){0}, 5000, &request);
	assert_contains(request.url, "page%5Bsize%5D=100");
}

static void a_reply_with_one_ticket_may_be_larger(void **state)
{
	const uint64_t ids[] = {7, 8};
	zd_request_search(&client, &all, 1, &request);
	assert_int_equal(request.reply_max, ZD_REPLY_ONE_MAX);
	http_request_free(&request);
	zd_request_export(&client, &all, (struct str){0}, 1, &request);
	assert_int_equal(request.reply_max, ZD_REPLY_ONE_MAX);
	http_request_free(&request);
	zd_request_show_many(&client, ids, 1, &request);
	assert_int_equal(request.reply_max, ZD_REPLY_ONE_MAX);
	http_request_free(&request);
	zd_request_show_many(&client, ids, 2, &request);
	assert_int_equal(request.reply_max, ZD_REPLY_MAX);
	http_request_free(&request);
	zd_request_ticket(&client, 35436, &request);
	assert_string_equal(request.url, API "/tickets/35436.json");
	assert_int_equal(request.reply_max, ZD_REPLY_ONE_MAX);
}

static void show_many_lists_up_to_a_hundred_ids(void **state)
{
	uint64_t ids[DESK_PAGE_MAX];
	for (size_t i = 0; i < DESK_PAGE_MAX; i++)
		ids[i] = INT64_MAX - i;
	zd_request_show_many(&client, ids, 2, &request);
	assert_string_equal(request.url, API
	                    "/tickets/show_many.json?ids=9223372036854775807,9223372036854775806");
	http_request_free(&request);
	zd_request_show_many(&client, ids, DESK_PAGE_MAX, &request);
	assert_contains(request.url, ",9223372036854775708");
}

static void comments_come_newest_first_page_by_page(void **state)
{
	zd_request_comments(&client, 12, (struct str){0}, &request);
	assert_string_equal(request.url,
	                    API "/tickets/12/comments.json?page%5Bsize%5D=100&sort=-created_at");
	http_request_free(&request);
	zd_request_comments(&client, 12, STR("abc="), &request);
	assert_string_equal(
	        request.url,
	        API "/tickets/12/"
	            "comments.json?page%5Bsize%5D=100&sort=-created_at&page%5Bafter%5D=abc%3D");
}

static void an_update_is_a_put_with_tags_priority_private_note_and_stamp(void **state)
{
	struct str tags[] = {STR("vip"), STR("ai_\"bug\"")};
	struct desk_update update = {.id = 35436,
	                             .tags = {tags, 2},
	                             .priority = PRIORITY_HIGH,
	                             .note = STR("AI Analysis:\n\nline \xC3\xA4"),
	                             .stamp = STR("2026-11-22T10:00:00Z")};
	zd_request_update(&client, &update, &request);
	assert_int_equal(request.method, HTTP_PUT);
	assert_string_equal(request.url, API "/tickets/35436.json");
	assert_int_equal(request.header_count, 4);
	assert_string_equal(request.headers[3], "Content-Type: application/json");
	assert_int_equal(request.reply_max, ZD_REPLY_ONE_MAX);
	assert_int_equal(request.body_len, strlen(request.body));
	assert_string_equal(
	        request.body,
	        "{\"ticket\":{\"tags\":[\"vip\",\"ai_\\\"bug\\\"\"],\"priority\":\"high\","
	        "\"comment\":{\"body\":\"AI Analysis:\\n\\nline \xC3\xA4\",\"public\":false},"
	        "\"safe_update\":true,\"updated_stamp\":\"2026-11-22T10:00:00Z\"}}");
}

static void an_update_leaves_out_what_is_not_to_be_touched(void **state)
{
	struct str tag = STR("ai_processed");
	struct desk_update update = {
	        .id = 1, .tags = {&tag, 1}, .stamp = STR("2026-11-22T10:00:00Z")};
	zd_request_update(&client, &update, &request);
	assert_string_equal(request.body,
	                    "{\"ticket\":{\"tags\":[\"ai_processed\"],\"safe_update\":true,"
	                    "\"updated_stamp\":\"2026-11-22T10:00:00Z\"}}");
}

static void the_largest_reply_of_tags_can_be_written_back(void **state)
{
	/* Control characters are the longest when written: six bytes, as they were in the reply. */
	size_t len = ZD_REPLY_ONE_MAX / 6;
	char *wide = xmalloc(len);
	memset(wide, 1, len);
	struct str tag = {wide, len};
	struct desk_update update = {
	        .id = 1, .tags = {&tag, 1}, .stamp = STR("2026-11-22T10:00:00Z")};
	zd_request_update(&client, &update, &request);
	assert_true(request.body_len > 6 * len);
	free(wide);
}

static void a_token_that_is_there_is_used_with_oauth(void **state)
{
	struct config *oauth = config_new();
	struct zd_client other;
	set_option(&oauth->zendesk.base_url, "http://127.0.0.1:8080");
	set_option(&oauth->zendesk.client_id, "triage");
	zd_client_init(&other, oauth, "1.2.3");
	other.auth.bearer = xstrdup("Bearer tok");
	zd_request_me(&other, &request);
	assert_string_equal(request.url, "http://127.0.0.1:8080/api/v2/users/me.json");
	assert_string_equal(request.headers[2], "Authorization: Bearer tok");
	http_request_free(&request);
	zd_auth_token_request(&other.auth, &request);
	assert_string_equal(request.headers[2], "User-Agent: ai-ticketd/1.2.3");
	zd_client_free(&other);
	config_free(oauth);
}

static jmp_buf broken;
static void note_broken(const char *message)
{
	longjmp(broken, 1);
}

#define assert_breaks(call)                                                                        \
	do {                                                                                       \
		fatal_set_handler(note_broken);                                                    \
		if (!setjmp(broken)) {                                                             \
			call;                                                                      \
			fail_msg("%s passed", #call);                                              \
		}                                                                                  \
		fatal_set_handler(NULL);                                                           \
	} while (0)

static void an_update_that_would_wipe_tags_or_skip_the_stamp_is_a_broken_invariant(void **state)
{
	static struct str tag = STR("a");
	static struct desk_update no_tags = {.id = 1, .stamp = STR("2026-11-22T10:00:00Z")};
	static struct desk_update no_stamp = {.id = 1, .tags = {&tag, 1}};
	assert_breaks(zd_request_update(&client, &no_tags, &request));
	assert_breaks(zd_request_update(&client, &no_stamp, &request));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	        TEST(a_request_names_us_and_carries_the_credentials),
	        TEST(a_search_asks_for_new_and_open_tickets_without_our_tag_oldest_first),
	        TEST(terms_of_the_configuration_are_added_and_encoded),
	        TEST(the_processed_tag_comes_from_the_configuration),
	        TEST(the_export_filters_by_type_outside_the_query),
	        TEST(a_page_size_is_kept_within_what_zendesk_gives),
	        TEST(a_reply_with_one_ticket_may_be_larger),
	        TEST(show_many_lists_up_to_a_hundred_ids),
	        TEST(comments_come_newest_first_page_by_page),
	        TEST(an_update_is_a_put_with_tags_priority_private_note_and_stamp),
	        TEST(an_update_leaves_out_what_is_not_to_be_touched),
	        TEST(the_largest_reply_of_tags_can_be_written_back),
	        TEST(a_token_that_is_there_is_used_with_oauth),
	        TEST(an_update_that_would_wipe_tags_or_skip_the_stamp_is_a_broken_invariant),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
