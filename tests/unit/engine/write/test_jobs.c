/* What becomes of bulk writes: polls, and a verdict for each ticket, never one for the job. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define QUEUED "\"status\":\"queued\",\"total\":6,\"progress\":null,\"message\":null"
#define WORKING                                                                                    \
	"\"status\":\"working\",\"total\":6,\"progress\":3,\"message\":\"Updating ticket #3\""
#define COMPLETED                                                                                  \
	"\"status\":\"completed\",\"total\":6,\"progress\":6,\"message\":\"Completed at "          \
	"2026-11-22 10:00:12 +0000\""
#define FAILED                                                                                     \
	"\"status\":\"failed\",\"total\":6,\"progress\":2,\"message\":\"Failed at 2026-11-22 "     \
	"10:00:12 +0000\""
#define KILLED "\"status\":\"killed\",\"total\":6,\"progress\":2,\"message\":null"
#define COUNT 6

#define ITEM_DONE(id)                                                                              \
	"{\"action\":\"update\",\"status\":\"Updated\",\"success\":true,\"id\":" #id "}"
#define ITEM_CONFLICT(id, index)                                                                   \
	"{\"index\":" #index ",\"error\":\"UpdateConflict\",\"id\":" #id                           \
	",\"details\":\"Safe update timestamp\"}"
#define ALL_DONE                                                                                   \
	"[" ITEM_DONE(1) "," ITEM_DONE(2) "," ITEM_DONE(3) "," ITEM_DONE(4) "," ITEM_DONE(         \
	        5) "," ITEM_DONE(6) "]"

/* A lab whose first job has six tickets; `status` is what the poll is told. */
static struct lab *lab_with_job(void)
{
	struct lab *lab = lab_new();

	lab_until_batch(lab, COUNT);
	lab_job(lab, QUEUED, "null");
	return lab;
}

static void poll(struct lab *lab, const char *status, const char *results)
{
	for (int i = 0; i < 300 && !lab_asks(lab, "job_statuses"); i++)
		lab_advance(lab, 100);
	lab_job(lab, status, results);
}

static const char *tagged(uint64_t first, uint64_t count)
{
	return lab_tickets(first, count, "[\"vip\",\"ai_processed\"]", "2026-11-22T10:00:05Z");
}

/* Lets the engine see that bulk writing does what it says, so that later successes are believed. */
static struct lab *lab_with_trust(void)
{
	struct lab *lab = lab_new();

	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(101, 6, NULL, NULL));
	for (int i = 0; i < 6; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_tickets(101, 6, NULL, NULL));
	lab_job(lab, QUEUED, "null");
	poll(lab, COMPLETED,
	     "[" ITEM_DONE(101) "," ITEM_DONE(102) "," ITEM_DONE(103) "," ITEM_DONE(
	             104) "," ITEM_DONE(105) "," ITEM_DONE(106) "]");
	lab_fresh_read(lab, tagged(101, 6));
	assert_int_equal(lab->outcome_count, 6);
	lab_found(lab, lab_tickets(1, COUNT, "[\"vip\"]", NULL));
	for (int i = 0; i < COUNT; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_tickets(1, COUNT, "[\"vip\"]", NULL));
	lab_job(lab, QUEUED, "null");
	return lab;
}

static void the_first_poll_comes_when_the_job_should_be_over_then_each_few_seconds(void **state)
{
	struct lab *lab = lab_with_job();

	(void)state;
	lab_advance(lab, 500);
	assert_null(lab_asks(lab, "job_statuses")); /* six tickets take 0.6 s */
	lab_advance(lab, 200);
	assert_non_null(lab_asks(lab, "/job_statuses/show_many.json?ids=V3-1"));
	lab_job(lab, WORKING, "null");
	lab_advance(lab, 2900);
	assert_null(lab_asks(lab, "job_statuses"));
	lab_advance(lab, 1100);
	assert_non_null(lab_asks(lab, "job_statuses"));
	lab_free(lab);
}

