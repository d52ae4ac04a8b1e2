/* Replaces a damaged database by a sound one, in steps after each of which the process may end. */
#include "daemon/store/sqlite/rebuild.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "daemon/store/sqlite/db_file.h"
#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/salvage.h"
#include "daemon/store/sqlite/sql.h"

enum store_result rebuild_open(struct store_db *db, struct err *err)
{
	return db_file_end_swap(db->path, err) < 0 ? STORE_FAILED : db_open(db, err);
}

/* Drops tombstones whose key was lost: without it they cannot be compared with any ticket. */
static enum store_result drop_useless_tombstones(struct store_db *db, struct store_memory *memory,
                                                 struct err *err)
{
	if (memory->has_key)
		return STORE_OK;
	memory->useless_tombstones += memory->tombstones.macs.count;
	tombstones_free(&memory->tombstones);
	int code = sqlite3_exec(db->handle, "DELETE FROM tombstone", NULL, NULL, NULL);
	store_memory_make_key(memory);
	return judge_code(db, code, err);
}

/* Fills the fresh database and empties its log: afterwards everything is in the file itself. */
static enum store_result fill_fresh(struct store_db *fresh, const char *damaged, const char *copy,
                                    struct store_memory *memory, struct err *err)
{
	enum store_result result = salvage_copy(fresh, damaged, memory, err);

	free(memory->damaged_copy); /* also an earlier copy that nobody was told of */
	memory->damaged_copy = xstrdup(copy);
	if (result == STORE_OK)
		result = drop_useless_tombstones(fresh, memory, err);
	if (result == STORE_OK)
		result = sql_save(fresh, memory, err);
	return result == STORE_OK ? sql_empty_log(fresh, err) : result;
}

static enum store_result build_fresh(const char *path, const char *copy,
                                     struct store_memory *memory, struct err *err)
{
	struct store_db fresh = {.path = db_file_new(path), .lock = -1};
	enum store_result result = db_open(&fresh, err);

	if (result == STORE_OK)
		result = fill_fresh(&fresh, path, copy, memory, err);
	db_close(&fresh);
	free(fresh.path);
	return result;
}

/* Replaces the database in these steps:
 *
 *   1. PATH.new is built beside the damaged file, which is not changed. A full disk stops here,
 *      without harm.
 *   2. PATH.new, complete and on the disk, is renamed to PATH.rebuilt.
 *   3. The damaged PATH is renamed to PATH.bak, and its log with it.
 *   4. PATH.rebuilt is renamed to PATH.
 *
 * A start that finds PATH begins again with step 1; one that finds only PATH.rebuilt completes the
 * steps (db_file_end_swap). The fresh database contains the notice of the damage until a person was
 * told of it. */
static enum store_result replace_database(const char *path, struct store_memory *memory,
                                          struct err *err)
{
	char *copy = db_file_next_copy(path);
	enum store_result result = build_fresh(path, copy, memory, err);

	if (result == STORE_OK && db_file_swap(path, copy, err) < 0)
		result = STORE_FAILED;
	if (result != STORE_OK) {
		free(memory->damaged_copy);
		memory->damaged_copy = NULL;
		db_file_drop_new(path);
	}
	free(copy);
	return result == STORE_OK ? STORE_OK : STORE_FAILED;
}

/* Opens a closed database: an earlier rebuild that failed may have completed meanwhile. */
static enum store_result retry_open(struct store_db *db, struct store_memory *memory,
                                    struct err *err)
{
	enum store_result result = rebuild_open(db, err);

	return result == STORE_OK ? sql_load(db, memory, err) : result;
}

/* Closes the damaged database without a checkpoint, so that its file is not changed. */
static void close_unchanged(struct store_db *db)
{
	if (db->handle != NULL)
		(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	db_close(db);
}

enum store_result rebuild_database(struct store_db *db, struct store_memory *memory,
                                   struct err *err)
{
	enum store_result result = db->handle != NULL ? STORE_DAMAGED : retry_open(db, memory, err);

	if (result == STORE_DAMAGED) {
		close_unchanged(db);
		result = replace_database(db->path, memory, err);
		if (result == STORE_OK)
			result = db_open(db, err);
	}
	if (result != STORE_OK)
		db_close(db);
	return result;
}
