/* Pause, resume, and tickets that a person asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define MINUTE 60000
#define DONE_TAGS "[\"vip\",\"ai_processed\",\"ai_bug\"]"

static struct lab *resident(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	return lab;
}

/* Resident, let in, and nothing was found. */
static struct lab *idle(void)
{
	struct lab *lab = resident();

	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	return lab;
}

static void process(struct lab *lab, uint64_t id)
{
	lab_process(lab, &id, 1);
}

static void a_pause_asks_for_nothing_new_and_lasts_until_resume(void **state)
{
	struct lab *lab = idle();

	(void)state;
	lab_pause(lab);
	assert_true(lab_stats(lab).paused);
	assert_true(lab_stats(lab).next_poll_mono == MSEC_NEVER);
	lab_advance(lab, 60 * MINUTE);
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	assert_true(engine_deadline(lab->engine) == MSEC_NEVER); /* not one wake-up */
	lab_resume(lab);
	assert_false(lab_stats(lab).paused);
	assert_non_null(lab_asks(lab, "/search.json")); /* at once */
	lab_free(lab);
}

static void what_is_in_hand_is_written_during_a_pause(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_pause(lab);
	lab_all_the_way(lab, 1);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void tickets_that_only_wait_are_given_back_and_found_again(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 3, NULL, NULL));
	lab_pause(lab);
	assert_int_equal(lab_stats(lab).held, 1);
	lab_all_the_way(lab, 1);
	lab_advance(lab, 10 * MINUTE);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_resume(lab);
	lab_found(lab, lab_tickets(2, 2, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, lab_tickets(2, 2, NULL, NULL));
	lab_update_accepted(lab);
	lab_update_accepted(lab);
	assert_int_equal(lab->outcome_count, 3);
	lab_free(lab);
}

static void a_page_that_comes_during_a_pause_begins_nothing(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_pause(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_advance(lab, 10 * MINUTE);
	assert_null(lab_asks(lab, "/chat/completions"));
	assert_int_equal(lab_stats(lab).held, 0);
	lab_resume(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_all_the_way(lab, 1);
	lab_free(lab);
}

static void the_drain_ends_a_pause_too(void **state)
{
	struct lab *lab = idle();

	(void)state;
	lab_pause(lab);
	lab_drain(lab);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	lab_free(lab);
}

static void who_is_not_reached_during_a_pause_is_asked_with_growing_distance(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_pause(lab);
	for (int i = 0; i < 4; i++) {
		lab_ends(lab, lab_asks(lab, "/users/me"), HTTP_NO_CONNECT);
		assert_null(lab_asks(lab, "/users/me"));
		lab_advance(lab, MINUTE);
	}
	lab_free(lab);
}

static void a_ticket_asked_for_is_read_and_processed(void **state)
{
	struct lab *lab = idle();

	(void)state;
	process(lab, 7);
	lab_fresh_read(lab, lab_ticket(7, "pending", NULL, NULL, NULL)); /* a person knows best */
	lab_all_the_way(lab, 7);
	assert_int_equal(lab_outcome(lab, 7)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void a_ticket_asked_for_is_processed_during_a_pause(void **state)
{
	struct lab *lab = idle();

	(void)state;
	lab_pause(lab);
	process(lab, 7);
	lab_fresh_read(lab, lab_ticket(7, "open", NULL, NULL, NULL));
	lab_all_the_way(lab, 7);
	assert_int_equal(lab_outcome(lab, 7)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	lab_free(lab);
}

static void a_ticket_asked_for_goes_ahead_of_urgent_ones(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	lab_start(lab);
	lab_let_in(lab);
	char list[4000];
	snprintf(list, sizeof(list), "%s,%s", lab_ticket(1, "open", "urgent", NULL, NULL),
	         lab_ticket(2, "open", "urgent", NULL, NULL));
	lab_found(lab, list);
	process(lab, 7);
	lab_fresh_read(lab, lab_ticket(7, "open", "low", NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral"); /* ticket 1, which was under way */
	lab_advance(lab, 2000);
	lab_model_says(lab, "bug", "low", "neutral");
	size_t decisions = 0;
	uint64_t second = 0;
	for (size_t i = 0; i < lab->record_count; i++)
		if (lab->records[i].kind == RECORD_DECISION && ++decisions == 2)
			second = lab->records[i].ticket.id;
	assert_int_equal(second, 7);
	lab_free(lab);
}

static void one_that_waits_already_only_moves_ahead(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 3, NULL, NULL));
	process(lab, 3);
	assert_null(lab_asks(lab, "/show_many.json"));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_model_says(lab, "bug", "low", "neutral");
	assert_int_equal(lab_record(lab, RECORD_DECISION)->ticket.id, 3);
	lab_free(lab);
}

static void one_that_is_on_its_way_is_not_begun_twice(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	process(lab, 1);
	assert_true(lab_said(lab, "already in progress: analysing"));
	assert_null(lab_asks(lab, "/show_many.json"));
	lab_all_the_way(lab, 1);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_free(lab);
}

static void a_processed_one_is_skipped_with_its_reason_and_stays_done(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_update_accepted(lab);
	size_t records = lab->record_count;
	lab_advance(lab, 5000);
	process(lab, 1);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, DONE_TAGS, "2026-11-22T10:00:00Z"));
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	assert_string_equal(lab_last_outcome(lab, 1)->reason,
	                    "already processed: it has the tag ai_processed");
	/* what is remembered is truer than this look */
	assert_int_equal(lab->record_count, records);
	lab_advance(lab, MINUTE);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T09:59:00Z"));
	lab_advance(lab, 3000);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);
}

static void a_done_one_whose_tag_was_removed_gets_no_second_note(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_update_accepted(lab);
	for (int i = 0; i < 2; i++) {
		lab_advance(lab, 5000);
		process(lab, 1);
		lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:30:00Z"));
		assert_string_equal(lab_last_outcome(lab, 1)->reason,
		                    "our tag was removed by someone");
	}
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void a_tagged_a_solved_and_an_absent_one_are_told(void **state)
{
	struct lab *lab = idle();
	const uint64_t ids[] = {7, 8, 9};
	char list[4000];

	(void)state;
	lab_process(lab, ids, 3);
	snprintf(list, sizeof(list), "%s,%s", lab_ticket(7, "open", NULL, DONE_TAGS, NULL),
	         lab_ticket(8, "solved", NULL, NULL, NULL));
	lab_fresh_read(lab, list);
	assert_string_equal(lab_outcome(lab, 7)->reason,
	                    "already processed: it has the tag ai_processed");
	assert_string_equal(lab_outcome(lab, 8)->reason, "the ticket is solved");
	assert_non_null(strstr(lab_outcome(lab, 9)->reason, "no such ticket"));
	for (int i = 0; i < 3; i++)
		assert_int_equal(lab->outcomes[i].status, OUTCOME_SKIPPED);
	lab_free(lab);
}

static void a_refused_one_comes_back_with_its_decision(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_answer(lab, lab_until_update(lab), 422, "",
	           "{\"error\":\"RecordInvalid\",\"description\":\"no\"}");
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	lab_advance(lab, 5000);
	process(lab, 1);
	/* that it is still there */
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL)); /* before the write */
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1); /* the model is not paid twice */
	lab_free(lab);
}

