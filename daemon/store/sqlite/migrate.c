/* One migration for each schema there was, to the next one. Their text is never changed again, and
 * names all columns: what COUNTS_EACH and schema.c say today is not what that schema had. */
#include "daemon/store/sqlite/migrate.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "daemon/store/sqlite/former.h"
#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/schema.h"
#include "daemon/store/sqlite/sql.h"

#define COUNTS_OF_1                                                                                \
	"processed, failed, skipped, latency_ms, analysed, by_rules, fallback, model_calls, "      \
	"tokens_prompt,"                                                                           \
	" tokens_answer, cost_nano, bug, feature, refund, other, high, medium, low, positive, "    \
	"neutral, negative"

/* Every row is of an account; until now there was one. The table of records, which is large, is not
 * written anew: a column is added that has a default. */
static const char to_2[] =
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

static const char *const migrations[] = {NULL, to_2}; /* by the schema they begin with */
_Static_assert(ARRAY_LEN(migrations) == SCHEMA_VERSION, "each former schema has a migration");

/* In a file that says it is ours, a missing table or column is damage. */
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
		        db->path, from, from + 1, judge_words(db, code));
	return result;
}

static enum store_result migrate_step(struct store_db *db, int from, struct err *err)
{
	char *sql = xasprintf("BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT",
	                      migrations[from], from + 1);
	enum store_result result =
	        judge_step(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL), from, err);

	if (!sqlite3_get_autocommit(db->handle))
		(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	free(sql);
	return result;
}

enum store_result migrate_run(struct store_db *db, int schema, struct err *err)
{
	enum store_result result = STORE_OK;

	if (schema < SCHEMA_VERSION)
		result = sql_empty_log(db, err);
	if (schema < SCHEMA_VERSION && result == STORE_OK)
		result = former_copy(db, schema, err);
	for (; schema < SCHEMA_VERSION && result == STORE_OK; schema++)
		result = migrate_step(db, schema, err);
	return result;
}
