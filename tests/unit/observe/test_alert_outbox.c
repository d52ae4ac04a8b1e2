/* When the messages of a channel leave, what is merged, and how it goes on after each answer. */
#include "alert_lab.h"

#include "observe/alert_outbox.h"

static struct alert_outbox outbox;
static size_t sent;
static msec sent_at[64];

static int setup(void **state)
{
	mono = 1000000;
	sent = 0;
	alert_outbox_init(&outbox, true, mono);
	alert_outbox_renew(&outbox, mono);
	return 0;
}

static int teardown(void **state)
{
	alert_outbox_free(&outbox);
	return 0;
}

static void put(const char *title, enum alert_severity severity)
{
	struct alert_told told = {.rule = 0,
	                          .severity = severity,
	                          .title = xstrdup(title),
	                          .text = xstrdup("Words.")};

	alert_outbox_put(&outbox, &told);
	alert_told_free(&told);
}

/* What leaves now; NULL = nothing. */
static const char *next(bool *ret_plain)
{
	const struct alert_told *told = alert_outbox_next(&outbox, lab_now(), ret_plain);

	return told != NULL ? told->title : NULL;
}

static bool answer(enum outbox_answer how, msec wait)
{
	return alert_outbox_answer(&outbox, how, wait, "HTTP 503", mono);
}

/* Answers whatever leaves within so long. */
static void pass(msec span, enum outbox_answer how)
{
	bool plain;

	for (msec end = mono + span; mono < end; mono += 100)
		while (alert_outbox_due(&outbox, mono) <= mono) {
			assert_non_null(next(&plain));
			sent_at[sent++ % ARRAY_LEN(sent_at)] = mono;
			(void)answer(how, -1);
		}
}

static void one_message_a_second_leaves_after_a_short_burst(void **state)
{
	for (int i = 0; i < 10; i++)
		put("a", ALERT_WARNING);
	pass(MSEC_MINUTE, OUTBOX_DELIVERED);
	assert_int_equal(sent, 10);
	for (size_t i = OUTBOX_BURST; i < sent; i++)
		assert_int_equal(sent_at[i] - sent_at[i - 1], MSEC_SECOND);
	assert_int_equal(sent_at[OUTBOX_BURST - 1], sent_at[0]);
	assert_int_equal(outbox.state, OUTBOX_OK);
	assert_int_equal(alert_outbox_due(&outbox, mono), MSEC_NEVER);
}

static void one_is_in_flight_at_a_time(void **state)
{
	bool plain;

	put("a", ALERT_WARNING);
	put("b", ALERT_WARNING);
	assert_string_equal(next(&plain), "a");
	mono += MSEC_HOUR;
	assert_null(next(&plain));
	(void)answer(OUTBOX_DELIVERED, -1);
	assert_string_equal(next(&plain), "b");
}

static void ten_thousand_in_a_minute_become_a_message_a_second(void **state)
{
	msec end = mono + MSEC_MINUTE;

	for (int i = 0; i < 10000; i++) {
		put("a", i % 1000 == 0 ? ALERT_CRITICAL : ALERT_NOTICE);
		if (i % 166 == 165)
			pass(MSEC_SECOND - 6, OUTBOX_DELIVERED);
	}
	pass(end - mono, OUTBOX_DELIVERED);
	assert_true(sent >= 55 && sent <= 64);
	uint64_t waiting = alert_outbox_waiting(&outbox);
	assert_true(outbox.count <= OUTBOX_MAX);
	pass(2 * MSEC_MINUTE, OUTBOX_DELIVERED);
	assert_int_equal(alert_outbox_waiting(&outbox), 0);
	assert_true(waiting > 9000);
	assert_int_equal(outbox.counts.merged + outbox.counts.sent >= 10000, 1);
	assert_int_equal(outbox.counts.ends[ALERT_NOTICE][OUTBOX_MERGED] +
	                         outbox.counts.ends[ALERT_CRITICAL][OUTBOX_MERGED],
	                 outbox.counts.merged);
}

static void what_does_not_fit_is_merged_into_a_number(void **state)
{
	bool plain;

	put("first", ALERT_CRITICAL);
	for (int i = 0; i < OUTBOX_MAX + 36; i++)
		put("notice", ALERT_NOTICE);
	const struct alert_told *summary = alert_outbox_next(&outbox, lab_now(), &plain);
	assert_string_equal(summary->title, "38 more alerts"); /* its own place is one of them */
	assert_int_equal(summary->rule, -1);
	assert_int_equal(summary->severity, ALERT_NOTICE);
	(void)answer(OUTBOX_DELIVERED, -1);
	assert_string_equal(next(&plain), "first");
}

