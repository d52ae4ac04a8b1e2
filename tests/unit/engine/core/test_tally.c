/* What the engine counts of its work: each answer, end, retry and change once, under its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define MINUTE 60000
#define CHAT "/chat/completions"

static const struct engine_tallies *counted(const struct lab *lab)
{
	return lab_stats(lab).tallies;
}

static struct lab *resident(const char *tickets)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "zendesk.poll_interval", "86400");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, tickets);
	return lab;
}

static void model_writes(struct lab *lab, const char *finish, const char *content)
{
	char body[1000];

	snprintf(body, sizeof(body),
	         "{\"choices\":[{\"index\":0,\"finish_reason\":\"%s\",\"message\":{\"role\":"
	         "\"assistant\",\"content\":\"%s\"}}],\"usage\":{\"prompt_tokens\":300,"
	         "\"completion_tokens\":12}}",
	         finish, content);
	lab_answer(lab, lab_asks(lab, CHAT), 200, "", body);
}

static void each_answer_of_the_model_counts_once_under_its_result(void **state)
{
	static const uint64_t expected[ANSWER_RESULTS] = {
	        [ANSWER_ACCEPTED] = 1, [ANSWER_REPAIRED] = 1,  [ANSWER_REFUSED] = 1,
	        [ANSWER_INVALID] = 1,  [ANSWER_TRUNCATED] = 2, [ANSWER_ERROR] = 1};
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "llm.max_in_flight", "1");
	lab_set(lab, "retry.attempts", "2");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 4, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	model_writes(lab, "stop", "I can tell nothing");
	model_writes(lab, "length", "{\\\"summary\\\":\\\"The re");
	model_writes(lab, "stop", "{\\\"summary\\\":\\\"The re");
	model_writes(lab, "stop",
	             "```json\\n{\\\"summary\\\":\\\"a\\\",\\\"root_cause\\\":\\\"bug\\\",\\\""
	             "urgency\\\":\\\"high\\\",\\\"sentiment\\\":\\\"neutral\\\"}\\n```");
	lab_answer(lab, lab_asks(lab, CHAT), 500, "", "{}");
	lab_advance(lab, MINUTE);
	model_writes(lab, "content_filter", "");
	assert_memory_equal(counted(lab)->answers, expected, sizeof(expected));
	lab_free(lab);
}

static void a_limit_is_no_answer(void **state)
{
	static const uint64_t none[ANSWER_RESULTS];
	struct lab *lab = resident(lab_ticket(1, "open", NULL, NULL, NULL));

	(void)state;
	lab_answer(lab, lab_asks(lab, CHAT), 429, "retry-after: 2", "{}");
	assert_memory_equal(counted(lab)->answers, none, sizeof(none));
	assert_int_equal(counted(lab)->retries[UPSTREAM_LLM], 0);
	lab_advance(lab, 3000);
	assert_int_equal(counted(lab)->retries[UPSTREAM_LLM], 1);
	assert_in_range(counted(lab)->throttled_ms[UPSTREAM_LLM], 1900, 3000);
	assert_int_equal(counted(lab)->throttled_ms[UPSTREAM_ZENDESK], 0);
	lab_free(lab);
}

static void decisions_and_cost_count_by_who_made_them(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab_set(lab, "retry.attempts", "1");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, 2, NULL, NULL));
	lab_model_says(lab, "refund", "high", "negative");
	lab_answer(lab, lab_asks(lab, CHAT), 500, "", "{}");
	lab_advance(lab, 5000);
	const struct engine_tallies *tallies = counted(lab);
	assert_int_equal(tallies->root_causes[0][CAUSE_REFUND], 1);
	assert_int_equal(tallies->urgencies[0][URGENCY_HIGH], 1);
	assert_int_equal(tallies->sentiments[0][SENTIMENT_NEGATIVE], 1);
	uint64_t by_rules = 0;
	for (int cause = 0; cause < CAUSE_COUNT; cause++)
		by_rules += tallies->root_causes[1][cause];
	assert_int_equal(by_rules, 1);
	assert_string_equal(tallies->models[0].name, "gpt-4o-mini");
	assert_int_equal(tallies->models[0].spent.tokens_prompt, 300);
	assert_int_equal(tallies->models[0].spent.tokens_answer, 12);
	assert_true(tallies->models[0].spent.cost > 0);
	assert_string_equal(tallies->models[1].name, "");
	lab_free(lab);
}

static void a_request_is_a_retry_when_its_like_has_failed(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_until_update(lab);
	assert_int_equal(counted(lab)->retries[UPSTREAM_ZENDESK], 0);
	lab_answer(lab, lab_put(lab), 429, "retry-after: 2", "{}");
	assert_int_equal(counted(lab)->retries[UPSTREAM_ZENDESK], 0);
	lab_advance(lab, 5000);
	assert_int_equal(lab_puts(lab), 2);
	assert_int_equal(counted(lab)->retries[UPSTREAM_ZENDESK], 1);
	lab_update_accepted(lab);
	assert_int_equal(counted(lab)->outcomes[OUTCOME_SUCCESS], 1);
	assert_int_equal(counted(lab)->retries[UPSTREAM_LLM], 0);
	lab_free(lab);
}

static void conflicts_count_and_in_the_end_are_the_cause_of_a_failure(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_until_update(lab);
	for (int i = 0; lab_outcome(lab, 1) == NULL && i < 60; i++) {
		if (lab_put(lab))
			lab_answer(lab, lab_put(lab), 409, "", "{\"error\":\"UpdateConflict\"}");
		lab_advance(lab, 40000);
		if (lab_asks(lab, "show_many"))
			lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	}
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_ERROR);
	assert_true(counted(lab)->write_conflicts > 10);
	assert_int_equal(counted(lab)->failures[FAILURE_CONFLICT], 1);
	assert_int_equal(counted(lab)->outcomes[OUTCOME_ERROR], 1);
	lab_free(lab);
}

static void skipped_counts(const char *ticket, enum skip_reason reason)
{
	struct lab *lab = resident(lab_ticket(1, "open", NULL, NULL, NULL));

	lab_model_says(lab, "bug", "low", "neutral");
	lab_advance(lab, 1000);
	lab_fresh_read(lab, ticket);
	if (lab_outcome(lab, 1) == NULL) /* it was not shown: asked for alone */
		lab_answer(lab, lab_asks(lab, "/tickets/1.json"), 404, "", "{}");
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SKIPPED);
	for (int i = 0; i < SKIP_REASONS; i++)
		assert_int_equal(counted(lab)->skipped[i], i == (int)reason);
	assert_int_equal(counted(lab)->outcomes[OUTCOME_SKIPPED], 1);
	lab_free(lab);
}