static void the_first_success_is_believed_only_when_our_tag_was_seen(void **state)
{
	struct lab *lab = lab_with_job();

	(void)state;
	poll(lab, COMPLETED, ALL_DONE);
	assert_int_equal(lab->outcome_count, 0);
	lab_fresh_read(lab, tagged(1, COUNT));
	assert_int_equal(lab->outcome_count, COUNT);
	assert_int_equal(lab_outcome(lab, 6)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void later_successes_need_no_second_look(void **state)
{
	struct lab *lab = lab_with_trust();
	size_t looks = lab_count(lab, "show_many");

	(void)state;
	poll(lab, COMPLETED, ALL_DONE);
	assert_int_equal(lab->outcome_count, 12);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_count(lab, "tickets/show_many"),
	                 looks - lab_count(lab, "job_statuses") + 1);
	lab_free(lab);
}

static void a_job_that_reports_success_and_changes_nothing_ends_bulk_writing(void **state)
{
	struct lab *lab = lab_with_job();

	(void)state;
	poll(lab, COMPLETED, ALL_DONE);
	lab_fresh_read(lab, lab_tickets(1, COUNT, "[\"vip\"]", NULL));
	assert_int_equal(lab->alerts, 1);
	assert_true(lab_said(lab, "changed nothing"));
	assert_int_equal(lab_count(lab, "update_many"), 1);
	assert_int_equal(lab_puts(lab), 1 + COUNT); /* the same writes, one by one */
	lab_free(lab);
}

static const char *our_notes(const struct lab *lab)
{
	static char text[400];
	const char *at = NULL;

	for (size_t i = 0; i < lab->request_count; i++)
		if (lab->requests[i].request.method == HTTP_PUT)
			at = strstr(lab->requests[i].request.body, "Timestamp: ");
	snprintf(text, sizeof(text),
	         "{\"comments\":[{\"id\":9,\"author_id\":77,\"public\":false,\"plain_body\":\"AI "
	         "Analysis:\\n\\n%.31s\",\"created_at\":\"2026-11-22T10:00:01Z\"}],\"meta\":{\"has_"
	         "more\":false}}",
	         at);
	return text;
}

static void tags_that_did_not_come_with_the_notes_are_added_alone(void **state)
{
	struct lab *lab = lab_with_job();

	(void)state;
	poll(lab, COMPLETED, ALL_DONE);
	lab_fresh_read(lab, lab_tickets(1, COUNT, "[\"vip\"]", "2026-11-22T10:00:00Z"));
	for (int i = 0; i < COUNT; i++)
		lab_answer(lab, lab_asks(lab, "/comments.json"), 200, "", our_notes(lab));
	assert_int_equal(lab->alerts, 1);
	assert_true(lab_said(lab, "tags do not"));
	lab_advance(lab, 3000);
	lab_fresh_read(lab, lab_tickets(1, COUNT, "[\"vip\"]", "2026-11-22T10:00:00Z"));
	for (int i = 0; i < COUNT; i++) {
		const char *body = lab_asks(lab, "/tickets/")->request.body;

		assert_non_null(strstr(body, "\"ai_processed\""));
		assert_non_null(strstr(body, "\"updated_stamp\":\"2026-11-22T10:00:00Z\""));
		assert_null(strstr(body, "comment"));
		lab_update_accepted(lab);
	}
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab->outcome_count, COUNT);
	lab_free(lab);
}

static void tags_that_are_missing_are_added_after_a_crash_too_without_a_second_note(void **state)
{
	struct lab *lab = lab_with_job(), *next = lab_new();

	(void)state;
	poll(lab, COMPLETED, ALL_DONE);
	lab_fresh_read(lab, lab_tickets(1, COUNT, "[\"vip\"]", "2026-11-22T10:00:00Z"));
	for (int i = 0; i < COUNT; i++)
		lab_answer(lab, lab_asks(lab, "/comments.json"), 200, "", our_notes(lab));
	lab_advance(lab, 3000);
	lab_fresh_read(lab, lab_tickets(1, COUNT, "[\"vip\"]", "2026-11-22T10:00:00Z"));
	next->engine = engine_new(&next->setup, next->now);
	for (size_t i = 0; i < lab->record_count; i++)
		engine_restore(next->engine, &lab->records[i]);
	lab_advance(next, 0);
	lab_let_in(next);
	lab_advance(next, 3000);
	lab_fresh_read(next, lab_tickets(1, COUNT, "[\"vip\"]", "2026-11-22T10:00:00Z"));
	assert_non_null(lab_asks(next, "/tickets/"));
	assert_null(strstr(lab_asks(next, "/tickets/")->request.body, "comment"));
	lab_free(lab);
	lab_free(next);
}

