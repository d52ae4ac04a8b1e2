/* A backlog of more than a page is taken up urgent and old first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

static const char *const priorities[] = {"priority%3Aurgent", "priority%3Ahigh",
                                         "priority%3Anormal", "priority%3Alow",
                                         "-priority%3Aurgent%20-priority%3Ahigh"};

static struct lab *with_backlog(enum engine_mode mode, const char *query)
{
	struct lab *lab = lab_new();

	lab->setup.mode = mode;
	lab_set(lab, "zendesk.query", query);
	lab_start(lab);
	lab_let_in(lab);
	lab_found_many(lab);
	return lab;
}

/* A ticket created at 08:00 and so many seconds. */
static const char *ticket(uint64_t id, const char *priority, int second)
{
	static char text[4][600];
	static int turn;
	char *out = text[turn++ % 4];

	snprintf(out, sizeof(text[0]),
	         "{\"id\":%llu,\"result_type\":\"ticket\",\"subject\":\"s\",\"description\":\"d\","
	         "\"status\":\"open\",\"priority\":\"%s\",\"tags\":[],"
	         "\"created_at\":\"2026-11-22T08:00:%02dZ\",\"updated_at\":\"2026-11-22T09:00:"
	         "00Z\"}",
	         (unsigned long long)id, priority, second);
	return out;
}

static void the_highest_priority_comes_first_and_the_next_when_it_is_used_up(void **state)
{
	struct lab *lab = with_backlog(ENGINE_ONCE, "");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(priorities); i++) {
		assert_non_null(lab_asks(lab, priorities[i]));
		lab_slice(lab, "", false);
	}
	assert_true(lab->finished);
	/* five more than the search of a small backlog takes */
	assert_int_equal(lab_count(lab, "/search"), 6);
	lab_free(lab);
}

static void a_slice_goes_on_at_the_second_of_the_last_ticket_seen(void **state)
{
	struct lab *lab = with_backlog(ENGINE_ONCE, "");
	char two[2000];

	(void)state;
	snprintf(two, sizeof(two), "%s,%s", ticket(1, "urgent", 5), ticket(2, "urgent", 9));
	lab_slice(lab, two, true);
	assert_non_null(
	        lab_asks(lab, "priority%3Aurgent%20created%3E%3D2026-11-22T08%3A00%3A09Z&"));
	assert_non_null(lab_asks(lab, "&page=1&"));
	/* what was seen in that second is not taken twice */
	snprintf(two, sizeof(two), "%s,%s", ticket(2, "urgent", 9), ticket(3, "urgent", 9));
	lab_slice(lab, two, false);
	assert_int_equal(lab_count(lab, "/chat/completions"), 3);
	assert_non_null(lab_asks(lab, "priority%3Ahigh&"));
	lab_free(lab);
}

static void a_second_with_more_tickets_than_a_page_is_read_through_the_export(void **state)
{
	struct lab *lab = with_backlog(ENGINE_ONCE, "");

	(void)state;
	lab_slice(lab, ticket(1, "urgent", 9), true);
	lab_slice(lab, ticket(1, "urgent", 9), true);
	assert_non_null(lab_asks(lab, "/search/export.json?query=status%3Cpending%20-tags%3Aai_"
	                              "processed%20priority%3Aurgent%20created%3E%3D2026-11-22T08%"
	                              "3A00%3A09Z%20created%3C2026-11-22T08%3A00%3A10Z&"));
	lab_answer(lab, lab_asks(lab, "/search/export.json"), 200, "",
	           "{\"results\":[],\"meta\":{\"has_more\":false}}");
	assert_non_null(lab_asks(lab, "/search.json?query=type%3Aticket%20status%3Cpending%20-tags%"
	                              "3Aai_processed%20priority%3Aurgent%20created%3E%3D2026-11-"
	                              "22T08%3A00%3A10Z&"));
	lab_slice(lab, "", false);
	assert_non_null(lab_asks(lab, "priority%3Ahigh&"));
	lab_free(lab);
}

/* An answer that proves nothing about what is older must not be used to go on. */
static void results_out_of_order_are_read_through_the_export(void **state)
{
	struct lab *lab = with_backlog(ENGINE_ONCE, "");
	char two[2000];

	(void)state;
	snprintf(two, sizeof(two), "%s,%s", ticket(1, "urgent", 9), ticket(2, "urgent", 5));
	lab_slice(lab, two, true);
	assert_non_null(lab_asks(lab, "/search/export.json?query=status%3Cpending%20-tags%3Aai_"
	                              "processed%20priority%3Aurgent&"));
	lab_slices_end(lab);
	assert_int_equal(lab_count(lab, "/search/export.json"), 1);
	lab_free(lab);
}

static void an_empty_page_ends_a_slice_whatever_it_counts(void **state)
{
	struct lab *lab = with_backlog(ENGINE_ONCE, "");

	(void)state;
	lab_slice(lab, "", true);
	assert_non_null(lab_asks(lab, "priority%3Ahigh&"));
	lab_free(lab);
}

static void of_a_query_that_names_priorities_only_those_are_searched(void **state)
{
	struct lab *lab = with_backlog(ENGINE_ONCE, "priority:low priority:high");

	(void)state;
	assert_non_null(lab_asks(lab, "-tags%3Aai_processed%20priority%3Ahigh&"));
	lab_slice(lab, "", false);
	assert_non_null(lab_asks(lab, "-tags%3Aai_processed%20priority%3Alow&"));
	lab_slice(lab, "", false);
	assert_true(lab->finished);
	lab_free(lab);
}

