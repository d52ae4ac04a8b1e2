/* The store and a hostile disk: what is damaged is put aside and the service goes on; what cannot
 * be had is refused with a reason that names the option. */
#include <grp.h>
#include <sqlite3.h>

#include "store_lab.h"

static void sql(struct lab *lab, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(lab->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static bool refused(struct lab *lab, const char *reason)
{
	struct err err = {{0}};

	if (store_open(lab->path, &store_sqlite, &lab->store, &err) == 0)
		return false;
	return strstr(err.text, reason) != NULL && strstr(err.text, "store.path") != NULL;
}

/* --- what is damaged --- */

static void assert_begins_afresh(struct lab *lab)
{
	lab_open(lab);
	assert_non_null(store_was_rebuilt(lab->store));
	assert_int_equal(access(store_was_rebuilt(lab->store), R_OK), 0);
	lab_assert_restores(lab, "");
	lab_start(lab);
	store_told(lab->store);
	lab_put(lab, RECORD_DECISION, 1, "{}");
	lab_reopen(lab);
	assert_null(store_was_rebuilt(lab->store));
	lab_assert_restores(lab, "1 decision 1 {}\n");
	lab_free(lab);
}

static void garbage_in_the_file_is_put_aside(void **state)
{
	char garbage[8192];
	struct lab lab;

	lab_new(&lab);
	memset(garbage, 'x', sizeof(garbage));
	lab_write(&lab, "", garbage, sizeof(garbage));
	assert_begins_afresh(&lab);
}

static void a_few_bytes_are_put_aside(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_write(&lab, "", "{}", 2);
	assert_begins_afresh(&lab);
}

static void a_file_cut_off_is_put_aside(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_fill(&lab, 100);
	lab_close(&lab);
	assert_int_equal(truncate(lab.path, 4096 * 3), 0);
	assert_begins_afresh(&lab);
}

static void count_sound(void *arg, const struct record *record)
{
	unsigned *count = arg;

	if (record->kind != RECORD_DECISION)
		return;
	assert_int_equal(strncmp(record->payload, "{\"a\":1", 6), 0);
	++*count;
}

static unsigned restored(struct lab *lab)
{
	struct err err = {{0}};
	unsigned count = 0;

	if (store_restore(lab->store, count_sound, &count, &err) < 0)
		fail_msg("%s", err.text);
	return count;
}

/* What is told of a damaged database is what the fresh one holds. */
static void pages_overwritten_cost_their_records_only(void **state)
{
	struct lab lab;
	char garbage[4096];
	unsigned told;
	int fd;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put_counted(&lab, RECORD_OUTCOME, 5000, "{}", &(struct counts){.processed = 7}, NOON);
	for (int i = 0; i < 4; i++)
		lab_fill(&lab, 2000);
	lab_close(&lab);
	memset(garbage, 0xa5, sizeof(garbage));
	fd = open(lab.path, O_WRONLY);
	for (off_t page = 1000; page < 1030; page++)
		assert_int_equal(pwrite(fd, garbage, sizeof(garbage), page * 4096),
		                 sizeof(garbage));
	(void)close(fd);
	lab_open(&lab);
	told = restored(&lab);
	print_message("%u of 2000 were salvaged\n", told);
	assert_true(told > 1000 && told < 2000);
	lab_read_counts(&lab, NOON);
	assert_int_equal(lab.kept.processed, 7); /* once, and not lost: its page was spared */
	assert_non_null(store_was_rebuilt(lab.store));
	assert_int_equal(restored(&lab), told);
	store_close(lab.store, NULL, NULL);
	lab_open(&lab);
	assert_non_null(store_was_rebuilt(lab.store)); /* nobody was told yet */
	assert_int_equal(restored(&lab), told);
	lab_start(&lab);
	store_told(lab.store);
	lab_reopen(&lab);
	assert_null(store_was_rebuilt(lab.store));
	lab_free(&lab);
}

static void count_briefs(void *arg, const struct record *record)
{
	unsigned *count = arg;

	*count += record->brief == record->ticket.id;
}

static void a_brief_is_salvaged_with_its_record(void **state)
{
	struct lab lab;
	struct err err = {{0}};
	char garbage[4096];
	unsigned told = 0;
	int fd;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 10001; id <= 14000; id++)
		lab_put_outcome(&lab, id, "{\"state\":\"done\"}", id);
	lab_fill(&lab, 2000);
	lab_close(&lab);
	memset(garbage, 0xa5, sizeof(garbage));
	fd = open(lab.path, O_WRONLY);
	for (off_t page = 300; page < 310; page++)
		assert_int_equal(pwrite(fd, garbage, sizeof(garbage), page * 4096),
		                 sizeof(garbage));
	(void)close(fd);
	lab_open(&lab);
	if (store_restore(lab.store, count_briefs, &told, &err) < 0)
		fail_msg("%s", err.text);
	assert_non_null(store_was_rebuilt(lab.store));
	store_close(lab.store, NULL, NULL);
	lab_open(&lab);
	told = 0;
	if (store_restore(lab.store, count_briefs, &told, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(told, 4000); /* the words are elsewhere than what was overwritten */
	lab_free(&lab);
}

static void damage_found_while_working_is_put_aside_and_nothing_put_is_lost(void **state)
{
	struct lab lab;
	char garbage[4096];
	int fd;

	lab_new(&lab);
	lab_begin(&lab);
	lab_fill(&lab, 3000);
	lab_erase(&lab, 4711); /* empties the log: later reads go to the file */
	memset(garbage, 0xa5, sizeof(garbage));
	fd = open(lab.path, O_WRONLY);
	for (off_t page = 2; page < 500; page++)
		assert_int_equal(pwrite(fd, garbage, sizeof(garbage), page * 4096),
		                 sizeof(garbage));
	/* the descriptor stays open: closing it would give up the database's own lock */
	for (uint64_t id = 1; id <= 300; id++)
		lab_put(&lab, RECORD_OUTCOME, id, "{}");
	lab_run(&lab);
	assert_int_equal(lab.persisted, 3300);
	assert_int_equal(lab.failed_calls, 0);
	assert_int_equal(lab.rebuilt_calls, 1);
	assert_true(store_is_erased(lab.store, TICKET(4711)));
	assert_null(store_error(lab.store));
	lab_reopen(&lab);
	(void)close(fd);
	assert_true(store_is_erased(lab.store, TICKET(4711)));
	lab_start(&lab);
	assert_non_null(strstr(lab_explain(&lab, 300), "outcome"));
	lab_close(&lab);
	lab_free(&lab);
}

static void a_log_of_garbage_loses_only_itself(void **state)
{
	struct lab lab;
	char garbage[100000];

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_close(&lab);
	memset(garbage, 0x5a, sizeof(garbage));
	lab_write(&lab, "-wal", garbage, sizeof(garbage));
	lab_open(&lab);
	lab_assert_restores(&lab, "1 decision 1 {}\n");
	lab_free(&lab);
}

static void a_missing_table_is_damage(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_close(&lab);
	sql(&lab, "DROP TABLE alive");
	assert_begins_afresh(&lab);
}

static void rows_that_name_no_ticket_are_left_out(void **state)
{
	struct lab lab;
	struct err err;
	struct ticket_key ids[STORE_ERASINGS_MAX];
	size_t count;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 1; id <= 7; id++)
		lab_put(&lab, RECORD_DECISION, id, "{}");
	lab_put(&lab, RECORD_CURSOR, 0, "{\"cursor\":\"c\"}");
	lab_close(&lab);
	sql(&lab, "UPDATE alive SET account = 0 WHERE ticket = 5; UPDATE alive SET account = "
	          "4294967296 WHERE ticket = 6;"
	          "UPDATE alive SET account = 'x' WHERE ticket = 7; UPDATE alive SET ticket = 0 "
	          "WHERE ticket = 1; UPDATE "
	          "alive SET kind = 99 WHERE ticket = 2;"
	          "UPDATE alive SET ticket = 'x' WHERE ticket = 3; INSERT INTO alive VALUES (7000, "
	          "1, 0, 2, 3);"
	          "INSERT INTO erasing VALUES (0, 1), (5, 0), (6, 4294967296)");
	lab_open(&lab);
	lab_assert_restores(&lab, "4 decision 4 {}\n8 cursor 0 {\"cursor\":\"c\"}\n");
	assert_int_equal(store_erasings(lab.store, ids, &count, &err), 0);
	assert_int_equal(count, 0);
	lab_free(&lab);
}

/* The next record would get a number at random, and a later start would take it for an older
 * one. */
static void a_number_that_leaves_no_room_for_more_is_damage(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_put(&lab, RECORD_DECISION, 2, "{}");
	lab_close(&lab);
	sql(&lab, "UPDATE record SET serial = 9223372036854775807 WHERE ticket = 1;"
	          "UPDATE alive SET serial = 9223372036854775807 WHERE ticket = 1");
	lab_open(&lab);
	assert_non_null(store_was_rebuilt(lab.store));
	lab_assert_restores(&lab, "2 decision 2 {}\n");
	lab_start(&lab);
	store_told(lab.store);
	lab_put(&lab, RECORD_INTENT, 2, "{}");
	lab_reopen(&lab);
	assert_null(store_was_rebuilt(lab.store));
	lab_assert_restores(&lab, "2 decision 2 {}\n1 intent 2 {}\n");
	lab_free(&lab);
}

static void a_number_without_its_record_is_left_out(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_close(&lab);
	sql(&lab, "INSERT INTO alive VALUES (9223372036854775807, 1, 2, 2, 3)");
	lab_open(&lab);
	lab_assert_restores(&lab, "1 decision 1 {}\n");
	lab_free(&lab);
}

static void an_account_without_a_name_is_none(void **state)
{
	struct lab lab;
	struct err err;

	lab_new(&lab);
	lab_open(&lab);
	assert_int_equal(
	        store_check_account(lab.store, "zendesk.base_url", "https://a", false, &err), 0);
	assert_int_equal(
	        store_check_account(lab.store, "zendesk.base_url", "https://b", false, &err), -1);
	store_close(lab.store, NULL, NULL);
	sql(&lab, "UPDATE meta SET value = '' WHERE name = 'account'");
	lab_open(&lab);
	assert_int_equal(
	        store_check_account(lab.store, "zendesk.base_url", "https://b", false, &err), 0);
	lab_free(&lab);
}

static void damaged_databases_get_names_of_their_own(void **state)
{
	struct lab lab;

	lab_new(&lab);
	for (int i = 0; i < 14; i++) {
		lab_write(&lab, "", "garbage!", 8);
		lab_write(&lab, "-wal", "garbage!", 8);
		lab_open(&lab);
		assert_non_null(store_was_rebuilt(lab.store));
		store_close(lab.store, NULL, NULL);
		lab.store = NULL;
	}
	assert_true(lab_has(&lab, ".bak"));
	assert_true(lab_has(&lab, ".bak.1"));
	assert_true(lab_has(&lab, ".bak.9"));
	assert_false(lab_has(&lab, ".bak.10"));
	lab_free(&lab);
}

/* --- what is refused --- */

static void a_newer_version_is_refused_and_left_alone(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_close(&lab);
	sql(&lab, "PRAGMA user_version = 7");
	lab_assert_refused(&lab, "newer version (format 7");
	assert_false(lab_has(&lab, ".bak"));
	sql(&lab, "PRAGMA user_version = 3");
	lab_open(&lab);
	lab_assert_restores(&lab, "1 decision 1 {}\n");
	lab_free(&lab);
}

static void a_database_of_another_program_is_refused_and_left_alone(void **state)
{
	struct lab lab;

	lab_new(&lab);
	sql(&lab, "CREATE TABLE precious (a)");
	lab_assert_refused(&lab, "another program");
	assert_false(lab_has(&lab, ".bak"));
	lab_free(&lab);
}

static void a_database_that_another_program_has_open_is_refused(void **state)
{
	struct lab lab;
	sqlite3 *db;

	lab_new(&lab);
	lab_begin(&lab);
	lab_close(&lab);
	assert_int_equal(sqlite3_open(lab.path, &db), SQLITE_OK);
	assert_int_equal(
	        sqlite3_exec(db,
	                     "PRAGMA locking_mode=EXCLUSIVE; BEGIN IMMEDIATE; SELECT * FROM meta",
	                     NULL, NULL, NULL),
	        SQLITE_OK);
	lab_assert_refused(&lab, "another program has it open");
	(void)sqlite3_close(db);
	lab_free(&lab);
}

static void a_directory_in_place_of_the_file_is_refused(void **state)
{
	struct lab lab;

	lab_new(&lab);
	assert_int_equal(mkdir(lab.path, 0700), 0);
	lab_assert_refused(&lab, "directory");
	lab_free(&lab);
}

static void a_link_that_leads_nowhere_is_refused(void **state)
{
	struct lab lab;

	lab_new(&lab);
	assert_int_equal(symlink("/nowhere/state.db", lab.path), 0);
	assert_true(refused(&lab, "a symbolic link to a file that does not exist"));
	lab_free(&lab);
}

static void a_fifo_in_place_of_the_file_is_refused_at_once(void **state)
{
	struct lab lab;

	lab_new(&lab);
	assert_int_equal(mkfifo(lab.path, 0600), 0);
	lab_assert_refused(&lab, "not a regular file");
	lab_free(&lab);
}

static void names_that_name_no_file_are_refused(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab.path[0] = '\0';
	lab_assert_refused(&lab, "is not a file name");
	snprintf(lab.path, sizeof(lab.path), "%s/", lab.dir);
	lab_assert_refused(&lab, "is not a file name");
	snprintf(lab.path, sizeof(lab.path), "/proc/version/state.db");
	lab_assert_refused(&lab, "/proc/version");
	lab_free(&lab);
}

static void names_that_mean_something_to_sqlite_are_plain_files(void **state)
{
	struct lab lab;
	char before[1024];

	lab_new(&lab);
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(lab.dir), 0);
	strcpy(lab.path, ":memory:");
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}");
	lab_close(&lab);
	assert_int_equal(access(":memory:", F_OK), 0);
	lab_open(&lab);
	lab_assert_restores(&lab, "1 decision 1 {}\n");
	assert_int_equal(chdir(before), 0);
	lab_free(&lab);
}

