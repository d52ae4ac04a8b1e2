/* Erasing a ticket from results, their backups and text logs, plain and sealed: it is gone,
 * everything else is as it was, and what cannot be done is told. */
#include "folder.h"

#include "base/json.h"
#include "daemon/files/erase_results.h"
#include "daemon/system/file.h"
#include "daemon/files/results.h"
#include "daemon/files/unseal.h"

#define TICKET(id) ticket_key(ACCOUNT_FIRST, id)

#define KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* in the year 2109: all that is there was left by somebody else */
#define STARTED (INT64_C(4) << 40)

#define HEAD "{\"timestamp\":\"2025-11-05T22:33:01Z\",\"results\":["
#define FOOT "\n],\"total\":3,\"processed\":3}\n"
#define ROW(id) "{\"ticket_id\":" #id ",\"status\":\"success\"}"

static const uint8_t SALT[SEAL_SALT_SIZE];

static struct erased erase_all(uint64_t id, struct unsealer *unsealer)
{
	struct erased erased = {.ticket = TICKET(id)};

	buf_init(&erased.failures, 10000);
	eraser_walk(folder, ERASE_THE_REST, INT64_MIN, STARTED, unsealer, NULL, &erased);
	return erased;
}

static void assert_erased(uint64_t id, uint64_t rows, uint64_t lines, const char *failures)
{
	struct erased erased = erase_all(id, NULL);

	assert_string_equal(buf_cstr(&erased.failures), failures);
	assert_int_equal(erased.rows, rows);
	assert_int_equal(erased.lines, lines);
	buf_free(&erased.failures);
}

static void results_lose_the_row_and_stay_a_document(void **state)
{
	static const struct {
		uint64_t id;
		const char *expected;
	} cases[] = {
	        {1, HEAD
	         "\n" ROW(12) ",\n" ROW(123) "\n],\"erased\":1,\"total\":3,\"processed\":3}\n"},
	        {12,
	         HEAD "\n" ROW(1) ",\n" ROW(123) "\n],\"erased\":1,\"total\":3,\"processed\":3}\n"},
	        {123,
	         HEAD "\n" ROW(1) ",\n" ROW(12) "\n],\"erased\":1,\"total\":3,\"processed\":3}\n"},
	        {2, HEAD "\n" ROW(1) ",\n" ROW(12) ",\n" ROW(123) FOOT},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		folder_write("results_20251105_223301.json",
		             HEAD "\n" ROW(1) ",\n" ROW(12) ",\n" ROW(123) FOOT);
		assert_erased(cases[i].id, cases[i].id == 2 ? 0 : 1, 0, "");
		assert_file("results_20251105_223301.json", cases[i].expected);
	}
}

static void the_last_one_can_go_and_counts_add_up(void **state)
{
	folder_write("results_20251105_223301.json",
	             HEAD "\n" ROW(1) ",\n" ROW(2) ",\n" ROW(1) FOOT);
	assert_erased(1, 2, 0, "");
	assert_file("results_20251105_223301.json",
	            HEAD "\n" ROW(2) "\n],\"erased\":2,\"total\":3,\"processed\":3}\n");
	assert_erased(2, 1, 0, "");
	assert_file("results_20251105_223301.json",
	            HEAD "\n],\"erased\":3,\"total\":3,\"processed\":3}\n");
}

static void backups_of_every_kind_are_rewritten(void **state)
{
	folder_write("results_20251105_223301.json.bak",
	             HEAD "\n" ROW(1) ",\n" ROW(2) ",\n{\"ticket_id\":3,\"sta");
	folder_write("results_20251105_223301_2.json.bak.2", HEAD "\n" ROW(1) ",\n" ROW(3));
	folder_write("results_20251105_223302.json.bak", "\x01 damaged \xff\n" ROW(3) ",\nrest");
	folder_write("20251105.log.bak",
	             "2025-11-05 22:33:01 | INFO | - Ticket 3 skipped: closed\n");
	assert_erased(3, 3, 1, "");
	assert_file("results_20251105_223301.json.bak", HEAD "\n" ROW(1) ",\n" ROW(2) "\n");
	assert_file("results_20251105_223301_2.json.bak.2", HEAD "\n" ROW(1) "\n");
	assert_file("results_20251105_223302.json.bak", "\x01 damaged \xff\nrest");
	assert_file("20251105.log.bak", "");
}

