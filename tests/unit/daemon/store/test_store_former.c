/* The copy of the database that a migration makes before it begins: whole, for its owner only, the
 * way back to the former version, and gone when a ticket is erased or when it is old. Without it
 * nothing is migrated. */
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <time.h>

#include "../base/seed.h"
#include "base/prng.h"
#include "former_lab.h"

#define DAY (24 * MSEC_HOUR)

/* --- the copy --- */

static char *template_of(struct lab *lab, int more)
{
	char *former = lab_file(lab, ".template");

	former_make(lab, more);
	former_copy_file(lab->path, former);
	return former;
}

static void the_copy_is_whole_and_holds_what_there_was(void **state)
{
	struct lab lab;
	char *copy, *former;

	lab_new(&lab);
	former = template_of(&lab, 1000);
	lab_begin(&lab);
	copy = lab_file(&lab, ".schema1");
	lab_put(&lab, RECORD_DECISION, 4711, "{}");
	lab_close(&lab);
	former_assert_whole(copy);
	former_assert_same(copy, former);
	lab_free(&lab);
	free(copy);
	free(former);
}

/* As the manual says: the copy takes the place of the database, whose log goes. */
static void who_goes_back_and_comes_again_finds_all_of_it(void **state)
{
	struct lab lab;
	char *copy;

	lab_new(&lab);
	former_make(&lab, 0);
	lab_begin(&lab);
	copy = lab_file(&lab, ".schema1");
	lab_put(&lab, RECORD_DECISION, 4711, "{}");
	lab_close(&lab);
	assert_int_equal(rename(copy, lab.path), 0);
	assert_int_equal(former_ask(lab.path, "PRAGMA user_version"), 1);
	lab_open(&lab);
	lab_assert_restores(&lab, FORMER_RESTORED);
	former_assert_whole(copy);
	lab_free(&lab);
	free(copy);
}

static void what_an_earlier_migration_left_is_made_anew(void **state)
{
	struct lab lab;
	char *copy;

	lab_new(&lab);
	former_make(&lab, 100);
	lab_write(&lab, ".schema1", "half a copy", 11);
	lab_write(&lab, ".schema1.new", "half a copy", 11);
	lab_write(&lab, ".schema1.new-journal", "half a copy", 11);
	lab_open(&lab);
	copy = lab_file(&lab, ".schema1");
	former_assert_whole(copy);
	assert_false(lab_has(&lab, ".schema1.new"));
	assert_false(lab_has(&lab, ".schema1.new-journal"));
	lab_free(&lab);
	free(copy);
}

static void no_other_start_makes_one(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_reopen(&lab);
	assert_false(lab_has(&lab, ".schema1"));
	assert_false(lab_has(&lab, ".schema2"));
	lab_free(&lab);
	lab_new(&lab);
	former_make(&lab, 0);
	lab_open(&lab);
	store_close(lab.store, NULL, NULL);
	lab_write(&lab, ".schema1", "kept", 4);
	lab_open(&lab);
	assert_true(lab_holds(&lab, ".schema1", "kept"));
	lab_free(&lab);
}

/* --- erasing and age --- */

static void make_copies(struct lab *lab)
{
	lab_new(lab);
	lab_write(lab, ".schema1", "ticket 5", 8);
	lab_write(lab, ".schema1-journal", "ticket 5", 8);
	lab_write(lab, ".schema12", "ticket 5", 8);
	lab_write(lab, ".schema2.new", "ticket 5", 8);
	lab_write(lab, ".bak", "ticket 5", 8);
	lab_write(lab, ".schema", "not ours", 8);
	lab_write(lab, ".schemas", "not ours", 8);
	lab_write(lab, ".schema1.gz", "not ours", 8);
	lab_begin(lab);
}

static void assert_others_stay(const struct lab *lab)
{
	assert_true(lab_has(lab, ".schema"));
	assert_true(lab_has(lab, ".schemas"));
	assert_true(lab_has(lab, ".schema1.gz"));
}

