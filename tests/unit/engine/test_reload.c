/* Another configuration in mid-run: every option takes effect, and nothing under way is dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define MINUTE 60000
#define RELOAD(lab, ...) lab_reload(lab, (const char *const[]){__VA_ARGS__, NULL})

static struct lab *resident(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	return lab;
}

/* Resident, let in, with the page of the first search still to come. */
static struct lab *let_in(void)
{
	struct lab *lab = resident();

	lab_start(lab);
	lab_let_in(lab);
	return lab;
}

static size_t open_chats(const struct lab *lab)
{
	size_t count = 0;

	for (size_t i = 0; i < lab->request_count; i++)
		count += !lab->requests[i].answered &&
		         strstr(lab->requests[i].request.url, "/chat/") != NULL;
	return count;
}

static size_t cancelled(const struct lab *lab)
{
	size_t count = 0;

	for (size_t i = 0; i < lab->request_count; i++)
		count += lab->requests[i].cancelled;
	return count;
}

static void the_same_configuration_changes_nothing(void **state)
{
	struct lab *lab = resident();
	struct lab_request *put = lab_until_update(lab);
	size_t requests = lab->request_count;

	(void)state;
	lab_reload(lab, NULL);
	assert_int_equal(lab->request_count, requests);
	assert_int_equal(cancelled(lab), 0);
	assert_ptr_equal(lab_put(lab), put);
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void what_does_not_take_effect_keeps_its_value(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	RELOAD(lab, "zendesk.processed_tag=other", "llm.provider=ollama", "llm.model=llama3.1:8b");
	lab_update_accepted(lab); /* with the tag ai_processed */
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void more_may_be_in_flight_at_the_model_at_once(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 2;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 20, NULL, NULL));
	assert_int_equal(open_chats(lab), 2);
	RELOAD(lab, "llm.max_in_flight=10", "llm.initial_in_flight=8");
	assert_int_equal(open_chats(lab), 8);
	lab_free(lab);
}

static void fewer_may_be_in_flight_and_none_is_cancelled(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	lab_found(lab, lab_tickets(1, 20, NULL, NULL));
	assert_int_equal(open_chats(lab), 20);
	RELOAD(lab, "llm.max_in_flight=1");
	assert_int_equal(cancelled(lab), 0);
	lab_model_says(lab, "bug", "low", "neutral");
	assert_int_equal(open_chats(lab), 19);
	lab_free(lab);
}

static void requests_to_zendesk_are_limited_from_now_on(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	lab_found(lab, lab_tickets(1, 4, NULL, NULL));
	RELOAD(lab, "zendesk.requests_per_minute=1", "zendesk.bulk=never");
	for (int i = 0; i < 4; i++)
		lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, lab_tickets(1, 4, NULL, NULL));
	assert_int_equal(lab_puts(lab), 0);
	lab_advance(lab, MINUTE + 1000);
	assert_int_equal(lab_puts(lab), 1);
	lab_free(lab);
}

static void requests_to_the_model_are_limited_from_now_on(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	RELOAD(lab, "llm.requests_per_minute=1");
	lab_found(lab, lab_tickets(1, 4, NULL, NULL));
	assert_int_equal(open_chats(lab), 1);
	lab_advance(lab, MINUTE);
	assert_int_equal(lab_count(lab, "/chat/"), 2);
	lab_free(lab);
}

static void a_larger_reserve_leaves_more_to_others_at_once(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->limits = "x-rate-limit: 100\nx-rate-limit-remaining: 50\nratelimit-reset: 50";
	lab_start(lab);
	RELOAD(lab, "zendesk.reserve=0.0");
	lab_let_in(lab);
	assert_non_null(lab_asks(lab, "/search.json"));
	RELOAD(lab, "zendesk.reserve=0.9");
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	assert_null(lab_asks(lab, "/show_many.json"));
	RELOAD(lab, "zendesk.reserve=0.1");
	assert_non_null(lab_asks(lab, "/show_many.json"));
	lab_free(lab);
}

static void the_breaker_takes_other_bounds(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	RELOAD(lab, "breaker.threshold=1", "breaker.timeout=5m");
	lab_ends(lab, lab_asks(lab, "/users/me"), HTTP_NO_CONNECT);
	assert_int_equal(engine_upstream(lab->engine, UPSTREAM_ZENDESK)->breaker.state,
	                 BREAKER_OPEN);
	lab_advance(lab, 2 * MINUTE);
	assert_null(lab_asks(lab, "/users/me"));
	RELOAD(lab, "breaker.threshold=1", "breaker.timeout=1m");
	assert_non_null(lab_asks(lab, "/users/me"));
	lab_free(lab);
}

