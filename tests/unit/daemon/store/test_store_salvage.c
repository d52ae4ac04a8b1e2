/* One table after the other is damaged: what the others hold comes through, and of a large one all
 * but the damaged part. */
#include <sqlite3.h>

#include "store_lab.h"
#include "daemon/system/disk.h"

#define DONE "{\"state\":\"done\"}"
#define ERASED_FIRST 1000
#define ERASED_LAST 2000

/* --- damage --- */

static int64_t ask(const char *path, const char *question)
{
	sqlite3 *db;
	sqlite3_stmt *statement;
	int64_t answer;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, question, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	answer = sqlite3_column_int64(statement, 0);
	assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return answer;
}

static void overwrite(const struct lab *lab, int64_t page)
{
	char garbage[4096];
	int fd = open(lab->path, O_WRONLY);

	memset(garbage, 0xa5, sizeof(garbage));
	assert_int_equal(
	        disk_write(fd, garbage, sizeof(garbage), (page - 1) * (off_t)sizeof(garbage)),
	        sizeof(garbage));
	(void)close(fd);
}

static void overwrite_root(const struct lab *lab, const char *table)
{
	char *question = xasprintf("SELECT rootpage FROM sqlite_schema WHERE name = '%s'", table);

	overwrite(lab, ask(lab->path, question));
	free(question);
}

/* --- what there was, and what is left --- */

struct left {
	unsigned decisions, briefs;
};

static void count(void *arg, const struct record *record)
{
	struct left *left = arg;

	left->decisions +=
	        record->kind == RECORD_DECISION && strcmp(record->payload, "{\"a\":1}") == 0;
	left->briefs += record->kind == RECORD_OUTCOME && record->brief == record->ticket.id;
}

/* Ten tickets decided, ten done, many erased, one counted. */
static void fill(struct lab *lab)
{
	struct err err = {{0}};

	lab_new(lab);
	lab_open(lab);
	assert_int_equal(store_check_tags(lab->store, "done", "ai_", false, &err), 0);
	lab_start(lab);
	for (uint64_t id = 1; id <= 10; id++)
		lab_put(lab, RECORD_DECISION, id, "{\"a\":1}");
	for (uint64_t id = 11; id <= 20; id++)
		lab_put_outcome(lab, id, DONE, id);
	lab_put_counted(lab, RECORD_OUTCOME, 21, DONE, &(struct counts){.processed = 7}, NOON);
	for (uint64_t id = ERASED_FIRST; id < ERASED_LAST; id++)
		store_erase(lab->store, TICKET(id), NOON, lab_erased, lab);
	lab_run(lab);
	store_erased(lab->store, TICKET(ERASED_FIRST));
	lab_close(lab);
}

static unsigned erased_left(const struct lab *lab)
{
	unsigned left = 0;

	for (uint64_t id = ERASED_FIRST; id < ERASED_LAST; id++)
		left += store_is_erased(lab->store, TICKET(id));
	return left;
}

static size_t erasings_left(struct lab *lab)
{
	struct ticket_key ids[STORE_ERASINGS_MAX];
	struct err err = {{0}};
	size_t left = 0;

	assert_int_equal(store_erasings(lab->store, ids, &left, &err), 0);
	return left;
}

static struct left restored(struct lab *lab)
{
	struct left left = {0};
	struct err err = {{0}};

	if (store_restore(lab->store, count, &left, &err) < 0)
		fail_msg("%s", err.text);
	return left;
}

/* The damage is met by the opening, or by reading what is alive. */
static void reopen_with_damage(struct lab *lab, const char *table)
{
	overwrite_root(lab, table);
	lab_open(lab);
	(void)restored(lab);
	assert_non_null(store_was_rebuilt(lab->store));
}

static bool tags_are_known(struct lab *lab)
{
	struct err err = {{0}};

	return store_check_tags(lab->store, "another", "ai_", false, &err) < 0;
}

/* --- tests --- */

static void without_the_tombstones_all_else_is_there(void **state)
{
	struct lab lab;

	fill(&lab);
	reopen_with_damage(&lab, "tombstone");
	assert_int_equal(restored(&lab).decisions, 10);
	assert_int_equal(restored(&lab).briefs, 10);
	assert_int_equal(erased_left(&lab), 0);
	assert_int_equal(erasings_left(&lab), STORE_ERASINGS_MAX - 1);
	assert_true(tags_are_known(&lab));
	lab_read_counts(&lab, NOON);
	assert_int_equal(lab.kept.processed, 7);
	lab_free(&lab);
}

static void a_second_damage_before_the_first_was_told_has_a_name_of_its_own(void **state)
{
	struct lab lab;

	fill(&lab);
	reopen_with_damage(&lab, "tombstone");
	store_close(lab.store, NULL, NULL);
	reopen_with_damage(&lab, "alive");
	assert_non_null(strstr(store_was_rebuilt(lab.store), "state.db.bak.1"));
	assert_true(lab_has(&lab, ".bak") && lab_has(&lab, ".bak.1"));
	lab_free(&lab);
}

