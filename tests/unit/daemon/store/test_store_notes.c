/* Orders of people: history that nothing waits for and no start restores. */
#include "store_lab.h"

static void note(struct lab *lab, uint64_t ticket, const char *payload, msec wall)
{
	struct record record = {
	        .kind = RECORD_COMMAND, .ticket = TICKET(ticket), .payload = xstrdup(payload)};

	store_note(lab->store, &record, 1, wall);
	assert_null(record.payload);
}

static void an_order_is_told_and_never_restored(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{}");
	note(&lab, 7, "{\"order\":\"process\",\"uid\":1}", NOON);
	note(&lab, 7, "{\"order\":\"process\",\"uid\":2}", NOON);
	const char *told = lab_explain(&lab, 7);
	assert_non_null(strstr(told, "{\"at\":1795608000000,\"kind\":\"command\",\"alive\":false,"
	                             "\"payload\":{\"order\":\"process\",\"uid\":1}}"));
	assert_non_null(strstr(told, "\"uid\":2"));
	lab_reopen(&lab);
	lab_assert_restores(&lab, "1 decision 7 {}\n");
	lab_free(&lab);
}

static void orders_about_the_service_are_told_of_number_0(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	note(&lab, 0, "{\"order\":\"pause\"}", NOON);
	assert_non_null(strstr(lab_explain(&lab, 0), "\"payload\":{\"order\":\"pause\"}"));
	assert_null(lab_explain(&lab, 7));
	lab_close(&lab);
	lab_free(&lab);
}

static void an_order_says_nothing_about_the_records_of_the_engine(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	note(&lab, 0, "{}", NOON);
	lab_run(&lab);
	assert_int_equal(lab.persisted_calls, 0);
	lab_put(&lab, RECORD_DECISION, 7, "{}");
	note(&lab, 0, "{}", NOON);
	lab_put(&lab, RECORD_DECISION, 8, "{}");
	lab_run(&lab);
	assert_int_equal(lab.persisted, 2);
	assert_int_equal(lab.failed_calls, 0);
	lab_close(&lab);
	lab_free(&lab);
}

static void orders_about_an_erased_ticket_go_and_do_not_come_back(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	note(&lab, 7, "{\"order\":\"before\"}", NOON);
	lab_erase(&lab, 7);
	note(&lab, 7, "{\"order\":\"after\"}", NOON);
	assert_non_null(strstr(lab_explain(&lab, 7), "\"events\":[]"));
	lab_close(&lab);
	assert_false(lab_holds(&lab, "", "before"));
	assert_false(lab_holds(&lab, "", "after"));
	lab_free(&lab);
}

static void orders_go_with_their_age(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	for (uint64_t ticket = 0; ticket <= 7; ticket += 7) {
		note(&lab, ticket, "{\"order\":\"old\"}", NOON - 10 * 24 * MSEC_HOUR);
		note(&lab, ticket, "{\"order\":\"young\"}", NOON - 8 * 24 * MSEC_HOUR);
	}
	store_prune(lab.store, 9, NOON);
	for (uint64_t ticket = 0; ticket <= 7; ticket += 7) {
		assert_null(strstr(lab_explain(&lab, ticket), "old"));
		assert_non_null(strstr(lab_explain(&lab, ticket), "young"));
	}
	lab_close(&lab);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_order_is_told_and_never_restored),
	        cmocka_unit_test(orders_about_the_service_are_told_of_number_0),
	        cmocka_unit_test(an_order_says_nothing_about_the_records_of_the_engine),
	        cmocka_unit_test(orders_about_an_erased_ticket_go_and_do_not_come_back),
	        cmocka_unit_test(orders_go_with_their_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
