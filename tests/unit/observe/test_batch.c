/* Counting the outcomes of a batch. */
#include "../base/helper.h"

#include "observe/report.h"

static void total_is_processed_and_failed_and_skipped(void **state)
{
	struct batch batch;
	struct analysis rules = {.fallback = true}, model = {.fallback = false};
	batch_start(&batch, 1000, 50);
	batch_count(&batch, &(struct outcome){.status = OUTCOME_SUCCESS,
	                                      .processing_ms = 3000,
	                                      .analysis = &model});
	batch_count(&batch, &(struct outcome){.status = OUTCOME_SHADOW,
	                                      .processing_ms = 2000,
	                                      .analysis = &rules});
	batch_count(&batch, &(struct outcome){.status = OUTCOME_ERROR, .processing_ms = 9000});
	batch_count(&batch, &(struct outcome){.status = OUTCOME_SKIPPED, .processing_ms = 9000});
	assert_int_equal(batch.total, 4);
	assert_int_equal(batch.processed, 2);
	assert_int_equal(batch.shadow, 1);
	assert_int_equal(batch.failed, 1);
	assert_int_equal(batch.skipped, 1);
	assert_int_equal(batch.fallback, 1);
	assert_int_equal(batch.processing_ms, 5000);
}

static void the_average_is_over_processed_tickets_only(void **state)
{
	struct batch batch = {.processed = 4, .total = 9, .processing_ms = 10000};
	assert_int_equal(batch_average(&batch), 2500);
	batch.processed = 0;
	assert_int_equal(batch_average(&batch), 0);
}

static void the_duration_runs_from_start_to_end(void **state)
{
	struct batch batch;
	batch_start(&batch, 1000, 50);
	assert_int_equal(batch.started_wall, 1000);
	assert_int_equal(batch_duration(&batch), 0);
	batch.ended_mono = 17250;
	assert_int_equal(batch_duration(&batch), 17200);
	batch.ended_mono = 0;
	assert_int_equal(batch_duration(&batch), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(total_is_processed_and_failed_and_skipped),
	        cmocka_unit_test(the_average_is_over_processed_tickets_only),
	        cmocka_unit_test(the_duration_runs_from_start_to_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
