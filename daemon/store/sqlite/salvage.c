/* Salvages what can be read of a damaged database of ours, whatever its schema.
 *
 * A damaged page makes the rows in it unreadable, not the whole file: reading continues behind
 * it. Copied is what the next start needs most: outcomes, decisions, writes that may have been
 * sent, and erasures; the list of decisions; and the statistics. */
#include "daemon/store/sqlite/salvage.h"

#include <sqlite3.h>
#include <string.h>

#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/migrate_list.h"
#include "daemon/store/sqlite/schema.h"
#include "daemon/store/sqlite/sql.h"

/* Damaged places that are stepped over in one table. */
#define TROUBLES_MAX 256
/* Bytes of a BLOB or TEXT key that are used to step over damage: long enough to step over a
 * page of keys, short enough to need few steps. */
#define PREFIX_SIZE 4

struct salvaging {
	struct store_db *db; /* the fresh database */
	const struct store_memory *memory;
	struct err *err;
	bool listed; /* a row of the list of decisions was copied */
};

/* How to copy a table in the order of its key. */
struct salvage {
	const char
	        /* One query for each form that the table had, the newest first: the first that
	         * can be prepared fits the file. */
	        *find[SCHEMA_VERSION];
	/* Binds the key to start from; `key` returns the key of a row. */
	void (*seek)(sqlite3_stmt *row, int64_t from);
	int64_t (*key)(sqlite3_stmt *row);
	enum store_result (*copy)(struct salvaging *salvaging, sqlite3_stmt *row);
};

/* --- keys --- */

static void seek_number(sqlite3_stmt *row, int64_t from)
{
	(void)sqlite3_bind_int64(row, 1, from);
}

static int64_t first_number(sqlite3_stmt *row)
{
	return sqlite3_column_int64(row, 0);
}

static int prefix_of(int64_t from, char prefix[PREFIX_SIZE])
{
	for (int i = 0; i < PREFIX_SIZE; i++)
		prefix[i] = (char)(from >> (8 * (PREFIX_SIZE - 1 - i)) & 0xff);
	return from > UINT32_MAX ? 0 : PREFIX_SIZE;
}

static int64_t first_prefix(sqlite3_stmt *row)
{
	const uint8_t *bytes = sqlite3_column_blob(row, 0);
	int64_t prefix = 0;

	for (int i = 0, len = sqlite3_column_bytes(row, 0); i < PREFIX_SIZE; i++)
		prefix = prefix << 8 | (i < len ? bytes[i] : 0);
	return prefix;
}

static void seek_blob(sqlite3_stmt *row, int64_t from)
{
	char prefix[PREFIX_SIZE];

	(void)sqlite3_bind_blob(row, 1, prefix, prefix_of(from, prefix), SQLITE_TRANSIENT);
}

static void seek_text(sqlite3_stmt *row, int64_t from)
{
	char prefix[PREFIX_SIZE];

	(void)sqlite3_bind_text(row, 1, prefix, prefix_of(from, prefix), SQLITE_TRANSIENT);
}

/* --- rows --- */

/* Inserts a row into the fresh database. STORE_DAMAGED: the database rejects the row, so the
 * row was damaged; STORE_FAILED: the database cannot be written. */
static enum store_result put_row(struct salvaging *salvaging, sqlite3_stmt *statement)
{
	enum store_result result =
	        judge_code(salvaging->db, sqlite3_step(statement), salvaging->err);

	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return result;
}

static enum store_result copy_columns(struct salvaging *salvaging, sqlite3_stmt *row,
                                      enum sql_statement which)
{
	sqlite3_stmt *add = salvaging->db->statements[which];

	for (int column = 0; column < sqlite3_column_count(row); column++)
		(void)sqlite3_bind_value(add, column + 1, sqlite3_column_value(row, column));
	return put_row(salvaging, add);
}

/* Columns: serial, account, ticket, kind, wall, sequence, payload, brief. Records of erased
 * tickets are skipped: they may reappear when the log that removed them was lost. */
static enum store_result copy_record(struct salvaging *salvaging, sqlite3_stmt *row)
{
	sqlite3_stmt *add = salvaging->db->statements[SQL_ADD_RECORD];
	sqlite3_stmt *alive = salvaging->db->statements[SQL_ADD_ALIVE];
	struct ticket_key ticket = ticket_key((uint32_t)sqlite3_column_int64(row, 1),
	                                      (uint64_t)sqlite3_column_int64(row, 2));

	if (tombstones_have(&salvaging->memory->tombstones, ticket))
		return STORE_OK;
	for (int column = 1; column < 7; column++)
		(void)sqlite3_bind_value(add, column, sqlite3_column_value(row, column));
	(void)sqlite3_bind_value(add, 7, sqlite3_column_value(row, 0));
	enum store_result result = put_row(salvaging, add);
	if (result != STORE_OK)
		return result;
	for (int column = 1; column < 4; column++)
		(void)sqlite3_bind_value(alive, column, sqlite3_column_value(row, column));
	(void)sqlite3_bind_value(alive, 4, sqlite3_column_value(row, 7));
	return put_row(salvaging, alive);
}

