/* Creates the tables, and finds out which schema a file has. */
#include "daemon/store/sqlite/schema.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "daemon/store/sqlite/judge.h"

#define APPLICATION 0x61697464 /* "aitd", as `file` shows it */

_Static_assert(RECORD_DECISION == 0 && RECORD_INTENT == 1 && RECORD_OUTCOME == 2 &&
                       RECORD_CURSOR == 3 && RECORD_REFUSAL == 4 && RECORD_ORDER == 5 &&
                       RECORD_COMMAND == 6 && RECORD_PROVEN == 7 && RECORD_UNDO == 8 &&
                       RECORD_SHADOW == 9 && RECORD_CHOICE == 10,
               "kinds are stored as these numbers");

#define COLUMN(name) ", " #name " INTEGER NOT NULL"

/* `record` is the history in the order of `serial`, which grows across restarts (`sequence` begins
 * anew in each process). `alive` marks the records that the next start restores. It is a table of
 * its own, so that removing a mark does not rewrite a payload, and so that a start need not read
 * records whose `brief` is enough. A payload is a TEXT, or a BLOB when it is sealed.
 *
 * Every row has an account (ticket/key.h). In `record` that column has a default and is the last
 * one, as ALTER TABLE left it: a start has no time to rewrite the largest table. Rows of `meta`
 * about the whole database have account 0, and so have tombstones whose account is not known.
 *
 * `erasing` names tickets whose erasing is not known to be complete: the next start resumes it.
 * `statistic` has a row for each quarter of an hour in which something was counted, and a column
 * for each count.
 *
 * `listed` has a row for each end of a ticket, with what people search for. Its `class` packs the
 * outcome and the labels (class.h), and the index begins with it: what fits a search is found
 * class by class, each in the order of time, so that rows that do not fit are never read. Its
 * serial is its own. A reason is a TEXT, or a BLOB when it is sealed. `model` has the names.
 *
 * `answer` has a row for each record of a decision whose answer other tickets may use, with the
 * serial of that record (store_answers.h). */
static const char tables[] =
        "CREATE TABLE record (serial INTEGER PRIMARY KEY, wall INTEGER NOT NULL, ticket INTEGER "
        "NOT NULL,"
        " kind INTEGER NOT NULL, sequence INTEGER NOT NULL, payload TEXT NOT NULL,"
        " account INTEGER NOT NULL DEFAULT 1);"
        "CREATE INDEX record_of_ticket ON record (account, ticket);"
        "CREATE INDEX record_by_age ON record (wall);"
        "CREATE TABLE alive (serial INTEGER PRIMARY KEY, account INTEGER NOT NULL, ticket INTEGER "
        "NOT NULL,"
        " kind INTEGER NOT NULL, brief INTEGER, UNIQUE (account, ticket, kind));"
        "CREATE TABLE tombstone (mac BLOB PRIMARY KEY, account INTEGER NOT NULL, wall INTEGER NOT "
        "NULL)"
        " WITHOUT ROWID;"
        "CREATE TABLE meta (name TEXT NOT NULL, account INTEGER NOT NULL, value BLOB NOT NULL,"
        " PRIMARY KEY (name, account)) WITHOUT ROWID;"
        "CREATE TABLE erasing (ticket INTEGER NOT NULL, account INTEGER NOT NULL,"
        " PRIMARY KEY (ticket, account)) WITHOUT ROWID;"
        "CREATE TABLE statistic (quarter INTEGER NOT NULL, account INTEGER NOT NULL" COUNTS_EACH(
                COLUMN) ", PRIMARY KEY (quarter, account)) WITHOUT ROWID;"
                        "CREATE TABLE model (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
                        "CREATE TABLE listed (serial INTEGER PRIMARY KEY, wall INTEGER NOT NULL, "
                        "account INTEGER NOT NULL,"
                        " ticket INTEGER NOT NULL, class INTEGER NOT NULL, undone INTEGER NOT "
                        "NULL, confidence INTEGER,"
                        " model INTEGER, priority_was INTEGER NOT NULL, priority_is INTEGER NOT "
                        "NULL,"
                        " took INTEGER NOT NULL, cost INTEGER, reason TEXT NOT NULL);"
                        "CREATE INDEX listed_by_class ON listed (class, wall);"
                        "CREATE INDEX listed_of_ticket ON listed (account, ticket, wall);"
                        "CREATE INDEX choice_by_age ON record (wall) WHERE kind = 10;"
                        "CREATE TABLE answer (serial INTEGER PRIMARY KEY, wall INTEGER NOT NULL, "
                        "account INTEGER NOT NULL, ticket INTEGER NOT NULL, key BLOB NOT NULL, "
                        "answered INTEGER NOT NULL);";

static enum store_result query_number(struct store_db *db, const char *sql, int64_t *ret,
                                      struct err *err)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	*ret = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	enum store_result result = judge_code(db, code, err);
	(void)sqlite3_finalize(statement);
	return result;
}

static enum store_result create_tables(struct store_db *db, struct err *err)
{
	char *sql =
	        xasprintf("BEGIN; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
	                  tables, APPLICATION, SCHEMA_VERSION);
	enum store_result result =
	        judge_code(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL), err);

	free(sql);
	return result;
}

enum store_result schema_find(struct store_db *db, int *ret_version, struct err *err)
{
	int64_t application, version, objects;
	enum store_result result = query_number(db, "PRAGMA application_id", &application, err);

	if (result == STORE_OK)
		result = query_number(db, "PRAGMA user_version", &version, err);
	if (result == STORE_OK)
		result = query_number(db, "SELECT count(*) FROM sqlite_schema", &objects, err);
	if (result != STORE_OK)
		return result;
	*ret_version = SCHEMA_VERSION;
	if (objects == 0 && version == 0)
		return create_tables(db, err);
	if (application != APPLICATION) {
		err_set(err, "store.path: %s: is a database of another program; name another file",
		        db->path);
		return STORE_FAILED;
	}
	if (version > SCHEMA_VERSION) {
		err_set(err,
		        "store.path: %s: was written by a newer version (format %lld, this one "
		        "knows %d); install that version or name another file",
		        db->path, (long long)version, SCHEMA_VERSION);
		return STORE_FAILED;
	}
	if (version < 1) {
		err_set(err, "%s: damaged: it has no format", db->path);
		return STORE_DAMAGED;
	}
	*ret_version = (int)version;
	return STORE_OK;
}

enum store_result schema_check_serials(struct store_db *db, struct err *err)
{
	int64_t highest;
	enum store_result result =
	        query_number(db, "SELECT max(serial) FROM record", &highest, err);

	return result == STORE_OK && highest > SERIAL_MAX ? STORE_DAMAGED : result;
}
