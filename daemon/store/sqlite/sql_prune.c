/* Retention: removes old history and keeps what the next start needs. */
#include <sqlite3.h>

#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/sql.h"

/* Records removed by one call, so that other work of the store does not wait long. */
#define PRUNE_STEP 256

struct old_record {
	int64_t serial;
	bool remembered; /* it is an outcome whose brief is kept: only the payload is removed */
};

static int find_old(struct store_db *db, msec *from, msec before, struct old_record old[PRUNE_STEP],
                    size_t *ret_count)
{
	sqlite3_stmt *find = db->statements[SQL_FIND_OLD];
	size_t count = 0;
	int code;

	(void)sqlite3_bind_int64(find, 1, *from);
	(void)sqlite3_bind_int64(find, 2, before);
	(void)sqlite3_bind_int(find, 3, PRUNE_STEP);
	while ((code = sqlite3_step(find)) == SQLITE_ROW && count < PRUNE_STEP) {
		old[count++] = (struct old_record){.serial = sqlite3_column_int64(find, 0),
		                                   .remembered = sqlite3_column_int(find, 2) != 0};
		*from = sqlite3_column_int64(find, 1);
	}
	(void)sqlite3_reset(find);
	*ret_count = count;
	return code;
}

static int drop_old(struct store_db *db, const struct old_record *old)
{
	static const enum sql_statement drop[] = {SQL_DROP_ALIVE, SQL_DROP_RECORD},
	                                empty[] = {SQL_EMPTY_RECORD};
	const enum sql_statement *steps = old->remembered ? empty : drop;
	size_t count = old->remembered ? ARRAY_LEN(empty) : ARRAY_LEN(drop);
	int code = SQLITE_OK;

	for (size_t i = 0; i < count && judge_is_good(code); i++) {
		(void)sqlite3_bind_int64(db->statements[steps[i]], 1, old->serial);
		code = sql_run(db, steps[i]);
	}
	return code;
}

enum store_result sql_prune(struct store_db *db, msec *from, msec before, bool *ret_more,
                            struct err *err)
{
	struct old_record old[PRUNE_STEP];
	size_t count;
	int code = find_old(db, from, before, old, &count);

	*ret_more = false;
	if (!judge_is_good(code) || count == 0)
		return judge_code(db, code, err);
	code = sql_run(db, SQL_BEGIN);
	for (size_t i = 0; i < count && judge_is_good(code); i++)
		code = drop_old(db, &old[i]);
	*ret_more = count == PRUNE_STEP;
	return sql_end(db, code, err);
}
