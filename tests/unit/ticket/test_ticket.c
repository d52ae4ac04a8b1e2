/* The state machine: names, ends, and every move that is allowed or not. */
#include "../base/helper.h"

#include "ticket/ticket.h"

static void every_state_has_a_name_of_its_own(void **state)
{
	for (int i = 0; i < TICKET_STATES; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(ticket_state_name((enum ticket_state)i),
			                        ticket_state_name((enum ticket_state)j));
	assert_string_equal(ticket_state_name(TICKET_FOUND), "found");
	assert_fatal((void)ticket_state_name(TICKET_STATES));
	fatal_set_handler(NULL);
}

static void done_skipped_and_failed_are_the_ends_and_nothing_leaves_them(void **state)
{
	for (int i = 0; i < TICKET_STATES; i++) {
		enum ticket_state from = (enum ticket_state)i;
		assert_int_equal(ticket_state_is_end(from),
		                 from == TICKET_DONE || from == TICKET_SKIPPED || from == TICKET_FAILED);
		for (int to = 0; to < TICKET_STATES && ticket_state_is_end(from); to++)
			assert_false(ticket_may_move(from, (enum ticket_state)to));
	}
}

static void the_way_of_a_ticket_is_allowed_step_by_step(void **state)
{
	static const enum ticket_state way[] = {TICKET_FOUND,   TICKET_CLAIMED,    TICKET_ANALYSING, TICKET_DECIDED,
	                                        TICKET_DURABLE, TICKET_REFRESHING, TICKET_WRITING,   TICKET_DONE};
	struct ticket *ticket = ticket_new(7);
	assert_int_equal(ticket->id, 7);
	assert_int_equal(ticket->state, TICKET_FOUND);
	for (size_t i = 1; i < ARRAY_LEN(way); i++) {
		ticket_move(ticket, way[i]);
		assert_int_equal(ticket->state, way[i]);
	}
	ticket_free(ticket);
}

static void a_conflict_or_an_unknown_result_leads_back_to_reading(void **state)
{
	assert_true(ticket_may_move(TICKET_ANALYSING, TICKET_ANALYSING));
	assert_true(ticket_may_move(TICKET_WRITING, TICKET_REFRESHING));
	assert_true(ticket_may_move(TICKET_WRITING, TICKET_SETTLING));
	assert_true(ticket_may_move(TICKET_SETTLING, TICKET_REFRESHING));
	assert_true(ticket_may_move(TICKET_SETTLING, TICKET_WRITING));
	assert_true(ticket_may_move(TICKET_SETTLING, TICKET_DONE));
}

static void every_state_before_the_end_may_be_skipped_or_fail(void **state)
{
	for (int i = 0; i < TICKET_DONE; i++) {
		assert_true(ticket_may_move((enum ticket_state)i, TICKET_SKIPPED));
		assert_true(ticket_may_move((enum ticket_state)i, TICKET_FAILED));
	}
}

static void nothing_is_written_before_it_is_durable_and_nothing_goes_back_to_the_model(void **state)
{
	for (int from = 0; from < TICKET_DURABLE; from++) {
		assert_false(ticket_may_move((enum ticket_state)from, TICKET_WRITING));
		assert_false(ticket_may_move((enum ticket_state)from, TICKET_REFRESHING));
		assert_false(ticket_may_move((enum ticket_state)from, TICKET_SETTLING));
	}
	for (int from = TICKET_DECIDED; from < TICKET_STATES; from++)
		assert_false(ticket_may_move((enum ticket_state)from, TICKET_ANALYSING));
	assert_false(ticket_may_move(TICKET_DURABLE, TICKET_WRITING));
}

static void a_move_the_table_does_not_allow_ends_the_process(void **state)
{
	struct ticket *ticket = ticket_new(7);
	assert_fatal(ticket_move(ticket, TICKET_WRITING));
	fatal_set_handler(NULL);
	ticket_free(ticket);
}

static void a_ticket_that_still_waits_somewhere_is_not_freed(void **state)
{
	struct list queue;
	list_init(&queue);
	struct ticket *ticket = ticket_new(7);
	list_push_back(&queue, &ticket->queue);
	assert_fatal(ticket_free(ticket));
	fatal_set_handler(NULL);
	list_remove(&ticket->queue);
	ticket_free(ticket);
	ticket_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_state_has_a_name_of_its_own),
	        cmocka_unit_test(done_skipped_and_failed_are_the_ends_and_nothing_leaves_them),
	        cmocka_unit_test(the_way_of_a_ticket_is_allowed_step_by_step),
	        cmocka_unit_test(a_conflict_or_an_unknown_result_leads_back_to_reading),
	        cmocka_unit_test(every_state_before_the_end_may_be_skipped_or_fail),
	        cmocka_unit_test(nothing_is_written_before_it_is_durable_and_nothing_goes_back_to_the_model),
	        cmocka_unit_test(a_move_the_table_does_not_allow_ends_the_process),
	        cmocka_unit_test(a_ticket_that_still_waits_somewhere_is_not_freed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
