/* The files of the database as files: made, resolved, put aside, removed. All calls block. */
#ifndef DAEMON_STORE_SQLITE_DB_FILE_H
#define DAEMON_STORE_SQLITE_DB_FILE_H

#include "base/base.h"

/* Makes missing folders and gives the absolute path without symbolic links, to be freed; or NULL
 * with a reason. */
char *db_file_resolve(const char *path, struct err *err) MUST_CHECK;
/* Makes the file (0600) when missing, and proves that it may be written. */
int db_file_make(const char *path, struct err *err) MUST_CHECK;
/* The name of a database in the making, to be freed. */
char *db_file_new(const char *path) MUST_CHECK;
void db_file_drop_new(const char *path);
/* The name that the next damaged database gets, to be freed: .bak, .bak.1 … .bak.9 (the last is
 * replaced). */
char *db_file_next_copy(const char *path) MUST_CHECK;
/* Gives the file at `path` and its log the name `copy`, and the one in the making, which is whole
 * and on the disk, that of the file. Each step is on the disk before the next: see rebuild.c. -1
 * with a reason. */
int db_file_swap(const char *path, const char *copy, struct err *err) MUST_CHECK;
/* Goes on where an earlier process was cut off, or removes what it left. */
int db_file_end_swap(const char *path, struct err *err) MUST_CHECK;
/* Renames it; the folder is on the disk when it returns. -1 with a reason. */
int db_file_move(const char *from, const char *to, struct err *err) MUST_CHECK;
/* Removes a database with its logs; one that is not there is no failure. -1 with a reason. */
int db_file_remove(const char *path, struct err *err);
/* Removes damaged databases that were put aside, and says how many that were; -1 with a reason when
 * one could not be. */
int db_file_remove_copies(const char *path, unsigned *ret_count, struct err *err) MUST_CHECK;

#endif
