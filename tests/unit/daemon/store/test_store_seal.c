/* Sealed payloads: nothing readable on the disk, everything readable through the store, and never
 * guessed with a wrong key. The seal here is a toy that shows what the store does with it. */
#include <sqlite3.h>

#include "daemon/store/store_listed.h"
#include "store_lab.h"

#define DONE "{\"state\":\"done\",\"untagged\":false}"

static void toy_seal(void *arg, struct str place, struct str value, struct buf *out)
{
	const char *key = arg;

	buf_putc(out, '\0'); /* sealed payloads are bytes, not text */
	buf_putc(out, *key);
	buf_putc(out, (char)place.len);
	buf_add_str(out, place);
	for (size_t i = 0; i < value.len; i++)
		buf_putc(out, (char)(value.data[i] ^ *key));
}

static int toy_unseal(void *arg, struct str place, struct str sealed, struct buf *out,
                      struct err *err)
{
	const char *key = arg;
	struct str rest = str_skip(sealed, 3);

	if (sealed.len < 3 || sealed.data[1] != *key)
		return err_set(err, "another key");
	if ((size_t)sealed.data[2] != place.len || !str_starts(rest, place))
		return err_set(err, "another place");
	rest = str_skip(rest, place.len);
	for (size_t i = 0; i < rest.len; i++)
		buf_putc(out, (char)(rest.data[i] ^ *key));
	return 0;
}

static char key_a[] = "\x55", key_b[] = "\x2a";

static void seal_with(struct lab *lab, char *key)
{
	struct store_seal seal = {toy_seal, toy_unseal, key};

	store_set_seal(lab->store, &seal);
}

static void begin_sealed(struct lab *lab)
{
	lab_new(lab);
	lab_open(lab);
	seal_with(lab, key_a);
	lab_start(lab);
}

