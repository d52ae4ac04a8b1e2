/* A database of the released schema 1 is opened by this version: everything in it is told as
 * before, under the first account, and the file is what this version would have made. */
#include "daemon/store/store_listed.h"
#include "former_lab.h"
#include "daemon/system/disk.h"

static void open_former(struct lab *lab, int more)
{
	lab_new(lab);
	former_make(lab, more);
	lab_open(lab);
}

static void reads_everything_of_schema_1(void **state)
{
	struct ticket_key erasings[STORE_ERASINGS_MAX];
	struct err err = {{0}};
	struct lab lab;
	size_t count;

	open_former(&lab, 0);
	assert_int_equal(store_count(lab.store), 7);
	lab_assert_restores(&lab, FORMER_RESTORED);
	for (uint64_t id = 77; id <= 78; id++)
		assert_true(store_is_erased(lab.store, TICKET(id)));
	assert_false(store_is_erased(lab.store, TICKET(76)));
	assert_int_equal(store_erasings(lab.store, erasings, &count, &err), 0);
	assert_int_equal(count, 2);
	assert_true(ticket_key_eq(erasings[0], TICKET(78)));
	assert_true(ticket_key_eq(erasings[1], TICKET(1234567890123456789)));
	lab_read_counts(&lab, NOON);
	assert_int_equal(lab.kept_rows, 2);
	assert_int_equal(lab.kept.processed, 4);
	assert_int_equal(lab.kept.cost_nano, 62200);
	assert_int_equal(lab.kept.negative, 2);
	assert_string_equal(store_was_rebuilt(lab.store), "/somewhere/state.db.bak");
	assert_int_equal(store_useless_tombstones(lab.store), 3);
	lab_free(&lab);
}

static void knows_the_account_and_the_tags_of_schema_1(void **state)
{
	static const char option[] = "zendesk.base_url";
	struct err err = {{0}};
	struct lab lab;

	open_former(&lab, 0);
	assert_int_equal(store_check_account(lab.store, option, "https://b.example", false, &err),
	                 -1);
	assert_int_equal(store_check_account(lab.store, option, FORMER_ORIGIN, false, &err), 0);
	assert_int_equal(store_check_tags(lab.store, "robot", "ai_", false, &err), -1);
	assert_int_equal(store_check_tags(lab.store, "ai_processed", "ai_", false, &err), 0);
	lab_free(&lab);
}

static void tells_the_history_of_schema_1(void **state)
{
	struct lab lab;

	open_former(&lab, 0);
	lab_start(&lab);
	assert_string_equal(
	        lab_explain(&lab, 9),
	        "{\"ticket_id\":9,\"erased\":false,\"deaths\":0,\"omitted\":0,\"events\":["
	        "{\"at\":1795608000000,\"kind\":\"decision\",\"alive\":true,\"payload\":{\"a\":1}},"
	        "{\"at\":1795608000000,\"kind\":\"intent\",\"alive\":false,\"payload\":{\"a\":3}},"
	        "{\"at\":1795608001000,\"kind\":\"intent\",\"alive\":true,\"payload\":{\"a\":5}}]"
	        "}");
	assert_string_equal(
	        lab_explain(&lab, 6),
	        "{\"ticket_id\":6,\"erased\":false,\"deaths\":0,\"omitted\":0,\"events\":["
	        "{\"at\":1795608007000,\"kind\":\"decision\",\"alive\":false,\"payload\":null}]}");
	assert_string_equal(lab_explain(&lab, 77),
	                    "{\"ticket_id\":77,\"erased\":true,\"erased_at\":1795608000000,"
	                    "\"deaths\":0,\"omitted\":0,\"events\":[]}");
	lab_close(&lab);
	lab_free(&lab);
}

