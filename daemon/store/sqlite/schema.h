/* What the file must be: its tables and their version. */
#ifndef DAEMON_STORE_SQLITE_SCHEMA_H
#define DAEMON_STORE_SQLITE_SCHEMA_H

#include "daemon/store/sqlite/db.h"

#define SCHEMA_VERSION 2
#define SERIAL_MAX 4000000000000000000 /* of a record; SQLite counts to twice as much */
#define SERIALS_FROM_1 "BETWEEN ?1 AND 4000000000000000000"

/* Makes the tables in an empty file; checks application and version otherwise. `*ret_version` is
 * what the file has: SCHEMA_VERSION, or that of a former one, to be migrated. */
enum store_result schema_find(struct store_db *db, int *ret_version, struct err *err) MUST_CHECK;
/* Records are numbered from the highest on; STORE_DAMAGED when no life can have reached it. */
enum store_result schema_check_serials(struct store_db *db, struct err *err) MUST_CHECK;

#endif
