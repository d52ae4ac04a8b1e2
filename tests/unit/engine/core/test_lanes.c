/* Where a ticket may go from where it is, and in which order those that wait come out again. */
#include "../../base/helper.h"

#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "lab.h"

static void nothing_is_written_that_was_not_read_again_and_made_durable(void **state)
{
	static const enum lane sent[] = {LANE_SENT, LANE_BULK_SENT};

	for (enum lane from = 0; from < LANES; from++) {
		for (size_t i = 0; i < ARRAY_LEN(sent); i++)
			assert_int_equal(lane_may_move(from, sent[i]),
			                 from == (i == 0 ? LANE_SINGLE : LANE_BULK));
		if (lane_may_move(from, LANE_INTENT))
			assert_true(from == LANE_READING || from == LANE_LOOKING);
		if (from <= LANE_READ)
			assert_false(lane_may_move(from, LANE_SINGLE) ||
			             lane_may_move(from, LANE_BULK) ||
			             lane_may_move(from, LANE_WRITE));
	}
}

static void what_is_decided_never_goes_back_to_the_model(void **state)
{
	for (enum lane from = LANE_DECISION; from < LANES; from++)
		assert_false(lane_may_move(from, LANE_MODEL) || lane_may_move(from, LANE_ASKED));
}

static void nothing_leaves_an_end(void **state)
{
	for (enum lane from = LANE_DONE; from < LANES; from++)
		for (enum lane to = 0; to < LANES; to++)
			assert_false(lane_may_move(from, to));
}

static struct ticket *moved(struct lab *lab, uint64_t id, enum lane lane, msec when)
{
	struct ticket *ticket = ticket_new(ticket_key(ACCOUNT_FIRST, id));

	if (lane == LANE_MODEL)
		lane_move(lab->engine, ticket, LANE_WAITING, 0);
	lane_move(lab->engine, ticket, lane, when);
	return ticket;
}

static void gone(struct lab *lab, struct ticket *ticket)
{
	lane_abandon(lab->engine, ticket);
	ticket_free(ticket);
}

static void a_move_that_the_table_does_not_have_ends_the_process(void **state)
{
	struct lab *lab = lab_new();
	struct ticket *ticket;

	lab_start(lab);
	ticket = moved(lab, 1, LANE_WAITING, 0);
	assert_fatal(lane_move(lab->engine, ticket, LANE_SENT, 0));
	fatal_set_handler(NULL);
	assert_int_equal(ticket->state, TICKET_FOUND);
	gone(lab, ticket);
	lab_free(lab);
}

static void the_lowest_turn_comes_first(void **state)
{
	struct lab *lab = lab_new();
	struct ticket *later, *earlier;

	lab_start(lab);
	later = moved(lab, 1, LANE_WAITING, 7);
	earlier = moved(lab, 2, LANE_WAITING, 5);
	assert_ptr_equal(lane_first(lab->engine, LANE_WAITING), earlier);
	lane_move(lab->engine, later, LANE_WAITING, 3);
	assert_ptr_equal(lane_first(lab->engine, LANE_WAITING), later);
	assert_int_equal(lane_count(lab->engine, LANE_WAITING), 2);
	gone(lab, later);
	gone(lab, earlier);
	assert_null(lane_first(lab->engine, LANE_WAITING));
	lab_free(lab);
}

/* Those whose time has not come are not in line, and do not count there. */
static void a_ticket_waits_for_its_time_and_then_in_line(void **state)
{
	struct lab *lab = lab_new();
	struct ticket *ready, *later;
	msec now;

	lab_start(lab);
	now = lab->engine->now.mono;
	later = moved(lab, 1, LANE_READ, now + 1000);
	ready = moved(lab, 2, LANE_READ, now);
	assert_ptr_equal(lane_first(lab->engine, LANE_READ), ready);
	assert_int_equal(lane_in_line(lab->engine, LANE_READ), 1);
	assert_int_equal(lane_count(lab->engine, LANE_READ), 2);
	assert_null(lane_due(lab->engine, LANE_READ));
	assert_int_equal(lane_when(lab->engine, LANE_READ), now + 1000);
	lab->engine->now.mono += 1000;
	assert_ptr_equal(lane_due(lab->engine, LANE_READ), later);
	lane_move(lab->engine, later, LANE_READ, lab->engine->now.mono);
	assert_int_equal(lane_in_line(lab->engine, LANE_READ), 2);
	assert_int_equal(lane_when(lab->engine, LANE_READ), MSEC_NEVER);
	gone(lab, ready);
	assert_ptr_equal(lane_first(lab->engine, LANE_READ), later);
	gone(lab, later);
	lab_free(lab);
}

static void the_oldest_parked_one_is_first_and_only_those_with_a_time_are_due(void **state)
{
	struct lab *lab = lab_new();
	struct ticket *skipped, *failed;

	lab_start(lab);
	skipped = moved(lab, 1, LANE_PARKED, MSEC_NEVER);
	failed = moved(lab, 2, LANE_PARKED, lab->engine->now.mono);
	assert_ptr_equal(lane_first(lab->engine, LANE_PARKED), skipped);
	assert_ptr_equal(lane_due(lab->engine, LANE_PARKED), failed);
	gone(lab, failed);
	assert_null(lane_due(lab->engine, LANE_PARKED));
	gone(lab, skipped);
	assert_int_equal(lane_count(lab->engine, LANE_PARKED), 0);
	lab_free(lab);
}

static void a_read_settles_the_question_whether_a_write_arrived(void **state)
{
	struct lab *lab = lab_new();
	struct ticket *untouched, *doubtful;

	lab_start(lab);
	untouched = ticket_new(ticket_key(ACCOUNT_FIRST, 1));
	doubtful = ticket_new(ticket_key(ACCOUNT_FIRST, 2));
	doubtful->has_intent = true;
	lane_move_to_read(lab->engine, untouched);
	lane_move_to_read(lab->engine, doubtful);
	assert_int_equal(untouched->state, TICKET_REFRESHING);
	assert_int_equal(doubtful->state, TICKET_SETTLING);
	gone(lab, untouched);
	gone(lab, doubtful);
	lab_free(lab);
}

static void a_ticket_that_still_waits_somewhere_is_not_freed(void **state)
{
	struct lab *lab = lab_new();
	struct ticket *ticket;

	lab_start(lab);
	ticket = moved(lab, 1, LANE_WAITING, 0);
	assert_fatal(ticket_free(ticket));
	fatal_set_handler(NULL);
	gone(lab, ticket);
	ticket_free(NULL);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing_is_written_that_was_not_read_again_and_made_durable),
	        cmocka_unit_test(what_is_decided_never_goes_back_to_the_model),
	        cmocka_unit_test(nothing_leaves_an_end),
	        cmocka_unit_test(a_move_that_the_table_does_not_have_ends_the_process),
	        cmocka_unit_test(the_lowest_turn_comes_first),
	        cmocka_unit_test(a_ticket_waits_for_its_time_and_then_in_line),
	        cmocka_unit_test(the_oldest_parked_one_is_first_and_only_those_with_a_time_are_due),
	        cmocka_unit_test(a_read_settles_the_question_whether_a_write_arrived),
	        cmocka_unit_test(a_ticket_that_still_waits_somewhere_is_not_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