/* What comes afterwards goes on where schema 1 left off. */
static void works_on_with_what_schema_1_left(void **state)
{
	struct lab lab;

	open_former(&lab, 0);
	lab_start(&lab);
	lab_put(&lab, RECORD_CURSOR, 0, "{\"cursor\":\"d\",\"ids\":[3,9]}");
	lab_put_outcome(&lab, 9, FORMER_DONE, 17);
	lab_put_counted(&lab, RECORD_INTENT, 3, "{\"a\":6}", &(struct counts){.processed = 1},
	                NOON);
	lab_run(&lab);
	lab_erase(&lab, 3);
	assert_int_equal(lab.erasure.records, 2);
	store_erased(lab.store, TICKET(78));
	lab_reopen(&lab);
	lab_assert_restores(&lab,
	                    "outcome 4 2fffffffffffffff\n8 outcome 5 {\"state\":\"failed\"}\n"
	                    "18446744073709551615 decision 18446744073709551615 {\"high\":1}\n"
	                    "1 cursor 0 {\"cursor\":\"d\",\"ids\":[9]}\noutcome 9 11\n");
	lab_read_counts(&lab, NOON);
	assert_int_equal(lab.kept.processed, 5);
	assert_int_equal(lab.kept_rows, 2);
	lab_free(&lab);
}

static char *tables_of(const char *path)
{
	sqlite3 *db = former_reader(path);
	sqlite3_stmt *statement;
	char *text;

	assert_int_equal(
	        sqlite3_prepare_v2(
	                db,
	                "SELECT group_concat(sql, '; ') FROM"
	                " (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql)",
	                -1, &statement, NULL),
	        SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	text = xstrdup((const char *)sqlite3_column_text(statement, 0));
	(void)sqlite3_finalize(statement);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return text;
}

static void a_migrated_database_has_the_tables_of_a_fresh_one(void **state)
{
	struct lab former, fresh;
	char *migrated, *made;

	open_former(&former, 100);
	lab_new(&fresh);
	lab_open(&fresh);
	store_close(former.store, NULL, NULL);
	store_close(fresh.store, NULL, NULL);
	former.store = fresh.store = NULL;
	migrated = tables_of(former.path);
	made = tables_of(fresh.path);
	assert_string_equal(migrated, made);
	assert_int_equal(former_ask(former.path, "PRAGMA user_version"),
	                 former_ask(fresh.path, "PRAGMA user_version"));
	free(migrated);
	free(made);
	lab_free(&former);
	lab_free(&fresh);
}

static void every_row_is_of_the_first_account(void **state)
{
	static const char *const tables[] = {"record", "alive", "tombstone", "erasing",
	                                     "statistic"};
	struct lab lab;
	char *former;

	open_former(&lab, 1000);
	store_close(lab.store, NULL, NULL);
	lab.store = NULL;
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		char *question = xasprintf(
		        "SELECT count(*) > 0 AND min(account) = 1 AND max(account) = 1 FROM %s",
		        tables[i]);

		assert_int_equal(former_ask(lab.path, question), 1);
		free(question);
	}
	assert_int_equal(former_ask(lab.path, "SELECT count(*) FROM meta WHERE account = 1"), 3);
	former = lab_file(&lab, ".schema1");
	former_assert_same(lab.path, former);
	free(former);
	lab_free(&lab);
}

/* Numbers of tickets are unique within an account only. */
static void accounts_do_not_see_each_other(void **state)
{
	const struct ticket_key other = {2, 9}, cursor = {2, 0};
	struct record records[] = {
	        {.sequence = 1,
	         .kind = RECORD_DECISION,
	         .ticket = other,
	         .payload = xstrdup("{\"other\":1}")},
	        {.sequence = 2,
	         .kind = RECORD_CURSOR,
	         .ticket = cursor,
	         .payload = xstrdup("{\"ids\":[9,3]}")},
	        {.sequence = 3,
	         .kind = RECORD_OUTCOME,
	         .ticket = other,
	         .completes = true,
	         .payload = xstrdup(FORMER_DONE)},
	};
	struct lab lab;

	open_former(&lab, 0);
	lab_start(&lab);
	for (size_t i = 0; i < ARRAY_LEN(records); i++)
		store_put(lab.store, &records[i], NOON);
	lab_run(&lab);
	lab_erase(&lab, 9);
	assert_int_equal(lab.erasure.records, 3);
	assert_false(store_is_erased(lab.store, other));
	store_explain(lab.store, other, lab_explained, &lab);
	lab_run(&lab);
	assert_non_null(strstr(lab.json, "{\"other\":1}"));
	lab_reopen(&lab);
	lab_assert_restores(
	        &lab,
	        "2 decision 3 {\"a\":2}\noutcome 4 2fffffffffffffff\n"
	        "8 outcome 5 {\"state\":\"failed\"}\n"
	        "18446744073709551615 decision 18446744073709551615 {\"high\":1}\n"
	        "9 cursor 0 {\"cursor\":\"c\",\"ids\":[76,77,78]}\n2 cursor 0 {\"ids\":[9,3]}\n"
	        "3 outcome 9 " FORMER_DONE "\n");
	lab_free(&lab);
}

