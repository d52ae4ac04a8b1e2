/* Texts that a part of the daemon keeps for the next process: the newest one is there after a
 * restart, and after a damaged database was replaced. */
#include "daemon/system/disk.h"
#include "store_lab.h"

#include "daemon/store/store_kept.h"

struct ends {
	unsigned durable, lost;
};

static void on_kept(void *arg, bool durable)
{
	struct ends *ends = arg;

	ends->durable += durable;
	ends->lost += !durable;
}

static void keep(struct lab *lab, const char *name, const char *text, struct ends *ends)
{
	store_keep(lab->store, name, text, on_kept, ends);
}

static void a_text_is_there_at_once_and_after_a_restart(void **state)
{
	struct ends ends = {0};
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	assert_null(store_kept(lab.store, "alerts"));
	keep(&lab, "alerts", "{\"form\":1}", &ends);
	assert_string_equal(store_kept(lab.store, "alerts"), "{\"form\":1}");
	lab_run(&lab);
	assert_int_equal(ends.durable, 1);
	lab_reopen(&lab);
	assert_string_equal(store_kept(lab.store, "alerts"), "{\"form\":1}");
	assert_null(store_kept(lab.store, "other"));
	lab_start(&lab);
	lab_close(&lab);
	lab_free(&lab);
}

static void each_name_has_its_newest_text(void **state)
{
	struct ends ends = {0};
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	keep(&lab, "alerts", "first", &ends);
	keep(&lab, "other", "beside", &ends);
	keep(&lab, "alerts", "second", &ends);
	lab_run(&lab);
	assert_int_equal(ends.durable, 3);
	lab_reopen(&lab);
	assert_string_equal(store_kept(lab.store, "alerts"), "second");
	assert_string_equal(store_kept(lab.store, "other"), "beside");
	lab_start(&lab);
	lab_close(&lab);
	lab_free(&lab);
}

static void what_is_kept_while_the_store_closes_is_kept(void **state)
{
	struct ends ends = {0};
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	keep(&lab, "alerts", "last words", &ends);
	lab_close(&lab); /* answers what is queued */
	assert_int_equal(ends.durable, 1);
	lab_open(&lab);
	assert_string_equal(store_kept(lab.store, "alerts"), "last words");
	lab_start(&lab);
	lab_close(&lab);
	lab_free(&lab);
}

static void a_damaged_database_is_replaced_by_one_that_has_it(void **state)
{
	struct ends ends = {0};
	struct lab lab;
	char garbage[4096];

	lab_new(&lab);
	lab_begin(&lab);
	keep(&lab, "alerts", "kept", &ends);
	lab_fill(&lab, 3000);
	lab_erase(&lab, 4711); /* empties the log: later reads go to the file */
	memset(garbage, 0xa5, sizeof(garbage));
	/* it stays open: closing it would give up the database's own lock */
	int fd = open(lab.path, O_WRONLY);
	for (off_t page = 2; page < 500; page++)
		assert_int_equal(disk_write(fd, garbage, sizeof(garbage), page * 4096),
		                 sizeof(garbage));
	keep(&lab, "alerts", "kept since", &ends);
	lab_put(&lab, RECORD_DECISION, 7, "{}");
	lab_run(&lab);
	assert_int_equal(lab.rebuilt_calls, 1);
	lab_reopen(&lab);
	(void)close(fd);
	assert_string_equal(store_kept(lab.store, "alerts"), "kept since");
	lab_start(&lab);
	lab_close(&lab);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_text_is_there_at_once_and_after_a_restart),
	        cmocka_unit_test(each_name_has_its_newest_text),
	        cmocka_unit_test(what_is_kept_while_the_store_closes_is_kept),
	        cmocka_unit_test(a_damaged_database_is_replaced_by_one_that_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
