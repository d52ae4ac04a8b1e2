/* The batches a resident engine tells its outcomes in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define MINUTE 60000

static struct lab *resident(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	return lab;
}

static void a_batch_is_over_when_all_of_a_pass_have_ended(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 2, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, lab_tickets(1, 2, NULL, NULL));
	lab_advance(lab, 1500);
	lab_update_accepted(lab);
	assert_int_equal(lab->batch_count, 0);
	lab_update_accepted(lab);
	assert_int_equal(lab->batch_count, 1);
	assert_int_equal(lab->batches[0].total, 2);
	assert_int_equal(lab->batches[0].processed, 2);
	assert_int_equal(lab->batches[0].found, 2);
	assert_int_equal(batch_duration(&lab->batches[0]), 1500);
	lab_free(lab);
}

static void a_pass_that_brings_nothing_is_no_batch(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	for (int i = 0; i < 5; i++) {
		lab_found(lab, "");
		lab_advance(lab, MINUTE);
	}
	assert_int_equal(lab->batch_count, 0);
	lab_free(lab);
}

static void the_next_batch_counts_from_nothing(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_all_the_way(lab, 1);
	lab_advance(lab, MINUTE);
	msec begin = lab->now.wall;
	lab_found(lab, lab_ticket(2, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_advance(lab, 500);
	lab_fresh_read(lab, lab_ticket(2, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_put(lab), 422, "", "{\"error\":\"RecordInvalid\"}");
	assert_int_equal(lab->batch_count, 2);
	assert_int_equal(lab->batches[1].total, 1);
	assert_int_equal(lab->batches[1].failed, 1);
	assert_int_equal(lab->batches[1].processed, 0);
	assert_int_equal(lab->batches[1].started_wall, begin); /* when its first ticket was found */
	assert_int_equal(lab_stats(lab).batch.total, 0);
	lab_free(lab);
}

/* Where tickets never cease to come a batch ends all the same. */
static void tickets_of_the_next_pass_keep_no_batch_open(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	for (uint64_t id = 1; id < 6; id++) {
		struct lab_request *put = lab_put(lab);

		lab_answer(lab, put, 409, "", "{\"error\":\"UpdateConflict\"}"); /* it is late */
		lab_advance(lab, MINUTE - 1000);
		lab_fresh_read(lab, lab_ticket(id, "open", NULL, NULL, NULL));
		lab_advance(lab, 1000);
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, lab_ticket(id + 1, "open", NULL, NULL, NULL));
		lab_model_says(lab, "bug", "low", "neutral");
		lab_update_accepted(lab); /* the one before */
		assert_int_equal(lab->batch_count, id);
		lab_advance(lab, 2000);
		lab_fresh_read(lab, lab_ticket(id + 1, "open", NULL, NULL, NULL));
	}
	lab_free(lab);
}

