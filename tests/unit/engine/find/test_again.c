/* A further analysis of a ticket that is done: by order of a person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define MINUTE 60000
/* as the first write of done() left it, and a person's tag besides */
#define LEFT "[\"vip\",\"ai_processed\",\"ai_bug\",\"ai_high\",\"ai_negative\"]"
#define LATER "2026-11-22T10:30:00Z"

/* Ticket 1 is done: bug, high, negative; its priority was set from none to high. An hour passes. */
static struct lab *done(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	assert_non_null(lab_until_update(lab));
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_pause(lab); /* no more polls: only what is ordered */
	lab_advance(lab, 60 * MINUTE);
	return lab;
}

static const char *ticket(const char *priority, const char *tags)
{
	return lab_ticket(1, "open", priority, tags, LATER);
}

/* Until the model is asked. */
static void order(struct lab *lab)
{
	lab_again(lab, 1, "ann");
	lab_recalled(lab);
	lab_fresh_read(lab, ticket("high", LEFT));
	assert_non_null(lab_asks(lab, "/chat/completions"));
}

static bool sends(struct lab *lab, const char *part)
{
	struct lab_request *put = lab_put(lab);

	assert_non_null(put);
	return strstr(put->request.body, part) != NULL;
}

static void an_order_replaces_labels_and_priority_and_adds_one_note(void **state)
{
	struct lab *lab = done();

	(void)state;
	order(lab);
	lab_model_says(lab, "refund", "low", "negative");
	lab_fresh_read(lab, ticket("high", LEFT));
	assert_true(sends(lab, "\"vip\""));
	assert_true(sends(lab, "\"ai_refund\"") && sends(lab, "\"ai_low\""));
	assert_true(sends(lab, "\"ai_negative\"") && sends(lab, "\"ai_processed\""));
	assert_false(sends(lab, "\"ai_bug\"") || sends(lab, "\"ai_high\""));
	assert_true(sends(lab, "\"priority\":\"low\"")); /* high was ours */
	assert_true(sends(lab, "AI Analysis:"));
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_advance(lab, 600 * MINUTE);
	assert_int_equal(lab_puts(lab), 2);
	lab_free(lab);
}

static void a_tag_that_is_not_recorded_as_ours_stays(void **state)
{
	struct lab *lab = done();
	const char *tags = "[\"ai_processed\",\"ai_bug\",\"ai_urgent_customer\",\"ai_billing\"]";

	(void)state;
	order(lab);
	lab_model_says(lab, "refund", "low", "neutral");
	lab_fresh_read(lab, ticket("high", tags));
	assert_false(sends(lab, "\"ai_bug\""));
	assert_true(sends(lab, "\"ai_urgent_customer\"") && sends(lab, "\"ai_billing\""));
	lab_free(lab);
}

static void a_priority_that_a_person_set_since_is_left_alone(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_again(lab, 1, "ann");
	lab_recalled(lab);
	lab_fresh_read(lab, ticket("normal", LEFT)); /* ours was high */
	lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, ticket("normal", LEFT));
	assert_false(sends(lab, "\"priority\""));
	lab_free(lab);
}

static void the_order_with_its_id_stands_in_the_durable_intent(void **state)
{
	struct lab *lab = done();
	char id[64];

	(void)state;
	order(lab);
	const char *ordered = lab_record(lab, RECORD_ORDER)->payload;
	assert_non_null(strstr(ordered, "\"by\":\"ann\""));
	snprintf(id, sizeof(id), "%.*s", 32, strstr(ordered, "\"order\":"));
	lab_model_says(lab, "refund", "low", "neutral");
	lab_fresh_read(lab, ticket("high", LEFT));
	assert_non_null(strstr(lab_record(lab, RECORD_INTENT)->payload, id));
	assert_non_null(strstr(lab_record(lab, RECORD_DECISION)->payload, id));
	lab_free(lab);
}