static void text_logs_lose_the_lines_that_name_it(void **state)
{
	folder_write("20251105.log",
	             "2025-11-05 22:33:01 | INFO | Starting AI Ticket Processor (limit: 50)\n"
	             "2025-11-05 22:33:01 | INFO | ✓ Ticket 12 processed in 3.2s\n"
	             "2025-11-05 22:33:01 | INFO | ✓ Ticket 123 processed in 3.2s\n"
	             "2025-11-05 22:33:01 | WARNING | Ticket 12: rules answer\n"
	             "2025-11-05 22:33:01 | WARNING | intent of ticket 12 cannot be read\n"
	             "2025-11-05 22:33:01 | INFO | Processed: 12/12 tickets\n"
	             "2025-11-05 22:33:01 | INFO | ✗ Ticket 12");
	assert_erased(12, 0, 4, "");
	assert_file("20251105.log",
	            "2025-11-05 22:33:01 | INFO | Starting AI Ticket Processor (limit: 50)\n"
	            "2025-11-05 22:33:01 | INFO | ✓ Ticket 123 processed in 3.2s\n"
	            "2025-11-05 22:33:01 | INFO | Processed: 12/12 tickets\n");
}

#define LIST "2025-11-05 22:33:01 | ERROR | Already written to Zendesk: tickets 7, 9-12, 120\n"
#define OTHERS "2025-11-05 22:33:01 | INFO | Processed: 8/60 tickets (4 minutes)\n"

static void a_list_that_names_it_goes(void **state)
{
	static const struct {
		uint64_t id;
		uint64_t lines;
	} cases[] = {{7, 1},  {9, 1}, {11, 1}, {12, 1}, {120, 1}, {8, 0},
	             {13, 0}, {1, 0}, {70, 0}, {60, 0}, {4, 0}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		folder_write("20251105.log", LIST OTHERS);
		assert_erased(cases[i].id, 0, cases[i].lines, "");
		assert_file("20251105.log", cases[i].lines > 0 ? OTHERS : LIST OTHERS);
	}
}

static void what_is_not_ours_or_does_not_name_it_is_not_touched(void **state)
{
	struct stat before, after;
	char *path = folder_path("results_20251105_223301.json");

	folder_write("foreign.json", ROW(1));
	folder_write("results_20251105_223301.json", HEAD "\n" ROW(11) FOOT);
	assert_int_equal(stat(path, &before), 0);
	assert_erased(1, 0, 0, "");
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_file("foreign.json", ROW(1));
	free(path);
}

static void another_form_is_told_and_left(void **state)
{
	char *expected = xasprintf("%s/results_20251105_223301.json: it names the ticket in an "
	                           "unknown form: remove it by hand\n",
	                           folder);

	folder_write("results_20251105_223301.json",
	             "{\n \"results\": [ { \"ticket_id\": 12 } ]\n}\n");
	assert_erased(12, 0, 0, expected);
	assert_erased(1, 0, 0, "");
	assert_file("results_20251105_223301.json",
	            "{\n \"results\": [ { \"ticket_id\": 12 } ]\n}\n");
	free(expected);
}

static void a_rewritten_file_is_for_its_owner_only_and_leaves_nothing_behind(void **state)
{
	struct stat now;
	char *path = folder_path("results_20251105_223301.json");

	folder_write("results_20251105_223301.json", HEAD "\n" ROW(1) FOOT);
	/* Left by a process that died while it rewrote. */
	folder_write(".results_20251105_223301.json.erase",
	             "a longer text than the one that is written now: " HEAD HEAD HEAD);
	assert_erased(1, 1, 0, "");
	assert_file("results_20251105_223301.json",
	            HEAD "\n],\"erased\":1,\"total\":3,\"processed\":3}\n");
	assert_int_equal(stat(path, &now), 0);
	assert_false(folder_has(".results_20251105_223301.json.erase"));
	free(path);
}

