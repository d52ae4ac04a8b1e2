/* Names of what becomes of decisions. */
#include "../base/helper.h"

#include "ticket/write_mode.h"

static void modes_have_the_names_of_status_and_health(void **state)
{
	assert_string_equal(write_mode_name(WRITE_MODE_WRITING), "writing");
	assert_string_equal(write_mode_name(WRITE_MODE_SHADOW), "shadow");
	assert_string_equal(write_mode_name(WRITE_MODE_DRY_RUN), "dry_run");
	assert_fatal((void)write_mode_name((enum write_mode)3));
	fatal_set_handler(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(modes_have_the_names_of_status_and_health)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
