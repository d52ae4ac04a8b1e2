/* What the records tell of a ticket's way: enough to explain it later, and nothing of its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "base/json.h"
#include "lab.h"

static struct lab *resident(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	return lab;
}

static struct json *record(const struct lab *lab, enum record_kind kind)
{
	struct json *tree = json_parse(str_of(lab_record(lab, kind)->payload), NULL);

	assert_non_null(tree);
	return tree;
}

static void assert_text(const struct json *tree, const char *key, const char *expected)
{
	struct str value = json_str_at(tree, key);
	char *text = xmemdup0(value.len ? value.data : "", value.len);

	assert_string_equal(text, expected);
	free(text);
}

static int64_t number(const struct json *tree, const char *key)
{
	int64_t value = -1;

	assert_true(json_int_at(tree, key, &value));
	return value;
}

static void assert_list(const struct json *tree, const char *key, const char *expected)
{
	const struct json *list = json_at(tree, key);
	char text[500] = "";

	assert_true(json_is_array(list));
	for (size_t i = 0; i < json_item_count(list); i++) {
		strcat(text, json_str_value(json_item(list, i)).data);
		strcat(text, " ");
	}
	assert_string_equal(text, expected);
}

static void until_decided(struct lab *lab)
{
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", "low", "[\"vip\"]", NULL));
	lab_model_says(lab, "bug", "high", "negative");
}

static void a_decision_tells_what_was_sent_and_what_was_answered(void **state)
{
	struct lab *lab = resident();
	char hash[2 * CRYPTO_SHA256_SIZE + 1];

	(void)state;
	until_decided(lab);
	struct json *decision = record(lab, RECORD_DECISION);
	crypto_sha256_hex(STR("The page crashes\nIt says error 404 on every report"), hash);
	assert_text(decision, "text_hash", hash);
	assert_text(decision, "prompt_version", "v3.0");
	assert_text(decision, "answer",
	            "{\"summary\":\"Report page "
	            "fails\",\"root_cause\":\"bug\",\"urgency\":\"high\",\"sentiment\":"
	            "\"negative\"}");
	assert_text(decision, "rules_because", "");
	assert_int_equal(number(decision, "attempts"), 1);
	json_free(decision);
	assert_null(strstr(lab_record(lab, RECORD_DECISION)->payload, "error 404"));
	lab_free(lab);
}

/* The model was asked before the reload, and the note is written after a restart. */
static void a_note_names_the_prompt_that_the_model_was_given(void **state)
{
	static const char *const other[] = {"llm.prompt=v2.1", NULL};
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_reload(lab, other);
	lab_model_says(lab, "bug", "high", "negative");
	struct json *decision = record(lab, RECORD_DECISION);
	assert_text(decision, "prompt_version", "v3.0");
	json_free(decision);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_advance(lab, 3000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	assert_non_null(strstr(lab_put(lab)->request.body, "Prompt Version: v3.0"));
	lab_free(lab);
}

static void the_raw_answer_is_redacted_whatever_the_configuration_says(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->privacy.redact = false;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/chat/"), 200, "",
	           "{\"model\":\"gpt-4o-mini\",\"choices\":[{\"finish_reason\":\"stop\","
	           "\"message\":{\"content\":\"The "
	           "customer jane.doe@gmail.com says: "
	           "{\\\"summary\\\":\\\"x\\\",\\\"root_cause\\\":\\\"bug\\\","
	           "\\\"urgency\\\":\\\"low\\\",\\\"sentiment\\\":\\\"neutral\\\"}\"}}],\"usage\":{"
	           "}}");
	assert_null(strstr(lab_record(lab, RECORD_DECISION)->payload, "jane.doe"));
	assert_non_null(strstr(lab_record(lab, RECORD_DECISION)->payload,
	                       "The customer [REDACTED_EMAIL] says"));
	lab_free(lab);
}