static void what_another_process_writes_to_is_told_and_left(void **state)
{
	struct erased erased;
	char *path = folder_path("20251105.log");
	FILE *other;

	folder_write("20251105.log", "- Ticket 1 skipped\n");
	other = fopen(path, "a");
	assert_true(file_lock(fileno(other), false));
	erased = erase_all(1, NULL);
	assert_non_null(strstr(buf_cstr(&erased.failures),
	                       "20251105.log: another process is writing to it"));
	assert_file("20251105.log", "- Ticket 1 skipped\n");
	assert_int_equal(fclose(other), 0);
	buf_free(&erased.failures);
	assert_erased(1, 0, 1, "");
	free(path);
}

/* A results file in the making has the number of its process behind it. */
static void what_dead_processes_left_is_looked_through_too(void **state)
{
	char *own = xasprintf(".results_20251105_223302.json.%d", (int)getpid());

	folder_write(".results_20251105_223301.json.4194999",
	             HEAD "\n" ROW(1) ",\n" ROW(2) ",\n{\"ticket_id\":3,\"sta");
	folder_write(own, HEAD "\n" ROW(1)); /* of a process that had our number before */
	folder_write(".results_20251105_223303.json.erase", HEAD "\n" ROW(1) ",\n" ROW(2));
	assert_erased(1, 3, 0, "");
	assert_file(".results_20251105_223301.json.4194999",
	            HEAD "\n" ROW(2) ",\n{\"ticket_id\":3,\"sta");
	assert_file(own, HEAD "\n");
	assert_file(".results_20251105_223303.json.erase", HEAD "\n" ROW(2));
	free(own);
}

static void a_rewritten_file_of_a_dead_process_is_as_old_as_before(void **state)
{
	char *own = xasprintf(".results_20251105_223302.json.%d", (int)getpid());
	msec started = (msec)time(NULL) * MSEC_SECOND;

	folder_write(own, HEAD "\n" ROW(1) ",\n" ROW(2));
	folder_age(own, 60);
	for (uint64_t id = 1; id <= 2; id++) {
		struct erased erased = {.ticket = TICKET(id)};

		buf_init(&erased.failures, 1000);
		eraser_walk(folder, ERASE_THE_REST, INT64_MIN, started, NULL, NULL, &erased);
		assert_int_equal(erased.rows, 1);
		buf_free(&erased.failures);
	}
	assert_file(own, HEAD "\n");
	free(own);
}

static void what_is_in_our_own_making_is_left_to_whoever_makes_it(void **state)
{
	struct erased erased = {.ticket = TICKET(1)};
	char *own = xasprintf(".results_20251105_223302.json.%d", (int)getpid());

	folder_write(own, HEAD "\n" ROW(1));
	buf_init(&erased.failures, 10000);
	eraser_walk(folder, ERASE_THE_REST, INT64_MIN, 0, NULL, NULL, &erased);
	assert_int_equal(erased.rows + erased.failures.len, 0);
	assert_file(own, HEAD "\n" ROW(1));
	buf_free(&erased.failures);
	free(own);
}

static void a_folder_that_cannot_be_written_is_told(void **state)
{
	struct erased erased;
	char *blocked = folder_path(".results_20251105_223301.json.erase");

	folder_write("results_20251105_223301.json", HEAD "\n" ROW(1) FOOT);
	assert_int_equal(mkdir(blocked, 0700), 0);
	erased = erase_all(1, NULL);
	assert_non_null(strstr(buf_cstr(&erased.failures),
	                       "cannot be written: illegal operation on a directory"));
	assert_file("results_20251105_223301.json", HEAD "\n" ROW(1) FOOT);
	buf_free(&erased.failures);
	free(blocked);
}

/* --- sealed --- */

