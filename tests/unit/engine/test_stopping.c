/* The emergency stop: nothing leaves that changes anything or costs money, and nothing is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/core/state.h"
#include "engine/sent.h"
#include "lab.h"

#define MINUTE 60000
#define HOUR (60 * MINUTE)
#define OTHER_TEXT                                                                                 \
	"{\"id\":1,\"status\":\"open\",\"priority\":null,\"tags\":[\"vip\"],"                      \
	"\"subject\":\"Another subject\",\"description\":\"Another text\","                        \
	"\"created_at\":\"2026-11-22T08:00:00Z\",\"updated_at\":\"2026-11-23T09:00:00Z\"}"

static struct lab *resident(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	return lab;
}

static const char *ticket_1(void)
{
	return lab_ticket(1, "open", NULL, "[\"vip\"]", NULL);
}

/* Requests that change something or that a model is paid for, ever. */
static size_t changes(const struct lab *lab)
{
	size_t count = 0;

	for (size_t i = 0; i < lab->request_count; i++)
		count += lab->requests[i].request.method != HTTP_GET;
	return count;
}

static size_t stopped(const struct lab *lab)
{
	return lab_stats(lab).stopped_count;
}

/* After a stop: the search that begins at once finds ticket 1 again, if it is not held. */
static void search_again(struct lab *lab, const char *tickets)
{
	assert_non_null(lab_asks(lab, "/search.json"));
	lab_found(lab, tickets);
}

static void a_kind_of_request_that_nobody_judged_is_held(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	assert_false(stop_holds(lab->engine, CALL_UPDATE));
	lab_stop_writing(lab);
	assert_true(stop_holds(lab->engine, CALL_UPDATE));
	assert_true(stop_holds(lab->engine, CALL_UPDATE_MANY));
	assert_true(stop_holds(lab->engine, CALL_CHAT));
	assert_true(stop_holds(lab->engine, CALL_PROBE));
	assert_true(stop_holds(lab->engine, CALL_TOKEN));
	assert_false(stop_holds(lab->engine, CALL_JOBS));
	assert_false(stop_holds(lab->engine, CALL_COMMENTS));
	assert_true(stop_holds(lab->engine, (enum call_kind)1000));
	lab_free(lab);
}

static void no_ticket_is_begun_and_no_model_is_asked(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_stop_writing(lab);
	lab_found(lab, ticket_1());
	lab_advance(lab, 24 * HOUR);
	assert_int_equal(changes(lab), 0);
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	assert_true(engine_deadline(lab->engine) == MSEC_NEVER); /* not one wake-up */
	lab_start_writing(lab);
	search_again(lab, ticket_1());
	lab_all_the_way(lab, 1);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_free(lab);
}

static void an_answer_under_way_is_kept_and_written_afterwards(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket_1());
	lab_stop_writing(lab);
	assert_true(lab_asks(lab, "/chat/completions")->recalled);
	lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, HOUR);
	assert_int_equal(stopped(lab), 1);
	assert_int_equal(lab_puts(lab), 0);
	assert_int_equal(lab_count(lab, "/show_many.json"), 0);
	lab_start_writing(lab);
	lab_found(lab, "");
	lab_fresh_read(lab, ticket_1());
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1); /* paid once */
	lab_free(lab);
}

static void a_recalled_question_uses_up_no_attempt(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->retry.attempts = 1;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket_1());
	lab_stop_writing(lab);
	lab_ends(lab, lab_asks(lab, "/chat/completions"), HTTP_RECALLED);
	lab_advance(lab, HOUR);
	assert_int_equal(lab->outcome_count, 0);
	lab_start_writing(lab);
	search_again(lab, ticket_1());
	lab_all_the_way(lab, 1);
	assert_false(lab_outcome(lab, 1)->by_rules);
	lab_free(lab);
}

static void a_recalled_update_waits_and_is_sent_afterwards(void **state)
{
	struct lab *lab = resident();
	struct lab_request *put = lab_until_update(lab);

	(void)state;
	lab_stop_writing(lab);
	assert_true(put->recalled);
	lab_ends(lab, put, HTTP_RECALLED);
	lab_advance(lab, HOUR);
	assert_int_equal(stopped(lab), 1);
	assert_int_equal(lab_puts(lab), 1);
	lab_start_writing(lab);
	lab_found(lab, "");
	lab_fresh_read(lab, ticket_1()); /* never written on the read from before the stop */
	lab_update_accepted(lab);
	assert_int_equal(lab_puts(lab), 2);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_free(lab);
}

