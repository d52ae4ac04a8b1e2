/* Retention: what goes, what stays, and what is told. */
#include "folder.h"

#include "daemon/files/retention.h"

static struct sweep sweep_of(int64_t days, const char *now)
{
	struct sweep sweep = {
	        .dir = folder, .days = days, .wall = wall_of(now), .started_wall = wall_of(now)};

	retention_sweep(&sweep);
	return sweep;
}

static void the_day_in_the_name_decides(void **state)
{
	struct sweep sweep;

	folder_write("20250101.log", "x");
	folder_write("20250101_2.log", "x");
	folder_write("20250102.log", "x");
	folder_write("results_20250101_235959.json", "x");
	folder_write("results_20250101_235959.json.bak", "x");
	folder_write("results_20250102_000000.json", "x");
	sweep = sweep_of(30, "2025-01-31T23:59:59Z");
	assert_int_equal(sweep.removed, 0);
	/* The last event of 1 January is 30 days old. */
	sweep = sweep_of(30, "2025-02-01T00:00:00Z");
	assert_int_equal(sweep.removed, 4);
	assert_false(folder_has("20250101.log"));
	assert_false(folder_has("20250101_2.log"));
	assert_false(folder_has("results_20250101_235959.json"));
	assert_false(folder_has("results_20250101_235959.json.bak"));
	assert_true(folder_has("20250102.log"));
	assert_true(folder_has("results_20250102_000000.json"));
	assert_string_equal(sweep.failure.text, "");
}

static void nothing_of_somebody_else_is_touched(void **state)
{
	char *link_path = folder_path("20200103.log"), *folder_named = folder_path("20200104.log");

	folder_write("20200101.log.gz", "x");
	folder_write("results_2020.json", "x");
	folder_write("state.db", "x");
	folder_write("20200102.txt", "x");
	assert_int_equal(symlink("state.db", link_path), 0);
	assert_int_equal(mkdir(folder_named, 0700), 0);
	assert_int_equal(sweep_of(1, "2025-02-01T00:00:00Z").removed, 0);
	assert_true(folder_has("20200101.log.gz") && folder_has("results_2020.json") &&
	            folder_has("20200102.txt"));
	assert_true(folder_has("state.db") && folder_has("20200103.log") &&
	            folder_has("20200104.log"));
	free(link_path);
	free(folder_named);
}

static void a_clock_that_goes_back_removes_nothing(void **state)
{
	folder_write("20250101.log", "x");
	assert_int_equal(sweep_of(1, "2024-12-01T00:00:00Z").removed, 0);
	assert_int_equal(sweep_of(36500, "2025-02-01T00:00:00Z").removed, 0);
}

static void the_clock(struct clock_trust *trust, msec mono_hours, msec wall_hours, bool believed)
{
	struct clock_reading now = {.mono = mono_hours * MSEC_HOUR, .wall = wall_hours * MSEC_HOUR};

	assert_int_equal(clock_trust_step(trust, now), believed);
}

static void a_clock_that_jumps_ahead_is_believed_after_a_day(void **state)
{
	struct clock_trust trust = {.since = {.mono = 0, .wall = 1000 * MSEC_HOUR}};

	the_clock(&trust, 24, 1024, true);
	the_clock(&trust, 48, 1048 + 7 * 24, true); /* a week of sleep */
	the_clock(&trust, 72, 1072 + 40 * 24, false);
	the_clock(&trust, 73, 1073 + 40 * 24, false); /* looking again soon does not help */
	the_clock(&trust, 95, 1095 + 90 * 24, false); /* nor does another jump */
	the_clock(&trust, 117, 1117 + 90 * 24, false);
	the_clock(&trust, 119, 1119 + 90 * 24, true);
	the_clock(&trust, 143, 1143 + 200 * 24, false);
	the_clock(&trust, 144, 1144, true); /* put right */
	the_clock(&trust, 145, 100, true);
}

static void a_clock_far_ahead_of_the_newest_file_removes_nothing(void **state)
{
	struct sweep sweep = {.dir = folder, .days = 30, .compare = true};

	folder_write("20250101.log", "x");
	folder_write("results_20250105_000000.json", "x");
	folder_write("20270101.log", "today, by that clock");
	folder_write("20280101.log", "by a clock that was even further ahead");
	sweep.wall = wall_of("2027-01-01T10:00:00Z");
	retention_sweep(&sweep);
	assert_true(sweep.doubted);
	assert_int_equal(sweep.removed, 0);
	sweep.wall = wall_of("2025-01-13T00:00:00Z"); /* eight days after the newest */
	sweep.doubted = false;
	retention_sweep(&sweep);
	assert_true(sweep.doubted);
	folder_write("20270101.log", "of yesterday");
	sweep.wall = wall_of("2027-01-02T10:00:00Z");
	retention_sweep(&sweep);
	assert_false(sweep.doubted);
	assert_int_equal(sweep.removed, 2);
}

static msec now(void)
{
	return (msec)time(NULL) * MSEC_SECOND;
}