static void sql(struct lab *lab, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(lab->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void assert_restore_refuses(struct lab *lab, const char *reason)
{
	struct err err = {{0}};
	struct buf lines;

	buf_init(&lines, 1 << 20);
	assert_int_equal(store_restore(lab->store, lab_restored, &lines, &err), -1);
	assert_non_null(strstr(err.text, "log.key"));
	assert_non_null(strstr(err.text, reason));
	buf_free(&lines);
}

static void nothing_sealed_is_readable_on_the_disk(void **state)
{
	struct lab lab;

	begin_sealed(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{\"summary\":\"printer on fire\"}");
	lab_put(&lab, RECORD_INTENT, 7, "{\"tags\":[\"printer\"]}");
	lab_run(&lab);
	assert_false(lab_holds(&lab, "", "printer"));
	assert_false(lab_holds(&lab, "-wal", "printer"));
	assert_non_null(strstr(lab_explain(&lab, 7), "{\"summary\":\"printer on fire\"}"));
	lab_reopen(&lab);
	assert_false(lab_holds(&lab, "", "printer"));
	seal_with(&lab, key_a);
	lab_assert_restores(&lab, "1 decision 7 {\"summary\":\"printer on fire\"}\n2 intent 7 "
	                          "{\"tags\":[\"printer\"]}\n");
	lab_free(&lab);
}

static void a_sealed_final_outcome_retires_decision_and_intent(void **state)
{
	struct lab lab;

	begin_sealed(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{}");
	lab_put(&lab, RECORD_OUTCOME, 7, DONE);
	lab_reopen(&lab);
	seal_with(&lab, key_a);
	lab_assert_restores(&lab, "2 outcome 7 " DONE "\n");
	lab_free(&lab);
}

static void the_cursor_holds_ids_and_is_not_sealed(void **state)
{
	struct lab lab;

	begin_sealed(&lab);
	lab_put(&lab, RECORD_CURSOR, 0, "{\"cursor\":\"x\",\"ids\":[5,6]}");
	lab_erase(&lab, 5);
	lab_reopen(&lab);
	lab_assert_restores(&lab, "1 cursor 0 {\"cursor\":\"x\",\"ids\":[6]}\n");
	lab_free(&lab);
}

static void what_was_put_before_sealing_was_chosen_stays_readable(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	lab_put(&lab, RECORD_DECISION, 6, "{\"open\":1}");
	lab_reopen(&lab);
	seal_with(&lab, key_a);
	lab_start(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{\"sealed\":1}");
	lab_reopen(&lab);
	seal_with(&lab, key_a);
	lab_assert_restores(&lab, "1 decision 6 {\"open\":1}\n1 decision 7 {\"sealed\":1}\n");
	lab_free(&lab);
}

static void another_key_or_none_is_refused(void **state)
{
	struct lab lab;

	begin_sealed(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{}");
	lab_reopen(&lab);
	assert_restore_refuses(&lab, "log.key is not set");
	seal_with(&lab, key_b);
	assert_restore_refuses(&lab, "another key");
	seal_with(&lab, key_a);
	lab_assert_restores(&lab, "1 decision 7 {}\n");
	lab_free(&lab);
}

/* Nothing sealed need be read for them; a wrong key would show when somebody asks for the
 * history. */
static void another_key_is_refused_when_all_tickets_are_done(void **state)
{
	struct lab lab;

	begin_sealed(&lab);
	lab_put_outcome(&lab, 7, DONE, 5);
	lab_put_outcome(&lab, 8, DONE, 6);
	lab_reopen(&lab);
	assert_restore_refuses(&lab, "log.key is not set");
	seal_with(&lab, key_b);
	assert_restore_refuses(&lab, "another key");
	seal_with(&lab, key_a);
	lab_assert_restores(&lab, "outcome 7 5\noutcome 8 6\n");
	lab_free(&lab);
}

static void one_payload_that_does_not_open_is_told_as_empty(void **state)
{
	struct lab lab;

	begin_sealed(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{}");
	lab_put(&lab, RECORD_DECISION, 8, "{}");
	lab_put(&lab, RECORD_DECISION, 9, "{}");
	lab_close(&lab);
	sql(&lab, "UPDATE record SET payload = (SELECT payload FROM record WHERE ticket = 9) WHERE "
	          "ticket = 8");
	lab_open(&lab);
	seal_with(&lab, key_a);
	lab_assert_restores(&lab, "1 decision 7 {}\n2 decision 8 \n3 decision 9 {}\n");
	lab_start(&lab);
	assert_non_null(strstr(lab_explain(&lab, 8), "\"payload\":null"));
	lab_close(&lab);
	lab_free(&lab);
}

static void a_payload_of_another_account_does_not_open_either(void **state)
{
	struct record record = {.sequence = 2,
	                        .kind = RECORD_DECISION,
	                        .ticket = {2, 7},
	                        .payload = xstrdup("{\"other\":1}")};
	struct lab lab;

	begin_sealed(&lab);
	lab_put(&lab, RECORD_DECISION, 7, "{\"first\":1}");
	store_put(lab.store, &record, NOON);
	lab_reopen(&lab);
	seal_with(&lab, key_a);
	lab_assert_restores(&lab, "1 decision 7 {\"first\":1}\n2 decision 7 {\"other\":1}\n");
	store_close(lab.store, NULL, NULL);
	sql(&lab, "UPDATE record SET payload = (SELECT payload FROM record WHERE account = 1) "
	          "WHERE account = 2");
	lab_open(&lab);
	seal_with(&lab, key_a);
	lab_assert_restores(&lab, "1 decision 7 {\"first\":1}\n2 decision 7 \n");
	lab_free(&lab);
}

/* --- reasons in the list of decisions --- */

static void put_failed(struct lab *lab, uint64_t ticket, const char *reason)
{
	struct record record = {.sequence = ++lab->sequence,
	                        .kind = RECORD_OUTCOME,
	                        .ticket = TICKET(ticket),
	                        .payload = xstrdup("{\"state\":\"failed\"}"),
	                        .listed = xmalloc(sizeof(struct listed))};

	listed_init(record.listed, OUTCOME_ERROR, 0);
	listed_set_reason(record.listed, str_of(reason));
	store_put(lab->store, &record, NOON + (msec)ticket);
}

static void note_reasons(void *arg, const struct store_listed_page *page)
{
	assert_null(page->error);
	for (size_t i = 0; i < page->count; i++)
		buf_printf(arg, "%llu [%s]\n", (unsigned long long)page->rows[i].ticket.id,
		           page->rows[i].listed.reason);
}

static void assert_reasons(struct lab *lab, const char *expected)
{
	struct store_listed_filter all = store_listed_all();
	struct buf lines;

	buf_init(&lines, 1 << 16);
	assert_true(store_decisions(lab->store, &all, note_reasons, &lines));
	lab_run(lab);
	assert_string_equal(buf_cstr(&lines), expected);
	buf_free(&lines);
}

static void reasons_are_sealed_and_told(void **state)
{
	struct lab lab;

	begin_sealed(&lab);
	put_failed(&lab, 7, "printer on fire");
	put_failed(&lab, 8, "");
	assert_reasons(&lab, "8 []\n7 [printer on fire]\n");
	lab_close(&lab);
	assert_false(lab_holds(&lab, "", "printer"));
	sql(&lab, "UPDATE listed SET reason = (SELECT reason FROM listed WHERE ticket = 7)");
	lab_open(&lab);
	seal_with(&lab, key_a);
	lab_start(&lab);
	assert_reasons(&lab, "8 []\n7 [printer on fire]\n"); /* not of another ticket */
	lab_close(&lab);
	lab_open(&lab);
	lab_start(&lab);
	assert_reasons(&lab, "8 []\n7 []\n"); /* without the key the rest is told */
	lab_close(&lab);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(nothing_sealed_is_readable_on_the_disk),
	        cmocka_unit_test(a_sealed_final_outcome_retires_decision_and_intent),
	        cmocka_unit_test(the_cursor_holds_ids_and_is_not_sealed),
	        cmocka_unit_test(what_was_put_before_sealing_was_chosen_stays_readable),
	        cmocka_unit_test(another_key_or_none_is_refused),
	        cmocka_unit_test(another_key_is_refused_when_all_tickets_are_done),
	        cmocka_unit_test(one_payload_that_does_not_open_is_told_as_empty),
	        cmocka_unit_test(a_payload_of_another_account_does_not_open_either),
	        cmocka_unit_test(reasons_are_sealed_and_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
