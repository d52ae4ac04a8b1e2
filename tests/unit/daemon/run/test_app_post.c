/* Events for the engine: their order, what they own, and what becomes of them at the end. */
#include "../base/helper.h"

#include "daemon/run/state.h"

static void post(struct app *app, enum event_kind kind, uint64_t upto)
{
	app_post(app, &(struct event){.kind = kind, .upto = upto});
}

static void expect_next(struct app *app, enum event_kind kind, uint64_t upto)
{
	struct posted *posted = app_post_take(app);

	assert_non_null(posted);
	assert_int_equal(posted->event.kind, kind);
	assert_int_equal(posted->event.upto, upto);
	free(posted);
}

static void events_come_in_the_order_of_posting(void **state)
{
	struct app app = {0};

	app_post_init(&app);
	assert_false(app_post_waits(&app));
	assert_null(app_post_take(&app));
	post(&app, EVENT_PAUSE, 0);
	post(&app, EVENT_DRAIN, 0);
	post(&app, EVENT_RESUME, 0);
	assert_true(app_post_waits(&app));
	expect_next(&app, EVENT_PAUSE, 0);
	expect_next(&app, EVENT_DRAIN, 0);
	expect_next(&app, EVENT_RESUME, 0);
	assert_null(app_post_take(&app));
}

static void what_became_durable_is_merged_but_never_across_a_failure(void **state)
{
	struct app app = {0};

	app_post_init(&app);
	post(&app, EVENT_PERSISTED, 3);
	post(&app, EVENT_PERSISTED, 5);
	post(&app, EVENT_PERSIST_FAILED, 6);
	post(&app, EVENT_PERSISTED, 9);
	post(&app, EVENT_PERSISTED, 12);
	expect_next(&app, EVENT_PERSISTED, 5);
	expect_next(&app, EVENT_PERSIST_FAILED, 6);
	expect_next(&app, EVENT_PERSISTED, 12);
	assert_null(app_post_take(&app));
}

static void an_event_owns_a_copy_of_its_tickets(void **state)
{
	struct ticket_key tickets[] = {ticket_key(ACCOUNT_FIRST, 7), ticket_key(ACCOUNT_FIRST, 8)};
	struct app app = {0};
	struct posted *posted;

	app_post_init(&app);
	app_post(&app,
	         &(struct event){.kind = EVENT_PROCESS, .tickets = tickets, .ticket_count = 2});
	memset(tickets, 0, sizeof(tickets));
	posted = app_post_take(&app);
	assert_int_equal(posted->event.ticket_count, 2);
	assert_int_equal(posted->event.tickets[0].id, 7);
	assert_int_equal(posted->event.tickets[1].id, 8);
	free(posted);
}

static void nothing_is_posted_or_taken_when_the_run_is_over(void **state)
{
	struct app app = {0};

	app_post_init(&app);
	post(&app, EVENT_PAUSE, 0);
	app.finished = true;
	post(&app, EVENT_RESUME, 0);
	assert_null(app_post_take(&app));
	app_post_free(&app);
	assert_false(app_post_waits(&app));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(events_come_in_the_order_of_posting),
	        cmocka_unit_test(what_became_durable_is_merged_but_never_across_a_failure),
	        cmocka_unit_test(an_event_owns_a_copy_of_its_tickets),
	        cmocka_unit_test(nothing_is_posted_or_taken_when_the_run_is_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
