/* A ticket that cannot be read from a page is read alone, and told by its number when that fails
 * too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "engine/core/asked.h"
#include "lab.h"

#define NO_TAGS                                                                                    \
	"{\"id\":7,\"subject\":\"It crashes\",\"description\":\"Error 404\",\"status\":\"new\","   \
	"\"priority\":null,\"created_at\":\"2026-11-22T08:00:00Z\","                               \
	"\"updated_at\":\"2026-11-22T09:00:00Z\"}"

static struct lab *begin(enum engine_mode mode)
{
	struct lab *lab = lab_new();

	lab->setup.mode = mode;
	lab_start(lab);
	lab_let_in(lab);
	return lab;
}

static void answer_alone(struct lab *lab, const char *ticket)
{
	char body[2000];

	snprintf(body, sizeof(body), "{\"ticket\":%s}", ticket);
	lab_answer(lab, lab_asks(lab, "/tickets/7.json"), 200, "", body);
}

static void it_is_taken_when_it_can_be_read_alone(void **state)
{
	struct lab *lab = begin(ENGINE_ONCE);

	(void)state;
	lab_found(lab, NO_TAGS);
	assert_true(lab_said(lab, "Ticket 7 cannot be read from a page"));
	assert_true(lab_said(lab, "`tags`"));
	answer_alone(lab, lab_ticket(7, "new", NULL, "[\"vip\"]", NULL));
	assert_non_null(lab_asks(lab, "/chat/completions"));
	lab_free(lab);
}

static void it_fails_by_number_when_it_cannot(void **state)
{
	struct lab *lab = begin(ENGINE_ONCE);

	(void)state;
	lab_found(lab, NO_TAGS);
	answer_alone(lab, NO_TAGS);
	assert_int_equal(lab_last_outcome(lab, 7)->status, OUTCOME_ERROR);
	assert_string_equal(lab_last_outcome(lab, 7)->reason,
	                    "cannot be read: Zendesk's ticket has no usable `tags`");
	for (int i = 0; i < 20 && !lab->finished; i++) {
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, NO_TAGS);
		lab_advance(lab, 1000);
	}
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	assert_int_equal(lab_count(lab, "/tickets/7.json"), 1);
	assert_int_equal(lab_outcomes_of(lab, 7), 1);
	lab_free(lab);
}

static void others_of_its_page_go_on(void **state)
{
	struct lab *lab = begin(ENGINE_ONCE);
	char both[3000];

	(void)state;
	snprintf(both, sizeof(both), "%s,%s", NO_TAGS, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_found(lab, both);
	assert_non_null(lab_asks(lab, "/chat/completions"));
	lab_free(lab);
}

static void a_service_tries_again_later_and_not_with_each_pass(void **state)
{
	struct lab *lab = begin(ENGINE_RESIDENT);

	(void)state;
	lab_found(lab, NO_TAGS);
	answer_alone(lab, NO_TAGS);
	for (int i = 0; i < 1200; i++) {
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, NO_TAGS);
		if (lab_asks(lab, "/tickets/7.json"))
			answer_alone(lab, NO_TAGS);
		lab_advance(lab, 1000);
	}
	assert_in_range(lab_count(lab, "/tickets/7.json"), 3, 6);
	assert_int_equal(lab_outcomes_of(lab, 7), lab_count(lab, "/tickets/7.json"));
	lab_free(lab);
}

static void a_ticket_that_is_gone_is_no_failure(void **state)
{
	struct lab *lab = begin(ENGINE_ONCE);

	(void)state;
	lab_found(lab, NO_TAGS);
	lab_answer(lab, lab_asks(lab, "/tickets/7.json"), 404, "",
	           "{\"error\":\"RecordNotFound\"}");
	assert_int_equal(lab_outcomes_of(lab, 7), 0);
	lab_free(lab);
}

static void one_that_a_person_asked_for_is_told_at_once(void **state)
{
	struct lab *lab = begin(ENGINE_RESIDENT);

	(void)state;
	lab_found(lab, "");
	lab_process(lab, (const uint64_t[]){7}, 1);
	lab_fresh_read(lab, NO_TAGS);
	assert_int_equal(lab_last_outcome(lab, 7)->status, OUTCOME_ERROR);
	lab_free(lab);
}

static void a_redirect_or_no_secure_connection_is_the_tickets_and_users_me_is_asked(void **state)
{
	(void)state;
	for (int tls = 0; tls < 2; tls++) {
		struct lab *lab = begin(ENGINE_RESIDENT);

		lab_found(lab, NO_TAGS);
		if (tls)
			lab_ends(lab, lab_asks(lab, "/tickets/7.json"), HTTP_TLS_REFUSED);
		else
			lab_answer(lab, lab_asks(lab, "/tickets/7.json"), 302,
			           "location: https://elsewhere.example/", "");
		assert_int_equal(lab_last_outcome(lab, 7)->status, OUTCOME_ERROR);
		assert_non_null(lab_asks(lab, "/users/me"));
		lab_let_in(lab);
		assert_false(lab_stats(lab).zendesk_halted);
		assert_int_equal(lab->alerts, 0);
		lab_free(lab);
	}
}

static void a_401_after_users_me_has_let_us_in_is_the_tickets(void **state)
{
	struct lab *lab = begin(ENGINE_RESIDENT);

	(void)state;
	lab_found(lab, NO_TAGS);
	lab_answer(lab, lab_asks(lab, "/tickets/7.json"), 401, "", "{}");
	lab_let_in(lab);
	lab_answer(lab, lab_asks(lab, "/tickets/7.json"), 401, "", "{}");
	assert_int_equal(lab_last_outcome(lab, 7)->status, OUTCOME_ERROR);
	assert_false(lab_stats(lab).zendesk_halted);
	lab_free(lab);
}

/* `count` tickets without tags, from `first` on. */
static void find_unreadable(struct lab *lab, int first, int count)
{
	struct buf all;

	buf_init(&all, SIZE_MAX);
	for (int i = first; i < first + count; i++)
		buf_printf(
		        &all,
		        "%s{\"id\":%d,\"subject\":\"a\",\"description\":\"b\",\"status\":\"new\","
		        "\"priority\":null,\"created_at\":\"2026-11-22T08:00:00Z\","
		        "\"updated_at\":\"2026-11-22T09:00:00Z\"}",
		        i > first ? "," : "", i);
	buf_putc(&all, '\0');
	for (int i = 0; i < 100 && !lab_asks(lab, "/search.json"); i++)
		lab_advance(lab, 1000);
	lab_found(lab, all.data);
	buf_free(&all);
}

