/* The store and a disk that is full or read-only: what cannot be written is told, nothing is half
 * there, and when there is room again the service goes on by itself. Loops run in children only:
 * each has its own limit. */
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "store_lab.h"

static void limit_file_size(rlim_t bytes)
{
	struct rlimit limit = {bytes, RLIM_INFINITY};

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		_exit(2);
}

#define DEMAND(condition)                                                                          \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "line %d: not so: %s\n", __LINE__, #condition);            \
			_exit(1);                                                                  \
		}                                                                                  \
	} while (0)

static void fill_until_it_fails(struct lab *lab)
{
	uint64_t good, failed_from;

	limit_file_size(200 * 1024);
	lab_begin(lab);
	for (int i = 0; i < 100 && lab->failed_calls == 0; i++)
		lab_fill(lab, 10);
	DEMAND(lab->failed_calls == 1);
	DEMAND(lab->persisted > 0 && lab->from == lab->persisted + 1);
	DEMAND(store_error(lab->store) != NULL);
	good = lab->persisted;
	lab_put(lab, RECORD_DECISION, 1, "{\"lost\":1}");
	store_hurry(lab->store);
	(void)uv_run(&lab->loop, UV_RUN_NOWAIT);
	lab_put(lab, RECORD_DECISION, 2, "{\"lost\":2}"); /* waits behind one that may fail */
	failed_from = lab->sequence - 1;
	lab_run(lab);
	DEMAND(lab->failed_calls == 1 || lab->from >= failed_from);
	limit_file_size(1); /* what a record did not fit into may still have room for a try */
	store_try(lab->store);
	lab_run(lab);
	DEMAND(store_error(lab->store) != NULL);
	limit_file_size(RLIM_INFINITY);
	store_try(lab->store);
	lab_run(lab);
	DEMAND(store_error(lab->store) == NULL); /* though there was nothing to be written */
	lab_put(lab, RECORD_DECISION, 3, "{\"found\":1}");
	lab_run(lab);
	DEMAND(lab->persisted == lab->sequence && lab->persisted > good);
	DEMAND(store_error(lab->store) == NULL); /* it is over, and no longer told */
	lab_close(lab);
}

static bool found_again;

static void look_for_it(void *arg, const struct record *record)
{
	found_again = found_again || strcmp(record->payload, "{\"found\":1}") == 0;
}

static void a_full_disk_is_told_and_overcome_when_there_is_room(void **state)
{
	struct lab lab;
	struct err err = {{0}};

	lab_new(&lab);
	lab_in_a_child(fill_until_it_fails, &lab);
	lab_open(&lab);
	assert_null(store_was_rebuilt(lab.store));
	found_again = false;
	assert_int_equal(store_restore(lab.store, look_for_it, NULL, &err), 0);
	assert_true(found_again);
	lab_free(&lab);
}

static void open_on_a_full_disk(struct lab *lab)
{
	struct err err = {{0}};

	limit_file_size(1024);
	if (store_open(lab->path, &store_sqlite, &lab->store, &err) == 0 ||
	    strstr(err.text, "store.path") == NULL)
		_exit(1);
}

static void a_disk_too_full_to_begin_is_refused(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_in_a_child(open_on_a_full_disk, &lab);
	lab_open(&lab); /* and later there is room */
	assert_null(store_was_rebuilt(lab.store));
	lab_free(&lab);
}

static void a_real_full_disk_is_told_and_overcome(void **state)
{
	struct lab lab;
	char ballast[128];

	lab_new(&lab);
	if (mount("tmpfs", lab.dir, "tmpfs", 0, "size=1m") < 0) {
		lab_free(&lab);
		skip();
	}
	lab_begin(&lab);
	snprintf(ballast, sizeof(ballast), "%s/ballast", lab.dir);
	{
		int fd = open(ballast, O_WRONLY | O_CREAT, 0600);

		assert_true(fd >= 0);
		assert_int_equal(posix_fallocate(fd, 0, 512 * 1024), 0);
		(void)close(fd);
	}
	for (int i = 0; i < 100 && lab.failed_calls == 0; i++)
		lab_fill(&lab, 10);
	assert_int_equal(lab.failed_calls, 1);
	assert_int_equal(lab.from, lab.persisted + 1);
	assert_int_equal(unlink(ballast), 0);
	lab_put(&lab, RECORD_DECISION, 3, "{\"found\":1}");
	lab_run(&lab);
	assert_int_equal(lab.persisted, lab.sequence);
	lab_close(&lab);
	assert_int_equal(umount(lab.dir), 0);
	lab_free(&lab);
}