static void each_ticket_gets_its_own_verdict_from_a_completed_job(void **state)
{
	struct lab *lab = lab_with_trust();

	(void)state;
	poll(lab, COMPLETED,
	     "[" ITEM_DONE(1) "," ITEM_CONFLICT(
	             2, 1) ",{\"index\":2,\"error\":\"TicketUpdateFailed\",\"id\":3,\"details\":"
	                   "\"Status: closed prevents ticket update\"}," ITEM_DONE(4) "," ITEM_DONE(
	                           5) "," ITEM_DONE(6) "]");
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_null(lab_outcome(lab, 2)); /* read again when the other's change has settled */
	assert_null(lab_outcome(lab, 3)); /* looked at before it is given up */
	lab_fresh_read(lab, lab_ticket(3, "closed", NULL, NULL, NULL));
	assert_int_equal(lab_outcome(lab, 3)->status, OUTCOME_SKIPPED);
	assert_string_equal(lab_outcome(lab, 3)->reason, "the ticket is closed");
	lab_advance(lab, 3000);
	lab_fresh_read(lab, lab_ticket(2, "open", NULL, "[\"vip\",\"ai_processed\"]",
	                               "2026-11-22T10:00:01Z"));
	assert_int_equal(lab_outcome(lab, 2)->status,
	                 OUTCOME_SUCCESS); /* the conflict was with our own first delivery */
	lab_free(lab);
}

static void a_failed_item_of_unknown_kind_is_looked_at_and_may_be_sent_alone(void **state)
{
	struct lab *lab = lab_with_trust();

	(void)state;
	poll(lab, COMPLETED,
	     "[" ITEM_DONE(1) "," ITEM_DONE(
	             2) ",{\"index\":2,\"error\":\"TicketUpdateFailed\",\"id\":3,\"details\":"
	                "\"Reason: needs a value\"}," ITEM_DONE(4) "," ITEM_DONE(5) "," ITEM_DONE(
	                        6) "]");
	lab_fresh_read(lab, lab_ticket(3, "open", NULL, "[\"vip\"]", NULL));
	assert_null(lab_outcome(lab, 3));
	lab_answer(lab, lab_asks(lab, "/tickets/3.json"), 422, "",
	           "{\"error\":\"RecordInvalid\",\"details\":{\"base\":[{\"description\":\"Reason: "
	           "needs a value\"}]}}");
	assert_int_equal(lab_outcome(lab, 3)->status, OUTCOME_ERROR);
	assert_non_null(strstr(lab_outcome(lab, 3)->reason, "needs a value"));
	lab_free(lab);
}

static void results_may_come_in_another_order(void **state)
{
	struct lab *lab = lab_with_trust();

	(void)state;
	poll(lab, COMPLETED,
	     "[" ITEM_DONE(6) "," ITEM_DONE(3) "," ITEM_CONFLICT(2, 1) "," ITEM_DONE(
	             5) "," ITEM_DONE(1) "," ITEM_DONE(4) "]");
	assert_int_equal(lab->outcome_count, 6 + 5);
	assert_null(lab_outcome(lab, 2));
	lab_free(lab);
}