static void the_raw_answer_is_bounded(void **state)
{
	struct lab *lab = resident();
	char *body = calloc(1, 100000);

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	strcat(body, "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"{"
	             "\\\"summary\\\":\\\"x\\\","
	             "\\\"root_cause\\\":\\\"bug\\\",\\\"urgency\\\":\\\"low\\\",\\\"sentiment\\\":"
	             "\\\"neutral\\\"} ");
	size_t len = strlen(body);
	for (size_t i = 0; i < 10000; i++)
		memcpy(body + len + 5 * i, "word ", 5);
	strcat(body, "\"}}]}");
	lab_answer(lab, lab_asks(lab, "/chat/"), 200, "", body);
	struct json *decision = record(lab, RECORD_DECISION);
	assert_in_range(json_str_at(decision, "answer").len, 8000, 8192);
	json_free(decision);
	free(body);
	lab_free(lab);
}

static void rules_say_why_they_answered_and_how_often_the_model_was_asked(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->retry.attempts = 2;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	for (int i = 0; i < 2; i++)
		lab_answer(lab, lab_asks(lab, "/chat/"), 200, "", "{}");
	struct json *decision = record(lab, RECORD_DECISION);
	assert_int_equal(number(decision, "attempts"), 2);
	assert_int_not_equal(json_str_at(decision, "rules_because").len, 0);
	assert_text(decision, "answer", "");
	assert_int_equal(json_str_at(decision, "text_hash").len, 64);
	json_free(decision);
	lab_free(lab);
}

static void an_outcome_tells_tags_and_priority_before_and_after(void **state)
{
	struct lab *lab = resident();

	(void)state;
	until_decided(lab);
	lab_advance(lab, 700);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", "[\"vip\",\"eu\"]", NULL));
	lab_advance(lab, 300);
	lab_update_accepted(lab);
	struct json *outcome = record(lab, RECORD_OUTCOME);
	assert_list(outcome, "tags_before", "vip eu ");
	assert_list(outcome, "tags_after", "vip eu ai_processed ai_bug ai_high ai_negative ");
	assert_text(outcome, "priority_before", "low");
	assert_text(outcome, "priority_after", "high");
	assert_int_equal(number(outcome, "model_ms"), 0);
	assert_int_equal(number(outcome, "write_ms"), 300);
	assert_int_equal(number(outcome, "queue_ms"), 700);
	assert_true(lab_record(lab, RECORD_OUTCOME)->completes); /* its decision may be retired */
	json_free(outcome);
	lab_free(lab);
}

static void a_priority_that_was_left_alone_is_the_same_before_and_after(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->zendesk.priority = PRIORITY_NEVER;
	until_decided(lab);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", NULL, NULL));
	lab_update_accepted(lab);
	struct json *outcome = record(lab, RECORD_OUTCOME);
	assert_text(outcome, "priority_before", "low");
	assert_text(outcome, "priority_after", "low");
	assert_list(outcome, "tags_before", "");
	json_free(outcome);
	lab_free(lab);
}

static void after_a_conflict_each_try_has_its_intent_and_the_last_decides(void **state)
{
	struct lab *lab = resident();
	const char *updated = "2026-11-22T09:10:00Z";
	size_t intents = 0;

	(void)state;
	until_decided(lab);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", "[\"vip\"]", NULL));
	lab_answer(lab, lab_asks(lab, "/tickets/1.json"), 409, "",
	           "{\"error\":\"UpdateConflict\"}");
	lab_advance(lab, 2000);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", "[\"vip\",\"eu\"]", updated));
	lab_answer(lab, lab_asks(lab, "/comments.json"), 200, "",
	           "{\"comments\":[],\"meta\":{\"has_more\":false}}");
	lab_advance(lab, 3000);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", "[\"vip\",\"eu\"]", updated));
	lab_update_accepted(lab);
	for (size_t i = 0; i < lab->record_count; i++)
		intents += lab->records[i].kind == RECORD_INTENT;
	assert_int_equal(intents, 2);
	struct json *intent = record(lab, RECORD_INTENT);
	assert_text(intent, "stamp", updated);
	json_free(intent);
	struct json *outcome = record(lab, RECORD_OUTCOME);
	assert_list(outcome, "tags_before", "vip eu ");
	assert_text(outcome, "priority_before", "low");
	assert_text(outcome, "priority_after", "high");
	json_free(outcome);
	lab_free(lab);
}

static void where(struct lab *lab, enum engine_where expected, struct engine_view *ret)
{
	engine_look(lab->engine, ticket_key(ACCOUNT_FIRST, 1), ret);
	assert_int_equal(ret->where, expected);
}

