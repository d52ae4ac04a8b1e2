/* The tables, their version, and every statement on them.
 *
 * `record` is the history in the order of `serial`, over all lives of the process (`sequence` begins anew in each). `alive` marks
 * the records that the next life needs; it is a table of its own so that retiring one does not rewrite its payload, and so that a
 * start need not read the records whose `brief` says enough. A payload is a text, or when sealed a blob.
 *
 * `erasing` names tickets whose erasing is not known to be over everywhere: the next life goes on with it.
 * `statistic` has a row for each quarter of an hour that anything was counted in, a column for each count. */
#include <sqlite3.h>
#include <stdlib.h>

#include "daemon/store/sqlite/store_db.h"

#define APPLICATION 0x61697464 /* "aitd", as `file` shows it */
#define VERSION 1

_Static_assert(RECORD_DECISION == 0 && RECORD_INTENT == 1 && RECORD_OUTCOME == 2 && RECORD_CURSOR == 3,
               "kinds are stored as these numbers");

#define PRUNED "'{\"pruned\":true}'" /* where only the brief is left */

#define COLUMN(name) ", " #name " INTEGER NOT NULL"
#define NAME(name) ", " #name
#define PLACE(name) ", ?"
#define SUM(name) ", " #name " = " #name " + excluded." #name

static const char tables[] = "CREATE TABLE record (serial INTEGER PRIMARY KEY, wall INTEGER NOT NULL,"
                             " ticket INTEGER NOT NULL, kind INTEGER NOT NULL, sequence INTEGER NOT NULL,"
                             " payload TEXT NOT NULL);"
                             "CREATE INDEX record_of_ticket ON record (ticket);"
                             "CREATE INDEX record_by_age ON record (wall);"
                             "CREATE TABLE alive (serial INTEGER PRIMARY KEY, ticket INTEGER NOT NULL,"
                             " kind INTEGER NOT NULL, brief INTEGER, UNIQUE (ticket, kind));"
                             "CREATE TABLE tombstone (mac BLOB PRIMARY KEY, wall INTEGER NOT NULL) WITHOUT ROWID;"
                             "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
                             "CREATE TABLE erasing (ticket INTEGER PRIMARY KEY);"
                             "CREATE TABLE statistic (quarter INTEGER PRIMARY KEY" COUNTS_EACH(COLUMN) ");";

