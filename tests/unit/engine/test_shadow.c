/* Shadow mode: everything but the write, once for each text, and never written afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/core/state.h"
#include "engine/core/stop.h"
#include "lab.h"

#define MINUTE 60000
#define HOUR (60 * MINUTE)
#define CHAT "/chat/completions"
#define OTHER_TEXT                                                                                 \
	"{\"id\":1,\"status\":\"open\",\"priority\":null,\"tags\":[\"vip\"],"                      \
	"\"subject\":\"Another subject\",\"description\":\"Another text\","                        \
	"\"created_at\":\"2026-11-22T08:00:00Z\",\"updated_at\":\"2026-11-23T09:00:00Z\"}"

static const char *const to_writing[] = {"service.mode=writing", NULL};
static const char *const to_shadow[] = {"service.mode=shadow", NULL};

static struct lab *resident(const char *mode)
{
	struct lab *lab = lab_new();

	lab_set(lab, "service.mode", mode);
	lab->setup.mode = ENGINE_RESIDENT;
	return lab;
}

static const char *ticket_1(void)
{
	return lab_ticket(1, "open", NULL, "[\"vip\"]", NULL);
}

static const char *ticket_1_moved(void)
{
	return lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T09:30:00Z");
}

/* Ticket 1 is decided in shadow, and the pass is over. */
static struct lab *decided(void)
{
	struct lab *lab = resident("shadow");

	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket_1());
	lab_model_says(lab, "bug", "high", "negative");
	return lab;
}

static void it_records_what_it_would_write_and_sends_no_write(void **state)
{
	struct lab *lab = decided();
	const struct record *record = lab_record(lab, RECORD_SHADOW);

	(void)state;
	assert_non_null(record);
	assert_true(record->brief != 0);
	assert_non_null(strstr(record->payload, "\"root_cause\":\"bug\""));
	assert_non_null(strstr(record->payload, "\"priority_set\":\"high\""));
	assert_non_null(strstr(record->payload, "\"tags_added\":[\"ai_processed\",\"ai_bug\""));
	assert_non_null(strstr(record->payload, "\"redacted\":{"));
	assert_non_null(strstr(record->payload, "\"seconds\":"));
	assert_null(lab_record(lab, RECORD_DECISION));
	assert_null(lab_record(lab, RECORD_OUTCOME));
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SHADOW);
	assert_int_equal(lab_outcome(lab, 1)->tags_added, 4);
	assert_int_equal(record->counts.processed, 1);
	assert_int_equal(lab_puts(lab), 0);
	assert_int_equal(lab_stats(lab).writing, WRITE_MODE_SHADOW);
	lab_free(lab);
}

static void it_holds_what_changes_something_and_no_more(void **state)
{
	struct lab *lab = resident("shadow");

	(void)state;
	lab_start(lab);
	assert_true(stop_holds(lab->engine, CALL_UPDATE));
	assert_true(stop_holds(lab->engine, CALL_UPDATE_MANY));
	assert_true(stop_holds(lab->engine, (enum call_kind)1000));
	assert_false(stop_holds(lab->engine, CALL_CHAT));
	assert_false(stop_holds(lab->engine, CALL_TOKEN));
	assert_false(stop_holds(lab->engine, CALL_SEARCH));
	lab_free(lab);
}

static void its_ticket_ends_when_the_record_is_durable(void **state)
{
	struct lab *lab = resident("shadow");

	(void)state;
	lab->hold_records = true;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket_1());
	lab_model_says(lab, "bug", "high", "negative");
	assert_null(lab_outcome(lab, 1));
	lab_persisted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SHADOW);
	lab_free(lab);
}

static void a_record_that_is_not_stored_fails_its_ticket_which_is_asked_again(void **state)
{
	struct lab *lab = resident("shadow");

	(void)state;
	lab->hold_records = true;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket_1());
	lab_model_says(lab, "bug", "high", "negative");
	lab_persist_failed(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	lab->hold_records = false;
	for (int minutes = 0; minutes < 10 && !lab_asks(lab, "/show_many.json"); minutes++) {
		lab_advance(lab, MINUTE);
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, ""); /* it has not changed: it is read by its number */
	}
	lab_fresh_read(lab, ticket_1());
	lab_model_says(lab, "bug", "high", "negative");
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SHADOW);
	lab_free(lab);
}

