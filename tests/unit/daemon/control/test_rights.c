/* Who may do what: the whole matrix of ways, tokens and rights, so that a change of one entry is
 * seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/control/rights.h"

#define ORDER (1 << RIGHT_ORDER)
#define READ (1 << RIGHT_READ)
#define LOOK (1 << RIGHT_LOOK)
#define SHELL (1 << RIGHT_SHELL)
#define STATE (1 << RIGHT_STATE)

static unsigned covered_by(enum right had)
{
	unsigned covered = 0;

	for (int needed = 0; needed < RIGHTS; needed++)
		if (right_covers(had, (enum right)needed))
			covered |= 1U << needed;
	return covered;
}

static void each_way_opens_what_it_should_without_a_token(void **state)
{
	static const unsigned expected[WAYS] = {[WAY_CONTROL] = ORDER | READ | LOOK | SHELL | STATE,
	                                        [WAY_READ] = READ | LOOK | SHELL | STATE,
	                                        [WAY_LOOPBACK] = LOOK | SHELL | STATE,
	                                        [WAY_PROXY] = SHELL | STATE,
	                                        [WAY_BEYOND] = STATE};

	for (int way = 0; way < WAYS; way++)
		assert_int_equal(covered_by(right_without_token((enum way)way)), expected[way]);
}

static void a_token_to_read_shows_everything_and_changes_nothing(void **state)
{
	assert_int_equal(covered_by(RIGHT_READ), READ | LOOK | SHELL | STATE);
	assert_int_equal(covered_by(RIGHT_ORDER), ORDER | READ | LOOK | SHELL | STATE);
}

static void a_row_that_names_no_right_is_for_those_who_give_orders(void **state)
{
	enum right unnamed = {0};

	assert_int_equal(unnamed, RIGHT_ORDER);
}

static void the_way_is_that_of_the_socket_the_address_and_the_name(void **state)
{
	struct http_peer here = {.door = HTTP_DOOR_TCP, .loopback = true},
	                 there = {.door = HTTP_DOOR_TCP}, control = {.door = HTTP_DOOR_CONTROL},
	                 reader = {.door = HTTP_DOOR_READ};

	assert_int_equal(right_way(&control, STR("x")), WAY_CONTROL);
	assert_int_equal(right_way(&reader, STR("x")), WAY_READ);
	assert_int_equal(right_way(&here, STR("localhost:9871")), WAY_LOOPBACK);
	assert_int_equal(right_way(&here, STR("127.0.0.1")), WAY_LOOPBACK);
	assert_int_equal(right_way(&here, STR("[::1]:9871")), WAY_LOOPBACK);
	assert_int_equal(right_way(&here, STR("triage.example.com")), WAY_PROXY);
	assert_int_equal(right_way(&there, STR("triage.example.com")), WAY_BEYOND);
	assert_int_equal(right_way(&there, STR("localhost:9871")), WAY_BEYOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_way_opens_what_it_should_without_a_token),
	        cmocka_unit_test(a_token_to_read_shows_everything_and_changes_nothing),
	        cmocka_unit_test(a_row_that_names_no_right_is_for_those_who_give_orders),
	        cmocka_unit_test(the_way_is_that_of_the_socket_the_address_and_the_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
