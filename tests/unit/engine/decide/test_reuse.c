/* One answer for tickets of which the same would be sent: who takes it, who waits for it, who never
 * gets it, and that no ticket waits for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/decide/reuse.h"
#include "lab.h"

#define FIRST "Error 404"
#define OTHER "I want my money back"

static const char page[] =
        "{\"id\":%llu,\"result_type\":\"ticket\",\"subject\":\"It crashes\",\"description\":\"%s\","
        "\"status\":\"%s\",\"priority\":null,\"tags\":[],\"created_at\":\"2026-11-22T08:00:00Z\","
        "\"updated_at\":\"2026-11-22T09:00:00Z\"}";

static const char *ticket_with(uint64_t id, const char *text)
{
	static char ticket[2000];

	snprintf(ticket, sizeof(ticket), page, (unsigned long long)id, text, "new");
	return ticket;
}

/* Tickets 1 … count with this text were found. */
static struct lab *with_equal(struct lab *lab, uint64_t count, const char *text)
{
	struct buf all;

	lab_set(lab, "llm.cache_ttl", "1h");
	lab_start(lab);
	lab_let_in(lab);
	buf_init(&all, 1 << 20);
	for (uint64_t id = 1; id <= count; id++)
		buf_printf(&all, "%s%s", id > 1 ? "," : "", ticket_with(id, text));
	lab_found(lab, buf_cstr(&all));
	buf_free(&all);
	return lab;
}

static size_t chats(const struct lab *lab)
{
	return lab_count(lab, "/chat/completions");
}

static size_t decided(const struct lab *lab)
{
	size_t count = 0;

	for (size_t i = 0; i < lab->record_count; i++)
		count += lab->records[i].kind == RECORD_DECISION;
	return count;
}

static uint64_t lookups(const struct lab *lab, enum reuse_lookup lookup)
{
	return lab_stats(lab).tallies->lookups[lookup];
}

static void fails(struct lab *lab)
{
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 500, "", "{}");
}

static void equal_tickets_cost_one_request(void **state)
{
	struct lab *lab = with_equal(lab_new(), 20, FIRST);

	assert_int_equal(chats(lab), 1);
	assert_int_equal(decided(lab), 0);
	lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, 0);
	assert_int_equal(chats(lab), 1);
	assert_int_equal(decided(lab), 20);
	assert_int_equal(lookups(lab, REUSE_MISS), 1);
	assert_int_equal(lookups(lab, REUSE_JOINED), 19);
	assert_int_equal(lookups(lab, REUSE_HIT), 19);
	for (size_t i = 0, told = 0; i < lab->record_count; i++) {
		const struct record *record = &lab->records[i];

		if (record->kind != RECORD_DECISION)
			continue;
		assert_non_null(strstr(record->payload, "\"root_cause\":\"bug\""));
		assert_int_equal(strstr(record->payload, "\"cached\":true") != NULL, told > 0);
		assert_int_equal(strstr(record->payload, "\"tokens_prompt\":300") != NULL,
		                 told == 0);
		assert_true(record->answered > 0);
		told++;
	}
	lab_free(lab);
}

static void another_text_is_another_question(void **state)
{
	struct lab *lab = lab_new();
	char both[4000];

	lab_set(lab, "llm.cache_ttl", "1h");
	lab_start(lab);
	lab_let_in(lab);
	snprintf(both, sizeof(both), "%s,", ticket_with(1, FIRST));
	snprintf(both + strlen(both), sizeof(both) - strlen(both), "%s", ticket_with(2, OTHER));
	lab_found(lab, both);
	assert_int_equal(chats(lab), 2);
	lab_free(lab);
}

static void nothing_is_shared_when_it_is_switched_off(void **state)
{
	struct lab *lab = lab_new();

	lab_start(lab);
	lab_let_in(lab);
	char both[4000];
	snprintf(both, sizeof(both), "%s,", ticket_with(1, FIRST));
	snprintf(both + strlen(both), sizeof(both) - strlen(both), "%s", ticket_with(2, FIRST));
	lab_found(lab, both);
	assert_int_equal(chats(lab), 2);
	lab_free(lab);
}

/* Of 10 tickets whose requests fail each goes by itself, one after the other. */
static void a_failure_is_nobody_elses(void **state)
{
	struct lab *lab = with_equal(lab_new(), 10, FIRST);

	for (size_t i = 1; i <= 3; i++) {
		assert_int_equal(chats(lab), i);
		lab_answer(lab, lab_asks(lab, "/chat/completions"), 200, "", "{\"choices\":[]}");
		lab_model_says(lab, "bug", "high", "negative"); /* the reminder of the first */
		if (i == 1)
			break;
	}
	lab_advance(lab, 0);
	/* the first was asked twice, and the second by itself: what the reminder brought is the
	 * answer to another prompt */
	assert_int_equal(decided(lab), 1);
	assert_int_equal(chats(lab), 3);
	lab_model_says(lab, "refund", "low", "neutral");
	lab_advance(lab, 0);
	assert_int_equal(decided(lab), 10);
	assert_int_equal(chats(lab), 3);
	lab_free(lab);
}

