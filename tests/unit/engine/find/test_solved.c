/* A backtest walks through the tickets that were solved last, each once, and writes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define SOLVED "status%3E%3Dsolved"

static struct lab *backtest(uint64_t count)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_ONCE;
	lab->setup.dry_run = lab->setup.backtest = true;
	lab->setup.limit = count;
	lab_start(lab);
	lab_let_in(lab);
	return lab;
}

static void shows(struct lab *lab, const char *tickets, bool more)
{
	char body[8000];

	snprintf(body, sizeof(body), "{\"results\":[%s],\"count\":%d,\"next_page\":%s}", tickets,
	         more ? 500 : 1, more ? "\"https://acme.zendesk.com/x?page=2\"" : "null");
	assert_non_null(lab_asks(lab, SOLVED));
	lab_answer(lab, lab_asks(lab, SOLVED), 200, "", body);
}

static const char *pair(uint64_t a, const char *updated_a, uint64_t b, const char *updated_b)
{
	static char text[4000];

	snprintf(text, sizeof(text), "%s,%s",
	         lab_ticket(a, "solved", "low", "[\"vip\"]", updated_a),
	         lab_ticket(b, "closed", NULL, "[]", updated_b));
	return text;
}

static void tickets_are_decided_and_nothing_is_written_or_recorded(void **state)
{
	struct lab *lab = backtest(10);

	(void)state;
	assert_null(lab_asks(lab, "status%3Cpending"));
	shows(lab, pair(7, "2026-11-20T10:00:00Z", 8, "2026-11-20T09:00:00Z"), false);
	lab_model_says(lab, "bug", "high", "neutral");
	lab_advance(lab, 10);
	lab_model_says(lab, "refund", "low", "neutral");
	lab_advance(lab, 1000);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	assert_int_equal(lab_outcome(lab, 7)->status, OUTCOME_DRY_RUN);
	assert_int_equal(lab_outcome(lab, 8)->status, OUTCOME_DRY_RUN);
	assert_int_equal(lab->record_count, 0);
	assert_int_equal(lab_puts(lab), 0);
	lab_free(lab);
}

/* Each search asks for what has not changed after the oldest ticket of the page before. */
static void a_page_follows_where_the_last_one_ended_and_no_ticket_comes_twice(void **state)
{
	struct lab *lab = backtest(3);

	(void)state;
	shows(lab, pair(7, "2026-11-20T10:00:00Z", 8, "2026-11-20T09:00:00Z"), true);
	lab_model_says(lab, "bug", "high", "neutral");
	lab_advance(lab, 10);
	lab_model_says(lab, "bug", "high", "neutral");
	lab_advance(lab, 10);
	assert_non_null(lab_asks(lab, "updated%3C%3D2026-11-20T09%3A00%3A00Z"));
	shows(lab, pair(8, "2026-11-20T09:00:00Z", 9, "2026-11-20T08:00:00Z"), true);
	lab_model_says(lab, "bug", "high", "neutral");
	lab_advance(lab, 1000);
	assert_true(lab->finished);
	assert_int_equal(lab->outcome_count, 3);
	lab_free(lab);
}

static void a_page_of_one_second_is_left_behind(void **state)
{
	struct lab *lab = backtest(5);
	const char *same = "2026-11-20T10:00:00Z";

	(void)state;
	shows(lab, pair(7, same, 8, same), true);
	lab_model_says(lab, "bug", "high", "neutral");
	lab_advance(lab, 10);
	lab_model_says(lab, "bug", "high", "neutral");
	lab_advance(lab, 10);
	shows(lab, pair(7, same, 8, same), true);
	assert_non_null(lab_asks(lab, "updated%3C%3D2026-11-20T09%3A59%3A59Z"));
	shows(lab, "", false);
	lab_advance(lab, 1000);
	assert_true(lab->finished && lab->end == RUN_CLEAN);
	lab_free(lab);
}

static void tickets_of_ours_and_open_ones_are_left_out(void **state)
{
	struct lab *lab = backtest(5);
	char tickets[4000];

	(void)state;
	snprintf(tickets, sizeof(tickets), "%s,%s",
	         lab_ticket(7, "solved", "low", "[\"ai_processed\"]", NULL),
	         lab_ticket(8, "open", "low", "[]", NULL));
	shows(lab, tickets, false);
	lab_advance(lab, 1000);
	assert_true(lab->finished && lab->end == RUN_CLEAN);
	assert_int_equal(lab->outcome_count, 0);
	lab_free(lab);
}

static void a_search_that_fails_ends_it_as_failed(void **state)
{
	struct lab *lab = backtest(5);

	(void)state;
	for (int i = 0; i < 3; i++) {
		lab_answer(lab, lab_asks(lab, SOLVED), 500, "", "");
		lab_advance(lab, 20000);
	}
	assert_true(lab->finished && lab->end == RUN_FAILED);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(tickets_are_decided_and_nothing_is_written_or_recorded),
	        cmocka_unit_test(a_page_follows_where_the_last_one_ended_and_no_ticket_comes_twice),
	        cmocka_unit_test(a_page_of_one_second_is_left_behind),
	        cmocka_unit_test(tickets_of_ours_and_open_ones_are_left_out),
	        cmocka_unit_test(a_search_that_fails_ends_it_as_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