static void a_query_that_compares_priorities_is_one_slice(void **state)
{
	struct lab *lab = with_backlog(ENGINE_ONCE, "priority>low");

	(void)state;
	lab_slice(lab, ticket(1, "high", 9), true);
	assert_non_null(lab_asks(lab, "priority%3Elow%20created%3E%3D2026-11-22T08%3A00%3A09Z&"));
	lab_slice(lab, "", false);
	assert_int_equal(lab_count(lab, "/search"), 3);
	lab_free(lab);
}

static void a_query_of_one_day_is_read_through_the_export_by_priority(void **state)
{
	struct lab *lab = with_backlog(ENGINE_ONCE, "created:2026-11-22");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(priorities); i++) {
		struct lab_request *page = lab_asks(lab, "/search/export.json");

		assert_non_null(strstr(page->request.url, priorities[i]));
		assert_null(strstr(page->request.url, "created%3E"));
		lab_answer(lab, page, 200, "", "{\"results\":[],\"meta\":{\"has_more\":false}}");
	}
	assert_true(lab->finished);
	lab_free(lab);
}

static void expect_decided(struct lab *lab, const uint64_t *wanted, size_t count)
{
	size_t next = 0;

	while (lab_asks(lab, "/chat/completions"))
		lab_model_says(lab, "bug", "low", "neutral");
	for (size_t i = 0; i < lab->record_count; i++)
		if (lab->records[i].kind == RECORD_DECISION)
			assert_int_equal(lab->records[i].ticket.id, wanted[next++]);
	assert_int_equal(next, count);
}

static void with_a_limit_the_oldest_of_the_highest_priority_are_taken(void **state)
{
	struct lab *lab = lab_new();
	char three[2400];

	(void)state;
	lab->setup.limit = 2;
	lab_start(lab);
	lab_let_in(lab);
	lab_found_many(lab);
	assert_true(lab_said(lab, "Found 1000 unprocessed tickets (taking 2)"));
	lab_slice(lab, ticket(7, "urgent", 30), false);
	snprintf(three, sizeof(three), "%s,%s,%s", ticket(1, "high", 1), ticket(2, "high", 2),
	         ticket(3, "high", 3));
	lab_slice(lab, three, false);
	static const uint64_t wanted[] = {7, 1};
	expect_decided(lab, wanted, 2);
	assert_int_equal(lab_count(lab, "/search"), 3);
	lab_free(lab);
}

/* Urgent comes first within a page too, and what has no priority last. */
static void a_page_is_taken_up_in_the_order_of_the_slices(void **state)
{
	struct lab *lab = lab_new();
	char four[3200];

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	lab_start(lab);
	lab_let_in(lab);
	snprintf(four, sizeof(four), "%s,%s,%s,%s", lab_ticket(1, "open", NULL, NULL, NULL),
	         ticket(2, "low", 5), ticket(3, "high", 7), ticket(4, "high", 6));
	lab_found(lab, four);
	static const uint64_t wanted[] = {4, 3, 2, 1};
	expect_decided(lab, wanted, 4);
	lab_free(lab);
}

/* 60 tickets of no urgency wait for a slow model, and there are more. */
static void what_comes_in_meanwhile_and_is_more_urgent_does_not_wait_for_the_rest(void **state)
{
	struct lab *lab = lab_new();
	char three[2400];

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	lab->config->llm.timeout = 3600000;
	lab_start(lab);
	lab_let_in(lab);
	lab_found_many(lab);
	lab_slice(lab, "", false); /* urgent */
	lab_slice(lab, "", false); /* high */
	snprintf(three, sizeof(three), "%s,%s,%s", ticket(1, "normal", 1), ticket(2, "normal", 2),
	         ticket(3, "normal", 3));
	lab_slice(lab, three, true);
	assert_null(lab_asks(lab, "/search.json"));
	lab_advance(lab, 59000);
	assert_null(lab_asks(lab, "/search.json"));
	lab_advance(lab, 1000);
	assert_non_null(lab_asks(lab, "priority%3Aurgent&"));
	lab_slice(lab, ticket(9, "urgent", 50), false);
	lab_slice(lab, "", false); /* high */
	/* enough wait again: the rest of the slice is asked for when it is needed */
	assert_null(lab_asks(lab, "/search.json"));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_model_says(lab, "bug", "low", "neutral");
	static const uint64_t wanted[] = {1, 9};
	for (size_t i = 0, next = 0; i < lab->record_count; i++)
		if (lab->records[i].kind == RECORD_DECISION)
			assert_int_equal(lab->records[i].ticket.id, wanted[next++]);
	lab_model_says(lab, "bug", "low", "neutral");
	assert_non_null(
	        lab_asks(lab, "priority%3Anormal%20created%3E%3D2026-11-22T08%3A00%3A03Z&"));
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_highest_priority_comes_first_and_the_next_when_it_is_used_up),
	        cmocka_unit_test(a_slice_goes_on_at_the_second_of_the_last_ticket_seen),
	        cmocka_unit_test(a_second_with_more_tickets_than_a_page_is_read_through_the_export),
	        cmocka_unit_test(results_out_of_order_are_read_through_the_export),
	        cmocka_unit_test(an_empty_page_ends_a_slice_whatever_it_counts),
	        cmocka_unit_test(of_a_query_that_names_priorities_only_those_are_searched),
	        cmocka_unit_test(a_query_that_compares_priorities_is_one_slice),
	        cmocka_unit_test(a_query_of_one_day_is_read_through_the_export_by_priority),
	        cmocka_unit_test(with_a_limit_the_oldest_of_the_highest_priority_are_taken),
	        cmocka_unit_test(a_page_is_taken_up_in_the_order_of_the_slices),
	        cmocka_unit_test(
	                what_comes_in_meanwhile_and_is_more_urgent_does_not_wait_for_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