static void open_a_second_time(struct lab *lab)
{
	char number[32];

	snprintf(number, sizeof(number), "process %ld (", (long)getppid());
	if (!refused(lab, number))
		_exit(1);
}

static void a_second_process_is_refused_and_the_first_named(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_in_a_child(open_a_second_time, &lab);
	lab_put(&lab, RECORD_DECISION, 1, "{}"); /* the first is unharmed */
	lab_run(&lab);
	assert_int_equal(lab.persisted, 1);
	lab_close(&lab);
	lab_free(&lab);
}

static void open_through_a_link(struct lab *lab)
{
	char number[32];

	snprintf(number, sizeof(number), "process %ld (", (long)getppid());
	snprintf(lab->path, sizeof(lab->path), "%s/link.db", lab->dir);
	if (!refused(lab, number))
		_exit(1);
}

static void a_second_process_is_refused_by_any_name_of_the_file(void **state)
{
	struct lab lab;
	char link[128];

	lab_new(&lab);
	lab_open(&lab);
	snprintf(link, sizeof(link), "%s/link.db", lab.dir);
	assert_int_equal(symlink(lab.path, link), 0);
	lab_in_a_child(open_through_a_link, &lab);
	lab_free(&lab);
}

static void become_nobody(void)
{
	if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setgid(65534) < 0 || setuid(65534) < 0))
		_exit(2);
}

