/* How tickets come back after an end that is not for ever, and what they bring along. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "lab.h"

#define MINUTE 60000

/* Resident, one attempt a write, no pass but the first. */
static struct lab *quiet(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->retry.attempts = 1;
	lab->config->zendesk.poll_interval = 86400000;
	return lab;
}

static struct lab_request *put(struct lab *lab)
{
	for (size_t i = 0; i < lab->request_count; i++)
		if (!lab->requests[i].answered && lab->requests[i].request.method == HTTP_PUT)
			return &lab->requests[i];
	return NULL;
}

static struct lab *failed(void)
{
	struct lab *lab = quiet();

	lab_ends(lab, lab_until_update(lab), HTTP_NO_CONNECT);
	return lab;
}

static msec until_asked(struct lab *lab, const char *part)
{
	msec begin = lab->now.mono;

	while (!lab_asks(lab, part) && lab->now.mono - begin < 200 * (msec)MINUTE)
		lab_advance(lab, 1000);
	return lab->now.mono - begin;
}

static void a_failed_ticket_returns_to_the_refresh_and_no_model_is_asked(void **state)
{
	struct lab *lab = failed();

	(void)state;
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	until_asked(lab, "/show_many.json");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	assert_non_null(strstr(put(lab)->request.body, "Report page fails"));
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);
}

static void the_delay_of_a_return_doubles_from_one_minute_to_an_hour(void **state)
{
	static const msec minutes[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
	struct lab *lab = failed();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(minutes); i++) {
		msec waited = until_asked(lab, "/show_many.json");

		assert_in_range(waited, minutes[i] * MINUTE * 3 / 4,
		                minutes[i] * MINUTE * 5 / 4 + 1000);
		lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
		lab_ends(lab, put(lab), HTTP_NO_CONNECT);
		assert_int_equal(lab_outcomes_of(lab, 1), i + 2);
	}
	lab_free(lab);
}

static void waiting_for_a_return_costs_nothing(void **state)
{
	struct lab *lab = failed();

	(void)state;
	assert_true(engine_deadline(lab->engine) >= lab->now.mono + MINUTE * 3 / 4);
	lab_free(lab);
}