static void write_sealed(const char *name, const struct seal_key *key, enum seal_content content,
                         const char *const *records, bool end)
{
	const uint8_t random[SEAL_SALT_SIZE] = {(uint8_t)name[strlen(name) - 6], (uint8_t)content};
	struct sealer sealer;
	struct buf text;

	buf_init(&text, 100000);
	sealer_begin(&sealer, key, content, random, NULL, &text);
	for (; *records != NULL; records++)
		sealer_add(&sealer, str_of(*records), &text);
	if (end)
		sealer_end(&sealer, &text);
	folder_write(name, buf_cstr(&text));
	buf_free(&text);
}

static char *read_sealed(const char *name, int expected)
{
	char *path = folder_path(name), *got = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&got, &len);
	struct err err = {{0}};
	int result = unseal_file(path, STR(KEY), out, &err);

	assert_int_equal(fclose(out), 0);
	if (result != expected)
		fail_msg("%d: %s", result, err.text);
	free(path);
	return got;
}

static void assert_sealed(const char *name, int expected, const char *text)
{
	char *got = read_sealed(name, expected);

	assert_string_equal(got, text);
	free(got);
}

static void sealed_files_are_rewritten_and_stay_sealed(void **state)
{
	static const char *const results[] = {HEAD, "\n" ROW(1), ",\n" ROW(2), FOOT, NULL};
	static const char *const unfinished[] = {HEAD, "\n" ROW(1), ",\n" ROW(2), NULL};
	static const char *const lines[] = {"- Ticket 2 skipped\n", "- Ticket 1 skipped\n", NULL};
	struct seal_key *key = seal_key_new(STR(KEY), SALT);
	struct unsealer unsealer;
	struct erased erased;

	write_sealed("results_20251105_223301.json", key, SEAL_RESULTS, results, true);
	write_sealed("results_20251105_223302.json.bak", key, SEAL_RESULTS, unfinished, false);
	write_sealed("20251105.log", key, SEAL_LOG, lines, true);
	unsealer_init(&unsealer, key);
	erased = erase_all(2, &unsealer);
	assert_string_equal(buf_cstr(&erased.failures), "");
	assert_int_equal(erased.rows, 2);
	assert_int_equal(erased.lines, 1);
	assert_sealed("results_20251105_223301.json", 0,
	              HEAD "\n" ROW(1) "\n],\"erased\":1,\"total\":3,\"processed\":3}\n");
	/* Not finished before, not finished now. */
	assert_sealed("results_20251105_223302.json.bak", -1, HEAD "\n" ROW(1) "\n");
	assert_sealed("20251105.log", 0, "- Ticket 1 skipped\n");
	buf_free(&erased.failures);
	unsealer_wipe(&unsealer);
	seal_key_free(key);
}

static void sealed_files_that_cannot_be_read_are_told(void **state)
{
	static const char *const results[] = {HEAD, "\n" ROW(1), FOOT, NULL};
	struct seal_key *key = seal_key_new(STR(KEY), SALT),
	                *other = seal_key_new(STR("a passphrase"), SALT);
	struct unsealer unsealer;
	struct erased erased;
	char *before, *damaged;

	write_sealed("results_20251105_223301.json", other, SEAL_RESULTS, results, true);
	write_sealed("results_20251105_223302.json", key, SEAL_RESULTS, results, true);
	damaged = folder_read("results_20251105_223302.json");
	damaged[strlen(damaged) - 50] ^= 1;
	folder_write("results_20251105_223302.json", damaged);
	before = folder_read("results_20251105_223301.json");
	unsealer_init(&unsealer, key);
	erased = erase_all(1, &unsealer);
	assert_non_null(strstr(buf_cstr(&erased.failures),
	                       "223301.json: line 1: sealed with another key, or altered\n"));
	assert_non_null(strstr(buf_cstr(&erased.failures), "223302.json: line "));
	assert_int_equal(erased.rows, 0);
	assert_file("results_20251105_223301.json", before);
	assert_file("results_20251105_223302.json", damaged);
	buf_free(&erased.failures);
	erased = erase_all(1, NULL);
	assert_non_null(
	        strstr(buf_cstr(&erased.failures), "it is sealed, and log.key is not set\n"));
	buf_free(&erased.failures);
	unsealer_wipe(&unsealer);
	seal_key_free(key);
	seal_key_free(other);
	free(before);
	free(damaged);
}

