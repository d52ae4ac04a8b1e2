/* The incremental export: its request, and where its stream stands after a page. */
#include "reply.h"

#include "desk/zendesk/replies.h"
#include "desk/zendesk/requests.h"

#define URL "https://acme.zendesk.com/api/v2/incremental/tickets/cursor.json"
#define TICKET(id, status)                                                                         \
	"{\"id\":" id ",\"generated_timestamp\":1694303526,\"status\":\"" status "\",\"tags\":[]," \
	"\"updated_at\":\"2023-09-09T23:52:05Z\"}"

static struct config *config;
static struct zd_client client;
static struct http_request request;
static struct arena arena;
static struct err err;
static struct desk_page page;
static unsigned dropped;

static int set_up(void **state)
{
	config = config_new();
	set_option(&config->zendesk.base_url, "https://acme.zendesk.com");
	set_option(&config->zendesk.email, "bot@acme.example");
	set_option(&config->zendesk.api_token, "abc123");
	zd_client_init(&client, config, "1.2.3");
	arena = (struct arena){0};
	page = (struct desk_page){.count = 77};
	dropped = 99;
	err.text[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	http_request_free(&request);
	zd_client_free(&client);
	config_free(config);
	arena_free(&arena);
	return 0;
}

static int read_page(const char *body)
{
	struct http_reply reply = reply_of(200, body);
	int r = zd_reply_incremental(&reply, &arena, &page, &dropped, &err);
	http_reply_free(&reply);
	return r;
}

static void the_first_page_is_asked_for_by_time(void **state)
{
	zd_request_incremental(&client, 1694303526, (struct str){0}, 100, &request);
	assert_int_equal(request.method, HTTP_GET);
	assert_string_equal(request.url, URL "?start_time=1694303526&per_page=100");
	assert_int_equal(request.reply_max, ZD_REPLY_MAX);
	assert_int_equal(request.header_count, 3);
	assert_null(request.body);
}

static void later_pages_are_asked_for_by_cursor_alone(void **state)
{
	zd_request_incremental(&client, 1694303526, STR("MTY5+/=&x=1"), 50, &request);
	assert_string_equal(request.url, URL "?cursor=MTY5%2B%2F%3D%26x%3D1&per_page=50");
}

static void a_page_size_or_time_out_of_range_is_brought_into_it(void **state)
{
	zd_request_incremental(&client, -5, (struct str){0}, 0, &request);
	assert_string_equal(request.url, URL "?start_time=0&per_page=1");
	assert_int_equal(request.reply_max, ZD_REPLY_ONE_MAX);
	http_request_free(&request);
	zd_request_incremental(&client, INT64_MAX, (struct str){0}, 5000, &request);
	assert_string_equal(request.url, URL "?start_time=9223372036854775807&per_page=100");
}

static void jobs_are_asked_for_together_by_escaped_ids(void **state)
{
	const struct str ids[] = {STR("V3-47ed"), STR("a/b?&#%")};
	zd_request_jobs(&client, ids, 2, &request);
	assert_int_equal(request.method, HTTP_GET);
	assert_string_equal(request.url,
	                    "https://acme.zendesk.com/api/v2/job_statuses/show_many.json"
	                    "?ids=V3-47ed,a%2Fb%3F%26%23%25");
	assert_int_equal(request.reply_max, ZD_REPLY_MAX);
	http_request_free(&request);
	zd_request_jobs(&client, ids, 1, &request);
	assert_int_equal(request.reply_max, ZD_REPLY_ONE_MAX);
}

static void thirty_of_the_longest_job_ids_fit_an_address(void **state)
{
	char wide[200];
	struct str ids[DESK_JOBS_MAX];
	memset(wide, '/', sizeof(wide));
	for (size_t i = 0; i < DESK_JOBS_MAX; i++)
		ids[i] = str_make(wide, sizeof(wide));
	zd_request_jobs(&client, ids, DESK_JOBS_MAX, &request);
	assert_true(strlen(request.url) > DESK_JOBS_MAX * 3 * sizeof(wide));
}

static void a_page_gives_tickets_and_where_it_goes_on(void **state)
{
	assert_int_equal(
	        read_page("{\"tickets\":[" TICKET(
	                "1", "open") "],\"after_cursor\":\"MTY5NDMwNTAxMi4wfHwyfA==\","
	                             "\"after_url\":\"https://x/"
	                             "cursor.json?cursor=MTY5%3D%3D\",\"before_cursor\":null,"
	                             "\"before_url\":null,\"end_of_stream\":false}"),
	        0);
	assert_int_equal(page.count, 1);
	assert_int_equal(page.tickets[0].id, 1);
	assert_str(page.tickets[0].stamp, "2023-09-09T23:52:05Z");
	assert_true(page.more);
	assert_str(page.next_cursor, "MTY5NDMwNTAxMi4wfHwyfA==");
	assert_int_equal(page.total, -1);
	assert_int_equal(page.next_page, 0);
	assert_int_equal(dropped, 0);
}

static void the_end_of_the_stream_still_gives_a_cursor_to_keep(void **state)
{
	assert_int_equal(read_page("{\"tickets\":[" TICKET(
	                         "1", "open") "],\"after_cursor\":\"abc\",\"end_of_stream\":true}"),
	                 0);
	assert_false(page.more);
	assert_str(page.next_cursor, "abc");
}

static void nothing_new_has_no_cursor(void **state)
{
	assert_int_equal(read_page("{\"tickets\":[],\"after_cursor\":null,\"after_url\":null,"
	                           "\"before_cursor\":null,"
	                           "\"before_url\":null,\"end_of_stream\":true}"),
	                 0);
	assert_int_equal(page.count, 0);
	assert_false(page.more);
	assert_int_equal(page.next_cursor.len, 0);
	assert_int_equal(read_page("{\"tickets\":[],\"end_of_stream\":true}"), 0);
	assert_int_equal(page.next_cursor.len, 0);
	assert_int_equal(read_page("{\"tickets\":[],\"after_cursor\":\"\",\"end_of_stream\":true}"),
	                 0);
	assert_int_equal(page.next_cursor.len, 0);
}

static void an_end_of_stream_that_is_not_said_is_an_error(void **state)
{
	static const char *const bodies[] = {
	        "{\"tickets\":[],\"after_cursor\":\"a\"}",
	        "{\"tickets\":[],\"after_cursor\":\"a\",\"end_of_stream\":null}",
	        "{\"tickets\":[],\"after_cursor\":\"a\",\"end_of_stream\":\"true\"}",
	        "{\"tickets\":[],\"after_cursor\":\"a\",\"end_of_stream\":1}",
	};
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		assert_int_equal(read_page(bodies[i]), -1);
		assert_string_equal(err.text,
		                    "Zendesk's incremental page has no usable `end_of_stream`");
		assert_int_equal(page.count, 77);
	}
}