static void after_a_failure_the_next_one_is_sent(void **state)
{
	struct lab *lab = with_equal(lab_new(), 5, FIRST);

	fails(lab);
	assert_int_equal(chats(lab), 2); /* at once, by another ticket */
	lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, 0);
	assert_int_equal(decided(lab), 4);
	lab_advance(lab, 10 * MSEC_SECOND);
	assert_int_equal(decided(lab), 5); /* its next attempt finds the answer */
	assert_int_equal(chats(lab), 2);
	lab_free(lab);
}

static void an_answer_is_too_old_after_its_time(void **state)
{
	struct lab *lab = with_equal(lab_new(), 1, FIRST);

	lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, MSEC_HOUR);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, ticket_with(2, FIRST));
	assert_int_equal(chats(lab), 2);
	lab_free(lab);
}

static void an_answer_outlives_the_process(void **state)
{
	struct lab *lab = with_equal(lab_new(), 2, FIRST);

	lab_model_says(lab, "refund", "high", "negative");
	lab_advance(lab, 0);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, ticket_with(3, FIRST));
	lab_advance(lab, 0);
	assert_int_equal(chats(lab), 1);
	assert_int_equal(decided(lab), 3);
	assert_non_null(strstr(lab_record(lab, RECORD_DECISION)->payload, "\"refund\""));
	lab_free(lab);
}

/* Under another secret nothing is found: the key of a text cannot be computed without it. */
static void another_installation_does_not_find_it(void **state)
{
	struct lab *lab = with_equal(lab_new(), 1, FIRST);

	lab_model_says(lab, "refund", "high", "negative");
	lab->setup.answer_key[0] ^= 1;
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, ticket_with(3, FIRST));
	assert_int_equal(chats(lab), 2);
	lab_free(lab);
}

/* Whichever of its users it is, the one that asked or one that took it. */
static void erasing_any_ticket_that_used_it_drops_an_answer(void **state)
{
	for (uint64_t erased = 1; erased <= 4; erased++) {
		struct lab *lab = with_equal(lab_new(), 4, FIRST);

		lab_model_says(lab, "refund", "high", "negative");
		lab_advance(lab, 0);
		assert_int_equal(decided(lab), 4);
		lab_new_life(lab, lab->record_count);
		lab_let_in(lab);
		lab_erase(lab, erased);
		lab_found(lab, ticket_with(9, FIRST));
		lab_advance(lab, 0);
		assert_int_equal(chats(lab), 2);
		lab_free(lab);
	}
}

static void erasing_another_ticket_leaves_it(void **state)
{
	struct lab *lab = with_equal(lab_new(), 2, FIRST);

	lab_model_says(lab, "refund", "high", "negative");
	lab_advance(lab, 0);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_erase(lab, 77);
	lab_found(lab, ticket_with(9, FIRST));
	lab_advance(lab, 0);
	assert_int_equal(chats(lab), 1);
	lab_free(lab);
}

/* Another temperature: who waits is asked about anew; what comes for the former one is not
 * theirs. */
static void another_configuration_is_another_question(void **state)
{
	static const char *const changes[] = {"llm.cache_ttl=1h", "llm.temperature=0.9", NULL};
	struct lab *lab = with_equal(lab_new(), 6, FIRST);

	lab_reload(lab, changes);
	assert_int_equal(chats(lab), 2);
	lab_model_says(lab, "bug", "high", "negative"); /* to what was sent before */
	lab_advance(lab, 0);
	assert_int_equal(decided(lab), 1);
	lab_model_says(lab, "refund", "low", "neutral");
	lab_advance(lab, 0);
	assert_int_equal(decided(lab), 6);
	assert_int_equal(chats(lab), 2);
	lab_free(lab);
}

static void switching_it_off_sends_who_waits(void **state)
{
	static const char *const changes[] = {"llm.cache_ttl=0", NULL};
	struct lab *lab = with_equal(lab_new(), 6, FIRST);

	assert_int_equal(chats(lab), 1);
	lab_reload(lab, changes);
	assert_int_equal(chats(lab), 6);
	lab_free(lab);
}

/* What is sent while answers are not kept belongs to no key, also when they are kept again before
 * its answer comes. */
static void what_was_sent_while_it_was_off_is_not_kept_under_a_former_key(void **state)
{
	static const char *const off[] = {"llm.cache_ttl=0", "llm.temperature=0.9", NULL};
	static const char *const on[] = {"llm.cache_ttl=1h", NULL};
	struct lab *lab = with_equal(lab_new(), 1, FIRST);

	fails(lab);
	lab_reload(lab, off);
	lab_advance(lab, 5 * MSEC_SECOND);
	assert_int_equal(chats(lab), 2);
	lab_reload(lab, on);
	lab_model_says(lab, "refund", "high", "negative");
	assert_int_equal(decided(lab), 1);
	assert_int_equal(lab_record(lab, RECORD_DECISION)->answered, 0);
	lab_free(lab);
}