/* --- in a running process --- */

struct run {
	uv_loop_t loop;
	struct seal_key *key;
	struct textlog *log;
	struct buf told;
	unsigned closed;
};

static void on_erased(void *arg, const struct erased *erased)
{
	struct run *run = arg;

	buf_printf(&run->told, "%llu: %llu rows, %llu lines\n%s",
	           (unsigned long long)erased->ticket.id, (unsigned long long)erased->rows,
	           (unsigned long long)erased->lines, buf_cstr(&erased->failures));
	/* Lines said in the middle of it are not lost. */
	textlog_say(run->log, LEVEL_INFO, STR("one more erased"));
}

static void on_closed(void *arg)
{
	((struct run *)arg)->closed++;
}

static struct run begin(bool sealed)
{
	struct run run = {.key = sealed ? seal_key_new(STR(KEY), SALT) : NULL};

	buf_init(&run.told, 10000);
	return run;
}

static void open_log(struct run *run)
{
	struct err err;

	assert_int_equal(uv_loop_init(&run->loop), 0);
	run->log = textlog_open(&run->loop, folder, run->key, LEVEL_INFO, &err);
	assert_non_null(run->log);
}

static void end(struct run *run)
{
	textlog_close(run->log, on_closed, run);
	assert_int_equal(uv_run(&run->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&run->loop), 0);
	seal_key_free(run->key);
	buf_free(&run->told);
}

static char *name_of_today(void)
{
	time_t now = time(NULL);
	char name[32];

	strftime(name, sizeof(name), "%Y%m%d.log", gmtime(&now));
	return xstrdup(name);
}

/* The log without its times. */
static void assert_log_says(bool sealed, const char *expected)
{
	char *name = name_of_today(), *text = sealed ? read_sealed(name, 0) : folder_read(name);
	struct str rest = str_of(text);
	struct buf said;

	buf_init(&said, 10000);
	while (rest.len > 0) {
		struct str line = str_split(&rest, '\n');

		buf_add_str(&said, str_skip(line, strlen("2025-11-05 22:33:01 | INFO | ")));
		buf_putc(&said, '\n');
	}
	assert_string_equal(buf_cstr(&said), expected);
	buf_free(&said);
	free(name);
	free(text);
}

static void the_log_of_a_running_process_is_rewritten_and_goes_on(void **state)
{
	for (int sealed = 0; sealed < 2; sealed++) {
		struct run run = begin(sealed);
		struct eraser *eraser;

		folder_remove(state);
		folder_make(state);
		open_log(&run);
		folder_write("20200101.log",
		             "2020-01-01 00:00:00 | INFO | - Ticket 5 skipped: x\n");
		textlog_say(run.log, LEVEL_INFO, STR("Ticket 5: old"));
		textlog_say(run.log, LEVEL_INFO, STR("Ticket 6: old"));
		eraser = eraser_new(&run.loop, folder, STR(KEY), run.log, STARTED);
		eraser_erase(eraser, TICKET(5), on_erased, &run);
		eraser_erase(eraser, TICKET(7), on_erased, &run);
		textlog_say(run.log, LEVEL_INFO, STR("meanwhile"));
		assert_int_equal(uv_run(&run.loop, UV_RUN_DEFAULT), 0);
		assert_string_equal(buf_cstr(&run.told),
		                    "5: 0 rows, 2 lines\n7: 0 rows, 0 lines\n");
		eraser_close(eraser, on_closed, &run);
		end(&run);
		assert_int_equal(run.closed, 2);
		assert_log_says(sealed,
		                "Ticket 6: old\nmeanwhile\none more erased\none more erased\n");
		assert_file("20200101.log", "");
	}
}