static enum store_result copy_counts(struct salvaging *salvaging, sqlite3_stmt *row)
{
	return copy_columns(salvaging, row, SQL_ADD_COUNTS);
}

static enum store_result copy_tombstone(struct salvaging *salvaging, sqlite3_stmt *row)
{
	return copy_columns(salvaging, row, SQL_ADD_TOMBSTONE);
}

static enum store_result copy_meta(struct salvaging *salvaging, sqlite3_stmt *row)
{
	return copy_columns(salvaging, row, SQL_PUT_META);
}

static enum store_result copy_model(struct salvaging *salvaging, sqlite3_stmt *row)
{
	return copy_columns(salvaging, row, SQL_RESTORE_MODEL);
}

static enum store_result copy_listed(struct salvaging *salvaging, sqlite3_stmt *row)
{
	struct ticket_key ticket = ticket_key((uint32_t)sqlite3_column_int64(row, 1),
	                                      (uint64_t)sqlite3_column_int64(row, 2));

	if (tombstones_have(&salvaging->memory->tombstones, ticket))
		return STORE_OK;
	salvaging->listed = true;
	return copy_columns(salvaging, row, SQL_RESTORE_LISTED);
}

/* Columns: ticket, account; the statement takes them in the other order. */
static enum store_result copy_erasing(struct salvaging *salvaging, sqlite3_stmt *row)
{
	sqlite3_stmt *add = salvaging->db->statements[SQL_ADD_ERASING];

	(void)sqlite3_bind_value(add, 1, sqlite3_column_value(row, 1));
	(void)sqlite3_bind_value(add, 2, sqlite3_column_value(row, 0));
	return put_row(salvaging, add);
}

/* --- tables --- */

#define NAME(name) ", " #name
#define NONE(name) ", 0"

static const struct salvage memories[] = {
        {{"SELECT name, account, value FROM meta WHERE name >= ?1 ORDER BY name",
          "SELECT name, name IN ('account', 'processed_tag', 'tag_prefix'), value FROM meta WHERE "
          "name >= ?1"
          " ORDER BY name"},
         seek_text,
         first_prefix,
         copy_meta},
        {{"SELECT mac, account, wall FROM tombstone WHERE mac >= ?1 ORDER BY mac",
          "SELECT mac, 1, wall FROM tombstone WHERE mac >= ?1 ORDER BY mac"},
         seek_blob,
         first_prefix,
         copy_tombstone},
        {{"SELECT ticket, account FROM erasing WHERE ticket >= ?1 ORDER BY ticket",
          "SELECT ticket, 1 FROM erasing WHERE ticket >= ?1 ORDER BY ticket"},
         seek_number,
         first_number,
         copy_erasing},
};
#define ALIVE_RECORDS                                                                              \
	" FROM alive a CROSS JOIN record r ON r.serial = a.serial WHERE a.serial " SERIALS_FROM_1
#define BRIEFS " FROM alive WHERE serial " SERIALS_FROM_1 " AND brief IS NOT NULL"
static const struct salvage tickets[] = {
        {{"SELECT a.serial, a.account, r.ticket, r.kind, r.wall, r.sequence, r.payload, "
          "a.brief" ALIVE_RECORDS " ORDER BY a.serial",
          "SELECT a.serial, 1, r.ticket, r.kind, r.wall, r.sequence, r.payload, "
          "a.brief" ALIVE_RECORDS " ORDER BY a.serial"},
         seek_number,
         first_number,
         copy_record},
        /* Rows that the query above did not copy because their record is damaged: their brief
         * is kept. */
        {{"SELECT serial, account, ticket, kind, 0, 0, '', brief" BRIEFS " ORDER BY serial",
          "SELECT serial, 1, ticket, kind, 0, 0, '', brief" BRIEFS " ORDER BY serial"},
         seek_number,
         first_number,
         copy_record},
        {{"SELECT quarter, account" COUNTS_EACH(
                  NAME) " FROM statistic WHERE quarter >= ?1 ORDER BY quarter",
          "SELECT quarter, account" COUNTS_SUMS(NAME)
                  COUNTS_TIMES(NONE) " FROM statistic WHERE quarter >= ?1 ORDER BY quarter",
          "SELECT quarter, 1" COUNTS_SUMS(NAME)
                  COUNTS_TIMES(NONE) " FROM statistic WHERE quarter >= ?1 ORDER BY quarter"},
         seek_number,
         first_number,
         copy_counts},
        {{"SELECT id, name FROM model WHERE id " SERIALS_FROM_1 " ORDER BY id"},
         seek_number,
         first_number,
         copy_model},
        {{"SELECT serial, account, ticket, wall, class, undone, confidence, model,"
          " priority_was, priority_is, took, cost, reason FROM listed"
          " WHERE serial " SERIALS_FROM_1 " ORDER BY serial"},
         seek_number,
         first_number,
         copy_listed},
};

