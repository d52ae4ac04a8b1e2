/* The guards together: each of them can hold a request back, and "when" is never a moment too
 * early. */
#include "../base/helper.h"

#include "base/prng.h"
#include "guard/upstream.h"

static struct upstream make(int threshold, int window)
{
	struct upstream up;
	upstream_init(&up, "zendesk", 0);
	breaker_init(&up.breaker, threshold, 60 * MSEC_SECOND);
	window_init(&up.window, window, window);
	return up;
}

static void without_limits_everything_may_go_at_once(void **state)
{
	struct upstream up;
	upstream_init(&up, "llm", -5);
	assert_string_equal(up.name, "llm");
	for (int i = 0; i < 1000; i++) {
		assert_true(upstream_may(&up, 1e9, -5));
		assert_int_equal(upstream_when(&up, 1e9, -5), -5);
		upstream_sent(&up, 1e9, -5);
	}
	for (int i = 0; i < 1000; i++)
		upstream_done(&up, UPSTREAM_FAILED, -5, 0);
	assert_true(upstream_may(&up, 1, 0));
	assert_int_equal(up.sent_total, 1000);
	assert_int_equal(up.failed_total, 1000);
}

static void a_full_window_waits_for_a_reply_only(void **state)
{
	struct upstream up = make(5, 1);
	upstream_sent(&up, 0, 0);
	assert_false(upstream_may(&up, 0, 0));
	assert_true(upstream_when(&up, 0, 0) == MSEC_NEVER);
	upstream_done(&up, UPSTREAM_NEUTRAL, 0, 10);
	assert_true(upstream_may(&up, 0, 10));
}

static void a_pause_outranks_everything_and_is_never_shortened(void **state)
{
	struct upstream up = make(5, 8);
	upstream_pause(&up, 5000);
	upstream_pause(&up, 3000);
	assert_false(upstream_may(&up, 0, 4999));
	assert_int_equal(upstream_when(&up, 0, 100), 5000);
	assert_true(upstream_may(&up, 0, 5000));
	assert_int_equal(upstream_when(&up, 0, 6000), 6000);
}

static void the_latest_of_all_guards_decides_when(void **state)
{
	struct upstream up = make(1, 8);
	upstream_set_limits(&up, 1, 60, 0);
	upstream_sent(&up, 500, 0);
	assert_int_equal(upstream_when(&up, 0, 0), 506441); /* 498 tokens in debt, 59 a minute */
	upstream_init(&up, "x", 0);
	upstream_set_limits(&up, 1, 0, 0);
	upstream_sent(&up, 500, 0);
	assert_int_equal(upstream_when(&up, 0, 0), 60 * MSEC_SECOND);
	upstream_pause(&up, 70 * MSEC_SECOND);
	assert_int_equal(upstream_when(&up, 0, 0), 70 * MSEC_SECOND);
	breaker_init(&up.breaker, 1, 80 * MSEC_SECOND);
	upstream_done(&up, UPSTREAM_FAILED, 0, 0);
	assert_int_equal(upstream_when(&up, 0, 0), 80 * MSEC_SECOND);
	assert_false(upstream_may(&up, 0, 80 * MSEC_SECOND - 1));
	assert_true(upstream_may(&up, 0, 80 * MSEC_SECOND));
}

static void tokens_are_limited_besides_requests(void **state)
{
	struct upstream up = make(0, 100);
	upstream_set_limits(&up, 0, 6000, 0);
	assert_true(upstream_may(&up, 150, 0));
	upstream_sent(&up, 150, 0);
	assert_false(upstream_may(&up, 150, 0));
	assert_true(upstream_may(&up, 50, 0));
	msec when = upstream_when(&up, 150, 0);
	assert_true(when > 0 && when < 2000);
	assert_true(upstream_may(&up, 150, when));
}