static void a_pass_of_several_pages_is_one_batch(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found_many(lab);
	lab_slice(lab, lab_ticket(1, "open", NULL, NULL, NULL), true);
	lab_model_says(lab, "bug", "low", "neutral");
	lab_advance(lab, 2000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_advance(lab, 2000);
	lab_update_accepted(lab);
	assert_int_equal(lab->batch_count, 0); /* the pass goes on */
	lab_slice(lab, lab_ticket(2, "open", NULL, NULL, NULL), false);
	lab_slices_end(lab);
	lab_all_the_way(lab, 2);
	assert_int_equal(lab->batch_count, 1);
	assert_int_equal(lab->batches[0].total, 2);
	lab_free(lab);
}

static void what_a_person_asked_for_is_a_batch(void **state)
{
	struct lab *lab = resident();
	uint64_t id = 7;

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_pause(lab);
	lab_process(lab, &id, 1);
	lab_fresh_read(lab, lab_ticket(7, "solved", NULL, NULL, NULL));
	assert_int_equal(lab->batch_count, 1);
	assert_int_equal(lab->batches[0].skipped, 1);
	lab_free(lab);
}

static void the_drain_closes_the_last_batch_before_the_end(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_drain(lab);
	lab_update_accepted(lab);
	assert_true(lab->finished);
	assert_int_equal(lab->batch_count, 1);
	assert_int_equal(lab->batches[0].processed, 1);
	lab_free(lab);
}

static void a_run_that_ends_has_one_batch_and_tells_it_by_its_end(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_until_update(lab);
	lab_update_accepted(lab);
	lab_advance(lab, 5000);
	lab_found(lab, "");
	assert_true(lab->finished);
	assert_int_equal(lab->batch_count, 0);
	assert_int_equal(lab_stats(lab).batch.processed, 1);
	lab_free(lab);
}

static void tickets_of_an_earlier_life_are_counted(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_fresh_read(lab,
	               lab_ticket(1, "open", NULL, "[\"ai_processed\"]", "2026-11-22T10:00:00Z"));
	assert_int_equal(lab->batch_count, 1);
	assert_int_equal(lab->batches[0].processed, 1);
	lab_free(lab);
}

/* Ticket `id` is found, decided and written. */
static void one_more(struct lab *lab, uint64_t id)
{
	lab_found(lab, lab_ticket(id, "open", NULL, NULL, NULL));
	lab_all_the_way(lab, id);
}

static void with_an_interval_a_batch_lasts_as_long_and_not_a_pass(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_set(lab, "log.batch_interval", "1h");
	lab_start(lab);
	lab_let_in(lab);
	one_more(lab, 1);
	msec begin = lab->now.mono;
	for (uint64_t id = 2; id < 5; id++) {
		lab_advance(lab, MINUTE);
		one_more(lab, id);
	}
	assert_int_equal(lab->batch_count, 0);
	while (lab->batch_count == 0 && lab->now.mono < begin + 70 * MINUTE) {
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, "");
		lab_advance(lab, 10000);
	}
	assert_int_equal(lab->batch_count, 1);
	assert_int_equal(lab->batches[0].processed, 4);
	assert_in_range(lab->now.mono - begin, 58 * MINUTE, 61 * MINUTE);
	lab_free(lab);
}

static void a_batch_that_is_not_due_is_reported_at_the_stop(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_set(lab, "log.batch_interval", "1h");
	lab_start(lab);
	lab_let_in(lab);
	one_more(lab, 1);
	assert_int_equal(lab->batch_count, 0);
	lab_drain(lab);
	assert_int_equal(lab->batch_count, 1);
	assert_int_equal(lab->batches[0].total, 1);
	lab_free(lab);
}

static void a_reload_that_shortens_the_interval_ends_the_batch(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_set(lab, "log.batch_interval", "1h");
	lab_start(lab);
	lab_let_in(lab);
	one_more(lab, 1);
	lab_advance(lab, MINUTE);
	lab_reload(lab, (const char *const[]){"log.batch_interval=30s", NULL});
	assert_int_equal(lab->batch_count, 1);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(with_an_interval_a_batch_lasts_as_long_and_not_a_pass),
	        cmocka_unit_test(a_batch_that_is_not_due_is_reported_at_the_stop),
	        cmocka_unit_test(a_reload_that_shortens_the_interval_ends_the_batch),
	        cmocka_unit_test(a_batch_is_over_when_all_of_a_pass_have_ended),
	        cmocka_unit_test(a_pass_that_brings_nothing_is_no_batch),
	        cmocka_unit_test(the_next_batch_counts_from_nothing),
	        cmocka_unit_test(tickets_of_the_next_pass_keep_no_batch_open),
	        cmocka_unit_test(a_pass_of_several_pages_is_one_batch),
	        cmocka_unit_test(what_a_person_asked_for_is_a_batch),
	        cmocka_unit_test(the_drain_closes_the_last_batch_before_the_end),
	        cmocka_unit_test(a_run_that_ends_has_one_batch_and_tells_it_by_its_end),
	        cmocka_unit_test(tickets_of_an_earlier_life_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
