/* The text log: a file a UTC day, plain or sealed, through changes of the day, of the clock and of
 * the disk; and one event is one line whatever it says. The clock is the test's. */
#include "folder.h"

#include <signal.h>
#include <sys/resource.h>
#include <uv.h>

#include "daemon/files/textlog.h"
#include "daemon/files/unseal.h"
#include "daemon/system/clock.h"

#define KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct clock_reading now;

struct clock_reading clock_now(void)
{
	return now;
}

struct run {
	uv_loop_t loop;
	struct textlog *log;
	struct seal_key *key;
	bool closed;
};

static void set_clock(const char *iso)
{
	now.wall = wall_of(iso);
	now.mono += MSEC_SECOND;
}

static void begin(struct run *run, const char *iso, bool sealed)
{
	static const uint8_t salt[SEAL_SALT_SIZE];
	struct err err;

	*run = (struct run){0};
	set_clock(iso);
	assert_int_equal(uv_loop_init(&run->loop), 0);
	run->key = sealed ? seal_key_new(STR(KEY), salt) : NULL;
	run->log = textlog_open(&run->loop, folder, run->key, LEVEL_INFO, &err);
	if (run->log == NULL)
		fail_msg("%s", err.text);
}

static void say(struct run *run, const char *iso, const char *text)
{
	set_clock(iso);
	textlog_say(run->log, LEVEL_INFO, str_of(text));
}

/* Until nothing waits for the disk. */
static void settle(struct run *run)
{
	assert_int_equal(uv_run(&run->loop, UV_RUN_DEFAULT), 0);
}

static void on_closed(void *arg)
{
	((struct run *)arg)->closed = true;
}

static void end(struct run *run)
{
	textlog_close(run->log, on_closed, run);
	settle(run);
	assert_true(run->closed);
	assert_int_equal(uv_loop_close(&run->loop), 0);
	seal_key_free(run->key);
}

static void assert_sealed(const char *name, int expected, const char *text)
{
	char *path = folder_path(name), *got = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&got, &len);
	struct err err = {{0}};
	int result = unseal_file(path, STR(KEY), out, &err);

	assert_int_equal(fclose(out), 0);
	if (result != expected)
		fail_msg("%d: %s", result, err.text);
	assert_string_equal(got, text);
	free(got);
	free(path);
}

static void a_new_day_begins_a_new_file(void **state)
{
	struct run run;

	begin(&run, "2025-11-05T23:59:58Z", false);
	say(&run, "2025-11-05T23:59:59Z", "the last of the day");
	say(&run, "2025-11-06T00:00:00Z", "the first of the next");
	settle(&run);
	say(&run, "2025-11-06T12:00:00Z", "noon");
	say(&run, "2025-11-09T00:00:00Z", "days without a line have no file");
	end(&run);
	assert_file("20251105.log", "2025-11-05 23:59:59 | INFO | the last of the day\n");
	assert_file("20251106.log", "2025-11-06 00:00:00 | INFO | the first of the next\n"
	                            "2025-11-06 12:00:00 | INFO | noon\n");
	assert_file("20251109.log",
	            "2025-11-09 00:00:00 | INFO | days without a line have no file\n");
	assert_false(folder_has("20251107.log"));
}

static void a_clock_set_back_and_forth_loses_no_line(void **state)
{
	struct run run;

	begin(&run, "2025-11-06T00:00:00Z", false);
	say(&run, "2025-11-06T00:00:01Z", "one");
	settle(&run);
	say(&run, "2025-11-03T00:00:00Z", "two");
	settle(&run);
	say(&run, "2025-11-06T00:00:02Z", "three");
	end(&run);
	assert_file("20251106.log",
	            "2025-11-06 00:00:01 | INFO | one\n2025-11-06 00:00:02 | INFO | three\n");
	assert_file("20251103.log", "2025-11-03 00:00:00 | INFO | two\n");
}

static void assert_has(const char *name, const char *words)
{
	char *got = folder_read(name);

	if (strstr(got, words) == NULL)
		fail_msg("%s: %s", name, got);
	free(got);
}

static void move(const char *from, const char *to)
{
	char *one = folder_path(from), *two = folder_path(to);

	assert_int_equal(rename(one, two), 0);
	free(one);
	free(two);
}

