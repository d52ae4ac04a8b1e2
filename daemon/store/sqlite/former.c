/* Makes copies of the database from before a migration, and removes copies of all kinds. */
#include "daemon/store/sqlite/former.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "daemon/store/sqlite/copy.h"
#include "daemon/store/sqlite/db_file.h"
#include "daemon/store/sqlite/judge.h"
#include "daemon/system/file.h"

#define OPTION "store.path: "
#define MARK ".schema"
#define BACKUP ".backup"
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

static unsigned long long size_in_megabytes(const char *path)
{
	struct stat of;

	return stat(path, &of) == 0 ? (unsigned long long)of.st_size / MEGABYTE + 1 : 1;
}

enum store_result former_copy(struct store_db *db, int schema, struct err *err)
{
	char *name = former_name(db, schema);
	struct err why = {{0}}, ignored;

	/* What an interrupted migration left is worth nothing while the database is as it was. */
	(void)db_file_remove(name, &ignored);
	enum store_result result = copy_make(db, name, &why);
	size_t named = strncmp(why.text, OPTION, strlen(OPTION)) == 0 ? strlen(OPTION) : 0;

	if (result == STORE_DAMAGED)
		*err = why;
	if (result == STORE_FAILED)
		err_set(err,
		        OPTION "%s: cannot be created: %s. The database (format %d, %llu MB) must "
		               "be copied there before it is migrated, and was not changed",
		        name, why.text + named, schema, size_in_megabytes(db->path));
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
static bool is_copy(const char *name, const char *base)
{
	struct str rest = str_of(name);

	if (!str_starts(rest, str_of(base)))
		return false;
	rest = str_skip(rest, strlen(base));
	if (str_eq(rest, STR(BACKUP)) || str_eq(rest, STR(BACKUP UNFINISHED)))
		return true;
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
	struct stat of;

	return lstat(path, &of) == 0 && (msec)of.st_mtim.tv_sec * MSEC_SECOND < before;
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

static int remove_in(DIR *folder, const char *path, msec before, unsigned *count, struct err *err)
{
	const char *base = strrchr(path, '/') + 1;
	struct dirent *entry;
	int result = 0;

	errno = 0;
	while ((entry = readdir(folder)) != NULL) {
		if (is_copy(entry->d_name, base)) {
			char *name = xasprintf("%.*s%s", (int)(base - path), path, entry->d_name);

			result = remove_one_copy(name, before, count, err) < 0 ? -1 : result;
			free(name);
		}
		errno = 0;
	}
	if (errno != 0)
		result = err_set(err, "%s: cannot search for copies of the database: %s", path,
		                 strerror(errno));
	return result;
}

static int remove_before(const char *path, msec before, unsigned *count, struct err *err)
{
	char *name = file_folder(path);
	DIR *folder = opendir(name);
	int result;

	if (folder == NULL) {
		result = err_set(err, "%s: cannot search for copies of the database: %s", path,
		                 strerror(errno));
	} else {
		result = remove_in(folder, path, before, count, err);
		(void)closedir(folder);
	}
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
