/* Tests the rules of update_many and its jobs, one test per rule. */
#include "test_jobs.h"

static void the_answer_comes_before_any_ticket_is_touched(void **state)
{
	options.job_rate = 10;
	start();
	assert_int_equal(tag_range(1, 3), 200);
	const struct json *status = json_at(tree, "job_status");
	assert_true(is(status, "status", "queued"));
	assert_int_equal(number_of(status, "total"), 3);
	assert_true(json_is_null(json_at(status, "progress")));
	assert_true(json_is_null(json_at(status, "message")));
	assert_true(json_is_null(json_at(status, "results")));
	assert_int_equal(world_audit(world)->processed, 0);
	struct world_ticket ticket;
	world_look(world, 1, &ticket);
	assert_int_equal(ticket.in_jobs, 1);
}

static void a_job_waits_then_does_its_tickets_one_by_one(void **state)
{
	options.job_rate = 10;
	start();
	tag_range(1, 10);
	pass(550);
	assert_int_equal(processed(), 5);
	assert_true(is(poll(), "status", "working"));
	assert_int_equal(number_of(poll(), "progress"), 5);
	assert_true(json_is_null(json_at(poll(), "results")));
	pass(450);
	assert_int_equal(processed(), 10);
	assert_true(is(poll(), "status", "completed"));
	assert_int_equal(json_item_count(json_at(poll(), "results")), 10);
}

static void a_job_waits_in_the_queue_at_most_so_long(void **state)
{
	options.job_queue = 6 * MSEC_SECOND;
	start();
	tag_range(1, 1);
	assert_true(world_deadline(world) <= now.mono + 6 * MSEC_SECOND);
	pass(6 * MSEC_SECOND);
	assert_true(tagged(1));
}

static void without_a_rate_a_job_is_done_at_once(void **state)
{
	start();
	tag_range(1, 100);
	assert_int_equal(processed(), 100);
	assert_int_equal(world_audit(world)->job_items, 100);
}

static void each_ticket_is_stamped_at_its_own_instant(void **state)
{
	struct world_ticket first, last;
	options.job_rate = 1;
	start();
	tag_range(1, 9);
	pass(MSEC_MINUTE);
	world_tick(world, now);
	world_look(world, 1, &first);
	world_look(world, 9, &last);
	assert_int_equal(last.updated - first.updated, 8);
	assert_int_equal(last.updated, 1795557605 + 9);
}

static void so_many_jobs_work_at_a_time(void **state)
{
	options.job_rate = 10;
	options.job_parallel = 1;
	start();
	tag_range(1, 10);
	tag_range(11, 20);
	pass(MSEC_SECOND);
	assert_int_equal(processed(), 10);
	assert_true(is(poll(), "status", "working"));
	pass(MSEC_SECOND);
	assert_int_equal(processed(), 20);
}

static void more_than_a_hundred_tickets_are_too_many(void **state)
{
	start();
	assert_int_equal(tag_range(1, 101), 400);
	assert_true(body_says("TooManyValues"));
	assert_int_equal(tag_range(1, 100), 200);
}

static void a_list_that_makes_no_sense_is_refused_whole(void **state)
{
	start();
	assert_int_equal(write_many(""), 400);
	assert_int_equal(write_many("{\"id\":1},{\"id\":1}"), 400);
	assert_int_equal(write_many("{\"tags\":[]}"), 400);
	assert_int_equal(write_many("{\"id\":1,\"safe_update\":true}"), 400);
	assert_int_equal(ask(HTTP_PUT, MANY "?ids=1,2", "{\"tickets\":[{\"id\":1}]}"), 400);
	assert_int_equal(ask(HTTP_PUT, MANY, "not JSON"), 400);
	assert_int_equal(world_audit(world)->jobs, 0);
}

static void a_change_after_the_stamp_conflicts_in_its_item_only(void **state)
{
	options.job_rate = 10;
	start();
	tag_range(1, 2);
	ask(HTTP_POST, "/_sim/edit", "{\"id\":2,\"comment\":\"me\"}");
	pass(MSEC_SECOND);
	assert_true(is(poll(), "status", "completed"));
	assert_true(is(result(0), "status", "Updated"));
	assert_true(json_is_true(json_at(result(0), "success")));
	assert_true(is(result(0), "action", "update"));
	assert_int_equal(number_of(result(0), "id"), 1);
	assert_true(is(result(1), "error", "UpdateConflict"));
	assert_int_equal(number_of(result(1), "index"), 1);
	assert_int_equal(number_of(result(1), "id"), 2);
	assert_null(json_at(result(1), "success"));
	assert_true(json_str_at(result(1), "details").len > 0);
	assert_int_equal(world_audit(world)->job_conflicts, 1);
	assert_false(tagged(2));
}

