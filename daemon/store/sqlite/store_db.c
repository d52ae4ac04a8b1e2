/* The connection: how SQLite is set up, and what follows from its answers. Exclusive locking keeps others out and the index of the
 * log in memory of our own: no mapped file can end the process when the disk is full. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/sqlite/store_db.h"

static const char *const settings[] = {
        "PRAGMA locking_mode = EXCLUSIVE", /* before the log is touched for the first time */
        "PRAGMA trusted_schema = OFF",     "PRAGMA cell_size_check = ON", "PRAGMA mmap_size = 0",
        "PRAGMA temp_store = MEMORY",      "PRAGMA cache_size = -1024",   "PRAGMA secure_delete = ON",
        "PRAGMA journal_mode = WAL",       "PRAGMA synchronous = FULL",   "PRAGMA journal_size_limit = 8388608",
};

/* The system's own words where there are some. */
static const char *reason_of(const struct store_db *db, int code)
{
	bool system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;

	if (db->handle == NULL)
		return sqlite3_errstr(code);
	if (system && sqlite3_system_errno(db->handle) != 0)
		return strerror(sqlite3_system_errno(db->handle));
	return sqlite3_errmsg(db->handle);
}

enum db_result store_db_judge(const struct store_db *db, int code, struct err *err)
{
	const char *reason = reason_of(db, code);

	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE: return DB_OK;
	case SQLITE_NOMEM: fatal("out of memory in the store");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CONSTRAINT: /* our statements break none on sound indexes */
		err_set(err, "%s: damaged: %s", db->path, reason);
		return DB_DAMAGED;
	case SQLITE_BUSY: err_set(err, "store.path: %s: another program has it open", db->path); return DB_FAILED;
	case SQLITE_FULL: err_set(err, "store.path: %s: the disk is full", db->path); return DB_FAILED;
	default: err_set(err, "store.path: %s: %s", db->path, reason); return DB_FAILED;
	}
}

static enum db_result configure(struct store_db *db, struct err *err)
{
	enum db_result result = DB_OK;

	(void)sqlite3_extended_result_codes(db->handle, 1);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	for (size_t i = 0; i < ARRAY_LEN(settings) && result == DB_OK; i++)
		result = store_db_judge(db, sqlite3_exec(db->handle, settings[i], NULL, NULL, NULL), err);
	return result;
}

enum db_result store_db_open(struct store_db *db, const char *path, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	enum db_result result;

	ENSURE(db->handle == NULL);
	free(db->path);
	db->path = xstrdup(path);
	result = store_db_judge(db, sqlite3_open_v2(path, &db->handle, flags, NULL), err);
	if (result == DB_OK)
		result = configure(db, err);
	if (result == DB_OK)
		result = store_schema_ensure(db, err);
	if (result == DB_OK)
		result = store_schema_prepare(db, err);
	if (result != DB_OK)
		store_db_close(db);
	return result;
}

void store_db_close(struct store_db *db)
{
	for (size_t i = 0; i < ARRAY_LEN(db->statements); i++) {
		(void)sqlite3_finalize(db->statements[i]);
		db->statements[i] = NULL;
	}
	if (db->handle != NULL)
		ENSURE(sqlite3_close(db->handle) == SQLITE_OK);
	db->handle = NULL;
	free(db->path);
	db->path = NULL;
}

void store_db_rest(struct store_db *db)
{
	if (db->handle != NULL)
		(void)sqlite3_db_release_memory(db->handle);
}
