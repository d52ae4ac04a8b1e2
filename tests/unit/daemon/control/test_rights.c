/* Which door opens what: the whole table, so that a change of one entry is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/control/rights.h"

static void the_control_socket_opens_everything(void **state)
{
	for (int right = 0; right < RIGHTS; right++)
		assert_int_equal(rights_entry((enum right)right, HTTP_DOOR_CONTROL), ENTRY_OPEN);
}

static void the_read_socket_shows_and_takes_no_orders(void **state)
{
	assert_int_equal(rights_entry(RIGHT_LOOK, HTTP_DOOR_READ), ENTRY_OPEN);
	assert_int_equal(rights_entry(RIGHT_READ, HTTP_DOOR_READ), ENTRY_OPEN);
	assert_int_equal(rights_entry(RIGHT_ORDER, HTTP_DOOR_READ), ENTRY_CLOSED);
}

static void over_tcp_only_the_state_of_the_service_needs_no_token(void **state)
{
	assert_int_equal(rights_entry(RIGHT_LOOK, HTTP_DOOR_TCP), ENTRY_OPEN);
	assert_int_equal(rights_entry(RIGHT_READ, HTTP_DOOR_TCP), ENTRY_TOKEN);
	assert_int_equal(rights_entry(RIGHT_ORDER, HTTP_DOOR_TCP), ENTRY_TOKEN);
}

static void a_row_that_names_no_right_is_for_those_who_give_orders(void **state)
{
	enum right unnamed = {0};

	assert_int_equal(unnamed, RIGHT_ORDER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_control_socket_opens_everything),
	        cmocka_unit_test(the_read_socket_shows_and_takes_no_orders),
	        cmocka_unit_test(over_tcp_only_the_state_of_the_service_needs_no_token),
	        cmocka_unit_test(a_row_that_names_no_right_is_for_those_who_give_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
