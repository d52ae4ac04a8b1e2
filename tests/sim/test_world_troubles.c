/* Tests the faults of jobs and of their results, and edits by people meanwhile: one test per
 * fault. */
#include "test_jobs.h"

static void a_lost_answer_leaves_the_job_running(void **state)
{
	static const char *const faults[] = {"lost:1", "late500:1", "midbody:1", "stall:1"};
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		memset(&options.faults, 0, sizeof(options.faults));
		start_with(faults[i]);
		tag_range(1, 5);
		assert_true(answer.transport != TRANSPORT_NORMAL || answer.status == 500);
		assert_int_equal(processed(), 5);
		world_free(world);
	}
	world = NULL;
}

static void what_strikes_other_requests_strikes_these_too(void **state)
{
	static const struct {
		const char *fault;
		int status;
		enum world_transport transport;
	} cases[] = {
	        {"429:1", 429, TRANSPORT_NORMAL},     {"503:1", 503, TRANSPORT_NORMAL},
	        {"502html:1", 502, TRANSPORT_NORMAL}, {"500:1", 500, TRANSPORT_NORMAL},
	        {"reset:1", 200, TRANSPORT_RESET},    {"garbage:1", 200, TRANSPORT_GARBAGE},
	        {"notjson:1", 200, TRANSPORT_NORMAL}, {"midbody:1", 200, TRANSPORT_RESET_BODY}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		memset(&options.faults, 0, sizeof(options.faults));
		start_with(cases[i].fault);
		assert_int_equal(tag_range(1, 5), cases[i].status);
		assert_int_equal(answer.transport, cases[i].transport);
		world_free(world);
		start_with(cases[i].fault);
		assert_int_equal(get("/api/v2/job_statuses/show_many.json?ids=x"), cases[i].status);
		assert_int_equal(answer.transport, cases[i].transport);
		world_free(world);
	}
	world = NULL;
}

static void a_refused_request_leaves_no_job(void **state)
{
	static const char *const faults[] = {"429:1", "503:1",   "502html:1",
	                                     "500:1", "reset:1", "lock:1"};
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		memset(&options.faults, 0, sizeof(options.faults));
		start_with(faults[i]);
		tag_range(1, 5);
		assert_int_equal(processed(), 0);
		assert_int_equal(world_audit(world)->jobs, 0);
		world_free(world);
	}
	world = NULL;
}

static void a_lost_job_is_accepted_and_never_seen_again(void **state)
{
	start_with("joblost:1");
	assert_int_equal(tag_range(1, 5), 200);
	pass(MSEC_HOUR);
	assert_null(poll());
	assert_int_equal(processed(), 0);
}

static void a_gone_job_runs_but_its_status_vanishes(void **state)
{
	options.job_rate = 10;
	start_with("jobgone:1");
	tag_range(1, 10);
	pass(300);
	assert_non_null(poll());
	pass(MSEC_SECOND);
	assert_null(poll());
	assert_int_equal(processed(), 10);
}

static void a_stuck_job_works_for_ever_and_does_nothing(void **state)
{
	start_with("jobstuck:1");
	tag_range(1, 10);
	pass(20 * MSEC_HOUR);
	assert_true(is(poll(), "status", "working"));
	assert_int_equal(processed(), 0);
}

static void a_late_job_runs_after_minutes(void **state)
{
	start_with("joblate:1");
	tag_range(1, 10);
	pass(179 * MSEC_SECOND);
	assert_true(is(poll(), "status", "queued"));
	assert_int_equal(processed(), 0);
	pass(8 * MSEC_MINUTE);
	assert_int_equal(processed(), 10);
}

static void a_failed_job_did_some_of_its_tickets(void **state)
{
	static const char *const faults[] = {"jobfailed:1", "jobkilled:1"};
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		memset(&options.faults, 0, sizeof(options.faults));
		start_with(faults[i]);
		tag_range(1, 100);
		assert_true(is(poll(), "status", i ? "killed" : "failed"));
		assert_true(processed() < 100);
		const struct json *results = json_at(poll(), "results");
		assert_true(json_is_null(results) || (int)json_item_count(results) == processed());
		world_free(world);
	}
	world = NULL;
}