static void erasing_takes_the_copies_along_and_counts_them(void **state)
{
	struct lab lab;

	make_copies(&lab);
	lab_erase(&lab, 5);
	assert_null(lab.erasure.error);
	assert_int_equal(lab.erasure.copies, 4);
	assert_false(lab_has(&lab, ".schema1") || lab_has(&lab, ".schema1-journal") ||
	             lab_has(&lab, ".schema12"));
	assert_false(lab_has(&lab, ".schema2.new") || lab_has(&lab, ".bak"));
	assert_others_stay(&lab);
	lab_erase(&lab, 5);
	assert_int_equal(lab.erasure.copies, 0);
	lab_close(&lab);
	lab_free(&lab);
}

static void nothing_is_left_in_the_clear_after_a_migration_and_an_erasing(void **state)
{
	struct lab lab;

	lab_new(&lab);
	former_make(&lab, 100);
	lab_begin(&lab);
	assert_true(lab_holds(&lab, ".schema1", "{\"b\":1}"));
	lab_erase(&lab, 4);
	assert_null(lab.erasure.error);
	assert_int_equal(lab.erasure.copies, 1);
	assert_int_equal(lab.erasure.records, 2);
	assert_false(lab_has(&lab, ".schema1"));
	assert_false(lab_holds(&lab, "", "{\"b\":1}") || lab_holds(&lab, "-wal", "{\"b\":1}"));
	lab_close(&lab);
	lab_free(&lab);
}

static void a_copy_that_cannot_be_removed_is_told(void **state)
{
	struct lab lab;
	char *copy;

	lab_new(&lab);
	lab_begin(&lab);
	copy = lab_file(&lab, ".schema1");
	assert_int_equal(mkdir(copy, 0700), 0);
	lab_erase(&lab, 5);
	assert_non_null(strstr(lab.erasure.error, ".schema1: cannot be removed"));
	assert_int_equal(rmdir(copy), 0);
	lab_erase(&lab, 5);
	assert_null(lab.erasure.error);
	lab_close(&lab);
	lab_free(&lab);
	free(copy);
}

static void set_age(const struct lab *lab, const char *suffix, msec made)
{
	struct timespec times[] = {{.tv_sec = made / MSEC_SECOND}, {.tv_sec = made / MSEC_SECOND}};
	char *path = lab_file(lab, suffix);

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	free(path);
}

static void prune(struct lab *lab, msec wall)
{
	store_prune(lab->store, 1, wall);
	lab_run(lab);
	assert_null(store_error(lab->store));
}

static void copies_go_thirty_days_after_they_were_made(void **state)
{
	struct lab lab;

	make_copies(&lab);
	set_age(&lab, ".schema1", NOON);
	set_age(&lab, ".schema2.new", NOON);
	set_age(&lab, ".schema12", NOON + DAY);
	prune(&lab, NOON - 1000 * DAY); /* a clock that runs backwards */
	prune(&lab, NOON + STORE_COPIES_KEPT_DAYS * DAY);
	assert_true(lab_has(&lab, ".schema1") && lab_has(&lab, ".schema2.new") &&
	            lab_has(&lab, ".schema12"));
	prune(&lab, NOON + STORE_COPIES_KEPT_DAYS * DAY + 1000);
	assert_false(lab_has(&lab, ".schema1") || lab_has(&lab, ".schema1-journal") ||
	             lab_has(&lab, ".schema2.new"));
	assert_true(lab_has(&lab, ".schema12"));
	prune(&lab, NOON + (STORE_COPIES_KEPT_DAYS + 2) * DAY);
	assert_false(lab_has(&lab, ".schema12"));
	assert_true(lab_has(&lab, ".bak")); /* a person was not told of it maybe */
	assert_others_stay(&lab);
	lab_close(&lab);
	lab_free(&lab);
}

/* --- no copy, no migration --- */

static bool same_bytes(const char *a, const char *b)
{
	char *command = xasprintf("cmp -s '%s' '%s'", a, b);
	bool same = system(command) == 0;

	free(command);
	return same;
}

