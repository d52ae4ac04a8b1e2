/* Sums over any span, and what agents chose, as the store's worker reads them in pieces. */
#include "daemon/store/store_listed.h"
#include "daemon/store/store_inside.h"
#include "store_lab.h"

#define QUARTER STATISTICS_QUARTER

/* --- series --- */

struct series {
	struct store_point points[STORE_POINTS_MAX];
	size_t count;
	bool answered;
};

static void on_series(void *arg, const struct store_points *points)
{
	struct series *series = arg;

	assert_null(points->error);
	for (size_t i = 0; i < points->count; i++)
		series->points[i] = points->points[i];
	series->count = points->count;
	series->answered = true;
}

static const struct series *ask_series(struct lab *lab, msec from, msec to, msec step)
{
	static struct series series;

	memset(&series, 0, sizeof(series));
	assert_true(store_series(lab->store, from, to, step, on_series, &series));
	lab_run(lab);
	assert_true(series.answered);
	return &series;
}

static void count_at(struct lab *lab, uint64_t processed, msec wall)
{
	lab_put_counted(lab, RECORD_OUTCOME, ++lab->sequence, "{}",
	                &(struct counts){.processed = processed, .ms_1500 = processed}, wall);
}

static void steps_are_counted_from_the_begin_of_the_span(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	count_at(&lab, 1, NOON - 1);
	count_at(&lab, 2, NOON);
	count_at(&lab, 4, NOON + QUARTER);
	count_at(&lab, 8, NOON + 5 * QUARTER);
	count_at(&lab, 16, NOON + 8 * QUARTER);
	const struct series *series = ask_series(&lab, NOON, NOON + 8 * QUARTER, 4 * QUARTER);
	assert_int_equal(series->count, 2);
	assert_int_equal(series->points[0].at, NOON);
	assert_int_equal(series->points[0].counts.processed, 6);
	assert_int_equal(series->points[0].counts.ms_1500, 6);
	assert_int_equal(series->points[1].at, NOON + 4 * QUARTER);
	assert_int_equal(series->points[1].counts.processed, 8);
	series = ask_series(&lab, NOON - QUARTER, NOON + 8 * QUARTER, 3 * QUARTER);
	assert_int_equal(series->count, 2);
	assert_int_equal(series->points[0].counts.processed, 7);
	assert_int_equal(series->points[1].at, NOON + 5 * QUARTER);
	assert_int_equal(ask_series(&lab, 0, 0, QUARTER)->count, 0);
	assert_int_equal(ask_series(&lab, 0, QUARTER, MSEC_DAY)->count, 0);
	lab_close(&lab);
	lab_free(&lab);
}

/* The clock is set back and on again: the points stay in the order of time, each of them once. */
static void a_clock_that_jumps_leaves_the_points_in_order(void **state)
{
	static const msec walls[] = {0, 5, -3, 2, 5, -3, 9};
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (size_t i = 0; i < ARRAY_LEN(walls); i++)
		count_at(&lab, 1, NOON + walls[i] * MSEC_HOUR);
	const struct series *series =
	        ask_series(&lab, NOON - 10 * MSEC_HOUR, NOON + 10 * MSEC_HOUR, MSEC_HOUR);
	assert_int_equal(series->count, 5);
	for (size_t i = 1; i < series->count; i++)
		assert_true(series->points[i].at > series->points[i - 1].at);
	assert_int_equal(series->points[0].counts.processed, 2);
	lab_close(&lab);
	lab_free(&lab);
}

/* As the index of a damaged database may do it. */
static enum store_result counts_to_and_fro(struct store_db *db, int64_t from, int64_t to,
                                           void (*count)(void *arg, int64_t quarter,
                                                         const struct counts *counts),
                                           void *arg, struct err *err)
{
	for (int i = 0; i < 1000; i++)
		count(arg, i % 2 == 0 ? from : to, &(struct counts){.processed = 1});
	return STORE_OK;
}

static void a_damaged_index_gives_no_more_points_than_there_are_steps(void **state)
{
	struct store_backend damaged = store_sqlite;
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	damaged.counts = counts_to_and_fro;
	lab.store->backend = &damaged;
	const struct series *series = ask_series(&lab, NOON, NOON + 2 * QUARTER, QUARTER);
	lab.store->backend = &store_sqlite;
	assert_int_equal(series->count, 2);
	assert_int_equal(series->points[0].at, NOON);
	assert_int_equal(series->points[1].at, NOON + QUARTER);
	lab_close(&lab);
	lab_free(&lab);
}

/* 400 days of quarters: more than one piece, between which a record becomes durable. */
static void a_long_span_lets_others_through(void **state)
{
	const msec days = 400, from = NOON - NOON % MSEC_DAY - days * MSEC_DAY;
	struct series series = {.count = 0};
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (msec quarter = 0; quarter < days * 96; quarter++)
		count_at(&lab, 1, from + quarter * QUARTER);
	lab_run(&lab);
	assert_true(store_series(lab.store, from, from + days * MSEC_DAY, MSEC_DAY, on_series,
	                         &series));
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	while (lab.persisted < lab.sequence)
		(void)uv_run(&lab.loop, UV_RUN_ONCE);
	assert_false(series.answered);
	lab_run(&lab);
	assert_int_equal(series.count, days);
	for (size_t i = 0; i < series.count; i++)
		assert_int_equal(series.points[i].counts.processed, 96);
	lab_close(&lab);
	lab_free(&lab);
}

