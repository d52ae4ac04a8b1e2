/* Makes and removes copies of the database from before a migration. A copy is written under
 * another name, synced, and then renamed, so a file with the final name is complete. SQLite
 * writes it from what it reads, so a database that is not sound yields no copy. */
#include "daemon/store/sqlite/former.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "daemon/store/sqlite/db_file.h"
#include "daemon/store/sqlite/judge.h"
#include "daemon/system/disk.h"
#include "daemon/system/file.h"
#include "daemon/system/path.h"

#define OPTION "store.path: "
#define MARK ".schema"
#define UNFINISHED ".new"
#define MEGABYTE 1000000

static char *former_name(const struct store_db *db, int schema)
{
	return xasprintf("%s" MARK "%d", db->path, schema);
}

char *former_kept(const struct store_db *db)
{
	return db->migrated_from > 0 ? former_name(db, db->migrated_from) : NULL;
}

/* --- making a copy --- */

/* Returns a code of SQLite. */
static int write_copy(struct store_db *db, const char *name)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db->handle, "VACUUM INTO ?1", -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	(void)sqlite3_finalize(statement);
	return code;
}

static int sync_copy(const char *name, struct err *err)
{
	int fd = disk_open(name, UV_FS_O_RDWR | UV_FS_O_NOFOLLOW, 0),
	    code = fd < 0 ? fd : disk_sync(fd);

	if (fd >= 0)
		file_close(fd);
	return code < 0 ? err_set(err, "%s", disk_words(code)) : 0;
}

static enum store_result make_copy(struct store_db *db, const char *unfinished, const char *name,
                                   struct err *err)
{
	if (db_file_remove(unfinished, err) < 0 || db_file_make(unfinished, err) < 0)
		return STORE_FAILED;
	int code = write_copy(db, unfinished);
	enum store_result result = judge_code(db, code, err);
	if (result == STORE_FAILED)
		err_set(err, "%s", judge_words(db, code));
	if (result == STORE_OK &&
	    (sync_copy(unfinished, err) < 0 || db_file_move(unfinished, name, err) < 0))
		result = STORE_FAILED;
	return result;
}

static unsigned long long size_in_megabytes(const char *path)
{
	uv_stat_t of;

	return disk_stat_target(path, &of) == 0 ? (unsigned long long)of.st_size / MEGABYTE + 1 : 1;
}

enum store_result former_copy(struct store_db *db, int schema, struct err *err)
{
	char *name = former_name(db, schema), *unfinished = xasprintf("%s" UNFINISHED, name);
	struct err why = {{0}}, ignored;

	/* What an interrupted migration left is worth nothing while the database is as it was. */
	(void)db_file_remove(name, &ignored);
	enum store_result result = make_copy(db, unfinished, name, &why);
	size_t named = strncmp(why.text, OPTION, strlen(OPTION)) == 0 ? strlen(OPTION) : 0;

	if (result == STORE_DAMAGED)
		*err = why;
	if (result == STORE_FAILED)
		err_set(err,
		        OPTION "%s: cannot be created: %s. The database (format %d, %llu MB) must "
		               "be copied there before it is migrated, and was not changed",
		        name, why.text + named, schema, size_in_megabytes(db->path));
	if (result != STORE_OK)
		(void)db_file_remove(unfinished, &ignored);
	free(unfinished);
	free(name);
	return result;
}

/* --- removing copies --- */

void former_forget(const struct store_db *db, int schema)
{
	char *name = former_name(db, schema);
	struct err ignored;

	(void)db_file_remove(name, &ignored);
	free(name);
}

/* Whether `name` is that of a copy, finished or not. `base`: file name of the database. */
static bool is_former(const char *name, const char *base)
{
	struct str rest = str_of(name);

	if (!str_starts(rest, str_of(base)))
		return false;
	rest = str_skip(rest, strlen(base));
	if (!str_starts(rest, STR(MARK)))
		return false;
	rest = str_skip(rest, sizeof(MARK) - 1);
	if (rest.len == 0 || rest.data[0] < '0' || rest.data[0] > '9')
		return false;
	while (rest.len > 0 && rest.data[0] >= '0' && rest.data[0] <= '9')
		rest = str_skip(rest, 1);
	return rest.len == 0 || str_eq(rest, STR(UNFINISHED));
}

/* Goes by the time of the last write, which completed the copy. */
static bool is_made_before(const char *path, msec before)
{
	uv_stat_t of;

	return disk_stat_path(path, &of) == 0 && (msec)of.st_mtim.tv_sec * MSEC_SECOND < before;
}

static int remove_one_copy(const char *name, msec before, unsigned *count, struct err *err)
{
	if (!is_made_before(name, before))
		return 0;
	if (db_file_remove(name, err) < 0)
		return -1;
	++*count;
	return 0;
}

static int remove_in(uv_fs_t *folder, const char *path, msec before, unsigned *count,
                     struct err *err)
{
	const char *base = path_name(path);
	uv_dirent_t entry;
	int result = 0;

	while (uv_fs_scandir_next(folder, &entry) == 0)
		if (is_former(entry.name, base)) {
			char *name = xasprintf("%.*s%s", (int)(base - path), path, entry.name);

			result = remove_one_copy(name, before, count, err) < 0 ? -1 : result;
			free(name);
		}
	return result;
}

static int remove_before(const char *path, msec before, unsigned *count, struct err *err)
{
	char *name = file_folder(path);
	uv_fs_t folder;
	int code = uv_fs_scandir(NULL, &folder, name, 0, NULL), result;

	if (code < 0)
		result = err_set(err, "%s: cannot search for copies of the database: %s", path,
		                 disk_words(code));
	else
		result = remove_in(&folder, path, before, count, err);
	uv_fs_req_cleanup(&folder);
	free(name);
	return result;
}

int former_remove(const char *path, unsigned *count, struct err *err)
{
	return remove_before(path, INT64_MAX, count, err);
}

enum store_result former_drop(struct store_db *db, msec before, struct err *err)
{
	unsigned count = 0;

	return remove_before(db->path, before, &count, err) < 0 ? STORE_FAILED : STORE_OK;
}
