/* One migration for each former schema, to the next one. Their texts must never be changed, and
 * name all columns: COUNTS_EACH and schema.c describe the present schema, not that former one. */
#include "daemon/store/sqlite/migrate.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "daemon/store/sqlite/former.h"
#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/migrate_list.h"
#include "daemon/store/sqlite/schema.h"
#include "daemon/store/sqlite/sql.h"

#define COUNTS_OF_1                                                                                \
	"processed, failed, skipped, latency_ms, analysed, by_rules, fallback, model_calls, "      \
	"tokens_prompt,"                                                                           \
	" tokens_answer, cost_nano, bug, feature, refund, other, high, medium, low, positive, "    \
	"neutral, negative"

/* Schema 2 gives every row an account; before, there was one account. The table of records,
 * which is large, is not rewritten: it gets a column with a default. */
static const char migration_to_2[] =
        "ALTER TABLE record ADD COLUMN account INTEGER NOT NULL DEFAULT 1;"
        "DROP INDEX record_of_ticket;"
        "CREATE INDEX record_of_ticket ON record (account, ticket);"

        "ALTER TABLE alive RENAME TO alive_1;"
        "CREATE TABLE alive (serial INTEGER PRIMARY KEY, account INTEGER NOT NULL, ticket INTEGER "
        "NOT NULL,"
        " kind INTEGER NOT NULL, brief INTEGER, UNIQUE (account, ticket, kind));"
        "INSERT INTO alive (serial, account, ticket, kind, brief)"
        " SELECT serial, 1, ticket, kind, brief FROM alive_1 ORDER BY serial;"
        "DROP TABLE alive_1;"

        "ALTER TABLE tombstone RENAME TO tombstone_1;"
        "CREATE TABLE tombstone (mac BLOB PRIMARY KEY, account INTEGER NOT NULL, wall INTEGER NOT "
        "NULL)"
        " WITHOUT ROWID;"
        "INSERT INTO tombstone (mac, account, wall) SELECT mac, 1, wall FROM tombstone_1 ORDER BY "
        "mac;"
        "DROP TABLE tombstone_1;"

        "ALTER TABLE meta RENAME TO meta_1;"
        "CREATE TABLE meta (name TEXT NOT NULL, account INTEGER NOT NULL, value BLOB NOT NULL,"
        " PRIMARY KEY (name, account)) WITHOUT ROWID;"
        "INSERT INTO meta (name, account, value)"
        " SELECT name, name IN ('account', 'processed_tag', 'tag_prefix'), value FROM meta_1;"
        "DROP TABLE meta_1;"

        "ALTER TABLE erasing RENAME TO erasing_1;"
        "CREATE TABLE erasing (ticket INTEGER NOT NULL, account INTEGER NOT NULL,"
        " PRIMARY KEY (ticket, account)) WITHOUT ROWID;"
        "INSERT INTO erasing (ticket, account) SELECT ticket, 1 FROM erasing_1;"
        "DROP TABLE erasing_1;"

        "ALTER TABLE statistic RENAME TO statistic_1;"
        "CREATE TABLE statistic (quarter INTEGER NOT NULL, account INTEGER NOT NULL,"
        " processed INTEGER NOT NULL, failed INTEGER NOT NULL, skipped INTEGER NOT NULL,"
        " latency_ms INTEGER NOT NULL, analysed INTEGER NOT NULL, by_rules INTEGER NOT NULL,"
        " fallback INTEGER NOT NULL, model_calls INTEGER NOT NULL, tokens_prompt INTEGER NOT NULL,"
        " tokens_answer INTEGER NOT NULL, cost_nano INTEGER NOT NULL, bug INTEGER NOT NULL,"
        " feature INTEGER NOT NULL, refund INTEGER NOT NULL, other INTEGER NOT NULL, high INTEGER "
        "NOT NULL,"
        " medium INTEGER NOT NULL, low INTEGER NOT NULL, positive INTEGER NOT NULL,"
        " neutral INTEGER NOT NULL, negative INTEGER NOT NULL, PRIMARY KEY (quarter, account)) "
        "WITHOUT ROWID;"
        "INSERT INTO statistic (quarter, account, " COUNTS_OF_1 ") SELECT quarter, 1, " COUNTS_OF_1
        " FROM statistic_1 ORDER BY quarter;"
        "DROP TABLE statistic_1;";

/* Schema 3 lists how tickets ended, and counts how long they took. The list is filled from the
 * history that is still there (migrate_list.h), in the order in which it was recorded; the indexes
 * come afterwards, which is faster. */
static const char tables_of_3[] =
        "CREATE TABLE model (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
        "CREATE TABLE listed (serial INTEGER PRIMARY KEY, wall INTEGER NOT NULL, account INTEGER "
        "NOT NULL,"
        " ticket INTEGER NOT NULL, class INTEGER NOT NULL, undone INTEGER NOT NULL, confidence "
        "INTEGER,"
        " model INTEGER, priority_was INTEGER NOT NULL, priority_is INTEGER NOT NULL,"
        " took INTEGER NOT NULL, cost INTEGER, reason TEXT NOT NULL);";
