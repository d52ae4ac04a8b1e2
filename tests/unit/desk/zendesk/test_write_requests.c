/* Writing many tickets at once: the body of a batch, its bounds, and what a broken caller cannot
 * do. */
#include "reply.h"

#include "base/json.h"
#include "desk/zendesk/requests.h"

#define STAMP STR("2026-11-22T10:00:00Z")

static struct config *config;
static struct zd_client client;
static struct http_request request;
static struct zd_batch batch;
static struct str ours = {"ai_processed", 12};

static int set_up(void **state)
{
	config = config_new();
	set_option(&config->zendesk.base_url, "https://acme.zendesk.com");
	set_option(&config->zendesk.email, "bot@acme.example");
	set_option(&config->zendesk.api_token, "abc123");
	zd_client_init(&client, config, "1.2.3");
	zd_batch_init(&batch);
	return 0;
}

static int tear_down(void **state)
{
	zd_batch_free(&batch);
	http_request_free(&request);
	zd_client_free(&client);
	config_free(config);
	return 0;
}

static bool add_plain(uint64_t id)
{
	struct desk_update update = {.id = id, .tags = {&ours, 1}, .stamp = STAMP};
	return zd_batch_add(&batch, &update);
}

/* One whose note has `len` letters. */
static bool add_with_note(uint64_t id, size_t len)
{
	char *note = xmalloc(len);
	memset(note, 'n', len);
	struct desk_update update = {
	        .id = id, .tags = {&ours, 1}, .note = {note, len}, .stamp = STAMP};
	bool added = zd_batch_add(&batch, &update);
	free(note);
	return added;
}

static void a_batch_is_a_put_with_a_change_and_a_stamp_for_each_ticket(void **state)
{
	struct str tags[] = {STR("vip"), STR("ai_\"bug\"")};
	struct desk_update full = {.id = 35436,
	                           .tags = {tags, 2},
	                           .priority = PRIORITY_HIGH,
	                           .note = STR("AI Analysis:\n\xC3\xA4"),
	                           .stamp = STAMP};
	struct desk_update small = {
	        .id = INT64_MAX, .tags = {&ours, 1}, .stamp = STR("2026-11-22T10:00:03Z")};
	assert_true(zd_batch_add(&batch, &full));
	assert_true(zd_batch_add(&batch, &small));
	zd_request_update_many(&client, &batch, &request);
	assert_int_equal(request.method, HTTP_PUT);
	assert_string_equal(request.url,
	                    "https://acme.zendesk.com/api/v2/tickets/update_many.json");
	assert_int_equal(request.header_count, 4);
	assert_string_equal(request.headers[3], "Content-Type: application/json");
	assert_int_equal(request.reply_max, ZD_REPLY_MAX);
	assert_int_equal(request.timeout, ZD_TIMEOUT);
	assert_int_equal(request.body_len, strlen(request.body));
	assert_string_equal(request.body,
	                    "{\"tickets\":[{\"id\":35436,\"tags\":[\"vip\",\"ai_\\\"bug\\\"\"],"
	                    "\"priority\":\"high\","
	                    "\"comment\":{\"body\":\"AI Analysis:\\n\xC3\xA4\",\"public\":false},"
	                    "\"safe_update\":true,\"updated_stamp\":\"2026-11-22T10:00:00Z\"},"
	                    "{\"id\":9223372036854775807,\"tags\":[\"ai_processed\"],"
	                    "\"safe_update\":true,\"updated_stamp\":\"2026-11-22T10:00:03Z\"}]}");
}

static void a_single_put_and_a_batch_say_the_same_about_a_ticket(void **state)
{
	struct desk_update update = {.id = 5,
	                             .tags = {&ours, 1},
	                             .priority = PRIORITY_LOW,
	                             .note = STR("n"),
	                             .stamp = STAMP};
	zd_request_update(&client, &update, &request);
	struct json *single = json_parse(str_make(request.body, request.body_len), NULL);
	http_request_free(&request);
	assert_true(zd_batch_add(&batch, &update));
	zd_request_update_many(&client, &batch, &request);
	struct json *many = json_parse(str_make(request.body, request.body_len), NULL);
	const struct json *item = json_item(json_at(many, "tickets"), 0);
	struct buf alone, among;
	int64_t id = 0;
	assert_true(json_int_at(item, "id", &id));
	assert_int_equal(id, 5);
	buf_init(&alone, SIZE_MAX);
	buf_puts(&alone, "{\"id\":5,");
	buf_init(&among, SIZE_MAX);
	json_add_value(&among, item);
	struct buf text;
	buf_init(&text, SIZE_MAX);
	json_add_value(&text, json_at(single, "ticket"));
	buf_add_str(&alone, str_skip(buf_str(&text), 1)); /* it begins with the number */
	assert_string_equal(buf_cstr(&alone), buf_cstr(&among));
	buf_free(&text);
	buf_free(&alone);
	buf_free(&among);
	json_free(single);
	json_free(many);
}