static void beyond_a_bound_they_fail_by_number_and_that_is_told_once(void **state)
{
	struct lab *lab = begin(ENGINE_RESIDENT);

	(void)state;
	for (int first = 1; first <= ALONE_MAX; first += 50)
		find_unreadable(lab, first, 50);
	assert_null(lab_outcome(lab, 900));
	lab->said.len = 0;
	find_unreadable(lab, 2001, 50);
	for (uint64_t id = 2040; id <= 2050; id++) {
		assert_int_equal(lab_last_outcome(lab, id)->status, OUTCOME_ERROR);
		assert_string_equal(lab_last_outcome(lab, id)->reason,
		                    "cannot be read: its page shows no usable `tags`");
	}
	const char *told = strstr(lab->said.data, "more than 1000 tickets");
	assert_non_null(told);
	assert_null(strstr(told + 1, "more than 1000 tickets"));
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(it_is_taken_when_it_can_be_read_alone),
	        cmocka_unit_test(it_fails_by_number_when_it_cannot),
	        cmocka_unit_test(others_of_its_page_go_on),
	        cmocka_unit_test(a_service_tries_again_later_and_not_with_each_pass),
	        cmocka_unit_test(a_ticket_that_is_gone_is_no_failure),
	        cmocka_unit_test(one_that_a_person_asked_for_is_told_at_once),
	        cmocka_unit_test(
	                a_redirect_or_no_secure_connection_is_the_tickets_and_users_me_is_asked),
	        cmocka_unit_test(a_401_after_users_me_has_let_us_in_is_the_tickets),
	        cmocka_unit_test(beyond_a_bound_they_fail_by_number_and_that_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