static void a_ticket_missing_among_the_results_is_looked_at(void **state)
{
	struct lab *lab = lab_with_trust();

	(void)state;
	poll(lab, COMPLETED,
	     "[" ITEM_DONE(1) "," ITEM_DONE(2) "," ITEM_DONE(3) "," ITEM_DONE(4) "," ITEM_DONE(
	             5) "]");
	assert_null(lab_outcome(lab, 6));
	lab_advance(lab, 11000);
	lab_fresh_read(lab, tagged(6, 1));
	assert_int_equal(lab_outcome(lab, 6)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void results_for_tickets_never_sent_are_ignored(void **state)
{
	struct lab *lab = lab_with_trust();

	(void)state;
	poll(lab, COMPLETED,
	     "[" ITEM_DONE(999) "," ITEM_DONE(1) "," ITEM_DONE(2) "," ITEM_DONE(3) "," ITEM_DONE(
	             4) "," ITEM_DONE(5) "," ITEM_DONE(6) "," ITEM_DONE(998) ",{\"success\":true},"
	                                                                     "7,null]");
	assert_int_equal(lab->outcome_count, 12);
	assert_null(lab_outcome(lab, 999));
	assert_true(lab_said(lab, "of other tickets"));
	lab_free(lab);
}

static void a_ticket_reported_twice_is_done_once_or_looked_at(void **state)
{
	struct lab *lab = lab_with_trust();

	(void)state;
	poll(lab, COMPLETED,
	     "[" ITEM_DONE(1) "," ITEM_DONE(1) "," ITEM_DONE(2) "," ITEM_CONFLICT(
	             2, 1) "," ITEM_DONE(3) "," ITEM_DONE(4) "," ITEM_DONE(5) "," ITEM_DONE(6) "]");
	assert_int_equal(lab->outcome_count, 6 + 5);
	assert_null(lab_outcome(lab, 2));
	lab_free(lab);
}

static void a_failed_item_with_only_its_index_is_found_by_its_place(void **state)
{
	struct lab *lab = lab_with_trust();

	(void)state;
	poll(lab, COMPLETED,
	     "[" ITEM_DONE(1) "," ITEM_DONE(2) "," ITEM_DONE(3) "," ITEM_DONE(4) "," ITEM_DONE(
	             5) ",{\"index\":5,\"error\":\"TicketUpdateFailed\",\"details\":\"Subject: "
	                "cannot be blank\"}]");
	lab_fresh_read(lab, lab_ticket(6, "open", NULL, "[\"vip\"]", NULL));
	assert_non_null(lab_asks(lab, "/tickets/6.json"));
	lab_free(lab);
}

static void results_that_are_null_in_a_completed_job_leave_all_unknown(void **state)
{
	struct lab *lab = lab_with_trust();

	(void)state;
	poll(lab, COMPLETED, "null");
	assert_int_equal(lab->outcome_count, 6);
	lab_advance(lab, 11000);
	lab_fresh_read(lab, tagged(1, COUNT));
	assert_int_equal(lab->outcome_count, 12);
	lab_free(lab);
}

static void what_a_failed_or_killed_job_has_done_counts_and_the_rest_is_looked_at(void **state)
{
	const char *const words[] = {FAILED, KILLED};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct lab *lab = lab_with_trust();

		poll(lab, words[i], "[" ITEM_DONE(1) "," ITEM_DONE(2) "]");
		assert_int_equal(lab->outcome_count, 6 + 2);
		lab_advance(lab, 11000);
		assert_non_null(lab_asks(lab, "tickets/show_many"));
		lab_free(lab);
	}
}

static void a_job_that_vanished_is_looked_at_through_its_tickets(void **state)
{
	struct lab *lab = lab_with_trust();

	(void)state;
	lab_advance(lab, 4000);
	lab_answer(lab, lab_asks(lab, "job_statuses"), 200, "", "{\"job_statuses\":[]}");
	assert_true(lab_said(lab, "no longer exists"));
	lab_advance(lab, 11000);
	lab_fresh_read(lab, tagged(1, COUNT));
	assert_int_equal(lab->outcome_count, 12);
	assert_int_equal(lab_puts(lab), 2);
	lab_free(lab);
}

static void a_404_for_the_jobs_means_they_vanished(void **state)
{
	struct lab *lab = lab_with_trust();

	(void)state;
	lab_advance(lab, 4000);
	lab_answer(lab, lab_asks(lab, "job_statuses"), 404, "", "{\"error\":\"RecordNotFound\"}");
	assert_true(lab_said(lab, "no longer exists"));
	lab_free(lab);
}

static void a_job_that_never_ends_is_given_up_and_its_write_sent_again(void **state)
{
	struct lab *lab = lab_with_trust();
	struct lab_request *batch = NULL;

	(void)state;
	for (size_t i = 0; i < lab->request_count; i++)
		if (strstr(lab->requests[i].request.url, "update_many"))
			batch = &lab->requests[i];
	for (int i = 0; i < 600 && !lab_asks(lab, "tickets/show_many"); i++) {
		lab_advance(lab, 1000);
		if (lab_asks(lab, "job_statuses"))
			lab_job(lab, WORKING, "null");
	}
	assert_true(lab_said(lab, "makes no progress"));
	assert_in_range(lab->now.mono - 1000000, 119000, 140000);
	lab_fresh_read(lab, lab_tickets(1, COUNT, "[\"vip\"]", NULL));
	assert_int_equal(lab_count(lab, "update_many"), 3);
	assert_string_equal(lab_asks(lab, "update_many")->request.body, batch->request.body);
	lab_free(lab);
}

static void polls_that_fail_come_at_growing_distances_and_lose_nothing(void **state)
{
	struct lab *lab = lab_with_trust();
	size_t before = lab_count(lab, "job_statuses");

	(void)state;
	for (int i = 0; i < 60; i++) {
		lab_advance(lab, 1000);
		if (lab_asks(lab, "job_statuses"))
			lab_answer(lab, lab_asks(lab, "job_statuses"), 502,
			           "content-type: text/html", "<html>502</html>");
	}
	assert_in_range(lab_count(lab, "job_statuses") - before, 2, 6);
	lab_advance(lab, 60000);
	poll(lab, COMPLETED, ALL_DONE);
	assert_int_equal(lab->outcome_count, 12);
	lab_free(lab);
}

static void who_may_not_read_jobs_writes_one_by_one(void **state)
{
	struct lab *lab = lab_with_job();

	(void)state;
	lab_advance(lab, 1000);
	lab_answer(lab, lab_asks(lab, "job_statuses"), 403, "",
	           "{\"error\":{\"title\":\"Forbidden\",\"message\":\"missing scope read\"}}");
	assert_int_equal(lab->alerts, 1);
	lab_advance(lab, 11000);
	lab_fresh_read(lab, tagged(1, COUNT));
	assert_int_equal(lab->outcome_count, COUNT);
	assert_false(lab->finished);
	lab_free(lab);
}

/* A scope that was missing may have been granted: ten minutes later a job is tried again. */
static void the_alert_of_bulk_updates_ends_when_they_are_proven_to_work_again(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "zendesk.batch_size", "6");
	lab_until_batch(lab, 2 * COUNT);
	lab_fresh_read(lab, lab_tickets(7, COUNT, "[\"vip\"]", NULL));
	for (int i = 0; i < 2; i++)
		lab_answer(lab, lab_asks(lab, "update_many"), 403, "", "{\"error\":\"Forbidden\"}");
	assert_true(lab->alert_lasts[ALERT_BULK_OFF]);
	for (int i = 0; i < 2 * COUNT; i++)
		lab_update_accepted(lab);
	for (int i = 0; i < 700 && !lab_asks(lab, "/search.json"); i++)
		lab_advance(lab, 1000);
	lab_advance(lab, 600000);
	lab_found(lab, lab_tickets(21, COUNT, NULL, NULL));
	for (int i = 0; i < COUNT; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_tickets(21, COUNT, NULL, NULL));
	lab_job(lab, QUEUED, "null");
	poll(lab, COMPLETED,
	     "[" ITEM_DONE(21) "," ITEM_DONE(22) "," ITEM_DONE(23) "," ITEM_DONE(24) "," ITEM_DONE(
	             25) "," ITEM_DONE(26) "]");
	assert_true(lab->alert_lasts[ALERT_BULK_OFF]);
	lab_fresh_read(lab, tagged(21, COUNT));
	assert_false(lab->alert_lasts[ALERT_BULK_OFF]);
	lab_free(lab);
}

