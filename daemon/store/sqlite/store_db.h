/* The database of the store: one connection and the statements on it. Everything here blocks; one thread at a time. SQLite is
 * known to the files named here only. */
#ifndef DAEMON_STORE_SQLITE_STORE_DB_H
#define DAEMON_STORE_SQLITE_STORE_DB_H

#include "base/buf.h"
#include "base/clock.h"
#include "daemon/store/store_memory.h"
#include "engine/record.h"

struct sqlite3;
struct sqlite3_stmt;

enum db_result {
	DB_OK,
	DB_DAMAGED, /* the file is no sound database: put it aside */
	DB_FAILED   /* full, read-only, not ours, newer …: the file is left as it is */
};

enum db_statement {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_DROP_CURSOR,
	SQL_ADD_RECORD,
	SQL_ADD_ALIVE,
	SQL_RETIRE,
	SQL_COUNT_ALIVE,
	SQL_RESTORE,
	SQL_NEWEST_BRIEF,
	SQL_COUNT_TICKET,
	SQL_HISTORY,
	SQL_ERASE_ALIVE,
	SQL_ERASE_RECORDS,
	SQL_ERASE_FROM_CURSOR,
	SQL_ADD_ERASING,
	SQL_ERASINGS,
	SQL_DROP_ERASING,
	SQL_ADD_TOMBSTONE,
	SQL_TOMBSTONES,
	SQL_TOMBSTONE_WALL,
	SQL_PUT_META,
	SQL_META,
	SQL_FIND_OLD,
	SQL_EMPTY_RECORD,
	SQL_DROP_ALIVE,
	SQL_DROP_RECORD,
	SQL_ADD_COUNTS,
	SQL_COUNTS,
	SQL_DROP_COUNTS,
	SQL_STATEMENTS
};

#define SERIAL_MAX 4000000000000000000 /* of a record; SQLite counts to twice as much */
#define SERIALS_FROM_1 "BETWEEN ?1 AND 4000000000000000000"

struct store_db {
	struct sqlite3 *handle; /* NULL = closed */
	struct sqlite3_stmt *statements[SQL_STATEMENTS];
	char *path; /* absolute */
};

/* --- store_db.c: the connection and its file --- */

/* Opens what is at `path` or begins it. `db` is zeroed or closed. After anything but DB_OK it is closed. */
enum db_result store_db_open(struct store_db *db, const char *path, struct err *err) MUST_CHECK;
void store_db_close(struct store_db *db);
/* Frees the pages that are kept for the next statement. */
void store_db_rest(struct store_db *db);
/* The sort of an SQLite result code, its words put into `err`. Ends the process for lack of memory. */
enum db_result store_db_judge(const struct store_db *db, int code, struct err *err);

/* --- store_rebuild.c: a damaged file is exchanged for a sound one --- */

/* Puts aside what `db` has open, or what is at `path` and is no sound database, and opens a fresh one that holds `memory` and what
 * could be salvaged; `memory` is completed by that, with where the damaged one is. Upon failure the damaged file is where it was, and
 * all can be repeated: with `db` closed a sound file is taken as it is. */
enum db_result store_db_rebuild(struct store_db *db, const char *path, struct store_memory *memory,
                                struct err *err) MUST_CHECK;

/* --- store_salvage.c: what can be had of a damaged database --- */

/* Copies what can be read in the file `damaged` into a fresh database: the alive records, with their serial numbers, the statistics
 * and the small things, which are added to `memory` too. Fails only when the fresh one does. */
enum db_result store_db_salvage(struct store_db *db, const char *damaged, struct store_memory *memory,
                                struct err *err) MUST_CHECK;

/* --- store_schema.c: what the file must be --- */

/* Makes the tables in an empty file; checks application and version otherwise. */
enum db_result store_schema_ensure(struct store_db *db, struct err *err) MUST_CHECK;
enum db_result store_schema_prepare(struct store_db *db, struct err *err) MUST_CHECK;

/* --- store_sql.c: what is done with it --- */