static void a_copy_that_cannot_be_made_stops_the_start(void **state)
{
	static const char *const places[] = {".schema1", ".schema1.new"};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct lab lab;
		char *place, *former;

		lab_new(&lab);
		former = template_of(&lab, 100);
		place = lab_file(&lab, places[i]);
		assert_int_equal(mkdir(place, 0700), 0);
		lab_assert_refused(&lab, "state.db.schema1: cannot be created: ");
		assert_true(same_bytes(lab.path, former));
		assert_int_equal(rmdir(place), 0);
		assert_false(lab_has(&lab, ".schema1") || lab_has(&lab, ".schema1.new") ||
		             lab_has(&lab, ".bak"));
		lab_open(&lab);
		assert_int_equal(store_count(lab.store), 107);
		lab_free(&lab);
		free(place);
		free(former);
	}
}

static rlim_t room;

/* 3 = it was opened; 0 = refused as it should be. */
static void open_with_little_room(struct lab *lab)
{
	struct rlimit limit = {room, RLIM_INFINITY};
	struct err err = {{0}};

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		_exit(2);
	if (store_open(lab->path, &store_sqlite, &lab->store, &err) == 0)
		_exit(3);
	if (strstr(err.text, "store.path: ") == NULL ||
	    strstr(err.text, "was not changed") == NULL) {
		fprintf(stderr, "%s\n", err.text);
		_exit(1);
	}
}

static int status_of_a_start(struct lab *lab)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		open_with_little_room(lab);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void without_room_for_the_copy_the_database_stays_as_it_is(void **state)
{
	unsigned refusals = 0;
	struct lab lab;
	char *former, *copy;
	int status = 0;

	lab_new(&lab);
	former = template_of(&lab, 2000);
	copy = lab_file(&lab, ".schema1");
	for (room = 1024; status == 0; room += 40 * 1024) {
		status = status_of_a_start(&lab);
		assert_true(status == 0 || status == 3);
		if (status == 3)
			break;
		refusals++;
		assert_true(same_bytes(lab.path, former));
		assert_false(lab_has(&lab, ".schema1") || lab_has(&lab, ".schema1.new") ||
		             lab_has(&lab, ".bak"));
	}
	print_message("%u starts were refused\n", refusals);
	assert_true(refusals > 5);
	former_assert_whole(copy);
	former_assert_same(lab.path, former);
	lab_free(&lab);
	free(former);
	free(copy);
}

/* The same on a disk that is really full, which also takes a copy and then not the migration: the
 * copy goes again, because the next try needs its room. */
static void a_full_disk_stops_the_start_at_any_place(void **state)
{
	unsigned refusals = 0, after_copy = 0;
	struct lab lab;
	char *former, *copy, *ballast;
	struct err err = {{0}};

	lab_new(&lab);
	if (mount("tmpfs", lab.dir, "tmpfs", 0, "size=4m") < 0) {
		lab_free(&lab);
		skip();
	}
	former_make(&lab, 2000);
	former = xasprintf("%s.former", lab.dir);
	former_copy_file(lab.path, former);
	copy = lab_file(&lab, ".schema1");
	ballast = xasprintf("%s/ballast", lab.dir);
	for (off_t taken = 3600 * 1024;; taken -= 40 * 1024) {
		int fd = open(ballast, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		assert_true(fd >= 0 && taken > 0);
		while (taken > 0 && posix_fallocate(fd, 0, taken) != 0)
			taken -= 40 * 1024;
		(void)close(fd);
		if (store_open(lab.path, &store_sqlite, &lab.store, &err) == 0)
			break;
		refusals++;
		assert_non_null(strstr(err.text, "the disk is full"));
		assert_int_equal(former_ask(lab.path, "PRAGMA user_version"), 1);
		former_assert_same(lab.path, former);
		assert_false(lab_has(&lab, ".schema1") || lab_has(&lab, ".schema1.new") ||
		             lab_has(&lab, ".bak"));
		after_copy += strstr(err.text, "cannot be migrated") != NULL;
	}
	print_message("%u starts were refused, %u of them after the copy\n", refusals, after_copy);
	assert_true(refusals > after_copy && after_copy > 0);
	former_assert_whole(copy);
	store_close(lab.store, NULL, NULL);
	/* The start that was possible may have left no room to empty SQLite's log on closing. */
	assert_int_equal(unlink(ballast), 0);
	lab_open(&lab);
	store_close(lab.store, NULL, NULL);
	lab.store = NULL;
	former_assert_same(lab.path, former);
	assert_int_equal(umount(lab.dir), 0);
	assert_int_equal(unlink(former), 0);
	lab_free(&lab);
	free(former);
	free(copy);
	free(ballast);
}

/* --- ends of the process --- */

#define KILLS 50

/* The child says when it begins to open. False when it came to its end before. */
static bool killed_after(struct lab *lab, uint64_t microseconds)
{
	uint64_t end;
	int ends[2], status;
	pid_t pid;
	char byte = 0;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (write(ends[1], &byte, 1) != 1)
			_exit(1);
		lab_open(lab);
		_exit(0);
	}
	assert_int_equal(read(ends[0], &byte, 1), 1);
	end = uv_hrtime() + microseconds * 1000;
	while (uv_hrtime() < end)
		;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)close(ends[0]);
	(void)close(ends[1]);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status);
}

