/* What an SQLite result code means for the store. */
#ifndef DAEMON_STORE_SQLITE_JUDGE_H
#define DAEMON_STORE_SQLITE_JUDGE_H

#include "daemon/store/sqlite/db.h"

/* Classifies a code; for a failure `err` gets the reason, with the path. Ends the process when
 * SQLite is out of memory. */
enum store_result judge_code(const struct store_db *db, int code, struct err *err);
/* Whether the statement succeeded (SQLITE_OK, SQLITE_ROW or SQLITE_DONE). */
bool judge_is_good(int code);
/* Describes a code for a person, without the path; valid until the next call on the connection. */
const char *judge_words(const struct store_db *db, int code);

#endif
