/* Reads what agents chose, a piece at a time, with what we had decided before. An index that holds
 * nothing but choices leads to them, and the list of decisions tells our labels. */
#include <sqlite3.h>

#include "daemon/store/sqlite/class.h"
#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/sql.h"

enum column { WALL = 5, SERIAL = 7, DECIDED, CLASS }; /* behind RECORD_COLUMNS and whether alive */

static void take_choice(sqlite3_stmt *statement, struct store_choice_rows *choices)
{
	struct store_choice *facts = &choices->facts[choices->count];
	struct store_row *row = &choices->rows[choices->count];
	struct listed listed;

	if (!sql_read_row(statement, row))
		return;
	choices->count++;
	choices->total++;
	*facts =
	        (struct store_choice){.ticket = row->record.ticket, .at = row->wall, .decided = -1};
	if (sqlite3_column_type(statement, CLASS) == SQLITE_NULL ||
	    !class_read(sqlite3_column_int64(statement, CLASS), &listed) || !listed.decided)
		return;
	facts->decided = sqlite3_column_int64(statement, DECIDED);
	facts->root_cause = listed.root_cause;
	facts->urgency = listed.urgency;
	facts->sentiment = listed.sentiment;
}

enum store_result sql_choices(struct store_db *db, msec from, msec to,
                              struct store_choice_rows *choices, struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_CHOICES];
	const struct store_cursor *after = &choices->next;
	int code, looked = 0;

	(void)sqlite3_bind_int64(statement, 1, after->set ? after->wall : to);
	(void)sqlite3_bind_int64(statement, 2, after->set ? after->serial : INT64_MIN);
	(void)sqlite3_bind_int64(statement, 3, from);
	(void)sqlite3_bind_int(statement, 4, STORE_CHOICES_A_PIECE);
	while (choices->total < STORE_CHOICES_MAX &&
	       (code = sqlite3_step(statement)) == SQLITE_ROW) {
		take_choice(statement, choices);
		choices->next = (struct store_cursor){true, sqlite3_column_int64(statement, WALL),
		                                      sqlite3_column_int64(statement, SERIAL)};
		looked++;
	}
	if (choices->total == STORE_CHOICES_MAX)
		code = SQLITE_DONE;
	choices->more = looked == STORE_CHOICES_A_PIECE && choices->total < STORE_CHOICES_MAX;
	enum store_result result = judge_code(db, code, err);
	(void)sqlite3_reset(statement);
	return result;
}
