/* The record of the stream's cursor names every ticket that no other durable record brings back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/core/state.h"
#include "lab.h"

#define FIRST "/incremental/tickets/cursor.json"

static struct lab *incremental(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->zendesk.source = SOURCE_INCREMENTAL;
	lab->config->llm.timeout = 3600000;
	lab_start(lab);
	return lab;
}

static void next_stream(struct lab *lab)
{
	for (int i = 0; i < 200 && !lab_asks(lab, FIRST); i++)
		lab_advance(lab, 1000);
	assert_non_null(lab_asks(lab, FIRST));
}

/* The backlog is empty; the stream is asked for the first time. */
static struct lab *streaming(void)
{
	struct lab *lab = incremental();

	lab_let_in_as(lab, "admin");
	lab_found(lab, "");
	next_stream(lab);
	return lab;
}

static void lose_records_of(struct lab *lab, uint64_t id)
{
	size_t kept = 0;

	for (size_t i = 0; i < lab->record_count; i++) {
		if (lab->records[i].ticket.id == id)
			record_free(&lab->records[i]);
		else
			lab->records[kept++] = lab->records[i];
	}
	lab->record_count = kept;
}

/* Neither its decision nor its failure is durable; the cursor, later, is. */
static void what_failed_for_want_of_records_is_persisted_with_the_cursor(void **state)
{
	struct lab *lab = streaming();

	(void)state;
	lab_stream(lab, lab_ticket(1, "open", NULL, NULL, NULL), "c1", true);
	lab->hold_records = true;
	lab_model_says(lab, "bug", "low", "neutral");
	lab_persist_failed(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	lose_records_of(lab, 1);
	lab->hold_records = false;
	next_stream(lab);
	lab_stream(lab, "", "c2", true);
	assert_string_equal(lab_record(lab, RECORD_CURSOR)->payload,
	                    "{\"cursor\":\"c2\",\"ids\":[1]}");
	lab_new_life(lab, lab->record_count);
	lab_let_in_as(lab, "admin");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_int_equal(lab_count(lab, "/chat/completions"), 2);
	lab_free(lab);
}

/* The stream has shown the ticket; then it is decided in shadow. */
static struct lab *shown_and_decided_in_shadow(void)
{
	static const char *const to_shadow[] = {"service.mode=shadow", NULL};
	struct lab *lab = streaming();

	lab_stream(lab, lab_ticket(1, "open", NULL, NULL, NULL), "c1", true);
	lab_reload(lab, to_shadow);
	lab_model_says(lab, "bug", "high", "negative");
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SHADOW);
	lab_found(lab, "");
	return lab;
}

/* The search does not show the ticket, since its index lags; the stream does. */
static void is_shown_by_a_stream_that_begins_anew(struct lab *lab)
{
	lab_found(lab, "");
	next_stream(lab);
	assert_non_null(strstr(lab_asks(lab, FIRST)->request.url, "start_time="));
	assert_null(strstr(lab_asks(lab, FIRST)->request.url, "cursor=c1"));
	lab_stream(lab, lab_ticket(1, "open", NULL, NULL, NULL), "c2", true);
	lab_free(lab);
}

static void what_was_decided_in_shadow_is_shown_again_after_a_reload(void **state)
{
	static const char *const to_writing[] = {"service.mode=writing", NULL};
	struct lab *lab = shown_and_decided_in_shadow();

	(void)state;
	lab_reload(lab, to_writing);
	is_shown_by_a_stream_that_begins_anew(lab);
}

static void what_was_decided_in_shadow_is_shown_again_after_a_restart(void **state)
{
	struct lab *lab = shown_and_decided_in_shadow();

	(void)state;
	lab->config->service.mode = MODE_WRITING;
	lab_new_life(lab, lab->record_count);
	lab_let_in_as(lab, "admin");
	assert_null(lab_asks(lab, FIRST));
	is_shown_by_a_stream_that_begins_anew(lab);
}

