/* The database of the store: one file, one connection, and the statements prepared on it. Only
 * this folder knows SQLite. */
#ifndef DAEMON_STORE_SQLITE_DB_H
#define DAEMON_STORE_SQLITE_DB_H

#include "daemon/store/backend.h"

struct sqlite3;
struct sqlite3_stmt;

enum sql_statement {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_DROP_CURSOR,
	SQL_ADD_RECORD,
	SQL_ADD_ALIVE,
	SQL_RETIRE,
	SQL_COUNT_ALIVE,
	SQL_RESTORE,
	SQL_NEWEST_BRIEF,
	SQL_COUNT_TICKET,
	SQL_HISTORY,
	SQL_SPAN_OLDEST,
	SQL_SPAN_NEWEST,
	SQL_ADD_MODEL,
	SQL_ADD_LISTED,
	SQL_RESTORE_MODEL,
	SQL_RESTORE_LISTED,
	SQL_MARK_UNDONE,
	SQL_NEXT_CLASS,
	SQL_FIRST_OF_CLASS,
	SQL_NEXT_OF_CLASS,
	SQL_LISTED,
	SQL_LISTED_OF_TICKET,
	SQL_DROP_LISTED,
	SQL_CHOICES,
	SQL_ERASE_LISTED,
	SQL_ERASE_ALIVE,
	SQL_ERASE_RECORDS,
	SQL_ERASE_FROM_CURSOR,
	SQL_ADD_ERASING,
	SQL_ERASINGS,
	SQL_DROP_ERASING,
	SQL_ADD_TOMBSTONE,
	SQL_TOMBSTONES,
	SQL_TOMBSTONE_WALL,
	SQL_PUT_META,
	SQL_META,
	SQL_FIND_OLD,
	SQL_EMPTY_RECORD,
	SQL_DROP_ALIVE,
	SQL_DROP_RECORD,
	SQL_ADD_COUNTS,
	SQL_COUNTS,
	SQL_DROP_COUNTS,
	SQL_ADD_ANSWER,
	SQL_ANSWERS,
	SQL_DROP_ANSWERS,
	SQL_ERASE_ANSWERS,
	SQL_STATEMENTS
};

struct store_db {
	struct sqlite3 *handle; /* NULL = closed */
	struct sqlite3_stmt *statements[SQL_STATEMENTS];
	char *path; /* absolute, owned; never changes */
	int lock;   /* descriptor; -1 = none, for a database that is being built by rebuild.c */
	int migrated_from; /* the schema that it had when it was opened; 0 = the present one */
};

/* Functions of struct store_backend (daemon/store/backend.h describes them): `claim`, `release`,
 * `close`, `rest` and `path`. */
int db_claim(const char *path, struct store_db **ret, struct err *err) MUST_CHECK;
void db_release(struct store_db *db);
void db_close(struct store_db *db);
void db_rest(struct store_db *db);
const char *db_path(const struct store_db *db);

/* Opens the database at `db->path`: creates the file and its tables, or migrates a former
 * schema. The database is closed when the result is not STORE_OK. */
enum store_result db_open(struct store_db *db, struct err *err) MUST_CHECK;

#endif
