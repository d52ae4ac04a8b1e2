/* Jobs: their state, what they say about each ticket, and all they may say instead. */
#include "reply.h"

#include "desk/zendesk/replies.h"

static struct arena arena;
static struct err err;
static struct desk_job job;
static struct desk_jobs jobs;
static unsigned dropped;

static int set_up(void **state)
{
	arena = (struct arena){0};
	job = (struct desk_job){.total = 77};
	jobs = (struct desk_jobs){.count = 77};
	dropped = 99;
	err.text[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	arena_free(&arena);
	return 0;
}

static int read_job(const char *body)
{
	struct http_reply reply = reply_of(200, body);
	int r = zd_reply_job(&reply, &arena, &job, &err);
	http_reply_free(&reply);
	return r;
}

static int read_jobs(const char *body)
{
	struct http_reply reply = reply_of(200, body);
	int r = zd_reply_jobs(&reply, &arena, &jobs, &dropped, &err);
	http_reply_free(&reply);
	return r;
}

/* A completed job of ten with these results. */
static void read_results(const char *results)
{
	char *body = xasprintf("{\"job_status\":{\"id\":\"V3-1\",\"total\":10,\"progress\":10,"
	                       "\"status\":\"completed\",\"results\":%s}}",
	                       results);
	assert_int_equal(read_job(body), 0);
	free(body);
}

static void check_item(const char *item, enum desk_item_verdict verdict, const char *text)
{
	char *results = xasprintf("[%s]", item);
	read_results(results);
	free(results);
	assert_int_equal(job.item_count, 1);
	assert_int_equal(job.items[0].verdict, verdict);
	assert_str(job.items[0].text, text);
}

static void an_accepted_job_is_queued_and_says_nothing_about_tickets(void **state)
{
	assert_int_equal(
	        read_job("{\"job_status\":{\"id\":\"V3-47ed156789697d342091e8d273f50b5d\",\"url\":"
	                 "\"https://acme.zendesk.com/api/v2/job_statuses/"
	                 "V3-47ed156789697d342091e8d273f50b5d.json\","
	                 "\"total\":100,\"progress\":null,\"status\":\"queued\",\"message\":null,"
	                 "\"results\":null}}"),
	        0);
	assert_str(job.id, "V3-47ed156789697d342091e8d273f50b5d");
	assert_int_equal(job.state, DESK_JOB_QUEUED);
	assert_int_equal(job.total, 100);
	assert_int_equal(job.progress, -1);
	assert_int_equal(job.item_count, 0);
}

static void a_working_job_tells_its_progress(void **state)
{
	assert_int_equal(read_job("{\"job_status\":{\"id\":\"V3-1\",\"url\":\"x\",\"total\":100,"
	                          "\"progress\":31,"
	                          "\"status\":\"working\",\"message\":\"Updating ticket "
	                          "#31\",\"results\":null}}"),
	                 0);
	assert_int_equal(job.state, DESK_JOB_WORKING);
	assert_int_equal(job.progress, 31);
}

static void the_recorded_form_of_results_is_read_by_ticket(void **state)
{
	assert_int_equal(
	        read_job("{\"job_status\":{\"id\":\"V3-1\",\"url\":\"x\",\"total\":2,\"progress\":"
	                 "2,\"status\":"
	                 "\"completed\",\"message\":\"Completed at 2026-11-22 10:00:12 "
	                 "+0000\",\"results\":["
	                 "{\"action\":\"update\",\"status\":\"Updated\",\"success\":true,\"id\":1},"
	                 "{\"index\":1,\"error\":\"UpdateConflict\",\"id\":2,\"details\":\"Safe "
	                 "update timestamp "
	                 "prevented the update due to outdated ticket data. Please fetch the "
	                 "latest ticket data and "
	                 "try again.\"}]}}"),
	        0);
	assert_int_equal(job.state, DESK_JOB_COMPLETED);
	assert_int_equal(job.item_count, 2);
	assert_int_equal(job.items[0].verdict, DESK_ITEM_UPDATED);
	assert_int_equal(job.items[0].id, 1);
	assert_int_equal(job.items[0].index, -1);
	assert_int_equal(job.items[0].text.len, 0);
	assert_int_equal(job.items[1].verdict, DESK_ITEM_CONFLICT);
	assert_int_equal(job.items[1].id, 2);
	assert_int_equal(job.items[1].index, 1);
	assert_int_equal(job.items[1].text.len, 0);
}

static void the_described_form_of_a_failure_is_read_too(void **state)
{
	check_item("{\"id\":3,\"action\":\"update\",\"success\":false,\"error\":"
	           "\"TicketUpdateFailed\","
	           "\"details\":\"Priority: is invalid\"}",
	           DESK_ITEM_REFUSED, "Priority: is invalid");
	assert_int_equal(job.items[0].id, 3);
	check_item("{\"id\":3,\"success\":false,\"error\":\"UpdateConflict\",\"details\":\"x\"}",
	           DESK_ITEM_CONFLICT, "");
}

static void a_failed_job_may_say_which_by_index_only(void **state)
{
	assert_int_equal(
	        read_job("{\"job_status\":{\"id\":\"a1\",\"total\":1,\"progress\":0,\"status\":"
	                 "\"failed\","
	                 "\"message\":\"Failed at 2026\",\"results\":[{\"index\":0,\"error\":"
	                 "\"TicketCreateFailed\",\"details\":\"Description: cannot be blank\"}]}}"),
	        0);
	assert_int_equal(job.state, DESK_JOB_FAILED);
	assert_int_equal(job.items[0].id, 0);
	assert_int_equal(job.items[0].index, 0);
	assert_int_equal(job.items[0].verdict, DESK_ITEM_REFUSED);
	assert_str(job.items[0].text, "Description: cannot be blank");
}

static void every_state_has_its_word_and_others_count_as_working(void **state)
{
	static const struct {
		const char *value;
		enum desk_job_state state;
	} words[] = {
	        {"\"queued\"", DESK_JOB_QUEUED},
	        {"\"working\"", DESK_JOB_WORKING},
	        {"\"completed\"", DESK_JOB_COMPLETED},
	        {"\"failed\"", DESK_JOB_FAILED},
	        {"\"killed\"", DESK_JOB_FAILED},
	        {"\"paused\"", DESK_JOB_WORKING},
	        {"\"\"", DESK_JOB_WORKING},
	        {"null", DESK_JOB_WORKING},
	        {"7", DESK_JOB_WORKING},
	        {"\"COMPLETED\"", DESK_JOB_WORKING},
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		char *body =
		        xasprintf("{\"job_status\":{\"id\":\"a\",\"status\":%s}}", words[i].value);
		assert_int_equal(read_job(body), 0);
		assert_int_equal(job.state, words[i].state);
		assert_int_equal(job.total, -1);
		free(body);
	}
	assert_int_equal(read_job("{\"job_status\":{\"id\":\"a\"}}"), 0);
	assert_int_equal(job.state, DESK_JOB_WORKING);
}

static void results_that_are_no_list_say_nothing(void **state)
{
	static const char *const results[] = {
	        "null", "{\"success\":true}",    "[]", "\"done\"", "true",
	        "3",    "[null,1,\"x\",[],true]"};
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		read_results(results[i]);
		assert_int_equal(job.item_count, 0);
		assert_int_equal(job.state, DESK_JOB_COMPLETED);
	}
}