static void one_text_is_asked_about_once(void **state)
{
	struct lab *lab = decided();

	(void)state;
	lab_advance(lab, 2 * MINUTE);
	lab_found(lab, ticket_1_moved());
	assert_int_equal(lab_count(lab, CHAT), 1);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_advance(lab, 2 * MINUTE);
	lab_found(lab, OTHER_TEXT);
	lab_model_says(lab, "refund", "low", "neutral");
	assert_int_equal(lab_count(lab, CHAT), 2);
	assert_int_equal(lab_outcomes_of(lab, 1), 2);
	lab_free(lab);
}

static void a_person_who_asks_for_a_decided_ticket_is_told(void **state)
{
	struct lab *lab = decided();

	(void)state;
	lab_process(lab, (uint64_t[]){1}, 1);
	lab_fresh_read(lab, ticket_1());
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	assert_non_null(strstr(lab_last_outcome(lab, 1)->reason, "already decided in shadow"));
	assert_int_equal(lab_count(lab, CHAT), 1);
	assert_null(lab_record(lab, RECORD_OUTCOME));
	lab_free(lab);
}

static void the_next_process_asks_about_nothing_that_is_recorded(void **state)
{
	struct lab *lab = decided();

	(void)state;
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, ticket_1());
	lab_advance(lab, 2 * MINUTE);
	lab_found(lab, ticket_1_moved());
	assert_int_equal(lab_count(lab, CHAT), 1);
	lab_free(lab);
}

static void after_a_whole_pass_only_changes_are_asked_for_and_all_once_a_day(void **state)
{
	struct lab *lab = decided();
	const char *changes = "updated%3E%3D2026-11-22T09%3A5";

	(void)state;
	assert_int_equal(lab_count(lab, changes), 0);
	lab_advance(lab, 2 * MINUTE);
	assert_int_equal(lab_count(lab, changes), 1); /* ten minutes before the first page's Date */
	lab_found(lab, "");
	lab_advance(lab, 25 * HOUR);
	for (int i = 0; i < 3; i++) {
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, "");
		lab_advance(lab, 2 * MINUTE);
	}
	assert_int_equal(lab_count(lab, "/search.json") - lab_count(lab, "updated%3E%3D"), 2);
	lab_free(lab);
}

/* The process is started again in writing mode, and finds the ticket. */
static void write_now(struct lab *lab, const char *read)
{
	lab_set(lab, "service.mode", "writing");
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, read);
}

static void its_answer_makes_a_fresh_decision_that_is_written(void **state)
{
	struct lab *lab = decided();

	(void)state;
	lab_advance(lab, 2 * HOUR);
	write_now(lab, ticket_1());
	assert_null(lab_record(lab, RECORD_DECISION)); /* restored is none */
	lab_recalled(lab);
	assert_non_null(strstr(lab_record(lab, RECORD_DECISION)->payload, "\"from_shadow\":"));
	lab_fresh_read(lab, ticket_1());
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_count(lab, CHAT), 1);
	lab_free(lab);
}

static void an_answer_of_a_day_ago_is_not_used(void **state)
{
	struct lab *lab = decided();

	(void)state;
	lab_advance(lab, 24 * HOUR);
	write_now(lab, ticket_1());
	lab_recalled(lab);
	assert_null(lab_record(lab, RECORD_DECISION));
	lab_model_says(lab, "refund", "low", "neutral");
	assert_null(strstr(lab_record(lab, RECORD_DECISION)->payload, "from_shadow"));
	lab_free(lab);
}