static void without_the_marks_of_what_is_alive_all_else_is_there(void **state)
{
	struct lab lab;

	fill(&lab);
	reopen_with_damage(&lab, "alive");
	assert_int_equal(restored(&lab).decisions, 0);
	assert_int_equal(erased_left(&lab), ERASED_LAST - ERASED_FIRST);
	assert_int_equal(erasings_left(&lab), STORE_ERASINGS_MAX - 1);
	assert_true(tags_are_known(&lab));
	lab_read_counts(&lab, NOON);
	assert_int_equal(lab.kept.processed, 7);
	lab_free(&lab);
}

static void without_the_records_the_words_of_what_was_done_are_there(void **state)
{
	struct lab lab;

	fill(&lab);
	reopen_with_damage(&lab, "record");
	assert_int_equal(restored(&lab).decisions, 0);
	assert_int_equal(restored(&lab).briefs, 10);
	assert_int_equal(erased_left(&lab), ERASED_LAST - ERASED_FIRST);
	lab_start(&lab);
	assert_non_null(strstr(lab_explain(&lab, 11),
	                       "\"kind\":\"outcome\",\"alive\":true,\"payload\":null"));
	lab_close(&lab);
	lab_free(&lab);
}

/* Tombstones say nothing without their key, and it must be told: by each life until somebody was
 * told. */
static void without_the_key_of_the_tombstones_that_is_told(void **state)
{
	struct lab lab;

	fill(&lab);
	reopen_with_damage(&lab, "meta");
	assert_int_equal(store_useless_tombstones(lab.store), ERASED_LAST - ERASED_FIRST);
	assert_int_equal(erased_left(&lab), 0);
	assert_false(tags_are_known(&lab));
	assert_int_equal(restored(&lab).decisions, 10);
	store_close(lab.store, NULL, NULL);
	lab_open(&lab);
	assert_non_null(store_was_rebuilt(lab.store));
	assert_int_equal(store_useless_tombstones(lab.store), ERASED_LAST - ERASED_FIRST);
	lab_start(&lab);
	store_told(lab.store);
	lab_erase(&lab, 1000);
	lab_reopen(&lab);
	assert_null(store_was_rebuilt(lab.store));
	assert_int_equal(store_useless_tombstones(lab.store), 0);
	assert_true(store_is_erased(lab.store, TICKET(1000)));
	lab_free(&lab);
}

static void statistics_and_erasings_do_not_depend_on_each_other(void **state)
{
	static const char *const tables[] = {"statistic", "erasing"};

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		struct lab lab;

		fill(&lab);
		overwrite_root(&lab, "meta");
		reopen_with_damage(&lab, tables[i]);
		lab_read_counts(&lab, NOON);
		assert_int_equal(lab.kept.processed, i == 0 ? 0 : 7);
		assert_int_equal(erasings_left(&lab), i == 0 ? STORE_ERASINGS_MAX - 1 : 0);
		assert_int_equal(restored(&lab).decisions, 10);
		lab_free(&lab);
	}
}

/* A page that is no root costs what it holds, and with its wall each of the others is there. */
static void a_page_of_tombstones_costs_those_that_are_on_it(void **state)
{
	struct lab lab;
	unsigned left;

	fill(&lab);
	overwrite(&lab, ask(lab.path, "SELECT max(pageno) FROM dbstat WHERE name = 'tombstone' AND "
	                              "pagetype = 'leaf'"));
	lab_open(&lab);
	assert_non_null(store_was_rebuilt(lab.store));
	left = erased_left(&lab);
	print_message("%u of %d tombstones were salvaged\n", left, ERASED_LAST - ERASED_FIRST);
	assert_true(left > 700 && left < ERASED_LAST - ERASED_FIRST);
	store_close(lab.store, NULL, NULL);
	assert_int_equal(
	        ask(lab.path, "SELECT count(*) FROM tombstone WHERE wall <> 1795608000000"), 0);
	lab.store = NULL;
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(without_the_tombstones_all_else_is_there),
	        cmocka_unit_test(a_second_damage_before_the_first_was_told_has_a_name_of_its_own),
	        cmocka_unit_test(without_the_marks_of_what_is_alive_all_else_is_there),
	        cmocka_unit_test(without_the_records_the_words_of_what_was_done_are_there),
	        cmocka_unit_test(without_the_key_of_the_tombstones_that_is_told),
	        cmocka_unit_test(statistics_and_erasings_do_not_depend_on_each_other),
	        cmocka_unit_test(a_page_of_tombstones_costs_those_that_are_on_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