static void items_that_are_no_objects_are_left_out(void **state)
{
	read_results("[null,{\"id\":5,\"success\":true},7,[{\"id\":6,\"success\":true}],{\"id\":7,"
	             "\"success\":true}]");
	assert_int_equal(job.item_count, 2);
	assert_int_equal(job.items[0].id, 5);
	assert_int_equal(job.items[1].id, 7);
}

static void items_keep_their_order_and_come_as_often_as_they_are_there(void **state)
{
	read_results("[{\"id\":9,\"success\":true},{\"id\":2,\"error\":\"UpdateConflict\"},{\"id\":"
	             "9,\"success\":false}]");
	assert_int_equal(job.item_count, 3);
	assert_int_equal(job.items[0].id, 9);
	assert_int_equal(job.items[1].id, 2);
	assert_int_equal(job.items[2].id, 9);
	assert_int_equal(job.items[2].verdict, DESK_ITEM_REFUSED);
}

static void an_error_counts_whatever_success_says(void **state)
{
	check_item("{\"id\":1,\"success\":true,\"error\":\"UpdateConflict\"}", DESK_ITEM_CONFLICT,
	           "");
	check_item("{\"id\":1,\"success\":true,\"error\":\"Odd\"}", DESK_ITEM_REFUSED, "Odd");
	check_item("{\"id\":1,\"success\":true,\"error\":{\"title\":\"T\",\"message\":\"M\"}}",
	           DESK_ITEM_REFUSED, "T: M");
	check_item("{\"id\":1,\"success\":true,\"error\":null}", DESK_ITEM_UPDATED, "");
	check_item("{\"id\":1,\"success\":true,\"error\":false}", DESK_ITEM_UPDATED, "");
	check_item("{\"id\":1,\"success\":true,\"error\":\"\"}", DESK_ITEM_UPDATED, "");
}