static void a_file_that_was_moved_or_deleted_is_begun_anew(void **state)
{
	struct run run;

	begin(&run, "2025-11-05T10:00:00Z", false);
	say(&run, "2025-11-05T10:00:01Z", "one");
	textlog_look(run.log);
	settle(&run);
	say(&run, "2025-11-05T10:00:02Z", "two");
	settle(&run);
	assert_file("20251105.log",
	            "2025-11-05 10:00:01 | INFO | one\n2025-11-05 10:00:02 | INFO | two\n");
	move("20251105.log", "20251105.log.1");
	textlog_look(run.log);
	settle(&run);
	say(&run, "2025-11-05T10:00:03Z", "three");
	settle(&run);
	assert_has("20251105.log", "20251105.log was moved or deleted");
	assert_has("20251105.log", "three");
	move("20251105.log", "20251105.log.2");
	folder_write("20251105.log", "");
	textlog_look(run.log);
	settle(&run);
	say(&run, "2025-11-05T10:00:04Z", "four");
	end(&run);
	assert_has("20251105.log", "four");
}

static void a_sealed_file_that_was_moved_keeps_its_end(void **state)
{
	struct run run;

	begin(&run, "2025-11-05T10:00:00Z", true);
	say(&run, "2025-11-05T10:00:01Z", "one");
	settle(&run);
	move("20251105.log", "20251104.log");
	textlog_look(run.log);
	settle(&run);
	say(&run, "2025-11-05T10:00:03Z", "three");
	end(&run);
	assert_sealed("20251104.log", 0, "2025-11-05 10:00:01 | INFO | one\n");
	assert_true(folder_has("20251105.log") || folder_has("20251105_2.log"));
}

static void a_missing_folder_is_told_until_it_is_there_again(void **state)
{
	struct run run;
	char *away = xasprintf("%s.away", folder);

	begin(&run, "2025-11-05T10:00:00Z", false);
	say(&run, "2025-11-05T10:00:01Z", "one");
	settle(&run);
	assert_null(textlog_trouble(run.log));
	assert_int_equal(rename(folder, away), 0);
	textlog_look(run.log);
	settle(&run);
	assert_non_null(textlog_trouble(run.log));
	assert_int_equal(rename(away, folder), 0);
	now.mono += MSEC_MINUTE;
	textlog_look(run.log);
	assert_null(textlog_trouble(run.log));
	say(&run, "2025-11-05T10:02:01Z", "two");
	end(&run);
	assert_has("20251105.log", "two");
	free(away);
}

static void lines_said_while_a_deleted_file_is_looked_for_are_in_the_new_one(void **state)
{
	struct run run;

	begin(&run, "2025-11-05T10:00:00Z", false);
	say(&run, "2025-11-05T10:00:01Z", "one");
	settle(&run);
	move("20251105.log", "20251105.log.1");
	textlog_look(run.log);
	say(&run, "2025-11-05T10:00:02Z", "two");
	settle(&run);
	end(&run);
	assert_file("20251105.log.1", "2025-11-05 10:00:01 | INFO | one\n");
	assert_has("20251105.log", "two");
}

static void a_log_may_be_closed_while_its_file_is_looked_for(void **state)
{
	struct run run;

	begin(&run, "2025-11-05T10:00:00Z", false);
	textlog_look(run.log);
	textlog_look(run.log);
	say(&run, "2025-11-05T10:00:01Z", "one");
	end(&run);
	assert_file("20251105.log", "2025-11-05 10:00:01 | INFO | one\n");
}

static void sealed_days_end_and_begin_like_plain_ones(void **state)
{
	struct run run;

	begin(&run, "2025-11-05T23:59:59Z", true);
	say(&run, "2025-11-05T23:59:59Z", "the last of the day");
	say(&run, "2025-11-06T00:00:00Z", "the first of the next");
	settle(&run);
	assert_sealed("20251105.log", 0, "2025-11-05 23:59:59 | INFO | the last of the day\n");
	assert_sealed("20251106.log", 1, "2025-11-06 00:00:00 | INFO | the first of the next\n");
	end(&run);
	assert_sealed("20251106.log", 0, "2025-11-06 00:00:00 | INFO | the first of the next\n");
}

static void a_sealed_file_that_is_still_being_closed_is_not_begun_again(void **state)
{
	struct run run;

	begin(&run, "2025-11-06T00:00:00Z", true);
	say(&run, "2025-11-06T00:00:01Z", "one");
	say(&run, "2025-11-05T00:00:00Z", "two");
	say(&run, "2025-11-06T00:00:02Z", "three");
	end(&run);
	assert_sealed("20251106.log", 0, "2025-11-06 00:00:01 | INFO | one\n");
	assert_sealed("20251105.log", 0, "2025-11-05 00:00:00 | INFO | two\n");
	assert_sealed("20251106_2.log", 0, "2025-11-06 00:00:02 | INFO | three\n");
}

