/* A database of schema 1 with a bit of everything, and what a store must tell of it. */
#ifndef TEST_FORMER_LAB_H
#define TEST_FORMER_LAB_H

#include <sqlite3.h>

#include "store_lab.h"

#define FORMER_DONE "{\"state\":\"done\",\"untagged\":false}"
#define FORMER_ORIGIN "https://a.example"
#define FORMER_FILLED 20000 /* tickets from here on are only there to be many */

static inline sqlite3 *former_sqlite(const char *path)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	return db;
}

/* Of a file that nobody has open: its log, if there is one, is not looked at, and nothing is made
 * beside it. */
static inline sqlite3 *former_reader(const char *path)
{
	char *name = xasprintf("file:%s?immutable=1", path);
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(name, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL),
	                 SQLITE_OK);
	free(name);
	return db;
}

static inline void former_run(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
}

static inline int64_t former_ask(const char *path, const char *question)
{
	sqlite3 *db = former_reader(path);
	sqlite3_stmt *statement;
	int64_t answer;

	if (sqlite3_prepare_v2(db, question, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", question, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	answer = sqlite3_column_int64(statement, 0);
	assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return answer;
}

/* The text of the tables, kept beside this file. */
static inline char *former_tables_of(int schema)
{
	char *name = xasprintf("%s/schema%d.sql", TEST_FOLDER, schema);
	FILE *file = fopen(name, "rb");
	char piece[4096];
	struct buf text;
	size_t got;

	free(name);
	assert_non_null(file);
	buf_init(&text, 1 << 20);
	while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(&text, piece, got);
	(void)fclose(file);
	return buf_take(&text, NULL);
}

static inline void former_put_meta(sqlite3 *db, const char *name, const void *value, size_t len)
{
	sqlite3_stmt *add;

	assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO meta VALUES (?1, ?2)", -1, &add, NULL),
	                 SQLITE_OK);
	(void)sqlite3_bind_text(add, 1, name, -1, SQLITE_STATIC);
	(void)sqlite3_bind_blob(add, 2, value, (int)len, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(add), SQLITE_DONE);
	(void)sqlite3_finalize(add);
}

/* Tombstones of `first` … `last`, with their key. */
static inline void former_bury(sqlite3 *db, uint64_t first, uint64_t last)
{
	struct tombstones tombstones;
	uint8_t mac[TOMBSTONE_SIZE];
	sqlite3_stmt *add;

	tombstones_init(&tombstones);
	for (size_t i = 0; i < sizeof(tombstones.key); i++)
		tombstones.key[i] = (uint8_t)(i * 7 + 1);
	former_put_meta(db, "tombstone_key", tombstones.key, sizeof(tombstones.key));
	assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO tombstone VALUES (?1, 1795608000000)",
	                                    -1, &add, NULL),
	                 SQLITE_OK);
	for (uint64_t id = first; id <= last; id++) {
		tombstones_mac(&tombstones, TICKET(id), mac);
		(void)sqlite3_bind_blob(add, 1, mac, sizeof(mac), SQLITE_STATIC);
		assert_int_equal(sqlite3_step(add), SQLITE_DONE);
		(void)sqlite3_reset(add);
	}
	(void)sqlite3_finalize(add);
	tombstones_free(&tombstones);
}

static const char former_rows[] =
        "INSERT INTO record VALUES (1, 1795608000000, 9, 0, 1, '{\"a\":1}'), (2, 1795608000000, 3, "
        "0, 2, '{\"a\":2}'),"
        " (3, 1795608000000, 9, 1, 3, '{\"a\":3}'), (5, 1795608001000, 9, 1, 5, '{\"a\":5}'),"
        " (6, 1795608002000, 4, 0, 6, '{\"b\":1}'), (7, 1795608003000, 4, 2, 7, '" FORMER_DONE "'),"
        " (8, 1795608004000, 5, 2, 8, '{\"state\":\"failed\"}'), (9, 1795608005000, -1, 0, -1, "
        "'{\"high\":1}'),"
        " (10, 1795608006000, 0, 3, 9, '{\"cursor\":\"c\",\"ids\":[76,77,78]}'),"
        " (11, 1795608007000, 6, 0, 1, x'00550a6465636973696f6e20362f29');"
        "INSERT INTO alive VALUES (1, 9, 0, NULL), (2, 3, 0, NULL), (5, 9, 1, NULL), (7, 4, 2, "
        "3458764513820540927),"
        " (8, 5, 2, NULL), (9, -1, 0, NULL), (10, 0, 3, NULL);"
        "INSERT INTO erasing VALUES (78), (1234567890123456789);"
        "INSERT INTO statistic VALUES (1995120, 3, 1, 2, 9000, 4, 0, 0, 5, 600, 70, 61200, 1, 1, "
        "1, 0, 1, 1, 1, 1, 1, "
        "1),"
        " (1995119, 1, 0, 0, 3000, 1, 0, 0, 1, 100, 10, 1000, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1);"
        "INSERT INTO meta VALUES ('account', '" FORMER_ORIGIN
        "'), ('processed_tag', 'ai_processed'),"
        " ('tag_prefix', 'ai_'), ('damaged_copy', '/somewhere/state.db.bak'), "
        "('useless_tombstones', '3'),"
        " ('tried', '');";