static void only_success_true_is_a_success(void **state)
{
	check_item("{\"id\":1,\"success\":false}", DESK_ITEM_REFUSED, "no reason given");
	check_item("{\"id\":1,\"success\":\"true\"}", DESK_ITEM_UNKNOWN,
	           "neither success nor an error");
	check_item("{\"id\":1,\"success\":1}", DESK_ITEM_UNKNOWN, "neither success nor an error");
	check_item("{\"id\":1,\"status\":\"Updated\"}", DESK_ITEM_UNKNOWN,
	           "neither success nor an error");
	check_item("{\"index\":0,\"id\":1,\"account_id\":4}", DESK_ITEM_UNKNOWN,
	           "neither success nor an error");
	check_item("{}", DESK_ITEM_UNKNOWN, "neither success nor an error");
}

static void a_ticket_that_is_gone_is_told_by_name_or_words(void **state)
{
	check_item("{\"id\":1,\"error\":\"RecordNotFound\",\"details\":\"Not found\"}",
	           DESK_ITEM_GONE, "Not found");
	check_item("{\"id\":1,\"error\":\"RecordNotFound\"}", DESK_ITEM_GONE, "RecordNotFound");
	check_item("{\"id\":1,\"error\":\"X\",\"details\":\"RecordNotFound: 1\"}", DESK_ITEM_GONE,
	           "RecordNotFound: 1");
	check_item("{\"id\":1,\"error\":\"X\",\"details\":{\"base\":[{\"description\":\"Ticket not "
	           "found\"}]}}",
	           DESK_ITEM_GONE, "Ticket not found");
	check_item("{\"id\":1,\"error\":\"X\",\"details\":\"Group: not found\"}", DESK_ITEM_REFUSED,
	           "Group: not found");
}

static void a_closed_ticket_is_told_by_the_word_in_any_form_of_details(void **state)
{
	static const char *const forms[] = {
	        "\"Status: closed prevents ticket update\"",
	        "[\"Status: closed prevents ticket update\"]",
	        "[{\"description\":\"Status: closed prevents ticket update\"}]",
	        "{\"status\":[{\"description\":\"Status: closed prevents ticket update\"}]}",
	        "{\"status\":[\"Status: closed prevents ticket update\"]}",
	        "{\"status\":\"Status: closed prevents ticket update\"}",
	        "{\"status\":{\"description\":\"Status: closed prevents ticket update\"}}",
	};
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		char *item = xasprintf("{\"id\":1,\"error\":\"TicketUpdateFailed\",\"details\":%s}",
		                       forms[i]);
		check_item(item, DESK_ITEM_CLOSED, "Status: closed prevents ticket update");
		free(item);
	}
	check_item("{\"id\":1,\"error\":\"E\",\"details\":\"CLOSED\"}", DESK_ITEM_CLOSED, "CLOSED");
	check_item("{\"id\":1,\"error\":\"E\",\"details\":\"undisclosed\"}", DESK_ITEM_REFUSED,
	           "undisclosed");
	check_item("{\"id\":1,\"error\":\"E\",\"details\":\"not disclosed, closed.\"}",
	           DESK_ITEM_CLOSED, "not disclosed, closed.");
}

static void details_without_words_leave_the_name_of_the_error(void **state)
{
	static const char *const forms[] = {
	        "null", "7", "{}", "[]", "[null,3]", "\"\"", "{\"a\":null,\"b\":[[]]}"};
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		char *item = xasprintf("{\"id\":1,\"error\":\"TicketUpdateFailed\",\"details\":%s}",
		                       forms[i]);
		check_item(item, DESK_ITEM_REFUSED, "TicketUpdateFailed");
		free(item);
	}
}