static void attempts_count_by_the_new_number(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	RELOAD(lab, "retry.attempts=1");
	lab_answer(lab, lab_asks(lab, "/chat/"), 500, "", "{}");
	lab_advance(lab, 5000);
	assert_non_null(strstr(lab_record(lab, RECORD_DECISION)->payload, "\"fallback\":true"));
	lab_free(lab);
}

static void the_priority_is_set_by_the_new_rule(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "high", "neutral");
	RELOAD(lab, "zendesk.priority=never");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_null(strstr(lab_put(lab)->request.body, "priority"));
	lab_free(lab);
}

static void another_query_begins_a_search_of_its_own(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	RELOAD(lab, "zendesk.query=group:support");
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL)); /* of the former query */
	assert_null(lab_asks(lab, "/chat/"));
	assert_non_null(lab_asks(lab, "group%3Asupport"));
	lab_found(lab, lab_ticket(2, "open", NULL, NULL, NULL));
	lab_all_the_way(lab, 2);
	assert_null(lab_outcome(lab, 1));
	lab_free(lab);
}

static void tickets_found_by_the_former_query_that_only_wait_are_given_back(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 5, NULL, NULL));
	RELOAD(lab, "llm.max_in_flight=1", "zendesk.query=group:support");
	lab_found(lab, "");
	lab_all_the_way(lab, 1); /* it had begun */
	lab_advance(lab, 5000);
	assert_int_equal(lab_count(lab, "/chat/"), 1);
	assert_int_equal(lab_stats(lab).held, 0);
	lab_free(lab);
}

static void reads_and_searches_take_the_new_batch_size(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	lab_found(lab, lab_tickets(1, 5, NULL, NULL));
	RELOAD(lab, "zendesk.batch_size=2", "zendesk.bulk=never");
	for (int i = 0; i < 5; i++)
		lab_model_says(lab, "bug", "low", "neutral");
	assert_int_equal(lab_count(lab, "/show_many.json"), 3);
	lab_advance(lab, MINUTE);
	assert_non_null(lab_asks(lab, "per_page=2"));
	lab_free(lab);
}

static void bulk_updates_stop_at_the_word(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 10, NULL, NULL));
	for (int i = 0; i < 10; i++)
		lab_model_says(lab, "bug", "low", "neutral");
	RELOAD(lab, "zendesk.bulk=never");
	lab_fresh_read(lab, lab_tickets(1, 10, NULL, NULL));
	assert_null(lab_asks(lab, "/update_many.json"));
	assert_int_not_equal(lab_puts(lab), 0);
	lab_free(lab);
}

static void fewer_jobs_are_begun_at_once(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->zendesk.batch_size = 5;
	lab->limits = LAB_POOL;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 10, NULL, NULL));
	RELOAD(lab, "zendesk.batch_size=5", "zendesk.max_jobs=1");
	for (int i = 0; i < 10; i++)
		lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, lab_tickets(1, 5, NULL, NULL));
	lab_fresh_read(lab, lab_tickets(6, 5, NULL, NULL));
	assert_int_equal(lab_count(lab, "/update_many.json"), 1);
	lab_free(lab);
}

static void a_bulk_write_of_unknown_outcome_is_left_alone_for_the_new_time(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->zendesk.settle_timeout = 60 * MINUTE;
	lab_ends(lab, lab_until_batch(lab, 6), HTTP_BROKEN);
	lab_advance(lab, MINUTE);
	RELOAD(lab, "zendesk.settle_timeout=70s", "zendesk.poll_interval=1h");
	for (int i = 0; i < 20 && lab_puts(lab) == 1; i++) {
		if (lab_asks(lab, "/show_many.json"))
			lab_fresh_read(lab, lab_tickets(1, 6, "[\"vip\"]", NULL));
		lab_advance(lab, 1000);
	}
	assert_int_not_equal(lab_puts(lab), 1); /* the same write, again */
	lab_free(lab);
}

static void a_reload_does_not_shorten_the_wait_after_a_conflict(void **state)
{
	struct lab *lab = resident();
	struct engine_view view;

	(void)state;
	lab_answer(lab, lab_until_update(lab), 409, "", "{\"error\":\"UpdateConflict\"}");
	engine_look(lab->engine, ticket_key(ACCOUNT_FIRST, 1), &view);
	assert_int_equal(view.state, TICKET_REFRESHING);
	RELOAD(lab, "zendesk.settle_timeout=70s");
	assert_null(lab_asks(lab, "/show_many.json"));
	lab_advance(lab, 1900);
	assert_null(lab_asks(lab, "/show_many.json"));
	lab_advance(lab, 3000);
	assert_non_null(lab_asks(lab, "/show_many.json"));
	lab_free(lab);
}

