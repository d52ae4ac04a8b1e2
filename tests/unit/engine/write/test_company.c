/* How long tickets wait for others to share their requests, and which go alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define JOB(id) "{\"job_status\":{\"id\":\"" id "\",\"status\":\"queued\",\"results\":null}}"

/* A lab that reads four tickets at a time, with so many found and asked about. */
static struct lab *lab_of_four(enum engine_mode mode, uint64_t count, const char *limits)
{
	struct lab *lab = lab_new();

	lab_set(lab, "zendesk.batch_size", "4");
	lab->setup.mode = mode;
	lab->limits = limits;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, count, NULL, NULL));
	return lab;
}

static void decide(struct lab *lab, int count)
{
	for (int i = 0; i < count; i++)
		lab_model_says(lab, "bug", "high", "negative");
}

static void a_read_waits_to_be_full_while_enough_are_on_their_way(void **state)
{
	struct lab *lab = lab_of_four(ENGINE_ONCE, 10, LAB_POOL);

	(void)state;
	decide(lab, 2);
	lab_advance(lab, 7000);
	assert_null(lab_asks(lab, "show_many"));
	decide(lab, 2);
	assert_non_null(lab_asks(lab, "show_many.json?ids=1,2,3,4"));
	lab_free(lab);
}

static void a_read_waits_eight_seconds_to_be_full_and_no_longer(void **state)
{
	struct lab *lab = lab_of_four(ENGINE_ONCE, 10, LAB_POOL);

	(void)state;
	decide(lab, 2);
	lab_advance(lab, 7900);
	assert_null(lab_asks(lab, "show_many"));
	lab_advance(lab, 200);
	assert_non_null(lab_asks(lab, "show_many.json?ids=1,2"));
	lab_free(lab);
}

/* One more is on its way, and two are missing. */
static void a_read_that_cannot_become_full_waits_two_seconds(void **state)
{
	struct lab *lab = lab_of_four(ENGINE_RESIDENT, 3, LAB_POOL);

	(void)state;
	decide(lab, 2);
	lab_advance(lab, 1900);
	assert_null(lab_asks(lab, "show_many"));
	lab_advance(lab, 200);
	assert_non_null(lab_asks(lab, "show_many"));
	lab_free(lab);
}

/* A trickle: nothing else is on its way. */
static void a_lone_ticket_of_a_service_waits_for_nobody(void **state)
{
	struct lab *lab = lab_of_four(ENGINE_RESIDENT, 1, LAB_POOL);

	(void)state;
	decide(lab, 1);
	assert_non_null(lab_asks(lab, "show_many"));
	lab_free(lab);
}

static void a_ticket_that_a_person_asked_for_makes_nobody_wait_to_be_full(void **state)
{
	struct lab *lab = lab_new();
	uint64_t id = 11;

	(void)state;
	lab_set(lab, "zendesk.batch_size", "4");
	lab->setup.mode = ENGINE_RESIDENT;
	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_process(lab, &id, 1);
	lab_fresh_read(lab, lab_ticket(id, "open", NULL, NULL, NULL));
	lab_found(lab, lab_tickets(1, 10, NULL, NULL));
	decide(lab, 2);
	lab_advance(lab, 1900);
	assert_null(lab_asks(lab, "show_many"));
	lab_advance(lab, 200);
	assert_non_null(lab_asks(lab, "show_many.json?ids=11,1"));
	lab_free(lab);
}