static void the_next_process_goes_on_in_the_same_file(void **state)
{
	for (int sealed = 0; sealed < 2; sealed++) {
		const char *day = sealed ? "2025-11-06T10:00:00Z" : "2025-11-05T10:00:00Z";
		struct run run;

		for (int i = 0; i < 3; i++) {
			begin(&run, day, sealed);
			say(&run, day, "x");
			end(&run);
		}
	}
	assert_file("20251105.log",
	            "2025-11-05 10:00:00 | INFO | x\n2025-11-05 10:00:00 | INFO | x\n"
	            "2025-11-05 10:00:00 | INFO | x\n");
	assert_sealed("20251106.log", 0,
	              "2025-11-06 10:00:00 | INFO | x\n2025-11-06 10:00:00 | INFO | x\n2025-11-06 "
	              "10:00:00 | INFO | x\n");
}

static void a_line_torn_by_a_dead_process_costs_itself_only(void **state)
{
	struct run run;
	char *text, *path = folder_path("20251106.log");

	begin(&run, "2025-11-06T10:00:00Z", true);
	say(&run, "2025-11-06T10:00:00Z", "one");
	say(&run, "2025-11-06T10:00:00Z", "two");
	settle(&run);
	text = folder_read("20251106.log");
	end(&run);
	folder_write("20251106.log", text);
	assert_int_equal(truncate(path, (off_t)strlen(text) - 20), 0);
	free(text);
	free(path);
	begin(&run, "2025-11-06T10:00:01Z", true);
	say(&run, "2025-11-06T10:00:01Z", "three");
	end(&run);
	assert_sealed("20251106.log", 1,
	              "2025-11-06 10:00:00 | INFO | one\n2025-11-06 10:00:01 | INFO | three\n");
}

static void what_cannot_be_added_to_is_left_alone(void **state)
{
	struct run run;
	char *path = folder_path("20251107.log");

	/* Plain, foreign and damaged beginnings for a sealed log; a sealed one for a plain log. */
	folder_write("20251106.log", "2025-11-06 00:00:00 | INFO | plain\n");
	folder_write("20251106_2.log", "AITD-SEAL-1 AAAA\n");
	folder_write("20251106_3.log", "AITD-SEAL-");
	begin(&run, "2025-11-06T10:00:00Z", true);
	say(&run, "2025-11-06T10:00:00Z", "x");
	end(&run);
	assert_file("20251106.log", "2025-11-06 00:00:00 | INFO | plain\n");
	assert_file("20251106_2.log", "AITD-SEAL-1 AAAA\n");
	assert_sealed("20251106_4.log", 0, "2025-11-06 10:00:00 | INFO | x\n");
	assert_int_equal(symlink("elsewhere", path), 0);
	begin(&run, "2025-11-06T10:00:00Z", false);
	say(&run, "2025-11-06T10:00:00Z", "y");
	/* A name that cannot be opened is told, and tried again after a while. */
	say(&run, "2025-11-07T00:00:00Z", "lost");
	assert_int_equal(unlink(path), 0);
	say(&run, "2025-11-07T00:00:01Z", "lost");
	now.mono += MSEC_MINUTE;
	say(&run, "2025-11-07T00:01:01Z", "there again");
	end(&run);
	assert_file("20251106.log",
	            "2025-11-06 00:00:00 | INFO | plain\n2025-11-06 10:00:00 | INFO | y\n");
	assert_file("20251107.log", "2025-11-07 00:01:01 | INFO | there again\n");
	assert_false(folder_has("elsewhere"));
	free(path);
}