/* What each signal does, seen from a state in which everything can be told apart. */
static void each_signal_reaches_the_guards_it_concerns(void **state)
{
	static const struct {
		enum upstream_signal signal;
		int failures, size;
		unsigned failed, limited;
	} expected[] = {
	        {UPSTREAM_OK, 0, 9, 0, 0},        {UPSTREAM_FAILED, 3, 8, 1, 0},
	        {UPSTREAM_TIMED_OUT, 3, 4, 1, 0}, {UPSTREAM_OVERLOAD, 0, 4, 0, 1},
	        {UPSTREAM_LIMITED, 0, 8, 0, 1},   {UPSTREAM_NEUTRAL, 2, 8, 0, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		struct upstream up = make(5, 8);
		window_set_max(&up.window, 16);
		up.breaker.failures = 2;
		upstream_sent(&up, 0, 0);
		upstream_done(&up, expected[i].signal, 0, 1);
		assert_int_equal(up.breaker.failures, expected[i].failures);
		assert_int_equal(up.window.size, expected[i].size);
		assert_int_equal(up.window.in_flight, 0);
		assert_int_equal(up.failed_total, expected[i].failed);
		assert_int_equal(up.limited_total, expected[i].limited);
	}
}

static void an_answer_of_429_to_the_probe_shows_that_it_is_back(void **state)
{
	struct upstream up = make(1, 8);
	upstream_sent(&up, 0, 0);
	upstream_done(&up, UPSTREAM_FAILED, 0, 0);
	assert_true(upstream_may(&up, 0, 60000));
	upstream_sent(&up, 0, 60000);
	assert_false(upstream_may(&up, 0, 60000));
	upstream_done(&up, UPSTREAM_LIMITED, 60000, 60001);
	assert_int_equal(up.breaker.state, BREAKER_CLOSED);
}

static void old_requests_tell_nothing_about_the_probe(void **state)
{
	static const enum upstream_signal signals[] = {UPSTREAM_OK, UPSTREAM_TIMED_OUT,
	                                               UPSTREAM_NEUTRAL};
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		struct upstream up = make(1, 8);
		upstream_sent(&up, 0, 0);
		upstream_sent(&up, 0, 0);
		upstream_done(&up, UPSTREAM_FAILED, 0, 0);
		assert_true(upstream_may(&up, 0, 60000));
		upstream_sent(&up, 0, 60000); /* the probe */
		upstream_done(&up, signals[i], 0, 60500);
		assert_int_equal(up.breaker.state, BREAKER_HALF_OPEN);
		assert_false(upstream_may(&up, 0, 60500));
		upstream_done(&up, UPSTREAM_OK, 60000, 60900);
		assert_int_equal(up.breaker.state, BREAKER_CLOSED);
		assert_int_equal(up.window.in_flight, 0);
	}
}

static void a_cancelled_probe_may_be_sent_again(void **state)
{
	struct upstream up = make(1, 8);
	upstream_sent(&up, 0, 0);
	upstream_done(&up, UPSTREAM_FAILED, 0, 0);
	assert_true(upstream_may(&up, 0, 60000));
	upstream_sent(&up, 0, 60000);
	assert_true(upstream_when(&up, 0, 60000) == MSEC_NEVER);
	upstream_done(&up, UPSTREAM_NEUTRAL, 60000, 61000);
	assert_true(upstream_may(&up, 0, 61000));
}

static void no_minute_sees_more_requests_than_the_stated_limit(void **state)
{
	static msec sent[4000];
	for (int limit = 1; limit <= 1000; limit = limit * 3 / 2 + 1) {
		struct upstream up = make(0, WINDOW_UNLIMITED);
		size_t count = 0;
		msec now = 0;
		upstream_set_limits(&up, limit, 0, now);
		while (count < ARRAY_LEN(sent)) {
			now = upstream_when(&up, 0, now);
			assert_true(upstream_may(&up, 0, now));
			upstream_sent(&up, 0, now);
			sent[count++] = now;
		}
		for (size_t first = 0, last = 0; last < count; last++) {
			while (sent[last] - sent[first] >= MSEC_MINUTE)
				first++;
			assert_true(last - first + 1 <= (size_t)limit);
		}
		/* … and little is lost: at least 0.95 of it in the long run. */
		assert_true((double)count >= 0.95 * limit * (double)now / (double)MSEC_MINUTE);
	}
}

