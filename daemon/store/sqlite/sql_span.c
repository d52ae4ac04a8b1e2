/* Reads what was recorded in a span of time, a piece at a time. The index by age holds the order,
 * so that a piece costs what it holds, however long the history is. */
#include <sqlite3.h>
#include <stdlib.h>

#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/sql.h"

enum column { KIND = 1, SERIAL = 7, WALL = 5 }; /* of RECORD_COLUMNS and SPAN_COLUMNS */

static sqlite3_stmt *begin_span(struct store_db *db, const struct store_span *span)
{
	sqlite3_stmt *statement =
	        db->statements[span->newest_first ? SQL_SPAN_NEWEST : SQL_SPAN_OLDEST];
	const struct store_cursor *after = &span->after;
	msec begin = span->newest_first ? span->to : span->from;

	(void)sqlite3_bind_int64(statement, 1, after->set ? after->wall : begin);
	(void)sqlite3_bind_int64(statement, 2, after->set ? after->serial : INT64_MIN);
	(void)sqlite3_bind_int64(statement, 3, span->newest_first ? span->from : span->to);
	(void)sqlite3_bind_int(statement, 4, STORE_SPAN_LOOKED);
	return statement;
}

static bool is_wanted(sqlite3_stmt *statement, const struct store_span *span)
{
	int64_t kind = sqlite3_column_int64(statement, KIND);

	return kind >= 0 && kind < 32 && (span->kinds & STORE_KIND(kind)) != 0;
}

/* Adds the row if it is wanted. False: it would be too much for this piece. */
static bool take_row(sqlite3_stmt *statement, const struct store_span *span,
                     struct store_rows *history, size_t *bytes)
{
	struct store_row row;

	if (!is_wanted(statement, span) || !sql_read_row(statement, &row))
		return true;
	*bytes += row.len;
	if (history->count == span->limit || (*bytes > STORE_SPAN_BYTES && history->count > 0)) {
		record_free(&row.record);
		return false;
	}
	history->rows[history->count++] = row;
	return true;
}

enum store_result sql_span(struct store_db *db, const struct store_span *span,
                           struct store_rows *history, struct err *err)
{
	sqlite3_stmt *statement = begin_span(db, span);
	size_t looked = 0, bytes = 0;
	int code;

	history->rows = xcalloc(span->limit, sizeof(*history->rows));
	history->next = span->after;
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		if (!take_row(statement, span, history, &bytes)) {
			history->more = true;
			code = SQLITE_DONE;
			break;
		}
		history->next = (struct store_cursor){true, sqlite3_column_int64(statement, WALL),
		                                      sqlite3_column_int64(statement, SERIAL)};
		looked++;
	}
	if (looked == STORE_SPAN_LOOKED)
		history->more = true;
	enum store_result result = judge_code(db, code, err);
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return result;
}
