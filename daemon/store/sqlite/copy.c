/* A copy is written under another name, synced, and then renamed, so a file with the final name is
 * complete. SQLite writes it from what it reads, so a database that is not sound yields no copy. A
 * copy of the files would not do: what was committed last is in the log, which goes on changing. */
#include "daemon/store/sqlite/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/sqlite/db_file.h"
#include "daemon/store/sqlite/judge.h"
#include "daemon/system/filesystem.h"
#include "observe/health.h"

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
	int fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW), result = fd < 0 ? -1 : fsync(fd);

	if (result < 0)
		err_set(err, "%s", strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	return result;
}

static enum store_result make_as(struct store_db *db, const char *unfinished, const char *name,
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

enum store_result copy_make(struct store_db *db, const char *name, struct err *err)
{
	char *unfinished = xasprintf("%s.new", name);
	struct err ignored;
	enum store_result result = make_as(db, unfinished, name, err);

	if (result != STORE_OK)
		(void)db_file_remove(unfinished, &ignored);
	free(unfinished);
	return result;
}

/* A disk that the copy filled would stop logs, results and the database itself. */
static bool has_room(const struct store_db *db, struct err *err)
{
	struct filesystem disk;
	struct stat of;

	if (stat(db->path, &of) < 0 || filesystem_of(db->path, &disk) < 0 ||
	    disk.free_bytes >= of.st_size + HEALTH_DISK_NEEDED)
		return true;
	err_set(err, "%lld MiB are needed, and %lld are free",
	        (long long)((of.st_size + HEALTH_DISK_NEEDED) >> 20),
	        (long long)(disk.free_bytes >> 20));
	return false;
}

enum store_result copy_backup(struct store_db *db, struct store_copy *ret, struct err *err)
{
	char *name = xasprintf("%s.backup", db->path);
	struct err why = {{0}};
	enum store_result result = has_room(db, &why) ? copy_make(db, name, &why) : STORE_FAILED;
	struct stat of;

	if (result == STORE_OK && stat(name, &of) == 0) {
		*ret = (struct store_copy){.path = name, .bytes = of.st_size};
		return STORE_OK;
	}
	if (result == STORE_DAMAGED)
		*err = why;
	else
		err_set(err, "%s: cannot be created: %s", name,
		        result == STORE_OK ? strerror(errno) : why.text);
	free(name);
	return result == STORE_OK ? STORE_FAILED : result;
}