static void results_come_in_every_shape(void **state)
{
	start_with("resultsorder:1");
	tag_range(1, 20);
	assert_int_equal(json_item_count(json_at(poll(), "results")), 20);
	bool moved = false;
	for (size_t i = 0; i < 20; i++)
		moved |= number_of(result(i), "id") != (int64_t)i + 1;
	assert_true(moved);
	world_free(world);
	memset(&options.faults, 0, sizeof(options.faults));
	start_with("resultsfewer:1");
	tag_range(1, 20);
	assert_true(json_item_count(json_at(poll(), "results")) < 20);
	world_free(world);
	memset(&options.faults, 0, sizeof(options.faults));
	start_with("resultsmore:1");
	tag_range(1, 20);
	assert_int_equal(json_item_count(json_at(poll(), "results")), 23);
	assert_int_equal(number_of(result(20), "id"), 1);
	world_free(world);
	memset(&options.faults, 0, sizeof(options.faults));
	start_with("resultsodd:1");
	tag_range(1, 100);
	size_t odd = 0;
	const struct json *items = json_at(poll(), "results");
	for (size_t i = 0; i < 100; i++)
		odd += !json_at(json_item(items, i), "success") &&
		       !json_at(json_item(items, i), "error");
	assert_true(odd > 0);
}

static void failures_come_in_every_shape(void **state)
{
	options.closed = "2";
	start_with("resultsopenapi:1");
	tag_range(1, 2);
	assert_true(json_is_false(json_at(result(1), "success")));
	assert_null(json_at(result(1), "index"));
	world_free(world);
	memset(&options.faults, 0, sizeof(options.faults));
	start_with("resultsindex:1");
	tag_range(1, 2);
	assert_null(json_at(result(1), "id"));
	assert_int_equal(number_of(result(1), "index"), 1);
}

static void too_many_jobs_may_be_said_with_any_status(void **state)
{
	unsigned seen = 0;
	struct err err;
	assert_int_equal(faults_parse(&options.faults, "toomanyjobs:1", &err), 0);
	start();
	for (int i = 0; i < 60; i++) {
		int status = tag_range(1, 1);
		assert_true(body_says("TooManyJobs"));
		seen |= status == 429 ? 1 : status == 400 ? 2 : status == 200 ? 4 : 8;
	}
	assert_int_equal(seen, 7);
	assert_int_equal(processed(), 0);
}

static void an_error_under_200_did_nothing(void **state)
{
	start_with("error200bulk:1");
	assert_int_equal(tag_range(1, 1), 200);
	assert_true(json_str_at(tree, "error").len > 0);
	assert_int_equal(processed(), 0);
}

static void an_optimistic_lock_conflicts_though_the_stamp_is_right(void **state)
{
	start_with("conflictbulk:1");
	tag_range(1, 100);
	int done = processed();
	assert_true(done > 0 && done < 100);
	assert_int_equal(world_audit(world)->job_conflicts, 100 - done);
}

static void a_person_puts_the_old_tags_back_after_our_write(void **state)
{
	struct world_ticket ticket;
	start_with("retag:1");
	ask(HTTP_PUT, "/api/v2/tickets/5.json", "{\"ticket\":{\"tags\":[\"ai_processed\"]}}");
	assert_true(tagged(5));
	pass(2 * MSEC_SECOND);
	assert_false(tagged(5));
	world_look(world, 5, &ticket);
	assert_true(ticket.people_untagged);
	world_free(world);
	memset(&options.faults, 0, sizeof(options.faults));
	start_with("retag:1");
	tag_range(1, 100);
	pass(2 * MSEC_SECOND);
	assert_true(processed() > 50 && processed() < 100);
}

static void a_person_edits_in_the_second_of_our_read(void **state)
{
	char before[32];
	start_with("samesecond:1");
	now.mono += 300;
	now.wall += 300;
	get("/api/v2/tickets/"
	    "show_many.json?ids=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20");
	clock_format_iso(now.wall, before);
	pass(699);
	world_tick(world, now);
	assert_true(world_audit(world)->edits > 0);
	size_t moved = 0;
	for (uint64_t id = 1; id <= 20; id++) {
		struct world_ticket ticket;
		world_look(world, id, &ticket);
		moved += ticket.updated == now.wall / MSEC_SECOND;
	}
	assert_int_equal(moved, world_audit(world)->edits);
}

int main(void)
{
	json_seed(1);
	const struct CMUnitTest tests[] = {
	        TEST(a_lost_answer_leaves_the_job_running),
	        TEST(what_strikes_other_requests_strikes_these_too),
	        TEST(a_refused_request_leaves_no_job),
	        TEST(a_lost_job_is_accepted_and_never_seen_again),
	        TEST(a_gone_job_runs_but_its_status_vanishes),
	        TEST(a_stuck_job_works_for_ever_and_does_nothing),
	        TEST(a_late_job_runs_after_minutes),
	        TEST(a_failed_job_did_some_of_its_tickets),
	        TEST(results_come_in_every_shape),
	        TEST(failures_come_in_every_shape),
	        TEST(too_many_jobs_may_be_said_with_any_status),
	        TEST(an_error_under_200_did_nothing),
	        TEST(an_optimistic_lock_conflicts_though_the_stamp_is_right),
	        TEST(a_person_puts_the_old_tags_back_after_our_write),
	        TEST(a_person_edits_in_the_second_of_our_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
