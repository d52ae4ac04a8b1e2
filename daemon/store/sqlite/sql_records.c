/* Stores records, restores them at a start, and reads the history of a ticket. */
#include <sqlite3.h>
#include <string.h>

#include "daemon/store/store.h"
#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/sql.h"

static int add_record_row(struct store_db *db, const struct store_record *item)
{
	const struct record *record = &item->record;
	sqlite3_stmt *add = db->statements[SQL_ADD_RECORD];

	sql_bind_ticket(add, record->ticket);
	(void)sqlite3_bind_int(add, 3, (int)record->kind);
	(void)sqlite3_bind_int64(add, 4, item->wall);
	sql_bind_id(add, 5, record->sequence);
	if (item->sealed != NULL)
		(void)sqlite3_bind_blob64(add, 6, item->sealed, item->sealed_len, SQLITE_STATIC);
	else
		sql_bind_text(add, 6, record->payload);
	(void)sqlite3_bind_null(add, 7); /* SQLite assigns the next serial */
	return sql_run(db, SQL_ADD_RECORD);
}

static int add_alive_row(struct store_db *db, const struct record *record)
{
	sqlite3_stmt *add = db->statements[SQL_ADD_ALIVE];

	sql_bind_ticket(add, record->ticket);
	(void)sqlite3_bind_int(add, 3, (int)record->kind);
	if (record->brief != 0)
		sql_bind_id(add, 4, record->brief);
	return sql_run(db, SQL_ADD_ALIVE);
}

/* Of the record that was just added: the answer that other tickets may use, if it has one. */
static int add_answer_row(struct store_db *db, const struct store_record *item)
{
	const struct record *record = &item->record;
	sqlite3_stmt *add = db->statements[SQL_ADD_ANSWER];

	if (record->answered == 0)
		return SQLITE_OK;
	sql_bind_ticket(add, record->ticket);
	(void)sqlite3_bind_int64(add, 3, item->wall);
	(void)sqlite3_bind_blob(add, 4, record->answer.bytes, ANSWER_KEY_SIZE, SQLITE_STATIC);
	(void)sqlite3_bind_int64(add, 5, record->answered);
	return sql_run(db, SQL_ADD_ANSWER);
}

static int put_record(struct store_db *db, const struct store_record *item, const char **model)
{
	const struct record *record = &item->record;
	int code = SQLITE_OK;

	if (record->kind == RECORD_CURSOR) {
		sql_bind_ticket(db->statements[SQL_DROP_CURSOR], record->ticket);
		code = sql_run(db, SQL_DROP_CURSOR);
	}
	if (judge_is_good(code))
		code = add_record_row(db, item);
	if (judge_is_good(code))
		code = add_answer_row(db, item);
	if (record->kind == RECORD_COMMAND || record->kind == RECORD_CHOICE)
		return code; /* history from the beginning */
	if (judge_is_good(code))
		code = add_alive_row(db, record);
	if (judge_is_good(code))
		code = sql_add_listed(db, item, model);
	if (judge_is_good(code) && record->kind == RECORD_UNDO)
		code = sql_mark_undone(db, record);
	if (!judge_is_good(code) || !record->completes)
		return code;
	sql_bind_ticket(db->statements[SQL_RETIRE], record->ticket);
	return sql_run(db, SQL_RETIRE);
}

enum store_result sql_put(struct store_db *db, const struct store_record *records, size_t count,
                          struct err *err)
{
	int code = sql_run(db, SQL_BEGIN);
	const char *model = NULL;

	for (size_t i = 0; i < count && judge_is_good(code); i++)
		code = put_record(db, &records[i], &model);
	if (judge_is_good(code))
		code = sql_add_counts(db, records, count);
	return sql_end(db, code, err);
}

/* The columns of the results of SQL_RESTORE, SQL_NEWEST_BRIEF and SQL_HISTORY; the last two are
 * only in SQL_RESTORE. */
enum column { SEQUENCE, KIND, ACCOUNT, TICKET, PAYLOAD, WALL, ALIVE, SERIAL, BRIEF };

/* Reads kind and ticket of a row. False when the row is not valid: a cursor has ticket number 0, an
 * order may have it, nothing else has. */
static bool read_key(sqlite3_stmt *statement, struct record *ret)
{
	int64_t kind = sqlite3_column_int64(statement, KIND);
	int64_t account = sqlite3_column_int64(statement, ACCOUNT);
	int64_t ticket = sqlite3_column_int64(statement, TICKET);

	if (kind < RECORD_DECISION || kind > RECORD_CHOICE ||
	    (kind != RECORD_COMMAND &&
	     (kind == RECORD_CURSOR || kind == RECORD_PROVEN) != (ticket == 0)))
		return false;
	if (account < ACCOUNT_FIRST || account > UINT32_MAX)
		return false;
	*ret = (struct record){.kind = (enum record_kind)kind,
	                       .ticket = {(uint32_t)account, (uint64_t)ticket}};
	return true;
}