static const char migration_to_3[] =
        "CREATE INDEX listed_by_class ON listed (class, wall);"
        "CREATE INDEX listed_of_ticket ON listed (account, ticket, wall);"
        "CREATE INDEX choice_by_age ON record (wall) WHERE kind = 10;"

        "ALTER TABLE statistic RENAME TO statistic_2;"
        "CREATE TABLE statistic (quarter INTEGER NOT NULL, account INTEGER NOT NULL, processed "
        "INTEGER NOT NULL, failed INTEGER NOT NULL, skipped INTEGER NOT NULL, latency_ms INTEGER "
        "NOT NULL, analysed INTEGER NOT NULL, by_rules INTEGER NOT NULL, fallback INTEGER NOT "
        "NULL, model_calls INTEGER NOT NULL, tokens_prompt INTEGER NOT NULL, tokens_answer INTEGER "
        "NOT NULL, cost_nano INTEGER NOT NULL, bug INTEGER NOT NULL, feature INTEGER NOT NULL, "
        "refund INTEGER NOT NULL, other INTEGER NOT NULL, high INTEGER NOT NULL, medium INTEGER "
        "NOT NULL, low INTEGER NOT NULL, positive INTEGER NOT NULL, neutral INTEGER NOT NULL, "
        "negative INTEGER NOT NULL, ms_100 INTEGER NOT NULL, ms_200 INTEGER NOT NULL, ms_300 "
        "INTEGER NOT NULL, ms_500 INTEGER NOT NULL, ms_750 INTEGER NOT NULL, ms_1000 INTEGER NOT "
        "NULL, ms_1500 INTEGER NOT NULL, ms_2000 INTEGER NOT NULL, ms_3000 INTEGER NOT NULL, "
        "ms_5000 INTEGER NOT NULL, ms_7500 INTEGER NOT NULL, ms_10000 INTEGER NOT NULL, ms_15000 "
        "INTEGER NOT NULL, ms_20000 INTEGER NOT NULL, ms_30000 INTEGER NOT NULL, ms_45000 INTEGER "
        "NOT NULL, ms_60000 INTEGER NOT NULL, ms_90000 INTEGER NOT NULL, ms_120000 INTEGER NOT "
        "NULL, ms_more INTEGER NOT NULL, PRIMARY KEY (quarter, account)) WITHOUT ROWID;"
        "INSERT INTO statistic SELECT quarter, account, " COUNTS_OF_1
        ", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM statistic_2 ORDER BY "
        "quarter;"
        "DROP TABLE statistic_2;";

/* Schema 4 knows which decisions rest on an answer that other tickets may use. */
static const char migration_to_4[] =
        "CREATE TABLE answer (serial INTEGER PRIMARY KEY, wall INTEGER NOT NULL, account INTEGER "
        "NOT NULL, ticket INTEGER NOT NULL, key BLOB NOT NULL, answered INTEGER NOT NULL);";

#define PARTS_MAX 3
/* index: the schema that the migration starts from; its parts are run one after the other */
static const char *const migrations[][PARTS_MAX] = {
        {NULL}, {migration_to_2}, {tables_of_3, migrate_list, migration_to_3}, {migration_to_4}};
_Static_assert(ARRAY_LEN(migrations) == SCHEMA_VERSION, "each former schema has a migration");

/* A missing table or column is damage, since the file says that it is ours. */
static enum store_result judge_step(const struct store_db *db, int code, int from, struct err *err)
{
	enum store_result result = judge_code(db, code, err);

	if (code == SQLITE_ERROR) {
		err_set(err, "%s: damaged: %s", db->path, judge_words(db, code));
		return STORE_DAMAGED;
	}
	if (result == STORE_FAILED)
		err_set(err,
		        "store.path: %s: cannot be migrated from format %d to %d, and was not "
		        "changed: %s",
		        db->path, from, SCHEMA_VERSION, judge_words(db, code));
	return result;
}

/* All steps are one transaction: a full disk in the middle leaves the former schema whole. */
static enum store_result migrate_all(struct store_db *db, int from, struct err *err)
{
	char *end = xasprintf("PRAGMA user_version = %d; COMMIT", SCHEMA_VERSION);
	int code = sqlite3_exec(db->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	for (int step = from; step < SCHEMA_VERSION; step++)
		for (int part = 0; part < PARTS_MAX && judge_is_good(code); part++)
			code = sqlite3_exec(db->handle, migrations[step][part], NULL, NULL, NULL);
	if (judge_is_good(code))
		code = sqlite3_exec(db->handle, end, NULL, NULL, NULL);
	enum store_result result = judge_step(db, code, from, err);
	if (!sqlite3_get_autocommit(db->handle))
		(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	free(end);
	return result;
}

/* The sorter of a new index of millions of records may not take all the memory that the service
 * is allowed, so it uses files. */
static void keep_sorter_in(struct store_db *db, bool files)
{
	(void)sqlite3_exec(db->handle,
	                   files ? "PRAGMA temp_store = FILE" : "PRAGMA temp_store = MEMORY", NULL,
	                   NULL, NULL);
}

enum store_result migrate_run(struct store_db *db, int schema, struct err *err)
{
	if (schema == SCHEMA_VERSION)
		return STORE_OK;
	enum store_result result = sql_empty_log(db, err);
	if (result == STORE_OK)
		result = former_copy(db, schema, err);
	keep_sorter_in(db, true);
	if (result == STORE_OK)
		result = migrate_all(db, schema, err);
	keep_sorter_in(db, false);
	/* The copy of a database that stays as it was takes the room that the next try needs. */
	if (result != STORE_OK)
		former_forget(db, schema);
	db->migrated_from = result == STORE_OK ? schema : 0;
	return result;
}
