/* The text of every statement, and how one is run. */
#include "daemon/store/sqlite/sql.h"

#include <sqlite3.h>

#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/schema.h"

#define PRUNED "'{\"pruned\":true}'" /* replaces a payload of which only the brief is kept */

#define NAME(name) ", " #name
#define PLACE(name) ", ?"
#define SUM(name) ", " #name " = " #name " + excluded." #name

#define OF_TICKET "account = ?1 AND ticket = ?2"
#define CURSOR_OF_ACCOUNT                                                                          \
	"(SELECT serial FROM alive WHERE account = ?1 AND ticket = 0 AND kind = 3)"
/* The columns from which sql_records.c reads a record; a column that tells whether it is alive
 * follows. */
#define RECORD_COLUMNS "r.sequence, r.kind, r.account, r.ticket, r.payload, r.wall"

#define SPAN_COLUMNS                                                                               \
	", EXISTS (SELECT 1 FROM alive a WHERE a.serial = r.serial), r.serial FROM record r"

/* The columns from which sql_listed.c reads a row. */
#define LISTED_COLUMNS                                                                             \
	"l.serial, l.wall, l.account, l.ticket, l.class, l.undone, l.confidence, m.name,"          \
	" l.priority_was, l.priority_is, l.took, l.cost, l.reason"                                 \
	" FROM listed l LEFT JOIN model m ON m.id = l.model"