#define NO_COMMENTS "{\"comments\":[],\"meta\":{\"has_more\":false}}"

/* Skipped with its decision, then changed: the stream shows it once more, and it is taken up. */
static struct lab *brought_back(void)
{
	struct lab *lab = streaming();

	lab_stream(lab, lab_ticket(1, "open", NULL, NULL, NULL), "c1", true);
	lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_put(lab), 422, "",
	           "{\"error\":\"RecordInvalid\",\"description\":\"Ticket is closed\"}");
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	next_stream(lab);
	lab_stream(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:01Z"), "c2", true);
	assert_string_equal(lab_record(lab, RECORD_CURSOR)->payload,
	                    "{\"cursor\":\"c2\",\"ids\":[1]}");
	return lab;
}

static void what_was_skipped_and_comes_back_survives_a_crash_before_its_intent(void **state)
{
	struct lab *lab = brought_back();

	(void)state;
	lab_new_life(lab, lab->record_count);
	lab_let_in_as(lab, "admin");
	for (int read = 0; read < 2; read++) { /* it has changed; it can be written */
		for (int i = 0; i < 10 && !lab_asks(lab, "/show_many.json"); i++)
			lab_advance(lab, 1000);
		lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:01Z"));
	}
	lab_answer(lab, lab_asks(lab, "/comments"), 200, "", NO_COMMENTS);
	lab_advance(lab, 3000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:01Z"));
	lab_update_accepted(lab);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);
}

static void what_was_skipped_is_in_the_cursors_record_until_its_intent_is_durable(void **state)
{
	struct lab *lab = brought_back();

	(void)state;
	lab_advance(lab, 2000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:01Z"));
	lab_answer(lab, lab_asks(lab, "/comments"), 200, "", NO_COMMENTS);
	lab_advance(lab, 3000);
	lab->hold_records = true;
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:01Z"));
	lab_persist_failed(lab); /* and so is its failure: by its records it is still skipped */
	lab->hold_records = false;
	next_stream(lab);
	lab_stream(lab, "", "c3", true);
	assert_string_equal(lab_record(lab, RECORD_CURSOR)->payload,
	                    "{\"cursor\":\"c3\",\"ids\":[1]}");
	for (int i = 0; i < 100 && !lab_asks(lab, "/show_many.json"); i++) {
		lab_advance(lab, 1000);
		if (lab_asks(lab, FIRST))
			lab_stream(lab, "", NULL, true);
	}
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:01Z"));
	assert_non_null(lab_put(lab));
	next_stream(lab);
	lab_stream(lab, "", "c4", true);
	assert_string_equal(lab_record(lab, RECORD_CURSOR)->payload,
	                    "{\"cursor\":\"c4\",\"ids\":[]}");
	lab_free(lab);
}

static void with_more_ids_than_a_record_takes_the_former_cursor_stays(void **state)
{
	struct lab *lab = streaming();

	(void)state;
	lab_stream(lab, "", "c1", true);
	next_stream(lab);
	for (uint64_t id = 1; id <= 27000; id++)
		asked_add(lab->engine, INT64_MAX - id);
	lab_stream(lab, "", "c2", true);
	assert_int_equal(lab->record_count, 1);
	next_stream(lab);
	assert_non_null(strstr(lab_asks(lab, FIRST)->request.url, "cursor=c2"));
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_failed_for_want_of_records_is_persisted_with_the_cursor),
	        cmocka_unit_test(what_was_decided_in_shadow_is_shown_again_after_a_reload),
	        cmocka_unit_test(what_was_decided_in_shadow_is_shown_again_after_a_restart),
	        cmocka_unit_test(
	                what_was_skipped_and_comes_back_survives_a_crash_before_its_intent),
	        cmocka_unit_test(
	                what_was_skipped_is_in_the_cursors_record_until_its_intent_is_durable),
	        cmocka_unit_test(with_more_ids_than_a_record_takes_the_former_cursor_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
