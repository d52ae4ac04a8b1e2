/* Tables of days, and their sums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/ctl/stats.h"

static struct buf out;
static struct err why;

static int begin(void **state)
{
	buf_init(&out, 1 << 20);
	return 0;
}

static int end(void **state)
{
	buf_free(&out);
	return 0;
}

/* 2026-11-24 and -25, in steps of a day. */
#define TWO_DAYS                                                                                   \
	"{\"from\":1,\"to\":2,\"step_ms\":86400000,\"points\":["                                   \
	"{\"at\":1795478400000,\"processed\":1000,\"failed\":1,\"skipped\":2,"                     \
	"\"success_rate\":0.999,\"avg_processing_ms\":3000,\"cost_usd\":0.1,\"analysed\":1001,"    \
	"\"by_rules\":3,\"root_cause\":{\"bug\":1,\"feature\":2,\"refund\":3,\"other\":4},"        \
	"\"urgency\":{\"high\":5,\"medium\":6,\"low\":7},"                                         \
	"\"sentiment\":{\"positive\":8,\"neutral\":9,\"negative\":10},\"p95_ms\":9000},"           \
	"{\"at\":1795564800000,\"processed\":3000,\"failed\":0,\"skipped\":0,"                     \
	"\"success_rate\":1.0,\"avg_processing_ms\":1000,\"cost_usd\":0.2,\"analysed\":3000,"      \
	"\"by_rules\":0,\"root_cause\":{\"bug\":10},\"urgency\":{\"high\":1},"                     \
	"\"sentiment\":{},\"p95_ms\":null}]}"

static int show(const char *text, bool json)
{
	struct err err = {{0}};
	struct json *tree = json_parse(str_of(text), &err);

	if (tree == NULL)
		fail_msg("%s: %s", text, err.text);
	buf_reset(&out);
	int status = json ? stats_show_json(&out, tree, &why) : stats_show(&out, tree, 7, &why);
	json_free(tree);
	return status;
}

static void days_are_rows_and_their_sums_come_last(void **state)
{
	assert_int_equal(show(TWO_DAYS, false), 0);
	assert_string_equal(buf_cstr(&out), "day (UTC)   processed  failed  skipped  success  avg "
	                                    "time      p95  by rules     cost\n"
	                                    "2026-11-24      1,000       1        2   99.9 %     "
	                                    "3.0 s    9.0 s         3  $0.1000\n"
	                                    "2026-11-25      3,000       0        0  100.0 %     "
	                                    "1.0 s        -         0  $0.2000\n"
	                                    "total           4,000       1        2   99.9 %     "
	                                    "1.5 s  ≤ 9.0 s         3  $0.3000\n"
	                                    "\n"
	                                    "day (UTC)   bug  feature  refund  other  high  medium "
	                                    " low  positive  neutral  negative\n"
	                                    "2026-11-24    1        2       3      4     5       6 "
	                                    "   7         8        9        10\n"
	                                    "2026-11-25   10        0       0      0     1       0 "
	                                    "   0         0        0         0\n"
	                                    "total        11        2       3      4     6       6 "
	                                    "   7         8        9        10\n"
	                                    "\n"
	                                    "5 of the last 7 days had no tickets.\n");
}

static void without_tickets_there_is_a_sentence(void **state)
{
	assert_int_equal(show("{\"points\":[]}", false), 0);
	assert_string_equal(buf_cstr(&out), "No tickets in the last 7 days.\n");
}

static void programs_get_the_same_numbers(void **state)
{
	struct err err;
	double number;
	int64_t count;

	assert_int_equal(show(TWO_DAYS, true), 0);
	struct json *tree = json_parse(buf_str(&out), &err);
	const struct json *total = json_at(tree, "total");

	assert_int_equal(json_item_count(json_at(tree, "days")), 2);
	assert_true(str_eq(json_str_at(json_item(json_at(tree, "days"), 1), "date"),
	                   STR("2026-11-25")));
	assert_true(json_int_at(total, "processed", &count) && count == 4000);
	assert_true(json_number_at(total, "avg_processing_ms", &number) && number == 1500);
	assert_true(json_number_at(total, "p95_at_most_ms", &number) && number == 9000);
	assert_true(json_int_at(json_at(total, "urgency"), "high", &count) && count == 6);
	json_free(tree);
}

static void a_wrong_answer_is_named(void **state)
{
	const struct {
		const char *answer, *reason;
	} wrong[] = {
	        {"{}", "points is not a list"},
	        {"{\"points\":{}}", "points is not a list"},
	        {"{\"points\":[1]}", "point 1: the counts are not an object"},
	        {"{\"points\":[{\"at\":1,\"processed\":-1}]}", "processed is not a count"},
	        {"{\"points\":[{\"at\":1,\"processed\":\"9\"}]}", "processed is not a count"},
	        {"{\"points\":[{\"at\":1,\"cost_usd\":[]}]}", "cost_usd is not a number"},
	        {"{\"points\":[{\"at\":1,\"urgency\":{\"high\":0.5}}]}", "high is not a count"},
	        {"{\"points\":[{\"at\":2},{\"at\":1}]}", "point 2 is not later"},
	        {"{\"points\":[{\"at\":null}]}", "at is not a time"}};

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(show(wrong[i].answer, false), -1);
		if (strstr(why.text, wrong[i].reason) == NULL)
			fail_msg("%s: \"%s\"", wrong[i].answer, why.text);
		assert_int_equal(show(wrong[i].answer, true), -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(days_are_rows_and_their_sums_come_last),
	        cmocka_unit_test(without_tickets_there_is_a_sentence),
	        cmocka_unit_test(programs_get_the_same_numbers),
	        cmocka_unit_test(a_wrong_answer_is_named),
	};

	json_seed(1);
	return cmocka_run_group_tests(tests, begin, end);
}
