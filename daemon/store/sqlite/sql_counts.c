/* The statistics: counts are added with the records that they come from, and read by quarters
 * of an hour. */
#include <sqlite3.h>

#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/sql.h"

/* Larger integers lose digits in many JSON readers, and no correct count is so high. */
#define COUNT_MAX ((int64_t)1 << 53)

struct quarter_of_account {
	int64_t quarter;
	uint32_t account;
};

static int add_quarter(struct store_db *db, struct quarter_of_account key,
                       const struct counts *counts)
{
	sqlite3_stmt *statement = db->statements[SQL_ADD_COUNTS];
	int at = 0;

	if (!counts_any(counts))
		return SQLITE_OK;
	(void)sqlite3_bind_int64(statement, ++at, key.quarter);
	(void)sqlite3_bind_int64(statement, ++at, key.account);
#define BIND(name) (void)sqlite3_bind_int64(statement, ++at, (int64_t)counts->name);
	COUNTS_EACH(BIND)
#undef BIND
	return sql_run(db, SQL_ADD_COUNTS);
}

/* Sums up records in a row with the same quarter and account: a transaction mostly has one of
 * each, so it changes one row. */
int sql_add_counts(struct store_db *db, const struct store_record *records, size_t count)
{
	struct quarter_of_account key = {0};
	struct counts sum = {0};
	int code = SQLITE_OK;

	for (size_t i = 0; i < count && judge_is_good(code); i++) {
		struct quarter_of_account next = {.quarter = statistics_quarter(records[i].wall),
		                                  .account = records[i].record.ticket.account};

		if (next.quarter != key.quarter || next.account != key.account) {
			code = add_quarter(db, key, &sum);
			sum = (struct counts){0};
			key = next;
		}
		counts_add(&sum, &records[i].record.counts);
	}
	return judge_is_good(code) ? add_quarter(db, key, &sum) : code;
}

static uint64_t read_count(sqlite3_stmt *statement, int column)
{
	int64_t number = sqlite3_column_int64(statement, column);

	return number > 0 && number <= COUNT_MAX ? (uint64_t)number : 0;
}

enum store_result sql_counts(struct store_db *db, int64_t from, int64_t to,
                             void (*each)(void *arg, int64_t quarter, const struct counts *counts),
                             void *arg, struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_COUNTS];
	int code;

	(void)sqlite3_bind_int64(statement, 1, from);
	(void)sqlite3_bind_int64(statement, 2, to);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		struct counts counts;
		int at = 0;

#define READ(name) counts.name = read_count(statement, ++at);
		COUNTS_EACH(READ)
#undef READ
		each(arg, sqlite3_column_int64(statement, 0), &counts);
	}
	enum store_result result = judge_code(db, code, err);
	(void)sqlite3_reset(statement);
	return result;
}

enum store_result sql_drop_counts(struct store_db *db, int64_t before, struct err *err)
{
	(void)sqlite3_bind_int64(db->statements[SQL_DROP_COUNTS], 1, before);
	return judge_code(db, sql_run(db, SQL_DROP_COUNTS), err);
}