static void an_answer_about_another_text_or_of_another_prompt_is_not_used(void **state)
{
	struct lab *lab = decided();

	(void)state;
	write_now(lab, OTHER_TEXT);
	assert_int_equal(lab->recall_count, 0);
	assert_int_equal(lab_count(lab, CHAT), 2);
	lab_free(lab);
	lab = decided();
	lab_set(lab, "llm.prompt", "v2.1");
	write_now(lab, ticket_1());
	assert_int_equal(lab->recall_count, 0);
	assert_int_equal(lab_count(lab, CHAT), 2);
	lab_free(lab);
}

static void a_reload_to_writing_decides_anew(void **state)
{
	struct lab *lab = decided();

	(void)state;
	lab_reload(lab, to_writing);
	assert_true(lab_said(lab, "mode = writing: from now on tickets are written"));
	lab_found(lab, ticket_1());
	lab_recalled(lab);
	lab_fresh_read(lab, ticket_1());
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void a_record_that_is_durable_after_the_change_is_no_decision(void **state)
{
	struct lab *lab = resident("shadow");

	(void)state;
	lab->hold_records = true;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket_1());
	lab_model_says(lab, "bug", "high", "negative");
	lab_reload(lab, to_writing);
	lab_persisted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SHADOW);
	assert_null(lab_record(lab, RECORD_DECISION));
	assert_int_equal(lab_puts(lab), 0);
	lab_free(lab);
}

static void what_is_decided_waits_while_a_shadow_lasts(void **state)
{
	struct lab *lab = resident("writing");

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, ticket_1());
	lab_model_says(lab, "bug", "high", "negative");
	lab_reload(lab, to_shadow);
	if (lab_asks(lab, "/show_many.json"))
		lab_fresh_read(lab, ticket_1()); /* it was under way */
	lab_found(lab, "");
	lab_advance(lab, HOUR);
	assert_int_equal(lab_stats(lab).stopped_count, 1);
	assert_int_equal(lab_puts(lab), 0);
	if (lab_asks(lab, "/search.json"))
		lab_found(lab, "");
	lab_reload(lab, to_writing);
	lab_found(lab, "");
	if (lab_asks(lab, "/show_many.json"))
		lab_fresh_read(lab, ticket_1());
	lab_advance(lab, 10000);
	if (lab_asks(lab, "/show_many.json"))
		lab_fresh_read(lab, ticket_1());
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void tags_that_order_are_not_looked_for_and_orders_are_refused(void **state)
{
	struct lab *lab = resident("shadow");

	(void)state;
	lab_set(lab, "zendesk.again_tag", "ai_again");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_advance(lab, HOUR);
	assert_int_equal(lab_count(lab, "ai_again"), 0);
	lab_again(lab, 1, "alice");
	assert_true(lab_said(lab, "in shadow mode nothing is written"));
	assert_null(lab_record(lab, RECORD_ORDER));
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(it_records_what_it_would_write_and_sends_no_write),
	        cmocka_unit_test(it_holds_what_changes_something_and_no_more),
	        cmocka_unit_test(its_ticket_ends_when_the_record_is_durable),
	        cmocka_unit_test(a_record_that_is_not_stored_fails_its_ticket_which_is_asked_again),
	        cmocka_unit_test(one_text_is_asked_about_once),
	        cmocka_unit_test(a_person_who_asks_for_a_decided_ticket_is_told),
	        cmocka_unit_test(the_next_process_asks_about_nothing_that_is_recorded),
	        cmocka_unit_test(after_a_whole_pass_only_changes_are_asked_for_and_all_once_a_day),
	        cmocka_unit_test(its_answer_makes_a_fresh_decision_that_is_written),
	        cmocka_unit_test(an_answer_of_a_day_ago_is_not_used),
	        cmocka_unit_test(an_answer_about_another_text_or_of_another_prompt_is_not_used),
	        cmocka_unit_test(a_reload_to_writing_decides_anew),
	        cmocka_unit_test(a_record_that_is_durable_after_the_change_is_no_decision),
	        cmocka_unit_test(what_is_decided_waits_while_a_shadow_lasts),
	        cmocka_unit_test(tags_that_order_are_not_looked_for_and_orders_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
