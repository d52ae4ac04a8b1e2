/* The statements at work. Each operation leaves the connection outside any transaction and every statement reset. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/store.h"
#include "daemon/store/sqlite/store_db.h"

#define PRUNE_STEP 256
#define COUNT_MAX ((int64_t)1 << 53) /* beyond it readers of JSON lose digits, and nothing is so many */

static void bind_id(sqlite3_stmt *statement, int at, uint64_t id)
{
	(void)sqlite3_bind_int64(statement, at, (int64_t)id);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	(void)sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

/* Runs a statement that gives no rows (or whose rows do not matter) and makes it ready for the next time. */
static int run(struct store_db *db, enum db_statement which)
{
	sqlite3_stmt *statement = db->statements[which];
	int code = sqlite3_step(statement);

	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return code;
}

static bool good(int code)
{
	return code == SQLITE_DONE || code == SQLITE_ROW || code == SQLITE_OK;
}

/* Commits when all went well so far, else takes everything back. The reason is that of the first failure. */
static enum db_result end(struct store_db *db, int code, struct err *err)
{
	enum db_result result;

	if (good(code))
		code = run(db, SQL_COMMIT);
	result = store_db_judge(db, code, err);
	if (!sqlite3_get_autocommit(db->handle))
		(void)run(db, SQL_ROLLBACK);
	return result;
}

/* --- records --- */

void db_record_free(struct db_record *record)
{
	record_free(&record->record);
	free(record->sealed);
}

void db_history_free(struct db_history *history)
{
	for (size_t i = 0; i < history->count; i++)
		record_free(&history->rows[i].record);
	free(history->rows);
	memset(history, 0, sizeof(*history));
}

static int add_record(struct store_db *db, const struct db_record *item)
{
	const struct record *record = &item->record;
	sqlite3_stmt *add = db->statements[SQL_ADD_RECORD], *alive = db->statements[SQL_ADD_ALIVE];
	int code = SQLITE_OK;

	if (record->kind == RECORD_CURSOR)
		code = run(db, SQL_DROP_CURSOR);
	if (!good(code))
		return code;
	(void)sqlite3_bind_int64(add, 1, item->wall);
	bind_id(add, 2, record->ticket.id);
	(void)sqlite3_bind_int(add, 3, (int)record->kind);
	bind_id(add, 4, record->sequence);
	if (item->sealed != NULL)
		(void)sqlite3_bind_blob64(add, 5, item->sealed, item->sealed_len, SQLITE_STATIC);
	else
		bind_text(add, 5, record->payload);
	(void)sqlite3_bind_null(add, 6); /* the next one */
	code = run(db, SQL_ADD_RECORD);
	if (!good(code))
		return code;
	bind_id(alive, 1, record->ticket.id);
	(void)sqlite3_bind_int(alive, 2, (int)record->kind);
	if (record->brief != 0)
		bind_id(alive, 3, record->brief);
	code = run(db, SQL_ADD_ALIVE);
	if (!good(code) || record->kind != RECORD_OUTCOME)
		return code;
	bind_id(db->statements[SQL_RETIRE], 1, record->ticket.id);
	bind_text(db->statements[SQL_RETIRE], 2, record->payload);
	return run(db, SQL_RETIRE);
}

static int add_counts(struct store_db *db, int64_t quarter, const struct counts *counts)
{
	sqlite3_stmt *statement = db->statements[SQL_ADD_COUNTS];
	int at = 0;

	if (!counts_any(counts))
		return SQLITE_OK;
	(void)sqlite3_bind_int64(statement, ++at, quarter);
#define BIND(name) (void)sqlite3_bind_int64(statement, ++at, (int64_t)counts->name);
	COUNTS_EACH(BIND)
#undef BIND
	return run(db, SQL_ADD_COUNTS);
}

/* Records of one transaction are mostly of one quarter: one row is touched. */
static int add_all_counts(struct store_db *db, const struct db_record *records, size_t count)
{
	struct counts sum = {0};
	int64_t quarter = 0;
	int code = SQLITE_OK;

	for (size_t i = 0; i < count && good(code); i++) {
		int64_t next = statistics_quarter(records[i].wall);

		if (next != quarter) {
			code = add_counts(db, quarter, &sum);
			sum = (struct counts){0};
			quarter = next;
		}
		counts_add(&sum, &records[i].record.counts);
	}
	return good(code) ? add_counts(db, quarter, &sum) : code;
}

enum db_result store_db_put(struct store_db *db, const struct db_record *records, size_t count, struct err *err)
{
	int code = run(db, SQL_BEGIN);

	for (size_t i = 0; i < count && good(code); i++)
		code = add_record(db, &records[i]);
	if (good(code))
		code = add_all_counts(db, records, count);
	return end(db, code, err);
}

/* Only the cursor is of no ticket. */
static bool is_ours(int64_t kind, int64_t ticket)
{
	return kind >= RECORD_DECISION && kind <= RECORD_CURSOR && (kind == RECORD_CURSOR) == (ticket == 0);
}

/* A row of SQL_RESTORE or SQL_HISTORY; false when it is none of ours. The payload is a copy. */
static bool read_row(sqlite3_stmt *statement, struct db_row *ret)
{
	int64_t kind = sqlite3_column_int64(statement, 1), ticket = sqlite3_column_int64(statement, 2);
	const void *payload;

	if (!is_ours(kind, ticket))
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->sealed = sqlite3_column_type(statement, 3) == SQLITE_BLOB;
	payload = ret->sealed ? sqlite3_column_blob(statement, 3) : (const void *)sqlite3_column_text(statement, 3);
	ret->len = payload != NULL ? (size_t)sqlite3_column_bytes(statement, 3) : 0;
	ret->record = (struct record){.sequence = (uint64_t)sqlite3_column_int64(statement, 0),
	                              .kind = (enum record_kind)kind,
	                              .ticket = ticket_key(ACCOUNT_FIRST, (uint64_t)ticket),
	                              .payload = xmemdup0(payload != NULL ? payload : "", ret->len)};
	ret->wall = sqlite3_column_int64(statement, 4);
	ret->alive = sqlite3_column_int(statement, 5) != 0;
	return true;
}

uint64_t store_db_count_alive(struct store_db *db)
{
	sqlite3_stmt *statement = db->statements[SQL_COUNT_ALIVE];
	int64_t count = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;

	(void)sqlite3_reset(statement);
	return (uint64_t)count;
}

/* A row of SQL_RESTORE. */
static bool read_alive(sqlite3_stmt *statement, struct db_row *ret)
{
	int64_t kind = sqlite3_column_int64(statement, 1), ticket = sqlite3_column_int64(statement, 2);
	int64_t brief = sqlite3_column_int64(statement, 7);

	if (brief <= 0)
		return sqlite3_column_type(statement, 3) != SQLITE_NULL && read_row(statement, ret);
	memset(ret, 0, sizeof(*ret));
	ret->record = (struct record){.kind = (enum record_kind)kind,
	                              .ticket = ticket_key(ACCOUNT_FIRST, (uint64_t)ticket),
	                              .brief = (uint64_t)brief};
	ret->alive = true;
	return kind == RECORD_OUTCOME && is_ours(kind, ticket);
}

enum db_result store_db_restore(struct store_db *db, int64_t *from,
                                int (*each)(void *arg, const struct db_row *row, struct err *err), void *arg,
                                struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_RESTORE];
	enum db_result result;
	int code, stopped = 0;

	(void)sqlite3_bind_int64(statement, 1, *from);
	while (stopped == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		struct db_row row;

		*from = sqlite3_column_int64(statement, 6) + 1;
		if (!read_alive(statement, &row))
			continue;
		stopped = each(arg, &row, err);
		record_free(&row.record);
	}
	result = stopped == 0 ? store_db_judge(db, code, err) : DB_FAILED;
	(void)sqlite3_reset(statement);
	return result;
}

