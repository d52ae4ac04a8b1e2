/* Tests the rules of the incremental export and of tickets that arrive, one test per rule. */
#include "test_world.h"

#define STREAM "/api/v2/incremental/tickets/cursor.json"

static char cursor[200]; /* the last one that was not null, ready for a query */

static const struct json *tickets(void)
{
	return json_at(tree, "tickets");
}

static size_t count(void)
{
	return json_item_count(tickets());
}

static int64_t number_of(size_t i, const char *key)
{
	int64_t value = -1;
	(void)json_int_at(json_item(tickets(), i), key, &value);
	return value;
}

static bool ended(void)
{
	bool end = false;
	assert_true(json_bool_at(tree, "end_of_stream", &end));
	return end;
}

static int stream(const char *query)
{
	char target[400];
	snprintf(target, sizeof(target), STREAM "?%s", query);
	int status = get(target);
	struct str given = json_str_at(tree, "after_cursor");
	if (given.len) {
		struct buf escaped;
		buf_init(&escaped, sizeof(cursor) - 1);
		http_add_query_escaped(&escaped, given);
		snprintf(cursor, sizeof(cursor), "%s", buf_cstr(&escaped));
		buf_free(&escaped);
	}
	return status;
}

static int more(void)
{
	char query[300];
	snprintf(query, sizeof(query), "cursor=%s", cursor);
	return stream(query);
}

static void tag(uint64_t id)
{
	char target[64];
	snprintf(target, sizeof(target), "/api/v2/tickets/%llu.json", (unsigned long long)id);
	assert_int_equal(ask(HTTP_PUT, target, "{\"ticket\":{\"tags\":[\"ai_processed\"]}}"), 200);
}

static void pages_lead_through_all_in_order_of_change(void **state)
{
	size_t seen = 0;
	int64_t last = 0;
	begin();
	assert_int_equal(stream("start_time=1700000000&per_page=100"), 200);
	assert_int_equal(count(), 100);
	assert_false(ended());
	for (;;) {
		for (size_t i = 0; i < count(); i++) {
			assert_true(number_of(i, "generated_timestamp") > 0);
			assert_true(number_of(i, "id") > last);
			last = number_of(i, "id");
		}
		seen += count();
		if (ended())
			break;
		char query[300];
		snprintf(query, sizeof(query), "cursor=%s&per_page=100", cursor);
		assert_int_equal(stream(query), 200);
	}
	assert_int_equal(seen, 250);
	assert_true(json_is_null(json_at(tree, "before_cursor")));
}

static void the_empty_tail_has_no_cursor_and_the_old_one_goes_on(void **state)
{
	begin();
	stream("start_time=1700000000");
	assert_true(ended());
	assert_int_equal(more(), 200);
	assert_int_equal(count(), 0);
	assert_true(json_is_null(json_at(tree, "after_cursor")));
	assert_true(ended());
	tag(7);
	pass(2 * MSEC_MINUTE);
	assert_int_equal(more(), 200);
	assert_int_equal(count(), 1);
	assert_int_equal(number_of(0, "id"), 7);
}

static void the_last_minute_is_withheld(void **state)
{
	begin();
	stream("start_time=1700000000");
	tag(3);
	pass(59 * MSEC_SECOND);
	more();
	assert_int_equal(count(), 0);
	pass(MSEC_SECOND);
	more();
	assert_int_equal(count(), 1);
}

static void our_own_writes_come_back_at_the_end_of_the_stream(void **state)
{
	begin();
	tag(1);
	pass(2 * MSEC_MINUTE);
	stream("start_time=1700000000");
	assert_int_equal(count(), 250);
	assert_int_equal(number_of(0, "id"), 2);
	assert_int_equal(number_of(249, "id"), 1);
}

static void a_system_change_moves_generated_timestamp_alone(void **state)
{
	size_t odd = 0;
	begin();
	for (uint64_t id = 1; id <= 100; id++)
		tag(id);
	pass(5 * MSEC_MINUTE);
	stream("start_time=1700000000");
	for (size_t i = 0; i < count(); i++) {
		msec updated;
		assert_int_equal(clock_parse_iso(json_str_at(json_item(tickets(), i), "updated_at"),
		                                 &updated),
		                 0);
		assert_true(number_of(i, "generated_timestamp") >= updated / MSEC_SECOND);
		odd += number_of(i, "generated_timestamp") > updated / MSEC_SECOND;
	}
	assert_true(odd > 2 && odd < 30);
}

static void deleted_tickets_come_with_their_status(void **state)
{
	begin();
	assert_int_equal(ask(HTTP_POST, "/_sim/edit", "{\"id\":4,\"status\":\"deleted\"}"), 200);
	pass(2 * MSEC_MINUTE);
	stream("start_time=1795557605");
	assert_int_equal(number_of(0, "id"), 4);
	assert_true(str_eq(json_str_at(json_item(tickets(), 0), "status"), STR("deleted")));
}

static void start_time_lies_a_minute_in_the_past(void **state)
{
	begin();
	assert_int_equal(stream("start_time=1795557546"), 400);
	assert_int_equal(stream("start_time=1795557545"), 200);
	assert_int_equal(stream("per_page=10"), 400);
	stream("cursor=nonsense");
	assert_true(answer.status == 400 || answer.status == 422);
}

static void agents_may_not(void **state)
{
	options.role = "agent";
	begin();
	assert_int_equal(stream("start_time=1700000000"), 403);
}

