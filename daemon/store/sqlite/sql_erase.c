/* Erases a ticket: its rows in one transaction, then what still contains them elsewhere. */
#include <sqlite3.h>

#include "daemon/store/sqlite/db_file.h"
#include "daemon/store/sqlite/former.h"
#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/sql.h"

enum store_result sql_erase(struct store_db *db, struct ticket_key ticket,
                            const uint8_t mac[TOMBSTONE_SIZE], msec wall, uint64_t *ret_count,
                            struct err *err)
{
	sqlite3_stmt *tombstone = db->statements[SQL_ADD_TOMBSTONE];
	int code = sql_run(db, SQL_BEGIN);

	*ret_count = 0;
	(void)sqlite3_bind_blob(tombstone, 1, mac, TOMBSTONE_SIZE, SQLITE_STATIC);
	(void)sqlite3_bind_int64(tombstone, 2, ticket.account);
	(void)sqlite3_bind_int64(tombstone, 3, wall);
	sql_bind_ticket(db->statements[SQL_ADD_ERASING], ticket);
	sql_bind_ticket(db->statements[SQL_ERASE_ALIVE], ticket);
	sql_bind_ticket(db->statements[SQL_ERASE_RECORDS], ticket);
	sql_bind_ticket(db->statements[SQL_ERASE_FROM_CURSOR], ticket);
	sql_bind_ticket(db->statements[SQL_ERASE_LISTED], ticket);
	sql_bind_ticket(db->statements[SQL_ERASE_ANSWERS], ticket);
	if (judge_is_good(code))
		code = sql_run(db, SQL_ADD_TOMBSTONE);
	if (judge_is_good(code))
		code = sql_run(db, SQL_ADD_ERASING);
	if (judge_is_good(code))
		code = sql_run(db, SQL_ERASE_ALIVE);
	if (judge_is_good(code))
		code = sql_run(db, SQL_ERASE_LISTED);
	if (judge_is_good(code))
		code = sql_run(db, SQL_ERASE_ANSWERS);
	if (judge_is_good(code))
		code = sql_run(db, SQL_ERASE_RECORDS);
	if (judge_is_good(code))
		*ret_count = (uint64_t)sqlite3_changes64(db->handle);
	if (judge_is_good(code))
		code = sql_run(db, SQL_ERASE_FROM_CURSOR);
	return sql_end(db, code, err);
}

/* Keeps the first failure and its reason. */
static void keep_first_failure(enum store_result *result, struct err *err, const struct err *why)
{
	if (*result == STORE_OK)
		*err = *why;
	*result = *result == STORE_OK ? STORE_FAILED : *result;
}

enum store_result sql_purge(struct store_db *db, unsigned *ret_copies, struct err *err)
{
	enum store_result result = sql_empty_log(db, err);
	struct err why;

	if (db_file_remove_copies(db->path, ret_copies, &why) < 0)
		keep_first_failure(&result, err, &why);
	if (former_remove(db->path, ret_copies, &why) < 0)
		keep_first_failure(&result, err, &why);
	return result;
}

enum store_result sql_erased(struct store_db *db, struct ticket_key ticket, struct err *err)
{
	sql_bind_ticket(db->statements[SQL_DROP_ERASING], ticket);
	enum store_result result = judge_code(db, sql_run(db, SQL_DROP_ERASING), err);
	return result == STORE_OK ? sql_empty_log(db, err) : result;
}

enum store_result sql_erasings(struct store_db *db, struct ticket_key *tickets, size_t max,
                               size_t *ret_count, struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_ERASINGS];
	size_t count = 0;
	int code;

	(void)sqlite3_bind_int64(statement, 1, (int64_t)max);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW && count < max)
		tickets[count++] = ticket_key((uint32_t)sqlite3_column_int64(statement, 0),
		                              (uint64_t)sqlite3_column_int64(statement, 1));
	enum store_result result = judge_code(db, code, err);
	(void)sqlite3_reset(statement);
	*ret_count = result == STORE_OK ? count : 0;
	return result;
}

enum store_result sql_erased_at(struct store_db *db, const uint8_t mac[TOMBSTONE_SIZE],
                                msec *ret_wall, struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_TOMBSTONE_WALL];

	(void)sqlite3_bind_blob(statement, 1, mac, TOMBSTONE_SIZE, SQLITE_STATIC);
	int code = sqlite3_step(statement);
	*ret_wall = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	enum store_result result = judge_code(db, code, err);
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return result;
}
