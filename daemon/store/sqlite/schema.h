/* The tables of the database and the version of their schema. */
#ifndef DAEMON_STORE_SQLITE_SCHEMA_H
#define DAEMON_STORE_SQLITE_SCHEMA_H

#include "daemon/store/sqlite/db.h"

#define SCHEMA_VERSION 4
/* highest serial of a record; SQLite's limit is twice as high */
#define SERIAL_MAX 4000000000000000000
#define SERIALS_FROM_1 "BETWEEN ?1 AND 4000000000000000000"

/* Creates the tables in an empty file; otherwise checks that the file is ours and not of a
 * newer version. `*ret_version`: the schema of the file, at most SCHEMA_VERSION; a former one
 * must be migrated. */
enum store_result schema_find(struct store_db *db, int *ret_version, struct err *err) MUST_CHECK;
/* New records get serials above the highest in the file. STORE_DAMAGED when that is above
 * SERIAL_MAX, which no correct process reaches. */
enum store_result schema_check_serials(struct store_db *db, struct err *err) MUST_CHECK;

#endif