static void open_without_a_right(struct lab *lab)
{
	become_nobody();
	if (!refused(lab, "ermission denied"))
		_exit(1);
}

static void a_folder_that_may_not_be_written_is_refused(void **state)
{
	struct lab lab;

	lab_new(&lab);
	assert_int_equal(chmod(lab.dir, 0555), 0);
	lab_in_a_child(open_without_a_right, &lab);
	lab_free(&lab);
}

static void a_file_that_may_not_be_written_is_refused(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_close(&lab);
	assert_int_equal(chmod(lab.dir, 0777), 0);
	assert_int_equal(chmod(lab.path, 0444), 0);
	lab_in_a_child(open_without_a_right, &lab);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(garbage_in_the_file_is_put_aside),
	        cmocka_unit_test(a_few_bytes_are_put_aside),
	        cmocka_unit_test(a_file_cut_off_is_put_aside),
	        cmocka_unit_test(pages_overwritten_cost_their_records_only),
	        cmocka_unit_test(a_brief_is_salvaged_with_its_record),
	        cmocka_unit_test(damage_found_while_working_is_put_aside_and_nothing_put_is_lost),
	        cmocka_unit_test(a_log_of_garbage_loses_only_itself),
	        cmocka_unit_test(a_missing_table_is_damage),
	        cmocka_unit_test(rows_that_name_no_ticket_are_left_out),
	        cmocka_unit_test(a_number_that_leaves_no_room_for_more_is_damage),
	        cmocka_unit_test(a_number_without_its_record_is_left_out),
	        cmocka_unit_test(an_account_without_a_name_is_none),
	        cmocka_unit_test(damaged_databases_get_names_of_their_own),
	        cmocka_unit_test(a_newer_version_is_refused_and_left_alone),
	        cmocka_unit_test(a_database_of_another_program_is_refused_and_left_alone),
	        cmocka_unit_test(a_database_that_another_program_has_open_is_refused),
	        cmocka_unit_test(a_directory_in_place_of_the_file_is_refused),
	        cmocka_unit_test(a_link_that_leads_nowhere_is_refused),
	        cmocka_unit_test(a_fifo_in_place_of_the_file_is_refused_at_once),
	        cmocka_unit_test(names_that_name_no_file_are_refused),
	        cmocka_unit_test(names_that_mean_something_to_sqlite_are_plain_files),
	        cmocka_unit_test(a_second_process_is_refused_and_the_first_named),
	        cmocka_unit_test(a_second_process_is_refused_by_any_name_of_the_file),
	        cmocka_unit_test(a_folder_that_may_not_be_written_is_refused),
	        cmocka_unit_test(a_file_that_may_not_be_written_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
