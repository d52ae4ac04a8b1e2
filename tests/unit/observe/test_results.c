/* The results file: one JSON document with the keys of the contract, whatever the texts in it. */
#include "../base/helper.h"

#include <math.h>

#include "base/json.h"
#include "observe/report.h"

#define WALL INT64_C(1762381981000) /* 2025-11-05T22:33:01Z */

static struct str tags[] = {STR("ai_processed"), STR("ai_bug")};

static const struct analysis example = {
        .summary = {"404 \"error\"\n\xFF", 13},
        .root_cause = CAUSE_BUG,
        .urgency = URGENCY_HIGH,
        .sentiment = SENTIMENT_NEGATIVE,
        .model = {"gpt-4o-mini", 11},
        .model_version = {"2024-07-18", 10},
        .prompt_version = {"v3.0", 4},
        .tokens_prompt = 270,
        .tokens_answer = 42,
        .confidence = {.root_cause_known = true,
                       .sentiment_known = true,
                       .root_cause = 0.98765,
                       .sentiment = 1},
        .decided_wall = WALL,
        .model_ms = 2501,
};

/* Writes a document of the outcomes and reads it back. The caller frees it. */
static struct json *document(const struct batch *batch, const struct outcome *outcomes,
                             size_t count)
{
	struct buf out;
	struct err err;
	buf_init(&out, 1 << 20);
	report_results_head(&out, batch);
	for (size_t i = 0; i < count; i++)
		report_results_row(&out, &outcomes[i], i == 0);
	report_results_foot(&out, batch);
	struct json *tree = json_parse(buf_str(&out), &err);
	if (!tree)
		fail_msg("%s in %s", err.text, buf_cstr(&out));
	assert_int_equal(out.data[out.len - 1], '\n');
	buf_free(&out);
	return tree;
}

static int64_t int_at(const struct json *object, const char *key)
{
	int64_t value;
	if (!json_int_at(object, key, &value))
		fail_msg("no integer %s", key);
	return value;
}

static double number_at(const struct json *object, const char *key)
{
	double value;
	if (!json_number_at(object, key, &value))
		fail_msg("no number %s", key);
	return value;
}

static void assert_near(double got, double expected)
{
	if (fabs(got - expected) > 1e-9)
		fail_msg("got %.10f, expected %.10f", got, expected);
}

static void the_frame_holds_time_and_totals(void **state)
{
	struct batch batch = {.started_wall = WALL,
	                      .ended_mono = 17200,
	                      .total = 47,
	                      .processed = 45,
	                      .failed = 1,
	                      .skipped = 1,
	                      .processing_ms = 45 * 3456,
	                      .spent = {280, 32, 0.0000525, true, 0}};
	struct json *tree = document(&batch, NULL, 0);
	assert_int_equal(json_member_count(tree), 11);
	assert_str(json_str_at(tree, "timestamp"), "2025-11-05T22:33:01Z");
	assert_int_equal(json_item_count(json_at(tree, "results")), 0);
	assert_int_equal(int_at(tree, "total"), 47);
	assert_int_equal(int_at(tree, "processed"), 45);
	assert_int_equal(int_at(tree, "failed"), 1);
	assert_int_equal(int_at(tree, "skipped"), 1);
	assert_near(number_at(tree, "avg_time_per_ticket"), 3.456);
	assert_near(number_at(tree, "total_time"), 17.2);
	assert_near(number_at(tree, "cost_estimate"), 0.0000525);
	assert_int_equal(int_at(tree, "tokens"), 312);
	assert_true(json_is_true(json_at(tree, "tokens_estimated")));
	json_free(tree);
	batch.spent.tokens_cached = 128;
	tree = document(&batch, NULL, 0);
	assert_int_equal(int_at(tree, "tokens_cached"), 128);
	json_free(tree);
}

static void a_row_tells_everything_about_its_ticket(void **state)
{
	struct outcome outcome = {.ticket = {1, 12345},
	                          .analysis = &example,
	                          .tags_added = {tags, 2},
	                          .priority_set = PRIORITY_HIGH,
	                          .processing_ms = 3204};
	struct batch batch = {.started_wall = WALL};
	struct json *tree = document(&batch, &outcome, 1);
	const struct json *row = json_item(json_at(tree, "results"), 0);
	assert_int_equal(json_member_count(row), 7);
	assert_int_equal(int_at(row, "ticket_id"), 12345);
	assert_str(json_str_at(row, "status"), "success");
	assert_near(number_at(row, "processing_time"), 3.204);
	assert_str(json_str_at(row, "priority_set"), "high");
	assert_true(json_is_null(json_at(row, "error")));
	assert_int_equal(json_item_count(json_at(row, "tags_added")), 2);
	assert_str(json_str_value(json_item(json_at(row, "tags_added"), 1)), "ai_bug");

	const struct json *analysis = json_at(row, "analysis");
	assert_int_equal(json_member_count(analysis), 7);
	assert_str(json_str_at(analysis, "summary"), "404 \"error\"\n\xEF\xBF\xBD");
	assert_str(json_str_at(analysis, "root_cause"), "bug");
	assert_str(json_str_at(analysis, "urgency"), "high");
	assert_str(json_str_at(analysis, "sentiment"), "negative");
	assert_str(json_str_at(analysis, "timestamp"), "2025-11-05T22:33:01Z");
	assert_int_equal(int_at(analysis, "processing_time_ms"), 2501);

	const struct json *metadata = json_at(analysis, "metadata");
	assert_int_equal(json_member_count(metadata), 5);
	assert_str(json_str_at(metadata, "model"), "gpt-4o-mini");
	assert_str(json_str_at(metadata, "model_version"), "2024-07-18");
	assert_str(json_str_at(metadata, "prompt_version"), "v3.0");
	assert_int_equal(int_at(metadata, "tokens_used"), 312);
	json_free(tree);
}

