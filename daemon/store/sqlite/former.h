/* Copies of the database as it was before a migration: PATH.schemaN, for a person who goes back to
 * the former version. They hold everything in the clear that it held then. */
#ifndef DAEMON_STORE_SQLITE_FORMER_H
#define DAEMON_STORE_SQLITE_FORMER_H

#include "daemon/store/sqlite/db.h"

/* Copies the open database, which has this schema; takes the place of an earlier copy of it. When
 * it returns the copy is whole and on the disk. Upon failure none is left that was not there
 * before, and the database is as it was; STORE_DAMAGED when that could not be read. */
enum store_result former_copy(struct store_db *db, int schema, struct err *err) MUST_CHECK;
/* Removes all copies, of whichever schema, also what is left of one that was cut off, and adds to
 * `*count` how many that were. -1 with the reason for the last one that stays. */
int former_remove(const char *path, unsigned *count, struct err *err) MUST_CHECK;
/* Removes those that were made before `before` (wall), by the time of the file. A function of
 * struct store_backend. */
enum store_result former_drop(struct store_db *db, msec before, struct err *err) MUST_CHECK;

#endif