static void those_asked_for_are_read_again_until_zendesk_answers(void **state)
{
	struct lab *lab = idle();

	(void)state;
	process(lab, 7);
	for (int i = 0; i < 5; i++) {
		lab_ends(lab, lab_asks(lab, "/show_many.json"), HTTP_NO_CONNECT);
		for (int k = 0; k < 180 && !lab_asks(lab, "/show_many.json"); k++)
			lab_advance(lab, 1000);
	}
	lab_fresh_read(lab, lab_ticket(7, "open", NULL, NULL, NULL));
	assert_non_null(lab_asks(lab, "/chat/completions"));
	lab_free(lab);
}

static void more_than_a_hundred_are_read_in_several_requests(void **state)
{
	struct lab *lab = idle();
	uint64_t ids[150];

	(void)state;
	for (size_t i = 0; i < 150; i++)
		ids[i] = i + 1;
	lab_process(lab, ids, 150);
	lab_process(lab, ids, 150); /* twice is once */
	assert_int_equal(lab_stats(lab).process_ids, 150);
	lab_fresh_read(lab, "");
	lab_fresh_read(lab, "");
	assert_int_equal(lab->outcome_count, 150);
	assert_int_equal(lab_count(lab, "/show_many.json"), 2);
	lab_free(lab);
}

static void too_many_at_once_are_refused_with_a_line(void **state)
{
	struct lab *lab = idle();
	uint64_t *ids = calloc(PROCESS_IDS_MAX + 1, sizeof(*ids));

	(void)state;
	for (uint64_t i = 0; i <= PROCESS_IDS_MAX; i++)
		ids[i] = i + 1;
	lab_process(lab, ids, PROCESS_IDS_MAX + 1);
	assert_int_equal(lab_stats(lab).process_ids, PROCESS_IDS_MAX);
	assert_true(lab_said(lab, "Ticket 10001: too many"));
	free(ids);
	lab_free(lab);
}

