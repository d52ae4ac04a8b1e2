/* Which names in the folder of logs are ours. */
#include "folder.h"

#include <uv.h>

#include "daemon/files/logdir.h"

static void assert_kind(const char *text, enum logdir_kind kind)
{
	struct logdir_name name = logdir_parse(str_of(text));

	if (name.kind != kind)
		fail_msg("%s: %d instead of %d", text, (int)name.kind, (int)kind);
}

static void names_that_the_program_makes_are_ours(void **state)
{
	assert_kind("20251105.log", LOGDIR_LOG);
	assert_kind("20240229.log", LOGDIR_LOG);
	assert_kind("20251105_2.log", LOGDIR_LOG);
	assert_kind("20251105_17.log", LOGDIR_LOG);
	assert_kind("results_20251105_223301.json", LOGDIR_RESULTS);
	assert_kind("results_20251105_223301_2.json", LOGDIR_RESULTS);
	assert_kind("results_20251105_223301.json.bak", LOGDIR_BACKUP);
	assert_kind("results_20251105_223301_3.json.bak.2", LOGDIR_BACKUP);
	assert_kind("20251105.log.bak", LOGDIR_BACKUP);
	assert_kind(".results_20251105_223301.json.4711", LOGDIR_TEMPORARY);
	assert_kind(".results_20251105_223301.json.erase", LOGDIR_TEMPORARY);
	assert_kind(".results_20251105_223301_2.json.bak.1.erase", LOGDIR_TEMPORARY);
	assert_kind(".20251105_2.log.erase", LOGDIR_TEMPORARY);
	assert_kind(".results_20251105_223301.json.4711.erase", LOGDIR_TEMPORARY);
	assert_kind(".results_20251105_223301.json.4711.erase.erase", LOGDIR_TEMPORARY);
}

static void other_names_are_not(void **state)
{
	static const char *const names[] = {
	        "",
	        ".",
	        "..",
	        "state.db",
	        "notes.log",
	        "20251105",
	        "20251105.log2",
	        "20251105.log.gz",
	        "20251105.log.bak.",
	        "20251105.log.bak.0",
	        "20251105.log.bak.x",
	        "20251105.log.bak2",
	        "20251105_1.log",
	        "20251105_02.log",
	        "20251105_.log",
	        "20251105_2",
	        "20250229.log",
	        "20251305.log",
	        "20251100.log",
	        "20251132.log",
	        "2025110.log",
	        "202511055.log",
	        "a20251105.log",
	        "20251105.LOG",
	        "results_20251105_223301.json.",
	        "results_20251105_223301.json.4711",
	        "results_20251105_243301.json",
	        "results_20251105_226001.json",
	        "results_20251105_2233.json",
	        "results_20251105_223301_1.json",
	        "results_20251105_223301_99999999999999999999.json",
	        "results_20251105.json",
	        "results_.json",
	        ".results_20251105_223301.json",
	        ".results_20251105_223301.json.",
	        ".results_20251105_223301.json.0",
	        ".results_20251105_223301.json.47x",
	        ".results_20251105_223301.json.bak",
	        ".20251105.log.4711",
	        ".seal-salt",
	        ".erase",
	        "..erase",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_kind(names[i], LOGDIR_FOREIGN);
}

static void a_name_tells_its_day_and_its_process(void **state)
{
	struct logdir_name name = logdir_parse(STR(".results_20251105_223301.json.4711"));

	assert_true(name.results);
	assert_true(name.day == wall_of("2025-11-05T00:00:00Z"));
	assert_int_equal(name.pid, 4711);
	name = logdir_parse(STR("20251105.log.bak.3"));
	assert_false(name.results);
	assert_int_equal(name.pid, 0);
}

static bool collect(void *arg, const char *path, const struct logdir_name *name)
{
	buf_puts(arg, strrchr(path, '/'));
	return name->kind != LOGDIR_RESULTS;
}

static void a_walk_sees_regular_files_of_ours_in_order_until_it_is_stopped(void **state)
{
	struct buf seen;
	char *link_path = folder_path("20250102.log"), *folder_named = folder_path("20250103.log");

	folder_write("20250104.log", "");
	folder_write("20250101.log", "");
	folder_write("foreign", "");
	folder_write("results_20250101_000000.json", "");
	folder_write("results_20250101_000001.json", "");
	assert_int_equal(symlink("/etc/passwd", link_path), 0);
	assert_int_equal(mkdir(folder_named, 0700), 0);
	buf_init(&seen, 1000);
	assert_int_equal(logdir_each(folder, collect, &seen, NULL), 0);
	assert_string_equal(buf_cstr(&seen),
	                    "/20250101.log/20250104.log/results_20250101_000000.json");
	buf_free(&seen);
	free(link_path);
	free(folder_named);
}

static void a_name_is_taken_when_it_is_free_and_the_file_is_whole_under_it(void **state)
{
	char *from = folder_path(".results_20250101_000000.json.1"),
	     *taken = folder_path("results_20250101_000000.json"),
	     *free_name = folder_path("results_20250101_000000_2.json");

	folder_write(".results_20250101_000000.json.1", "rows");
	folder_write("results_20250101_000000.json", "others");
	assert_int_equal(logdir_take_name(from, taken), UV_EEXIST);
	assert_file("results_20250101_000000.json", "others");
	assert_file(".results_20250101_000000.json.1", "rows");
	assert_int_equal(logdir_take_name(from, free_name), 0);
	assert_file("results_20250101_000000_2.json", "rows");
	assert_false(folder_has(".results_20250101_000000.json.1"));
	assert_int_equal(logdir_take_name(from, free_name), UV_EEXIST);
	free(from);
	free(taken);
	free(free_name);
}

static void a_folder_that_is_missing_is_an_error(void **state)
{
	struct err err;

	assert_int_equal(logdir_each("/nonexistent/folder", collect, NULL, &err), -1);
	assert_string_equal(err.text, "/nonexistent/folder: no such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(names_that_the_program_makes_are_ours),
	        cmocka_unit_test(other_names_are_not),
	        cmocka_unit_test(a_name_tells_its_day_and_its_process),
	        cmocka_unit_test_setup_teardown(
	                a_walk_sees_regular_files_of_ours_in_order_until_it_is_stopped, folder_make,
	                folder_remove),
	        cmocka_unit_test_setup_teardown(
	                a_name_is_taken_when_it_is_free_and_the_file_is_whole_under_it, folder_make,
	                folder_remove),
	        cmocka_unit_test(a_folder_that_is_missing_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