static void the_oldest_of_the_least_severity_is_merged_first(void **state)
{
	put("critical", ALERT_CRITICAL);
	put("notice", ALERT_NOTICE);
	for (int i = 2; i < OUTBOX_MAX; i++)
		put("warning", ALERT_WARNING);
	put("more", ALERT_WARNING);
	assert_string_equal(outbox.items[0].title, "critical");
	assert_string_equal(outbox.items[1].title, "warning");
	assert_int_equal(outbox.merged, 1);
	put("more", ALERT_WARNING);
	assert_string_equal(outbox.items[0].title, "critical");
	assert_int_equal(outbox.merged_severity, ALERT_WARNING);
}

static void a_limit_is_waited_for(void **state)
{
	bool plain;

	put("a", ALERT_WARNING);
	(void)next(&plain);
	assert_false(answer(OUTBOX_LIMITED_BY, 7 * MSEC_SECOND));
	assert_int_equal(outbox.state, OUTBOX_WAITING);
	assert_int_equal(alert_outbox_due(&outbox, mono), mono + 7 * MSEC_SECOND);
	mono += 7 * MSEC_SECOND;
	(void)next(&plain);
	(void)answer(OUTBOX_LIMITED_BY, -1);
	assert_int_equal(alert_outbox_due(&outbox, mono), mono + OUTBOX_LIMITED);
	mono += OUTBOX_LIMITED;
	(void)next(&plain);
	(void)answer(OUTBOX_LIMITED_BY, MSEC_DAY);
	assert_int_equal(alert_outbox_due(&outbox, mono), mono + OUTBOX_LIMITED_MAX);
	mono += OUTBOX_LIMITED_MAX;
	(void)next(&plain);
	(void)answer(OUTBOX_LIMITED_BY, 0);
	assert_int_equal(alert_outbox_due(&outbox, mono), mono + MSEC_SECOND);
}

static void a_refused_form_is_sent_plain_once_and_says_nothing_of_others(void **state)
{
	bool plain;

	put("a", ALERT_WARNING);
	put("b", ALERT_WARNING);
	assert_string_equal(next(&plain), "a");
	assert_false(plain);
	assert_false(answer(OUTBOX_FORM_REFUSED, -1));
	mono += MSEC_SECOND;
	assert_string_equal(next(&plain), "a");
	assert_true(plain);
	assert_true(answer(OUTBOX_FORM_REFUSED, -1)); /* given up */
	assert_int_equal(outbox.state, OUTBOX_OK);
	mono += MSEC_SECOND;
	assert_string_equal(next(&plain), "b");
	assert_false(plain);
	(void)answer(OUTBOX_DELIVERED, -1);
	assert_int_equal(outbox.counts.given_up, 1);
	assert_int_equal(outbox.counts.sent, 1);
	assert_int_equal(outbox.counts.ends[ALERT_WARNING][OUTBOX_SENT], 1);
}

static void without_a_plain_form_a_refused_one_is_given_up_at_once(void **state)
{
	bool plain;

	outbox.has_plain = false;
	put("a", ALERT_WARNING);
	(void)next(&plain);
	assert_true(answer(OUTBOX_FORM_REFUSED, -1));
	assert_int_equal(outbox.count, 0);
}

static void a_refused_channel_keeps_its_messages_and_is_tried_once_a_day(void **state)
{
	bool plain;

	put("a", ALERT_WARNING);
	(void)next(&plain);
	assert_false(answer(OUTBOX_CHANNEL_REFUSED, -1));
	put("b", ALERT_WARNING);
	assert_int_equal(outbox.state, OUTBOX_IS_REFUSED);
	assert_string_equal(outbox.reason, "HTTP 503");
	pass(MSEC_DAY - MSEC_MINUTE, OUTBOX_DELIVERED);
	assert_int_equal(sent, 0);
	pass(2 * MSEC_MINUTE, OUTBOX_CHANNEL_REFUSED);
	assert_int_equal(sent, 1);
	alert_outbox_renew(&outbox, mono); /* a reload */
	pass(10 * MSEC_SECOND, OUTBOX_DELIVERED);
	assert_int_equal(sent, 3);
	assert_int_equal(outbox.state, OUTBOX_OK);
	assert_string_equal(outbox.reason, "");
}

/* Gone for a day: nothing that was certainly not delivered is lost. */
static void a_channel_that_is_gone_for_a_day_is_tried_ever_seldomer(void **state)
{
	for (int i = 0; i < 20; i++)
		put("a", ALERT_WARNING);
	pass(MSEC_DAY, OUTBOX_AGAIN);
	assert_true(sent > 250 && sent < 310); /* each 5 minutes */
	assert_int_equal(outbox.state, OUTBOX_WAITING);
	assert_int_equal(outbox.count, 20);
	sent = 0;
	pass(6 * MSEC_MINUTE, OUTBOX_DELIVERED);
	assert_int_equal(sent, 20);
	assert_int_equal(outbox.counts.given_up, 0);
}