/* --- the list of decisions --- */

#define DECISION                                                                                   \
	"{\"root_cause\":\"refund\",\"urgency\":\"high\",\"sentiment\":\"negative\",\"model\":"    \
	"\"gpt-4o-mini\",\"confidence\":{\"root_cause\":0.93,\"urgency\":0.5512},\"by_rules\":"    \
	"false}"
#define WRITTEN                                                                                    \
	"{\"state\":\"done\",\"reason\":\"\",\"priority_before\":\"normal\",\"priority_after\":"   \
	"\"urgent\",\"model_ms\":1200,\"write_ms\":34}"

/* Ticket 50 was decided and done, taken back, and done once more without a decision; 51 failed, and
 * was done with the same decision; 52 was left alone; 53 is sealed; 54 was decided in shadow; of 55
 * nobody knows any more how it ended. */
static const char history_of_1[] =
        "INSERT INTO record VALUES (50, 1795608010000, 50, 0, 1, '" DECISION "'),"
        " (51, 1795608011000, 50, 2, 1, '" WRITTEN "'),"
        " (52, 1795608012000, 50, 8, 1, '{\"over\":true,\"result\":\"undone\"}'),"
        " (53, 1795608013000, 50, 2, 1, '{\"state\":\"done\"}'),"
        " (54, 1795608014000, 51, 0, 1, '" DECISION "'),"
        " (55, 1795608015000, 51, 2, 1, '{\"state\":\"failed\",\"reason\":\"no answer\"}'),"
        " (56, 1795608016000, 51, 2, 1, '" WRITTEN "'),"
        " (57, 1795608017000, 52, 2, 1, '{\"state\":\"skipped\",\"reason\":\"it is closed\"}'),"
        " (58, 1795608018000, 53, 0, 1, x'00550a'), (59, 1795608019000, 53, 2, 1, x'00550b'),"
        " (60, 1795608020000, 54, 9, 1, '{\"root_cause\":\"bug\",\"urgency\":\"low\","
        "\"sentiment\":\"neutral\",\"model\":\"rules\",\"by_rules\":true,\"priority_before\":"
        "\"low\","
        "\"priority_set\":null,\"model_ms\":1500,\"cost\":0.000062}'),"
        " (61, 1795608021000, 55, 2, 1, '{\"pruned\":true}'),"
        " (62, 1795608022000, 56, 2, 1, 'no JSON'),"
        " (63, 1795608023000, 57, 2, 1, '{\"state\":\"done\",\"model_ms\":\"x\",\"reason\":[1]}');"
        "INSERT INTO alive VALUES (53, 50, 2, 2305843009213693952), (56, 51, 2, "
        "2305843009213693952), (59, 53, 2, 4611686018427387904)";

struct told {
	struct buf lines;
	bool more;
};

static void tell_page(void *arg, const struct store_listed_page *page)
{
	struct told *told = arg;

	assert_null(page->error);
	for (size_t i = 0; i < page->count; i++) {
		const struct store_listed_row *row = &page->rows[i];
		const struct listed *listed = &row->listed;

		buf_printf(&told->lines, "%llu %s%s", (unsigned long long)row->ticket.id,
		           outcome_status_name(listed->status), row->undone ? " undone" : "");
		if (listed->decided)
			buf_printf(&told->lines, " %s %s %s by %s%s %d",
			           root_cause_name(listed->root_cause),
			           urgency_name(listed->urgency), sentiment_name(listed->sentiment),
			           listed->model, listed->by_rules ? " (rules)" : "",
			           (int)listed->confidence);
		buf_printf(&told->lines, " [%s>%s] %lld ms %lld %s\n",
		           priority_name(listed->priority_before),
		           priority_name(listed->priority_after), (long long)listed->processing_ms,
		           (long long)listed->cost_nano, listed->reason);
	}
	told->more = page->more;
}