static void processes_share_a_plain_file_but_not_a_sealed_one(void **state)
{
	struct run one, two, three;

	begin(&one, "2025-11-05T10:00:00Z", false);
	begin(&two, "2025-11-05T10:00:00Z", false);
	say(&one, "2025-11-05T10:00:00Z", "one");
	settle(&one);
	say(&two, "2025-11-05T10:00:00Z", "two");
	end(&two);
	end(&one);
	assert_file("20251105.log",
	            "2025-11-05 10:00:00 | INFO | one\n2025-11-05 10:00:00 | INFO | two\n");
	begin(&one, "2025-11-06T10:00:00Z", true);
	begin(&two, "2025-11-06T10:00:00Z", true);
	begin(&three, "2025-11-06T10:00:00Z", false);
	say(&one, "2025-11-06T10:00:00Z", "one");
	say(&two, "2025-11-06T10:00:00Z", "two");
	say(&three, "2025-11-06T10:00:00Z", "three");
	say(&one, "2025-11-06T10:00:00Z", "four");
	end(&three);
	end(&two);
	end(&one);
	assert_sealed("20251106.log", 0,
	              "2025-11-06 10:00:00 | INFO | one\n2025-11-06 10:00:00 | INFO | four\n");
	assert_sealed("20251106_2.log", 0, "2025-11-06 10:00:00 | INFO | two\n");
	assert_file("20251106_3.log", "2025-11-06 10:00:00 | INFO | three\n");
}

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void after_a_full_disk_a_sealed_log_goes_on_and_can_be_read(void **state)
{
	struct run run;
	char line[200], *text;

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	begin(&run, "2025-11-06T10:00:00Z", true);
	say(&run, "2025-11-06T10:00:00Z", "before");
	settle(&run);
	limit_files(700);
	say(&run, "2025-11-06T10:00:01Z", line);
	say(&run, "2025-11-06T10:00:01Z", line);
	settle(&run);
	limit_files(RLIM_INFINITY);
	say(&run, "2025-11-06T10:00:02Z", "lost too");
	settle(&run);
	now.mono += MSEC_MINUTE;
	say(&run, "2025-11-06T10:01:02Z", "after");
	end(&run);
	text = xasprintf("2025-11-06 10:00:00 | INFO | before\n2025-11-06 10:00:01 | INFO | %s\n"
	                 "2025-11-06 10:01:02 | INFO | after\n",
	                 line);
	assert_sealed("20251106.log", 1, text);
	free(text);
}

static void one_event_is_one_line_whatever_it_says(void **state)
{
	struct run run;
	char *got;
	size_t lines = 0;

	begin(&run, "2025-11-06T10:00:00Z", false);
	say(&run, "2025-11-06T10:00:00Z", "a\n2025-11-06 10:00:00 | INFO | forged");
	say(&run, "2025-11-06T10:00:00Z",
	    "b\r\x1b[2K\x08 c\xe2\x80\xa8 d\xe2\x80\xae e\xc2\x85 f\xff");
	textlog_printf(run.log, LEVEL_ERROR, "%s", "g\n\n\n");
	textlog_file_only(run.log, LEVEL_INFO, STR("h\0i\n"));
	end(&run);
	got = folder_read("20251106.log");
	assert_string_equal(
	        got,
	        "2025-11-06 10:00:00 | INFO | a\\x0a2025-11-06 10:00:00 | INFO | forged\n"
	        "2025-11-06 10:00:00 | INFO | b\\x0d\\x1b[2K\\x08 c\\u{2028} d\\u{202e} e\\u{85} "
	        "f\\xff\n"
	        "2025-11-06 10:00:00 | ERROR | g\\x0a\\x0a\\x0a\n"
	        "2025-11-06 10:00:00 | INFO | h\\x00i\\x0a\n");
	for (const char *c = got; *c != '\0'; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 4);
	free(got);
}

static void take_event(void *arg, enum log_level level, struct str text,
                       const struct textlog_event *event)
{
	buf_printf(arg, "%d " STR_FMT " %s %llu\n", (int)level, STR_ARG(text),
	           event ? event->name : "-", event ? (unsigned long long)event->ticket_id : 0);
}

static void a_journal_gets_text_and_event_without_the_prefix_of_the_file(void **state)
{
	const struct textlog_event event = {
	        .name = "outcome", .ticket_id = 5, .status = "error", .error = STR("x")};
	struct buf seen;
	struct run run;

	buf_init(&seen, 1000);
	begin(&run, "2025-11-06T10:00:00Z", false);
	textlog_use_journal(run.log, take_event, &seen);
	say(&run, "2025-11-06T10:00:00Z", "a | b\nc");
	textlog_say_event(run.log, LEVEL_ERROR, STR(""), &event);
	textlog_file_only(run.log, LEVEL_INFO, STR("only there"));
	textlog_set_level(run.log, LEVEL_ERROR);
	say(&run, "2025-11-06T10:00:00Z", "below the level");
	end(&run);
	assert_string_equal(buf_cstr(&seen), "1 a | b\\x0ac - 0\n3  outcome 5\n");
	assert_file("20251106.log",
	            "2025-11-06 10:00:00 | INFO | a | b\\x0ac\n2025-11-06 10:00:00 | ERROR | \n"
	            "2025-11-06 10:00:00 | INFO | only there\n");
	buf_free(&seen);
}

static void on_written(void *arg)
{
	*(bool *)arg = true;
}

/* Whatever rests on it, a mark that somebody was told, waits for the file and not for the moment in
 * which lines are gathered. */
