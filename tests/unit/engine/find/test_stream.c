/* The incremental export: who may use it, where it begins, and that nothing it has shown is
 * lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define FIRST "/incremental/tickets/cursor.json"

static struct lab *incremental(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->zendesk.source = SOURCE_INCREMENTAL;
	lab->config->llm.timeout = 3600000;
	lab_start(lab);
	return lab;
}

static void next_stream(struct lab *lab)
{
	for (int i = 0; i < 200 && !lab_asks(lab, FIRST); i++)
		lab_advance(lab, 1000);
	assert_non_null(lab_asks(lab, FIRST));
}

/* The backlog is empty; the stream is asked for the first time. */
static struct lab *streaming(void)
{
	struct lab *lab = incremental();

	lab_let_in_as(lab, "admin");
	lab_found(lab, "");
	next_stream(lab);
	return lab;
}

static const char *asked(struct lab *lab)
{
	return lab_asks(lab, FIRST)->request.url;
}

static void the_first_pass_is_a_search_and_the_stream_begins_before_the_start(void **state)
{
	struct lab *lab = incremental();

	(void)state;
	lab_let_in_as(lab, "admin");
	assert_null(lab_asks(lab, FIRST));
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	next_stream(lab);
	/* 2026-11-22T09:45:00Z */
	assert_non_null(strstr(asked(lab), "start_time=1795340700"));
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	lab_free(lab);
}

/* Our clock may be days ahead: by it, the stream could begin after tickets that the index of the
 * search did not contain yet. */
static void a_search_without_a_date_is_done_again_before_the_stream_is_read(void **state)
{
	struct lab *lab = incremental();

	(void)state;
	lab_let_in_as(lab, "admin");
	lab->no_date = true;
	lab_found(lab, "");
	for (int i = 0; i < 200 && !lab_asks(lab, "/search.json"); i++)
		lab_advance(lab, 1000);
	lab->no_date = false;
	lab_found(lab, "");
	next_stream(lab);
	assert_non_null(strstr(asked(lab),
	                       "start_time=1795340")); /* a quarter of an hour before the second */
	lab_free(lab);
}

static void a_search_that_failed_is_done_again_before_the_stream_is_read(void **state)
{
	struct lab *lab = incremental();

	(void)state;
	lab_let_in_as(lab, "admin");
	for (int i = 0; i < 55; i++) {
		if (lab_asks(lab, "/search.json"))
			lab_answer(lab, lab_asks(lab, "/search.json"), 422, "",
			           "{\"error\":\"invalid\"}");
		lab_advance(lab, 1000);
	}
	lab_advance(lab, 5000);
	assert_null(lab_asks(lab, FIRST));
	lab_found(lab, "");
	next_stream(lab);
	lab_free(lab);
}

static void an_agent_gets_one_warning_and_the_search(void **state)
{
	struct lab *lab = incremental();

	(void)state;
	lab_let_in_as(lab, "agent");
	assert_true(lab_said(lab, "needs an admin"));
	buf_reset(&lab->said);
	for (int i = 0; i < 3; i++) {
		lab_found(lab, "");
		lab_advance(lab, 60000);
	}
	assert_int_equal(lab_count(lab, FIRST), 0);
	assert_false(lab_said(lab, "admin"));
	lab_free(lab);
}

static void a_role_lost_later_falls_back_to_the_search_at_once(void **state)
{
	struct lab *lab = streaming();

	(void)state;
	lab_answer(lab, lab_asks(lab, FIRST), 403, "",
	           "{\"error\":{\"title\":\"Forbidden\",\"message\":\"no\"}}");
	assert_non_null(lab_asks(lab, "/search.json"));
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_advance(lab, 200000);
	assert_int_equal(lab_count(lab, FIRST), 1);
	lab_free(lab);
}

static void the_cursor_is_persisted_with_the_ids_of_its_page_in_one_record(void **state)
{
	struct lab *lab = streaming();
	char two[3000];

	(void)state;
	snprintf(two, sizeof(two), "%s,%s,%s", lab_ticket(1, "open", NULL, NULL, NULL),
	         lab_ticket(2, "solved", NULL, NULL, NULL), lab_ticket(3, "new", NULL, NULL, NULL));
	lab_stream(lab, two, "c1", true);
	assert_int_equal(lab->record_count, 1);
	assert_int_equal(lab->records[0].kind, RECORD_CURSOR);
	assert_int_equal(lab->records[0].ticket.id, 0);
	assert_string_equal(lab->records[0].payload, "{\"cursor\":\"c1\",\"ids\":[1,3]}");
	lab_free(lab);
}