static const char *const statements[SQL_STATEMENTS] = {
        [SQL_BEGIN] = "BEGIN IMMEDIATE",
        [SQL_COMMIT] = "COMMIT",
        [SQL_ROLLBACK] = "ROLLBACK",
        [SQL_DROP_CURSOR] = "DELETE FROM record WHERE serial ="
                            " (SELECT serial FROM alive WHERE ticket = 0 AND kind = 3)",
        [SQL_ADD_RECORD] =
                "INSERT INTO record (wall, ticket, kind, sequence, payload, serial) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        [SQL_ADD_ALIVE] = "INSERT OR REPLACE INTO alive (serial, ticket, kind, brief)"
                          " VALUES (last_insert_rowid(), ?1, ?2, ?3)",
        /* The end of the way, by the words of the outcome: there is nothing left to take up. */
        [SQL_RETIRE] = "DELETE FROM alive WHERE ticket = ?1 AND kind IN (0, 1) AND CASE WHEN json_valid(?2) THEN"
                       " json_extract(?2, '$.state') = 'done' OR json_extract(?2, '$.untagged') END",
        [SQL_COUNT_ALIVE] = "SELECT count(*) FROM alive",
        [SQL_RESTORE] = "SELECT r.sequence, a.kind, a.ticket, r.payload, r.wall, 1, a.serial, a.brief FROM alive a"
                        " LEFT JOIN record r ON r.serial = CASE WHEN a.brief IS NULL THEN a.serial END"
                        " WHERE a.serial " SERIALS_FROM_1 " ORDER BY a.serial",
        [SQL_NEWEST_BRIEF] =
                "SELECT r.sequence, r.kind, r.ticket, r.payload, r.wall, 1 FROM alive a CROSS JOIN record r"
                " ON r.serial = a.serial WHERE a.brief IS NOT NULL ORDER BY a.serial DESC LIMIT 1",
        [SQL_COUNT_TICKET] = "SELECT count(*) FROM record WHERE ticket = ?1",
        [SQL_HISTORY] = "SELECT r.sequence, r.kind, r.ticket, r.payload, r.wall,"
                        " EXISTS (SELECT 1 FROM alive a WHERE a.serial = r.serial) FROM record r"
                        " WHERE r.ticket = ?1 ORDER BY r.serial DESC LIMIT ?2",
        [SQL_ERASE_ALIVE] = "DELETE FROM alive WHERE ticket = ?1",
        [SQL_ERASE_RECORDS] = "DELETE FROM record WHERE ticket = ?1",
        [SQL_ERASE_FROM_CURSOR] =
                "UPDATE record SET payload = json_set(payload, '$.ids', json((SELECT json_group_array(value)"
                " FROM json_each(payload, '$.ids') WHERE value <> ?1))) WHERE serial ="
                " (SELECT serial FROM alive WHERE ticket = 0 AND kind = 3) AND json_valid(payload)"
                " AND EXISTS (SELECT 1 FROM json_each(payload, '$.ids') WHERE value = ?1)",
        [SQL_ADD_ERASING] = "INSERT OR IGNORE INTO erasing (ticket) VALUES (?1)",
        [SQL_ERASINGS] = "SELECT ticket FROM erasing WHERE ticket <> 0 ORDER BY ticket LIMIT ?1",
        [SQL_DROP_ERASING] = "DELETE FROM erasing WHERE ticket = ?1",
        [SQL_ADD_TOMBSTONE] = "INSERT OR IGNORE INTO tombstone (mac, wall) VALUES (?1, ?2)",
        [SQL_TOMBSTONES] = "SELECT mac FROM tombstone",
        [SQL_TOMBSTONE_WALL] = "SELECT wall FROM tombstone WHERE mac = ?1",
        [SQL_PUT_META] = "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)",
        [SQL_META] = "SELECT name, value FROM meta",
        /* History; what is said of a ticket that is remembered by a word; and what is kept for one whose way ended, should it
	 * come back. */
        [SQL_FIND_OLD] = "SELECT r.serial, r.wall, a.kind = 2 FROM record r LEFT JOIN alive a ON a.serial = r.serial"
                         " WHERE r.wall >= ?1 AND r.wall < ?2 AND CASE WHEN a.serial IS NULL THEN 1"
                         " WHEN a.kind = 2 THEN a.brief IS NOT NULL AND r.payload <> " PRUNED
                         " WHEN a.kind < 2 THEN (SELECT o.kind = 2 AND n.wall < ?2 FROM alive o CROSS JOIN record n"
                         " ON n.serial = o.serial WHERE o.ticket = a.ticket ORDER BY o.serial DESC LIMIT 1) END"
                         " ORDER BY r.wall LIMIT ?3",
        [SQL_EMPTY_RECORD] = "UPDATE record SET payload = " PRUNED " WHERE serial = ?1",
        [SQL_DROP_ALIVE] = "DELETE FROM alive WHERE serial = ?1",
        [SQL_DROP_RECORD] = "DELETE FROM record WHERE serial = ?1",
        [SQL_ADD_COUNTS] = "INSERT INTO statistic (quarter" COUNTS_EACH(NAME) ") VALUES (?1" COUNTS_EACH(
                PLACE) ") ON CONFLICT (quarter) DO UPDATE SET quarter = quarter" COUNTS_EACH(SUM),
        [SQL_COUNTS] = "SELECT quarter" COUNTS_EACH(NAME) " FROM statistic WHERE quarter BETWEEN ?1 AND ?2"
                                                          " ORDER BY quarter",
        [SQL_DROP_COUNTS] = "DELETE FROM statistic WHERE quarter < ?1",
};

static enum db_result number(struct store_db *db, const char *sql, int64_t *ret, struct err *err)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL);
	enum db_result result;

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	*ret = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	result = store_db_judge(db, code, err);
	(void)sqlite3_finalize(statement);
	return result;
}

static enum db_result begin_tables(struct store_db *db, struct err *err)
{
	char *sql = xasprintf("BEGIN; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", tables,
	                      APPLICATION, VERSION);
	enum db_result result = store_db_judge(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL), err);

	free(sql);
	return result;
}

enum db_result store_schema_ensure(struct store_db *db, struct err *err)
{
	int64_t application, version, objects;
	enum db_result result = number(db, "PRAGMA application_id", &application, err);

	if (result == DB_OK)
		result = number(db, "PRAGMA user_version", &version, err);
	if (result == DB_OK)
		result = number(db, "SELECT count(*) FROM sqlite_schema", &objects, err);
	if (result != DB_OK)
		return result;
	if (objects == 0 && version == 0)
		return begin_tables(db, err);
	if (application != APPLICATION) {
		err_set(err, "store.path: %s: is a database of another program; name another file", db->path);
		return DB_FAILED;
	}
	if (version > VERSION) {
		err_set(err,
		        "store.path: %s: was written by a newer version (format %lld, this one knows %d); install that "
		        "version or name another file",
		        db->path, (long long)version, VERSION);
		return DB_FAILED;
	}
	return DB_OK;
}

/* Numbers go on behind the highest; one that no life can have reached leaves no room for them. */
static enum db_result check_serials(struct store_db *db, struct err *err)
{
	int64_t highest;
	enum db_result result = number(db, "SELECT max(serial) FROM record", &highest, err);

	return result == DB_OK && highest > SERIAL_MAX ? DB_DAMAGED : result;
}

/* In a file that says it is ours, a missing table or column is damage. */
enum db_result store_schema_prepare(struct store_db *db, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
		int code = sqlite3_prepare_v3(db->handle, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
		                              &db->statements[i], NULL);
		enum db_result result = store_db_judge(db, code, err);

		if (code == SQLITE_ERROR)
			return DB_DAMAGED;
		if (result != DB_OK)
			return result;
	}
	return check_serials(db, err);
}
