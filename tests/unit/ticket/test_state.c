/* The names of the states stand in records: each has one of its own. */
#include "../base/helper.h"

#include "ticket/state.h"

static void every_state_has_a_name_of_its_own(void **state)
{
	for (int i = 0; i < TICKET_STATES; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(ticket_state_name((enum ticket_state)i),
			                        ticket_state_name((enum ticket_state)j));
	assert_string_equal(ticket_state_name(TICKET_FOUND), "found");
	assert_string_equal(ticket_state_name(TICKET_FAILED), "failed");
	assert_fatal((void)ticket_state_name(TICKET_STATES));
	fatal_set_handler(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_state_has_a_name_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