/* A reload begins again with llm.model. */
static void the_alert_of_a_replaced_model_ends_with_a_reload(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/chat/"), 404, "",
	           "{\"error\":{\"message\":\"no such model\",\"code\":\"model_not_found\"}}");
	assert_true(lab->alert_lasts[ALERT_MODEL_REPLACED]);
	RELOAD(lab, "llm.temperature=0.7");
	assert_false(lab->alert_lasts[ALERT_MODEL_REPLACED]);
	lab_free(lab);
}

static void the_next_pass_begins_by_the_new_interval(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->zendesk.poll_interval = 60 * MINUTE;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_advance(lab, 2 * MINUTE);
	RELOAD(lab, "zendesk.poll_interval=5m");
	assert_null(lab_asks(lab, "/search.json"));
	lab_advance(lab, 3 * MINUTE);
	assert_non_null(lab_asks(lab, "/search.json"));
	lab_free(lab);
}

static void temperature_and_time_out_are_those_of_the_next_request(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	RELOAD(lab, "llm.temperature=0.7", "llm.timeout=10s");
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_non_null(strstr(lab_asks(lab, "/chat/")->request.body, "\"temperature\":0.700"));
	assert_in_range(lab_asks(lab, "/chat/")->request.timeout, 10000, 12000);
	lab_free(lab);
}

static void redaction_that_is_switched_on_covers_texts_that_wait(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->privacy.redact = false;
	lab_start(lab);
	lab_let_in(lab);
	char ticket[1000];
	snprintf(ticket, sizeof(ticket),
	         "{\"id\":1,\"result_type\":\"ticket\",\"subject\":\"mail\",\"description\":\"I am "
	         "jane.doe@gmail.com\",\"status\":\"open\",\"priority\":null,\"tags\":[],\"created_"
	         "at\":"
	         "\"2026-11-22T08:00:00Z\",\"updated_at\":\"2026-11-22T09:00:00Z\"}");
	lab_found(lab, ticket);
	assert_non_null(strstr(lab_asks(lab, "/chat/")->request.body, "jane.doe@gmail.com"));
	RELOAD(lab, "privacy.redact=true");
	lab_answer(lab, lab_asks(lab, "/chat/"), 500, "", "{}");
	lab_advance(lab, 2000);
	assert_null(strstr(lab_asks(lab, "/chat/")->request.body, "jane.doe"));
	assert_non_null(strstr(lab_asks(lab, "/chat/")->request.body, "[REDACTED_EMAIL]"));
	lab_free(lab);
}

static void a_reload_during_the_drain_only_changes_the_configuration(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_drain(lab);
	RELOAD(lab, "zendesk.priority=never", "llm.temperature=1");
	lab_update_accepted(lab);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_same_configuration_changes_nothing),
	        cmocka_unit_test(what_does_not_take_effect_keeps_its_value),
	        cmocka_unit_test(more_may_be_in_flight_at_the_model_at_once),
	        cmocka_unit_test(fewer_may_be_in_flight_and_none_is_cancelled),
	        cmocka_unit_test(requests_to_zendesk_are_limited_from_now_on),
	        cmocka_unit_test(requests_to_the_model_are_limited_from_now_on),
	        cmocka_unit_test(a_larger_reserve_leaves_more_to_others_at_once),
	        cmocka_unit_test(the_breaker_takes_other_bounds),
	        cmocka_unit_test(attempts_count_by_the_new_number),
	        cmocka_unit_test(the_priority_is_set_by_the_new_rule),
	        cmocka_unit_test(another_query_begins_a_search_of_its_own),
	        cmocka_unit_test(tickets_found_by_the_former_query_that_only_wait_are_given_back),
	        cmocka_unit_test(reads_and_searches_take_the_new_batch_size),
	        cmocka_unit_test(bulk_updates_stop_at_the_word),
	        cmocka_unit_test(fewer_jobs_are_begun_at_once),
	        cmocka_unit_test(a_bulk_write_of_unknown_outcome_is_left_alone_for_the_new_time),
	        cmocka_unit_test(a_reload_does_not_shorten_the_wait_after_a_conflict),
	        cmocka_unit_test(the_alert_of_a_replaced_model_ends_with_a_reload),
	        cmocka_unit_test(the_next_pass_begins_by_the_new_interval),
	        cmocka_unit_test(temperature_and_time_out_are_those_of_the_next_request),
	        cmocka_unit_test(redaction_that_is_switched_on_covers_texts_that_wait),
	        cmocka_unit_test(a_reload_during_the_drain_only_changes_the_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
