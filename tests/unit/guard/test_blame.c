/* Whose fault a refusal is: rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "guard/blame.h"

#define ALIKE 7

static enum blame_verdict refuse(struct blame *blame, uint64_t ticket, uint64_t likeness, msec now)
{
	struct blame_refusal refusal = {.ticket = ticket, .likeness = likeness};

	return blame_refusal(blame, &refusal, now);
}

static enum blame_verdict name(struct blame *blame, uint64_t ticket, msec now)
{
	struct blame_refusal refusal = {.ticket = ticket, .likeness = ALIKE, .named = true};

	return blame_refusal(blame, &refusal, now);
}

static enum blame_verdict refuse_last(struct blame *blame, uint64_t ticket, msec now)
{
	struct blame_refusal refusal = {.ticket = ticket, .likeness = ALIKE, .last = true};

	return blame_refusal(blame, &refusal, now);
}

static void refusals_of_tickets_alone_never_blame_the_service(void **state)
{
	struct blame blame;

	(void)state;
	blame_init(&blame);
	for (uint64_t ticket = 1; ticket < 5000; ticket++) {
		enum blame_verdict verdict = refuse(&blame, ticket, ticket % 3, (msec)ticket);

		assert_int_not_equal(verdict, BLAME_SERVICE);
		if (verdict == BLAME_DOUBT && ticket % 2)
			blame_acquit(&blame, (msec)ticket);
		else if (verdict == BLAME_DOUBT)
			blame_drop(&blame);
		assert_int_not_equal(refuse_last(&blame, ticket, (msec)ticket), BLAME_SERVICE);
	}
}

static void three_different_tickets_refused_alike_raise_a_doubt(void **state)
{
	struct blame blame;

	(void)state;
	blame_init(&blame);
	assert_int_equal(refuse(&blame, 1, ALIKE, 10), BLAME_TICKET);
	assert_int_equal(refuse(&blame, 1, ALIKE, 20), BLAME_TICKET);
	assert_int_equal(refuse(&blame, 2, ALIKE, 30), BLAME_TICKET);
	assert_int_equal(refuse(&blame, 2, ALIKE, 40), BLAME_TICKET);
	assert_int_equal(refuse(&blame, 3, ALIKE + 1, 50), BLAME_TICKET);
	assert_int_equal(refuse(&blame, 3, ALIKE, 60), BLAME_DOUBT);
}

static void a_success_in_between_begins_the_count_anew(void **state)
{
	struct blame blame;

	(void)state;
	blame_init(&blame);
	for (uint64_t ticket = 1; ticket < 300; ticket++) {
		assert_int_equal(refuse(&blame, ticket, ALIKE, (msec)ticket), BLAME_TICKET);
		if (ticket % 2 == 0)
			blame_good(&blame, (msec)ticket);
	}
}

static void after_a_probe_that_passed_twice_as_many_are_needed(void **state)
{
	struct blame blame;
	unsigned probes = 0;

	(void)state;
	blame_init(&blame);
	for (uint64_t ticket = 1; ticket <= 100; ticket++) {
		if (refuse(&blame, ticket, ALIKE, (msec)ticket) != BLAME_DOUBT)
			continue;
		blame_acquit(&blame, (msec)ticket);
		probes++;
	}
	assert_int_equal(probes, 5); /* after 3, 9, 21, 45, 93 */
	blame_good(&blame, 200);
	for (uint64_t ticket = 1; ticket < 3; ticket++)
		assert_int_equal(refuse(&blame, ticket, ALIKE, 201), BLAME_TICKET);
	assert_int_equal(refuse(&blame, 3, ALIKE, 201), BLAME_DOUBT);
}

static void a_named_refusal_is_believed_unless_a_success_was_just_seen(void **state)
{
	struct blame blame;

	(void)state;
	blame_init(&blame);
	assert_int_equal(name(&blame, 1, 0), BLAME_SERVICE);
	blame_good(&blame, 1000);
	assert_int_equal(name(&blame, 1, 1000 + BLAME_TRUST - 1), BLAME_DOUBT);
	assert_int_equal(name(&blame, 1, 1000 + BLAME_TRUST), BLAME_SERVICE);
}

static void a_named_refusal_after_a_probe_that_passed_is_one_of_the_ticket(void **state)
{
	struct blame blame;

	(void)state;
	blame_init(&blame);
	blame_good(&blame, 1000);
	assert_int_equal(name(&blame, 1, 1010), BLAME_DOUBT);
	blame_acquit(&blame, 1020);
	assert_int_equal(name(&blame, 1, 1030), BLAME_TICKET);
	assert_int_equal(name(&blame, 1, 1020 + BLAME_TRUST), BLAME_SERVICE);
}

static void a_ticket_is_given_up_only_when_something_was_done_lately(void **state)
{
	struct blame blame;

	(void)state;
	blame_init(&blame);
	assert_int_equal(refuse(&blame, 1, ALIKE, 0), BLAME_TICKET);
	assert_int_equal(refuse_last(&blame, 1, 0), BLAME_DOUBT);
	blame_acquit(&blame, 10);
	assert_int_equal(refuse_last(&blame, 2, 20), BLAME_TICKET);
	blame_good(&blame, 30);
	assert_int_equal(refuse_last(&blame, 3, 30 + BLAME_TRUST - 1), BLAME_TICKET);
	assert_int_equal(refuse_last(&blame, 3, 30 + BLAME_TRUST), BLAME_DOUBT);
}

static void a_second_ticket_with_a_named_refusal_is_doubted_again(void **state)
{
	struct blame blame;

	(void)state;
	blame_init(&blame);
	blame_good(&blame, 0);
	assert_int_equal(name(&blame, 1, 10), BLAME_DOUBT);
	blame_acquit(&blame, 20);
	assert_int_equal(name(&blame, 1, 30), BLAME_TICKET);
	assert_int_equal(name(&blame, 2, 40), BLAME_DOUBT);
	blame_acquit(&blame, 50);
	assert_int_equal(name(&blame, 2, 60), BLAME_TICKET);
	blame_good(&blame, 70);
	assert_int_equal(name(&blame, 3, 80), BLAME_TICKET);
	assert_int_equal(name(&blame, 4, 90), BLAME_DOUBT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(refusals_of_tickets_alone_never_blame_the_service),
	        cmocka_unit_test(three_different_tickets_refused_alike_raise_a_doubt),
	        cmocka_unit_test(a_success_in_between_begins_the_count_anew),
	        cmocka_unit_test(after_a_probe_that_passed_twice_as_many_are_needed),
	        cmocka_unit_test(a_named_refusal_is_believed_unless_a_success_was_just_seen),
	        cmocka_unit_test(a_named_refusal_after_a_probe_that_passed_is_one_of_the_ticket),
	        cmocka_unit_test(a_second_ticket_with_a_named_refusal_is_doubted_again),
	        cmocka_unit_test(a_ticket_is_given_up_only_when_something_was_done_lately),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