static void the_text_is_one_masked_line_of_at_most_200_bytes(void **state)
{
	char words[1001];
	check_item("{\"id\":1,\"error\":\"E\",\"details\":\"a\\nb\\u001b[31m access_token=abc "
	           "Bearer xyzXYZ123\"}",
	           DESK_ITEM_REFUSED, "a b[31m access_token=[hidden] Bearer [hidden]");
	memset(words, 'w', 1000);
	words[1000] = '\0';
	char *results = xasprintf("[{\"id\":1,\"error\":\"E\",\"details\":\"%s\"}]", words);
	read_results(results);
	assert_int_equal(job.items[0].text.len, 200);
	free(results);
}

static void an_id_or_index_that_is_none_is_not_said(void **state)
{
	static const char *const odd[] = {"\"5\"", "-5", "null", "5.0", "true", "[5]"};
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		char *results =
		        xasprintf("[{\"id\":%s,\"index\":%s,\"success\":true}]", odd[i], odd[i]);
		read_results(results);
		assert_int_equal(job.items[0].id, 0);
		assert_int_equal(job.items[0].index, -1);
		assert_int_equal(job.items[0].verdict, DESK_ITEM_UPDATED);
		free(results);
	}
	read_results("[{\"id\":0,\"index\":0},{\"id\":9223372036854775807,\"index\":9}]");
	assert_int_equal(job.items[0].id, 0);
	assert_int_equal(job.items[0].index, 0);
	assert_true(job.items[1].id == INT64_MAX);
	assert_int_equal(job.items[1].index, 9);
}

static void an_index_beyond_the_total_is_not_said(void **state)
{
	read_results(
	        "[{\"index\":10,\"error\":\"E\"},{\"index\":9223372036854775807,\"error\":\"E\"}]");
	assert_int_equal(job.items[0].index, -1);
	assert_int_equal(job.items[1].index, -1);
	assert_int_equal(read_job("{\"job_status\":{\"id\":\"a\",\"results\":[{\"index\":10}]}}"),
	                 0);
	assert_int_equal(job.items[0].index, 10);
}

static void a_number_beyond_64_bits_is_no_id(void **state)
{
	read_results("[{\"id\":99999999999999999999,\"index\":3},{\"id\":7}]");
	assert_int_equal(job.items[0].id, 0);
	assert_int_equal(job.items[0].index, 3);
	assert_int_equal(job.items[1].id, 7);
}

static void counts_that_are_none_are_not_said(void **state)
{
	assert_int_equal(
	        read_job("{\"job_status\":{\"id\":\"a\",\"total\":-1,\"progress\":\"9\"}}"), 0);
	assert_int_equal(job.total, -1);
	assert_int_equal(job.progress, -1);
}

static void a_job_id_that_cannot_be_asked_for_makes_the_reply_unusable(void **state)
{
	static const char *const ids[] = {"\"\"",    "7",       "null",      "[\"a\"]",
	                                  "\"a,b\"", "\"a b\"", "\"a\\nb\"", "\"\\u00e4\""};
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		char *body =
		        xasprintf("{\"job_status\":{\"id\":%s,\"status\":\"queued\"}}", ids[i]);
		assert_int_equal(read_job(body), -1);
		assert_string_equal(err.text,
		                    "Zendesk's answer about a job has no usable `job_status.id`");
		assert_int_equal(job.total, 77);
		free(body);
	}
	assert_int_equal(read_job("{\"job_status\":{\"status\":\"queued\"}}"), -1);
}

static void a_job_id_has_at_most_200_bytes(void **state)
{
	for (size_t len = 200; len <= 201; len++) {
		char id[202] = {0};
		memset(id, 'a', len);
		char *body = xasprintf("{\"job_status\":{\"id\":\"%s\"}}", id);
		assert_int_equal(read_job(body), len == 200 ? 0 : -1);
		free(body);
	}
}