static void who_waits_is_called_when_the_lines_stand_in_the_file(void **state)
{
	struct run run;
	bool written = false;
	char *text;

	begin(&run, "2026-11-22T10:00:00Z", false);
	textlog_say(run.log, LEVEL_ERROR, STR("of great importance"));
	textlog_when_written(run.log, on_written, &written);
	while (!written)
		(void)uv_run(&run.loop, UV_RUN_ONCE);
	text = folder_read("20261122.log");
	assert_non_null(strstr(text, "of great importance"));
	free(text);
	end(&run);
}

static void on_held(void *arg)
{
	*(bool *)arg = true;
}

/* While the file is being rewritten nothing is in it yet; a day that ends meanwhile takes its lines
 * with it. */
static void who_waits_is_called_behind_a_rewriting_and_behind_a_change_of_day(void **state)
{
	struct run run;
	bool held = false, written = false, later = false;
	char *text;

	begin(&run, "2026-11-22T23:59:59Z", false);
	textlog_hold(run.log, on_held, &held);
	while (!held)
		(void)uv_run(&run.loop, UV_RUN_ONCE);
	textlog_say(run.log, LEVEL_ERROR, STR("said while it was held"));
	textlog_when_written(run.log, on_written, &written);
	settle(&run);
	assert_false(written);
	textlog_release(run.log);
	while (!written)
		(void)uv_run(&run.loop, UV_RUN_ONCE);
	text = folder_read("20261122.log");
	assert_non_null(strstr(text, "said while it was held"));
	free(text);

	textlog_say(run.log, LEVEL_ERROR, STR("the last one of the day"));
	textlog_when_written(run.log, on_written, &later);
	say(&run, "2026-11-23T00:00:00Z", "a new day");
	while (!later)
		(void)uv_run(&run.loop, UV_RUN_ONCE);
	text = folder_read("20261122.log");
	assert_non_null(strstr(text, "the last one of the day"));
	free(text);
	end(&run);
}

static void last_words_come_behind_all_that_was_said(void **state)
{
	for (int sealed = 0; sealed < 2; sealed++) {
		struct run run;
		struct buf expected;

		folder_remove(state);
		folder_make(state);
		buf_init(&expected, 100000);
		begin(&run, "2025-11-06T10:00:00Z", sealed);
		for (int i = 0; i < 500; i++) {
			say(&run, "2025-11-06T10:00:00Z", "a line");
			buf_puts(&expected, "2025-11-06 10:00:00 | INFO | a line\n");
			/* Some are with a worker by then, some wait. */
			if (i % 100 == 50)
				(void)uv_run(&run.loop, UV_RUN_ONCE);
		}
		textlog_last_words(run.log, "last words");
		if (sealed)
			assert_sealed("20251106.log", 1, buf_cstr(&expected));
		else
			assert_file("20251106.log", buf_cstr(&expected));
		buf_free(&expected);
		settle(&run);
		textlog_close(run.log, on_closed, &run);
		settle(&run);
		assert_int_equal(uv_loop_close(&run.loop), 0);
		seal_key_free(run.key);
	}
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        IN_FOLDER(a_new_day_begins_a_new_file),
	        IN_FOLDER(a_clock_set_back_and_forth_loses_no_line),
	        IN_FOLDER(a_file_that_was_moved_or_deleted_is_begun_anew),
	        IN_FOLDER(a_sealed_file_that_was_moved_keeps_its_end),
	        IN_FOLDER(a_missing_folder_is_told_until_it_is_there_again),
	        IN_FOLDER(lines_said_while_a_deleted_file_is_looked_for_are_in_the_new_one),
	        IN_FOLDER(a_log_may_be_closed_while_its_file_is_looked_for),
	        IN_FOLDER(sealed_days_end_and_begin_like_plain_ones),
	        IN_FOLDER(a_sealed_file_that_is_still_being_closed_is_not_begun_again),
	        IN_FOLDER(the_next_process_goes_on_in_the_same_file),
	        IN_FOLDER(a_line_torn_by_a_dead_process_costs_itself_only),
	        IN_FOLDER(what_cannot_be_added_to_is_left_alone),
	        IN_FOLDER(processes_share_a_plain_file_but_not_a_sealed_one),
	        IN_FOLDER(after_a_full_disk_a_sealed_log_goes_on_and_can_be_read),
	        IN_FOLDER(one_event_is_one_line_whatever_it_says),
	        IN_FOLDER(a_journal_gets_text_and_event_without_the_prefix_of_the_file),
	        IN_FOLDER(who_waits_is_called_when_the_lines_stand_in_the_file),
	        IN_FOLDER(who_waits_is_called_behind_a_rewriting_and_behind_a_change_of_day),
	        IN_FOLDER(last_words_come_behind_all_that_was_said),
	};
	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