static void where_a_ticket_is_can_be_asked_at_any_time(void **state)
{
	struct lab *lab = resident();
	const uint64_t one = 1;
	struct engine_view view;

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	where(lab, WHERE_NOWHERE, &view);
	lab_process(lab, &one, 1);
	where(lab, WHERE_ASKED_FOR, &view);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	where(lab, WHERE_HELD, &view);
	assert_int_equal(view.state, TICKET_ANALYSING);
	lab_model_says(lab, "bug", "high", "negative");
	where(lab, WHERE_HELD, &view);
	assert_int_equal(view.state, TICKET_REFRESHING);
	lab_advance(lab, 3000);
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_put(lab), 422, "",
	           "{\"error\":\"RecordInvalid\",\"description\":\"Ticket is closed\"}");
	where(lab, WHERE_SKIPPED, &view);
	assert_true(view.decided);
	assert_int_not_equal(view.updated, 0);
	lab_free(lab);
	lab = resident();
	lab_until_update(lab);
	lab_update_accepted(lab);
	where(lab, WHERE_DONE, &view);
	lab_free(lab);
}

static void a_failed_one_says_when_it_comes_back(void **state)
{
	struct lab *lab = resident();
	struct engine_view view;

	(void)state;
	until_decided(lab);
	lab->hold_records = true;
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_persist_failed(lab); /* of the intent */
	where(lab, WHERE_FAILED, &view);
	assert_int_equal(view.returns, 1);
	assert_true(view.decided);
	assert_in_range(view.returns_in, 45 * MSEC_SECOND, 75 * MSEC_SECOND);
	lab_free(lab);
}

static void an_outcome_without_a_write_tells_of_none(void **state)
{
	struct lab *lab = resident();

	(void)state;
	until_decided(lab);
	lab_fresh_read(lab, lab_ticket(1, "solved", NULL, NULL, NULL));
	struct json *outcome = record(lab, RECORD_OUTCOME);
	assert_null(json_at(outcome, "tags_before"));
	assert_null(json_at(outcome, "priority_after"));
	assert_false(lab_record(lab, RECORD_OUTCOME)->completes); /* it may be opened again */
	json_free(outcome);
	lab_free(lab);
}

static void a_write_of_an_earlier_life_is_told_of_in_full(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	lab_new_life(lab, lab->record_count);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\",\"ai_processed\"]",
	                               "2026-11-22T10:00:00Z"));
	struct json *outcome = record(lab, RECORD_OUTCOME);
	assert_list(outcome, "tags_before", "vip ");
	assert_text(outcome, "priority_before", "");
	assert_text(outcome, "priority_after", "high");
	json_free(outcome);
	lab_free(lab);
}

static void cut_out(char *payload, const char *from, const char *to)
{
	char *begin = strstr(payload, from);
	char *end = begin ? strstr(begin + 1, to) : NULL;

	assert_non_null(end);
	memmove(begin, end, strlen(end) + 1);
}

