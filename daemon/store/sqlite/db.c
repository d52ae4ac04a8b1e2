/* The connection to SQLite and its settings. Exclusive locking keeps other programs out, and
 * keeps the index of the log in our own memory instead of a mapped file, where a full disk
 * would end the process by SIGBUS. */
#include "daemon/store/sqlite/db.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "daemon/store/sqlite/db_file.h"
#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/lock.h"
#include "daemon/store/sqlite/migrate.h"
#include "daemon/store/sqlite/schema.h"
#include "daemon/store/sqlite/sql.h"

static const char *const connection_settings[] = {
        "PRAGMA locking_mode = EXCLUSIVE", /* must come before the first access to the log */
        "PRAGMA trusted_schema = OFF",
        "PRAGMA cell_size_check = ON",
        "PRAGMA mmap_size = 0",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA cache_size = -1024",
        "PRAGMA secure_delete = ON",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA journal_size_limit = 8388608",
};

int db_claim(const char *path, struct store_db **ret, struct err *err)
{
	char *whole = db_file_resolve(path, err), *name;
	int lock;

	if (whole == NULL)
		return -1;
	name = xasprintf("%s-lock", whole);
	lock = lock_take(name, err);
	free(name);
	if (lock < 0) {
		free(whole);
		return lock;
	}
	*ret = xcalloc(1, sizeof(**ret));
	(*ret)->path = whole;
	(*ret)->lock = lock;
	return 0;
}

void db_release(struct store_db *db)
{
	ENSURE(db->handle == NULL);
	lock_release(db->lock);
	free(db->path);
	free(db);
}

const char *db_path(const struct store_db *db)
{
	return db->path;
}

static enum store_result configure_connection(struct store_db *db, struct err *err)
{
	enum store_result result = STORE_OK;

	(void)sqlite3_extended_result_codes(db->handle, 1);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	for (size_t i = 0; i < ARRAY_LEN(connection_settings) && result == STORE_OK; i++)
		result = judge_code(
		        db, sqlite3_exec(db->handle, connection_settings[i], NULL, NULL, NULL),
		        err);
	return result;
}

enum store_result db_open(struct store_db *db, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
	            SQLITE_OPEN_NOFOLLOW;
	int schema = SCHEMA_VERSION;

	ENSURE(db->handle == NULL);
	if (db_file_make(db->path, err) < 0)
		return STORE_FAILED;
	enum store_result result =
	        judge_code(db, sqlite3_open_v2(db->path, &db->handle, flags, NULL), err);
	if (result == STORE_OK)
		result = configure_connection(db, err);
	if (result == STORE_OK)
		result = schema_find(db, &schema, err);
	if (result == STORE_OK)
		result = migrate_run(db, schema, err);
	if (result == STORE_OK)
		result = sql_prepare(db, err);
	if (result == STORE_OK)
		result = schema_check_serials(db, err);
	if (result != STORE_OK)
		db_close(db);
	return result;
}

void db_close(struct store_db *db)
{
	for (size_t i = 0; i < ARRAY_LEN(db->statements); i++) {
		(void)sqlite3_finalize(db->statements[i]);
		db->statements[i] = NULL;
	}
	if (db->handle != NULL)
		ENSURE(sqlite3_close(db->handle) == SQLITE_OK);
	db->handle = NULL;
}

void db_rest(struct store_db *db)
{
	if (db->handle != NULL)
		(void)sqlite3_db_release_memory(db->handle);
}