/* The answer to the write is lost, with or without the process; the note is there. */
static void note_is_found(struct lab *lab, bool crash, const char *status)
{
	char comments[1000];
	char timestamp[64];

	order(lab);
	lab_model_says(lab, "refund", "low", "neutral");
	lab_fresh_read(lab, ticket("high", LEFT));
	const char *body = strstr(lab_put(lab)->request.body, "Timestamp: ");
	snprintf(timestamp, sizeof(timestamp), "%.*s", 31, body);
	if (crash) {
		lab_new_life(lab, lab->record_count);
		lab_let_in(lab);
	} else {
		lab_ends(lab, lab_put(lab), HTTP_BROKEN);
	}
	lab_advance(lab, 5000);
	lab_fresh_read(lab, lab_ticket(1, status, "low",
	                               "[\"vip\",\"ai_processed\",\"ai_refund\",\"ai_low\"]",
	                               "2026-11-22T11:00:00Z"));
	snprintf(comments, sizeof(comments),
	         "{\"comments\":[{\"id\":1,\"author_id\":77,\"body\":\"AI Analysis: %s\","
	         "\"created_at\":\"2026-11-22T11:00:00Z\"}],\"meta\":{\"has_more\":false}}",
	         timestamp);
	lab_answer(lab, lab_asks(lab, "/comments"), 200, "", comments);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_advance(lab, 600 * MINUTE);
	assert_int_equal(lab_puts(lab), 2);
}

static void a_lost_answer_is_found_by_its_note(void **state)
{
	struct lab *lab = done();

	(void)state;
	note_is_found(lab, false, "open");
	lab_free(lab);
}

static void a_note_is_found_although_the_ticket_was_solved_meanwhile(void **state)
{
	struct lab *lab = done();

	(void)state;
	note_is_found(lab, false, "solved");
	lab_free(lab);
}

static void a_restart_finds_the_note_of_the_order(void **state)
{
	struct lab *lab = done();

	(void)state;
	note_is_found(lab, true, "open");
	lab_free(lab);
}

static void an_order_that_a_crash_interrupts_before_its_decision_is_carried_out(void **state)
{
	struct lab *lab = done();

	(void)state;
	order(lab);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_recalled(lab);
	lab_fresh_read(lab, ticket("high", LEFT));
	lab_model_says(lab, "refund", "low", "neutral");
	lab_fresh_read(lab, ticket("high", LEFT));
	assert_true(sends(lab, "AI Analysis:"));
	lab_update_accepted(lab);
	lab_new_life(lab, lab->record_count); /* and only once */
	lab_let_in(lab);
	lab_advance(lab, MINUTE);
	assert_int_equal(lab->recall_count, 0);
	assert_int_equal(lab_puts(lab), 2);
	lab_free(lab);
}

static void rules_do_not_replace_an_analysis_of_the_model(void **state)
{
	struct lab *lab = done();

	(void)state;
	order(lab);
	for (int i = 0; i < 3; i++)
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 200, "", "{}");
	lab_advance(lab, 10000);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_ERROR);
	assert_int_equal(lab_puts(lab), 1);
	lab_advance(lab, 2 * MINUTE); /* the order stands */
	lab_recalled(lab);
	lab_fresh_read(lab, ticket("high", LEFT));
	assert_non_null(lab_asks(lab, "/chat/completions"));
	lab_free(lab);
}

static void a_solved_ticket_is_left_alone_and_stays_done(void **state)
{
	struct lab *lab = done();

	(void)state;
	order(lab);
	lab_model_says(lab, "refund", "low", "neutral");
	lab_fresh_read(lab, lab_ticket(1, "solved", "high", "[]", LATER));
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", "high", "[]", "2026-11-22T09:00:00Z"));
	lab_advance(lab, MINUTE);
	assert_null(lab_asks(lab, "/chat/completions")); /* never as a first analysis */
	lab_free(lab);
}

static void an_order_that_is_left_alone_is_over_even_across_starts(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_again(lab, 1, "ann");
	lab_recalled(lab);
	lab_fresh_read(lab, lab_ticket(1, "solved", "high", LEFT, LATER));
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	assert_non_null(strstr(lab_record(lab, RECORD_ORDER)->payload, "\"over\":true"));
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	assert_int_equal(lab->recall_count, 0);
	lab_free(lab);
}

static void an_order_outlasts_a_plain_request_for_the_same_ticket(void **state)
{
	struct lab *lab = done();
	uint64_t id = 1;

	(void)state;
	lab_process(lab, &id, 1);
	lab_again(lab, 1, "ann");
	lab_fresh_read(lab, ticket("high", LEFT)); /* the answer to the first */
	lab_recalled(lab);
	lab_fresh_read(lab, ticket("high", LEFT));
	lab_model_says(lab, "refund", "low", "neutral");
	lab_fresh_read(lab, ticket("high", LEFT));
	assert_non_null(lab_put(lab));
	lab_free(lab);
}

/* The order of ticket 1 is durable when the service ends. */
static void a_run_for_one_ticket_leaves_the_orders_of_others_and_ends(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_again(lab, 1, "ann");
	lab->setup.mode = ENGINE_ONE_TICKET;
	lab->setup.ticket = (struct ticket_key){.account = ACCOUNT_FIRST, .id = 5};
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_answer(lab, lab_asks(lab, "/tickets/5.json"), 404, "", "{}");
	lab_advance(lab, 60 * MINUTE);
	assert_true(lab->finished);
	lab_free(lab);
}

