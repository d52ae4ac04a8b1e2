/* The write protocol, rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

static void nothing_is_written_before_decision_and_intent_are_durable(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->hold_records = true;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, 60000);
	assert_null(lab_asks(lab, "show_many"));
	lab_persisted(lab);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_advance(lab, 1000);
	assert_int_equal(lab_puts(lab), 0);
	lab_persisted(lab);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void the_update_carries_stamp_merged_tags_private_note_and_no_status(void **state)
{
	struct lab *lab = lab_new();
	struct lab_request *put = lab_until_update(lab);
	const char *body = put->request.body;

	(void)state;
	assert_non_null(strstr(body, "\"updated_stamp\":\"2026-11-22T09:00:00Z\""));
	assert_non_null(strstr(body, "\"safe_update\":true"));
	assert_non_null(strstr(body, "\"public\":false"));
	assert_non_null(
	        strstr(body, "[\"vip\",\"ai_processed\",\"ai_bug\",\"ai_high\",\"ai_negative\"]"));
	assert_non_null(strstr(body, "\"priority\":\"high\""));
	assert_null(strstr(body, "\"status\""));
	assert_null(strstr(body, "assignee"));
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_outcome(lab, 1)->tags_added, 4);
	assert_int_equal(lab_outcome(lab, 1)->priority_set, PRIORITY_HIGH);
	lab_free(lab);
}

static void a_conflict_reads_again_and_uses_up_no_attempt(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_until_update(lab);
	for (int i = 0; i < 6; i++) {
		char updated[32];

		lab_answer(lab, lab_asks(lab, "/tickets/1.json"), 409, "",
		           "{\"error\":\"UpdateConflict\"}");
		lab_advance(lab, 2000 << i); /* the waits grow: others may be at it for a while */
		snprintf(updated, sizeof(updated), "2026-11-22T09:10:0%dZ", i);
		lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", updated));
		/* a conflict may be with our own first delivery: the comments are searched before
		 * anything new is written */
		lab_answer(lab, lab_asks(lab, "/comments.json"), 200, "",
		           "{\"comments\":[],\"meta\":{\"has_more\":false}}");
		lab_advance(lab, 3000);
		lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", updated));
	}
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void after_a_lost_answer_an_unmoved_ticket_gets_the_same_write(void **state)
{
	struct lab *lab = lab_new();
	struct lab_request *put = lab_until_update(lab);
	char *first = xstrdup(put->request.body);

	(void)state;
	lab_ends(lab, put, HTTP_BROKEN);
	lab_advance(lab, 5000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	assert_int_equal(lab_puts(lab), 2);
	assert_string_equal(lab_asks(lab, "/tickets/1.json")->request.body, first);
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	free(first);
	lab_free(lab);
}

static void after_a_lost_answer_our_tag_on_the_ticket_means_done(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_ends(lab, lab_until_update(lab), HTTP_TIMEOUT);
	lab_advance(lab, 5000);
	lab_fresh_read(lab, lab_ticket(1, "open", "high", "[\"vip\",\"ai_processed\"]",
	                               "2026-11-22T10:00:00Z"));
	assert_int_equal(lab_puts(lab), 1);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static const char *our_note(const struct lab *lab)
{
	static char text[2000];
	static char line[64];
	const char *at = NULL;

	for (size_t i = 0; i < lab->request_count; i++)
		if (lab->requests[i].request.method == HTTP_PUT)
			at = strstr(lab->requests[i].request.body, "Timestamp: ");
	snprintf(line, sizeof(line), "%.31s", at);
	snprintf(text, sizeof(text),
	         "{\"comments\":[{\"id\":9,\"author_id\":77,\"public\":false,\"plain_body\":\"AI "
	         "Analysis:\\n\\n%s\",\"created_at\":"
	         "\"2026-11-22T10:00:01Z\"}],\"meta\":{\"has_more\":false}}",
	         line);
	return text;
}

static void a_moved_ticket_without_our_tag_but_with_our_note_is_done(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_ends(lab, lab_until_update(lab), HTTP_BROKEN);
	lab_advance(lab, 5000);
	lab_fresh_read(lab, lab_ticket(1, "open", "high", "[\"vip\"]", "2026-11-22T10:00:02Z"));
	lab_answer(lab, lab_asks(lab, "/comments.json"), 200, "", our_note(lab));
	assert_int_equal(lab_puts(lab), 1);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_string_equal(lab_outcome(lab, 1)->reason, "our tag was removed by someone");
	lab_free(lab);
}

static void a_moved_ticket_without_tag_and_note_is_written_with_the_new_stamp(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_ends(lab, lab_until_update(lab), HTTP_BROKEN);
	lab_advance(lab, 5000);
	lab_fresh_read(lab,
	               lab_ticket(1, "open", NULL, "[\"vip\",\"new\"]", "2026-11-22T10:00:01Z"));
	lab_answer(lab, lab_asks(lab, "/comments.json"), 200, "",
	           "{\"comments\":[],\"meta\":{\"has_more\":false}}");
	lab_advance(lab, 5000);
	lab_fresh_read(lab,
	               lab_ticket(1, "open", NULL, "[\"vip\",\"new\"]", "2026-11-22T10:00:01Z"));
	assert_non_null(
	        strstr(lab_asks(lab, "/tickets/1.json")->request.body, "2026-11-22T10:00:01Z"));
	assert_non_null(strstr(lab_asks(lab, "/tickets/1.json")->request.body,
	                       "[\"vip\",\"new\",\"ai_processed\""));
	lab_free(lab);
}

static void until_refresh(struct lab *lab)
{
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", "low", NULL, NULL));
	lab_model_says(lab, "bug", "high", "negative");
}

static void a_read_within_two_seconds_of_a_change_is_thrown_away(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	until_refresh(lab);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", "[\"early\"]", "2026-11-22T10:00:00Z"));
	assert_int_equal(lab_puts(lab), 0);
	lab_advance(lab, 2000);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", "[\"later\"]", "2026-11-22T10:00:00Z"));
	assert_non_null(strstr(lab_asks(lab, "/tickets/1.json")->request.body, "\"later\""));
	lab_free(lab);
}