static void records_of_older_versions_stay_readable(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	for (size_t i = 0; i < lab->record_count; i++) {
		char *payload = lab->records[i].payload;

		if (lab->records[i].kind == RECORD_DECISION) {
			cut_out(payload, ",\"text_hash\"", ",\"attempts\"");
			cut_out(payload, ",\"attempts\"", "}");
		} else if (lab->records[i].kind == RECORD_INTENT) {
			cut_out(payload, ",\"priority_before\"", ",\"priority_set\"");
			cut_out(payload, ",\"author\"", "}");
		}
	}
	lab_new_life(lab, lab->record_count);
	assert_false(lab_said(lab, "cannot be read"));
	lab_let_in(lab);
	lab_found(lab, "");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\",\"ai_processed\"]",
	                               "2026-11-22T10:00:00Z"));
	assert_int_equal(lab_last_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static struct counts counted(const struct lab *lab)
{
	struct counts sum = {0};

	for (size_t i = 0; i < lab->record_count; i++)
		counts_add(&sum, &lab->records[i].counts);
	return sum;
}

static void a_decision_is_counted_with_its_record_and_an_end_with_its_own(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->llm.price_input = 1000;
	lab->config->llm.price_output = 0;
	until_decided(lab);
	struct counts sum = lab_record(lab, RECORD_DECISION)->counts;
	struct json *decision = record(lab, RECORD_DECISION);
	assert_int_equal(sum.analysed, 1);
	assert_int_equal(sum.model_calls, 1);
	assert_int_equal(sum.bug + sum.high + sum.negative, 3);
	assert_int_not_equal(sum.tokens_prompt, 0);
	assert_int_equal(sum.tokens_prompt, number(decision, "tokens_prompt"));
	assert_int_equal(sum.tokens_answer, number(decision, "tokens_answer"));
	/* 1000 dollars a million tokens */
	assert_int_equal(sum.cost_nano, sum.tokens_prompt * 1000000);
	json_free(decision);
	lab_advance(lab, 700);
	lab_fresh_read(lab, lab_ticket(1, "open", "low", NULL, NULL));
	lab_advance(lab, 300);
	lab_update_accepted(lab);
	struct counts end = lab_record(lab, RECORD_OUTCOME)->counts;
	assert_int_equal(end.processed, 1);
	assert_int_equal(end.latency_ms, 300);
	assert_int_equal(end.analysed, 0);
	counts_add(&sum, &end);
	struct counts all = counted(lab);
	assert_memory_equal(&all, &sum, sizeof(all)); /* intents count nothing */
	lab_free(lab);
}

static void cached_input_is_counted_and_has_its_own_price(void **state)
{
	static const char answer[] =
	        "{\"choices\":[{\"message\":{\"content\":\"{\\\"summary\\\":\\\"s\\\","
	        "\\\"root_cause\\\":\\\"bug\\\",\\\"urgency\\\":\\\"high\\\","
	        "\\\"sentiment\\\":\\\"neutral\\\"}\"}}],\"usage\":{\"prompt_tokens\":500,"
	        "\"completion_tokens\":7,\"prompt_tokens_details\":{\"cached_tokens\":400}}}";
	struct lab *lab = resident();

	(void)state;
	lab->config->llm.price_input = 1000;
	lab->config->llm.price_cached = 100;
	lab->config->llm.price_output = 0;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/chat/"), 200, "", answer);
	assert_int_equal(lab_stats(lab).batch.spent.tokens_cached, 400);
	assert_int_equal(lab_stats(lab).tallies->models[0].spent.tokens_cached, 400);
	assert_int_equal(lab_record(lab, RECORD_DECISION)->counts.cost_nano, 140000000);
	struct json *decision = record(lab, RECORD_DECISION);
	assert_int_equal(number(decision, "tokens_prompt"), 500);
	assert_int_equal(number(decision, "tokens_cached"), 400);
	json_free(decision);
	lab_free(lab);
}

static void failed_attempts_and_answers_that_never_came_are_paid_too(void **state)
{
	static const char no_analysis[] = "{\"choices\":[{\"message\":{\"content\":\"no\"}}],"
	                                  "\"usage\":{\"prompt_tokens\":500,"
	                                  "\"completion_tokens\":7}}";
	struct lab *lab = resident();

	(void)state;
	lab->config->llm.price_input = 1000;
	lab->config->llm.price_output = 0;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/chat/"), 200, "", no_analysis);
	assert_int_equal(lab_stats(lab).batch.spent.tokens_prompt, 500);
	assert_false(lab_stats(lab).batch.spent.estimated);
	lab_advance(lab, 5000);
	lab_ends(lab, lab_asks(lab, "/chat/"), HTTP_BROKEN);
	uint64_t paid = lab_stats(lab).batch.spent.tokens_prompt;
	lab_advance(lab, 5000);
	lab_answer(lab, lab_asks(lab, "/chat/"), 400, "", "{}"); /* a refusal costs nothing */
	assert_int_equal(lab_stats(lab).batch.spent.tokens_prompt, paid);
	lab_advance(lab, 5000);
	lab_model_says(lab, "bug", "low", "neutral");
	lab_advance(lab, 5000);
	assert_true(lab_stats(lab).batch.spent.estimated);
	assert_true(lab_stats(lab).batch.spent.tokens_prompt > 800);
	struct counts sum = counted(lab);
	assert_int_equal(sum.analysed, 1);
	assert_int_equal(sum.tokens_prompt, lab_stats(lab).batch.spent.tokens_prompt);
	assert_int_equal(sum.cost_nano, sum.tokens_prompt * 1000000);
	struct json *decision = record(lab, RECORD_DECISION);
	assert_int_equal(number(decision, "tokens_prompt"), sum.tokens_prompt);
	json_free(decision);
	lab_free(lab);
}

static void what_a_decision_cost_is_counted_once_however_often_its_ticket_comes_back(void **state)
{
	struct lab *lab = resident();

	(void)state;
	until_decided(lab);
	uint64_t tokens = counted(lab).tokens_prompt;
	lab_fresh_read(lab, lab_ticket(1, "solved", NULL, NULL, NULL));
	assert_int_equal(counted(lab).skipped, 1);
	lab_advance(lab, MSEC_MINUTE);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:30Z"));
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:30Z"));
	lab_update_accepted(lab);
	struct counts sum = counted(lab);
	assert_int_equal(sum.analysed, 1);
	assert_int_equal(sum.processed, 1);
	assert_int_equal(sum.skipped, 1);
	assert_int_equal(sum.tokens_prompt, tokens);
	lab_free(lab);
}

static void rules_are_counted_as_such(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->retry.attempts = 1;
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/chat/"), 200, "", "{}");
	struct counts sum = counted(lab);
	assert_int_equal(sum.analysed, 1);
	assert_int_equal(sum.by_rules, 1);
	assert_int_equal(sum.fallback, 1);
	assert_int_equal(sum.model_calls, 1);
	assert_int_not_equal(sum.cost_nano, 0); /* the answer that was none may be paid for */
	lab_free(lab);
}

static void the_view_from_outside_tells_how_it_is(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	assert_true(lab_stats(lab).last_poll_wall == -1 && lab_stats(lab).last_run_wall == -1);
	lab_let_in(lab);
	lab_advance(lab, 1000);
	lab_found(lab, "");
	struct engine_stats stats = lab_stats(lab);
	assert_int_equal(stats.last_poll_wall, lab->now.wall);
	assert_int_equal(stats.last_run_wall, lab->now.wall);
	assert_int_equal(stats.last_work_mono, lab->now.mono);
	assert_int_equal(stats.next_poll_mono, lab->now.mono + 59000);
	assert_string_equal(stats.model, "gpt-4o-mini");
	assert_string_equal(stats.model_reason, "");
	lab_advance(lab, 59000);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "high", "neutral");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_put(lab), 422, "", "{\"error\":\"RecordInvalid\"}");
	assert_int_equal(lab_stats(lab).known, 1);
	assert_int_equal(lab_stats(lab).parked, 1);
	lab_free(lab);
	lab = resident();
	lab_until_batch(lab, 6);
	lab_job(lab, "\"status\":\"queued\"", "null");
	assert_int_equal(lab_stats(lab).jobs, 1);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_decision_tells_what_was_sent_and_what_was_answered),
	        cmocka_unit_test(a_note_names_the_prompt_that_the_model_was_given),
	        cmocka_unit_test(the_raw_answer_is_redacted_whatever_the_configuration_says),
	        cmocka_unit_test(the_raw_answer_is_bounded),
	        cmocka_unit_test(rules_say_why_they_answered_and_how_often_the_model_was_asked),
	        cmocka_unit_test(an_outcome_tells_tags_and_priority_before_and_after),
	        cmocka_unit_test(a_priority_that_was_left_alone_is_the_same_before_and_after),
	        cmocka_unit_test(after_a_conflict_each_try_has_its_intent_and_the_last_decides),
	        cmocka_unit_test(where_a_ticket_is_can_be_asked_at_any_time),
	        cmocka_unit_test(a_failed_one_says_when_it_comes_back),
	        cmocka_unit_test(an_outcome_without_a_write_tells_of_none),
	        cmocka_unit_test(a_write_of_an_earlier_life_is_told_of_in_full),
	        cmocka_unit_test(records_of_older_versions_stay_readable),
	        cmocka_unit_test(a_decision_is_counted_with_its_record_and_an_end_with_its_own),
	        cmocka_unit_test(cached_input_is_counted_and_has_its_own_price),
	        cmocka_unit_test(failed_attempts_and_answers_that_never_came_are_paid_too),
	        cmocka_unit_test(
	                what_a_decision_cost_is_counted_once_however_often_its_ticket_comes_back),
	        cmocka_unit_test(rules_are_counted_as_such),
	        cmocka_unit_test(the_view_from_outside_tells_how_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