static const char *const statements[SQL_STATEMENTS] = {
        [SQL_BEGIN] = "BEGIN IMMEDIATE",
        [SQL_COMMIT] = "COMMIT",
        [SQL_ROLLBACK] = "ROLLBACK",
        [SQL_DROP_CURSOR] = "DELETE FROM record WHERE serial = " CURSOR_OF_ACCOUNT,
        [SQL_ADD_RECORD] =
                "INSERT INTO record (account, ticket, kind, wall, sequence, payload, serial)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        [SQL_ADD_ALIVE] = "INSERT OR REPLACE INTO alive (serial, account, ticket, kind, brief)"
                          " VALUES (last_insert_rowid(), ?1, ?2, ?3, ?4)",
        /* By an outcome that completes the ticket. */
        [SQL_RETIRE] = "DELETE FROM alive WHERE " OF_TICKET " AND kind IN (0, 1, 4, 9)",
        [SQL_COUNT_ALIVE] = "SELECT count(*) FROM alive",
        [SQL_RESTORE] = "SELECT r.sequence, a.kind, a.account, a.ticket, r.payload, r.wall, 1, "
                        "a.serial, a.brief"
                        " FROM alive a LEFT JOIN record r"
                        " ON r.serial = CASE WHEN a.brief IS NULL THEN a.serial END"
                        " WHERE a.serial " SERIALS_FROM_1 " ORDER BY a.serial",
        [SQL_NEWEST_BRIEF] = "SELECT " RECORD_COLUMNS
                             ", 1 FROM alive a CROSS JOIN record r ON r.serial = a.serial"
                             " WHERE a.brief IS NOT NULL ORDER BY a.serial DESC LIMIT 1",
        [SQL_COUNT_TICKET] = "SELECT count(*) FROM record WHERE " OF_TICKET,
        [SQL_HISTORY] = "SELECT " RECORD_COLUMNS
                        ", EXISTS (SELECT 1 FROM alive a WHERE a.serial = r.serial)"
                        " FROM record r WHERE " OF_TICKET " ORDER BY r.serial DESC LIMIT ?3",
        [SQL_SPAN_OLDEST] = "SELECT " RECORD_COLUMNS SPAN_COLUMNS
                            " WHERE (r.wall, r.serial) > (?1, ?2) AND r.wall < ?3"
                            " ORDER BY r.wall, r.serial LIMIT ?4",
        [SQL_SPAN_NEWEST] = "SELECT " RECORD_COLUMNS SPAN_COLUMNS
                            " WHERE (r.wall, r.serial) < (?1, ?2) AND r.wall >= ?3"
                            " ORDER BY r.wall DESC, r.serial DESC LIMIT ?4",
        [SQL_ADD_MODEL] = "INSERT OR IGNORE INTO model (name) SELECT ?1"
                          " WHERE (SELECT count(*) FROM model) < 1000",
        [SQL_ADD_LISTED] =
                "INSERT INTO listed (account, ticket, wall, class, undone, confidence, model,"
                " priority_was, priority_is, took, cost, reason)"
                " VALUES (?1, ?2, ?3, ?4, 0, ?5, (SELECT id FROM model WHERE name = ?6), ?7, ?8,"
                " ?9, ?10, ?11)",
        [SQL_RESTORE_MODEL] = "INSERT OR IGNORE INTO model (id, name) VALUES (?1, ?2)",
        [SQL_RESTORE_LISTED] =
                "INSERT INTO listed (serial, account, ticket, wall, class, undone, confidence,"
                " model, priority_was, priority_is, took, cost, reason)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        [SQL_MARK_UNDONE] = "UPDATE listed SET undone = 1 WHERE " OF_TICKET
                            " AND class >> 11 = 1 AND CASE WHEN json_valid(?3)"
                            " THEN json_extract(?3, '$.result') = 'undone' END",
        [SQL_NEXT_CLASS] = "SELECT class FROM listed WHERE class > ?1 ORDER BY class LIMIT 1",
        [SQL_FIRST_OF_CLASS] = "SELECT wall, serial FROM listed WHERE class = ?1 AND wall < ?2"
                               " AND wall >= ?3 ORDER BY wall DESC, serial DESC LIMIT 1",
        [SQL_NEXT_OF_CLASS] = "SELECT wall, serial FROM listed WHERE class = ?1 AND wall = ?2"
                              " AND serial < ?3 ORDER BY serial DESC LIMIT 1",
        [SQL_LISTED] = "SELECT " LISTED_COLUMNS " WHERE l.serial = ?1",
        [SQL_LISTED_OF_TICKET] = "SELECT " LISTED_COLUMNS " WHERE " OF_TICKET
                                 " AND wall >= ?3 AND wall < ?4 AND wall <= ?5"
                                 " ORDER BY wall DESC, serial DESC",
        [SQL_DROP_LISTED] = "DELETE FROM listed WHERE serial IN (SELECT serial FROM listed"
                            " WHERE class = ?1 AND wall < ?2 ORDER BY wall LIMIT ?3)",
        [SQL_CHOICES] = "SELECT " RECORD_COLUMNS ", 0, r.serial, l.wall, l.class FROM record r"
                        " LEFT JOIN listed l ON l.serial = (SELECT n.serial FROM listed n WHERE"
                        " n.account = r.account AND n.ticket = r.ticket AND n.wall <= r.wall"
                        " AND n.class & 3 <> 0 AND n.undone = 0 ORDER BY n.wall DESC LIMIT 1)"
                        " WHERE r.kind = 10 AND (r.wall, r.serial) < (?1, ?2) AND r.wall >= ?3"
                        " ORDER BY r.wall DESC, r.serial DESC LIMIT ?4",
        [SQL_ERASE_LISTED] = "DELETE FROM listed WHERE " OF_TICKET,
        [SQL_ERASE_ALIVE] = "DELETE FROM alive WHERE " OF_TICKET,
        [SQL_ERASE_RECORDS] = "DELETE FROM record WHERE " OF_TICKET,
        [SQL_ERASE_FROM_CURSOR] =
                "UPDATE record SET payload = json_set(payload, '$.ids', json((SELECT "
                "json_group_array(value)"
                " FROM json_each(payload, '$.ids') WHERE value <> ?2))) WHERE serial "
                "= " CURSOR_OF_ACCOUNT " AND json_valid(payload) AND EXISTS (SELECT 1 FROM "
                "json_each(payload, '$.ids') WHERE value = ?2)",
        [SQL_ADD_ERASING] = "INSERT OR IGNORE INTO erasing (account, ticket) VALUES (?1, ?2)",
        [SQL_ERASINGS] = "SELECT account, ticket FROM erasing WHERE ticket <> 0 AND account "
                         "BETWEEN 1 AND 4294967295"
                         " ORDER BY ticket, account LIMIT ?1",
        [SQL_DROP_ERASING] = "DELETE FROM erasing WHERE " OF_TICKET,
        [SQL_ADD_TOMBSTONE] =
                "INSERT OR IGNORE INTO tombstone (mac, account, wall) VALUES (?1, ?2, ?3)",
        [SQL_TOMBSTONES] = "SELECT mac FROM tombstone",
        [SQL_TOMBSTONE_WALL] = "SELECT wall FROM tombstone WHERE mac = ?1",
        [SQL_PUT_META] = "INSERT OR REPLACE INTO meta (name, account, value) VALUES (?1, ?2, ?3)",
        [SQL_META] = "SELECT name, account, value FROM meta",
        /* Selects history; payloads of outcomes that have a brief; refusals, since a ticket
         * that still waits may be asked about once more; orders; shadow decisions; and decision and
         * intent of a ticket whose newest alive record is an old outcome. */
        [SQL_FIND_OLD] =
                "SELECT r.serial, r.wall, a.kind = 2 FROM record r LEFT JOIN alive a ON a.serial = "
                "r.serial"
                " WHERE r.wall >= ?1 AND r.wall < ?2 AND CASE WHEN a.serial IS NULL THEN 1"
                " WHEN a.kind = 2 THEN a.brief IS NOT NULL AND r.payload <> " PRUNED
                " WHEN a.kind IN (4, 5, 9) THEN 1"
                " WHEN a.kind < 2 THEN (SELECT o.kind = 2 AND n.wall < ?2 FROM alive o CROSS JOIN "
                "record n"
                " ON n.serial = o.serial WHERE o.account = a.account AND o.ticket = a.ticket"
                " ORDER BY o.serial DESC LIMIT 1) END ORDER BY r.wall LIMIT ?3",
        [SQL_EMPTY_RECORD] = "UPDATE record SET payload = " PRUNED " WHERE serial = ?1",
        [SQL_DROP_ALIVE] = "DELETE FROM alive WHERE serial = ?1",
        [SQL_DROP_RECORD] = "DELETE FROM record WHERE serial = ?1",
        [SQL_ADD_COUNTS] = "INSERT INTO statistic (quarter, account" COUNTS_EACH(
                NAME) ") VALUES (?1, ?2" COUNTS_EACH(PLACE) ") ON CONFLICT (quarter, account) DO "
                                                            "UPDATE SET quarter = "
                                                            "quarter" COUNTS_EACH(SUM),
        [SQL_COUNTS] =
                "SELECT quarter" COUNTS_EACH(NAME) " FROM statistic WHERE quarter BETWEEN ?1 AND ?2"
                                                   " ORDER BY quarter",
        [SQL_DROP_COUNTS] = "DELETE FROM statistic WHERE quarter < ?1",
        [SQL_ADD_ANSWER] =
                "INSERT OR REPLACE INTO answer (serial, account, ticket, wall, key, answered)"
                " VALUES (last_insert_rowid(), ?1, ?2, ?3, ?4, ?5)",
        [SQL_ANSWERS] = "SELECT " RECORD_COLUMNS ", 0, n.key, n.answered, n.wall FROM answer n"
                        " CROSS JOIN record r ON r.serial = n.serial AND r.ticket = n.ticket"
                        " AND r.wall = n.wall ORDER BY n.serial DESC",
        [SQL_DROP_ANSWERS] = "DELETE FROM answer WHERE serial IN (SELECT serial FROM answer"
                             " ORDER BY serial LIMIT ?2) AND wall < ?1",
        [SQL_ERASE_ANSWERS] =
                "DELETE FROM answer WHERE key IN (SELECT key FROM answer WHERE " OF_TICKET ")",
};

