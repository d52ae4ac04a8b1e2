/* The copy for a backup: whole, made while the store works, for its owner only, and gone when a
 * ticket is erased or when it is old. */
#include <time.h>

#include "daemon/store/store_backup.h"
#include "former_lab.h"

#define DAY (24 * MSEC_HOUR)

struct answer {
	unsigned calls;
	char *path; /* NULL = refused */
	int64_t bytes;
	char error[256];
	struct lab *lab;
	uint64_t persisted; /* what was durable when the answer came */
};

static void on_backed_up(void *arg, const struct store_copy *copy, const char *error)
{
	struct answer *answer = arg;

	answer->calls++;
	answer->persisted = answer->lab->persisted;
	answer->path = copy != NULL ? xstrdup(copy->path) : NULL;
	answer->bytes = copy != NULL ? copy->bytes : 0;
	snprintf(answer->error, sizeof(answer->error), "%s", error != NULL ? error : "");
}

static void back_up(struct lab *lab, struct answer *answer)
{
	free(answer->path);
	*answer = (struct answer){.lab = lab};
	store_backup(lab->store, on_backed_up, answer);
	lab_run(lab);
	assert_int_equal(answer->calls, 1);
}

static void begin_with(struct lab *lab, uint64_t tickets)
{
	lab_new(lab);
	lab_begin(lab);
	for (uint64_t id = 1; id <= tickets; id++)
		lab_put(lab, RECORD_DECISION, id, "{\"text\":\"what was decided\"}");
}

static void the_copy_has_all_that_was_put_before_and_the_store_goes_on(void **state)
{
	struct answer answer = {0};
	struct stat of;
	struct lab lab;

	begin_with(&lab, 500);
	back_up(&lab, &answer);
	assert_int_equal(answer.persisted, 500);
	assert_true(lab_has(&lab, ".backup") && !lab_has(&lab, ".backup.new"));
	assert_int_equal(stat(answer.path, &of), 0);
	assert_int_equal(of.st_mode & 07777, 0600);
	assert_int_equal(of.st_size, answer.bytes);
	assert_int_equal(former_ask(answer.path, "SELECT count(*) FROM pragma_integrity_check "
	                                         "WHERE integrity_check = 'ok'"),
	                 1);
	assert_int_equal(former_ask(answer.path, "SELECT count(*) FROM record"), 500);
	assert_int_equal(lab.worked[STORE_WORK_UPKEEP], 1);
	lab_put(&lab, RECORD_DECISION, 501, "{}");
	back_up(&lab, &answer);
	assert_int_equal(former_ask(answer.path, "SELECT count(*) FROM record"), 501);
	lab_close(&lab);
	lab_free(&lab);
	free(answer.path);
}

static void a_store_opens_the_copy_as_its_own(void **state)
{
	struct answer answer = {0};
	struct lab lab;

	begin_with(&lab, 3);
	back_up(&lab, &answer);
	lab_close(&lab);
	assert_int_equal(rename(answer.path, lab.path), 0);
	lab_open(&lab);
	assert_int_equal(store_count(lab.store), 3);
	assert_null(store_was_rebuilt(lab.store));
	lab_free(&lab);
	free(answer.path);
}

static void a_copy_that_cannot_be_made_is_told_and_hurts_nothing(void **state)
{
	static const char *const places[] = {".backup", ".backup.new"};
	struct answer answer = {0};
	struct lab lab;

	begin_with(&lab, 3);
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		char *place = lab_file(&lab, places[i]);

		assert_int_equal(mkdir(place, 0700), 0);
		back_up(&lab, &answer);
		assert_null(answer.path);
		assert_non_null(strstr(answer.error, "state.db.backup: cannot be created: "));
		assert_null(store_error(lab.store));
		assert_int_equal(rmdir(place), 0);
		assert_false(lab_has(&lab, ".backup") || lab_has(&lab, ".backup.new"));
		free(place);
	}
	lab_put(&lab, RECORD_DECISION, 4, "{}");
	lab_run(&lab);
	assert_int_equal(lab.persisted, 4);
	lab_close(&lab);
	lab_free(&lab);
}

static void erasing_a_ticket_takes_the_copy_along(void **state)
{
	struct answer answer = {0};
	struct lab lab;

	begin_with(&lab, 5);
	back_up(&lab, &answer);
	lab_write(&lab, ".backup.new", "ticket 5", 8);
	lab_write(&lab, ".backups", "not ours", 8);
	lab_erase(&lab, 5);
	assert_null(lab.erasure.error);
	assert_int_equal(lab.erasure.copies, 2);
	assert_false(lab_has(&lab, ".backup") || lab_has(&lab, ".backup.new"));
	assert_true(lab_has(&lab, ".backups"));
	lab_close(&lab);
	lab_free(&lab);
	free(answer.path);
}

static void a_copy_that_nobody_carries_away_goes_after_thirty_days(void **state)
{
	struct answer answer = {0};
	struct timespec made[] = {{.tv_sec = NOON / MSEC_SECOND}, {.tv_sec = NOON / MSEC_SECOND}};
	struct lab lab;

	begin_with(&lab, 1);
	back_up(&lab, &answer);
	assert_int_equal(utimensat(AT_FDCWD, answer.path, made, 0), 0);
	store_prune(lab.store, 1, NOON + STORE_COPIES_KEPT_DAYS * DAY);
	lab_run(&lab);
	assert_true(lab_has(&lab, ".backup"));
	store_prune(lab.store, 1, NOON + (STORE_COPIES_KEPT_DAYS + 1) * DAY);
	lab_run(&lab);
	assert_false(lab_has(&lab, ".backup"));
	lab_close(&lab);
	lab_free(&lab);
	free(answer.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_copy_has_all_that_was_put_before_and_the_store_goes_on),
	        cmocka_unit_test(a_store_opens_the_copy_as_its_own),
	        cmocka_unit_test(a_copy_that_cannot_be_made_is_told_and_hurts_nothing),
	        cmocka_unit_test(erasing_a_ticket_takes_the_copy_along),
	        cmocka_unit_test(a_copy_that_nobody_carries_away_goes_after_thirty_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