static void without_a_server_clock_the_second_of_two_equal_reads_settles(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->no_date = true;
	until_refresh(lab);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", NULL, NULL));
	assert_int_equal(lab_puts(lab), 0);
	lab_advance(lab, 2900);
	assert_null(lab_asks(lab, "show_many"));
	lab_advance(lab, 200);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", NULL, NULL));
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void a_ticket_that_keeps_changing_for_ten_minutes_fails(void **state)
{
	struct lab *lab = lab_new();
	char now[CLOCK_ISO_SIZE];

	(void)state;
	until_refresh(lab);
	for (int i = 0; i < 400 && !lab_outcome(lab, 1); i++) {
		clock_format_iso(lab->now.wall, now);
		lab_fresh_read(lab, lab_ticket(1, "open", "low", NULL, now));
		lab_advance(lab, 2500);
	}
	assert_string_equal(lab_outcome(lab, 1)->reason, "keeps changing");
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	lab_free(lab);
}

static void waiting_long_for_its_turn_is_no_change(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	until_refresh(lab);
	lab_answer(lab, lab_asks(lab, "/show_many.json"), 429, "retry-after: 900", "{}");
	lab_advance(lab, 15 * MSEC_MINUTE + 5000);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", NULL, NULL));
	assert_null(lab_outcome(lab, 1));
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void a_priority_changed_since_the_first_read_is_a_persons_and_stays(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	until_refresh(lab);
	lab_fresh_read(lab, lab_ticket(1, "open", "normal", NULL, "2026-11-22T09:30:00Z"));
	assert_null(strstr(lab_asks(lab, "/tickets/1.json")->request.body, "priority"));
	lab_free(lab);
}

static void solved_meanwhile_is_skipped_and_an_omitted_ticket_is_asked_for_once(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	until_refresh(lab);
	lab_fresh_read(lab, "");
	lab_answer(lab, lab_asks(lab, "/tickets/1.json"), 404, "",
	           "{\"error\":\"RecordNotFound\"}");
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	lab_free(lab);

	lab = lab_new();
	until_refresh(lab);
	lab_fresh_read(lab, lab_ticket(1, "solved", "low", NULL, NULL));
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	assert_int_equal(lab_puts(lab), 0);
	lab_free(lab);
}

static void a_closed_ticket_is_skipped_with_the_reason(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_answer(lab, lab_until_update(lab), 422, "",
	           "{\"error\":\"RecordInvalid\",\"details\":{\"status\":[{\"description\":"
	           "\"Status: closed prevents "
	           "ticket "
	           "update\"}]}}");
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	assert_string_equal(lab_outcome(lab, 1)->reason, "the ticket is closed");
	lab_free(lab);
}

static void a_429_waits_retry_after_and_goes_on_with_the_same_ticket(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_answer(lab, lab_until_update(lab), 429, "retry-after: 93",
	           "Rate limit for ticket updates exceeded");
	lab_advance(lab, 92000);
	assert_int_equal(lab_puts(lab), 1);
	lab_advance(lab, 1500);
	assert_int_equal(lab_puts(lab), 2);
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void a_429_that_names_no_wait_is_not_answered_at_once(void **state)
{
	static const char *const waits[] = {"retry-after: 0",
	                                    "retry-after: Sun, 22 Nov 2026 09:00:00 GMT"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		struct lab *lab = lab_new();

		lab_answer(lab, lab_until_update(lab), 429, waits[i], "Number of allowed requests");
		lab_advance(lab, 500);
		assert_int_equal(lab_puts(lab), 1);
		lab_advance(lab, 30000);
		assert_int_equal(lab_puts(lab), 2);
		lab_free(lab);
	}
}

/* Several are in flight when the first answer says that nothing is left; the second was counted
 * before it and comes much later. */
static void a_late_answer_with_an_older_count_frees_nothing(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->config->zendesk.bulk = BULK_NEVER;
	lab_until_batch(lab, 20);
	size_t sent = lab_puts(lab);

	lab_answer(lab, lab_asks(lab, "/tickets/1.json"), 200,
	           "zendesk-ratelimit-tickets-update: total=100; remaining=0; resets=50",
	           "{\"ticket\":{\"id\":1,\"status\":\"open\",\"tags\":[\"ai_processed\"],"
	           "\"updated_at\":"
	           "\"2026-11-22T10:00:00Z\"}}");
	assert_int_equal(lab_puts(lab), sent);
	lab_advance(lab, 5000);
	lab_answer(lab, lab_asks(lab, "/tickets/2.json"), 200,
	           "zendesk-ratelimit-tickets-update: total=100; remaining=40; resets=50",
	           "{\"ticket\":{\"id\":2,\"status\":\"open\",\"tags\":[\"ai_processed\"],"
	           "\"updated_at\":"
	           "\"2026-11-22T10:00:00Z\"}}");
	assert_int_equal(lab_puts(lab), sent);
	lab_advance(lab, 50000);
	assert_true(lab_puts(lab) > sent); /* the window has turned */
	lab_free(lab);
}

static void an_update_that_keeps_failing_ends_after_its_attempts(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_ends(lab, lab_until_update(lab), HTTP_NO_CONNECT);
	lab_advance(lab, 5000);
	lab_ends(lab, lab_asks(lab, "/tickets/1.json"), HTTP_NO_CONNECT);
	lab_advance(lab, 5000);
	lab_ends(lab, lab_asks(lab, "/tickets/1.json"), HTTP_NO_CONNECT);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	lab_free(lab);
}

static void what_cannot_be_made_durable_is_not_written(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->hold_records = true;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "high", "negative");
	lab_persist_failed(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	assert_int_equal(lab_puts(lab), 0);
	assert_int_equal(lab->alerts, 1);
	lab_free(lab);
}

#define NO_ACCESS "{\"error\":{\"title\":\"Forbidden\",\"message\":\"No access\"}}"
#define NO_SCOPE                                                                                   \
	"{\"error\":\"Forbidden\",\"description\":\"You are missing the following required "       \
	"scopes: write\"}"

/* A second of a world with ticket 1, which refuses our updates, and ticket 2. */
static void go_on_with_two(struct lab *lab)
{
	char both[2000];

	snprintf(both, sizeof(both), "%s,%s", lab_ticket(1, "open", NULL, "[\"vip\"]", NULL),
	         lab_ticket(2, "open", NULL, NULL, NULL));
	lab_advance(lab, 1000);
	if (lab_asks(lab, "/search.json"))
		lab_found(lab, lab_outcome(lab, 2) ? "" : lab_ticket(2, "open", NULL, NULL, NULL));
	if (lab_asks(lab, "/chat/completions"))
		lab_model_says(lab, "bug", "low", "neutral");
	if (lab_asks(lab, "show_many"))
		lab_fresh_read(lab, both);
	if (lab_asks(lab, "/tickets/1.json"))
		lab_answer(lab, lab_asks(lab, "/tickets/1.json"), 403, "", NO_ACCESS);
	else if (lab_put(lab))
		lab_update_accepted(lab);
	if (lab_asks(lab, "/users/me"))
		lab_let_in(lab);
}

static void a_403_for_the_first_ticket_halts_nobody(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_answer(lab, lab_until_update(lab), 403, "", NO_ACCESS);
	lab_advance(lab, 2000);
	lab_answer(lab, lab_put(lab), 403, "", NO_ACCESS);
	assert_null(lab_put(lab)); /* nothing new is sent until users/me has told */
	lab_let_in(lab);
	lab_answer(lab, lab_put(lab), 403, "", NO_ACCESS);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	assert_false(lab_stats(lab).zendesk_halted);
	for (int i = 0; i < 300; i++)
		go_on_with_two(lab);
	assert_int_equal(lab_outcome(lab, 2)->status, OUTCOME_SUCCESS);
	/* now it is certain that the refusal is about the ticket, and it comes back rarely */
	size_t so_far = lab_outcomes_of(lab, 1);
	for (int i = 0; i < 30; i++)
		go_on_with_two(lab);
	assert_int_equal(lab_outcomes_of(lab, 1), so_far);
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_ERROR);
	assert_int_equal(lab->alerts, 0);
	lab_free(lab);
}

static void a_403_that_users_me_confirms_halts(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_answer(lab, lab_until_update(lab), 403, "", NO_ACCESS);
	lab_advance(lab, 2000);
	lab_answer(lab, lab_put(lab), 403, "", NO_ACCESS);
	lab_answer(lab, lab_asks(lab, "/users/me"), 403, "", NO_ACCESS);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_NOT_LET_IN);
	lab_free(lab);
}

static void a_403_that_names_a_missing_scope_halts_at_once(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_answer(lab, lab_until_update(lab), 403, "", NO_SCOPE);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_NOT_LET_IN);
	lab_free(lab);
}