enum db_result store_db_newest_brief(struct store_db *db, struct db_row *ret, struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_NEWEST_BRIEF];
	int code = sqlite3_step(statement);
	enum db_result result = store_db_judge(db, code, err);

	if (code != SQLITE_ROW || !read_row(statement, ret))
		memset(ret, 0, sizeof(*ret));
	(void)sqlite3_reset(statement);
	return result;
}

/* --- one ticket --- */

static enum db_result count_of_ticket(struct store_db *db, struct ticket_key ticket, uint64_t *ret_count,
                                      struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_COUNT_TICKET];
	enum db_result result;

	bind_id(statement, 1, ticket.id);
	result = store_db_judge(db, sqlite3_step(statement), err);
	*ret_count = result == DB_OK ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
	(void)sqlite3_reset(statement);
	return result;
}

/* Rows until there are enough; the code of the last step. */
static int read_history(sqlite3_stmt *statement, struct db_history *history)
{
	size_t bytes = 0;
	int code;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		struct db_row *row = &history->rows[history->count];

		if (!read_row(statement, row))
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

enum db_result store_db_history(struct store_db *db, struct ticket_key ticket, struct db_history *history,
                                struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_HISTORY];
	enum db_result result = count_of_ticket(db, ticket, &history->total, err);

	if (result != DB_OK)
		return result;
	history->rows = xcalloc(STORE_EXPLAIN_MAX, sizeof(*history->rows));
	bind_id(statement, 1, ticket.id);
	(void)sqlite3_bind_int(statement, 2, STORE_EXPLAIN_MAX);
	result = store_db_judge(db, read_history(statement, history), err);
	(void)sqlite3_reset(statement);
	return result;
}

