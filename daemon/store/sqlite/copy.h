/* Copies of the whole database in one sound file without a log, while it is open. */
#ifndef DAEMON_STORE_SQLITE_COPY_H
#define DAEMON_STORE_SQLITE_COPY_H

#include "daemon/store/sqlite/db.h"
#include "daemon/store/store_backup.h"

/* Copies the open database to `name`, readable by its owner only, in place of what is there. A
 * file of that name is complete and on the disk: before, it is `name`.new. When it fails neither
 * is left; STORE_DAMAGED when the database could not be read. */
enum store_result copy_make(struct store_db *db, const char *name, struct err *err) MUST_CHECK;
/* A function of struct store_backend. */
enum store_result copy_backup(struct store_db *db, struct store_copy *ret,
                              struct err *err) MUST_CHECK;

#endif
