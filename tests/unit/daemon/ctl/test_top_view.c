/* The picture of ai-ticketctl top, and how it fits into a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "daemon/ctl/top_view.h"

#define NOW                                                                                        \
	"{\"as_of\":1795622400000,\"version\":\"0.1.0\",\"status\":\"degraded\","                  \
	"\"message\":\"The model does not answer.\",\"mode\":\"shadow\",\"paused\":true,"          \
	"\"writes\":\"on\",\"model\":\"gpt-4o-mini\","                                             \
	"\"today\":{\"processed\":9,\"failed\":1,\"skipped\":1,\"avg_processing_ms\":3200,"        \
	"\"cost_usd\":0.0012},\"yesterday\":{\"processed\":11,\"failed\":0,\"skipped\":0,"         \
	"\"avg_processing_ms\":3400,\"cost_usd\":0.0015},"                                         \
	"\"work\":{\"waiting\":1204,\"at_model\":64,\"to_write\":96,\"left_ms\":1200000,"          \
	"\"limited_by\":\"the model\"},"                                                           \
	"\"guards\":{\"zendesk\":{\"breaker\":\"closed\",\"in_flight\":3,\"window\":20,"           \
	"\"sent\":1000,\"failed\":2,\"limited\":0},\"llm\":{\"breaker\":\"open\"}},"               \
	"\"alerts\":{\"active\":1,\"worst\":\"critical\"}}"
#define ALERTS                                                                                     \
	"{\"active\":[{\"severity\":\"critical\",\"title\":\"Errors\",\"since\":1795618800000,"    \
	"\"text\":\"2 % of the tickets failed\\u001b[2J.\"}]}"

static struct buf out;

static int begin(void **state)
{
	setenv("TZ", "UTC", 1);
	tzset();
	buf_init(&out, 1 << 20);
	return 0;
}

static int end(void **state)
{
	buf_free(&out);
	return 0;
}

static struct json *parse(const char *text)
{
	struct err err = {{0}};
	struct json *tree = json_parse(str_of(text), &err);

	if (tree == NULL)
		fail_msg("%s: %s", text, err.text);
	return tree;
}

static void draw(struct top_view view)
{
	struct json *now = parse(NOW), *alerts = parse(ALERTS),
	            *row = parse("{\"at\":1795622399000,\"ticket_id\":7,\"outcome\":\"failed\","
	                         "\"reason\":\"Zendesk answered 422\"}");

	view.now = now;
	view.alerts = alerts;
	view.outcomes[0] = view.outcomes[1] = row;
	view.outcome_count = 2;
	buf_reset(&out);
	top_view_write(&out, &view);
	json_free(now);
	json_free(alerts);
	json_free(row);
}

static void everything_is_on_one_page(void **state)
{
	draw((struct top_view){0});
	assert_string_equal(
	        buf_cstr(&out),
	        "ai-ticketd 0.1.0  gpt-4o-mini  shadow  paused  2026-11-25 16:00:00\n"
	        "The model does not answer.\n"
	        "\n"
	        "                      processed  failed  skipped  success  avg time      cost\n"
	        "today                         9       1        1   90.0 %     3.2 s   $0.0012\n"
	        "yesterday until then         11       0        0  100.0 %     3.4 s   $0.0015\n"
	        "difference                   -2      +1       +1  -10.0 %   -200 ms  -$0.0003\n"
	        "\n"
	        "Queue    1,204 waiting, 64 with the model, 96 to be written, about 20 min left, "
	        "limited by the model\n"
	        "Zendesk  answers, 3 of 20 requests at once, 1,000 sent, 2 failed, 0 limited\n"
	        "Model    breaker open, 0 of 0 requests at once, 0 sent, 0 failed, 0 limited\n"
	        "\n"
	        "Alerts\n"
	        "critical since 15:00  2 % of the tickets failed\\x1b[2J.\n"
	        "\n"
	        "Last outcomes\n"
	        "15:59:59  7        failed   Zendesk answered 422\n"
	        "15:59:59  7        failed   Zendesk answered 422\n");
}

static void it_fits_into_any_terminal(void **state)
{
	for (size_t rows = 1; rows < 25; rows++) {
		draw((struct top_view){.columns = 20, .rows = rows, .notice = "Nobody answers"});
		struct str rest = buf_str(&out);
		size_t count = 0;

		for (; rest.len > 0; count++)
			assert_true(utf8_chars(str_split(&rest, '\n')) <= 20);
		assert_true(count <= rows);
	}
}

static void colours_are_only_there_when_wanted_and_end_with_their_line(void **state)
{
	draw((struct top_view){.columns = 20});
	assert_null(strchr(buf_cstr(&out), '\033'));
	draw((struct top_view){.columns = 20, .colours = true, .notice = "Nobody answers"});
	assert_non_null(strstr(buf_cstr(&out), "\033[33mThe model does not a\033[0m\n"));
	assert_non_null(strstr(buf_cstr(&out), "\033[31mNobody answers\033[0m\n"));
	assert_non_null(strstr(buf_cstr(&out), "\033[31mcritical since 15:00\033[0m\n"));
}

static void a_wrong_answer_is_named(void **state)
{
	const struct {
		const char *answer, *reason;
	} wrong[] = {
	        {"{}", "status or message is missing"},
	        {"{\"status\":1,\"message\":\"m\"}", "status or message is missing"},
	        {"{\"status\":\"s\",\"message\":\"m\"}", "today: the counts are not an object"},
	        {"{\"status\":\"s\",\"message\":\"m\",\"today\":{\"failed\":-1}}",
	         "today: failed is not a count"},
	        {"{\"status\":\"s\",\"message\":\"m\",\"today\":{},\"yesterday\":[]}",
	         "yesterday: the counts are not an object"}};

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct json *tree = parse(wrong[i].answer);
		struct err err = {{0}};

		assert_int_equal(top_view_check(tree, &err), -1);
		assert_string_equal(err.text, wrong[i].reason);
		json_free(tree);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(everything_is_on_one_page),
	        cmocka_unit_test(it_fits_into_any_terminal),
	        cmocka_unit_test(colours_are_only_there_when_wanted_and_end_with_their_line),
	        cmocka_unit_test(a_wrong_answer_is_named),
	};

	json_seed(1);
	return cmocka_run_group_tests(tests, begin, end);
}