enum db_result store_db_erase(struct store_db *db, struct ticket_key ticket, const uint8_t mac[TOMBSTONE_SIZE],
                              msec wall, uint64_t *ret_count, struct err *err)
{
	sqlite3_stmt *tombstone = db->statements[SQL_ADD_TOMBSTONE];
	int code = run(db, SQL_BEGIN);

	*ret_count = 0;
	(void)sqlite3_bind_blob(tombstone, 1, mac, TOMBSTONE_SIZE, SQLITE_STATIC);
	(void)sqlite3_bind_int64(tombstone, 2, wall);
	bind_id(db->statements[SQL_ADD_ERASING], 1, ticket.id);
	bind_id(db->statements[SQL_ERASE_ALIVE], 1, ticket.id);
	bind_id(db->statements[SQL_ERASE_RECORDS], 1, ticket.id);
	bind_id(db->statements[SQL_ERASE_FROM_CURSOR], 1, ticket.id);
	if (good(code))
		code = run(db, SQL_ADD_TOMBSTONE);
	if (good(code))
		code = run(db, SQL_ADD_ERASING);
	if (good(code))
		code = run(db, SQL_ERASE_ALIVE);
	if (good(code))
		code = run(db, SQL_ERASE_RECORDS);
	if (good(code))
		*ret_count = (uint64_t)sqlite3_changes64(db->handle);
	if (good(code))
		code = run(db, SQL_ERASE_FROM_CURSOR);
	return end(db, code, err);
}

enum db_result store_db_erased(struct store_db *db, struct ticket_key ticket, struct err *err)
{
	bind_id(db->statements[SQL_DROP_ERASING], 1, ticket.id);
	return store_db_judge(db, run(db, SQL_DROP_ERASING), err);
}

enum db_result store_db_erasings(struct store_db *db, struct ticket_key *tickets, size_t max, size_t *ret_count,
                                 struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_ERASINGS];
	enum db_result result;
	size_t count = 0;
	int code;

	(void)sqlite3_bind_int64(statement, 1, (int64_t)max);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW && count < max)
		tickets[count++] = ticket_key(ACCOUNT_FIRST, (uint64_t)sqlite3_column_int64(statement, 0));
	result = store_db_judge(db, code, err);
	(void)sqlite3_reset(statement);
	*ret_count = result == DB_OK ? count : 0;
	return result;
}