static void a_return_has_fresh_attempts(void **state)
{
	struct lab *lab = failed();

	(void)state;
	lab->config->retry.attempts = 2;
	until_asked(lab, "/show_many.json");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_ends(lab, put(lab), HTTP_NO_CONNECT);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_advance(lab, 3000);
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void a_search_does_not_bring_back_what_returns_by_itself(void **state)
{
	struct lab *lab = quiet();

	(void)state;
	lab->config->zendesk.poll_interval = 30000;
	lab_ends(lab, lab_until_update(lab), HTTP_NO_CONNECT);
	lab_advance(lab, 30000);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:20Z"));
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	assert_null(lab_asks(lab, "/show_many.json"));
	lab_free(lab);
}

static void a_ticket_that_failed_after_its_write_is_not_commented_twice(void **state)
{
	struct lab *lab = quiet();

	(void)state;
	lab_ends(lab, lab_until_update(lab), HTTP_BROKEN); /* written or not: nobody knows */
	until_asked(lab, "/show_many.json");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	until_asked(lab, "/show_many.json");
	lab_fresh_read(lab,
	               /* moved, without our tag */
	               lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:01Z"));
	assert_non_null(lab_asks(lab, "/comments"));
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void a_failure_is_final_for_a_run(void **state)
{
	struct lab *lab = quiet();

	(void)state;
	lab->setup.mode = ENGINE_ONCE;
	lab_ends(lab, lab_until_update(lab), HTTP_NO_CONNECT);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:20Z"));
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_free(lab);
}

/* Closed, says Zendesk: skipped with its decision. */
static struct lab *skipped(enum engine_mode mode)
{
	struct lab *lab = quiet();

	lab->setup.mode = mode;
	lab->config->zendesk.poll_interval = MINUTE;
	lab_answer(lab, lab_until_update(lab), 422, "",
	           "{\"error\":\"RecordInvalid\",\"description\":\"Ticket is closed\"}");
	return lab;
}

/* A field that Zendesk requires is empty. */
static struct lab *refused(enum engine_mode mode)
{
	struct lab *lab = quiet();

	lab->setup.mode = mode;
	lab->config->zendesk.poll_interval = MINUTE;
	lab_answer(lab, lab_until_update(lab), 422, "",
	           "{\"error\":\"RecordInvalid\",\"description\":\"Reason: needs a value\"}");
	return lab;
}

static void a_refused_ticket_has_failed_and_makes_a_run_fail(void **state)
{
	struct lab *lab = refused(ENGINE_ONCE);

	(void)state;
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	lab_free(lab);
}

static void a_refused_ticket_comes_back_when_it_changes_and_else_rarely(void **state)
{
	struct lab *lab = refused(ENGINE_RESIDENT);
	msec since = lab->now.mono;

	(void)state;
	while (lab->now.mono - since < 40 * MINUTE) {
		lab_advance(lab, MINUTE);
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	}
	assert_null(lab_asks(lab, "/show_many.json"));
	lab_advance(lab, MINUTE);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:10:00Z"));
	lab_advance(lab, 5000);
	assert_non_null(lab_asks(lab, "/show_many.json"));
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);
	lab = refused(ENGINE_RESIDENT);
	lab_advance(lab, 76 * MINUTE); /* an hour and a quarter, at the latest */
	lab_advance(lab, 5000);
	assert_non_null(lab_asks(lab, "/show_many.json"));
	lab_free(lab);
}

static void a_skipped_ticket_stays_away_while_its_updated_at_has_not_moved(void **state)
{
	struct lab *lab = skipped(ENGINE_RESIDENT);

	(void)state;
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	for (int i = 0; i < 5; i++) {
		lab_advance(lab, MINUTE);
		lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	}
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void a_skipped_ticket_whose_updated_at_moved_returns_with_its_decision(void **state)
{
	struct lab *lab = skipped(ENGINE_RESIDENT);

	(void)state;
	lab_advance(lab, MINUTE);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:20Z"));
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:20Z"));
	if (lab_asks(lab, "/comments"))
		lab_answer(lab, lab_asks(lab, "/comments"), 200, "",
		           "{\"comments\":[],\"meta\":{\"has_more\":false}}");
	if (lab_asks(lab, "/show_many.json"))
		lab_fresh_read(lab,
		               lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:20Z"));
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);
}

static void a_run_does_not_take_up_twice_what_moves_meanwhile(void **state)
{
	struct lab *lab = skipped(ENGINE_ONCE);

	(void)state;
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:20Z"));
	assert_true(lab->finished);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_free(lab);
}

static void a_priority_set_while_a_ticket_was_away_is_a_persons(void **state)
{
	struct lab *lab = failed();

	(void)state;
	until_asked(lab, "/show_many.json");
	lab_fresh_read(lab, lab_ticket(1, "open", "low", "[\"vip\"]", "2026-11-22T10:00:20Z"));
	lab_answer(lab, lab_asks(lab, "/comments"), 200, "",
	           "{\"comments\":[],\"meta\":{\"has_more\":false}}");
	lab_fresh_read(lab, lab_ticket(1, "open", "low", "[\"vip\"]", "2026-11-22T10:00:20Z"));
	assert_null(strstr(put(lab)->request.body, "\"priority\""));
	lab_free(lab);
}

static void a_decision_that_is_not_durable_is_not_written_on_a_return(void **state)
{
	struct lab *lab = quiet();

	(void)state;
	lab->hold_records = true;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_persist_failed(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	lab_advance(lab, 10 * MINUTE);
	assert_null(lab_asks(lab, "/show_many.json"));
	assert_int_equal(lab_puts(lab), 0);
	lab_free(lab);
}

static void a_write_whose_intent_is_not_durable_is_not_sent_on_a_return(void **state)
{
	struct lab *lab = quiet();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	lab->hold_records = true;
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_persist_failed(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	until_asked(lab, "/show_many.json");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_int_equal(lab_puts(lab), 0);
	lab_persisted(lab);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static const char *our_note(char *out, size_t size, const struct lab *lab)
{
	const char *at = NULL;

	for (size_t i = 0; i < lab->request_count && !at; i++)
		if (lab->requests[i].request.method == HTTP_PUT)
			at = strstr(lab->requests[i].request.body, "Timestamp: ");
	snprintf(out, size,
	         "{\"comments\":[{\"id\":9,\"author_id\":77,\"public\":false,\"plain_body\":\"%."
	         "31s\","
	         "\"created_at\":\"2026-11-22T10:00:01Z\"}],\"meta\":{\"has_more\":false}}",
	         at);
	return out;
}

/* A job of bulk updates brings the note and not the tags; the look finds it, and only the tags are
 * to be written. */
static struct lab *noted_without_tags(void)
{
	struct lab *lab = quiet();
	const char *noted = lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:01Z");
	char note[400];

	lab->config->zendesk.bulk = BULK_ALWAYS;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_job(lab, "\"status\":\"queued\"", "null");
	until_asked(lab, "/job_statuses");
	lab_job(lab, "\"status\":\"completed\",\"total\":1,\"progress\":1",
	        "[{\"index\":0,\"id\":1,\"action\":\"update\",\"success\":true,\"status\":"
	        "\"Updated\"}]");
	lab_fresh_read(lab, noted);
	lab_answer(lab, lab_asks(lab, "/comments"), 200, "", our_note(note, sizeof(note), lab));
	lab_advance(lab, 3000);
	return lab;
}

static void assert_only_tags_are_written(struct lab *lab)
{
	const struct lab_request *write;

	until_asked(lab, "/show_many.json");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:01Z"));
	write = put(lab);
	assert_non_null(write);
	assert_non_null(strstr(write->request.body, "ai_processed"));
	assert_null(strstr(write->request.body, "comment"));
}

static void a_note_that_is_there_stays_the_only_one_when_the_record_of_its_tags_fails(void **state)
{
	struct lab *lab = noted_without_tags();

	(void)state;
	lab->hold_records = true;
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:01Z"));
	lab_persist_failed(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_ERROR);
	lab->hold_records = false;
	assert_only_tags_are_written(lab);
	lab_free(lab);
}

static void a_note_stays_the_only_one_when_its_tags_are_lost_with_the_process(void **state)
{
	struct lab *lab = noted_without_tags();
	size_t durable = lab->record_count;

	(void)state;
	lab->hold_records = true;
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:01Z"));
	lab_persist_failed(lab);
	lab->hold_records = false;
	lab_new_life(lab, durable);
	lab_let_in(lab);
	lab_found(lab, "");
	until_asked(lab, "/show_many.json");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:01Z"));
	assert_non_null(
	        /* the first intent is durable: looked for before anything is written */
	        lab_asks(lab, "/comments"));
	assert_null(put(lab));
	lab_free(lab);
}

/* An intent that cannot be read may have been carried out. */
static void what_may_have_been_written_is_still_looked_for_after_a_failure(void **state)
{
	struct lab *lab = quiet();

	(void)state;
	lab_until_update(lab);
	free(lab->records[1].payload);
	lab->records[1].payload = xstrdup("{");
	lab_new_life(lab, 2);
	assert_true(lab_said(lab, "intent of ticket 1 cannot be read"));
	lab_let_in(lab);
	lab_found(lab, "");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:01Z"));
	lab_ends(lab, lab_asks(lab, "/comments"), HTTP_TOO_LARGE);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_ERROR);
	until_asked(lab, "/show_many.json");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:01Z"));
	assert_non_null(lab_asks(lab, "/comments"));
	assert_null(put(lab));
	lab_free(lab);
}

static void a_failure_without_a_decision_may_be_found_again_after_its_delay(void **state)
{
	struct lab *lab = quiet();

	(void)state;
	lab->config->zendesk.poll_interval = 10000;
	lab->hold_records = true;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_persist_failed(lab);
	for (int polls = 0; polls < 4; polls++) {
		lab_advance(lab, 10000);
		lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
		assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	}
	lab_advance(lab, 10000);
	lab_advance(lab, 29000);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_advance(lab, 10000);
	if (lab_asks(lab, "/search.json"))
		lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_int_equal(lab_count(lab, "/chat/completions"), 2);
	lab_free(lab);
}

static void a_dry_run_shows_a_ticket_once_per_updated_at(void **state)
{
	struct lab *lab = quiet();

	(void)state;
	lab->setup.dry_run = true;
	lab->config->zendesk.poll_interval = MINUTE;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_advance(lab, MINUTE);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_advance(lab, MINUTE);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:01:00Z"));
	lab_model_says(lab, "bug", "low", "neutral");
	assert_int_equal(lab_outcomes_of(lab, 1), 2);
	assert_int_equal(lab->record_count, 0);
	assert_int_equal(lab_puts(lab), 0);
	lab_free(lab);
}

static void park_many(struct lab *lab, const struct ticket *like)
{
	for (uint64_t id = 1; id <= 10001; id++) {
		struct ticket *ticket = ticket_new(ticket_key(ACCOUNT_FIRST, id));

		if (id == 1) {
			ticket->has_intent = like->has_intent;
			ticket->maybe_written = like->maybe_written;
			ticket->note_is_there = like->note_is_there;
		}
		known_put(&lab->engine->account->memory.known, id,
		          (struct known){.kind = KNOWN_FAILED, .when = 5});
		memory_park(lab->engine, ticket);
	}
}

static void of_more_than_ten_thousand_that_may_return_the_oldest_are_forgotten(void **state)
{
	struct lab *lab = quiet();
	struct desk_ticket read = {.updated_wall = 1};

	(void)state;
	lab_start(lab);
	park_many(lab, &(struct ticket){0});
	assert_int_equal(lab->engine->account->memory.parked.count, 10000);
	read.id = 1;
	/* a search would bring it back */
	assert_int_equal(memory_judge(lab->engine, &read), JUDGED_NEW);
	read.id = 2;
	assert_int_equal(memory_judge(lab->engine, &read), JUDGED_KNOWN);
	lab_free(lab);
}

static void one_that_may_have_been_written_is_left_to_the_next_life_when_forgotten(void **state)
{
	static const struct ticket oldest[] = {
	        {.has_intent = true}, {.maybe_written = true}, {.note_is_there = true}};
	struct desk_ticket read = {.id = 1, .updated_wall = 1};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(oldest); i++) {
		struct lab *lab = quiet();

		lab_start(lab);
		park_many(lab, &oldest[i]);
		assert_int_equal(memory_judge(lab->engine, &read), JUDGED_KNOWN);
		lab_free(lab);
	}
}

static void drain_forgets_what_was_to_return_and_ends(void **state)
{
	struct lab *lab = failed();

	(void)state;
	lab_drain(lab);
	assert_true(lab->finished);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_failed_ticket_returns_to_the_refresh_and_no_model_is_asked),
	        cmocka_unit_test(the_delay_of_a_return_doubles_from_one_minute_to_an_hour),
	        cmocka_unit_test(waiting_for_a_return_costs_nothing),
	        cmocka_unit_test(a_return_has_fresh_attempts),
	        cmocka_unit_test(a_search_does_not_bring_back_what_returns_by_itself),
	        cmocka_unit_test(a_ticket_that_failed_after_its_write_is_not_commented_twice),
	        cmocka_unit_test(a_failure_is_final_for_a_run),
	        cmocka_unit_test(a_refused_ticket_has_failed_and_makes_a_run_fail),
	        cmocka_unit_test(a_refused_ticket_comes_back_when_it_changes_and_else_rarely),
	        cmocka_unit_test(a_skipped_ticket_stays_away_while_its_updated_at_has_not_moved),
	        cmocka_unit_test(a_skipped_ticket_whose_updated_at_moved_returns_with_its_decision),
	        cmocka_unit_test(a_run_does_not_take_up_twice_what_moves_meanwhile),
	        cmocka_unit_test(a_priority_set_while_a_ticket_was_away_is_a_persons),
	        cmocka_unit_test(a_decision_that_is_not_durable_is_not_written_on_a_return),
	        cmocka_unit_test(a_write_whose_intent_is_not_durable_is_not_sent_on_a_return),
	        cmocka_unit_test(
	                a_note_that_is_there_stays_the_only_one_when_the_record_of_its_tags_fails),
	        cmocka_unit_test(a_note_stays_the_only_one_when_its_tags_are_lost_with_the_process),
	        cmocka_unit_test(what_may_have_been_written_is_still_looked_for_after_a_failure),
	        cmocka_unit_test(
	                of_more_than_ten_thousand_that_may_return_the_oldest_are_forgotten),
	        cmocka_unit_test(
	                one_that_may_have_been_written_is_left_to_the_next_life_when_forgotten),
	        cmocka_unit_test(a_failure_without_a_decision_may_be_found_again_after_its_delay),
	        cmocka_unit_test(a_dry_run_shows_a_ticket_once_per_updated_at),
	        cmocka_unit_test(drain_forgets_what_was_to_return_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