#define FORMER_RESTORED                                                                            \
	"1 decision 9 {\"a\":1}\n2 decision 3 {\"a\":2}\n5 intent 9 {\"a\":5}\noutcome 4 "         \
	"2fffffffffffffff\n"                                                                       \
	"8 outcome 5 {\"state\":\"failed\"}\n18446744073709551615 decision 18446744073709551615 "  \
	"{\"high\":1}\n"                                                                           \
	"9 cursor 0 {\"cursor\":\"c\",\"ids\":[76,77,78]}\n"

/* `more` tickets are decided beside the few that each test knows. */
static inline void former_make(const struct lab *lab, int more)
{
	sqlite3 *db = former_sqlite(lab->path);
	char *text = former_tables_of(1), *many;

	former_run(db, "PRAGMA journal_mode = WAL; BEGIN");
	former_run(db, text);
	former_bury(db, 77, 78);
	former_run(db, former_rows);
	many = xasprintf(
	        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
	        " INSERT INTO record SELECT 100 + i, 1795608000000, %d + i, 0, i,"
	        " '{\"many\":\"' || hex(zeroblob(100)) || '\"}' FROM n;"
	        "INSERT INTO alive SELECT serial, ticket, kind, NULL FROM record WHERE serial > "
	        "100",
	        more, FORMER_FILLED);
	if (more > 0)
		former_run(db, many);
	former_run(db, "COMMIT");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(chmod(lab->path, 0600), 0);
	free(many);
	free(text);
}

/* Each row of the one is in the other, and the other way round. */
static inline void former_assert_same(const char *path, const char *former)
{
	static const char *const tables[][2] = {
	        {"record", "serial, wall, ticket, kind, sequence, payload"},
	        {"alive", "serial, ticket, kind, brief"},
	        {"tombstone", "mac, wall"},
	        {"meta", "name, value"},
	        {"erasing", "ticket"},
	        {"statistic",
	         "quarter, processed, failed, skipped, latency_ms, analysed, by_rules, fallback,"
	         " model_calls, tokens_prompt, tokens_answer, cost_nano, bug, feature, refund, "
	         "other,"
	         " high, medium, low, positive, neutral, negative"},
	};
	char *question, *attach = xasprintf("ATTACH 'file:%s?immutable=1' AS former", former);
	sqlite3 *db = former_reader(path);

	former_run(db, attach);
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		const char *table = tables[i][0], *columns = tables[i][1];
		sqlite3_stmt *statement;

		question = xasprintf(
		        "SELECT (SELECT count(*) FROM main.%s) = (SELECT count(*) FROM former.%s)"
		        " AND NOT EXISTS (SELECT %s FROM main.%s EXCEPT SELECT %s FROM former.%s)",
		        table, table, columns, table, columns, table);
		assert_int_equal(sqlite3_prepare_v2(db, question, -1, &statement, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
		if (sqlite3_column_int(statement, 0) != 1)
			fail_msg("%s differs in %s and %s", table, path, former);
		(void)sqlite3_finalize(statement);
		free(question);
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	free(attach);
}

/* A copy of schema 1 is whole and for its owner only. */
static inline void former_assert_whole(const char *copy)
{
	struct stat of;

	assert_int_equal(stat(copy, &of), 0);
	assert_int_equal(of.st_mode & 0777, 0600);
	assert_int_equal(former_ask(copy, "PRAGMA user_version"), 1);
	assert_int_equal(
	        former_ask(
	                copy,
	                "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
	        1);
}

static inline void former_copy_file(const char *from, const char *to)
{
	char *command = xasprintf("cp -p '%s' '%s'", from, to);

	assert_int_equal(system(command), 0);
	free(command);
}

#endif