/* Alerts come all day: what is kept are alerts, and one summary counts the others. */
static void a_day_without_the_channel_is_summarised_once(void **state)
{
	bool plain;

	for (int i = 0; i < 300; i++) {
		put("a", ALERT_WARNING);
		pass(5 * MSEC_MINUTE, OUTBOX_AGAIN);
	}
	for (size_t i = 0; i < outbox.count; i++)
		assert_string_equal(outbox.items[i].title, "a");
	assert_int_equal(outbox.merged, 300 - OUTBOX_MAX);
	mono += OUTBOX_RETRY_MAX;
	assert_string_equal(next(&plain), "a");
	(void)answer(OUTBOX_DELIVERED, -1);
	mono += MSEC_SECOND;
	assert_string_equal(next(&plain), "260 more alerts");
}

/* A summary that waits is not counted as one of the next. */
static void a_summary_is_not_merged(void **state)
{
	bool plain;

	for (int i = 0; i < OUTBOX_MAX + 10; i++)
		put("a", ALERT_WARNING);
	assert_string_equal(next(&plain), "11 more alerts"); /* its own place is one of them */
	(void)answer(OUTBOX_AGAIN, -1);
	for (int i = 0; i < OUTBOX_MAX; i++)
		put("a", ALERT_CRITICAL);
	mono += OUTBOX_RETRY_MAX;
	assert_string_equal(next(&plain), "11 more alerts");
}

static void the_wait_doubles_from_a_second_to_five_minutes(void **state)
{
	bool plain;
	msec expected = MSEC_SECOND;

	put("a", ALERT_WARNING);
	for (int i = 0; i < 14; i++) {
		assert_non_null(next(&plain));
		(void)answer(OUTBOX_AGAIN, -1);
		assert_int_equal(alert_outbox_due(&outbox, mono), mono + expected);
		mono += expected;
		expected = 2 * expected < OUTBOX_RETRY_MAX ? 2 * expected : OUTBOX_RETRY_MAX;
	}
}

/* It may have arrived each time. */
static void a_message_of_unknown_end_is_sent_three_times_at_most(void **state)
{
	put("a", ALERT_CRITICAL);
	put("b", ALERT_CRITICAL);
	pass(10 * MSEC_SECOND, OUTBOX_UNKNOWN);
	assert_int_equal(sent, 4); /* after 0, 1, 3 and 7 s */
	assert_int_equal(outbox.counts.given_up, 1);
	assert_string_equal(outbox.items[0].title, "b");
	pass(MSEC_HOUR, OUTBOX_UNKNOWN);
	assert_int_equal(sent, 6);
	assert_int_equal(outbox.counts.given_up, 2);
	assert_int_equal(outbox.counts.ends[ALERT_CRITICAL][OUTBOX_DROPPED], 2);
}

static void nothing_waits_for_a_channel_that_is_off(void **state)
{
	put("a", ALERT_CRITICAL);
	alert_outbox_off(&outbox);
	put("b", ALERT_CRITICAL);
	assert_int_equal(alert_outbox_waiting(&outbox), 0);
	assert_int_equal(alert_outbox_due(&outbox, mono), MSEC_NEVER);
}

static void a_test_that_arrives_proves_the_channel(void **state)
{
	bool plain;

	put("a", ALERT_CRITICAL);
	(void)next(&plain);
	(void)answer(OUTBOX_CHANNEL_REFUSED, -1);
	alert_outbox_works(&outbox, mono);
	assert_int_equal(outbox.state, OUTBOX_OK);
	mono += MSEC_SECOND;
	assert_string_equal(next(&plain), "a");
}

static void what_was_taken_back_is_the_first_again(void **state)
{
	bool plain;

	put("a", ALERT_CRITICAL);
	put("b", ALERT_CRITICAL);
	(void)next(&plain);
	alert_outbox_recall(&outbox);
	assert_string_equal(next(&plain), "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	        TEST(one_message_a_second_leaves_after_a_short_burst),
	        TEST(one_is_in_flight_at_a_time),
	        TEST(ten_thousand_in_a_minute_become_a_message_a_second),
	        TEST(what_does_not_fit_is_merged_into_a_number),
	        TEST(the_oldest_of_the_least_severity_is_merged_first),
	        TEST(a_limit_is_waited_for),
	        TEST(a_refused_form_is_sent_plain_once_and_says_nothing_of_others),
	        TEST(without_a_plain_form_a_refused_one_is_given_up_at_once),
	        TEST(a_refused_channel_keeps_its_messages_and_is_tried_once_a_day),
	        TEST(a_channel_that_is_gone_for_a_day_is_tried_ever_seldomer),
	        TEST(a_day_without_the_channel_is_summarised_once),
	        TEST(a_summary_is_not_merged),
	        TEST(the_wait_doubles_from_a_second_to_five_minutes),
	        TEST(a_message_of_unknown_end_is_sent_three_times_at_most),
	        TEST(nothing_waits_for_a_channel_that_is_off),
	        TEST(a_test_that_arrives_proves_the_channel),
	        TEST(what_was_taken_back_is_the_first_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