static void unfinished_results_of_a_dead_process_become_a_backup(void **state)
{
	struct sweep sweep = {.dir = folder, .days = 365, .wall = now(), .started_wall = now()};
	char own[64];

	snprintf(own, sizeof(own), ".results_20990101_000003.json.%d", (int)getpid());
	/* No process has that number; the first process is alive; ours began later than that file
	 * was written. */
	folder_write(".results_20990101_000000.json.2147483646", "rows");
	folder_write(".results_20990101_000001.json.1", "rows");
	folder_write(".results_20990101_000002.json.2147483646", "rows");
	folder_write(own, "rows");
	folder_write("results_20990101_000000.json.bak", "older");
	folder_age(".results_20990101_000000.json.2147483646", 7200);
	folder_age(".results_20990101_000001.json.1", 7200);
	folder_age(own, 7200);
	retention_sweep(&sweep);
	assert_int_equal(sweep.kept, 2);
	assert_file("results_20990101_000000.json.bak", "older");
	assert_file("results_20990101_000000.json.bak.2", "rows");
	assert_file("results_20990101_000003.json.bak", "rows");
	assert_string_equal(sweep.last_kept, "results_20990101_000003.json.bak");
	/* One is being written, the other was a moment ago. */
	assert_true(folder_has(".results_20990101_000001.json.1"));
	assert_true(folder_has(".results_20990101_000002.json.2147483646"));
}

static void unfinished_results_that_hold_nothing_or_have_their_name_go(void **state)
{
	struct sweep sweep = {.dir = folder, .days = 365, .wall = now(), .started_wall = now()};
	char *dead = folder_path(".results_20990101_000001_2.json.2147483646"),
	     *name = folder_path("results_20990101_000001_3.json"),
	     *kept = folder_path(".results_20990101_000002.json.2147483646"),
	     *foreign = folder_path("snapshot");

	folder_write(".results_20990101_000000.json.2147483646", "");
	folder_write("results_20990101_000001.json", "of another batch");
	folder_write(".results_20990101_000001_2.json.2147483646", "rows");
	folder_write("results_20990101_000001_2.json", "of one more");
	folder_write(".results_20990101_000002.json.2147483646", "rows");
	assert_int_equal(link(dead, name), 0);
	assert_int_equal(link(kept, foreign), 0); /* a second name that is not ours says nothing */
	folder_age(".results_20990101_000000.json.2147483646", 7200);
	folder_age(".results_20990101_000001_2.json.2147483646", 7200);
	folder_age(".results_20990101_000002.json.2147483646", 7200);
	retention_sweep(&sweep);
	assert_int_equal(sweep.kept, 1);
	assert_false(folder_has(".results_20990101_000000.json.2147483646"));
	assert_false(folder_has(".results_20990101_000001_2.json.2147483646"));
	assert_file("results_20990101_000001_3.json", "rows");
	assert_file("results_20990101_000002.json.bak", "rows");
	free(dead);
	free(name);
	free(kept);
	free(foreign);
}

static void unfinished_results_that_are_too_old_go(void **state)
{
	struct sweep sweep = {.dir = folder, .days = 30, .wall = now(), .started_wall = now()};

	folder_write(".results_20200101_000000.json.2147483646", "rows");
	folder_write(".results_20990101_000000.json.erase", "half");
	folder_write(".results_20990101_000001.json.erase", "just now");
	folder_age(".results_20200101_000000.json.2147483646", 7200);
	folder_age(".results_20990101_000000.json.erase", 7200);
	retention_sweep(&sweep);
	assert_int_equal(sweep.removed, 2);
	assert_int_equal(sweep.kept, 0);
	assert_true(folder_has(".results_20990101_000001.json.erase"));
}

static void a_folder_that_cannot_be_read_is_told_with_the_option(void **state)
{
	struct sweep sweep = {.dir = "/nonexistent", .days = 30, .wall = now()};

	retention_sweep(&sweep);
	assert_string_equal(sweep.failure.text,
	                    "log.retention_days: /nonexistent: no such file or directory");
}

static void take_line(void *arg, enum log_level level, struct str text)
{
	struct buf *lines = arg;

	buf_add_str(lines, text);
	buf_putc(lines, '\n');
}

static void it_sweeps_at_the_start_and_again_when_the_days_change(void **state)
{
	struct retention retention;
	struct buf lines;
	uv_loop_t loop;

	folder_write("20200101.log", "x");
	folder_write("20210101.log", "x");
	buf_init(&lines, 1000);
	assert_int_equal(uv_loop_init(&loop), 0);
	retention_start(&retention, &loop, folder, 36500, false, take_line, &lines);
	/* While the first one is under way. */
	retention_set_days(&retention, 30);
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_string_equal(buf_cstr(&lines),
	                    "Removed 2 log and result files older than 30 days\n");
	folder_write("20200102.log", "x");
	retention_set_days(&retention, 30);
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_true(folder_has("20200102.log"));
	retention_set_days(&retention, 40);
	retention_stop(&retention);
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&loop), 0);
	assert_string_equal(buf_cstr(&lines),
	                    "Removed 2 log and result files older than 30 days\n");
	buf_free(&lines);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        IN_FOLDER(the_day_in_the_name_decides),
	        IN_FOLDER(nothing_of_somebody_else_is_touched),
	        IN_FOLDER(a_clock_that_goes_back_removes_nothing),
	        cmocka_unit_test(a_clock_that_jumps_ahead_is_believed_after_a_day),
	        IN_FOLDER(a_clock_far_ahead_of_the_newest_file_removes_nothing),
	        IN_FOLDER(unfinished_results_of_a_dead_process_become_a_backup),
	        IN_FOLDER(unfinished_results_that_hold_nothing_or_have_their_name_go),
	        IN_FOLDER(unfinished_results_that_are_too_old_go),
	        cmocka_unit_test(a_folder_that_cannot_be_read_is_told_with_the_option),
	        IN_FOLDER(it_sweeps_at_the_start_and_again_when_the_days_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