/* Of a record that cannot be read nobody knows whether its ticket used an answer. */
static void erasing_drops_answers_when_a_record_could_not_be_read(void **state)
{
	struct lab *lab = with_equal(lab_new(), 2, FIRST);

	lab_model_says(lab, "refund", "high", "negative");
	lab_advance(lab, 0);
	assert_int_equal(decided(lab), 2);
	struct record *newest = &lab->records[lab->record_count - 1];
	assert_int_equal(newest->kind, RECORD_DECISION);
	memset(newest->payload, ' ', strlen(newest->payload));
	uint64_t erased = newest->ticket.id;
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_erase(lab, erased);
	lab_found(lab, ticket_with(9, FIRST));
	lab_advance(lab, 0);
	assert_int_equal(chats(lab), 2);
	lab_free(lab);
}

static void nobody_waits_longer_than_three_requests_may_take(void **state)
{
	struct lab *lab = lab_new();

	lab_set(lab, "llm.timeout", "10s");
	with_equal(lab, 3, FIRST);
	for (msec waited = 0; waited < 31 * MSEC_SECOND; waited += MSEC_SECOND) {
		struct lab_request *request = lab_asks(lab, "/chat/completions");

		if (waited == 0)
			assert_int_equal(chats(lab), 1);
		if (request && request->cancelled)
			lab_ends(lab, request, HTTP_CANCELLED);
		lab_advance(lab, MSEC_SECOND);
	}
	assert_true(chats(lab) >= 3);
	lab_free(lab);
}

static void a_stop_of_the_run_leaves_those_who_wait_to_the_next_one(void **state)
{
	struct lab *lab = with_equal(lab_new(), 8, FIRST);

	lab_drain(lab);
	assert_true(lab_said(lab, "7 tickets are left for the next run"));
	lab_model_says(lab, "bug", "high", "negative");
	lab_advance(lab, 0);
	assert_int_equal(decided(lab), 1);
	lab_free(lab);
}

static void a_refused_service_fails_those_who_wait_too(void **state)
{
	struct lab *lab = with_equal(lab_new(), 4, FIRST);

	lab_answer(lab, lab_asks(lab, "/chat/completions"), 401, "",
	           "{\"error\":{\"code\":\"invalid_api_key\",\"message\":\"no\"}}");
	for (int i = 0; i < 10 && !lab->finished; i++) {
		struct lab_request *request = lab_asks(lab, "/chat/completions");

		if (request)
			lab_answer(lab, request, 401, "",
			           "{\"error\":{\"code\":\"invalid_api_key\",\"message\":\"no\"}}");
		lab_advance(lab, MSEC_MINUTE);
	}
	assert_true(lab->finished);
	assert_int_equal(decided(lab), 0);
	for (uint64_t id = 1; id <= 4; id++)
		assert_int_equal(lab_outcome(lab, id)->status, OUTCOME_ERROR);
	lab_free(lab);
}

static void waiting_takes_no_room_in_the_window_and_is_bounded(void **state)
{
	struct lab *lab = lab_new();

	lab_set(lab, "llm.max_in_flight", "4");
	lab_set(lab, "llm.initial_in_flight", "4");
	lab_set(lab, "llm.cache_ttl", "1h");
	lab_start(lab);
	lab_let_in(lab);
	struct buf all;
	buf_init(&all, 1 << 20);
	for (uint64_t id = 1; id <= 80; id++)
		buf_printf(&all, "%s,", ticket_with(id, FIRST));
	buf_printf(&all, "%s", ticket_with(81, OTHER));
	lab_found(lab, buf_cstr(&all));
	buf_free(&all);
	assert_int_equal(chats(lab), 2); /* the last one is not held up by the storm before it */
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(equal_tickets_cost_one_request),
	        cmocka_unit_test(another_text_is_another_question),
	        cmocka_unit_test(nothing_is_shared_when_it_is_switched_off),
	        cmocka_unit_test(a_failure_is_nobody_elses),
	        cmocka_unit_test(after_a_failure_the_next_one_is_sent),
	        cmocka_unit_test(an_answer_is_too_old_after_its_time),
	        cmocka_unit_test(an_answer_outlives_the_process),
	        cmocka_unit_test(another_installation_does_not_find_it),
	        cmocka_unit_test(erasing_any_ticket_that_used_it_drops_an_answer),
	        cmocka_unit_test(erasing_another_ticket_leaves_it),
	        cmocka_unit_test(another_configuration_is_another_question),
	        cmocka_unit_test(switching_it_off_sends_who_waits),
	        cmocka_unit_test(what_was_sent_while_it_was_off_is_not_kept_under_a_former_key),
	        cmocka_unit_test(erasing_drops_answers_when_a_record_could_not_be_read),
	        cmocka_unit_test(nobody_waits_longer_than_three_requests_may_take),
	        cmocka_unit_test(a_stop_of_the_run_leaves_those_who_wait_to_the_next_one),
	        cmocka_unit_test(a_refused_service_fails_those_who_wait_too),
	        cmocka_unit_test(waiting_takes_no_room_in_the_window_and_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