static void undecided_tickets_of_the_backlog_are_persisted_with_the_cursor_too(void **state)
{
	struct lab *lab = incremental();

	(void)state;
	lab_let_in_as(lab, "admin");
	lab_found(lab, lab_ticket(9, "open", NULL, NULL, NULL));
	next_stream(lab);
	lab_stream(lab, "", "c1", true);
	assert_string_equal(lab_record(lab, RECORD_CURSOR)->payload,
	                    "{\"cursor\":\"c1\",\"ids\":[9]}");
	lab_free(lab);
}

static void a_crash_between_the_cursor_and_the_decisions_loses_no_ticket(void **state)
{
	struct lab *lab = streaming();
	char two[3000];

	(void)state;
	snprintf(two, sizeof(two), "%s,%s", lab_ticket(1, "open", "high", NULL, NULL),
	         lab_ticket(3, "new", NULL, NULL, NULL));
	lab_stream(lab, two, "c1", true);
	lab_model_says(lab, "bug", "low", "neutral"); /* ticket 1 is decided, ticket 3 is not */
	lab_new_life(lab, lab->record_count);
	lab_let_in_as(lab, "admin");
	assert_non_null(lab_asks(lab, "/show_many.json?ids=1,3"));
	lab_fresh_read(lab, two);
	assert_int_equal(lab_count(lab, "/chat/completions"), 3); /* 1 and 3, and 3 again */
	lab_advance(lab, 2000);
	assert_non_null(lab_asks(lab, "/show_many.json?ids=1")); /* to be written */
	assert_non_null(strstr(asked(lab), "cursor=c1"));
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	lab_free(lab);
}

static void ids_that_were_read_again_stay_in_the_record_until_they_are_decided(void **state)
{
	struct lab *lab = streaming();

	(void)state;
	lab_stream(lab, lab_ticket(3, "new", NULL, NULL, NULL), "c1", true);
	lab_new_life(lab, lab->record_count);
	lab_let_in_as(lab, "admin");
	lab_stream(lab, "", "c2", true); /* before ticket 3 was read again */
	assert_string_equal(lab_record(lab, RECORD_CURSOR)->payload,
	                    "{\"cursor\":\"c2\",\"ids\":[3]}");
	lab_fresh_read(lab, lab_ticket(3, "new", NULL, NULL, NULL));
	next_stream(lab);
	lab_stream(lab, "", "c3", true);
	assert_string_equal(lab_record(lab, RECORD_CURSOR)->payload,
	                    "{\"cursor\":\"c3\",\"ids\":[3]}");
	lab_model_says(lab, "bug", "low", "neutral");
	next_stream(lab);
	lab_stream(lab, "", "c4", true);
	assert_string_equal(lab_record(lab, RECORD_CURSOR)->payload,
	                    "{\"cursor\":\"c4\",\"ids\":[]}");
	lab_free(lab);
}

static void nothing_new_keeps_the_last_cursor(void **state)
{
	struct lab *lab = streaming();

	(void)state;
	lab_stream(lab, "", "c1", true);
	next_stream(lab);
	lab_stream(lab, "", NULL, true);
	assert_int_equal(lab->record_count, 1);
	next_stream(lab);
	assert_non_null(strstr(asked(lab), "cursor=c1"));
	lab_free(lab);
}

static void the_stream_is_read_to_its_end_a_request_each_ten_seconds(void **state)
{
	struct lab *lab = streaming();
	msec begin = lab->now.mono;

	(void)state;
	lab_stream(lab, "", "c1", false);
	next_stream(lab);
	assert_in_range(lab->now.mono - begin, 10000, 11000);
	lab_stream(lab, "", "c2", false);
	next_stream(lab);
	assert_in_range(lab->now.mono - begin, 20000, 22000);
	lab_stream(lab, "", "c3", true);
	lab_advance(lab, 30000);
	assert_null(lab_asks(lab, FIRST)); /* until the next pass */
	lab_free(lab);
}

