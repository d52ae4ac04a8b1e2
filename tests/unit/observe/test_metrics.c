/* Metrics are written in the text format of Prometheus, and their table keeps its rules. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "observe/metrics.h"

static struct buf out;
static struct metrics metrics = {.out = &out};

static int begin(void **state)
{
	(void)state;
	buf_init(&out, 64 * 1024);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_free(&out);
	return 0;
}

static void a_family_begins_with_its_words_and_its_type(void **state)
{
	(void)state;
	metrics_sum(&metrics, FAMILY_JOBS, 3);
	assert_string_equal(
	        buf_cstr(&out),
	        "# HELP ai_ticketd_zendesk_jobs Bulk updates that Zendesk still carries "
	        "out.\n"
	        "# TYPE ai_ticketd_zendesk_jobs gauge\n"
	        "ai_ticketd_zendesk_jobs 3\n");
}

static void labels_are_named_in_order_and_escaped(void **state)
{
	(void)state;
	metrics_begin(&metrics, FAMILY_LLM_TOKENS);
	buf_reset(&out);
	metrics_count(&metrics, 18446744073709551615u, METRICS_LABELS("a\"b\\c\nd", "input"));
	assert_string_equal(buf_cstr(&out), "ai_ticketd_llm_tokens_total{model=\"a\\\"b\\\\c\\nd\","
	                                    "kind=\"input\"} 18446744073709551615\n");
}

static void numbers_are_written_as_prometheus_reads_them(void **state)
{
	(void)state;
	metrics_begin(&metrics, FAMILY_GUARD_WINDOW);
	buf_reset(&out);
	metrics_number_of(&metrics, (double)INFINITY, "a");
	metrics_number_of(&metrics, (double)-INFINITY, "b");
	metrics_number_of(&metrics, (double)NAN, "c");
	metrics_number_of(&metrics, 0.0001234, "d");
	metrics_time(&metrics, 1795608000123, METRICS_LABELS("e"));
	assert_string_equal(buf_cstr(&out), "ai_ticketd_guard_window{upstream=\"a\"} +Inf\n"
	                                    "ai_ticketd_guard_window{upstream=\"b\"} -Inf\n"
	                                    "ai_ticketd_guard_window{upstream=\"c\"} NaN\n"
	                                    "ai_ticketd_guard_window{upstream=\"d\"} 0.0001234\n"
	                                    "ai_ticketd_guard_window{upstream=\"e\"} "
	                                    "1795608000.123\n");
}

static void a_histogram_ends_with_infinity_its_sum_and_its_count(void **state)
{
	struct histogram histogram;

	(void)state;
	histogram_init(&histogram, &HISTOGRAM_CONFIDENCE);
	histogram_add(&histogram, 0.55);
	histogram_add(&histogram, 1);
	metrics_begin(&metrics, FAMILY_CONFIDENCE);
	buf_reset(&out);
	metrics_histogram(&metrics, &histogram, METRICS_LABELS("urgency"));
	assert_string_equal(buf_cstr(&out),
	                    "ai_ticketd_confidence_ratio_bucket{label=\"urgency\",le=\"0.5\"} 0\n"
	                    "ai_ticketd_confidence_ratio_bucket{label=\"urgency\",le=\"0.6\"} 1\n"
	                    "ai_ticketd_confidence_ratio_bucket{label=\"urgency\",le=\"0.7\"} 1\n"
	                    "ai_ticketd_confidence_ratio_bucket{label=\"urgency\",le=\"0.8\"} 1\n"
	                    "ai_ticketd_confidence_ratio_bucket{label=\"urgency\",le=\"0.9\"} 1\n"
	                    "ai_ticketd_confidence_ratio_bucket{label=\"urgency\",le=\"0.95\"} 1\n"
	                    "ai_ticketd_confidence_ratio_bucket{label=\"urgency\",le=\"0.99\"} 1\n"
	                    "ai_ticketd_confidence_ratio_bucket{label=\"urgency\",le=\"+Inf\"} 2\n"
	                    "ai_ticketd_confidence_ratio_sum{label=\"urgency\"} 1.55\n"
	                    "ai_ticketd_confidence_ratio_count{label=\"urgency\"} 2\n");
	buf_reset(&out);
	histogram_init(&histogram, &HISTOGRAM_LAG);
	metrics_begin(&metrics, FAMILY_LOOP_LAG);
	metrics_histogram(&metrics, &histogram, METRICS_PLAIN);
	assert_non_null(strstr(buf_cstr(&out), "_bucket{le=\"0.001\"} 0\n"));
	assert_non_null(strstr(buf_cstr(&out), "_sum 0\n"));
}

static bool ends_with(const char *text, const char *end_of_it)
{
	size_t len = strlen(text), end_len = strlen(end_of_it);

	return len >= end_len && strcmp(text + len - end_len, end_of_it) == 0;
}

static void the_table_keeps_the_rules_of_names(void **state)
{
	(void)state;
	for (int i = 0; i < FAMILIES; i++) {
		const struct family_row *row = metrics_family((enum family)i);

		assert_int_equal(ends_with(row->name, "_total"), row->type == FAMILY_COUNTER);
		assert_true(ends_with(row->help, "."));
		assert_null(strpbrk(row->help, "\n\\"));
		for (const char *c = row->name; *c != '\0'; c++)
			assert_true((*c >= 'a' && *c <= 'z') || *c == '_');
		for (int j = 0; j < i; j++)
			assert_string_not_equal(row->name, metrics_family((enum family)j)->name);
	}
}

static void what_every_program_has_goes_without_our_prefix(void **state)
{
	(void)state;
	metrics_sum(&metrics, FAMILY_PROCESS_OPEN_FDS, 9);
	assert_non_null(strstr(buf_cstr(&out), "\nprocess_open_fds 9\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(a_family_begins_with_its_words_and_its_type, begin,
	                                        end),
	        cmocka_unit_test_setup_teardown(labels_are_named_in_order_and_escaped, begin, end),
	        cmocka_unit_test_setup_teardown(numbers_are_written_as_prometheus_reads_them, begin,
	                                        end),
	        cmocka_unit_test_setup_teardown(
	                a_histogram_ends_with_infinity_its_sum_and_its_count, begin, end),
	        cmocka_unit_test(the_table_keeps_the_rules_of_names),
	        cmocka_unit_test_setup_teardown(what_every_program_has_goes_without_our_prefix,
	                                        begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