static void a_number_that_none_can_have_is_told(void **state)
{
	struct lab *lab = idle();
	const uint64_t ids[] = {0, UINT64_MAX};

	(void)state;
	lab_process(lab, ids, 2);
	assert_int_equal(lab_stats(lab).process_ids, 0);
	assert_true(lab_said(lab, "is not a ticket number"));
	lab_free(lab);
}

static void one_too_large_to_read_has_failed(void **state)
{
	struct lab *lab = idle();

	(void)state;
	process(lab, 7);
	lab_ends(lab, lab_asks(lab, "/show_many.json"), HTTP_TOO_LARGE);
	assert_int_equal(lab_outcome(lab, 7)->status, OUTCOME_ERROR);
	lab_free(lab);
}

/* Analysed anew, it could get a second note. */
static void one_with_a_decision_that_is_too_large_to_read_keeps_it(void **state)
{
	struct lab *lab = resident();
	struct engine_view view;

	(void)state;
	lab_answer(lab, lab_until_update(lab), 422, "",
	           "{\"error\":\"RecordInvalid\",\"description\":\"Ticket is closed\"}");
	process(lab, 1);
	lab_ends(lab, lab_asks(lab, "/show_many.json"), HTTP_TOO_LARGE);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_ERROR);
	engine_look(lab->engine, ticket_key(ACCOUNT_FIRST, 1), &view);
	assert_int_equal(view.where, WHERE_SKIPPED);
	assert_true(view.decided);
	lab_free(lab);
}

static void those_asked_for_outlast_a_halt(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_answer(lab, lab_asks(lab, "/users/me"), 200, "", "{\"user\":{\"id\":null}}");
	process(lab, 7);
	lab_advance(lab, 10 * MINUTE);
	lab_let_in(lab);
	lab_fresh_read(lab, lab_ticket(7, "open", NULL, NULL, NULL));
	assert_non_null(lab_asks(lab, "/chat/completions"));
	lab_free(lab);
}

static void during_a_drain_nothing_is_begun_and_that_is_told(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_drain(lab);
	process(lab, 7);
	assert_true(lab_said(lab, "1 requested ticket is not processed"));
	assert_null(lab_asks(lab, "ids=7"));
	lab_free(lab);
}

static void an_erased_one_is_forgotten_and_not_taken_up_again(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_answer(lab, lab_until_update(lab), 422, "",
	           "{\"error\":\"RecordInvalid\",\"description\":\"no\"}");
	assert_int_equal(lab_stats(lab).parked, 1);
	size_t records = lab->record_count;
	lab_erase(lab, 1);
	assert_int_equal(lab_stats(lab).parked, 0);
	assert_int_equal(lab_stats(lab).known, 0);
	lab_advance(lab, MINUTE);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:30Z"));
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	process(lab, 1);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:30Z"));
	assert_int_equal(lab_outcomes_of(lab, 1), 1); /* its number is told nowhere again */
	assert_true(
	        lab_said(lab, "A requested ticket was skipped because it was erased on request"));
	assert_int_equal(lab->record_count, records); /* nothing is recorded of it */
	lab_free(lab);
}

/* Ticket 1 is erased while the request for 1 and 2 is under way. */
static struct lab *erased_while_asked(void)
{
	struct lab *lab = resident();
	const uint64_t both[] = {1, 2};

	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_process(lab, both, 2);
	assert_non_null(lab_asks(lab, "ids=1,2"));
	lab_erase(lab, 1);
	return lab;
}

static void one_that_is_erased_while_it_is_asked_for_is_told_of_no_more(void **state)
{
	struct lab *lab = erased_while_asked();

	(void)state;
	lab_fresh_read(lab, ""); /* shows neither */
	assert_null(lab_outcome(lab, 1));
	assert_int_equal(lab_outcomes_of(lab, 2), 1);
	lab_free(lab);

	lab = erased_while_asked();
	lab_fresh_read(lab, lab_tickets(1, 2, NULL, NULL));
	assert_null(lab_outcome(lab, 1));
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);

	lab = erased_while_asked();
	lab_answer(lab, lab_asks(lab, "ids=1,2"), 503, "", "");
	for (int i = 0; i < 100 && !lab_asks(lab, "ids=2"); i++)
		lab_advance(lab, 1000);
	assert_non_null(lab_asks(lab, "ids=2"));
	assert_null(lab_asks(lab, "ids=1"));
	lab_free(lab);
}

/* The reply was too large for the two of them: which of them it was is not known. */
static void one_that_was_asked_for_beside_an_erased_one_is_not_called_too_large(void **state)
{
	struct lab *lab = erased_while_asked();

	(void)state;
	lab_ends(lab, lab_asks(lab, "ids=1,2"), HTTP_TOO_LARGE);
	assert_int_equal(lab->outcome_count, 0);
	assert_non_null(lab_asks(lab, "ids=2"));
	lab_free(lab);
}