static void a_short_poll_interval_does_not_outrun_the_streams_limit(void **state)
{
	struct lab *lab = incremental();

	(void)state;
	lab->config->zendesk.poll_interval = 1000;
	lab_let_in_as(lab, "admin");
	lab_found(lab, "");
	for (int second = 0; second < 60; second++) {
		lab_advance(lab, 1000);
		if (lab_asks(lab, FIRST))
			lab_stream(lab, "", NULL, true);
	}
	assert_in_range(lab_count(lab, FIRST), 5, 6);
	lab_free(lab);
}

static void a_limit_of_the_stream_pauses_the_stream_alone(void **state)
{
	struct lab *lab = streaming();

	(void)state;
	lab_answer(lab, lab_asks(lab, FIRST), 429,
	           "retry-after: 40\nx-rate-limit: 700\nx-rate-limit-remaining: 684",
	           "{\"error\":\"APIRateLimitExceeded\"}");
	assert_true(engine_upstream(lab->engine, UPSTREAM_ZENDESK)->paused_until <= lab->now.mono);
	lab_advance(lab, 39000);
	assert_null(lab_asks(lab, FIRST));
	lab_advance(lab, 2000);
	assert_non_null(lab_asks(lab, FIRST));
	lab_free(lab);
}

static void the_streams_own_budget_is_learned_from_its_header(void **state)
{
	struct lab *lab = streaming();

	(void)state;
	lab_answer(lab, lab_asks(lab, FIRST), 200,
	           "zendesk-ratelimit-incremental-exports: total=10; remaining=0; resets=45",
	           "{\"tickets\":[],\"after_cursor\":\"c1\",\"end_of_stream\":false}");
	lab_advance(lab, 44000);
	assert_null(lab_asks(lab, FIRST));
	lab_advance(lab, 3000);
	assert_non_null(lab_asks(lab, FIRST));
	lab_free(lab);
}

static void a_refused_cursor_is_told_once_and_a_search_fills_the_gap(void **state)
{
	static const int statuses[] = {400, 422};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct lab *lab = streaming();

		lab_stream(lab, "", "c1", true);
		next_stream(lab);
		lab_answer(lab, lab_asks(lab, FIRST), statuses[i], "",
		           "{\"error\":\"InvalidCursor\"}");
		assert_true(lab_said(lab, "cursor was refused"));
		assert_non_null(lab_asks(lab, "/search.json"));
		lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
		next_stream(lab);
		assert_null(strstr(asked(lab), "cursor="));
		assert_null(strstr(asked(lab), "start_time=1795340700")); /* a fresh one */
		buf_reset(&lab->said);
		lab_answer(lab, lab_asks(lab, FIRST), statuses[i], "",
		           "{\"error\":\"InvalidCursor\"}");
		lab_advance(lab, 60000);
		lab_found(lab, "");
		assert_false(lab_said(lab, "refused"));
		lab_free(lab);
	}
}

static void our_own_writes_come_back_and_are_known_by_their_tag_or_by_memory(void **state)
{
	struct lab *lab = streaming();

	(void)state;
	lab_stream(lab, lab_ticket(1, "open", NULL, NULL, NULL), "c1", true);
	lab_all_the_way(lab, 1);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	next_stream(lab);
	lab_stream(lab, lab_ticket(1, "open", NULL, "[\"ai_processed\"]", "2026-11-22T10:00:00Z"),
	           "c2", true);
	next_stream(lab);
	lab_stream(lab, lab_ticket(1, "open", NULL, NULL, NULL), "c3", true);
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/show_many.json"), 1);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_free(lab);
}

static void deleted_tickets_are_ignored_and_one_with_an_old_updated_at_is_taken(void **state)
{
	struct lab *lab = streaming();
	char two[3000];

	(void)state;
	snprintf(two, sizeof(two), "%s,%s", lab_ticket(1, "deleted", NULL, NULL, NULL),
	         lab_ticket(2, "open", NULL, NULL, "2020-01-01T00:00:00Z"));
	lab_stream(lab, two, "c1", true);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	assert_string_equal(lab_record(lab, RECORD_CURSOR)->payload,
	                    "{\"cursor\":\"c1\",\"ids\":[2]}");
	lab_free(lab);
}

