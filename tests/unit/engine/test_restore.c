/* A new life: what the durable records of an earlier one bring back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define MINUTE 60000
#define OLD_DONE                                                                                   \
	"{\"state\":\"done\",\"reason\":\"\",\"at\":1795341600000,\"verdict\":1795341600000,"      \
	"\"updated_first\":"                                                                       \
	"1795338000000}"
#define OLD_SKIPPED                                                                                \
	"{\"state\":\"skipped\",\"reason\":\"x\",\"at\":1795341600000,\"verdict\":0,\"updated_"    \
	"first\":1795338000000}"
#define OLD_FAILED                                                                                 \
	"{\"state\":\"failed\",\"reason\":\"x\",\"at\":1795341600000,\"verdict\":0,\"updated_"     \
	"first\":1795338000000}"
#define UNDO_INTENT                                                                                \
	"{\"stamp\":\"2026-11-22T10:00:00Z\",\"tags\":[\"vip\"],\"tags_added\":[],"                \
	"\"priority_before\":\"\",\"order\":\"undo-1\",\"tags_removed\":[\"ai_processed\"],"       \
	"\"done_before\":true,\"priority_set\":\"\",\"at\":1795341600000,\"bulk\":false,"          \
	"\"note\":false,\"author\":1}"

static struct lab *resident(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->retry.attempts = 1;
	return lab;
}

/* Zendesk calls it closed, so it is skipped. */
static void refuse(struct lab *lab, struct lab_request *put)
{
	lab_answer(lab, put, 422, "",
	           "{\"error\":\"RecordInvalid\",\"description\":\"Ticket is closed\"}");
}

static struct lab_request *put(struct lab *lab)
{
	for (size_t i = 0; i < lab->request_count; i++)
		if (!lab->requests[i].answered && lab->requests[i].request.method == HTTP_PUT)
			return &lab->requests[i];
	return NULL;
}

static void until_asked(struct lab *lab, const char *part)
{
	for (int i = 0; i < 400 && !lab_asks(lab, part); i++) {
		lab_advance(lab, 1000);
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, "");
	}
}

static void a_done_ticket_stays_done(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_update_accepted(lab);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	assert_int_equal(lab_count(lab, "/show_many.json"), 1);
	lab_free(lab);
}

static void a_failed_ticket_with_a_decision_is_taken_up_again_at_once(void **state)
{
	static const enum engine_mode modes[] = {ENGINE_ONCE, ENGINE_RESIDENT};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		struct lab *lab = resident();

		lab_ends(lab, lab_until_update(lab), HTTP_NO_CONNECT);
		lab->setup.mode = modes[i];
		lab_new_life(lab, lab->record_count);
		lab_let_in(lab);
		lab_found(lab, "");
		lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
		lab_update_accepted(lab);
		assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
		assert_int_equal(lab_count(lab, "/chat/completions"), 1);
		lab_free(lab);
	}
}

static void the_delays_of_returns_go_on_growing(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_ends(lab, lab_until_update(lab), HTTP_NO_CONNECT);
	until_asked(lab, "/show_many.json");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_ends(lab, put(lab), HTTP_NO_CONNECT); /* the second time */
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_ends(lab, put(lab), HTTP_NO_CONNECT); /* the third */
	msec begin = lab->now.mono;
	until_asked(lab, "/show_many.json");
	assert_in_range(lab->now.mono - begin, 3 * MINUTE, 5 * MINUTE + 1000);
	lab_free(lab);
}

static void a_skipped_ticket_returns_with_its_decision_when_it_has_moved(void **state)
{
	static const enum engine_mode modes[] = {ENGINE_ONCE, ENGINE_RESIDENT};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		struct lab *lab = resident();

		refuse(lab, lab_until_update(lab));
		lab_advance(lab, MINUTE / 2);
		lab->setup.mode = modes[i];
		lab_new_life(lab, lab->record_count);
		lab_let_in(lab);
		assert_null(lab_asks(lab, "/show_many.json"));
		lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:10Z"));
		lab_advance(lab, 2000);
		assert_non_null(lab_asks(lab, "/show_many.json"));
		assert_int_equal(lab_count(lab, "/chat/completions"), 1);
		lab_free(lab);
	}
}

static void a_skipped_ticket_that_has_not_moved_stays_away(void **state)
{
	struct lab *lab = resident();

	(void)state;
	refuse(lab, lab_until_update(lab));
	lab->setup.mode = ENGINE_ONCE;
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	assert_true(lab->finished);
	assert_int_equal(lab_outcomes_of(lab, 1), 1);
	lab_free(lab);
}

/* Skipped, come back, its new intent durable, then the crash: it may have been written. */
static void an_intent_after_a_skip_is_settled_before_anything_is_written(void **state)
{
	struct lab *lab = resident();

	(void)state;
	refuse(lab, lab_until_update(lab));
	lab_advance(lab, MINUTE);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:10Z"));
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:10Z"));
	lab_answer(lab, lab_asks(lab, "/comments"), 200, "",
	           "{\"comments\":[],\"meta\":{\"has_more\":false}}");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:10Z"));
	assert_non_null(put(lab));
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:40Z"));
	assert_non_null(lab_asks(lab, "/comments"));
	assert_int_equal(lab_puts(lab), 2);
	lab_free(lab);
}