enum db_result store_db_erased_at(struct store_db *db, const uint8_t mac[TOMBSTONE_SIZE], msec *ret_wall,
                                  struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_TOMBSTONE_WALL];
	enum db_result result;
	int code;

	(void)sqlite3_bind_blob(statement, 1, mac, TOMBSTONE_SIZE, SQLITE_STATIC);
	code = sqlite3_step(statement);
	*ret_wall = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	result = store_db_judge(db, code, err);
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
	return result;
}

enum db_result store_db_empty_log(struct store_db *db, struct err *err)
{
	int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

	return store_db_judge(db, code, err);
}

/* --- history --- */

struct old_record {
	int64_t serial;
	bool remembered; /* its ticket, by its brief */
};

static int find_old(struct store_db *db, msec *from, msec before, struct old_record old[PRUNE_STEP], size_t *ret_count)
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
	static const enum db_statement drop[] = {SQL_DROP_ALIVE, SQL_DROP_RECORD}, empty[] = {SQL_EMPTY_RECORD};
	const enum db_statement *steps = old->remembered ? empty : drop;
	size_t count = old->remembered ? ARRAY_LEN(empty) : ARRAY_LEN(drop);
	int code = SQLITE_OK;

	for (size_t i = 0; i < count && good(code); i++) {
		(void)sqlite3_bind_int64(db->statements[steps[i]], 1, old->serial);
		code = run(db, steps[i]);
	}
	return code;
}

enum db_result store_db_prune(struct store_db *db, msec *from, msec before, bool *ret_more, struct err *err)
{
	struct old_record old[PRUNE_STEP];
	size_t count;
	int code = find_old(db, from, before, old, &count);

	*ret_more = false;
	if (!good(code) || count == 0)
		return store_db_judge(db, code, err);
	code = run(db, SQL_BEGIN);
	for (size_t i = 0; i < count && good(code); i++)
		code = drop_old(db, &old[i]);
	*ret_more = count == PRUNE_STEP;
	return end(db, code, err);
}

/* --- statistics --- */

static uint64_t count_of(sqlite3_stmt *statement, int column)
{
	int64_t number = sqlite3_column_int64(statement, column);

	return number > 0 && number <= COUNT_MAX ? (uint64_t)number : 0;
}

enum db_result store_db_counts(struct store_db *db, int64_t from, int64_t to,
                               void (*each)(void *arg, int64_t quarter, const struct counts *counts), void *arg,
                               struct err *err)
{
	sqlite3_stmt *statement = db->statements[SQL_COUNTS];
	enum db_result result;
	int code;

	(void)sqlite3_bind_int64(statement, 1, from);
	(void)sqlite3_bind_int64(statement, 2, to);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		struct counts counts;
		int at = 0;

#define READ(name) counts.name = count_of(statement, ++at);
		COUNTS_EACH(READ)
#undef READ
		each(arg, sqlite3_column_int64(statement, 0), &counts);
	}
	result = store_db_judge(db, code, err);
	(void)sqlite3_reset(statement);
	return result;
}

enum db_result store_db_drop_counts(struct store_db *db, int64_t before, struct err *err)
{
	(void)sqlite3_bind_int64(db->statements[SQL_DROP_COUNTS], 1, before);
	return store_db_judge(db, run(db, SQL_DROP_COUNTS), err);
}

/* --- the small things --- */

static void load_meta(struct store_memory *memory, sqlite3_stmt *statement)
{
	struct str name = str_of((const char *)sqlite3_column_text(statement, 0));
	const void *value = sqlite3_column_blob(statement, 1);
	size_t len = (size_t)sqlite3_column_bytes(statement, 1);
	char **text = NULL;

	if (str_eq(name, STR("tombstone_key")) && len == sizeof(memory->tombstones.key)) {
		memcpy(memory->tombstones.key, value, len);
		memory->has_key = true;
	} else if (str_eq(name, STR("account"))) {
		text = len > 0 ? &memory->account : NULL;
	} else if (str_eq(name, STR("processed_tag"))) {
		text = &memory->processed_tag;
	} else if (str_eq(name, STR("tag_prefix"))) {
		text = &memory->tag_prefix;
	} else if (str_eq(name, STR("damaged_copy"))) {
		text = len > 0 ? &memory->damaged_copy : NULL;
	} else if (str_eq(name, STR("useless_tombstones"))) {
		memory->useless_tombstones = (uint64_t)sqlite3_column_int64(statement, 1);
	}
	if (text == NULL)
		return;
	free(*text);
	*text = xmemdup0(value, len);
}

