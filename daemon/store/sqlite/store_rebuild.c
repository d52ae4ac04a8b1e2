/* A damaged database becomes a sound one, in steps each of which may be the last of the process:
 *
 *   PATH.new      is built beside the damaged file, which stays as it is; a disk that takes no more ends here, without harm
 *   PATH.rebuilt  is its name once it is whole and on the disk
 *   PATH.bak      becomes the name of the damaged file, its log follows
 *   PATH          becomes the name of the fresh one
 *
 * A start that finds PATH begins again; one that finds none but PATH.rebuilt ends what was begun (store_file_end_swap). That a person
 * is to be told of it is in the fresh database until that happened. */
#include <sqlite3.h>
#include <stdlib.h>

#include "daemon/store/sqlite/store_db.h"
#include "daemon/store/sqlite/store_file.h"

/* Without their key they say nothing of any ticket. */
static enum db_result drop_useless(struct store_db *db, struct store_memory *memory, struct err *err)
{
	int code;

	if (memory->has_key)
		return DB_OK;
	memory->useless_tombstones += memory->tombstones.macs.count;
	tombstones_free(&memory->tombstones);
	code = sqlite3_exec(db->handle, "DELETE FROM tombstone", NULL, NULL, NULL);
	store_memory_make_key(memory);
	return store_db_judge(db, code, err);
}

/* When this is over the file says it all: nothing is left in a log. */
static enum db_result fill(struct store_db *db, const char *damaged, const char *copy, struct store_memory *memory,
                           struct err *err)
{
	enum db_result result = store_db_salvage(db, damaged, memory, err);

	free(memory->damaged_copy); /* an earlier one that nobody was told of, too */
	memory->damaged_copy = xstrdup(copy);
	if (result == DB_OK)
		result = drop_useless(db, memory, err);
	if (result == DB_OK)
		result = store_db_save(db, memory, err);
	return result == DB_OK ? store_db_empty_log(db, err) : result;
}

static enum db_result build(const char *path, const char *copy, struct store_memory *memory, struct err *err)
{
	struct store_db db = {.handle = NULL};
	char *name = store_file_new(path);
	enum db_result result = DB_FAILED;

	if (store_file_make(name, err) == 0)
		result = store_db_open(&db, name, err);
	if (result == DB_OK)
		result = fill(&db, path, copy, memory, err);
	store_db_close(&db);
	free(name);
	return result;
}

static enum db_result exchange(const char *path, struct store_memory *memory, struct err *err)
{
	char *copy = store_file_next_copy(path);
	enum db_result result = build(path, copy, memory, err);

	if (result == DB_OK && store_file_swap(path, copy, err) < 0)
		result = DB_FAILED;
	if (result != DB_OK) {
		free(memory->damaged_copy);
		memory->damaged_copy = NULL;
		store_file_drop_new(path);
	}
	free(copy);
	return result == DB_OK ? DB_OK : DB_FAILED;
}

/* A rebuild that failed may have come to an end since. */
static enum db_result open_again(struct store_db *db, const char *path, struct store_memory *memory, struct err *err)
{
	enum db_result result;

	if (store_file_end_swap(path, err) < 0 || store_file_make(path, err) < 0)
		return DB_FAILED;
	result = store_db_open(db, path, err);
	return result == DB_OK ? store_db_load(db, memory, err) : result;
}

/* With nothing changed in the file. */
static void leave(struct store_db *db)
{
	if (db->handle != NULL)
		(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	store_db_close(db);
}

enum db_result store_db_rebuild(struct store_db *db, const char *path, struct store_memory *memory, struct err *err)
{
	enum db_result result = db->handle != NULL ? DB_DAMAGED : open_again(db, path, memory, err);

	if (result == DB_DAMAGED) {
		leave(db);
		result = exchange(path, memory, err);
		if (result == DB_OK)
			result = store_db_open(db, path, err);
	}
	if (result != DB_OK)
		store_db_close(db);
	return result;
}