static void an_update_without_answer_is_looked_for_and_not_sent_again(void **state)
{
	struct lab *lab = resident();
	struct lab_request *put = lab_until_update(lab);

	(void)state;
	lab_stop_writing(lab);
	lab_ends(lab, put, HTTP_BROKEN);
	lab_advance(lab, MINUTE);
	lab_fresh_read(lab, ticket_1()); /* reading goes on: it was not written */
	lab_advance(lab, HOUR);
	assert_int_equal(lab_puts(lab), 1);
	assert_int_equal(stopped(lab), 1);
	lab_start_writing(lab);
	lab_found(lab, "");
	lab_fresh_read(lab, ticket_1());
	assert_int_equal(lab_puts(lab), 2); /* the same write with the same stamp */
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void an_update_that_arrived_is_found_during_the_stop(void **state)
{
	struct lab *lab = resident();
	struct lab_request *put = lab_until_update(lab);

	(void)state;
	lab_stop_writing(lab);
	lab_ends(lab, put, HTTP_BROKEN);
	lab_advance(lab, MINUTE);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\",\"ai_processed\"]",
	                               "2026-11-22T10:00:00Z"));
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void note_sent(void *arg, const struct engine_sent *sent)
{
	struct buf *out = arg;

	buf_printf(out, "[" STR_FMT " %zu %llu]", STR_ARG(sent->job), sent->tickets,
	           (unsigned long long)sent->ticket.id);
}

static void jobs_that_cannot_be_recalled_are_named_and_followed(void **state)
{
	struct lab *lab = resident();
	struct buf sent;

	(void)state;
	buf_init(&sent, 1000);
	lab_until_batch(lab, 20);
	engine_each_sent(lab->engine, note_sent, &sent);
	assert_string_equal(buf_cstr(&sent), "[ 20 0]"); /* its answer names the job */
	lab_job(lab, "\"status\":\"queued\"", "null");
	lab_stop_writing(lab);
	buf_reset(&sent);
	engine_each_sent(lab->engine, note_sent, &sent);
	assert_string_equal(buf_cstr(&sent), "[V3-1 20 0]");
	lab_advance(lab, 10 * MINUTE);
	assert_non_null(lab_asks(lab, "/job_statuses"));
	assert_int_equal(lab_puts(lab), 1);
	buf_free(&sent);
	lab_free(lab);
}

static void only_a_start_ends_it(void **state)
{
	struct lab *lab = resident();
	static const char *const same[] = {NULL};

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_stop_writing(lab);
	lab_pause(lab);
	lab_resume(lab);
	lab_reload(lab, same);
	lab_advance(lab, HOUR);
	assert_string_equal(lab_stats(lab).stopped,
	                    "Writing is stopped by alice since 2026-11-22 10:00:00 UTC: run "
	                    "ai-ticketctl start-writing");
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	lab_start_writing(lab);
	assert_string_equal(lab_stats(lab).stopped, "");
	assert_non_null(lab_asks(lab, "/search.json"));
	assert_true(lab_said(lab, "Writing is started again"));
	lab_free(lab);
}

static void the_end_of_a_stop_is_not_the_end_of_a_pause(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_pause(lab);
	lab_stop_writing(lab);
	lab_start_writing(lab);
	lab_advance(lab, HOUR);
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	lab_free(lab);
}

static void the_next_process_is_bound_by_it(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab->setup.stopped = (struct engine_stop){.by = "alice", .since = 1795341600000};
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_advance(lab, MINUTE);
	lab_fresh_read(lab, ticket_1()); /* the write may have been sent: it is looked for */
	lab_advance(lab, HOUR);
	assert_int_equal(lab_puts(lab), 1);
	assert_int_equal(stopped(lab), 1);
	lab_start_writing(lab);
	lab_found(lab, "");
	lab_fresh_read(lab, ticket_1());
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void a_run_ends_at_once_and_failed(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.stopped = (struct engine_stop){.by = "alice", .since = 1795341600000};
	lab_start(lab);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	assert_int_equal(lab->request_count, 0);
	lab_free(lab);
}

static void a_run_is_ended_by_the_stop(void **state)
{
	struct lab *lab = lab_new();
	struct lab_request *put = lab_until_update(lab);

	(void)state;
	lab_stop_writing(lab);
	assert_false(lab->finished); /* the answer is still waited for */
	lab_ends(lab, put, HTTP_BROKEN);
	lab_advance(lab, 1000);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void the_configuration_stops_writing_too(void **state)
{
	static const char *const off[] = {"service.writes=off", NULL}, *const on[] = {
	                                                                       "service.writes=on",
	                                                                       NULL};
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket_1());
	lab_reload(lab, off);
	assert_true(lab_said(lab, "Writing is stopped by writes = off in the configuration"));
	lab_start_writing(lab); /* ends a person's order, and there is none */
	lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, HOUR);
	assert_int_equal(lab_puts(lab), 0);
	lab_stop_writing(lab);
	lab_reload(lab, on);
	lab_advance(lab, HOUR);
	assert_int_equal(lab_puts(lab), 0); /* alice has not ended hers */
	lab_start_writing(lab);
	lab_found(lab, "");
	lab_fresh_read(lab, ticket_1());
	assert_non_null(lab_put(lab));
	lab_free(lab);
}