struct db_record {
	struct record record;
	char *sealed; /* what is stored in place of the payload; NULL = the payload */
	size_t sealed_len;
	msec wall;
};
void db_record_free(struct db_record *record);

/* As it is stored. */
struct db_row {
	struct record record; /* the payload has a NUL behind it, and may be sealed */
	size_t len;           /* of the payload */
	bool sealed, alive;
	msec wall;
};

/* Of one ticket, newest first, cut to what store_explain promises. */
struct db_history {
	struct db_row *rows; /* owned, with their payloads */
	size_t count;
	uint64_t total; /* how many there are */
};
void db_history_free(struct db_history *history);

/* All of them, and what they add to the statistics, or none. */
enum db_result store_db_put(struct store_db *db, const struct db_record *records, size_t count,
                            struct err *err) MUST_CHECK;
/* 0 also when it cannot be told. */
uint64_t store_db_count_alive(struct store_db *db);
/* Alive ones from `*from` on (0: all; moved on to where to continue after DB_DAMAGED), oldest first, until `each` gives something else
 * than 0, which is then DB_FAILED with its reason. One with a brief has neither payload nor sequence: its record is not read. */
enum db_result store_db_restore(struct store_db *db, int64_t *from,
                                int (*each)(void *arg, const struct db_row *row, struct err *err), void *arg,
                                struct err *err) MUST_CHECK;
/* The newest record that store_db_restore tells by its brief, with its payload; zeroed when there is none. To be freed (record_free). */
enum db_result store_db_newest_brief(struct store_db *db, struct db_row *ret, struct err *err) MUST_CHECK;
/* `history` is zeroed; to be freed whatever the result. */
enum db_result store_db_history(struct store_db *db, struct ticket_key ticket, struct db_history *history,
                                struct err *err) MUST_CHECK;
/* The log still holds it until store_db_empty_log. The ticket is among those that are being erased, until store_db_erased. */
enum db_result store_db_erase(struct store_db *db, struct ticket_key ticket, const uint8_t mac[TOMBSTONE_SIZE],
                              msec wall, uint64_t *ret_count, struct err *err) MUST_CHECK;
/* When; 0 when that is not known. */
enum db_result store_db_erased_at(struct store_db *db, const uint8_t mac[TOMBSTONE_SIZE], msec *ret_wall,
                                  struct err *err) MUST_CHECK;
enum db_result store_db_erased(struct store_db *db, struct ticket_key ticket, struct err *err) MUST_CHECK;
/* Writes a page. */
enum db_result store_db_try(struct store_db *db, struct err *err) MUST_CHECK;
/* Nothing is left of which a person is to be told. */
enum db_result store_db_told(struct store_db *db, struct err *err) MUST_CHECK;
/* Up to `max` of those that are being erased. */
enum db_result store_db_erasings(struct store_db *db, struct ticket_key *tickets, size_t max, size_t *ret_count,
                                 struct err *err) MUST_CHECK;
enum db_result store_db_empty_log(struct store_db *db, struct err *err) MUST_CHECK;
/* Removes a number of records that are not alive and lie in [*from, before); moves `*from` on. `*ret_more`: call again. */
enum db_result store_db_prune(struct store_db *db, msec *from, msec before, bool *ret_more, struct err *err) MUST_CHECK;
/* The statistics of the quarters from `from` to `to`, oldest first. Numbers that cannot be ours are told as 0. */
enum db_result store_db_counts(struct store_db *db, int64_t from, int64_t to,
                               void (*each)(void *arg, int64_t quarter, const struct counts *counts), void *arg,
                               struct err *err) MUST_CHECK;
/* Removes the statistics of the quarters before `before`. */
enum db_result store_db_drop_counts(struct store_db *db, int64_t before, struct err *err) MUST_CHECK;
/* Adds what the database holds to an initialised `memory`. */
enum db_result store_db_load(struct store_db *db, struct store_memory *memory, struct err *err) MUST_CHECK;
/* Writes all of `memory` into the database: a fresh one, or after a change. */
enum db_result store_db_save(struct store_db *db, const struct store_memory *memory, struct err *err) MUST_CHECK;

#endif