static void after_two_conflicts_in_bulk_a_ticket_goes_alone(void **state)
{
	/* clang-format off */
	static const char *const results[] = {
		"[" ITEM_CONFLICT(1, 0) "," ITEM_CONFLICT(2, 1) "," ITEM_CONFLICT(3, 2) ","
		    ITEM_CONFLICT(4, 3) "," ITEM_CONFLICT(5, 4) "," ITEM_DONE(6) "]",
		"[" ITEM_CONFLICT(1, 0) "," ITEM_CONFLICT(2, 1) "," ITEM_CONFLICT(3, 2) ","
		    ITEM_CONFLICT(4, 3) "," ITEM_CONFLICT(5, 4) "]",
	};
	/* clang-format on */
	struct lab *lab = lab_with_trust();
	char updated[32];

	(void)state;
	for (int i = 0; i < 2; i++) {
		poll(lab, COMPLETED, results[i]);
		snprintf(updated, sizeof(updated), "2026-11-22T10:00:0%dZ", i + 3);
		lab_advance(lab, 30000);
		lab_fresh_read(lab, lab_tickets(1, 5, "[\"vip\"]", updated));
		for (int k = 0; k < 5; k++)
			lab_answer(lab, lab_asks(lab, "/comments.json"), 200, "",
			           "{\"comments\":[],\"meta\":{\"has_more\":false}}");
		lab_advance(lab, 3000);
		lab_fresh_read(lab, lab_tickets(1, 5, "[\"vip\"]", updated));
		if (i == 0)
			lab_job(lab, QUEUED, "null");
	}
	assert_int_equal(lab_count(lab, "update_many"), 3);
	assert_int_equal(lab_puts(lab), 3 + 5);
	lab_free(lab);
}