static void the_history_of_schema_1_becomes_the_list(void **state)
{
	struct store_listed_filter filter = store_listed_all();
	struct told told = {.more = false};
	struct lab lab;
	sqlite3 *db;

	lab_new(&lab);
	former_make(&lab, 0);
	db = former_sqlite(lab.path);
	former_run(db, history_of_1);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	lab_begin(&lab);
	assert_false(lab_has(&lab, ".bak"));
	buf_init(&told.lines, 1 << 16);
	filter.from = NOON + 10000;
	assert_true(store_decisions(lab.store, &filter, tell_page, &told));
	lab_run(&lab);
	assert_false(told.more);
	assert_string_equal(
	        buf_cstr(&told.lines),
	        "57 success [>] 0 ms -1 [1]\n"
	        "54 shadow bug low neutral by rules (rules) -1 [low>low] 1500 ms 62000 \n"
	        "53 skipped [>] 0 ms -1 \n"
	        "52 skipped [>] 0 ms -1 it is closed\n"
	        "51 success refund high negative by gpt-4o-mini 5512 [normal>urgent] 1234 ms -1 \n"
	        "51 error refund high negative by gpt-4o-mini 5512 [>] 0 ms -1 no answer\n"
	        "50 success [>] 0 ms -1 \n"
	        "50 success undone refund high negative by gpt-4o-mini 5512 [normal>urgent] 1234 "
	        "ms -1 \n");
	buf_free(&told.lines);
	lab_close(&lab);
	lab_free(&lab);
}

/* Two accounts have a ticket of the same number; one of them was taken back. */
static const char rows_of_2[] =
        "INSERT INTO record (account, serial, wall, ticket, kind, sequence, payload) VALUES"
        " (1, 50, 1795608010000, 50, 0, 1, '" DECISION "'),"
        " (1, 51, 1795608011000, 50, 2, 1, '" WRITTEN "'),"
        " (2, 52, 1795608012000, 50, 8, 1, '{\"over\":true,\"result\":\"undone\"}'),"
        " (2, 53, 1795608013000, 50, 2, 1, '{\"state\":\"done\"}'),"
        " (1, 54, 1795608014000, 50, 10, 1, '{}');"
        "INSERT INTO statistic VALUES (1995120, 1, 3, 1, 2, 9000, 4, 0, 0, 5, 600, 70, 61200, 1,"
        " 1, 1, 0, 1, 1, 1, 1, 1, 1), (1995120, 2, 1, 0, 0, 3000, 1, 0, 0, 1, 100, 10, 1000, 1,"
        " 0, 0, 0, 1, 0, 0, 0, 0, 1);";

static void schema_2_becomes_the_present_one(void **state)
{
	struct store_listed_filter filter = store_listed_all();
	struct told told = {.more = false};
	struct lab lab, fresh;
	char *text = former_tables_of(2);
	sqlite3 *db;

	lab_new(&lab);
	db = former_sqlite(lab.path);
	former_run(db, text);
	former_run(db, rows_of_2);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	free(text);
	lab_open(&lab);
	assert_true(lab_has(&lab, ".schema2"));
	lab_read_counts(&lab, NOON);
	assert_int_equal(lab.kept_rows, 2);
	assert_int_equal(lab.kept.processed, 4);
	assert_int_equal(lab.kept.negative, 2);
	assert_int_equal(lab.kept.ms_more, 0);
	lab_start(&lab);
	buf_init(&told.lines, 1 << 16);
	assert_true(store_decisions(lab.store, &filter, tell_page, &told));
	lab_run(&lab);
	assert_string_equal(buf_cstr(&told.lines), "50 success [>] 0 ms -1 \n"
	                                           "50 success refund high negative by gpt-4o-mini "
	                                           "5512 [normal>urgent] 1234 ms -1 \n");
	buf_free(&told.lines);
	lab_close(&lab);
	lab_new(&fresh);
	lab_open(&fresh);
	store_close(fresh.store, NULL, NULL);
	fresh.store = NULL;
	text = tables_of(lab.path);
	char *made = tables_of(fresh.path);
	assert_string_equal(text, made);
	free(text);
	free(made);
	lab_free(&lab);
	lab_free(&fresh);
}

