/* What an SQLite result code means for the store. */
#ifndef DAEMON_STORE_SQLITE_JUDGE_H
#define DAEMON_STORE_SQLITE_JUDGE_H

#include "daemon/store/sqlite/db.h"

/* The sort of a code, its words put into `err` where it is a failure. Ends the process for lack of
 * memory. */
enum store_result judge_code(const struct store_db *db, int code, struct err *err);
/* The statement did what it was to do. */
bool judge_is_good(int code);
/* A code in words that a person understands, without the name of the file; valid until the next
 * call on the connection. */
const char *judge_words(const struct store_db *db, int code);

#endif