static void without_a_stamp_the_moment_of_queueing_counts(void **state)
{
	options.job_rate = 0.5;
	start();
	write_many("{\"id\":1,\"tags\":[\"ai_processed\"]},{\"id\":2,\"tags\":[\"ai_processed\"]}");
	pass(MSEC_SECOND);
	ask(HTTP_POST, "/_sim/edit", "{\"id\":2,\"comment\":\"me\"}");
	pass(4 * MSEC_SECOND);
	assert_true(tagged(1));
	assert_false(tagged(2));
	assert_int_equal(world_audit(world)->writes_unsafe, 2);
}

static void closed_refused_closing_deleted_and_unknown_tickets_fail_by_themselves(void **state)
{
	options.closed = "1";
	options.refused = "2";
	options.closing = "3";
	options.deleted = "4";
	start_with("429:0");
	tag_range(1, 5);
	assert_true(is(result(0), "error", "TicketUpdateFailed"));
	assert_true(is(result(0), "details", "Status: closed prevents ticket update"));
	assert_true(is(result(1), "error", "TicketUpdateFailed"));
	assert_true(is(result(2), "details", "Status: closed prevents ticket update"));
	assert_true(is(result(3), "error", "RecordNotFound"));
	assert_true(json_is_true(json_at(result(4), "success")));
	write_many("{\"id\":99999,\"tags\":[]}");
	assert_true(is(result(0), "error", "RecordNotFound"));
}

static void a_batch_sent_twice_comments_once(void **state)
{
	options.job_rate = 10;
	start();
	tag_range(1, 10);
	pass(300);
	tag_range(1, 10);
	pass(5 * MSEC_SECOND);
	assert_int_equal(processed(), 10);
	assert_int_equal(world_audit(world)->second_notes, 0);
	assert_int_equal(world_audit(world)->job_conflicts, 10);
	assert_int_equal(world_audit(world)->writes_overlapping, 0);
}

static void two_stamps_under_way_that_could_both_go_through_are_counted(void **state)
{
	options.job_queue = MSEC_HOUR;
	start();
	tag_range(1, 3);
	assert_int_equal(ask(HTTP_PUT, "/api/v2/tickets/9.json",
	                     "{\"ticket\":{\"tags\":[],\"safe_update\":true,\"updated_stamp\":"
	                     "\"2026-11-24T23:00:00Z\"}}"),
	                 200);
	assert_int_equal(world_audit(world)->writes_overlapping, 0); /* not in the job */
	write_many("{\"id\":1,\"tags\":[],\"safe_update\":true,\"updated_stamp\":\"2026-01-01T00:"
	           "00:00Z\"}");
	/* outdated: can only conflict */
	assert_int_equal(world_audit(world)->writes_overlapping, 0);
	write_many("{\"id\":1,\"tags\":[],\"safe_update\":true,\"updated_stamp\":\"2026-11-24T23:"
	           "00:00Z\"}");
	assert_int_equal(world_audit(world)->writes_overlapping, 1);
	assert_int_equal(ask(HTTP_PUT, "/api/v2/tickets/2.json",
	                     "{\"ticket\":{\"tags\":[],\"safe_update\":true,\"updated_stamp\":"
	                     "\"2026-11-24T23:00:00Z\"}}"),
	                 200);
	assert_int_equal(world_audit(world)->writes_overlapping, 2);
}

static void thirty_jobs_may_be_queued_or_running(void **state)
{
	options.job_rate = 10;
	start();
	for (int i = 0; i < 30; i++)
		assert_int_equal(tag_range(1 + i, 1 + i), 200);
	assert_true(head_says("zendesk-ratelimit-inflight-jobs: total=30; remaining=0; resets=60"));
	assert_int_equal(tag_range(50, 50), 429);
	assert_true(body_says("TooManyJobs"));
	assert_int_equal(json_item_count(json_at(tree, "current_job_ids")), 30);
	assert_int_equal(world_audit(world)->jobs_refused, 1);
	pass(MSEC_SECOND);
	assert_int_equal(tag_range(50, 50), 200);
	assert_true(head_says("remaining=29"));
}

static void a_job_costs_the_pool_one_request_and_single_updates_nothing(void **state)
{
	options.pool = 700;
	options.single_updates = 1;
	start();
	tag_range(1, 100);
	assert_true(head_says("X-Rate-Limit-Remaining: 698"));
	assert_false(head_says("tickets-update"));
	tag_range(101, 200);
	assert_int_equal(processed(), 200);
}

static void unknown_jobs_are_left_out_of_many_and_not_found_alone(void **state)
{
	char target[160];
	start();
	tag_range(1, 1);
	snprintf(target, sizeof(target), "/api/v2/job_statuses/show_many.json?ids=V3-nothing,%s,x",
	         job);
	assert_int_equal(get(target), 200);
	assert_int_equal(json_item_count(json_at(tree, "job_statuses")), 1);
	snprintf(target, sizeof(target), "/api/v2/job_statuses/%s.json", job);
	assert_int_equal(get(target), 200);
	assert_true(is(json_at(tree, "job_status"), "status", "completed"));
	assert_int_equal(get("/api/v2/job_statuses/V3-nothing.json"), 404);
	assert_int_equal(world_requests(world, "GET /api/v2/job_statuses/{id}"), 2);
	assert_int_equal(world_requests(world, "GET /api/v2/job_statuses/show_many"), 1);
	assert_int_equal(world_requests(world, "PUT /api/v2/tickets/update_many"), 1);
	assert_int_equal(world_audit(world)->zendesk_requests, 5);
}