/* The write of ticket 1 was in conflict with an edit by a person. */
static void a_ticket_that_is_read_again_makes_nobody_wait_to_be_full(void **state)
{
	struct lab *lab = lab_of_four(ENGINE_RESIDENT, 12, LAB_POOL);

	(void)state;
	decide(lab, 4);
	lab_fresh_read(lab, lab_tickets(1, 4, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/tickets/1.json"), 409, "",
	           "{\"error\":\"UpdateConflict\"}");
	lab_advance(lab, 4100);
	assert_non_null(lab_asks(lab, "show_many.json?ids=1"));
	lab_free(lab);
}

static void nobody_waits_to_be_full_when_updates_are_sent_one_by_one(void **state)
{
	struct lab *lab = lab_of_four(ENGINE_ONCE, 10, NULL);

	(void)state;
	decide(lab, 2);
	lab_advance(lab, 2100);
	assert_non_null(lab_asks(lab, "show_many"));
	lab_free(lab);
}

static void a_stop_does_not_wait_to_be_full(void **state)
{
	struct lab *lab = lab_of_four(ENGINE_RESIDENT, 10, LAB_POOL);

	(void)state;
	decide(lab, 2);
	lab_drain(lab);
	lab_advance(lab, 2100);
	assert_non_null(lab_asks(lab, "show_many"));
	lab_free(lab);
}

/* `first` … `first` + 3 in a job that is told to be completed. */
static void job_over(struct lab *lab, uint64_t first, const char *id)
{
	char body[2000];
	size_t len = (size_t)snprintf(body, sizeof(body),
	                              "{\"job_statuses\":[{\"id\":\"%s\",\"status\":"
	                              "\"completed\",\"total\":4,\"progress\":4,\"results\":[",
	                              id);

	for (uint64_t i = 0; i < 4; i++)
		len += (size_t)snprintf(body + len, sizeof(body) - len,
		                        "%s{\"action\":\"update\",\"status\":\"Updated\","
		                        "\"success\":true,\"id\":%llu}",
		                        i > 0 ? "," : "", (unsigned long long)(first + i));
	snprintf(body + len, sizeof(body) - len, "]}]}");
	lab_answer(lab, lab_asks(lab, "job_statuses"), 200, "", body);
}

/* Two jobs of four tickets each, both accepted. */
static struct lab *lab_with_two_jobs(uint64_t count)
{
	struct lab *lab = lab_new();

	lab_set(lab, "zendesk.batch_size", "4");
	lab_set(lab, "zendesk.bulk", "always");
	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, count, NULL, NULL));
	for (uint64_t first = 1; first <= 5; first += 4) {
		decide(lab, 4);
		lab_fresh_read(lab, lab_tickets(first, 4, NULL, NULL));
		lab_answer(lab, lab_asks(lab, "update_many"), 200, "",
		           first == 1 ? JOB("V3-1") : JOB("V3-2"));
	}
	return lab;
}

static const char *tagged(uint64_t first, uint64_t count)
{
	return lab_tickets(first, count, "[\"ai_processed\"]", "2026-11-22T10:00:05Z");
}

static void one_job_proves_bulk_updates_before_the_others_are_asked_about(void **state)
{
	struct lab *lab = lab_with_two_jobs(8);

	(void)state;
	lab_advance(lab, 500);
	assert_string_equal(strstr(lab_asks(lab, "job_statuses")->request.url, "?ids="),
	                    "?ids=V3-1");
	job_over(lab, 1, "V3-1");
	lab_fresh_read(lab, tagged(1, 4));
	assert_int_equal(lab->outcome_count, 4);
	/* the next is asked about at once, and needs no second look */
	job_over(lab, 5, "V3-2");
	assert_int_equal(lab->outcome_count, 8);
	assert_int_equal(lab_count(lab, "tickets/show_many"), 3);
	lab_free(lab);
}

/* The first success was no proof. */
static void a_job_that_lies_is_found_out_before_the_others_are_asked_about(void **state)
{
	struct lab *lab = lab_with_two_jobs(8);

	(void)state;
	lab_advance(lab, 500);
	job_over(lab, 1, "V3-1");
	lab_fresh_read(lab, lab_tickets(1, 4, NULL, NULL));
	assert_true(lab_said(lab, "changed nothing"));
	job_over(lab, 5, "V3-2");
	assert_int_equal(lab->outcome_count, 0);
	assert_non_null(lab_asks(lab, "tickets/show_many.json?ids=5,6,7,8"));
	lab_free(lab);
}

