/* A damaged page spoils its neighbourhood, not the whole file: reading goes on behind it. What is found is what the next life needs most:
 * who was told by a person to be left alone, what was decided, what may have been written; and the statistics. */
#include <sqlite3.h>

#include "daemon/store_db.h"

#define TROUBLES_MAX 64

/* A table to be copied in the order of a key. */
struct salvage {
	const char *find;
	int key; /* its column */
	bool (*copy)(struct store_db *db, sqlite3_stmt *row);
};

static bool step(sqlite3_stmt *statement)
{
	bool done = sqlite3_step(statement) == SQLITE_DONE;

	(void)sqlite3_reset(statement);
	return done;
}

/* False when the fresh database takes no more. */
static bool copy_record(struct store_db *db, sqlite3_stmt *row)
{
	sqlite3_stmt *add = db->statements[SQL_ADD_RECORD], *alive = db->statements[SQL_ADD_ALIVE];

	for (int column = 0; column < 6; column++)
		(void)sqlite3_bind_value(add, column + 1, sqlite3_column_value(row, column));
	(void)sqlite3_bind_value(alive, 1, sqlite3_column_value(row, 1));
	(void)sqlite3_bind_value(alive, 2, sqlite3_column_value(row, 2));
	(void)sqlite3_bind_value(alive, 3, sqlite3_column_value(row, 6));
	return step(add) && step(alive);
}

static bool copy_counts(struct store_db *db, sqlite3_stmt *row)
{
	sqlite3_stmt *add = db->statements[SQL_ADD_COUNTS];

	for (int column = 0; column < sqlite3_column_count(row); column++)
		(void)sqlite3_bind_value(add, column + 1, sqlite3_column_value(row, column));
	return step(add);
}

#define NAME(name) ", " #name

static const struct salvage salvages[] = {
        {.find = "SELECT r.wall, r.ticket, r.kind, r.sequence, r.payload, a.serial, a.brief FROM alive a CROSS JOIN "
                 "record r"
                 " ON r.serial = a.serial WHERE a.serial >= ?1 ORDER BY a.serial",
         .key = 5,
         .copy = copy_record},
        {.find = "SELECT quarter" COUNTS_EACH(NAME) " FROM statistic WHERE quarter >= ?1 ORDER BY quarter",
         .copy = copy_counts},
};

/* From `*from` on until the end (true) or the next damage (false). */
static bool copy_rows(struct store_db *db, const struct salvage *salvage, sqlite3_stmt *row, int64_t *from)
{
	int code;

	(void)sqlite3_bind_int64(row, 1, *from);
	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		*from = sqlite3_column_int64(row, salvage->key) + 1;
		if (!salvage->copy(db, row))
			break;
	}
	(void)sqlite3_reset(row);
	return code == SQLITE_DONE || code == SQLITE_ROW;
}

/* Steps over a damage grow until there is something behind it. */
static void copy_all(struct store_db *db, const struct salvage *salvage, sqlite3_stmt *row)
{
	int64_t from = 0, step_over = 1;

	for (int troubles = 0; troubles < TROUBLES_MAX; troubles++) {
		int64_t before = from;

		if (copy_rows(db, salvage, row, &from))
			return;
		step_over = from > before || step_over > INT64_MAX / 4 ? 1 : 2 * step_over;
		if (from > INT64_MAX - step_over)
			return;
		from += step_over;
	}
}

/* Opened as its owner would, so that its log is read too, and with nothing mapped. */
static sqlite3 *open_copy(const char *copy)
{
	static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF;"
	                               "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;";
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	sqlite3 *handle;

	if (sqlite3_open_v2(copy, &handle, flags, NULL) == SQLITE_OK) {
		(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		if (sqlite3_exec(handle, settings, NULL, NULL, NULL) == SQLITE_OK)
			return handle;
	}
	(void)sqlite3_close(handle);
	return NULL;
}

static void copy_table(struct store_db *db, sqlite3 *handle, const struct salvage *salvage)
{
	sqlite3_stmt *row = NULL;

	if (sqlite3_prepare_v2(handle, salvage->find, -1, &row, NULL) == SQLITE_OK && step(db->statements[SQL_BEGIN])) {
		copy_all(db, salvage, row);
		(void)step(db->statements[SQL_COMMIT]);
		if (!sqlite3_get_autocommit(db->handle))
			(void)step(db->statements[SQL_ROLLBACK]);
	}
	(void)sqlite3_finalize(row);
}

void store_db_salvage(struct store_db *db, const char *copy)
{
	sqlite3 *handle = open_copy(copy);

	if (handle == NULL)
		return;
	for (size_t i = 0; i < ARRAY_LEN(salvages); i++)
		copy_table(db, handle, &salvages[i]);
	(void)sqlite3_close(handle);
}
