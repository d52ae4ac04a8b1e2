/* Done tickets that a search brings back: the ticket itself decides, and nothing is written
 * twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define LATER "2026-11-22T10:05:00Z"

/* Ticket 1 is done at ten o'clock, and the search of the next pass waits for its answer. */
static struct lab *done(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab_until_update(lab);
	lab_update_accepted(lab);
	lab_advance(lab, 60000);
	return lab;
}

static void search(struct lab *lab, const char *tickets)
{
	for (int i = 0; i < 100 && !lab_asks(lab, "/search.json"); i++)
		lab_advance(lab, 1000);
	lab_found(lab, tickets);
}

/* The ticket's history does not show who took our tag off. */
static void history_is_empty(struct lab *lab)
{
	lab_answer(lab, lab_asks(lab, "/audits.json"), 200, "", "{\"audits\":[]}");
}

static void a_lagging_search_after_done_is_dropped_silently(void **state)
{
	struct lab *lab = done();

	(void)state;
	search(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/show_many.json"), 1); /* the one before the write */
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);
}

static void a_change_after_our_verdict_with_the_tag_still_there_is_remembered_silently(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_advance(lab, 300000);
	search(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", LATER));
	lab_advance(lab, 2000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\",\"ai_processed\"]", LATER));
	search(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", LATER));
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/show_many.json"), 2);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_free(lab);
}

static void a_tag_that_a_person_took_away_is_told_once_and_no_second_note_is_written(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_advance(lab, 300000);
	search(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", LATER));
	lab_advance(lab, 2000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", LATER));
	history_is_empty(lab);
	assert_int_equal(lab_outcomes_of(lab, 1), 2);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	assert_string_equal(lab_last_outcome(lab, 1)->reason, "our tag was removed by someone");
	search(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", LATER));
	search(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:07:00Z"));
	lab_advance(lab, 5000);
	assert_int_equal(lab_outcomes_of(lab, 1), 2);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void a_look_that_shows_an_older_state_than_our_verdict_proves_nothing(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_advance(lab, 300000);
	search(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", LATER));
	lab_advance(lab, 2000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_free(lab);
}

static void a_new_life_knows_that_the_tag_was_taken_away(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_advance(lab, 300000);
	search(lab, lab_ticket(1, "open", NULL, "[]", LATER));
	lab_advance(lab, 2000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[]", LATER));
	history_is_empty(lab);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	search(lab, lab_ticket(1, "open", NULL, "[]", "2026-11-22T10:09:00Z"));
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	assert_int_equal(lab_outcomes_of(lab, 1), 2);
	lab_free(lab);
}

static void a_done_ticket_that_is_over_by_now_is_no_news(void **state)
{
	static const char *const statuses[] = {"solved", "closed"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct lab *lab = done();

		lab_advance(lab, 300000);
		search(lab, lab_ticket(1, "open", NULL, "[]", LATER));
		lab_advance(lab, 2000);
		lab_fresh_read(lab, lab_ticket(1, statuses[i], NULL, "[]", LATER));
		assert_int_equal(lab_outcomes_of(lab, 1), 1);
		lab_free(lab);
	}
}

static void a_done_ticket_that_was_deleted_is_no_news(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_advance(lab, 300000);
	search(lab, lab_ticket(1, "open", NULL, "[]", LATER));
	lab_advance(lab, 2000);
	lab_fresh_read(lab, "");
	lab_advance(lab, 5000);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	assert_null(lab_asks(lab, "/tickets/1.json"));
	lab_free(lab);
}

static void looking_again_waits_two_seconds_for_company(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab_advance(lab, 300000);
	search(lab, lab_ticket(1, "open", NULL, "[]", LATER));
	lab_advance(lab, 1900);
	assert_null(lab_asks(lab, "/show_many.json"));
	lab_advance(lab, 100);
	assert_non_null(lab_asks(lab, "/show_many.json"));
	lab_free(lab);
}

static void a_failed_look_is_tried_again_with_growing_delay(void **state)
{
	struct lab *lab = done();

	(void)state;
	lab->config->zendesk.poll_interval = 86400000;
	lab_advance(lab, 300000);
	search(lab, lab_ticket(1, "open", NULL, "[]", LATER));
	for (int i = 0; i < 6; i++) {
		for (int second = 0; second < 200 && !lab_asks(lab, "/show_many.json"); second++)
			lab_advance(lab, 1000);
		lab_answer(lab, lab_asks(lab, "/show_many.json"), 503, "", "{}");
	}
	for (int second = 0; second < 200 && !lab_asks(lab, "/show_many.json"); second++)
		lab_advance(lab, 1000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[]", LATER));
	history_is_empty(lab);
	assert_string_equal(lab_last_outcome(lab, 1)->reason, "our tag was removed by someone");
	lab_free(lab);
}

static void a_run_looks_at_what_an_earlier_run_did_before_it_ends(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_until_update(lab);
	lab_update_accepted(lab);
	lab_advance(lab, 600000);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, "[]", LATER));
	assert_false(lab->finished);
	lab_advance(lab, 2000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[]", LATER));
	history_is_empty(lab);
	assert_int_equal(lab_outcomes_of(lab, 1), 2);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	lab_free(lab);
}

static void a_run_that_cannot_look_again_ends_all_the_same(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_until_update(lab);
	lab_update_accepted(lab);
	lab_advance(lab, 600000);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, "[]", LATER));
	for (int i = 0; i < 60 && !lab->finished; i++) {
		if (lab_asks(lab, "/show_many.json"))
			lab_answer(lab, lab_asks(lab, "/show_many.json"), 503, "", "{}");
		lab_advance(lab, 1000);
	}
	assert_true(lab->finished);
	lab_free(lab);
}

static void a_refused_look_is_confirmed_by_users_me_and_then_backs_off(void **state)
{
	static const int statuses[] = {401, 403};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct lab *lab = done();

		lab_advance(lab, 300000);
		search(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", LATER));
		lab_advance(lab, 2000);
		lab_answer(lab, lab_asks(lab, "/show_many.json"), statuses[i], "", "{}");
		lab_let_in(lab); /* users/me was asked */
		size_t count = lab_count(lab, "/show_many.json");
		lab_answer(lab, lab_asks(lab, "/show_many.json"), statuses[i], "", "{}");
		assert_false(lab_stats(lab).zendesk_halted);
		assert_int_equal(lab_count(lab, "/show_many.json"), count); /* not at once */
		lab_advance(lab, 20000);
		assert_int_equal(lab_count(lab, "/show_many.json"), count + 1);
		assert_false(lab_stats(lab).zendesk_halted);
		lab_free(lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_lagging_search_after_done_is_dropped_silently),
	        cmocka_unit_test(
	                a_change_after_our_verdict_with_the_tag_still_there_is_remembered_silently),
	        cmocka_unit_test(
	                a_tag_that_a_person_took_away_is_told_once_and_no_second_note_is_written),
	        cmocka_unit_test(a_look_that_shows_an_older_state_than_our_verdict_proves_nothing),
	        cmocka_unit_test(a_new_life_knows_that_the_tag_was_taken_away),
	        cmocka_unit_test(a_done_ticket_that_is_over_by_now_is_no_news),
	        cmocka_unit_test(a_done_ticket_that_was_deleted_is_no_news),
	        cmocka_unit_test(looking_again_waits_two_seconds_for_company),
	        cmocka_unit_test(a_failed_look_is_tried_again_with_growing_delay),
	        cmocka_unit_test(a_run_looks_at_what_an_earlier_run_did_before_it_ends),
	        cmocka_unit_test(a_run_that_cannot_look_again_ends_all_the_same),
	        cmocka_unit_test(a_refused_look_is_confirmed_by_users_me_and_then_backs_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