static void schema_3_becomes_the_present_one(void **state)
{
	char *text = former_tables_of(3), *made;
	struct lab lab, fresh;
	sqlite3 *db;

	lab_new(&lab);
	db = former_sqlite(lab.path);
	former_run(db, text);
	former_run(db, "INSERT INTO record VALUES (50, 1795608010000, 50, 0, 1, '" DECISION "', 1);"
	               "INSERT INTO alive VALUES (50, 1, 50, 0, NULL)");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	free(text);
	lab_open(&lab);
	assert_true(lab_has(&lab, ".schema3"));
	assert_int_equal(store_count(lab.store), 1);
	lab_new(&fresh);
	lab_open(&fresh);
	store_close(lab.store, NULL, NULL);
	store_close(fresh.store, NULL, NULL);
	lab.store = fresh.store = NULL;
	text = tables_of(lab.path);
	made = tables_of(fresh.path);
	assert_string_equal(text, made);
	assert_int_equal(former_ask(lab.path, "SELECT count(*) FROM answer"), 0);
	free(text);
	free(made);
	lab_free(&lab);
	lab_free(&fresh);
}

/* A damaged file of schema 2 is salvaged, and listed from what could be read. */
static void a_damaged_table_of_schema_2_costs_what_it_held(void **state)
{
	char *text = former_tables_of(2);
	struct lab lab;
	sqlite3 *db;

	lab_new(&lab);
	db = former_sqlite(lab.path);
	former_run(db, text);
	former_run(db, rows_of_2);
	former_run(db, "INSERT INTO alive VALUES (51, 1, 50, 2, 2305843009213693952);"
	               "ALTER TABLE statistic RENAME COLUMN bug TO insect");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	free(text);
	lab_open(&lab);
	assert_true(lab_has(&lab, ".bak"));
	store_close(lab.store, NULL, NULL);
	lab.store = NULL;
	assert_int_equal(former_ask(lab.path, "SELECT count(*) FROM listed WHERE ticket = 50"), 1);
	lab_free(&lab);
}

/* 102,000 records of usual length: a matter of seconds, and of little memory. */
static void a_long_history_is_listed_in_little_memory(void **state)
{
	struct store_listed_filter filter = store_listed_all();
	struct told told = {.more = false};
	char *text = xasprintf(
	        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 34000)"
	        " INSERT INTO record SELECT 1000 + 3 * i + k, 1795608000000 + i * 1000 + k,"
	        " 100000 + i, k, 1, CASE k WHEN 0 THEN '%s,\"answer\":\"' || hex(zeroblob(300)) ||"
	        " '\"}' WHEN 1 THEN '{\"a\":\"' || hex(zeroblob(150)) || '\"}' ELSE '%s' END"
	        " FROM n, (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2)",
	        "{\"root_cause\":\"bug\",\"urgency\":\"low\",\"sentiment\":\"neutral\",\"model\":"
	        "\"m\"",
	        WRITTEN);
	struct lab lab;
	sqlite3 *db;

	lab_new(&lab);
	former_make(&lab, 0);
	db = former_sqlite(lab.path);
	former_run(db, text);
	free(text);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	(void)sqlite3_memory_highwater(1);
	double begun = (double)uv_hrtime();
	lab_begin(&lab);
	print_message("102,000 records were migrated in %.1f s, with %.1f MB of memory\n",
	              ((double)uv_hrtime() - begun) / 1e9,
	              (double)sqlite3_memory_highwater(0) / 1e6);
	assert_true(sqlite3_memory_highwater(0) < 16000000);
	buf_init(&told.lines, 1 << 20);
	filter.limit = 1;
	assert_true(store_decisions(lab.store, &filter, tell_page, &told));
	lab_run(&lab);
	assert_string_equal(buf_cstr(&told.lines),
	                    "134000 success bug low neutral by m -1 [normal>urgent] 1234 ms -1 \n");
	assert_true(told.more);
	buf_free(&told.lines);
	lab_close(&lab);
	assert_int_equal(former_ask(lab.path, "SELECT count(*) FROM listed WHERE ticket > 100000"),
	                 34000);
	lab_free(&lab);
}

/* --- damage --- */

static void overwrite_page(const struct lab *lab, int64_t page)
{
	char garbage[4096];
	int fd = open(lab->path, O_WRONLY);

	memset(garbage, 0xa5, sizeof(garbage));
	assert_int_equal(
	        disk_write(fd, garbage, sizeof(garbage), (page - 1) * (off_t)sizeof(garbage)),
	        sizeof(garbage));
	(void)close(fd);
}