static void a_hundred_updates_fit_and_the_next_is_refused(void **state)
{
	for (uint64_t id = 1; id <= 100; id++)
		assert_true(add_plain(id));
	assert_false(add_plain(101));
	assert_int_equal(batch.count, 100);
	zd_request_update_many(&client, &batch, &request);
	struct json *tree = json_parse(str_make(request.body, request.body_len), NULL);
	assert_int_equal(json_item_count(json_at(tree, "tickets")), 100);
	assert_null(strstr(request.body, "\"id\":101,"));
	json_free(tree);
}

static void the_first_update_fits_whatever_its_size(void **state)
{
	assert_true(add_with_note(1, 2 * ZD_BATCH_BYTES_MAX));
	assert_false(add_plain(2));
	assert_int_equal(batch.count, 1);
	zd_request_update_many(&client, &batch, &request);
	assert_true(request.body_len > 2 * ZD_BATCH_BYTES_MAX);
}

static void what_does_not_fit_the_bytes_is_refused_and_leaves_no_trace(void **state)
{
	assert_true(add_plain(1));
	assert_false(add_with_note(2, ZD_BATCH_BYTES_MAX));
	assert_int_equal(batch.count, 1);
	assert_true(add_plain(3));
	zd_request_update_many(&client, &batch, &request);
	assert_null(strstr(request.body, "\"id\":2,"));
	struct json *tree = json_parse(str_make(request.body, request.body_len), NULL);
	assert_int_equal(json_item_count(json_at(tree, "tickets")), 2);
	json_free(tree);
}

static void a_body_may_fill_its_bound_to_the_last_byte(void **state)
{
	/* What a batch of these two takes with a note of one letter; each letter more is one byte
	 * more. */
	assert_true(add_plain(1));
	assert_true(add_with_note(2, 1));
	zd_request_update_many(&client, &batch, &request);
	size_t most = 1 + ZD_BATCH_BYTES_MAX - request.body_len;
	http_request_free(&request);

	zd_batch_init(&batch);
	assert_true(add_plain(1));
	assert_false(add_with_note(2, most + 1));
	assert_true(add_with_note(2, most));
	assert_false(add_plain(3));
	zd_request_update_many(&client, &batch, &request);
	assert_int_equal(request.body_len, ZD_BATCH_BYTES_MAX);
}

static void a_batch_can_be_thrown_away_or_filled_again_after_it_was_sent(void **state)
{
	assert_true(add_plain(1));
	zd_batch_free(&batch);
	zd_batch_free(&batch);
	zd_batch_init(&batch);
	assert_true(add_plain(2));
	zd_request_update_many(&client, &batch, &request);
	assert_int_equal(batch.count, 0);
	http_request_free(&request);
	zd_batch_init(&batch);
	assert_true(add_plain(3));
	zd_request_update_many(&client, &batch, &request);
	assert_string_equal(
	        request.body,
	        "{\"tickets\":[{\"id\":3,\"tags\":[\"ai_processed\"],\"safe_update\":true,"
	        "\"updated_stamp\":\"2026-11-22T10:00:00Z\"}]}");
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

static void an_empty_batch_is_never_sent(void **state)
{
	assert_breaks(zd_request_update_many(&client, &batch, &request));
}

static bool ignored;

static void an_update_that_would_wipe_tags_or_skip_the_stamp_never_joins_a_batch(void **state)
{
	static struct desk_update no_tags = {.id = 1, .stamp = {"2026-11-22T10:00:00Z", 20}};
	static struct desk_update no_stamp = {.id = 1, .tags = {&ours, 1}};
	static struct desk_update no_id = {.tags = {&ours, 1},
	                                   .stamp = {"2026-11-22T10:00:00Z", 20}};
	assert_breaks(ignored = zd_batch_add(&batch, &no_tags));
	assert_breaks(ignored = zd_batch_add(&batch, &no_stamp));
	assert_breaks(ignored = zd_batch_add(&batch, &no_id));
	assert_int_equal(batch.count, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	        TEST(a_batch_is_a_put_with_a_change_and_a_stamp_for_each_ticket),
	        TEST(a_single_put_and_a_batch_say_the_same_about_a_ticket),
	        TEST(a_hundred_updates_fit_and_the_next_is_refused),
	        TEST(the_first_update_fits_whatever_its_size),
	        TEST(what_does_not_fit_the_bytes_is_refused_and_leaves_no_trace),
	        TEST(a_body_may_fill_its_bound_to_the_last_byte),
	        TEST(a_batch_can_be_thrown_away_or_filled_again_after_it_was_sent),
	        TEST(an_empty_batch_is_never_sent),
	        TEST(an_update_that_would_wipe_tags_or_skip_the_stamp_never_joins_a_batch),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