static void a_stopped_service_stops_without_waiting(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket_1());
	lab_model_says(lab, "bug", "high", "negative");
	lab_stop_writing(lab);
	if (lab_asks(lab, "/show_many.json"))
		lab_fresh_read(lab, ticket_1());
	lab_advance(lab, MINUTE);
	assert_int_equal(stopped(lab), 1);
	lab_drain(lab);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	lab_free(lab);
}

static void an_order_for_a_ticket_is_refused(void **state)
{
	struct lab *lab = resident();
	uint64_t id = 7;

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_stop_writing(lab);
	lab_process(lab, &id, 1);
	lab_advance(lab, HOUR);
	assert_int_equal(lab_count(lab, "/show_many.json"), 0);
	assert_true(lab_said(lab, "1 requested ticket is not processed: Writing is stopped"));
	lab_free(lab);
}

/* Ticket 1 is decided and waits for so long. */
static struct lab *waited(msec span)
{
	struct lab *lab = resident();

	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket_1());
	lab_stop_writing(lab);
	lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, span);
	lab_start_writing(lab);
	lab_found(lab, "");
	return lab;
}

static void what_waited_a_day_is_written_if_its_text_is_the_same(void **state)
{
	struct lab *lab = waited(25 * HOUR);

	(void)state;
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\",\"x\"]", "2026-11-23T09:00:00Z"));
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);
}

static void what_waited_a_day_is_analysed_anew_if_its_text_has_changed(void **state)
{
	struct lab *lab = waited(25 * HOUR);

	(void)state;
	lab_fresh_read(lab, OTHER_TEXT);
	assert_int_equal(lab_puts(lab), 0);
	lab_advance(lab, 3000);
	lab_fresh_read(lab, OTHER_TEXT); /* read by its number, as a new one */
	lab_model_says(lab, "billing", "low", "neutral");
	lab_fresh_read(lab, OTHER_TEXT);
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void what_waited_less_is_written_as_decided(void **state)
{
	struct lab *lab = waited(HOUR);

	(void)state;
	lab_fresh_read(lab, OTHER_TEXT);
	lab_advance(lab, 3000);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_kind_of_request_that_nobody_judged_is_held),
	        cmocka_unit_test(no_ticket_is_begun_and_no_model_is_asked),
	        cmocka_unit_test(an_answer_under_way_is_kept_and_written_afterwards),
	        cmocka_unit_test(a_recalled_question_uses_up_no_attempt),
	        cmocka_unit_test(a_recalled_update_waits_and_is_sent_afterwards),
	        cmocka_unit_test(an_update_without_answer_is_looked_for_and_not_sent_again),
	        cmocka_unit_test(an_update_that_arrived_is_found_during_the_stop),
	        cmocka_unit_test(jobs_that_cannot_be_recalled_are_named_and_followed),
	        cmocka_unit_test(only_a_start_ends_it),
	        cmocka_unit_test(the_end_of_a_stop_is_not_the_end_of_a_pause),
	        cmocka_unit_test(the_next_process_is_bound_by_it),
	        cmocka_unit_test(a_run_ends_at_once_and_failed),
	        cmocka_unit_test(a_run_is_ended_by_the_stop),
	        cmocka_unit_test(the_configuration_stops_writing_too),
	        cmocka_unit_test(a_stopped_service_stops_without_waiting),
	        cmocka_unit_test(an_order_for_a_ticket_is_refused),
	        cmocka_unit_test(what_waited_a_day_is_written_if_its_text_is_the_same),
	        cmocka_unit_test(what_waited_a_day_is_analysed_anew_if_its_text_has_changed),
	        cmocka_unit_test(what_waited_less_is_written_as_decided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
