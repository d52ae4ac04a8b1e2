/* Databases of former versions become one of this version. */
#ifndef DAEMON_STORE_SQLITE_MIGRATE_H
#define DAEMON_STORE_SQLITE_MIGRATE_H

#include "daemon/store/sqlite/db.h"

/* The open database has this schema, which may be the present one: then nothing is done. Otherwise
 * it is copied (former.h) and brought up step by step; after STORE_OK it has SCHEMA_VERSION. Each
 * step is one transaction: whatever ends the process, the next call goes on. Before any other
 * statement is prepared. */
enum store_result migrate_run(struct store_db *db, int schema, struct err *err) MUST_CHECK;

#endif
