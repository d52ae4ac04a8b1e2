/* A damaged database becomes a sound one, in steps each of which may be the last of the process:
 *
 * PATH.new      is built beside the damaged file, which stays as it is; a disk that takes no more
 *                 ends here, without harm
 * PATH.rebuilt  is its name once it is whole and on the disk PATH.bak      becomes the name of the
 * damaged file, its log follows PATH          becomes the name of the fresh one
 *
 * A start that finds PATH begins again; one that finds none but PATH.rebuilt ends what was begun
 * (db_file_end_swap). That a person is to be told of it is in the fresh database until that
 * happened. */
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

/* Without their key they say nothing of any ticket. */
static enum store_result drop_useless(struct store_db *db, struct store_memory *memory,
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

/* When this is over the file says it all: nothing is left in a log. */
static enum store_result fill_fresh(struct store_db *fresh, const char *damaged, const char *copy,
                                    struct store_memory *memory, struct err *err)
{
	enum store_result result = salvage_copy(fresh, damaged, memory, err);

	free(memory->damaged_copy); /* an earlier one that nobody was told of, too */
	memory->damaged_copy = xstrdup(copy);
	if (result == STORE_OK)
		result = drop_useless(fresh, memory, err);
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

static enum store_result exchange(const char *path, struct store_memory *memory, struct err *err)
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

/* A rebuild that failed may have come to an end since. */
static enum store_result open_again(struct store_db *db, struct store_memory *memory,
                                    struct err *err)
{
	enum store_result result = rebuild_open(db, err);

	return result == STORE_OK ? sql_load(db, memory, err) : result;
}

/* With nothing changed in the file. */
static void leave_as_it_is(struct store_db *db)
{
	if (db->handle != NULL)
		(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	db_close(db);
}

enum store_result rebuild_database(struct store_db *db, struct store_memory *memory,
                                   struct err *err)
{
	enum store_result result = db->handle != NULL ? STORE_DAMAGED : open_again(db, memory, err);

	if (result == STORE_DAMAGED) {
		leave_as_it_is(db);
		result = exchange(db->path, memory, err);
		if (result == STORE_OK)
			result = db_open(db, err);
	}
	if (result != STORE_OK)
		db_close(db);
	return result;
}