static struct lab *lab_with_proof(uint64_t count)
{
	struct lab *lab = lab_with_two_jobs(count);

	lab_advance(lab, 500);
	job_over(lab, 1, "V3-1");
	lab_fresh_read(lab, tagged(1, 4));
	job_over(lab, 5, "V3-2");
	return lab;
}

static void the_last_three_of_a_run_go_alone(void **state)
{
	struct lab *lab = lab_with_proof(11);
	size_t bulk = lab_count(lab, "update_many");

	(void)state;
	for (uint64_t id = 9; id <= 11; id++) {
		decide(lab, 1);
		lab_advance(lab, 300);
		lab_fresh_read(lab, lab_ticket(id, "open", NULL, NULL, NULL));
		lab_advance(lab, 300);
		lab_update_accepted(lab);
		assert_int_equal(lab_outcome(lab, id)->status, OUTCOME_SUCCESS);
		lab_advance(lab, 5000);
	}
	assert_int_equal(lab_count(lab, "update_many"), bulk);
	lab_free(lab);
}

static void those_before_the_last_three_do_not_wait_for_them(void **state)
{
	struct lab *lab = lab_with_proof(14);
	size_t bulk = lab_count(lab, "update_many");

	(void)state;
	decide(lab, 3);
	lab_advance(lab, 300);
	lab_fresh_read(lab, lab_tickets(9, 3, NULL, NULL));
	lab_advance(lab, 300);
	assert_int_equal(lab_count(lab, "update_many"), bulk);
	lab_free(lab);
}

static void a_service_that_updates_always_in_bulk_does_so_with_the_last_three_too(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "zendesk.bulk", "always");
	assert_non_null(lab_until_batch(lab, 1));
	lab_free(lab);
}

/* No header ever tells a limit. */
static void single_updates_that_were_refused_for_a_limit_are_no_longer_free(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.batch_size", "5");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 10, NULL, NULL));
	decide(lab, 5);
	lab_fresh_read(lab, lab_tickets(1, 5, NULL, NULL));
	assert_int_equal(lab_puts(lab), 5);
	lab_answer(lab, lab_put(lab), 429, "retry-after: 2", "{}");
	while (lab_put(lab))
		lab_update_accepted(lab);
	lab_advance(lab, 3000);
	while (lab_asks(lab, "/tickets/1.json"))
		lab_update_accepted(lab);
	size_t bulk = lab_count(lab, "update_many");
	decide(lab, 5);
	lab_fresh_read(lab, lab_tickets(6, 5, NULL, NULL));
	assert_int_equal(lab_count(lab, "update_many"), bulk + 1);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_read_waits_to_be_full_while_enough_are_on_their_way),
	        cmocka_unit_test(a_read_waits_eight_seconds_to_be_full_and_no_longer),
	        cmocka_unit_test(a_read_that_cannot_become_full_waits_two_seconds),
	        cmocka_unit_test(a_lone_ticket_of_a_service_waits_for_nobody),
	        cmocka_unit_test(a_ticket_that_a_person_asked_for_makes_nobody_wait_to_be_full),
	        cmocka_unit_test(a_ticket_that_is_read_again_makes_nobody_wait_to_be_full),
	        cmocka_unit_test(nobody_waits_to_be_full_when_updates_are_sent_one_by_one),
	        cmocka_unit_test(a_stop_does_not_wait_to_be_full),
	        cmocka_unit_test(one_job_proves_bulk_updates_before_the_others_are_asked_about),
	        cmocka_unit_test(a_job_that_lies_is_found_out_before_the_others_are_asked_about),
	        cmocka_unit_test(the_last_three_of_a_run_go_alone),
	        cmocka_unit_test(those_before_the_last_three_do_not_wait_for_them),
	        cmocka_unit_test(single_updates_that_were_refused_for_a_limit_are_no_longer_free),
	        cmocka_unit_test(
	                a_service_that_updates_always_in_bulk_does_so_with_the_last_three_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