static bool without_payload(struct lab *lab)
{
	bool found = false;

	for (size_t i = 0; i < lab->record_count; i++) {
		if (lab->records[i].brief == 0)
			continue;
		free(lab->records[i].payload);
		lab->records[i].payload = NULL;
		found = true;
	}
	return found;
}

static void a_brief_stands_for_what_is_done_or_skipped_not_for_what_failed(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_update_accepted(lab);
	assert_true(without_payload(lab));
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/show_many.json"), 1);
	lab_free(lab);

	lab = resident();
	refuse(lab, lab_until_update(lab));
	assert_true(without_payload(lab));
	lab_advance(lab, MINUTE / 2);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	assert_null(lab_asks(lab, "/show_many.json"));
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T10:00:10Z"));
	lab_advance(lab, 2000);
	assert_non_null(lab_asks(lab, "/show_many.json"));
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	lab_free(lab);

	lab = resident();
	lab_until_update(lab);
	lab_ends(lab, put(lab), HTTP_NO_CONNECT);
	assert_false(without_payload(lab));
	lab_free(lab);
}

static struct lab *with_old_outcome(const char *payload)
{
	struct lab *lab = resident();

	lab_until_update(lab);
	lab_update_accepted(lab);
	for (size_t i = 0; i < lab->record_count; i++) {
		if (lab->records[i].kind == RECORD_OUTCOME) {
			free(lab->records[i].payload);
			lab->records[i].payload = xstrdup(payload);
			lab->records[i].brief = 0;
		}
	}
	lab_advance(lab, MINUTE / 2);
	lab_new_life(lab, lab->record_count);
	assert_false(lab_said(lab, "cannot be read"));
	lab_let_in(lab);
	return lab;
}

static void outcomes_of_older_versions_stay_readable(void **state)
{
	struct lab *lab = with_old_outcome(OLD_DONE);

	(void)state;
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/show_many.json"), 1);
	lab_free(lab);

	lab = with_old_outcome(OLD_SKIPPED);
	/* its updated_at of the first read */
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/show_many.json"), 1);
	lab_free(lab);

	lab = with_old_outcome(OLD_FAILED);
	lab_advance(lab, 2000);
	assert_int_equal(lab_count(lab, "/show_many.json"), 2);
	lab_free(lab);
}

static void an_outcome_that_cannot_be_read_is_told_and_the_decision_is_taken_up(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_update_accepted(lab);
	free(lab->records[lab->record_count - 1].payload);
	lab->records[lab->record_count - 1].payload = xstrdup("{\"state\":\"lost\"}");
	lab->records[lab->record_count - 1].brief = 0;
	lab_new_life(lab, lab->record_count);
	assert_true(lab_said(lab, "outcome of ticket 1 cannot be read"));
	lab_let_in(lab);
	lab_found(lab, "");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\",\"ai_processed\"]",
	                               "2026-11-22T10:00:00Z"));
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

/* The outcome was lost, to a full disk, and the ticket was taken back meanwhile. */
static void an_intent_of_what_takes_back_is_not_taken_for_the_tickets_own(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	for (size_t i = 0; i < lab->record_count; i++) {
		if (lab->records[i].kind == RECORD_INTENT) {
			free(lab->records[i].payload);
			lab->records[i].payload = xstrdup(UNDO_INTENT);
		}
	}
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/show_many.json"), 1);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

/* Its record was lost once, to a full disk, and was made again after the order. */
static void the_end_of_the_analysis_does_not_carry_out_an_undo(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_update_accepted(lab);
	struct record *outcome = &lab->records[lab->record_count - 1];
	assert_int_equal(outcome->kind, RECORD_OUTCOME);
	lab->records[lab->record_count] = *outcome;
	*outcome = (struct record){
	        .kind = RECORD_UNDO,
	        .ticket = outcome->ticket,
	        .payload = xstrdup("{\"order\":\"undo-1\",\"by\":\"kim\","
	                           "\"at\":1795341600000,\"forget\":false,\"over\":false}")};
	lab->record_count++;
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, "");
	assert_int_equal(lab->recall_count, 1);
	assert_int_equal(lab->recalls[0], 1);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_done_ticket_stays_done),
	        cmocka_unit_test(a_failed_ticket_with_a_decision_is_taken_up_again_at_once),
	        cmocka_unit_test(the_delays_of_returns_go_on_growing),
	        cmocka_unit_test(a_skipped_ticket_returns_with_its_decision_when_it_has_moved),
	        cmocka_unit_test(a_skipped_ticket_that_has_not_moved_stays_away),
	        cmocka_unit_test(an_intent_after_a_skip_is_settled_before_anything_is_written),
	        cmocka_unit_test(a_brief_stands_for_what_is_done_or_skipped_not_for_what_failed),
	        cmocka_unit_test(outcomes_of_older_versions_stay_readable),
	        cmocka_unit_test(
	                an_outcome_that_cannot_be_read_is_told_and_the_decision_is_taken_up),
	        cmocka_unit_test(an_intent_of_what_takes_back_is_not_taken_for_the_tickets_own),
	        cmocka_unit_test(the_end_of_the_analysis_does_not_carry_out_an_undo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