static void a_skipped_ticket_counts_under_its_reason(void **state)
{
	(void)state;
	skipped_counts(lab_ticket(1, "closed", NULL, NULL, NULL), SKIP_CLOSED);
	skipped_counts(lab_ticket(1, "open", NULL, "[\"ai_processed\"]", NULL),
	               SKIP_ALREADY_PROCESSED);
	skipped_counts("", SKIP_GONE);
}

static void a_quarantined_ticket_counts_as_one_and_as_skipped(void **state)
{
	static const struct ticket_key quarantined[] = {{ACCOUNT_FIRST, 1}};
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->setup.quarantined = quarantined;
	lab->setup.quarantined_count = 1;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_process(lab, (const uint64_t[]){1}, 1);
	assert_int_equal(lab_outcomes_of(lab, 1), 2); /* who asks is told once more */
	assert_int_equal(counted(lab)->quarantined, 1);
	assert_int_equal(counted(lab)->skipped[SKIP_QUARANTINED], 2);
	lab_free(lab);
}

static void a_database_that_cannot_be_written_is_the_cause(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->setup.mode = ENGINE_RESIDENT;
	lab->hold_records = true;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_persist_failed(lab);
	assert_int_equal(counted(lab)->failures[FAILURE_STORE], 1);
	lab_free(lab);
}

static void a_service_that_refuses_us_is_the_cause(void **state)
{
	struct lab *lab = resident(lab_ticket(1, "open", NULL, NULL, NULL));

	(void)state;
	lab_answer(lab, lab_asks(lab, CHAT), 401, "",
	           "{\"error\":{\"message\":\"Incorrect API key\",\"code\":\"invalid_api_key\"}}");
	assert_int_equal(counted(lab)->failures[FAILURE_AUTH], 1);
	assert_int_equal(counted(lab)->answers[ANSWER_ERROR], 1);
	lab_free(lab);
}