static void it_has_a_limit_of_its_own(void **state)
{
	options.incrementals = 10;
	begin();
	for (int i = 0; i < 10; i++)
		assert_int_equal(stream("start_time=1700000000&per_page=1"), 200);
	assert_true(head_says(
	        "Zendesk-RateLimit-incremental-exports: total=10; remaining=0; resets=55"));
	assert_int_equal(stream("start_time=1700000000&per_page=1"), 429);
	assert_int_equal(get("/api/v2/tickets/1.json"), 200);
	pass(55 * MSEC_SECOND);
	assert_int_equal(more(), 200);
}

static void a_cursor_may_be_refused(void **state)
{
	struct err err;
	assert_int_equal(faults_parse(&options.faults, "cursor:1", &err), 0);
	begin();
	assert_int_equal(stream("start_time=1700000000&per_page=10"), 200);
	more();
	assert_true(answer.status == 400 || answer.status == 422);
	assert_int_equal(get("/api/v2/search/"
	                     "export.json?filter%5Btype%5D=ticket&page%5Bsize%5D=100&query=" FIND),
	                 200);
	char target[300];
	snprintf(target, sizeof(target), "%s" STR_FMT,
	         "/api/v2/search/export.json?filter%5Btype%5D=ticket&page%5Bsize%5D=100&query=" FIND
	         "&page%5Bafter%5D=",
	         STR_ARG(json_str_at(json_at(tree, "meta"), "after_cursor")));
	get(target);
	assert_true(answer.status == 400 || answer.status == 422);
	world_stop_faults(world);
	assert_int_equal(get(target), 200);
}

static int64_t found(void)
{
	int64_t total = -1;
	get("/api/v2/search.json?query=" FIND);
	assert_true(json_int_at(tree, "count", &total));
	return total;
}

static void tickets_arrive_one_by_one_with_ids_after_all_others(void **state)
{
	options.others = 10;
	options.arrivals_per_minute = 60;
	begin();
	pass(MSEC_MINUTE);
	world_tick(world, now);
	uint64_t arrived = world_audit(world)->arrivals;
	assert_true(arrived > 30 && arrived < 120);
	assert_int_equal(found(), 250 + arrived);
	assert_int_equal(get("/api/v2/tickets/261.json"), 200);
	assert_true(str_eq(json_str_at(json_at(tree, "ticket"), "status"), STR("new")) ||
	            str_eq(json_str_at(json_at(tree, "ticket"), "status"), STR("open")));
	tag(261);
	tag(1);
	assert_int_equal(world_audit(world)->arrivals_processed, 1);
	assert_int_equal(world_audit(world)->processed, 1);
	assert_int_equal(world_audit(world)->tickets, 250);
	assert_int_equal(world_audit(world)->foreign_touched, 0);
}

static void an_arrival_is_found_after_the_index_lag(void **state)
{
	options.arrivals_per_minute = 60;
	options.index_lag = 10 * MSEC_MINUTE;
	begin();
	pass(2 * MSEC_MINUTE);
	assert_int_equal(found(), 250);
	assert_int_equal(get("/api/v2/tickets/251.json"), 200);
	world_stop_faults(world);
	pass(15 * MSEC_MINUTE);
	world_tick(world, now);
	assert_int_equal(found(), 250 + world_audit(world)->arrivals);
}

static void the_newest_arrival_comes_last_in_search_oldest_first(void **state)
{
	int64_t first, last;
	options.arrivals_per_minute = 60;
	options.tickets = 5;
	begin();
	pass(MSEC_MINUTE);
	get("/api/v2/search.json?sort_by=created_at&sort_order=asc&query=" FIND);
	const struct json *results = json_at(tree, "results");
	assert_true(json_int_at(json_item(results, 0), "id", &first));
	assert_true(json_int_at(json_item(results, json_item_count(results) - 1), "id", &last));
	assert_int_equal(first, 1);
	assert_int_equal(last, 5 + world_audit(world)->arrivals);
}

static void arrivals_end_when_the_faults_do(void **state)
{
	options.arrivals_per_minute = 60;
	begin();
	world_stop_faults(world);
	pass(10 * MSEC_MINUTE);
	world_tick(world, now);
	assert_true(world_audit(world)->arrivals <= 1);
}

static void arrivals_end_with_the_time_of_faults_although_nobody_asks(void **state)
{
	options.arrivals_per_minute = 60;
	options.faults_for = 2 * MSEC_MINUTE;
	begin();
	pass(20 * MSEC_MINUTE);
	world_tick(world, now);
	assert_in_range(world_audit(world)->arrivals, 60, 240);
}

int main(void)
{
	json_seed(1);
	const struct CMUnitTest tests[] = {
	        TEST(pages_lead_through_all_in_order_of_change),
	        TEST(the_empty_tail_has_no_cursor_and_the_old_one_goes_on),
	        TEST(the_last_minute_is_withheld),
	        TEST(our_own_writes_come_back_at_the_end_of_the_stream),
	        TEST(a_system_change_moves_generated_timestamp_alone),
	        TEST(deleted_tickets_come_with_their_status),
	        TEST(start_time_lies_a_minute_in_the_past),
	        TEST(agents_may_not),
	        TEST(it_has_a_limit_of_its_own),
	        TEST(a_cursor_may_be_refused),
	        TEST(tickets_arrive_one_by_one_with_ids_after_all_others),
	        TEST(an_arrival_is_found_after_the_index_lag),
	        TEST(the_newest_arrival_comes_last_in_search_oldest_first),
	        TEST(arrivals_end_when_the_faults_do),
	        TEST(arrivals_end_with_the_time_of_faults_although_nobody_asks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
