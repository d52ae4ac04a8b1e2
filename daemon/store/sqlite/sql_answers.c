/* The rows of answers that other tickets may use. */
#include <sqlite3.h>
#include <string.h>

#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/sql.h"

/* Rows looked at by one call, so that other work of the store does not wait long. */
#define DROP_STEP 1024

/* The columns of SQL_ANSWERS behind those of a record. */
enum column { ALIVE = 6, KEY, ANSWERED };

static bool read_answer(sqlite3_stmt *statement, struct store_row *ret)
{
	if (sqlite3_column_bytes(statement, KEY) != ANSWER_KEY_SIZE ||
	    !sql_read_row(statement, ret))
		return false;
	memcpy(ret->record.answer.bytes, sqlite3_column_blob(statement, KEY), ANSWER_KEY_SIZE);
	ret->record.answered = sqlite3_column_int64(statement, ANSWERED);
	return true;
}

enum store_result sql_answers(struct store_db *db, const struct store_answers *wanted,
                              struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_ANSWERS];
	size_t count = 0;
	int code;

	while (count < wanted->max && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		struct store_row row;

		if (sqlite3_column_int64(statement, ANSWERED + 1) < wanted->since)
			break; /* recorded before that, and so are all that follow */
		if (sqlite3_column_int64(statement, ANSWERED) < wanted->since ||
		    !read_answer(statement, &row))
			continue;
		count++;
		wanted->each(wanted->arg, &row);
		record_free(&row.record);
	}
	enum store_result result = count < wanted->max ? judge_code(db, code, err) : STORE_OK;
	(void)sqlite3_reset(statement);
	return result;
}

enum store_result sql_drop_answers(struct store_db *db, msec before, bool *ret_more,
                                   struct err *err)
{
	sqlite3_stmt *drop = db->statements[SQL_DROP_ANSWERS];

	(void)sqlite3_bind_int64(drop, 1, before);
	(void)sqlite3_bind_int(drop, 2, DROP_STEP);
	enum store_result result = judge_code(db, sql_run(db, SQL_DROP_ANSWERS), err);
	*ret_more = result == STORE_OK && sqlite3_changes64(db->handle) == DROP_STEP;
	return result;
}
