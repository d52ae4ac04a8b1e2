/* When records that are put one by one become durable: they gather for a moment, so that one
 * transaction is enough for many, and nothing else waits for that. Whether the loop would wait, and
 * for how long, is asked of the loop itself: so no test waits. */
#include "store_lab.h"

#define GATHER_MS 20
#define GATHER_RECORDS 64

/* Until it has run once, a loop cannot say how long it would wait. */
static void lab_begin_running(struct lab *lab)
{
	lab_new(lab);
	lab_begin(lab);
	store_try(lab->store);
	lab_run(lab);
}

static void lab_put_many(struct lab *lab, size_t count)
{
	for (size_t i = 0; i < count; i++)
		lab_put(lab, RECORD_DECISION, lab->sequence + 1, "{}");
}

/* The worker is given nothing before that time has passed. */
static void assert_gathers(const struct lab *lab)
{
	assert_int_equal(uv_backend_timeout(&lab->loop), GATHER_MS);
}

static void assert_goes_at_once(const struct lab *lab)
{
	assert_int_equal(uv_backend_timeout(&lab->loop), 0);
}

static void a_record_waits_for_others_for_20_ms(void **state)
{
	struct lab lab;

	lab_begin_running(&lab);
	lab_put_many(&lab, 1);
	assert_gathers(&lab);
	(void)uv_run(&lab.loop, UV_RUN_DEFAULT);
	assert_int_equal(lab.persisted, 1);
	assert_int_equal(lab.commits, 1);
	lab_close(&lab);
	lab_free(&lab);
}

/* The time of the loop says whether the machine was fast enough for them to meet. */
static void records_of_several_turns_share_a_commit(void **state)
{
	struct lab lab;
	unsigned shared = 0;

	lab_begin_running(&lab);
	for (int i = 0; i < 50 && shared == 0; i++) {
		uint64_t begun = uv_now(&lab.loop);

		lab.commits = 0;
		for (int turn = 0; turn < 5; turn++) {
			lab_put_many(&lab, 1);
			(void)uv_run(&lab.loop, UV_RUN_NOWAIT);
		}
		bool met = uv_now(&lab.loop) < begun + GATHER_MS;
		assert_true(!met || lab.persisted + 5 == lab.sequence);
		(void)uv_run(&lab.loop, UV_RUN_DEFAULT);
		assert_int_equal(lab.persisted, lab.sequence);
		shared += met && lab.commits == 1;
	}
	assert_int_equal(shared, 1);
	lab_close(&lab);
	lab_free(&lab);
}

static void sixty_four_records_wait_for_no_more(void **state)
{
	struct lab lab;

	lab_begin_running(&lab);
	lab_put_many(&lab, GATHER_RECORDS - 1);
	assert_gathers(&lab);
	lab_put_many(&lab, 1);
	assert_goes_at_once(&lab);
	lab_put_many(&lab, 10); /* of the same turn */
	(void)uv_run(&lab.loop, UV_RUN_DEFAULT);
	assert_int_equal(lab.commits, 1);
	assert_int_equal(lab.committed, GATHER_RECORDS + 10);
	lab_close(&lab);
	lab_free(&lab);
}

static void a_record_that_is_hurried_commits_alone_and_at_once(void **state)
{
	struct lab lab;

	lab_begin_running(&lab);
	store_hurry(lab.store); /* nothing waits */
	lab_put_many(&lab, 1);
	assert_gathers(&lab);
	store_hurry(lab.store);
	assert_goes_at_once(&lab);
	(void)uv_run(&lab.loop, UV_RUN_DEFAULT);
	assert_int_equal(lab.persisted, 1);
	lab_put_many(&lab, 1); /* and the next one gathers again */
	assert_gathers(&lab);
	lab_close(&lab);
	assert_int_equal(lab.commits, 2);
	lab_free(&lab);
}

