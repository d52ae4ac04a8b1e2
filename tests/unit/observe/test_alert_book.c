/* What outlives the process, and what programs are shown. */
#include "alert_lab.h"

#include "base/json.h"
#include "observe/alert_book.h"

static struct alert_outbox box;
static const struct alert_channel_box boxes[] = {{"slack", &box}};
static struct buf out;

static int setup(void **state)
{
	json_seed(1);
	buf_init(&out, ALERT_BOOK_BYTES_MAX);
	alert_outbox_init(&box, true, 0);
	alert_outbox_renew(&box, 0);
	return lab_setup(state);
}

static int teardown(void **state)
{
	buf_free(&out);
	alert_outbox_free(&box);
	return lab_teardown(state);
}

static void write_book(void)
{
	buf_reset(&out);
	alert_book_write(&alerts, boxes, 1, lab_now(), &out);
	assert_false(out.overflow);
}

static int read_book(struct str book)
{
	struct err err;

	alert_state_free(&alerts);
	alert_outbox_free(&box);
	alert_outbox_init(&box, true, mono);
	alert_outbox_renew(&box, mono);
	alert_state_init(&alerts, mono);
	return alert_book_read(book, &alerts, boxes, 1, lab_now(), &err);
}

static void hear_and_send(void *arg, const struct alert_told *told)
{
	alert_outbox_put(&box, told);
}

static void pass_and_send(msec span)
{
	for (msec end = mono + span; mono < end;) {
		struct alert_reading readings[ALERT_RULES];
		bool active[ALERT_RULES];

		mono += MSEC_SECOND;
		alert_state_active(&alerts, active);
		alert_rules_read(&facts, active, readings);
		(void)alert_state_step(&alerts, readings, lab_now(), MSEC_DAY, hear_and_send, NULL);
	}
}

static void an_eventful_hour(void)
{
	facts.stopped = "Writing is stopped by \"root\" since 10:00";
	pass_and_send(MSEC_MINUTE);
	facts.stopped = NULL;
	facts.sli.success_rate = 0.981;
	facts.engine[ALERT_MODEL_DOWN] = "The model is down: caf\xc3\xa9.";
	pass_and_send(MSEC_HOUR);
}

static void what_was_written_is_read_again(void **state)
{
	an_eventful_hour();
	write_book();
	char *first = xstrdup(buf_cstr(&out));
	assert_int_equal(read_book(str_of(first)), 0);
	write_book();
	assert_string_equal(buf_cstr(&out), first);
	assert_int_equal(alert_state_count(&alerts, NULL), 2);
	assert_int_equal(alerts.past_count, 1);
	assert_int_equal(box.count, 4);
	assert_string_equal(box.items[0].title, "Writing is stopped");
	assert_true(alerts.entries[RULE_SUCCESS_RATE].restored);
	free(first);
}

static void a_whole_book_fits_into_its_bound(void **state)
{
	char *text = xmalloc(ALERT_TEXT_BYTES + 1);

	memset(text, '"', ALERT_TEXT_BYTES);
	text[ALERT_TEXT_BYTES] = '\0';
	for (int rule = 0; rule < ALERT_RULES; rule++) {
		struct alert_past active = {.rule = rule, .text = xstrdup(text)};

		alert_state_restore(&alerts, rule, &active, 0, lab_now());
	}
	for (int i = 0; i < ALERT_PAST_MAX; i++)
		alert_state_remember(
		        &alerts,
		        &(struct alert_past){.ended = lab_now().wall, .text = xstrdup(text)},
		        lab_now().wall);
	for (int i = 0; i < OUTBOX_MAX; i++)
		alert_outbox_put(&box, &(struct alert_told){.title = text, .text = text});
	write_book();
	assert_int_equal(read_book(buf_str(&out)), 0);
	assert_int_equal(alerts.past_count, ALERT_PAST_MAX);
	free(text);
}

static void what_is_no_book_is_refused_and_what_is_unknown_left_out(void **state)
{
	static const char *const bad[] = {
	        "", "[]", "{}", "{\"form\":2}", "{\"form\":1", "{\"form\":\"1\"}", "\xff"};
	static const char odd[] =
	        "{\"form\":1,\"active\":[{\"kind\":\"other\",\"since\":1,\"told\":1},"
	        "{\"kind\":\"stale\",\"since\":-1,\"told\":1},{\"kind\":7},3,null,"
	        "{\"kind\":\"disk\",\"since\":1}],\"past\":[{\"kind\":\"disk\",\"since\":1}],"
	        "\"channels\":{\"slack\":{\"merged\":-1,\"messages\":[{\"change\":9},{}]},"
	        "\"pager\":{\"messages\":[{}]}}}";

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(read_book(str_of(bad[i])), -1);
	assert_int_equal(read_book(str_of(odd)), 0);
	assert_int_equal(alert_state_count(&alerts, NULL) + alerts.past_count + box.count, 0);
	assert_int_equal(box.merged, 0);
}

static struct json *view(void)
{
	struct err err;

	buf_reset(&out);
	buf_putc(&out, '{');
	alert_book_view(&alerts, &out);
	buf_putc(&out, '}');
	struct json *tree = json_parse(buf_str(&out), &err);
	assert_non_null(tree);
	return tree;
}

static void programs_are_shown_what_lasts_and_what_is_over(void **state)
{
	an_eventful_hour();
	struct json *tree = view();
	const struct json *first = json_item(json_at(tree, "active"), 0);
	const struct json *second = json_item(json_at(tree, "active"), 1);
	const struct json *past = json_item(json_at(tree, "recent"), 0);
	double value;

	assert_int_equal(json_item_count(json_at(tree, "active")), 2);
	assert_str(json_str_at(first, "kind"), "success_rate");
	assert_str(json_str_at(first, "severity"), "critical");
	assert_str(json_str_at(first, "unit"), "ratio");
	assert_true(json_number_at(first, "value", &value) && value == 0.981);
	assert_true(json_number_at(first, "threshold", &value) && value == 0.99);
	assert_true(json_is_null(json_at(first, "ended")));
	assert_str(json_str_at(second, "kind"), "model_down");
	assert_true(json_is_null(json_at(second, "value")));
	assert_true(json_is_null(json_at(second, "unit")));
	assert_str(json_str_at(past, "kind"), "writes_on_hold");
	assert_true(json_is_integer(json_at(past, "ended")));
	json_free(tree);
}

static void the_latest_comes_first(void **state)
{
	for (int i = 0; i < 3; i++) {
		facts.stopped = "Writing is stopped.";
		pass_and_send(MSEC_MINUTE);
		facts.stopped = NULL;
		pass_and_send(MSEC_MINUTE);
	}
	struct json *tree = view();
	int64_t before = INT64_MAX, ended;

	assert_int_equal(json_item_count(json_at(tree, "recent")), 3);
	for (struct json_each each = json_items(json_at(tree, "recent")); json_next(&each);) {
		assert_true(json_int_at(each.value, "ended", &ended) && ended < before);
		before = ended;
	}
	json_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	        TEST(what_was_written_is_read_again),
	        TEST(a_whole_book_fits_into_its_bound),
	        TEST(what_is_no_book_is_refused_and_what_is_unknown_left_out),
	        TEST(programs_are_shown_what_lasts_and_what_is_over),
	        TEST(the_latest_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
