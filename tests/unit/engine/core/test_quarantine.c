/* Tickets that ended the process twice are left alone, and the service goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define MINUTE 60000
#define REASON "crashed the service twice; quarantined"

static const uint64_t one[] = {1};
static const struct ticket_key quarantined[] = {{ACCOUNT_FIRST, 1}};

static struct lab *with_one(enum engine_mode mode)
{
	struct lab *lab = lab_new();

	lab->setup.mode = mode;
	lab->setup.quarantined = quarantined;
	lab->setup.quarantined_count = 1;
	return lab;
}

static void it_is_skipped_with_one_alert_and_never_analysed(void **state)
{
	struct lab *lab = with_one(ENGINE_RESIDENT);

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 2, NULL, NULL));
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	assert_string_equal(lab_outcome(lab, 1)->reason, REASON);
	assert_int_equal(lab->alerts, 1);
	lab_all_the_way(lab, 2); /* the others go on */
	lab_advance(lab, MINUTE);
	/* it has changed: still */
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:30Z"));
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	assert_int_equal(lab->alerts, 1);
	assert_int_equal(lab_count(lab, "/chat/"), 1);
	lab_free(lab);
}

static void one_that_was_erased_is_not_named_any_more(void **state)
{
	struct lab *lab = with_one(ENGINE_RESIDENT);

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_erase(lab, 1);
	size_t records = lab->record_count;
	lab_found(lab, lab_tickets(1, 2, NULL, NULL));
	assert_null(lab_outcome(lab, 1));
	assert_int_equal(lab->alerts, 0);
	assert_false(lab_said(lab, "quarantined"));
	assert_int_equal(lab->record_count, records);
	lab_free(lab);
}

static void a_run_that_ends_skips_it_too(void **state)
{
	struct lab *lab = with_one(ENGINE_ONCE);

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	assert_string_equal(lab_outcome(lab, 1)->reason, REASON);
	lab_free(lab);
}

static void a_single_one_by_its_number_is_skipped_with_the_reason(void **state)
{
	struct lab *lab = with_one(ENGINE_ONE_TICKET);
	char body[2000];

	(void)state;
	lab->setup.ticket.id = 1;
	lab_start(lab);
	lab_let_in(lab);
	snprintf(body, sizeof(body), "{\"ticket\":%s}", lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/tickets/1.json"), 200, "", body);
	assert_string_equal(lab_outcome(lab, 1)->reason, REASON);
	assert_true(lab->finished);
	lab_free(lab);
}

static void its_decision_of_an_earlier_life_is_not_written(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_until_update(lab);
	lab->setup.quarantined = quarantined;
	lab->setup.quarantined_count = 1;
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_advance(lab, 10 * MINUTE);
	assert_string_equal(lab_outcome(lab, 1)->reason, REASON);
	assert_int_equal(lab_count(lab, "/show_many.json"), 1);
	assert_int_equal(lab_puts(lab), 1);
	assert_int_equal(lab->alerts, 1);
	lab_free(lab);
}

static void whoever_asks_for_it_is_told_each_time(void **state)
{
	struct lab *lab = with_one(ENGINE_RESIDENT);

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_process(lab, one, 1);
	lab_process(lab, one, 1);
	assert_int_equal(lab_outcomes_of(lab, 1), 2);
	assert_int_equal(lab->alerts, 1);
	assert_null(lab_asks(lab, "/show_many.json"));
	lab_free(lab);
}

static void one_that_was_done_before_stays_done(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_until_update(lab);
	lab_update_accepted(lab);
	size_t records = lab->record_count;
	lab->setup.quarantined = quarantined;
	lab->setup.quarantined_count = 1;
	lab_new_life(lab, records);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:30:00Z"));
	lab_advance(lab, 3000);
	assert_int_equal(lab->record_count, records);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(it_is_skipped_with_one_alert_and_never_analysed),
	        cmocka_unit_test(one_that_was_erased_is_not_named_any_more),
	        cmocka_unit_test(a_run_that_ends_skips_it_too),
	        cmocka_unit_test(a_single_one_by_its_number_is_skipped_with_the_reason),
	        cmocka_unit_test(its_decision_of_an_earlier_life_is_not_written),
	        cmocka_unit_test(whoever_asks_for_it_is_told_each_time),
	        cmocka_unit_test(one_that_was_done_before_stays_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
