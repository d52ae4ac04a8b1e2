/* Priorities and when ours replaces a person's: every mode with every first, present and wanted
 * priority. */
#include "../base/helper.h"

#include "ticket/priority.h"

#define N PRIORITY_NONE
#define L PRIORITY_LOW
#define M PRIORITY_NORMAL
#define H PRIORITY_HIGH
#define U PRIORITY_URGENT
#define PRIORITIES 5

static void names_are_those_of_zendesk(void **state)
{
	assert_string_equal(priority_name(N), "");
	assert_string_equal(priority_name(L), "low");
	assert_string_equal(priority_name(M), "normal");
	assert_string_equal(priority_name(H), "high");
	assert_string_equal(priority_name(U), "urgent");
	assert_fatal((void)priority_name((enum priority)PRIORITIES));
	fatal_set_handler(NULL);
}

static void names_are_read_back_and_unknown_words_refused(void **state)
{
	enum priority got;
	for (int i = 0; i < PRIORITIES; i++) {
		assert_int_equal(priority_parse(str_of(priority_name((enum priority)i)), &got), 0);
		assert_int_equal(got, i);
	}
	assert_int_equal(priority_parse((struct str){0}, &got), 0);
	assert_int_equal(got, PRIORITY_NONE);
	assert_int_equal(priority_parse(STR("High"), &got), -1);
	assert_int_equal(priority_parse(STR("medium"), &got), -1);
	assert_int_equal(priority_parse(STR(" "), &got), -1);
}

static void priorities_are_in_ascending_order(void **state)
{
	assert_true(N < L && L < M && M < H && H < U);
}

static void urgency_high_medium_low_means_high_normal_low(void **state)
{
	assert_int_equal(priority_of_urgency(URGENCY_HIGH), H);
	assert_int_equal(priority_of_urgency(URGENCY_MEDIUM), M);
	assert_int_equal(priority_of_urgency(URGENCY_LOW), L);
	assert_fatal((void)priority_of_urgency(URGENCY_COUNT));
	fatal_set_handler(NULL);
}

/* expected[mode][urgency][now], when nobody changed the priority since the first read; N = left
 * alone. */
static const enum priority expected[4][URGENCY_COUNT][PRIORITIES] =
        {
                [PRIORITY_RAISE] =
                        {
                                [URGENCY_HIGH] = {[N] = H, [L] = H, [M] = H, [H] = N, [U] = N},
                                [URGENCY_MEDIUM] = {[N] = M, [L] = M, [M] = N, [H] = N, [U] = N},
                                [URGENCY_LOW] = {[N] = L, [L] = N, [M] = N, [H] = N, [U] = N},
                        },
                [PRIORITY_ALWAYS] =
                        {
                                [URGENCY_HIGH] = {[N] = H, [L] = H, [M] = H, [H] = N, [U] = N},
                                [URGENCY_MEDIUM] = {[N] = M, [L] = M, [M] = N, [H] = M, [U] = N},
                                [URGENCY_LOW] = {[N] = L, [L] = N, [M] = L, [H] = L, [U] = N},
                        },
                [PRIORITY_MISSING] =
                        {
                                [URGENCY_HIGH] = {[N] = H},
                                [URGENCY_MEDIUM] = {[N] = M},
                                [URGENCY_LOW] = {[N] = L},
                        },
                /* PRIORITY_NEVER: nothing */
};

static void each_mode_decides_as_its_table_says(void **state)
{
	for (int mode = PRIORITY_RAISE; mode <= PRIORITY_NEVER; mode++)
		for (int urgency = 0; urgency < URGENCY_COUNT; urgency++)
			for (int now = 0; now < PRIORITIES; now++) {
				enum priority got = priority_decide(
				        (enum priority_mode)mode, (enum priority)now,
				        (enum priority)now, (enum urgency)urgency);
				if (got != expected[mode][urgency][now])
					fail_msg("mode %d, urgency %d, now %d: got %d", mode,
					         urgency, now, (int)got);
			}
}

static void a_priority_changed_since_the_first_read_is_never_touched(void **state)
{
	for (int mode = PRIORITY_RAISE; mode <= PRIORITY_NEVER; mode++)
		for (int urgency = 0; urgency < URGENCY_COUNT; urgency++)
			for (int first = 0; first < PRIORITIES; first++)
				for (int now = 0; now < PRIORITIES; now++) {
					if (first == now)
						continue;
					assert_int_equal(priority_decide((enum priority_mode)mode,
					                                 (enum priority)first,
					                                 (enum priority)now,
					                                 (enum urgency)urgency),
					                 PRIORITY_NONE);
				}
}

static void no_decision_ever_lowers_urgent_or_writes_what_is_there(void **state)
{
	for (int mode = PRIORITY_RAISE; mode <= PRIORITY_NEVER; mode++)
		for (int urgency = 0; urgency < URGENCY_COUNT; urgency++)
			for (int now = 0; now < PRIORITIES; now++) {
				enum priority got = priority_decide(
				        (enum priority_mode)mode, (enum priority)now,
				        (enum priority)now, (enum urgency)urgency);
				assert_true(now != PRIORITY_URGENT || got == PRIORITY_NONE);
				assert_true(got == PRIORITY_NONE || (int)got != now);
			}
}

static void an_unknown_mode_is_a_broken_invariant(void **state)
{
	assert_fatal((void)priority_decide((enum priority_mode)9, N, N, URGENCY_LOW));
	fatal_set_handler(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(names_are_those_of_zendesk),
	        cmocka_unit_test(names_are_read_back_and_unknown_words_refused),
	        cmocka_unit_test(priorities_are_in_ascending_order),
	        cmocka_unit_test(urgency_high_medium_low_means_high_normal_low),
	        cmocka_unit_test(each_mode_decides_as_its_table_says),
	        cmocka_unit_test(a_priority_changed_since_the_first_read_is_never_touched),
	        cmocka_unit_test(no_decision_ever_lowers_urgent_or_writes_what_is_there),
	        cmocka_unit_test(an_unknown_mode_is_a_broken_invariant),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
