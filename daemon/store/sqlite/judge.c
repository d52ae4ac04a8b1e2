/* Reduces the codes of SQLite to three: success; the file is damaged; or something outside of
 * the file prevents the access (the disk, a permission, another program). */
#include "daemon/store/sqlite/judge.h"

#include <sqlite3.h>
#include <string.h>

/* Prefers the error text of the operating system, where there is one. */
static const char *sqlite_reason(const struct store_db *db, int code)
{
	bool system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;

	if (db->handle == NULL)
		return sqlite3_errstr(code);
	if (system && sqlite3_system_errno(db->handle) != 0)
		return strerror(sqlite3_system_errno(db->handle));
	return sqlite3_errmsg(db->handle);
}

const char *judge_words(const struct store_db *db, int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY: return "another program has it open";
	case SQLITE_FULL: return "the disk is full";
	default: return sqlite_reason(db, code);
	}
}

bool judge_is_good(int code)
{
	return code == SQLITE_DONE || code == SQLITE_ROW || code == SQLITE_OK;
}

enum store_result judge_code(const struct store_db *db, int code, struct err *err)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE: return STORE_OK;
	case SQLITE_NOMEM: fatal("out of memory in the store");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CONSTRAINT: /* our statements violate no constraint of a sound database */
		err_set(err, "%s: damaged: %s", db->path, sqlite_reason(db, code));
		return STORE_DAMAGED;
	default:
		err_set(err, "store.path: %s: %s", db->path, judge_words(db, code));
		return STORE_FAILED;
	}
}