static void begin_again(const struct lab *lab, const char *former)
{
	static const char *const files[] = {"", "-wal", ".schema1", ".schema1.new",
	                                    ".schema1.new-journal"};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char *path = lab_file(lab, files[i]);

		(void)unlink(path);
		free(path);
	}
	former_copy_file(former, lab->path);
}

static void assert_copy_is_whole(const struct lab *lab, const char *former)
{
	char *copy = lab_file(lab, ".schema1");

	former_assert_whole(copy);
	former_assert_same(copy, former);
	free(copy);
}

static void assert_nothing_is_lost(struct lab *lab, const char *former)
{
	lab_open(lab);
	/* as told by schema 1 */
	assert_string_equal(store_was_rebuilt(lab->store), "/somewhere/state.db.bak");
	assert_int_equal(store_count(lab->store), 2007);
	store_close(lab->store, NULL, NULL);
	lab->store = NULL;
	assert_false(lab_has(lab, ".schema1.new") || lab_has(lab, ".bak"));
	former_assert_same(lab->path, former);
	assert_copy_is_whole(lab, former);
}

/* Every other time a second life ends early too, on what the first one left. The kill before each
 * system call is in tests/integration/test_migrate.py. */
static void a_kill_at_any_moment_of_a_migration_costs_nothing(void **state)
{
	unsigned kills = 0, with_copy = 0;
	uint64_t longest = 100000; /* microseconds; found out on the way */
	struct prng prng;
	struct lab lab;
	char *former;

	prng_seed(&prng, test_seed());
	lab_new(&lab);
	former = template_of(&lab, 2000);
	for (int life = 0; kills < KILLS; life++) {
		uint64_t moment = prng_below(&prng, longest);
		bool killed;

		if (life % 2 == 0)
			begin_again(&lab, former);
		killed = killed_after(&lab, moment);
		longest = killed ? longest + longest / 16 : moment + 100;
		kills += killed;
		with_copy += killed && lab_has(&lab, ".schema1");
		if (lab_has(&lab, ".schema1"))
			assert_copy_is_whole(&lab, former);
		if (life % 2 == 1)
			assert_nothing_is_lost(&lab, former);
	}
	print_message("%u kills, %u of them with a copy\n", kills, with_copy);
	lab_free(&lab);
	free(former);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_copy_is_whole_and_holds_what_there_was),
	        cmocka_unit_test(who_goes_back_and_comes_again_finds_all_of_it),
	        cmocka_unit_test(what_an_earlier_migration_left_is_made_anew),
	        cmocka_unit_test(no_other_start_makes_one),
	        cmocka_unit_test(erasing_takes_the_copies_along_and_counts_them),
	        cmocka_unit_test(nothing_is_left_in_the_clear_after_a_migration_and_an_erasing),
	        cmocka_unit_test(a_copy_that_cannot_be_removed_is_told),
	        cmocka_unit_test(copies_go_thirty_days_after_they_were_made),
	        cmocka_unit_test(a_copy_that_cannot_be_made_stops_the_start),
	        cmocka_unit_test(without_room_for_the_copy_the_database_stays_as_it_is),
	        cmocka_unit_test(a_full_disk_stops_the_start_at_any_place),
	        cmocka_unit_test(a_kill_at_any_moment_of_a_migration_costs_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