static void stating_the_same_limits_again_gives_nothing_away(void **state)
{
	struct upstream up = make(0, 100);
	int sent = 0;
	upstream_set_limits(&up, 60, 0, 0);
	for (msec now = 0; now < MSEC_MINUTE; now += 10) {
		upstream_set_limits(&up, 60, 0, now);
		while (upstream_may(&up, 0, now)) {
			upstream_sent(&up, 0, now);
			upstream_done(&up, UPSTREAM_OK, now, now);
			sent++;
		}
	}
	assert_true(sent <= 60 && sent >= 57);
}

struct in_flight {
	msec sent_at[64];
	int count;
};

/* Ends one of the requests in flight, any of them, with any signal. */
static void end_one(struct upstream *up, struct in_flight *flying, struct prng *prng, msec now)
{
	int which = (int)prng_below(prng, (uint64_t)flying->count);
	msec sent_at = flying->sent_at[which];
	flying->sent_at[which] = flying->sent_at[--flying->count];
	upstream_done(up, (enum upstream_signal)prng_below(prng, UPSTREAM_NEUTRAL + 1), sent_at,
	              now);
	assert_int_equal(up->window.in_flight, flying->count);
}

static void assert_when_is_worth_asking(struct upstream *up, double tokens, msec now)
{
	msec when = upstream_when(up, tokens, now);
	assert_true(when >= now);
	if (when == MSEC_NEVER) {
		/* only a reply can help, and one will come */
		assert_true(up->window.in_flight > 0);
		return;
	}
	struct upstream later = *up, before = *up;
	assert_true(upstream_may(&later, tokens, when));
	if (when > now)
		assert_false(upstream_may(&before, tokens, when - 1));
}

/* A loop that sleeps until "when" neither spins nor oversleeps, whatever happens to the
 * requests. */
static void when_is_exact_in_any_state(void **state)
{
	struct prng prng;
	prng_seed(&prng, test_seed());
	for (int round = 0; round < 500; round++) {
		struct in_flight flying = {.count = 0};
		msec now = (msec)prng_below(&prng, 1 << 20) - (1 << 19);
		struct upstream up;
		upstream_init(&up, "zendesk", now);
		breaker_init(&up.breaker, (int)prng_below(&prng, 4), (msec)prng_below(&prng, 5000));
		window_init(&up.window, 1 + (int)prng_below(&prng, 8), 60);
		upstream_set_limits(&up, (double)prng_below(&prng, 300),
		                    (double)prng_below(&prng, 30000), now);
		for (int step = 0; step < 200; step++) {
			double tokens = (double)prng_below(&prng, 2000);
			assert_when_is_worth_asking(&up, tokens, now);
			msec when = upstream_when(&up, tokens, now);
			if (when < MSEC_NEVER && (prng_unit(&prng) < 0.5))
				now = when;
			if (flying.count < 60 && upstream_may(&up, tokens, now)) {
				upstream_sent(&up, tokens, now);
				flying.sent_at[flying.count++] = now;
			}
			now += (msec)prng_below(&prng, 3) * (msec)prng_below(&prng, 1000);
			if (flying.count && (prng_unit(&prng) < 0.45))
				end_one(&up, &flying, &prng, now);
			if (prng_unit(&prng) < 0.03)
				upstream_pause(&up, now + (msec)prng_below(&prng, 20000));
			if (prng_unit(&prng) < 0.02)
				upstream_set_limits(&up, (double)prng_below(&prng, 300), 0, now);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(without_limits_everything_may_go_at_once),
	        cmocka_unit_test(a_full_window_waits_for_a_reply_only),
	        cmocka_unit_test(a_pause_outranks_everything_and_is_never_shortened),
	        cmocka_unit_test(the_latest_of_all_guards_decides_when),
	        cmocka_unit_test(tokens_are_limited_besides_requests),
	        cmocka_unit_test(each_signal_reaches_the_guards_it_concerns),
	        cmocka_unit_test(an_answer_of_429_to_the_probe_shows_that_it_is_back),
	        cmocka_unit_test(old_requests_tell_nothing_about_the_probe),
	        cmocka_unit_test(a_cancelled_probe_may_be_sent_again),
	        cmocka_unit_test(no_minute_sees_more_requests_than_the_stated_limit),
	        cmocka_unit_test(stating_the_same_limits_again_gives_nothing_away),
	        cmocka_unit_test(when_is_exact_in_any_state),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