/* --- reading a damaged table --- */

/* Copies rows from key `*from` on. Returns SQLITE_DONE at the end, or the code of the next
 * damage; a failure is in `*ret_result`. `*from` is moved on. */
static int copy_rows(struct salvaging *salvaging, const struct salvage *salvage, sqlite3_stmt *row,
                     int64_t *from, enum store_result *ret_result)
{
	int code = SQLITE_DONE;

	*ret_result = STORE_OK;
	salvage->seek(row, *from);
	while (*ret_result != STORE_FAILED && (code = sqlite3_step(row)) == SQLITE_ROW) {
		*from = salvage->key(row) + 1;
		*ret_result = salvage->copy(salvaging, row);
	}
	(void)sqlite3_reset(row);
	return code;
}

/* Copies a table. After damage the key is increased in growing steps until a row can be read. */
static enum store_result copy_all(struct salvaging *salvaging, const struct salvage *salvage,
                                  sqlite3_stmt *row)
{
	int64_t from = 0, step_over = 1;

	for (int troubles = 0; troubles < TROUBLES_MAX; troubles++) {
		int64_t before = from;
		enum store_result result;
		int code = copy_rows(salvaging, salvage, row, &from, &result);

		if (result == STORE_FAILED || code == SQLITE_DONE)
			return result == STORE_FAILED ? STORE_FAILED : STORE_OK;
		if (code == SQLITE_BUSY) {
			err_set(salvaging->err, "store.path: %s: another program has it open",
			        salvaging->db->path);
			return STORE_FAILED;
		}
		step_over = from > before || step_over > INT64_MAX / 4 ? 1 : 2 * step_over;
		if (from > INT64_MAX - step_over)
			return STORE_OK;
		from += step_over;
	}
	return STORE_OK;
}

/* Opens the damaged database with exclusive locking, so that its log is read too, and without
 * mapping. */
static sqlite3 *open_damaged(const char *path)
{
	static const char settings[] =
	        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF;"
	        "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;";
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	sqlite3 *handle;

	if (sqlite3_open_v2(path, &handle, flags, NULL) == SQLITE_OK) {
		(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		if (sqlite3_exec(handle, settings, NULL, NULL, NULL) == SQLITE_OK)
			return handle;
	}
	(void)sqlite3_close(handle);
	return NULL;
}

/* NULL when the file has no such table in any schema: then nothing can be salvaged from it. */
static sqlite3_stmt *prepare_find(sqlite3 *handle, const struct salvage *salvage)
{
	sqlite3_stmt *row = NULL;

	for (size_t i = 0; i < ARRAY_LEN(salvage->find) && row == NULL; i++)
		if (salvage->find[i] != NULL)
			(void)sqlite3_prepare_v2(handle, salvage->find[i], -1, &row, NULL);
	return row;
}

static enum store_result copy_table(struct salvaging *salvaging, sqlite3 *handle,
                                    const struct salvage *salvage)
{
	struct store_db *db = salvaging->db;
	enum store_result result = put_row(salvaging, db->statements[SQL_BEGIN]);
	sqlite3_stmt *row = prepare_find(handle, salvage);

	if (result == STORE_OK && row != NULL)
		result = copy_all(salvaging, salvage, row);
	(void)sqlite3_finalize(row);
	if (result == STORE_OK)
		result = put_row(salvaging, db->statements[SQL_COMMIT]);
	return result;
}

static enum store_result copy_tables(struct salvaging *salvaging, sqlite3 *handle,
                                     const struct salvage *tables, size_t count)
{
	enum store_result result = STORE_OK;

	for (size_t i = 0; i < count && result == STORE_OK; i++)
		result = copy_table(salvaging, handle, &tables[i]);
	return result;
}

/* Of a former schema, or when no row could be read: the list is made of the records. */
static enum store_result list_records(struct salvaging *salvaging)
{
	struct store_db *db = salvaging->db;
	int code = sql_run(db, SQL_BEGIN);

	if (judge_is_good(code))
		code = sqlite3_exec(db->handle, migrate_list, NULL, NULL, NULL);
	return sql_end(db, code, salvaging->err);
}

/* Copies tombstones first, so that no record of an erased ticket is copied. */
enum store_result salvage_copy(struct store_db *db, const char *damaged,
                               struct store_memory *memory, struct err *err)
{
	struct salvaging salvaging = {.db = db, .memory = memory, .err = err};
	sqlite3 *handle = open_damaged(damaged);
	enum store_result result = STORE_OK;

	if (handle != NULL)
		result = copy_tables(&salvaging, handle, memories, ARRAY_LEN(memories));
	if (result == STORE_OK)
		result = sql_load(db, memory, err);
	if (result == STORE_OK && handle != NULL)
		result = copy_tables(&salvaging, handle, tickets, ARRAY_LEN(tickets));
	if (result == STORE_OK && !salvaging.listed)
		result = list_records(&salvaging);
	(void)sqlite3_close(handle);
	return result;
}