static const struct json *confidence_of(const struct json *tree, size_t row)
{
	return json_at(
	        json_at(json_at(json_item(json_at(tree, "results"), row), "analysis"), "metadata"),
	        "confidence");
}

static void confidence_holds_known_numbers_only_and_is_absent_without_any(void **state)
{
	struct analysis none = example, urgency = example;
	none.confidence = (struct confidence){.urgency = 0.5};
	urgency.confidence = (struct confidence){.urgency_known = true, .urgency = 0.5};
	struct outcome outcomes[] = {
	        {.analysis = &example}, {.analysis = &none}, {.analysis = &urgency}};
	struct batch batch = {.started_wall = WALL};
	struct json *tree = document(&batch, outcomes, 3);
	assert_int_equal(json_member_count(confidence_of(tree, 0)), 2);
	assert_near(number_at(confidence_of(tree, 0), "root_cause"), 0.9877);
	assert_near(number_at(confidence_of(tree, 0), "sentiment"), 1);
	assert_null(confidence_of(tree, 1));
	assert_int_equal(json_member_count(confidence_of(tree, 2)), 1);
	assert_near(number_at(confidence_of(tree, 2), "urgency"), 0.5);
	json_free(tree);
}

static void what_is_not_there_is_null_and_a_reason_stands_in_error(void **state)
{
	struct outcome outcomes[] = {
	        {.ticket = {1, 1},
	         .status = OUTCOME_ERROR,
	         .reason = STR("503 from Zendesk: \"<html>\"\x01"),
	         .processing_ms = -4},
	        {.ticket = {1, 2}, .status = OUTCOME_SKIPPED, .reason = STR("closed")},
	        {.ticket = {1, (UINT64_C(1) << 53) - 1},
	         .status = OUTCOME_DRY_RUN,
	         .analysis = &example},
	};
	static const char *const statuses[] = {"error", "skipped", "dry_run"};
	struct batch batch = {.started_wall = WALL};
	struct json *tree = document(&batch, outcomes, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct json *row = json_item(json_at(tree, "results"), i);
		assert_int_equal(int_at(row, "ticket_id"), (int64_t)outcomes[i].ticket.id);
		assert_str(json_str_at(row, "status"), statuses[i]);
		assert_int_equal(json_item_count(json_at(row, "tags_added")), 0);
		assert_true(json_is_null(json_at(row, "priority_set")));
		assert_int_equal(json_is_null(json_at(row, "analysis")), i < 2);
		assert_near(number_at(row, "processing_time"), 0);
	}
	assert_str(json_str_at(json_item(json_at(tree, "results"), 0), "error"),
	           "503 from Zendesk: \"<html>\"\x01");
	assert_str(json_str_at(json_item(json_at(tree, "results"), 1), "error"), "closed");
	json_free(tree);
}

static void parts_written_apart_make_the_same_document(void **state)
{
	struct batch batch = {.started_wall = WALL, .total = 2};
	struct outcome outcome = {.ticket = {1, 1}, .analysis = &example, .tags_added = {tags, 2}};
	struct buf whole, parts, part;
	buf_init(&whole, 1 << 20);
	buf_init(&parts, 1 << 20);
	buf_init(&part, 1 << 20);
	report_results_head(&whole, &batch);
	report_results_row(&whole, &outcome, true);
	report_results_row(&whole, &outcome, false);
	report_results_foot(&whole, &batch);
	report_results_head(&part, &batch);
	for (int i = 0; i < 3; i++) {
		buf_add_str(&parts, buf_str(&part));
		buf_reset(&part);
		if (i < 2)
			report_results_row(&part, &outcome, i == 0);
		else
			report_results_foot(&part, &batch);
	}
	buf_add_str(&parts, buf_str(&part));
	assert_str(buf_str(&parts), buf_cstr(&whole));
	buf_free(&whole);
	buf_free(&parts);
	buf_free(&part);
}

static void one_row_is_one_line_of_the_file(void **state)
{
	struct outcome outcome = {.ticket = {1, 1}, .analysis = &example, .reason = STR("a\nb")};
	struct buf out;
	size_t lines = 0;
	buf_init(&out, 1 << 20);
	report_results_row(&out, &outcome, false);
	for (size_t i = 0; i < out.len; i++)
		lines += out.data[i] == '\n';
	assert_int_equal(lines, 1);
	assert_true(str_starts(buf_str(&out), STR(",\n{\"ticket_id\":1,")));
	buf_free(&out);
}

int main(void)
{
	json_seed(1);
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_frame_holds_time_and_totals),
	        cmocka_unit_test(a_row_tells_everything_about_its_ticket),
	        cmocka_unit_test(confidence_holds_known_numbers_only_and_is_absent_without_any),
	        cmocka_unit_test(what_is_not_there_is_null_and_a_reason_stands_in_error),
	        cmocka_unit_test(parts_written_apart_make_the_same_document),
	        cmocka_unit_test(one_row_is_one_line_of_the_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
