/* When limits leave little: nothing beyond them, even if a request arrives twice, and what is
 * decided is written before more is looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lab.h"

/* Ticket `id` is updated, and so much is left of the minute's single updates. */
static void updated(struct lab *lab, uint64_t id, int remaining)
{
	char path[40], header[100], body[200];

	snprintf(path, sizeof(path), "/tickets/%llu.json", (unsigned long long)id);
	snprintf(header, sizeof(header),
	         "zendesk-ratelimit-tickets-update: total=100; remaining=%d; resets=50", remaining);
	snprintf(body, sizeof(body),
	         "{\"ticket\":{\"id\":%llu,\"status\":\"open\",\"tags\":[\"ai_processed\"],"
	         "\"updated_at\":\"2026-11-22T10:00:00Z\"}}",
	         (unsigned long long)id);
	lab_answer(lab, lab_asks(lab, path), 200, header, body);
}

/* libcurl sends a request once more by itself when a reused connection dies, and nobody is told:
 * each in flight may count twice. */
static void a_request_is_sent_only_if_it_fits_with_all_in_flight_arriving_twice(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.bulk", "never");
	lab_until_batch(lab, 40);
	int sent = (int)lab_puts(lab);
	updated(lab, 1, 2 * sent - 1);
	/* with one more, as many as were sent would be in flight again */
	assert_int_equal(lab_puts(lab), sent);
	updated(lab, 2, 2 * sent - 2);
	assert_int_equal(lab_puts(lab), sent + 1);
	lab_free(lab);
}

static void the_last_one_of_a_window_is_kept(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.bulk", "never");
	lab_until_batch(lab, 20);
	size_t sent = lab_puts(lab);
	for (uint64_t id = 1; id <= sent; id++)
		updated(lab, id, 1);
	assert_int_equal(lab_puts(lab), sent);
	lab_advance(lab, 52000);
	assert_true(lab_puts(lab) > sent); /* the window has turned */
	lab_free(lab);
}

static void exported(struct lab *lab, int page)
{
	char body[2000];

	snprintf(body, sizeof(body),
	         "{\"results\":[%s],\"meta\":{\"has_more\":true,\"after_cursor\":\"c%d\"},"
	         "\"links\":{\"next\":null}}",
	         lab_ticket(1, "open", NULL, NULL, NULL), page);
	lab_answer(lab, lab_asks(lab, "/search/export.json"), 200, "", body);
}

/* Ten requests a minute, and a pass over pages without end. */
static void looking_for_more_waits_when_limits_hold_back_what_is_decided(void **state)
{
	struct lab *lab = lab_new();
	int page = 0;

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "zendesk.requests_per_minute", "10");
	lab_set(lab, "zendesk.batch_size", "1");
	lab_start(lab);
	lab_let_in(lab);
	lab_advance(lab, 7000);
	lab_answer(lab, lab_asks(lab, "/search.json"), 200, "",
	           "{\"results\":[],\"count\":1000,\"next_page\":\"https://acme.zendesk.com/api/v2/"
	           "search.json?page=2\"}");
	lab_advance(lab, 7000);
	exported(lab, page++);
	lab_model_says(lab, "bug", "high", "negative");
	for (; page < 4 && !lab_asks(lab, "/show_many.json"); page++) {
		lab_advance(lab, 7000);
		if (lab_asks(lab, "/search/export.json"))
			exported(lab, page);
	}
	assert_non_null(lab_asks(lab, "/show_many.json"));
	lab_free(lab);
}

/* … but what a person asks for does not wait behind them. */
static void a_ticket_that_a_person_asks_for_is_read_before_the_decided_ones(void **state)
{
	static const uint64_t asked[] = {9};
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "zendesk.requests_per_minute", "10");
	lab_start(lab);
	lab_let_in(lab);
	lab_advance(lab, 7000);
	lab_found(lab, lab_tickets(1, 4, NULL, NULL));
	lab_process(lab, asked, 1);
	for (int i = 0; i < 4; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, 7000);
	assert_non_null(strstr(lab_asks(lab, "/show_many.json")->request.url, "ids=9"));
	lab_free(lab);
}