static void a_disk_that_became_read_only_is_refused(void **state)
{
	struct lab lab;

	lab_new(&lab);
	if (mount("tmpfs", lab.dir, "tmpfs", 0, "size=1m") < 0) {
		lab_free(&lab);
		skip();
	}
	lab_begin(&lab);
	lab_close(&lab);
	assert_int_equal(mount("tmpfs", lab.dir, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), 0);
	lab_assert_refused(&lab, "ead-only");
	assert_int_equal(umount(lab.dir), 0);
	lab_free(&lab);
}

/* --- erasing and rebuilding without room --- */

static void erase_without_room(struct lab *lab)
{
	lab_begin(lab);
	lab_put(lab, RECORD_DECISION, 7, "{}");
	lab_run(lab);
	limit_file_size(0);
	lab_erase(lab, 7);
	DEMAND(lab->erasure.error != NULL);
	DEMAND(!store_is_erased(lab->store, TICKET(7)));
	DEMAND(strstr(lab_explain(lab, 7), "decision") != NULL); /* reading needs no room */
	limit_file_size(RLIM_INFINITY);
	lab_erase(lab, 7);
	DEMAND(lab->erasure.error == NULL);
	DEMAND(store_is_erased(lab->store, TICKET(7)));
	lab_close(lab);
}

static void an_erasure_that_failed_is_told_and_can_be_repeated(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_in_a_child(erase_without_room, &lab);
	lab_free(&lab);
}

static void rebuild_without_room(struct lab *lab)
{
	char garbage[4096];
	int fd;

	lab_begin(lab);
	for (int i = 0; i < 10; i++)
		lab_fill(lab, 300);
	lab_erase(lab, 4711);
	memset(garbage, 0xa5, sizeof(garbage));
	fd = open(lab->path, O_WRONLY);
	for (off_t page = 2; page < 500; page++)
		DEMAND(pwrite(fd, garbage, sizeof(garbage), page * 4096) == sizeof(garbage));
	limit_file_size(0);
	lab_put(lab, RECORD_OUTCOME, 1, "{}");
	store_explain(lab->store, TICKET(1), lab_explained, lab);
	store_prune(lab->store, 1, NOON);
	lab_run(lab);
	DEMAND(lab->failed_calls >= 1 && lab->from == lab->sequence);
	DEMAND(lab->json == NULL && lab->error[0] != '\0');
	DEMAND(store_was_rebuilt(lab->store) == NULL && !lab_has(lab, ".bak") &&
	       !lab_has(lab, ".new"));
	lab_put(lab, RECORD_OUTCOME, 2, "{}");
	lab_run(lab);
	DEMAND(lab->from == lab->sequence);
	limit_file_size(RLIM_INFINITY);
	lab_put(lab, RECORD_OUTCOME, 3, "{\"found\":1}");
	lab_run(lab);
	DEMAND(lab->persisted == lab->sequence);
	DEMAND(store_is_erased(lab->store, TICKET(4711)));
	DEMAND(lab->rebuilt_calls == 1);
	lab_close(lab);
	DEMAND(lab_has(lab, ".bak") && !lab_has(lab, ".bak.1"));
	(void)close(fd);
}

static void a_rebuild_that_failed_is_tried_again_with_the_next_record(void **state)
{
	struct lab lab;
	struct err err = {{0}};

	lab_new(&lab);
	lab_in_a_child(rebuild_without_room, &lab);
	lab_open(&lab);
	assert_true(store_is_erased(lab.store, TICKET(4711)));
	found_again = false;
	assert_int_equal(store_restore(lab.store, look_for_it, NULL, &err), 0);
	assert_true(found_again);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_full_disk_is_told_and_overcome_when_there_is_room),
	        cmocka_unit_test(a_disk_too_full_to_begin_is_refused),
	        cmocka_unit_test(an_erasure_that_failed_is_told_and_can_be_repeated),
	        cmocka_unit_test(a_rebuild_that_failed_is_tried_again_with_the_next_record),
	        cmocka_unit_test(a_real_full_disk_is_told_and_overcome),
	        cmocka_unit_test(a_disk_that_became_read_only_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
