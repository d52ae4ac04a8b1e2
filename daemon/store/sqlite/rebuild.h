/* Replaces a damaged database by a sound one. */
#ifndef DAEMON_STORE_SQLITE_REBUILD_H
#define DAEMON_STORE_SQLITE_REBUILD_H

#include "daemon/store/sqlite/db.h"

/* Both are functions of struct store_backend; daemon/store/backend.h describes them. */

/* `open`: completes a replacement that an earlier process did not complete, then opens the
 * database (db_open). */
enum store_result rebuild_open(struct store_db *db, struct err *err) MUST_CHECK;
/* `rebuild`. */
enum store_result rebuild_database(struct store_db *db, struct store_memory *memory,
                                   struct err *err) MUST_CHECK;

#endif
