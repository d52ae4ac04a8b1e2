/* A damaged file is exchanged for a sound one. */
#ifndef DAEMON_STORE_SQLITE_REBUILD_H
#define DAEMON_STORE_SQLITE_REBUILD_H

#include "daemon/store/sqlite/db.h"

/* Both are functions of struct store_backend. */

/* Opens the database (db_open), after ending an exchange in which an earlier process was cut
 * off. */
enum store_result rebuild_open(struct store_db *db, struct err *err) MUST_CHECK;
enum store_result rebuild_database(struct store_db *db, struct store_memory *memory,
                                   struct err *err) MUST_CHECK;

#endif