bool sql_read_row(sqlite3_stmt *statement, struct store_row *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (!read_key(statement, &ret->record))
		return false;
	ret->sealed = sqlite3_column_type(statement, PAYLOAD) == SQLITE_BLOB;
	const void *payload = ret->sealed ? sqlite3_column_blob(statement, PAYLOAD)
	                                  : (const void *)sqlite3_column_text(statement, PAYLOAD);
	ret->len = payload != NULL ? (size_t)sqlite3_column_bytes(statement, PAYLOAD) : 0;
	ret->record.payload = xmemdup0(payload != NULL ? payload : "", ret->len);
	ret->record.sequence = (uint64_t)sqlite3_column_int64(statement, SEQUENCE);
	ret->wall = sqlite3_column_int64(statement, WALL);
	ret->alive = sqlite3_column_int(statement, ALIVE) != 0;
	return true;
}

uint64_t sql_count_alive(struct store_db *db)
{
	sqlite3_stmt *statement = db->statements[SQL_COUNT_ALIVE];
	int64_t count =
	        sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;

	(void)sqlite3_reset(statement);
	return (uint64_t)count;
}

/* Reads a row of SQL_RESTORE; as sql_read_row, except that only outcomes and shadow decisions have
 * a brief. */
static bool read_alive(sqlite3_stmt *statement, struct store_row *ret)
{
	int64_t brief = sqlite3_column_int64(statement, BRIEF);

	if (brief <= 0)
		return sqlite3_column_type(statement, PAYLOAD) != SQLITE_NULL &&
		       sql_read_row(statement, ret);
	memset(ret, 0, sizeof(*ret));
	if (!read_key(statement, &ret->record))
		return false;
	ret->record.brief = (uint64_t)brief;
	ret->alive = true;
	return ret->record.kind == RECORD_OUTCOME || ret->record.kind == RECORD_SHADOW;
}

enum store_result sql_restore(struct store_db *db, int64_t *from,
                              int (*each)(void *arg, const struct store_row *row, struct err *err),
                              void *arg, struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_RESTORE];
	int code, stopped = 0;

	(void)sqlite3_bind_int64(statement, 1, *from);
	while (stopped == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		struct store_row row;

		*from = sqlite3_column_int64(statement, SERIAL) + 1;
		if (!read_alive(statement, &row))
			continue;
		stopped = each(arg, &row, err);
		record_free(&row.record);
	}
	enum store_result result = stopped == 0 ? judge_code(db, code, err) : STORE_FAILED;
	(void)sqlite3_reset(statement);
	return result;
}

enum store_result sql_newest_brief(struct store_db *db, struct store_row *ret, struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_NEWEST_BRIEF];
	int code = sqlite3_step(statement);
	enum store_result result = judge_code(db, code, err);

	if (code != SQLITE_ROW || !sql_read_row(statement, ret))
		memset(ret, 0, sizeof(*ret));
	(void)sqlite3_reset(statement);
	return result;
}

/* --- one ticket --- */

static enum store_result count_ticket_records(struct store_db *db, struct ticket_key ticket,
                                              uint64_t *ret_count, struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_COUNT_TICKET];

	sql_bind_ticket(statement, ticket);
	enum store_result result = judge_code(db, sqlite3_step(statement), err);
	*ret_count = result == STORE_OK ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
	(void)sqlite3_reset(statement);
	return result;
}

/* Reads rows until there are STORE_EXPLAIN_BYTES of payloads; returns the code of the last
 * step. */
static int read_history(sqlite3_stmt *statement, struct store_rows *history)
{
	size_t bytes = 0;
	int code;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		struct store_row *row = &history->rows[history->count];

		if (!sql_read_row(statement, row))
			continue;
		bytes += row->len;
		if (bytes > STORE_EXPLAIN_BYTES && history->count > 0) {
			record_free(&row->record);
			return SQLITE_DONE;
		}
		history->count++;
	}
	return code;
}

enum store_result sql_history(struct store_db *db, struct ticket_key ticket,
                              struct store_rows *history, struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_HISTORY];
	enum store_result result = count_ticket_records(db, ticket, &history->total, err);

	if (result != STORE_OK)
		return result;
	history->rows = xcalloc(STORE_EXPLAIN_MAX, sizeof(*history->rows));
	sql_bind_ticket(statement, ticket);
	(void)sqlite3_bind_int(statement, 3, STORE_EXPLAIN_MAX);
	result = judge_code(db, read_history(statement, history), err);
	(void)sqlite3_reset(statement);
	return result;
}