static void no_page_is_asked_for_while_enough_tickets_wait(void **state)
{
	struct lab *lab = lab_new();
	char three[3000];

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->zendesk.source = SOURCE_INCREMENTAL;
	lab->config->llm.timeout = 3600000;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	lab_start(lab);
	lab_let_in_as(lab, "admin");
	lab_found(lab, "");
	next_stream(lab);
	snprintf(three, sizeof(three), "%s,%s,%s", lab_ticket(1, "open", NULL, NULL, NULL),
	         lab_ticket(2, "open", NULL, NULL, NULL), lab_ticket(3, "open", NULL, NULL, NULL));
	lab_stream(lab, three, "c1", false);
	lab_advance(lab, 120000);
	assert_null(lab_asks(lab, FIRST));
	lab_model_says(lab, "bug", "low", "neutral");
	assert_non_null(lab_asks(lab, FIRST));
	lab_free(lab);
}

/* The stream will not show it a second time: it is read again when its delay is over. */
static void a_failure_without_a_decision_is_read_again_after_its_delay(void **state)
{
	struct lab *lab = streaming();

	(void)state;
	lab->hold_records = true;
	lab_stream(lab, lab_ticket(1, "open", NULL, NULL, NULL), "c1", true);
	lab_model_says(lab, "bug", "low", "neutral");
	lab_persist_failed(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	lab->hold_records = false;
	for (int i = 0; i < 80 && !lab_asks(lab, "/show_many.json"); i++) {
		lab_advance(lab, 1000);
		if (lab_asks(lab, FIRST))
			lab_stream(lab, "", NULL, true);
	}
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_int_equal(lab_count(lab, "/chat/completions"), 2);
	lab_free(lab);
}

#define MANY "{\"count\":250,\"results\":[],\"next_page\":\"https://a.example/?page=2\"}"
static void let_in_after_a_halt(struct lab *lab)
{
	for (int i = 0; i < 1000 && !lab_asks(lab, "/users/me"); i++)
		lab_advance(lab, 1000);
	lab_let_in_as(lab, "admin");
	lab_advance(lab, 1000);
}

static void halt_by_403(struct lab *lab, const char *part)
{
	static const char forbidden[] = "{\"error\":\"Forbidden\"}";

	lab_answer(lab, lab_asks(lab, part), 403, "", forbidden);
	lab_answer(lab, lab_asks(lab, "/users/me"), 403, "", forbidden);
}

/* Its index lags, and what came in after its first page stands in it by chance: that is in the
 * stream alone. */
static void the_stream_begins_before_a_search_that_a_halt_interrupted(void **state)
{
	struct lab *lab = incremental();

	(void)state;
	lab_let_in_as(lab, "admin");
	lab_answer(lab, lab_asks(lab, "/search.json"), 200, "", MANY);
	lab_slice(lab, "", false);
	halt_by_403(lab, "/search.json");
	let_in_after_a_halt(lab);
	lab_advance(lab, 3000);
	lab_slices_end(lab);
	next_stream(lab);
	assert_non_null(strstr(asked(lab), "start_time=1795340700"));
	lab_free(lab);
}

/* Ten minutes after the former: nothing of that one was seen. */
static void the_stream_begins_before_the_search_that_was_whole(void **state)
{
	struct lab *lab = incremental();

	(void)state;
	lab_let_in_as(lab, "admin");
	halt_by_403(lab, "/search.json");
	let_in_after_a_halt(lab);
	lab_found(lab, "");
	next_stream(lab);
	assert_non_null(strstr(asked(lab), "start_time=17953413"));
	lab_free(lab);
}

/* Six requests a minute: pages of one ticket would be six changes a minute, our own writes among
 * them. */
static void a_page_of_the_stream_is_large_and_halved_when_it_is_too_large(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->zendesk.source = SOURCE_INCREMENTAL;
	lab->config->zendesk.batch_size = 1;
	lab_start(lab);
	lab_let_in_as(lab, "admin");
	lab_found(lab, "");
	next_stream(lab);
	assert_non_null(strstr(asked(lab), "per_page=100"));
	lab_ends(lab, lab_asks(lab, FIRST), HTTP_TOO_LARGE);
	lab_advance(lab, 10000);
	assert_non_null(strstr(asked(lab), "per_page=50"));
	lab_stream(lab, "", "c1", false);
	lab_advance(lab, 10000);
	assert_non_null(strstr(asked(lab), "per_page=100"));
	lab_free(lab);
}

static void a_page_that_was_more_than_half_full_is_not_asked_for_at_twice_the_size(void **state)
{
	struct lab *lab = streaming();
	size_t size = 600 * 1024;
	char *body = xcalloc(1, size + 1);

	(void)state;
	lab_ends(lab, lab_asks(lab, FIRST), HTTP_TOO_LARGE);
	lab_advance(lab, 10000);
	memset(body, ' ', size);
	snprintf(body + size - 100, 100,
	         "{\"tickets\":[],\"after_cursor\":\"c1\",\"end_of_stream\":false}");
	lab_answer(lab, lab_asks(lab, "per_page=50"), 200, "", body);
	lab_advance(lab, 10000);
	assert_non_null(strstr(asked(lab), "per_page=50"));
	free(body);
	lab_free(lab);
}

static void one_that_is_too_large_to_be_read_again_has_failed_and_returns(void **state)
{
	struct lab *lab = streaming();
	char two[3000];

	(void)state;
	snprintf(two, sizeof(two), "%s,%s", lab_ticket(1, "open", NULL, NULL, NULL),
	         lab_ticket(3, "new", NULL, NULL, NULL));
	lab_stream(lab, two, "c1", true);
	lab_new_life(lab, lab->record_count);
	lab_let_in_as(lab, "admin");
	lab_ends(lab, lab_asks(lab, "/show_many.json?ids=1,3"), HTTP_TOO_LARGE);
	lab_ends(lab, lab_asks(lab, "/show_many.json?ids=1"), HTTP_TOO_LARGE);
	assert_string_equal(lab_outcome(lab, 1)->reason, "the ticket is over 8 MiB");
	lab_advance(lab, 2000);
	lab_fresh_read(lab, lab_ticket(3, "new", NULL, NULL, NULL));
	assert_int_equal(lab_count(lab, "/chat/completions"), 3);
	lab_advance(lab, 80000);
	assert_non_null(lab_asks(lab, "/show_many.json?ids=1"));
	lab_free(lab);
}

static void a_new_life_reads_again_what_failed_without_a_decision(void **state)
{
	struct lab *lab = streaming();

	(void)state;
	lab_stream(lab, lab_ticket(1, "open", NULL, NULL, NULL), "c1", true);
	lab->hold_records = true;
	lab_model_says(lab, "bug", "low", "neutral");
	size_t decision = lab->record_count - 1;
	lab_persist_failed(lab);
	next_stream(lab);
	lab_stream(lab, "", "c2", true);
	assert_string_equal(lab_record(lab, RECORD_CURSOR)->payload,
	                    "{\"cursor\":\"c2\",\"ids\":[1]}");
	record_free(&lab->records[decision]); /* it never became durable */
	memmove(&lab->records[decision], &lab->records[decision + 1],
	        (lab->record_count - decision - 1) * sizeof(lab->records[0]));
	lab->record_count--;
	lab_new_life(lab, lab->record_count);
	lab_let_in_as(lab, "admin");
	assert_non_null(lab_asks(lab, "/show_many.json"));
	lab_free(lab);
}

static void a_record_of_the_cursor_that_cannot_be_read_is_told_and_the_search_is_first(void **state)
{
	static const char *const payloads[] = {"{",
	                                       "{}",
	                                       "{\"cursor\":\"\",\"ids\":[]}",
	                                       "{\"cursor\":\"c\"}",
	                                       "{\"cursor\":\"c\",\"ids\":[1,\"x\"]}",
	                                       "{\"cursor\":\"c\",\"ids\":[-1]}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(payloads); i++) {
		struct lab *lab = streaming();

		lab_stream(lab, "", "c1", true);
		free(lab->records[0].payload);
		lab->records[0].payload = xstrdup(payloads[i]);
		lab_new_life(lab, 1);
		assert_true(lab_said(lab, "cursor"));
		assert_true(lab_said(lab, "cannot be read"));
		lab_let_in_as(lab, "admin");
		assert_non_null(lab_asks(lab, "/search.json"));
		assert_null(lab_asks(lab, FIRST));
		lab_free(lab);
	}
}

static void a_run_searches_and_leaves_the_cursor_alone(void **state)
{
	struct lab *lab = streaming();

	(void)state;
	lab_stream(lab, lab_ticket(3, "new", NULL, NULL, NULL), "c1", true);
	lab->setup.mode = ENGINE_ONCE;
	lab_new_life(lab, lab->record_count);
	lab_let_in_as(lab, "admin");
	lab_found(lab, "");
	assert_true(lab->finished);
	assert_int_equal(lab_count(lab, FIRST), 1);
	assert_int_equal(lab->record_count, 1);
	lab_free(lab);
}

static void a_dry_run_reads_the_stream_and_keeps_no_cursor(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->setup.dry_run = true;
	lab->config->zendesk.source = SOURCE_INCREMENTAL;
	lab_start(lab);
	lab_let_in_as(lab, "admin");
	lab_found(lab, "");
	next_stream(lab);
	lab_stream(lab, lab_ticket(1, "open", NULL, NULL, NULL), "c1", true);
	assert_int_equal(lab->record_count, 0);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_stream_begins_before_a_search_that_a_halt_interrupted),
	        cmocka_unit_test(the_stream_begins_before_the_search_that_was_whole),
	        cmocka_unit_test(the_first_pass_is_a_search_and_the_stream_begins_before_the_start),
	        cmocka_unit_test(a_search_without_a_date_is_done_again_before_the_stream_is_read),
	        cmocka_unit_test(a_search_that_failed_is_done_again_before_the_stream_is_read),
	        cmocka_unit_test(an_agent_gets_one_warning_and_the_search),
	        cmocka_unit_test(a_role_lost_later_falls_back_to_the_search_at_once),
	        cmocka_unit_test(the_cursor_is_persisted_with_the_ids_of_its_page_in_one_record),
	        cmocka_unit_test(
	                undecided_tickets_of_the_backlog_are_persisted_with_the_cursor_too),
	        cmocka_unit_test(a_crash_between_the_cursor_and_the_decisions_loses_no_ticket),
	        cmocka_unit_test(
	                ids_that_were_read_again_stay_in_the_record_until_they_are_decided),
	        cmocka_unit_test(nothing_new_keeps_the_last_cursor),
	        cmocka_unit_test(the_stream_is_read_to_its_end_a_request_each_ten_seconds),
	        cmocka_unit_test(a_short_poll_interval_does_not_outrun_the_streams_limit),
	        cmocka_unit_test(a_limit_of_the_stream_pauses_the_stream_alone),
	        cmocka_unit_test(the_streams_own_budget_is_learned_from_its_header),
	        cmocka_unit_test(a_refused_cursor_is_told_once_and_a_search_fills_the_gap),
	        cmocka_unit_test(our_own_writes_come_back_and_are_known_by_their_tag_or_by_memory),
	        cmocka_unit_test(
	                deleted_tickets_are_ignored_and_one_with_an_old_updated_at_is_taken),
	        cmocka_unit_test(no_page_is_asked_for_while_enough_tickets_wait),
	        cmocka_unit_test(a_failure_without_a_decision_is_read_again_after_its_delay),
	        cmocka_unit_test(a_page_of_the_stream_is_large_and_halved_when_it_is_too_large),
	        cmocka_unit_test(
	                a_page_that_was_more_than_half_full_is_not_asked_for_at_twice_the_size),
	        cmocka_unit_test(one_that_is_too_large_to_be_read_again_has_failed_and_returns),
	        cmocka_unit_test(a_new_life_reads_again_what_failed_without_a_decision),
	        cmocka_unit_test(
	                a_record_of_the_cursor_that_cannot_be_read_is_told_and_the_search_is_first),
	        cmocka_unit_test(a_run_searches_and_leaves_the_cursor_alone),
	        cmocka_unit_test(a_dry_run_reads_the_stream_and_keeps_no_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