/* What the guards do not let through counts as used up where singles and bulk are weighed, too. */
static void after_lost_answers_the_rest_of_a_window_goes_in_bulk(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.batch_size", "4");
	lab_until_batch(lab, 4);
	updated(lab, 1, 6);
	updated(lab, 2, 5);
	lab_ends(lab, lab_asks(lab, "/tickets/3.json"), HTTP_BROKEN);
	lab_ends(lab, lab_asks(lab, "/tickets/4.json"), HTTP_BROKEN);
	lab_advance(lab, 5000);
	lab_fresh_read(lab, lab_tickets(3, 2, "[\"vip\"]", NULL));
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "update_many"), 1);
	lab_free(lab);
}

/* Some servers tell what is left and not of how much: the guess for a new window ends with its
 * first answer. */
static void a_window_of_unknown_size_is_what_its_first_answer_says(void **state)
{
	struct lab *lab = lab_new();
	char body[2000];

	(void)state;
	lab->limits = "x-rate-limit-remaining: 0\nratelimit-reset: 30";
	lab_start(lab);
	lab_let_in(lab);
	lab_advance(lab, 32000);
	snprintf(body, sizeof(body),
	         "{\"results\":[%s],\"count\":1,\"next_page\":null,\"previous_page\":null}",
	         lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/search.json"), 200,
	           "x-rate-limit-remaining: 690\nratelimit-reset: 58", body);
	lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, 3000);
	assert_non_null(lab_asks(lab, "/show_many.json"));
	lab_free(lab);
}

#define UNTOLD 8 /* updates in flight before the first reply tells their limit */

static struct lab *forty_to_be_written_one_by_one(void)
{
	struct lab *lab = lab_new();

	lab_set(lab, "zendesk.bulk", "never");
	lab_set(lab, "breaker.threshold", "1000"); /* else it would hold them all */
	lab_until_batch(lab, 40);
	return lab;
}

static void all_updates_end(struct lab *lab, enum http_result result)
{
	while (lab_put(lab))
		lab_ends(lab, lab_put(lab), result);
}

/* Twenty single updates a minute is the least there is, each may arrive twice, and nobody tells
 * before the first reply. */
static void few_updates_leave_before_the_first_reply_tells_their_limit(void **state)
{
	struct lab *lab = forty_to_be_written_one_by_one();

	(void)state;
	lab_advance(lab, 9000);
	assert_int_equal(lab_puts(lab), UNTOLD);
	updated(lab, 1, 99);
	assert_true(lab_puts(lab) > UNTOLD + 1);
	lab_free(lab);
}

/* A gateway's refusal tells nothing, nor does that of a login, which comes before the limits. */
static void only_what_the_api_itself_answers_lets_more_leave(void **state)
{
	static const int statuses[] = {503, 408, 429, 401};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct lab *lab = forty_to_be_written_one_by_one();

		lab_answer(lab, lab_asks(lab, "/tickets/1.json"), statuses[i], "retry-after: 1",
		           "");
		lab_advance(lab, 9000);
		assert_int_equal(lab_puts(lab), UNTOLD);
		lab_free(lab);
	}
}

/* A server without limits names none: the more it answers, the more are sent. */
static void each_answer_without_a_limit_lets_one_more_be_in_flight(void **state)
{
	struct lab *lab = forty_to_be_written_one_by_one();

	(void)state;
	for (size_t answers = 1; answers <= 3; answers++) {
		lab_update_accepted(lab);
		assert_int_equal(lab_puts(lab), UNTOLD + 2 * answers);
	}
	lab_free(lab);
}

/* What was lost is forgotten when it has left any window, so that an endpoint is never given up. */
static void updates_that_were_lost_hold_the_others_back_for_a_minute(void **state)
{
	struct lab *lab = forty_to_be_written_one_by_one();

	(void)state;
	all_updates_end(lab, HTTP_BROKEN);
	lab_advance(lab, 59000);
	assert_int_equal(lab_puts(lab), UNTOLD);
	lab_advance(lab, 2000);
	assert_int_equal(lab_puts(lab), 2 * UNTOLD);
	lab_ends(lab, lab_put(lab), HTTP_BROKEN);
	lab_advance(lab, 10000);
	assert_int_equal(lab_puts(lab), 2 * UNTOLD); /* the new one counts */
	lab_ends(lab, lab_put(lab), HTTP_NO_CONNECT);
	/* … and those of the minute before do not */
	assert_int_equal(lab_puts(lab), 2 * UNTOLD + 1);
	lab_free(lab);
}

