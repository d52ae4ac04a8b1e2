/* Copies of the database from before a migration, PATH.schemaN, for a person who returns to the
 * former version. They contain in the clear all that the database contained then. */
#ifndef DAEMON_STORE_SQLITE_FORMER_H
#define DAEMON_STORE_SQLITE_FORMER_H

#include "daemon/store/sqlite/db.h"

/* Copies the open database, which has this schema. An earlier copy of the same schema is removed
 * first, so that the disk needs room for one only. When this returns the copy is complete and on
 * the disk. When it fails, no copy is left and the database is unchanged; STORE_DAMAGED when the
 * database could not be read. */
enum store_result former_copy(struct store_db *db, int schema, struct err *err) MUST_CHECK;
/* Removes the copy of this schema, if there is one. */
void former_forget(const struct store_db *db, int schema);
/* A function of struct store_backend. */
char *former_kept(const struct store_db *db);
/* Removes the copies of all schemas and the backup (copy.h), also incomplete ones, and adds their
 * number to `*count`. -1 with the reason for the last one that could not be removed. */
int former_remove(const char *path, unsigned *count, struct err *err) MUST_CHECK;
/* Removes those of them that were made before `before` (wall, ms), by the time of the file. A
 * function of struct store_backend. */
enum store_result former_drop(struct store_db *db, msec before, struct err *err) MUST_CHECK;

#endif