enum store_result sql_prepare(struct store_db *db, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
		int code = sqlite3_prepare_v3(db->handle, statements[i], -1,
		                              SQLITE_PREPARE_PERSISTENT, &db->statements[i], NULL);
		enum store_result result = judge_code(db, code, err);

		if (code == SQLITE_ERROR)
			return STORE_DAMAGED;
		if (result != STORE_OK)
			return result;
	}
	return STORE_OK;
}

void sql_bind_id(sqlite3_stmt *statement, int at, uint64_t id)
{
	(void)sqlite3_bind_int64(statement, at, (int64_t)id);
}

void sql_bind_ticket(sqlite3_stmt *statement, struct ticket_key ticket)
{
	(void)sqlite3_bind_int64(statement, 1, ticket.account);
	sql_bind_id(statement, 2, ticket.id);
}

void sql_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	(void)sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

int sql_run(struct store_db *db, enum sql_statement which)
{
	sqlite3_stmt *statement = db->statements[which];
	int code = sqlite3_step(statement);

	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return code;
}

enum store_result sql_end(struct store_db *db, int code, struct err *err)
{
	if (judge_is_good(code))
		code = sql_run(db, SQL_COMMIT);
	enum store_result result = judge_code(db, code, err);
	if (!sqlite3_get_autocommit(db->handle))
		(void)sql_run(db, SQL_ROLLBACK);
	return result;
}

enum store_result sql_empty_log(struct store_db *db, struct err *err)
{
	int code =
	        sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

	return judge_code(db, code, err);
}