static void closing_ends_what_is_under_way_and_tells_the_rest(void **state)
{
	struct run run = begin(false);
	struct eraser *eraser;

	open_log(&run);
	eraser = eraser_new(&run.loop, folder, STR(""), run.log, STARTED);
	eraser_erase(eraser, TICKET(5), on_erased, &run);
	eraser_erase(eraser, TICKET(6), on_erased, &run);
	eraser_close(eraser, on_closed, &run);
	assert_int_equal(uv_run(&run.loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(run.closed, 1);
	assert_non_null(
	        strstr(buf_cstr(&run.told),
	               "6: 0 rows, 0 lines\nno file was checked: the service is stopping\n"));
	end(&run);
}

static void on_results(void *arg, const char *path, const char *error)
{
	struct run *run = arg;

	assert_null(error);
	buf_puts(&run->told, strrchr(path, '/') + 1);
}

static void on_gone(void *arg, struct ticket_key ticket)
{
	*(uint64_t *)arg += ticket.id;
}

static void the_batch_that_is_running_forgets_it_too(void **state)
{
	for (int sealed = 0; sealed < 2; sealed++) {
		struct run run = begin(sealed);
		struct outcome outcome = {.status = OUTCOME_SKIPPED, .reason = STR("closed")};
		struct batch batch;
		struct results *results;
		uint64_t gone = 0;
		char *text;

		folder_remove(state);
		folder_make(state);
		open_log(&run);
		batch_start(&batch, wall_of("2025-11-05T22:33:01Z"), 0);
		results = results_new(&run.loop, folder, run.key);
		for (outcome.ticket.id = 1; outcome.ticket.id <= 3; outcome.ticket.id++) {
			batch_count(&batch, &outcome);
			results_add(results, &batch, &outcome);
			if (outcome.ticket.id == 2)
				results_forget(results, TICKET(3), on_gone, &gone);
		}
		results_forget(results, TICKET(1), on_gone, &gone);
		results_close(results, &batch, on_results, &run);
		assert_int_equal(uv_run(&run.loop, UV_RUN_DEFAULT), 0);
		text = sealed ? read_sealed(buf_cstr(&run.told), 0)
		              : folder_read(buf_cstr(&run.told));
		assert_non_null(strstr(text, "\"ticket_id\":2,"));
		assert_null(strstr(text, "\"ticket_id\":1,"));
		assert_null(strstr(text, "\"ticket_id\":3,"));
		assert_non_null(strstr(text, "],\"erased\":2,\"total\":3,"));
		assert_int_equal(gone, 3 + 1); /* told of both, once */
		free(text);
		end(&run);
	}
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        IN_FOLDER(results_lose_the_row_and_stay_a_document),
	        IN_FOLDER(the_last_one_can_go_and_counts_add_up),
	        IN_FOLDER(backups_of_every_kind_are_rewritten),
	        IN_FOLDER(text_logs_lose_the_lines_that_name_it),
	        IN_FOLDER(what_is_not_ours_or_does_not_name_it_is_not_touched),
	        IN_FOLDER(another_form_is_told_and_left),
	        IN_FOLDER(a_rewritten_file_is_for_its_owner_only_and_leaves_nothing_behind),
	        IN_FOLDER(what_another_process_writes_to_is_told_and_left),
	        IN_FOLDER(what_dead_processes_left_is_looked_through_too),
	        IN_FOLDER(a_rewritten_file_of_a_dead_process_is_as_old_as_before),
	        IN_FOLDER(what_is_in_our_own_making_is_left_to_whoever_makes_it),
	        IN_FOLDER(a_folder_that_cannot_be_written_is_told),
	        IN_FOLDER(sealed_files_are_rewritten_and_stay_sealed),
	        IN_FOLDER(sealed_files_that_cannot_be_read_are_told),
	        IN_FOLDER(the_log_of_a_running_process_is_rewritten_and_goes_on),
	        IN_FOLDER(closing_ends_what_is_under_way_and_tells_the_rest),
	        IN_FOLDER(a_list_that_names_it_goes),
	        IN_FOLDER(the_batch_that_is_running_forgets_it_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
