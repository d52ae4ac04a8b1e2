/* Retention: history goes with its age, and what the next life needs stays. */
#include "store_lab.h"

#define DONE "{\"state\":\"done\",\"untagged\":false}"
#define SKIPPED "{\"state\":\"skipped\",\"untagged\":false}"

static void history_goes_with_its_age_and_what_is_alive_stays(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 1; id <= 1000; id++) { /* several steps of pruning */
		lab_put_at(&lab, RECORD_DECISION, id, "{}", NOON - 10 * 24 * MSEC_HOUR);
		lab_put_at(&lab, RECORD_OUTCOME, id, DONE, NOON - 10 * 24 * MSEC_HOUR);
	}
	lab_put_at(&lab, RECORD_INTENT, 1, "{\"young\":1}", NOON - 9 * 24 * MSEC_HOUR);
	lab_put_at(&lab, RECORD_INTENT, 1, "{\"young\":2}", NOON - 9 * 24 * MSEC_HOUR);
	store_prune(lab.store, 9, NOON);
	lab_run(&lab);
	assert_null(store_error(lab.store));
	for (uint64_t id = 2; id <= 1000; id += 333) {
		assert_null(strstr(lab_explain(&lab, id), "decision"));
		assert_non_null(strstr(lab.json, "outcome"));
	}
	assert_non_null(strstr(lab_explain(&lab, 1), "{\"young\":1}"));
	store_prune(lab.store, 8, NOON);
	assert_null(strstr(lab_explain(&lab, 1), "{\"young\":1}"));
	assert_non_null(strstr(lab.json, "{\"young\":2}"));
	lab_close(&lab);
	lab_free(&lab);
}

static void what_ended_is_remembered_when_its_analysis_goes_with_its_age(void **state)
{
	const msec old = NOON - 10 * 24 * MSEC_HOUR;
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t id = 1; id <= 4; id++)
		lab_put_at(&lab, RECORD_DECISION, id, "{\"raw\":1}", old);
	for (uint64_t id = 1; id <= 3; id++)
		lab_put_outcome_at(&lab, id, SKIPPED, id, old);
	lab_put_at(&lab, RECORD_INTENT, 2, "{}", NOON); /* it came back */
	lab_put_at(&lab, RECORD_INTENT, 3, "{}", old);  /* it came back, and waits ever since */
	for (int night = 1; night <= 2; night++) {
		store_prune(lab.store, 9, NOON);
		assert_null(strstr(lab_explain(&lab, 1), "raw"));
		assert_non_null(strstr(lab.json, "\"alive\":true,\"payload\":{\"pruned\":true}"));
		for (uint64_t id = 2; id <= 4; id++)
			assert_non_null(strstr(lab_explain(&lab, id), "raw"));
	}
	assert_null(store_error(lab.store));
	lab_reopen(&lab);
	lab_assert_restores(
	        &lab,
	        "2 decision 2 {\"raw\":1}\n3 decision 3 {\"raw\":1}\n4 decision 4 {\"raw\":1}\n"
	        "outcome 1 1\noutcome 2 2\noutcome 3 3\n8 intent 2 {}\n9 intent 3 {}\n");
	lab_free(&lab);
}

static void closing_does_not_wait_for_a_long_pruning(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t i = 1; i <= 3000; i++)
		lab_put_at(&lab, RECORD_INTENT, 1, "{}", 0);
	store_prune(lab.store, 1, NOON);
	lab_close(&lab);
	lab_free(&lab);
}

static void a_refusal_goes_with_its_age(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put_at(&lab, RECORD_REFUSAL, 1, "{\"old\":1}", NOON - 10 * 24 * MSEC_HOUR);
	lab_put_at(&lab, RECORD_REFUSAL, 2, "{\"young\":1}", NOON - 8 * 24 * MSEC_HOUR);
	store_prune(lab.store, 9, NOON);
	assert_null(lab_explain(&lab, 1));
	assert_non_null(strstr(lab_explain(&lab, 2), "young"));
	assert_null(store_error(lab.store));
	lab_close(&lab);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(history_goes_with_its_age_and_what_is_alive_stays),
	        cmocka_unit_test(what_ended_is_remembered_when_its_analysis_goes_with_its_age),
	        cmocka_unit_test(closing_does_not_wait_for_a_long_pruning),
	        cmocka_unit_test(a_refusal_goes_with_its_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