static void two_orders_at_once_are_one(void **state)
{
	struct lab *lab = done();

	(void)state;
	order(lab);
	lab_again(lab, 1, "bob");
	assert_true(lab_said(lab, "already"));
	assert_int_equal(lab->recall_count, 0);
	lab_free(lab);
}

static void the_one_ticket_of_a_run_that_does_not_exist_has_failed(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_ONE_TICKET;
	lab->setup.ticket = (struct ticket_key){.account = ACCOUNT_FIRST, .id = 999};
	lab->setup.again = true;
	lab_start(lab);
	lab_let_in(lab);
	lab_recalled(lab);
	lab_fresh_read(lab, "");
	lab_advance(lab, 1000);
	assert_int_equal(lab_last_outcome(lab, 999)->status, OUTCOME_ERROR);
	assert_true(lab->finished && lab->end == RUN_FAILED);
	lab_free(lab);
}

static void a_ticket_that_is_not_done_gets_its_first_analysis(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_again(lab, 5, "ann");
	lab_recalled(lab);
	lab_fresh_read(lab, lab_ticket(5, "open", NULL, "[]", NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, lab_ticket(5, "open", NULL, "[]", NULL));
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 5)->status, OUTCOME_SUCCESS);
	assert_null(strstr(lab_record(lab, RECORD_INTENT)->payload, "\"order\""));
	lab_free(lab);
}

static void a_second_order_has_a_note_of_its_own_within_the_same_second(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab->now.wall -= 60 * MINUTE; /* our clock was set back */
	order(lab);
	lab_model_says(lab, "refund", "low", "neutral");
	lab_fresh_read(lab, ticket("high", LEFT));
	lab_advance(lab, 5000); /* Date is earlier than updated_at: the second read settles */
	lab_fresh_read(lab, ticket("high", LEFT));
	assert_false(sends(lab, "Timestamp: 2026-11-22T10:00:00Z"));
	lab_free(lab);
}

/* Rules have answered ticket 1 in an outage, and it is written. */
static struct lab *answered_by_rules(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "llm.patience", "0");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	for (int i = 0; i < 40 && lab->record_count == 0; i++) {
		while (lab_asks(lab, "/chat/"))
			lab_answer(lab, lab_asks(lab, "/chat/"), 503, "", "{}");
		lab_advance(lab, 500);
	}
	lab_advance(lab, 2000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	assert_true(sends(lab, "\"ai_fallback\"") && sends(lab, "AI Analysis:"));
	lab_update_accepted(lab);
	return lab;
}

#define BY_RULES "[\"vip\",\"ai_processed\",\"ai_fallback\",\"ai_bug\",\"ai_low\",\"ai_neutral\"]"

/* The next probe is answered: the model works again. */
static void model_works(struct lab *lab)
{
	lab_pause(lab);
	lab_resume(lab);
	lab_advance(lab, 2 * MINUTE);
	assert_true(lab_is_probe(lab_asks(lab, "/chat/")));
	lab_model_says(lab, "other", "low", "neutral");
	while (lab_asks(lab, "/search"))
		lab_found(lab, "");
	lab_advance(lab, 1000);
}

static void what_rules_answered_in_an_outage_is_analysed_again_without_a_note(void **state)
{
	struct lab *lab = answered_by_rules();

	(void)state;
	assert_non_null(strstr(lab_record(lab, RECORD_ORDER)->payload, "\"revisit\""));
	lab_advance(lab, 1000);
	assert_int_equal(lab->recall_count, 0); /* the model is down */
	model_works(lab);
	lab_recalled(lab);
	lab_advance(lab, 3000);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", BY_RULES, "2026-11-22T10:00:30Z"));
	lab_model_says(lab, "refund", "high", "negative");
	lab_advance(lab, 3000);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", BY_RULES, "2026-11-22T10:00:30Z"));
	lab_advance(lab, 3000); /* it waits for others to share its update */
	assert_true(sends(lab, "\"vip\"") && sends(lab, "\"ai_refund\""));
	assert_false(sends(lab, "ai_fallback") || sends(lab, "ai_bug"));
	assert_false(sends(lab, "AI Analysis:"));
	lab_update_accepted(lab);
	lab_advance(lab, 60 * MINUTE);
	assert_int_equal(lab_puts(lab), 2);
	assert_int_equal(lab->recall_count, 0);
	lab_free(lab);
}