/* --- what agents chose --- */

struct chosen {
	struct buf text;
	bool answered;
};

static void on_choices(void *arg, const struct store_chosen *choices)
{
	struct chosen *chosen = arg;

	assert_null(choices->error);
	assert_false(chosen->answered);
	for (size_t i = 0; i < choices->count; i++) {
		const struct store_choice *choice = &choices->choices[i];

		buf_printf(&chosen->text, "%llu %s %s\n", (unsigned long long)choice->ticket.id,
		           choice->decided >= 0 ? root_cause_name(choice->root_cause) : "?",
		           choice->payload != NULL ? choice->payload : "-");
	}
	chosen->answered = !choices->more;
}

static void assert_chosen(struct lab *lab, msec from, msec to, const char *expected)
{
	struct chosen chosen = {.answered = false};

	buf_init(&chosen.text, 1 << 20);
	assert_true(store_choices(lab->store, from, to, on_choices, &chosen));
	lab_run(lab);
	assert_true(chosen.answered);
	assert_string_equal(buf_cstr(&chosen.text), expected);
	buf_free(&chosen.text);
}

static void decide(struct lab *lab, uint64_t ticket, enum root_cause cause, msec wall)
{
	struct analysis analysis = {.root_cause = cause, .model = STR("m")};
	struct record record = {.sequence = ++lab->sequence,
	                        .kind = RECORD_OUTCOME,
	                        .ticket = TICKET(ticket),
	                        .completes = true,
	                        .payload = xstrdup("{\"state\":\"done\"}"),
	                        .listed = xmalloc(sizeof(struct listed))};

	listed_init(record.listed, OUTCOME_SUCCESS, 0);
	listed_set_analysis(record.listed, &analysis);
	store_put(lab->store, &record, wall);
}

static void a_choice_comes_with_what_was_decided_before_it(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	decide(&lab, 7, CAUSE_BUG, NOON);
	lab_put_at(&lab, RECORD_CHOICE, 7, "{\"a\":1}", NOON + 1);
	decide(&lab, 7, CAUSE_REFUND, NOON + 2);
	lab_put_at(&lab, RECORD_CHOICE, 7, "{\"a\":2}", NOON + 3);
	lab_put_at(&lab, RECORD_CHOICE, 8, "{\"a\":3}", NOON + 4);
	lab_put_at(&lab, RECORD_DECISION, 9, "{}", NOON + 5);
	assert_chosen(&lab, NOON, NOON + 10,
	              "8 ? {\"a\":3}\n7 refund {\"a\":2}\n7 bug {\"a\":1}\n");
	assert_chosen(&lab, NOON + 2, NOON + 4, "7 refund {\"a\":2}\n");
	lab_erase(&lab, 7);
	assert_chosen(&lab, NOON, NOON + 10, "8 ? {\"a\":3}\n");
	lab_close(&lab);
	lab_free(&lab);
}

struct many {
	size_t count, pieces;
	bool answered;
};

/* None is so long that the loop would be held up. */
static void on_many(void *arg, const struct store_chosen *choices)
{
	struct many *many = arg;

	assert_null(choices->error);
	assert_false(many->answered);
	assert_in_range(choices->count, 1, STORE_CHOICES_A_PIECE);
	for (size_t i = 0; i < choices->count; i++) {
		assert_int_equal(choices->choices[i].at,
		                 NOON + STORE_CHOICES_MAX + 999 - (msec)many->count);
		many->count++;
	}
	many->pieces++;
	many->answered = !choices->more;
}

static void of_very_many_choices_the_newest_are_told_in_pieces(void **state)
{
	struct many many = {0};
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t i = 0; i < STORE_CHOICES_MAX + 1000; i++)
		lab_put_at(&lab, RECORD_CHOICE, i + 1, "{}", NOON + (msec)i);
	assert_true(store_choices(lab.store, 0, INT64_MAX, on_many, &many));
	lab_run(&lab);
	assert_true(many.answered);
	assert_int_equal(many.count, STORE_CHOICES_MAX);
	assert_int_equal(many.pieces, STORE_CHOICES_MAX / STORE_CHOICES_A_PIECE);
	lab_close(&lab);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(steps_are_counted_from_the_begin_of_the_span),
	        cmocka_unit_test(a_clock_that_jumps_leaves_the_points_in_order),
	        cmocka_unit_test(a_damaged_index_gives_no_more_points_than_there_are_steps),
	        cmocka_unit_test(a_long_span_lets_others_through),
	        cmocka_unit_test(a_choice_comes_with_what_was_decided_before_it),
	        cmocka_unit_test(of_very_many_choices_the_newest_are_told_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