static void a_status_is_kept_for_a_day(void **state)
{
	start();
	tag_range(1, 1);
	pass(24 * MSEC_HOUR);
	assert_non_null(poll());
	pass(2);
	assert_null(poll());
}

static void jobs_that_lie_do_nothing(void **state)
{
	options.jobs_lie = true;
	start();
	tag_range(1, 5);
	assert_true(json_is_true(json_at(result(4), "success")));
	assert_int_equal(processed(), 0);
	assert_int_equal(world_audit(world)->notes, 0);
}

static void jobs_that_drop_tags_do_the_rest(void **state)
{
	options.jobs_drop_tags = true;
	start();
	tag_range(1, 5);
	assert_true(json_is_true(json_at(result(4), "success")));
	assert_int_equal(processed(), 0);
	assert_int_equal(world_audit(world)->notes, 5);
}

static void stamps_may_run_apart_from_date(void **state)
{
	options.stamp_skew = -MSEC_SECOND;
	start();
	assert_int_equal(ask(HTTP_PUT, "/api/v2/tickets/5.json", "{\"ticket\":{\"tags\":[]}}"),
	                 200);
	assert_true(head_says("Date: Tue, 24 Nov 2026 22:00:05 GMT"));
	assert_true(is(json_at(tree, "ticket"), "updated_at", "2026-11-24T22:00:04Z"));
	assert_true(is(json_at(tree, "ticket"), "created_at", "2026-11-24T21:00:04Z"));
	assert_int_equal(ask(HTTP_PUT, "/api/v2/tickets/5.json",
	                     "{\"ticket\":{\"tags\":[],\"safe_update\":true,\"updated_stamp\":"
	                     "\"2026-11-24T22:00:04Z\"}}"),
	                 /* the rule compares stamps: no change is later than the given one */
	                 200);
}

static void the_same_seed_gives_the_same_jobs(void **state)
{
	char *first[30];
	struct err err;
	options.job_queue = 6 * MSEC_SECOND;
	options.job_rate = 10;
	options.people_per_minute = 60;
	assert_int_equal(faults_parse(&options.faults, "all:8", &err), 0);
	for (int round = 0; round < 2; round++) {
		begin();
		snprintf(stamp, sizeof(stamp), "2026-11-24T21:00:05Z");
		for (int i = 0; i < 30; i++) {
			if (i % 3 == 0)
				tag_range(1 + i, 30 + i);
			else if (job[0])
				get("/api/v2/job_statuses/show_many.json?ids=x");
			pass(700);
			struct buf audit;
			buf_init(&audit, 64 * 1024);
			world_audit_json(world, &audit);
			buf_add_str(&audit, buf_str(&answer.body));
			if (round == 0) {
				first[i] = xstrdup(buf_cstr(&audit));
			} else {
				assert_string_equal(first[i], buf_cstr(&audit));
				free(first[i]);
			}
			buf_free(&audit);
		}
		if (round == 0)
			world_free(world);
	}
}

int main(void)
{
	json_seed(1);
	const struct CMUnitTest tests[] = {
	        TEST(the_answer_comes_before_any_ticket_is_touched),
	        TEST(a_job_waits_then_does_its_tickets_one_by_one),
	        TEST(a_job_waits_in_the_queue_at_most_so_long),
	        TEST(without_a_rate_a_job_is_done_at_once),
	        TEST(each_ticket_is_stamped_at_its_own_instant),
	        TEST(so_many_jobs_work_at_a_time),
	        TEST(more_than_a_hundred_tickets_are_too_many),
	        TEST(a_list_that_makes_no_sense_is_refused_whole),
	        TEST(a_change_after_the_stamp_conflicts_in_its_item_only),
	        TEST(without_a_stamp_the_moment_of_queueing_counts),
	        TEST(closed_refused_closing_deleted_and_unknown_tickets_fail_by_themselves),
	        TEST(a_batch_sent_twice_comments_once),
	        TEST(two_stamps_under_way_that_could_both_go_through_are_counted),
	        TEST(thirty_jobs_may_be_queued_or_running),
	        TEST(a_job_costs_the_pool_one_request_and_single_updates_nothing),
	        TEST(unknown_jobs_are_left_out_of_many_and_not_found_alone),
	        TEST(a_status_is_kept_for_a_day),
	        TEST(jobs_that_lie_do_nothing),
	        TEST(jobs_that_drop_tags_do_the_rest),
	        TEST(stamps_may_run_apart_from_date),
	        TEST(the_same_seed_gives_the_same_jobs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
