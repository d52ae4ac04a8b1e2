/* The store tells what its worker did: each transaction once, however many records it held. */
#include "store_lab.h"

static void a_transaction_is_told_once_and_a_look_as_a_look(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 1; id <= 20; id++)
		lab_put(&lab, RECORD_DECISION, id, "{}");
	lab_run(&lab);
	assert_int_equal(lab.worked[STORE_WORK_PERSIST], 1);
	assert_int_equal(lab.worked[STORE_WORK_READ], 0);
	assert_non_null(lab_explain(&lab, 7));
	assert_int_equal(lab.worked[STORE_WORK_READ], 1);
	assert_int_equal(lab.worked[STORE_WORK_PERSIST], 1);
	store_prune(lab.store, 1, MSEC_DAY);
	lab_run(&lab);
	assert_in_range(lab.worked[STORE_WORK_UPKEEP], 1, 100);
	lab_close(&lab);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_transaction_is_told_once_and_a_look_as_a_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