static void an_answer_without_a_job_is_an_error(void **state)
{
	static const char *const bodies[] = {"{}", "{\"job_status\":null}", "{\"job_status\":[]}",
	                                     "{\"job_statuses\":[]}", "[]"};
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		assert_int_equal(read_job(bodies[i]), -1);
		assert_string_equal(err.text,
		                    "Zendesk's answer about a job has no usable `job_status`");
		assert_int_equal(job.total, 77);
	}
	assert_int_equal(read_job("<html>"), -1);
	assert_string_equal(err.text, "Zendesk's answer about a job is an HTML page, not JSON");
}

static void several_jobs_come_in_the_order_of_the_server(void **state)
{
	assert_int_equal(read_jobs("{\"job_statuses\":[{\"id\":\"b\",\"status\":\"working\"},{"
	                           "\"id\":\"a\",\"status\":"
	                           "\"completed\",\"results\":[{\"id\":4,\"success\":true}]},{"
	                           "\"id\":\"b\"}]}"),
	                 0);
	assert_int_equal(jobs.count, 3);
	assert_int_equal(dropped, 0);
	assert_str(jobs.items[0].id, "b");
	assert_str(jobs.items[1].id, "a");
	assert_int_equal(jobs.items[1].items[0].id, 4);
	assert_str(jobs.items[2].id, "b");
}

static void jobs_that_vanished_are_simply_not_there(void **state)
{
	assert_int_equal(read_jobs("{\"job_statuses\":[]}"), 0);
	assert_int_equal(jobs.count, 0);
	assert_int_equal(dropped, 0);
}

static void an_odd_job_is_dropped_and_counted_and_does_not_hide_the_others(void **state)
{
	static const char body[] =
	        "{\"job_statuses\":[null,{\"id\":\"\"},{\"id\":\"a\"},{\"id\":3},7]}";
	assert_int_equal(read_jobs(body), 0);
	assert_int_equal(jobs.count, 1);
	assert_int_equal(dropped, 4);
	struct http_reply reply = reply_of(200, body);
	assert_int_equal(zd_reply_jobs(&reply, &arena, &jobs, NULL, &err), 0);
	http_reply_free(&reply);
}

static void a_list_of_jobs_that_is_none_is_an_error(void **state)
{
	static const char *const bodies[] = {"{}", "{\"job_statuses\":{}}",
	                                     "{\"job_statuses\":null}", "[]"};
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		assert_int_equal(read_jobs(bodies[i]), -1);
		assert_string_equal(err.text,
		                    "Zendesk's list of jobs has no usable `job_statuses`");
		assert_int_equal(jobs.count, 77);
		assert_int_equal(dropped, 99);
	}
	assert_int_equal(read_jobs("x"), -1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	        TEST(an_accepted_job_is_queued_and_says_nothing_about_tickets),
	        TEST(a_working_job_tells_its_progress),
	        TEST(the_recorded_form_of_results_is_read_by_ticket),
	        TEST(the_described_form_of_a_failure_is_read_too),
	        TEST(a_failed_job_may_say_which_by_index_only),
	        TEST(every_state_has_its_word_and_others_count_as_working),
	        TEST(results_that_are_no_list_say_nothing),
	        TEST(items_that_are_no_objects_are_left_out),
	        TEST(items_keep_their_order_and_come_as_often_as_they_are_there),
	        TEST(an_error_counts_whatever_success_says),
	        TEST(only_success_true_is_a_success),
	        TEST(a_ticket_that_is_gone_is_told_by_name_or_words),
	        TEST(a_closed_ticket_is_told_by_the_word_in_any_form_of_details),
	        TEST(details_without_words_leave_the_name_of_the_error),
	        TEST(the_text_is_one_masked_line_of_at_most_200_bytes),
	        TEST(an_id_or_index_that_is_none_is_not_said),
	        TEST(an_index_beyond_the_total_is_not_said),
	        TEST(a_number_beyond_64_bits_is_no_id),
	        TEST(counts_that_are_none_are_not_said),
	        TEST(a_job_id_that_cannot_be_asked_for_makes_the_reply_unusable),
	        TEST(a_job_id_has_at_most_200_bytes),
	        TEST(an_answer_without_a_job_is_an_error),
	        TEST(several_jobs_come_in_the_order_of_the_server),
	        TEST(jobs_that_vanished_are_simply_not_there),
	        TEST(an_odd_job_is_dropped_and_counted_and_does_not_hide_the_others),
	        TEST(a_list_of_jobs_that_is_none_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
