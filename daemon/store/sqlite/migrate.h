/* Migrates databases of former versions to the schema of this one. */
#ifndef DAEMON_STORE_SQLITE_MIGRATE_H
#define DAEMON_STORE_SQLITE_MIGRATE_H

#include "daemon/store/sqlite/db.h"

/* Migrates the open database from `schema`; does nothing when that is SCHEMA_VERSION. The
 * database is copied first (former.h), then migrated one schema at a time, in one transaction for
 * all of them: however that ends, the database has the former schema or the present one. To be
 * called before any statement is prepared. */
enum store_result migrate_run(struct store_db *db, int schema, struct err *err) MUST_CHECK;

#endif
