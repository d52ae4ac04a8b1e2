/* Names of outcomes. */
#include "../base/helper.h"

#include "ticket/outcome.h"

static void statuses_have_the_names_of_the_results_file(void **state)
{
	assert_string_equal(outcome_status_name(OUTCOME_SUCCESS), "success");
	assert_string_equal(outcome_status_name(OUTCOME_ERROR), "error");
	assert_string_equal(outcome_status_name(OUTCOME_SKIPPED), "skipped");
	assert_string_equal(outcome_status_name(OUTCOME_DRY_RUN), "dry_run");
	assert_string_equal(outcome_status_name(OUTCOME_SHADOW), "shadow");
	assert_fatal((void)outcome_status_name((enum outcome_status)5));
	fatal_set_handler(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(statuses_have_the_names_of_the_results_file)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
