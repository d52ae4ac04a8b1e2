/* What a resident process does while records cannot be made durable: it pays no model for what it
 * could not write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "engine/core/state.h"
#include "lab.h"

#define SECOND 1000

static struct lab *with_six_tickets(enum engine_mode mode)
{
	struct lab *lab = lab_new();
	char tickets[8192];

	lab->setup.mode = mode;
	lab->config->retry.attempts = 1;
	lab->config->zendesk.poll_interval = 86400000;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	lab->hold_records = true;
	lab_start(lab);
	lab_let_in(lab);
	snprintf(tickets, sizeof(tickets), "%s", lab_tickets(1, 6, NULL, NULL));
	lab_found(lab, tickets);
	return lab;
}

/* The decision of the ticket that the model was asked about does not reach the disk. */
static void lose_one(struct lab *lab)
{
	lab_model_says(lab, "bug", "low", "neutral");
	lab_persist_failed(lab);
}

static size_t chats(const struct lab *lab)
{
	return lab_count(lab, "/chat/completions");
}

/* As long as a model is asked, its answer will add a record. */
static void a_record_waits_for_others_while_something_is_under_way(void **state)
{
	struct lab *lab = with_six_tickets(ENGINE_RESIDENT);

	(void)state;
	assert_false(engine_records_urgent(lab->engine)); /* there is none */
	lab_model_says(lab, "bug", "low", "neutral");
	assert_non_null(lab_asks(lab, "/chat/completions")); /* the next one */
	assert_false(engine_records_urgent(lab->engine));
	lab_drain(lab);
	assert_true(engine_records_urgent(lab->engine));
	lab_persisted(lab);
	assert_false(engine_records_urgent(lab->engine));
	lab_free(lab);
}

static void a_record_is_urgent_when_nothing_else_is_under_way(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->zendesk.poll_interval = 86400000;
	lab->hold_records = true;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 1, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	assert_true(engine_records_urgent(lab->engine));
	lab_free(lab);
}

static void a_record_is_urgent_while_the_database_fails(void **state)
{
	struct lab *lab = with_six_tickets(ENGINE_RESIDENT);

	(void)state;
	while (lab_asks(lab, "/chat/completions"))
		lose_one(lab);
	lab_advance(lab, 11 * SECOND);
	lab_model_says(lab, "bug", "low", "neutral"); /* the trial */
	assert_true(engine_records_urgent(lab->engine));
	lab_free(lab);
}

static void no_ticket_is_admitted_for_a_while_then_one_at_a_time(void **state)
{
	struct lab *lab = with_six_tickets(ENGINE_RESIDENT);

	(void)state;
	while (lab_asks(lab, "/chat/completions"))
		lose_one(lab);
	size_t under_way = chats(lab); /* the next one was asked about before the first was lost */
	assert_true(under_way <= 2);
	lab_advance(lab, 9 * SECOND);
	assert_int_equal(chats(lab), under_way);
	lab_advance(lab, 2 * SECOND);
	assert_int_equal(chats(lab), under_way + 1); /* to try, and no second one beside it */
	lose_one(lab);
	lab_advance(lab, 19 * SECOND);
	assert_int_equal(chats(lab), under_way + 1);
	lab_advance(lab, 2 * SECOND);
	assert_int_equal(chats(lab), under_way + 2);
	assert_int_equal(lab->alerts, 1);
	lab_model_says(lab, "bug", "low", "neutral");
	lab_persisted(lab);
	assert_true(lab_said(lab, "The database can be written again"));
	lab_advance(lab, SECOND);
	assert_int_equal(chats(lab), under_way + 3);
	lab_free(lab);
}

/* It would pay a model for a whole backlog, and write nothing. */
static void a_run_begins_no_other_ticket_and_ends(void **state)
{
	struct lab *lab = with_six_tickets(ENGINE_ONCE);

	(void)state;
	lose_one(lab);
	while (!lab->finished && lab_asks(lab, "/chat/completions"))
		lose_one(lab);
	assert_true(chats(lab) <= 2);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	assert_true(lab_said(lab, "left for the next run"));
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_record_waits_for_others_while_something_is_under_way),
	        cmocka_unit_test(a_record_is_urgent_when_nothing_else_is_under_way),
	        cmocka_unit_test(a_record_is_urgent_while_the_database_fails),
	        cmocka_unit_test(no_ticket_is_admitted_for_a_while_then_one_at_a_time),
	        cmocka_unit_test(a_run_begins_no_other_ticket_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