static void a_redirect_of_one_update_is_the_tickets(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_until_update(lab);
	for (int i = 0; i < 3 && lab_put(lab); i++) {
		lab_answer(lab, lab_put(lab), 302, "location: https://elsewhere.example/", "");
		lab_advance(lab, 2000);
		if (lab_asks(lab, "/users/me"))
			lab_let_in(lab);
	}
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	assert_false(lab_stats(lab).zendesk_halted);
	lab_free(lab);
}

static void when_users_me_does_not_answer_it_is_asked_twice_and_work_goes_on(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_answer(lab, lab_until_update(lab), 403, "", NO_ACCESS);
	lab_advance(lab, 2000);
	lab_answer(lab, lab_put(lab), 403, "", NO_ACCESS);
	lab_answer(lab, lab_asks(lab, "/users/me"), 503, "", "");
	lab_answer(lab, lab_asks(lab, "/users/me"), 503, "", "");
	assert_false(lab->finished);
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void a_401_for_one_ticket_is_the_tickets_when_users_me_lets_us_in(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_until_update(lab);
	for (int i = 0; i < 5 && lab_put(lab); i++) {
		lab_answer(lab, lab_put(lab), 401, "", "{\"error\":\"no\"}");
		if (lab_asks(lab, "/users/me"))
			lab_let_in(lab);
		lab_advance(lab, 8000);
	}
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	assert_int_equal(lab_count(lab, "/users/me"), 2);
	assert_false(lab_stats(lab).zendesk_halted);
	lab_free(lab);
}

static void an_accepted_update_without_a_readable_answer_is_looked_after(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_answer(lab, lab_until_update(lab), 200, "", "<html>");
	assert_null(lab_outcome(lab, 1));
	lab_advance(lab, 5000);
	lab_fresh_read(lab, lab_ticket(1, "open", "high", "[\"vip\",\"ai_processed\"]",
	                               "2026-11-22T10:00:00Z"));
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void a_restart_with_an_intent_looks_before_it_writes(void **state)
{
	struct lab *lab = lab_new(), *next = lab_new();

	(void)state;
	lab_until_update(lab);
	assert_int_equal(lab->record_count, 2);
	next->engine = engine_new(&next->setup, next->now);
	engine_restore(next->engine, &lab->records[0]);
	engine_restore(next->engine, &lab->records[1]);
	lab_advance(next, 0);
	lab_let_in(next);
	assert_int_equal(lab_count(next, "/chat/completions"), 0); /* the model is not paid twice */
	lab_advance(next, 3000);
	lab_fresh_read(next, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	assert_string_equal(lab_asks(next, "/tickets/1.json")->request.body,
	                    lab->requests[lab->request_count - 1].request.body);
	lab_free(lab);
	lab_free(next);
}

static struct lab_request *second(struct lab *lab, const char *part)
{
	struct lab_request *first = lab_asks(lab, part);

	for (struct lab_request *at = first + 1; first && at < &lab->requests[lab->request_count];
	     at++)
		if (!at->answered && strstr(at->request.url, part))
			return at;
	return NULL;
}

/* A person's order and the search find the ticket at the same time; the order's read comes when the
 * write waits for its turn. */
static void a_write_that_another_read_shows_to_be_late_is_not_sent(void **state)
{
	static const uint64_t asked[] = {1};
	struct lab *lab = lab_new();
	char body[2000];

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_start(lab);
	lab_let_in(lab);
	lab_process(lab, asked, 1);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, 2100);
	lab->hold_records = true;
	snprintf(body, sizeof(body), "{\"tickets\":[%s]}", lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, second(lab, "/show_many.json"), 200, "", body);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T09:30:00Z"));
	lab->hold_records = false;
	lab_persisted(lab);
	assert_int_equal(lab_puts(lab), 0);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", "2026-11-22T09:30:00Z"));
	assert_non_null(strstr(lab_put(lab)->request.body, "2026-11-22T09:30:00Z"));
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

/* All of a bulk request may prove to be late: nothing is in flight then, and they are read again
 * all the same. */
static void a_bulk_write_of_which_nothing_is_left_is_read_again(void **state)
{
	struct lab *lab = lab_new();
	char body[2000];

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->config->zendesk.bulk = BULK_ALWAYS;
	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_found_many(lab);
	lab_slice(lab, lab_ticket(1, "open", "urgent", NULL, NULL), true);
	lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, 2100);
	snprintf(body, sizeof(body), "{\"tickets\":[%s]}",
	         lab_ticket(1, "open", "urgent", NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/show_many.json"), 200,
	           "x-rate-limit: 700\nx-rate-limit-remaining: 0\nratelimit-reset: 40", body);
	lab_slice(lab, lab_ticket(1, "open", "urgent", "[\"vip\"]", "2026-11-22T09:30:00Z"), false);
	lab_advance(lab, 45000);
	assert_int_equal(lab_puts(lab), 0);
	lab_fresh_read(lab, lab_ticket(1, "open", "urgent", "[\"vip\"]", "2026-11-22T09:30:00Z"));
	lab_advance(lab, 3000);
	assert_non_null(strstr(lab_put(lab)->request.body, "2026-11-22T09:30:00Z"));
	lab_free(lab);
}

static void after_users_me_let_us_in_tickets_refused_alike_fail_and_one_alert_tells(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_set(lab, "zendesk.bulk", "never");
	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 20, "[\"vip\"]", NULL));
	for (int i = 0; i < 30; i++) {
		while (lab_asks(lab, "/chat/completions"))
			lab_model_says(lab, "bug", "low", "neutral");
		lab_advance(lab, 1000);
		if (lab_asks(lab, "show_many"))
			lab_fresh_read(lab, lab_tickets(1, 20, "[\"vip\"]", NULL));
		for (int j = 0; j < 200 && lab_put(lab); j++)
			lab_answer(lab, lab_put(lab), 403,
			           LAB_POOL "\nzendesk-ratelimit-tickets-update: total=100; "
			                    "remaining=90; resets=50",
			           NO_ACCESS);
		if (lab_asks(lab, "/users/me"))
			lab_let_in(lab);
	}
	for (uint64_t id = 1; id <= 20; id++)
		assert_int_equal(lab_outcome(lab, id)->status, OUTCOME_ERROR);
	assert_in_range(lab_puts(lab), 20, 80);
	assert_true(lab_said(lab, "refused alike"));
	assert_int_equal(lab->alerts, 1);
	assert_false(lab_stats(lab).zendesk_halted);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing_is_written_before_decision_and_intent_are_durable),
	        cmocka_unit_test(the_update_carries_stamp_merged_tags_private_note_and_no_status),
	        cmocka_unit_test(a_conflict_reads_again_and_uses_up_no_attempt),
	        cmocka_unit_test(after_a_lost_answer_an_unmoved_ticket_gets_the_same_write),
	        cmocka_unit_test(after_a_lost_answer_our_tag_on_the_ticket_means_done),
	        cmocka_unit_test(a_moved_ticket_without_our_tag_but_with_our_note_is_done),
	        cmocka_unit_test(a_moved_ticket_without_tag_and_note_is_written_with_the_new_stamp),
	        cmocka_unit_test(a_read_within_two_seconds_of_a_change_is_thrown_away),
	        cmocka_unit_test(without_a_server_clock_the_second_of_two_equal_reads_settles),
	        cmocka_unit_test(a_ticket_that_keeps_changing_for_ten_minutes_fails),
	        cmocka_unit_test(waiting_long_for_its_turn_is_no_change),
	        cmocka_unit_test(a_priority_changed_since_the_first_read_is_a_persons_and_stays),
	        cmocka_unit_test(
	                solved_meanwhile_is_skipped_and_an_omitted_ticket_is_asked_for_once),
	        cmocka_unit_test(a_closed_ticket_is_skipped_with_the_reason),
	        cmocka_unit_test(a_429_waits_retry_after_and_goes_on_with_the_same_ticket),
	        cmocka_unit_test(a_429_that_names_no_wait_is_not_answered_at_once),
	        cmocka_unit_test(a_late_answer_with_an_older_count_frees_nothing),
	        cmocka_unit_test(an_update_that_keeps_failing_ends_after_its_attempts),
	        cmocka_unit_test(what_cannot_be_made_durable_is_not_written),
	        cmocka_unit_test(a_403_for_the_first_ticket_halts_nobody),
	        cmocka_unit_test(a_403_that_users_me_confirms_halts),
	        cmocka_unit_test(a_403_that_names_a_missing_scope_halts_at_once),
	        cmocka_unit_test(a_redirect_of_one_update_is_the_tickets),
	        cmocka_unit_test(when_users_me_does_not_answer_it_is_asked_twice_and_work_goes_on),
	        cmocka_unit_test(a_401_for_one_ticket_is_the_tickets_when_users_me_lets_us_in),
	        cmocka_unit_test(an_accepted_update_without_a_readable_answer_is_looked_after),
	        cmocka_unit_test(a_write_that_another_read_shows_to_be_late_is_not_sent),
	        cmocka_unit_test(a_bulk_write_of_which_nothing_is_left_is_read_again),
	        cmocka_unit_test(a_restart_with_an_intent_looks_before_it_writes),
	        cmocka_unit_test(
	                after_users_me_let_us_in_tickets_refused_alike_fail_and_one_alert_tells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