static void one_that_is_erased_before_it_is_asked_for_is_not_asked_for(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	process(lab, 1); /* it waits until we are let in */
	lab_erase(lab, 1);
	lab_let_in(lab);
	lab_found(lab, "");
	assert_null(lab_asks(lab, "/show_many.json"));
	lab_free(lab);
}

static void one_in_hand_is_not_erased_and_one_that_waits_is_not_begun(void **state)
{
	struct lab *lab = resident();
	const struct ticket_key tickets[] = {{ACCOUNT_FIRST, 1}, {ACCOUNT_FIRST, 2}, {0}};
	struct event event = {.kind = EVENT_ERASE, .tickets = tickets, .ticket_count = 3};

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 2, NULL, NULL));
	assert_true(engine_holds(lab->engine, ticket_key(ACCOUNT_FIRST, 1)));
	assert_false(engine_holds(lab->engine, ticket_key(ACCOUNT_FIRST, 2)));
	event.at = lab->now;
	engine_step(lab->engine, &event, &lab->effects);
	lab_all_the_way(lab, 1);
	lab_advance(lab, 3000);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	assert_false(engine_holds(lab->engine, ticket_key(ACCOUNT_FIRST, 1)));
	lab_free(lab);
}

/* --ticket-id beside the records of earlier runs */
static void a_single_ticket_that_is_recorded_as_done_gets_no_second_note(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_update_accepted(lab);
	lab->setup.mode = ENGINE_ONE_TICKET;
	lab->setup.ticket.id = 1;
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	char body[2000];
	snprintf(body, sizeof(body), "{\"ticket\":%s}",
	         lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:30:00Z"));
	lab_answer(lab, lab_asks(lab, "/tickets/1.json"), 200, "", body);
	assert_true(lab->finished);
	assert_string_equal(lab_last_outcome(lab, 1)->reason, "our tag was removed by someone");
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_pause_asks_for_nothing_new_and_lasts_until_resume),
	        cmocka_unit_test(what_is_in_hand_is_written_during_a_pause),
	        cmocka_unit_test(tickets_that_only_wait_are_given_back_and_found_again),
	        cmocka_unit_test(a_page_that_comes_during_a_pause_begins_nothing),
	        cmocka_unit_test(the_drain_ends_a_pause_too),
	        cmocka_unit_test(who_is_not_reached_during_a_pause_is_asked_with_growing_distance),
	        cmocka_unit_test(a_ticket_asked_for_is_read_and_processed),
	        cmocka_unit_test(a_ticket_asked_for_is_processed_during_a_pause),
	        cmocka_unit_test(a_ticket_asked_for_goes_ahead_of_urgent_ones),
	        cmocka_unit_test(one_that_waits_already_only_moves_ahead),
	        cmocka_unit_test(one_that_is_on_its_way_is_not_begun_twice),
	        cmocka_unit_test(a_processed_one_is_skipped_with_its_reason_and_stays_done),
	        cmocka_unit_test(a_done_one_whose_tag_was_removed_gets_no_second_note),
	        cmocka_unit_test(a_tagged_a_solved_and_an_absent_one_are_told),
	        cmocka_unit_test(a_refused_one_comes_back_with_its_decision),
	        cmocka_unit_test(those_asked_for_are_read_again_until_zendesk_answers),
	        cmocka_unit_test(more_than_a_hundred_are_read_in_several_requests),
	        cmocka_unit_test(too_many_at_once_are_refused_with_a_line),
	        cmocka_unit_test(a_number_that_none_can_have_is_told),
	        cmocka_unit_test(one_too_large_to_read_has_failed),
	        cmocka_unit_test(one_with_a_decision_that_is_too_large_to_read_keeps_it),
	        cmocka_unit_test(those_asked_for_outlast_a_halt),
	        cmocka_unit_test(during_a_drain_nothing_is_begun_and_that_is_told),
	        cmocka_unit_test(an_erased_one_is_forgotten_and_not_taken_up_again),
	        cmocka_unit_test(one_that_is_erased_while_it_is_asked_for_is_told_of_no_more),
	        cmocka_unit_test(
	                one_that_was_asked_for_beside_an_erased_one_is_not_called_too_large),
	        cmocka_unit_test(one_that_is_erased_before_it_is_asked_for_is_not_asked_for),
	        cmocka_unit_test(one_in_hand_is_not_erased_and_one_that_waits_is_not_begun),
	        cmocka_unit_test(a_single_ticket_that_is_recorded_as_done_gets_no_second_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