static void a_job_in_flight_holds_up_the_end_of_the_run(void **state)
{
	struct lab *lab = lab_with_trust();

	(void)state;
	lab_drain(lab);
	assert_false(lab->finished);
	poll(lab, COMPLETED, ALL_DONE);
	lab_advance(lab, 100);
	assert_true(lab->finished);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(
	                the_first_poll_comes_when_the_job_should_be_over_then_each_few_seconds),
	        cmocka_unit_test(the_first_success_is_believed_only_when_our_tag_was_seen),
	        cmocka_unit_test(later_successes_need_no_second_look),
	        cmocka_unit_test(a_job_that_reports_success_and_changes_nothing_ends_bulk_writing),
	        cmocka_unit_test(tags_that_did_not_come_with_the_notes_are_added_alone),
	        cmocka_unit_test(
	                tags_that_are_missing_are_added_after_a_crash_too_without_a_second_note),
	        cmocka_unit_test(each_ticket_gets_its_own_verdict_from_a_completed_job),
	        cmocka_unit_test(a_failed_item_of_unknown_kind_is_looked_at_and_may_be_sent_alone),
	        cmocka_unit_test(results_may_come_in_another_order),
	        cmocka_unit_test(a_ticket_missing_among_the_results_is_looked_at),
	        cmocka_unit_test(results_for_tickets_never_sent_are_ignored),
	        cmocka_unit_test(a_ticket_reported_twice_is_done_once_or_looked_at),
	        cmocka_unit_test(a_failed_item_with_only_its_index_is_found_by_its_place),
	        cmocka_unit_test(results_that_are_null_in_a_completed_job_leave_all_unknown),
	        cmocka_unit_test(
	                what_a_failed_or_killed_job_has_done_counts_and_the_rest_is_looked_at),
	        cmocka_unit_test(a_job_that_vanished_is_looked_at_through_its_tickets),
	        cmocka_unit_test(a_404_for_the_jobs_means_they_vanished),
	        cmocka_unit_test(a_job_that_never_ends_is_given_up_and_its_write_sent_again),
	        cmocka_unit_test(polls_that_fail_come_at_growing_distances_and_lose_nothing),
	        cmocka_unit_test(who_may_not_read_jobs_writes_one_by_one),
	        cmocka_unit_test(after_two_conflicts_in_bulk_a_ticket_goes_alone),
	        cmocka_unit_test(the_alert_of_bulk_updates_ends_when_they_are_proven_to_work_again),
	        cmocka_unit_test(a_job_in_flight_holds_up_the_end_of_the_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
