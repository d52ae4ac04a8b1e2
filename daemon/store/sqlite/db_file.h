/* Creates, resolves, renames and removes the files of the database. All calls block. */
#ifndef DAEMON_STORE_SQLITE_DB_FILE_H
#define DAEMON_STORE_SQLITE_DB_FILE_H

#include "base/base.h"

/* Makes missing folders and returns the absolute path without symbolic links, to be freed; NULL
 * with a reason when that fails. The file itself need not exist. */
char *db_file_resolve(const char *path, struct err *err) MUST_CHECK;
/* Creates the file (0600) when it is missing, and checks that it can be written. -1 with a
 * reason. */
int db_file_make(const char *path, struct err *err) MUST_CHECK;
/* The name of a database while rebuild.c builds it, to be freed. */
char *db_file_new(const char *path) MUST_CHECK;
/* Removes the database of that name, if there is one. A failure is ignored. */
void db_file_drop_new(const char *path);
/* The name for the next damaged database, to be freed: PATH.bak, PATH.bak.1 … PATH.bak.9 (if
 * all exist, the last is replaced). */
char *db_file_next_copy(const char *path) MUST_CHECK;
/* Renames the damaged file at `path` and its log to `copy`, and the new database (db_file_new),
 * which must be complete and on the disk, to `path`. Each step is on the disk before the next
 * begins: see rebuild.c. -1 with a reason. */
int db_file_swap(const char *path, const char *copy, struct err *err) MUST_CHECK;
/* Completes a swap that an earlier process did not complete, or removes its unfinished files.
 * -1 with a reason. */
int db_file_end_swap(const char *path, struct err *err) MUST_CHECK;
/* Renames a file; the folder's new contents are on the disk when it returns. -1 with a reason. */
int db_file_move(const char *from, const char *to, struct err *err) MUST_CHECK;
/* Removes a database with its logs; a missing file is not an error. -1 with a reason. */
int db_file_remove(const char *path, struct err *err);
/* Removes all damaged databases (PATH.bak …). `*ret_count`: number of removed ones. -1 with a
 * reason when one could not be removed. */
int db_file_remove_copies(const char *path, unsigned *ret_count, struct err *err) MUST_CHECK;

#endif