/* One in flight may hang for long: the lost ones are forgotten all the same. */
static void lost_updates_are_forgotten_while_another_hangs(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.bulk", "never");
	lab_set(lab, "breaker.threshold", "1000");
	lab_until_batch(lab, UNTOLD - 1);
	all_updates_end(lab, HTTP_BROKEN);
	lab_advance(lab, 5000);
	while (lab_asks(lab, "/show_many.json"))
		lab_fresh_read(lab, lab_tickets(1, UNTOLD - 1, NULL, NULL));
	lab_advance(lab, 54000);
	assert_int_equal(lab_puts(lab), UNTOLD);
	lab_advance(lab, 2000);
	assert_int_equal(lab_puts(lab), UNTOLD - 1 + UNTOLD - 1);
	lab_free(lab);
}

/* The first reply cannot have counted those that were lost after it was asked for. */
static void the_first_reply_does_not_forgive_what_was_lost_meanwhile(void **state)
{
	struct lab *lab = forty_to_be_written_one_by_one();

	(void)state;
	lab_advance(lab, 1000);
	for (uint64_t id = 2; id <= UNTOLD; id++) {
		char path[40];

		snprintf(path, sizeof(path), "/tickets/%llu.json", (unsigned long long)id);
		lab_ends(lab, lab_asks(lab, path), HTTP_BROKEN);
	}
	updated(lab, 1, 19);
	assert_int_equal(lab_puts(lab), UNTOLD + 19 / 2 - (UNTOLD - 1));
	lab_free(lab);
}

static void what_certainly_never_left_counts_nowhere(void **state)
{
	struct lab *lab = forty_to_be_written_one_by_one();

	(void)state;
	all_updates_end(lab, HTTP_NO_CONNECT);
	lab_advance(lab, 20000);
	assert_true(lab_puts(lab) > UNTOLD);
	lab_free(lab);
}

static void after_lost_answers_before_the_first_reply_the_rest_goes_in_bulk(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.batch_size", "4");
	lab_set(lab, "breaker.threshold", "1000");
	lab_until_batch(lab, 4);
	for (int round = 0; round < UNTOLD / 4; round++) {
		all_updates_end(lab, HTTP_BROKEN);
		lab_advance(lab, 8000);
		while (lab_asks(lab, "/show_many.json"))
			lab_fresh_read(lab, lab_tickets(1, 4, "[\"vip\"]", NULL));
	}
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "update_many"), 4); /* each was read by itself */
	assert_int_equal(lab_puts(lab), UNTOLD + 4);
	lab_free(lab);
}

/* Known is known, whoever answers. */
static void what_a_refusal_tells_of_the_account_counts(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_start(lab);
	lab_answer(lab, lab_asks(lab, "/users/me"), 503,
	           "x-rate-limit: 700\nx-rate-limit-remaining: 0\nratelimit-reset: 40", "");
	lab_advance(lab, 39000);
	assert_null(lab_asks(lab, "/users/me"));
	lab_advance(lab, 3000);
	assert_non_null(lab_asks(lab, "/users/me"));
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(
	                a_request_is_sent_only_if_it_fits_with_all_in_flight_arriving_twice),
	        cmocka_unit_test(the_last_one_of_a_window_is_kept),
	        cmocka_unit_test(few_updates_leave_before_the_first_reply_tells_their_limit),
	        cmocka_unit_test(only_what_the_api_itself_answers_lets_more_leave),
	        cmocka_unit_test(each_answer_without_a_limit_lets_one_more_be_in_flight),
	        cmocka_unit_test(updates_that_were_lost_hold_the_others_back_for_a_minute),
	        cmocka_unit_test(lost_updates_are_forgotten_while_another_hangs),
	        cmocka_unit_test(the_first_reply_does_not_forgive_what_was_lost_meanwhile),
	        cmocka_unit_test(what_certainly_never_left_counts_nowhere),
	        cmocka_unit_test(what_a_refusal_tells_of_the_account_counts),
	        cmocka_unit_test(after_lost_answers_the_rest_of_a_window_goes_in_bulk),
	        cmocka_unit_test(after_lost_answers_before_the_first_reply_the_rest_goes_in_bulk),
	        cmocka_unit_test(a_window_of_unknown_size_is_what_its_first_answer_says),
	        cmocka_unit_test(looking_for_more_waits_when_limits_hold_back_what_is_decided),
	        cmocka_unit_test(a_ticket_that_a_person_asks_for_is_read_before_the_decided_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