enum db_result store_db_load(struct store_db *db, struct store_memory *memory, struct err *err)
{
	sqlite3_stmt *meta = db->statements[SQL_META], *tombstones = db->statements[SQL_TOMBSTONES];
	enum db_result result;
	int code;

	while ((code = sqlite3_step(meta)) == SQLITE_ROW)
		load_meta(memory, meta);
	result = store_db_judge(db, code, err);
	(void)sqlite3_reset(meta);
	while (result == DB_OK && (code = sqlite3_step(tombstones)) == SQLITE_ROW)
		if (sqlite3_column_bytes(tombstones, 0) == TOMBSTONE_SIZE)
			(void)tombstones_add(&memory->tombstones, sqlite3_column_blob(tombstones, 0));
	if (result == DB_OK)
		result = store_db_judge(db, code, err);
	(void)sqlite3_reset(tombstones);
	return result;
}

static int put_meta(struct store_db *db, const char *name, const void *value, size_t len)
{
	sqlite3_stmt *statement = db->statements[SQL_PUT_META];

	bind_text(statement, 1, name);
	(void)sqlite3_bind_blob(statement, 2, value, (int)len, SQLITE_STATIC);
	return run(db, SQL_PUT_META);
}

enum db_result store_db_try(struct store_db *db, struct err *err)
{
	return store_db_judge(db, put_meta(db, "tried", "", 0), err);
}

static int put_meta_text(struct store_db *db, const char *name, const char *text)
{
	return text == NULL ? SQLITE_OK : put_meta(db, name, text, strlen(text));
}

enum db_result store_db_told(struct store_db *db, struct err *err)
{
	int code = put_meta(db, "damaged_copy", "", 0);

	return store_db_judge(db, good(code) ? put_meta(db, "useless_tombstones", "", 0) : code, err);
}

static int put_meta_number(struct store_db *db, const char *name, uint64_t number)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	return put_meta(db, name, text, strlen(text));
}

static int save_tombstones(struct store_db *db, const struct store_memory *memory)
{
	sqlite3_stmt *statement = db->statements[SQL_ADD_TOMBSTONE];
	int code = SQLITE_OK;
	uint8_t mac[TOMBSTONE_SIZE];

	for (size_t i = 0; i < memory->tombstones.macs.cap && good(code); i++) {
		if (!tombstones_slot(&memory->tombstones, i, mac))
			continue;
		(void)sqlite3_bind_blob(statement, 1, mac, TOMBSTONE_SIZE, SQLITE_STATIC);
		(void)sqlite3_bind_int64(statement, 2, 0); /* when it was erased is not remembered */
		code = run(db, SQL_ADD_TOMBSTONE);
	}
	return code;
}

enum db_result store_db_save(struct store_db *db, const struct store_memory *memory, struct err *err)
{
	int code = run(db, SQL_BEGIN);

	if (good(code))
		code = put_meta(db, "tombstone_key", memory->tombstones.key, sizeof(memory->tombstones.key));
	if (good(code))
		code = put_meta_text(db, "account", memory->account);
	if (good(code))
		code = put_meta_text(db, "processed_tag", memory->processed_tag);
	if (good(code))
		code = put_meta_text(db, "tag_prefix", memory->tag_prefix);
	if (good(code))
		code = put_meta_text(db, "damaged_copy", memory->damaged_copy);
	if (good(code))
		code = put_meta_number(db, "useless_tombstones", memory->useless_tombstones);
	if (good(code))
		code = save_tombstones(db, memory);
	return end(db, code, err);
}