static void what_is_put_while_the_worker_is_busy_gathers_too(void **state)
{
	struct lab lab;

	lab_begin_running(&lab);
	lab_put_many(&lab, 1);
	store_hurry(lab.store);
	(void)uv_run(&lab.loop, UV_RUN_NOWAIT); /* the worker has it */
	lab_put_many(&lab, 1);
	store_hurry(lab.store);
	lab_put_many(&lab, 1); /* the worker could not take the last one yet: this one joins it */
	(void)uv_run(&lab.loop, UV_RUN_DEFAULT);
	assert_int_equal(lab.persisted, 3);
	assert_int_equal(lab.commits, 2);
	lab_close(&lab);
	lab_free(&lab);
}

static void whoever_looks_finds_what_was_put_before_and_does_not_wait(void **state)
{
	struct lab lab;

	lab_begin_running(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{\"a\":1}");
	assert_gathers(&lab);
	store_explain(lab.store, TICKET(7), lab_explained, &lab);
	assert_goes_at_once(&lab);
	lab_put(&lab, RECORD_INTENT, 7, "{\"b\":2}"); /* comes after the look */
	(void)uv_run(&lab.loop, UV_RUN_DEFAULT);
	assert_non_null(strstr(lab.json, "{\"a\":1}"));
	assert_null(strstr(lab.json, "{\"b\":2}"));
	assert_int_equal(lab.persisted, 2);
	lab_close(&lab);
	lab_free(&lab);
}

static void nothing_else_waits_for_records_that_gather(void **state)
{
	struct lab lab;

	lab_begin_running(&lab);
	lab_put_many(&lab, 1);
	store_prune(lab.store, 1, NOON);
	assert_goes_at_once(&lab);
	(void)uv_run(&lab.loop, UV_RUN_DEFAULT);
	lab_put_many(&lab, 1);
	store_try(lab.store);
	assert_goes_at_once(&lab);
	(void)uv_run(&lab.loop, UV_RUN_DEFAULT);
	assert_int_equal(lab.commits, 2);
	lab_close(&lab);
	lab_free(&lab);
}

static void an_erasing_takes_what_was_put_before_it_along(void **state)
{
	struct lab lab;

	lab_begin_running(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{\"secret\":1}");
	lab_put(&lab, RECORD_DECISION, 8, "{}");
	store_erase(lab.store, TICKET(7), NOON, lab_erased, &lab);
	assert_goes_at_once(&lab);
	lab_put(&lab, RECORD_INTENT, 7, "{\"secret\":2}"); /* is not stored, and is told durable */
	(void)uv_run(&lab.loop, UV_RUN_DEFAULT);
	assert_int_equal(lab.erasure.records, 1);
	assert_int_equal(lab.persisted, 3);
	assert_int_equal(lab.committed, 2);
	assert_null(strstr(lab_explain(&lab, 7), "secret"));
	lab_reopen(&lab);
	lab_assert_restores(&lab, "2 decision 8 {}\n");
	lab_free(&lab);
}

static void a_close_waits_for_no_more_records(void **state)
{
	struct lab lab;

	lab_begin_running(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{}");
	store_close(lab.store, lab_closed, &lab);
	assert_goes_at_once(&lab);
	(void)uv_run(&lab.loop, UV_RUN_DEFAULT);
	assert_true(lab.closed);
	assert_int_equal(lab.persisted, 1);
	assert_int_equal(uv_loop_close(&lab.loop), 0);
	lab_open(&lab);
	lab_assert_restores(&lab, "1 decision 7 {}\n");
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_record_waits_for_others_for_20_ms),
	        cmocka_unit_test(records_of_several_turns_share_a_commit),
	        cmocka_unit_test(sixty_four_records_wait_for_no_more),
	        cmocka_unit_test(a_record_that_is_hurried_commits_alone_and_at_once),
	        cmocka_unit_test(what_is_put_while_the_worker_is_busy_gathers_too),
	        cmocka_unit_test(whoever_looks_finds_what_was_put_before_and_does_not_wait),
	        cmocka_unit_test(nothing_else_waits_for_records_that_gather),
	        cmocka_unit_test(an_erasing_takes_what_was_put_before_it_along),
	        cmocka_unit_test(a_close_waits_for_no_more_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