static void a_stream_that_goes_on_without_a_cursor_is_an_error(void **state)
{
	static const char *const bodies[] = {
	        "{\"tickets\":[],\"end_of_stream\":false}",
	        "{\"tickets\":[],\"after_cursor\":null,\"end_of_stream\":false}",
	        "{\"tickets\":[],\"after_cursor\":\"\",\"end_of_stream\":false}",
	        "{\"tickets\":[],\"after_cursor\":7,\"end_of_stream\":false}",
	        "{\"tickets\":[],\"after_cursor\":7,\"end_of_stream\":true}",
	        "{\"tickets\":[],\"after_cursor\":{},\"end_of_stream\":true}",
	};
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		assert_int_equal(read_page(bodies[i]), -1);
		assert_string_equal(err.text,
		                    "Zendesk's incremental page has no usable `after_cursor`");
		assert_int_equal(page.count, 77);
	}
}

static void a_cursor_has_at_most_4096_bytes(void **state)
{
	for (int len = 4096; len <= 4097; len++)
		for (int end = 0; end <= 1; end++) {
			char *body = xasprintf(
			        "{\"tickets\":[],\"after_cursor\":\"%0*d\",\"end_of_stream\":%s}",
			        len, 0, end ? "true" : "false");
			assert_int_equal(read_page(body), len == 4096 ? 0 : -1);
			free(body);
		}
}

static void deleted_tickets_come_as_deleted(void **state)
{
	assert_int_equal(
	        read_page("{\"tickets\":[" TICKET(
	                "1", "deleted") "],\"after_cursor\":\"a\",\"end_of_stream\":true}"),
	        0);
	assert_int_equal(page.tickets[0].status, DESK_DELETED);
}

static void odd_tickets_are_listed_or_dropped_and_counted(void **state)
{
	assert_int_equal(
	        read_page("{\"tickets\":[null,{\"id\":4},3," TICKET("-1", "new") "," TICKET(
	                "9", "new") ",[]],"
	                            "\"after_cursor\":\"a\",\"end_of_stream\":false}"),
	        0);
	assert_int_equal(page.count, 1);
	assert_int_equal(page.tickets[0].id, 9);
	assert_int_equal(dropped, 4);
	assert_int_equal(page.unread_count, 1);
	assert_int_equal(page.unread[0].id, 4);
}

static void a_wrong_envelope_is_an_error(void **state)
{
	assert_int_equal(read_page("{\"after_cursor\":\"a\",\"end_of_stream\":true}"), -1);
	assert_string_equal(err.text, "Zendesk's incremental page has no usable `tickets`");
	assert_int_equal(
	        read_page("{\"tickets\":{},\"after_cursor\":\"a\",\"end_of_stream\":true}"), -1);
	assert_int_equal(read_page("[]"), -1);
	assert_int_equal(read_page("<html>"), -1);
	assert_string_equal(err.text, "Zendesk's incremental page is an HTML page, not JSON");
	assert_int_equal(page.count, 77);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	        TEST(the_first_page_is_asked_for_by_time),
	        TEST(later_pages_are_asked_for_by_cursor_alone),
	        TEST(a_page_size_or_time_out_of_range_is_brought_into_it),
	        TEST(jobs_are_asked_for_together_by_escaped_ids),
	        TEST(thirty_of_the_longest_job_ids_fit_an_address),
	        TEST(a_page_gives_tickets_and_where_it_goes_on),
	        TEST(the_end_of_the_stream_still_gives_a_cursor_to_keep),
	        TEST(nothing_new_has_no_cursor),
	        TEST(an_end_of_stream_that_is_not_said_is_an_error),
	        TEST(a_stream_that_goes_on_without_a_cursor_is_an_error),
	        TEST(a_cursor_has_at_most_4096_bytes),
	        TEST(deleted_tickets_come_as_deleted),
	        TEST(odd_tickets_are_listed_or_dropped_and_counted),
	        TEST(a_wrong_envelope_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