/* The ticket is read because it is to be analysed again, and no answer of the model can be used. */
static void revisit_fails(struct lab *lab)
{
	lab_recalled(lab);
	lab_advance(lab, 3000);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", BY_RULES, "2026-11-22T10:00:30Z"));
	for (int i = 0; i < 3; i++) {
		assert_non_null(lab_asks(lab, "/chat/completions"));
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 200, "",
		           "{\"choices\":[{\"message\":{\"content\":\"no\"},"
		           "\"finish_reason\":\"stop\"}]}");
		lab_advance(lab, 5000);
	}
}

static void a_revisit_that_comes_to_nothing_is_no_failure_of_its_ticket(void **state)
{
	struct lab *lab = answered_by_rules();
	const struct lab_outcome *outcome;

	(void)state;
	model_works(lab);
	revisit_fails(lab);
	outcome = lab_last_outcome(lab, 1);
	assert_int_equal(lab_outcomes_of(lab, 1), 2);
	assert_int_equal(outcome->status, OUTCOME_SKIPPED);
	assert_non_null(strstr(outcome->reason, "; the earlier analysis stays"));
	lab_advance(lab, MINUTE);
	for (size_t i = 0; i < lab->batch_count; i++)
		assert_int_equal(lab->batches[i].failed, 0);
	lab_free(lab);
}

static void what_rules_answered_is_analysed_again_at_most_twice_even_across_starts(void **state)
{
	struct lab *lab = answered_by_rules();

	(void)state;
	model_works(lab);
	revisit_fails(lab);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_advance(lab, 2 * MINUTE);
	revisit_fails(lab);
	lab_advance(lab, 60 * MINUTE);
	assert_int_equal(lab->recall_count, 0);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_advance(lab, 60 * MINUTE);
	assert_int_equal(lab->recall_count, 0);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void the_list_of_provisional_answers_outlives_the_process(void **state)
{
	struct lab *lab = answered_by_rules();

	(void)state;
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_advance(lab, 1000);
	lab_recalled(lab);
	lab_advance(lab, 3000);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", BY_RULES, "2026-11-22T10:00:30Z"));
	assert_non_null(lab_asks(lab, "/chat/completions"));
	lab_free(lab);
}

static void without_revisit_fallback_the_answers_of_rules_stay(void **state)
{
	struct lab *lab = answered_by_rules();

	(void)state;
	lab_reload(lab, (const char *const[]){"llm.revisit_fallback=false", NULL});
	model_works(lab);
	lab_advance(lab, 60 * MINUTE);
	assert_int_equal(lab->recall_count, 0);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_rules_answered_in_an_outage_is_analysed_again_without_a_note),
	        cmocka_unit_test(a_revisit_that_comes_to_nothing_is_no_failure_of_its_ticket),
	        cmocka_unit_test(
	                what_rules_answered_is_analysed_again_at_most_twice_even_across_starts),
	        cmocka_unit_test(the_list_of_provisional_answers_outlives_the_process),
	        cmocka_unit_test(without_revisit_fallback_the_answers_of_rules_stay),
	        cmocka_unit_test(an_order_replaces_labels_and_priority_and_adds_one_note),
	        cmocka_unit_test(a_tag_that_is_not_recorded_as_ours_stays),
	        cmocka_unit_test(a_priority_that_a_person_set_since_is_left_alone),
	        cmocka_unit_test(the_order_with_its_id_stands_in_the_durable_intent),
	        cmocka_unit_test(a_lost_answer_is_found_by_its_note),
	        cmocka_unit_test(a_note_is_found_although_the_ticket_was_solved_meanwhile),
	        cmocka_unit_test(a_restart_finds_the_note_of_the_order),
	        cmocka_unit_test(
	                an_order_that_a_crash_interrupts_before_its_decision_is_carried_out),
	        cmocka_unit_test(rules_do_not_replace_an_analysis_of_the_model),
	        cmocka_unit_test(a_solved_ticket_is_left_alone_and_stays_done),
	        cmocka_unit_test(an_order_that_is_left_alone_is_over_even_across_starts),
	        cmocka_unit_test(an_order_outlasts_a_plain_request_for_the_same_ticket),
	        cmocka_unit_test(a_run_for_one_ticket_leaves_the_orders_of_others_and_ends),
	        cmocka_unit_test(two_orders_at_once_are_one),
	        cmocka_unit_test(the_one_ticket_of_a_run_that_does_not_exist_has_failed),
	        cmocka_unit_test(a_ticket_that_is_not_done_gets_its_first_analysis),
	        cmocka_unit_test(a_second_order_has_a_note_of_its_own_within_the_same_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