static void what_an_agent_chose_counts_by_field(void **state)
{
	struct lab *lab = resident(lab_ticket(1, "open", NULL, NULL, NULL));

	(void)state;
	lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_update_accepted(lab);
	lab_advance(lab, 16 * MINUTE);
	char body[2000];
	snprintf(body, sizeof(body), "{\"results\":[%s],\"count\":1,\"next_page\":null}",
	         lab_ticket(1, "open", "low", "[\"ai_processed\"]", "2026-11-22T10:05:00Z"));
	lab_answer(lab, lab_asks(lab, "sort_order=desc"), 200, "", body);
	lab_answer(lab, lab_asks(lab, "/audits.json"), 200, "",
	           "{\"audits\":[{\"id\":500,\"author_id\":9,"
	           "\"created_at\":\"2026-11-22T10:05:00Z\","
	           "\"via\":{\"channel\":\"web\"},\"events\":["
	           "{\"type\":\"Change\",\"field_name\":\"priority\",\"previous_value\":\"high\","
	           "\"value\":\"low\",\"via\":{\"channel\":\"web\"}},"
	           "{\"type\":\"Change\",\"field_name\":\"tags\",\"previous_value\":[],"
	           "\"value\":[\"ai_refund\"],\"via\":{\"channel\":\"web\"}}]}],"
	           "\"users\":[{\"id\":9,\"role\":\"agent\"}]}");
	assert_int_equal(counted(lab)->human_changes[HUMAN_PRIORITY], 1);
	assert_int_equal(counted(lab)->human_changes[HUMAN_ROOT_CAUSE], 1);
	assert_int_equal(counted(lab)->human_changes[HUMAN_URGENCY], 0);
	assert_int_equal(counted(lab)->human_changes[HUMAN_PROCESSED_TAG], 0);
	lab_free(lab);
}

static void passes_count_as_done_or_failed(void **state)
{
	struct lab *lab = resident("");

	(void)state;
	assert_int_equal(counted(lab)->passes_done, 1);
	assert_int_equal(counted(lab)->passes_failed, 0);
	lab_advance(lab, 24 * 60 * MINUTE);
	for (int i = 0; i < 30 && counted(lab)->passes_failed == 0; i++) {
		if (lab_asks(lab, "/search"))
			lab_answer(lab, lab_asks(lab, "/search"), 500, "", "{}");
		lab_advance(lab, MINUTE);
	}
	assert_int_equal(counted(lab)->passes_failed, 1);
	lab_free(lab);
}

static void names_differ_and_are_fit_for_labels(void **state)
{
	(void)state;
	assert_string_equal(tallies_answer_name(ANSWER_TRUNCATED), "truncated");
	assert_string_equal(tallies_failure_name(FAILURE_UNREADABLE), "unreadable");
	assert_string_equal(tallies_skip_name(SKIP_ALREADY_PROCESSED), "already_processed");
	assert_string_equal(tallies_human_name(HUMAN_PROCESSED_TAG), "processed_tag");
	for (int i = 0; i < ANSWER_RESULTS; i++)
		assert_true(strlen(tallies_answer_name(i)) > 0);
	for (int i = 0; i < FAILURE_CAUSES; i++)
		assert_true(strlen(tallies_failure_name(i)) > 0);
	for (int i = 0; i < SKIP_REASONS; i++)
		assert_true(strlen(tallies_skip_name(i)) > 0);
	for (int i = 0; i < HUMAN_FIELDS; i++)
		assert_true(strlen(tallies_human_name(i)) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_answer_of_the_model_counts_once_under_its_result),
	        cmocka_unit_test(a_limit_is_no_answer),
	        cmocka_unit_test(decisions_and_cost_count_by_who_made_them),
	        cmocka_unit_test(a_request_is_a_retry_when_its_like_has_failed),
	        cmocka_unit_test(conflicts_count_and_in_the_end_are_the_cause_of_a_failure),
	        cmocka_unit_test(a_skipped_ticket_counts_under_its_reason),
	        cmocka_unit_test(a_quarantined_ticket_counts_as_one_and_as_skipped),
	        cmocka_unit_test(a_database_that_cannot_be_written_is_the_cause),
	        cmocka_unit_test(a_service_that_refuses_us_is_the_cause),
	        cmocka_unit_test(what_an_agent_chose_counts_by_field),
	        cmocka_unit_test(passes_count_as_done_or_failed),
	        cmocka_unit_test(names_differ_and_are_fit_for_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
