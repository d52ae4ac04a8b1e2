/* The operations on an open database. Each of them leaves the connection outside of any
 * transaction and every statement reset. Most are functions of struct store_backend:
 * daemon/store/backend.h describes them. */
#ifndef DAEMON_STORE_SQLITE_SQL_H
#define DAEMON_STORE_SQLITE_SQL_H

#include "daemon/store/sqlite/db.h"

struct sqlite3_stmt;

/* --- sql.c: the texts of the statements, and what all operations need --- */

/* Prepares all statements. A missing table or column is damage, since the file says that it is
 * ours. */
enum store_result sql_prepare(struct store_db *db, struct err *err) MUST_CHECK;
void sql_bind_id(struct sqlite3_stmt *statement, int at, uint64_t id);
/* Binds account and id as the first two parameters. */
void sql_bind_ticket(struct sqlite3_stmt *statement, struct ticket_key ticket);
/* `text` must stay valid until the statement was run. */
void sql_bind_text(struct sqlite3_stmt *statement, int at, const char *text);
/* Runs a statement whose rows, if any, do not matter; then resets it and clears its parameters.
 * Returns the code of SQLite. */
int sql_run(struct store_db *db, enum sql_statement which);
/* Ends a transaction: commits when `code` is good, else rolls back. The reason is that of the
 * first failure. */
enum store_result sql_end(struct store_db *db, int code, struct err *err) MUST_CHECK;
/* Moves the contents of the log into the database file and truncates the log, so that nothing
 * is left in it. */
enum store_result sql_empty_log(struct store_db *db, struct err *err) MUST_CHECK;

/* --- sql_records.c --- */

enum store_result sql_put(struct store_db *db, const struct store_record *records, size_t count,
                          struct err *err) MUST_CHECK;
uint64_t sql_count_alive(struct store_db *db);
enum store_result sql_restore(struct store_db *db, int64_t *from,
                              int (*each)(void *arg, const struct store_row *row, struct err *err),
                              void *arg, struct err *err) MUST_CHECK;
enum store_result sql_newest_brief(struct store_db *db, struct store_row *ret,
                                   struct err *err) MUST_CHECK;
enum store_result sql_history(struct store_db *db, struct ticket_key ticket,
                              struct store_rows *history, struct err *err) MUST_CHECK;

/* Reads a row whose columns are RECORD_COLUMNS and whether it is alive; the payload is a copy, to
 * be freed. False when the row is not valid. */
bool sql_read_row(struct sqlite3_stmt *statement, struct store_row *ret);

/* --- sql_listed.c --- */

/* Both are for the transaction that stores the record, and return a code of SQLite: adds the row
 * that the record has (`model`: of the row before, NULL in the first one of a transaction); and
 * marks the rows of a ticket that this record of an undo takes back. */
int sql_add_listed(struct store_db *db, const struct store_record *item, const char **model);
int sql_mark_undone(struct store_db *db, const struct record *record);
enum store_result sql_decisions(struct store_db *db, const struct store_listed_filter *filter,
                                struct store_listed *listed, struct err *err) MUST_CHECK;
enum store_result sql_drop_decisions(struct store_db *db, msec before, bool *ret_more,
                                     struct err *err) MUST_CHECK;

/* --- sql_answers.c --- */

enum store_result sql_answers(struct store_db *db, const struct store_answers *wanted,
                              struct err *err) MUST_CHECK;
enum store_result sql_drop_answers(struct store_db *db, msec before, bool *ret_more,
                                   struct err *err) MUST_CHECK;

/* --- sql_choices.c --- */

enum store_result sql_choices(struct store_db *db, msec from, msec to,
                              struct store_choice_rows *choices, struct err *err) MUST_CHECK;

/* --- sql_span.c --- */

enum store_result sql_span(struct store_db *db, const struct store_span *span,
                           struct store_rows *history, struct err *err) MUST_CHECK;

/* --- sql_erase.c --- */

enum store_result sql_erase(struct store_db *db, struct ticket_key ticket,
                            const uint8_t mac[TOMBSTONE_SIZE], msec wall, uint64_t *ret_count,
                            struct err *err) MUST_CHECK;
enum store_result sql_purge(struct store_db *db, unsigned *ret_copies, struct err *err) MUST_CHECK;
enum store_result sql_erased(struct store_db *db, struct ticket_key ticket,
                             struct err *err) MUST_CHECK;
enum store_result sql_erasings(struct store_db *db, struct ticket_key *tickets, size_t max,
                               size_t *ret_count, struct err *err) MUST_CHECK;
enum store_result sql_erased_at(struct store_db *db, const uint8_t mac[TOMBSTONE_SIZE],
                                msec *ret_wall, struct err *err) MUST_CHECK;

/* --- sql_prune.c --- */

enum store_result sql_prune(struct store_db *db, msec *from, msec before, bool *ret_more,
                            struct err *err) MUST_CHECK;

/* --- sql_counts.c --- */

/* Adds the records' counts to the statistics, within the transaction that stores the records.
 * Returns a code of SQLite. */
int sql_add_counts(struct store_db *db, const struct store_record *records, size_t count);
enum store_result sql_counts(struct store_db *db, int64_t from, int64_t to,
                             void (*each)(void *arg, int64_t quarter, const struct counts *counts),
                             void *arg, struct err *err) MUST_CHECK;
enum store_result sql_drop_counts(struct store_db *db, int64_t before, struct err *err) MUST_CHECK;

/* --- sql_memory.c: struct store_memory --- */

enum store_result sql_load(struct store_db *db, struct store_memory *memory,
                           struct err *err) MUST_CHECK;
enum store_result sql_save(struct store_db *db, const struct store_memory *memory,
                           struct err *err) MUST_CHECK;
enum store_result sql_keep(struct store_db *db, const char *name, const char *text,
                           struct err *err) MUST_CHECK;
enum store_result sql_try(struct store_db *db, struct err *err) MUST_CHECK;
enum store_result sql_told(struct store_db *db, struct err *err) MUST_CHECK;

#endif
