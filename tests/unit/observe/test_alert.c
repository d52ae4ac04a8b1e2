/* Alerts are told apart by kind and key; each kind has a name and a severity of its own. */
#include "../base/helper.h"

#include <string.h>

#include "observe/alert.h"

static void every_kind_has_a_name_of_its_own(void **state)
{
	for (int i = 0; i < ALERT_KINDS; i++) {
		assert_true(strlen(alert_kind_name((enum alert_kind)i)) > 0);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(alert_kind_name((enum alert_kind)i),
			                        alert_kind_name((enum alert_kind)j));
	}
	assert_fatal((void)alert_kind_name(ALERT_KINDS));
	fatal_set_handler(NULL);
}

static void the_end_of_an_alert_has_its_kind_key_and_severity(void **state)
{
	const struct ticket_key key = ticket_key(ACCOUNT_FIRST, 7);
	struct alert raised = alert_raised(ALERT_QUARANTINED, key),
	             ended = alert_ended(ALERT_QUARANTINED, key);

	assert_false(raised.over);
	assert_true(ended.over);
	assert_int_equal(ended.kind, raised.kind);
	assert_int_equal(ended.severity, raised.severity);
	assert_true(ticket_key_eq(ended.key, raised.key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_kind_has_a_name_of_its_own),
	        cmocka_unit_test(the_end_of_an_alert_has_its_kind_key_and_severity),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
