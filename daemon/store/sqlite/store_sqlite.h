/* SQLite as a backend of the store. */
#ifndef DAEMON_STORE_SQLITE_STORE_SQLITE_H
#define DAEMON_STORE_SQLITE_STORE_SQLITE_H

#include "daemon/store/backend.h"

extern const struct store_backend store_sqlite;

#endif
