/* Answers that other tickets may use: which the next start gets, and what erasing leaves of
 * them. */
#include "daemon/store/store_answers.h"
#include "former_lab.h"

#define PAYLOAD "{\"summary\":\"it crashes\"}"

static void put_answer(struct lab *lab, uint64_t ticket, uint8_t key, msec answered, msec wall)
{
	struct record record = {.sequence = ++lab->sequence,
	                        .kind = RECORD_DECISION,
	                        .ticket = TICKET(ticket),
	                        .payload = xstrdup(PAYLOAD),
	                        .answer = {{key}},
	                        .answered = answered};

	store_put(lab->store, &record, wall);
	lab_run(lab);
}

static void tell_rows(void *arg, const struct record *record)
{
	assert_string_equal(record->payload, PAYLOAD);
	assert_int_equal(record->kind, RECORD_DECISION);
	buf_printf(arg, "%llu:%u@%lld ", (unsigned long long)record->ticket.id,
	           record->answer.bytes[0], (long long)(record->answered - NOON));
}

static void assert_answers(struct lab *lab, msec since, size_t max, const char *expected)
{
	struct buf told;

	lab_close(lab);
	lab_open(lab);
	buf_init(&told, 4096);
	store_answers_restore(lab->store, since, max, tell_rows, &told);
	assert_string_equal(buf_cstr(&told), expected);
	buf_free(&told);
	lab_start(lab);
}

static void begin(struct lab *lab)
{
	lab_new(lab);
	lab_open(lab);
	lab_start(lab);
	put_answer(lab, 1, 7, NOON, NOON);
	put_answer(lab, 2, 7, NOON, NOON + 100); /* took the answer of 1 */
	put_answer(lab, 3, 8, NOON + 200, NOON + 200);
	put_answer(lab, 4, 9, 0, NOON + 300); /* by rules */
}

static void end(struct lab *lab)
{
	lab_close(lab);
	lab_free(lab);
}

static void the_next_start_gets_the_newest_first(void **state)
{
	struct lab lab;

	begin(&lab);
	assert_answers(&lab, NOON, 100, "3:8@200 2:7@0 1:7@0 ");
	assert_answers(&lab, NOON, 2, "3:8@200 2:7@0 ");
	end(&lab);
}

static void what_is_too_old_is_not_read(void **state)
{
	struct lab lab;

	begin(&lab);
	assert_answers(&lab, NOON + 1, 100, "3:8@200 ");
	assert_answers(&lab, NOON + 201, 100, "");
	end(&lab);
}

/* Also for the other tickets, whose records stay. */
static void erasing_one_that_used_it_drops_the_answer(void **state)
{
	for (uint64_t erased = 1; erased <= 2; erased++) {
		struct lab lab;

		begin(&lab);
		lab_erase(&lab, erased);
		assert_int_equal(lab.erasure.records, 1);
		assert_answers(&lab, NOON, 100, "3:8@200 ");
		assert_non_null(lab_explain(&lab, 3 - erased));
		end(&lab);
	}
}

static void old_rows_are_removed(void **state)
{
	struct lab lab;

	begin(&lab);
	store_answers_prune(lab.store, NOON + 150);
	lab_run(&lab);
	assert_answers(&lab, NOON, 100, "3:8@200 ");
	lab_close(&lab);
	assert_int_equal(former_ask(lab.path, "SELECT count(*) FROM answer"), 1);
	lab_free(&lab);
}

/* SQLite gives the serial of the newest record again when that was removed. */
static void a_row_whose_record_is_gone_lends_no_other_record(void **state)
{
	struct lab lab;
	sqlite3 *db;

	begin(&lab);
	put_answer(&lab, 5, 6, NOON + 400, NOON + 400);
	lab_close(&lab);
	db = former_sqlite(lab.path);
	former_run(db, "DELETE FROM alive WHERE ticket = 5");
	former_run(db, "DELETE FROM record WHERE ticket = 5");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	lab_open(&lab);
	lab_start(&lab);
	put_answer(&lab, 6, 0, 0, NOON + 500); /* nobody may use that one */
	assert_answers(&lab, NOON + 1, 100, "3:8@200 ");
	end(&lab);
}

/* Without its rows the model is asked again; nothing else is lost. */
static void a_lost_table_costs_the_answers_only(void **state)
{
	struct lab lab;
	sqlite3 *db;

	begin(&lab);
	lab_close(&lab);
	db = former_sqlite(lab.path);
	former_run(db, "DROP TABLE answer");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	lab_open(&lab);
	assert_int_equal(store_count(lab.store), 4);
	lab_start(&lab);
	assert_answers(&lab, NOON, 100, "");
	end(&lab);
}

static void the_secret_is_the_same_in_each_process(void **state)
{
	uint8_t one[STORE_ANSWERS_SECRET_SIZE], two[STORE_ANSWERS_SECRET_SIZE];
	struct lab lab, other;

	begin(&lab);
	store_answers_secret(lab.store, one);
	lab_close(&lab);
	lab_open(&lab);
	lab_start(&lab);
	store_answers_secret(lab.store, two);
	assert_memory_equal(one, two, sizeof(one));
	end(&lab);
	begin(&other);
	store_answers_secret(other.store, two);
	assert_memory_not_equal(one, two, sizeof(one));
	end(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_next_start_gets_the_newest_first),
	        cmocka_unit_test(what_is_too_old_is_not_read),
	        cmocka_unit_test(erasing_one_that_used_it_drops_the_answer),
	        cmocka_unit_test(old_rows_are_removed),
	        cmocka_unit_test(a_row_whose_record_is_gone_lends_no_other_record),
	        cmocka_unit_test(a_lost_table_costs_the_answers_only),
	        cmocka_unit_test(the_secret_is_the_same_in_each_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