static void count_decisions(void *arg, const struct record *record)
{
	unsigned *count = arg;

	*count += record->kind == RECORD_DECISION && record->ticket.account == ACCOUNT_FIRST;
}

static unsigned decisions(struct lab *lab)
{
	struct err err = {{0}};
	unsigned count = 0;

	if (store_restore(lab->store, count_decisions, &count, &err) < 0)
		fail_msg("%s", err.text);
	return count;
}

static void a_damaged_table_of_schema_1_costs_what_it_held(void **state)
{
	static const char *const tables[] = {"record", "alive", "tombstone", "erasing",
	                                     "statistic"};

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		char *question = xasprintf("SELECT rootpage FROM sqlite_schema WHERE name = '%s'",
		                           tables[i]);
		struct ticket_key erasings[STORE_ERASINGS_MAX];
		struct err err = {{0}};
		size_t count;
		struct lab lab;

		lab_new(&lab);
		former_make(&lab, 0);
		overwrite_page(&lab, former_ask(lab.path, question));
		lab_open(&lab);
		assert_non_null(strstr(store_was_rebuilt(lab.store), "state.db.bak"));
		assert_true(lab_has(&lab, ".bak"));
		assert_false(lab_has(&lab, ".schema1.new"));
		assert_int_equal(decisions(&lab), i < 2 ? 0 : 3);
		assert_int_equal(store_is_erased(lab.store, TICKET(77)), i != 2);
		assert_int_equal(store_erasings(lab.store, erasings, &count, &err), 0);
		assert_int_equal(count, i == 3 ? 0 : 2);
		lab_read_counts(&lab, NOON);
		assert_int_equal(lab.kept.processed, i == 4 ? 0 : 4);
		assert_int_equal(store_check_tags(lab.store, "robot", "ai_", false, &err), -1);
		lab_free(&lab);
		free(question);
	}
}

static void pages_of_schema_1_that_are_overwritten_cost_their_records_only(void **state)
{
	struct lab lab;
	unsigned told;

	lab_new(&lab);
	former_make(&lab, 5000);
	for (int64_t page = 200; page < 210; page++)
		overwrite_page(&lab, page);
	lab_open(&lab);
	assert_non_null(store_was_rebuilt(lab.store));
	told = decisions(&lab);
	print_message("%u of 5003 were salvaged\n", told);
	assert_true(told > 4000 && told < 5003);
	store_close(lab.store, NULL, NULL);
	assert_int_equal(former_ask(lab.path, "PRAGMA user_version"), 4);
	lab_open(&lab);
	assert_int_equal(decisions(&lab), told);
	lab_free(&lab);
}

static void a_missing_table_of_schema_1_is_damage(void **state)
{
	struct lab lab;
	sqlite3 *db;

	lab_new(&lab);
	former_make(&lab, 0);
	db = former_sqlite(lab.path);
	former_run(db, "DROP TABLE alive");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	lab_open(&lab);
	assert_true(lab_has(&lab, ".bak"));
	assert_true(store_is_erased(lab.store, TICKET(77)));
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(reads_everything_of_schema_1),
	        cmocka_unit_test(knows_the_account_and_the_tags_of_schema_1),
	        cmocka_unit_test(tells_the_history_of_schema_1),
	        cmocka_unit_test(works_on_with_what_schema_1_left),
	        cmocka_unit_test(a_migrated_database_has_the_tables_of_a_fresh_one),
	        cmocka_unit_test(every_row_is_of_the_first_account),
	        cmocka_unit_test(accounts_do_not_see_each_other),
	        cmocka_unit_test(the_history_of_schema_1_becomes_the_list),
	        cmocka_unit_test(schema_2_becomes_the_present_one),
	        cmocka_unit_test(schema_3_becomes_the_present_one),
	        cmocka_unit_test(a_damaged_table_of_schema_2_costs_what_it_held),
	        cmocka_unit_test(a_long_history_is_listed_in_little_memory),
	        cmocka_unit_test(a_damaged_table_of_schema_1_costs_what_it_held),
	        cmocka_unit_test(pages_of_schema_1_that_are_overwritten_cost_their_records_only),
	        cmocka_unit_test(a_missing_table_of_schema_1_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
