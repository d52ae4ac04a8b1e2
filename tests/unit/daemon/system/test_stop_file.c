/* The file that remembers the emergency stop: its name is what counts, whatever is in it. */
#include "../folder.h"

#include "daemon/system/stop_file.h"

#define NOW INT64_C(1795341600000) /* 2026-11-22T10:00:00Z */

static struct stop_file read_it(void)
{
	struct stop_file stop;

	stop_file_read(folder, NOW, &stop);
	return stop;
}

static char *path_of(const char *name)
{
	return xasprintf("%s/%s", folder, name);
}

static void put(const char *text)
{
	char *path = path_of("stop-writing");
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	free(path);
}

static void a_stop_is_remembered_with_its_name_and_time_until_it_is_removed(void **state)
{
	struct stop_file stop = {.stopped = true, .by = "alice", .since = NOW - MSEC_HOUR};
	struct err err;

	assert_false(read_it().stopped);
	stop_file_prepare(folder);
	assert_false(read_it().stopped);
	assert_int_equal(stop_file_write(folder, &stop, &err), 0);
	assert_true(read_it().stopped);
	assert_string_equal(read_it().by, "alice");
	assert_int_equal(read_it().since, NOW - MSEC_HOUR);
	assert_int_equal(stop_file_write(folder, &stop, &err), 0); /* again, without the spare */
	assert_string_equal(read_it().by, "alice");
	assert_int_equal(stop_file_remove(folder, &err), 0);
	assert_false(read_it().stopped);
	assert_int_equal(stop_file_remove(folder, &err), 0);
	assert_int_equal(stop_file_write(folder, &stop, &err), 0);
	assert_string_equal(read_it().by, "alice");
	assert_int_equal(stop_file_remove(folder, &err), 0);
}

static void a_file_made_by_hand_is_a_stop_whatever_is_in_it(void **state)
{
	static const char *const texts[] = {"",
	                                    "\n",
	                                    "2026-11-22",
	                                    "yesterday by bob",
	                                    "2026-11-22T09:00:00Z by ",
	                                    "2026-11-22T09:00:00Z bob"};
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		put(texts[i]);
		assert_true(read_it().stopped);
		assert_string_equal(read_it().by, "the file stop-writing beside the database");
	}
	put("2026-11-22T09:00:00Z by bo\x1b"
	    "b\n");
	assert_string_equal(read_it().by, "bo?b");
	assert_int_equal(stop_file_remove(folder, &err), 0);
}

static void what_cannot_be_read_is_a_stop(void **state)
{
	char *path = path_of("stop-writing");
	struct stop_file stop = {.stopped = true, .by = "alice", .since = NOW};
	struct err err;

	assert_int_equal(mkdir(path, 0700), 0);
	assert_true(read_it().stopped);
	assert_non_null(strstr(read_it().by, "cannot be read"));
	assert_int_equal(stop_file_remove(folder, &err), -1);
	assert_non_null(strstr(err.text, "stop-writing"));
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("/nowhere", path), 0); /* never followed */
	assert_true(read_it().stopped);
	assert_int_equal(stop_file_write(folder, &stop, &err), 0);
	assert_string_equal(read_it().by, "alice");
	assert_int_equal(stop_file_remove(folder, &err), 0);
	free(path);
}

/* An administrator has made it, with a strict umask. */
static void a_file_that_must_not_be_read_is_a_stop(void **state)
{
	char *path = path_of("stop-writing");
	bool root = geteuid() == 0;

	put("");
	assert_int_equal(chmod(path, 0000), 0);
	assert_int_equal(chmod(folder, 0755), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	struct stop_file stop = read_it();
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_true(stop.stopped);
	assert_non_null(strstr(stop.by, "cannot be read"));
	assert_int_equal(unlink(path), 0);
	free(path);
}

static void a_folder_that_is_not_there_has_no_stop_and_takes_none(void **state)
{
	struct stop_file stop = {.stopped = true, .by = "alice", .since = NOW}, seen;
	struct err err;

	stop_file_read("/nowhere/at/all", NOW, &seen);
	assert_false(seen.stopped);
	assert_int_equal(stop_file_write("/nowhere/at/all", &stop, &err), -1);
	assert_non_null(strstr(err.text, "/nowhere/at/all/stop-writing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_stop_is_remembered_with_its_name_and_time_until_it_is_removed),
	        cmocka_unit_test(a_file_made_by_hand_is_a_stop_whatever_is_in_it),
	        cmocka_unit_test(what_cannot_be_read_is_a_stop),
	        cmocka_unit_test(a_file_that_must_not_be_read_is_a_stop),
	        cmocka_unit_test(a_folder_that_is_not_there_has_no_stop_and_takes_none),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
