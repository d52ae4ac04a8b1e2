/* Loads and saves struct store_memory: tombstones and their key, the account and its tags, and
 * the notice of a damaged database. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/sql.h"

/* account of rows of meta about the whole database, and of tombstones whose account is not
 * known */
#define NO_ACCOUNT 0u
/* before the name of a text of store_keep() */
#define KEPT "kept:"

static void load_text(char **text, const void *value, size_t len)
{
	free(*text);
	*text = xmemdup0(value, len);
}

/* A text that is in memory is newer than that of a damaged database. */
static void load_kept(struct store_memory *memory, const char *name, const void *value, size_t len)
{
	char *text = xmemdup0(value, len);

	if (store_memory_kept(memory, name) == NULL)
		store_memory_keep(memory, name, text);
	free(text);
}

static void load_account_row(struct store_memory *memory, struct str name, const void *value,
                             size_t len)
{
	if (str_eq(name, STR("account")) && len > 0)
		load_text(&memory->account, value, len);
	else if (str_eq(name, STR("processed_tag")))
		load_text(&memory->processed_tag, value, len);
	else if (str_eq(name, STR("tag_prefix")))
		load_text(&memory->tag_prefix, value, len);
}

static void load_meta(struct store_memory *memory, sqlite3_stmt *statement)
{
	struct str name = str_of((const char *)sqlite3_column_text(statement, 0));
	int64_t account = sqlite3_column_int64(statement, 1);
	const void *value = sqlite3_column_blob(statement, 2);
	size_t len = (size_t)sqlite3_column_bytes(statement, 2);

	if (account == ACCOUNT_FIRST)
		load_account_row(memory, name, value, len);
	if (account != NO_ACCOUNT)
		return;
	if (str_eq(name, STR("tombstone_key")) && len == sizeof(memory->tombstones.key)) {
		memcpy(memory->tombstones.key, value, len);
		memory->has_key = true;
	} else if (str_eq(name, STR("damaged_copy")) && len > 0) {
		load_text(&memory->damaged_copy, value, len);
	} else if (str_starts(name, STR(KEPT)) && len > 0) {
		load_kept(memory, name.data + strlen(KEPT), value, len);
	} else if (str_eq(name, STR("useless_tombstones"))) {
		memory->useless_tombstones = (uint64_t)sqlite3_column_int64(statement, 2);
	}
}

enum store_result sql_load(struct store_db *db, struct store_memory *memory, struct err *err)
{
	sqlite3_stmt *meta = db->statements[SQL_META], *tombstones = db->statements[SQL_TOMBSTONES];
	int code;

	while ((code = sqlite3_step(meta)) == SQLITE_ROW)
		load_meta(memory, meta);
	enum store_result result = judge_code(db, code, err);
	(void)sqlite3_reset(meta);
	while (result == STORE_OK && (code = sqlite3_step(tombstones)) == SQLITE_ROW)
		if (sqlite3_column_bytes(tombstones, 0) == TOMBSTONE_SIZE)
			(void)tombstones_add(&memory->tombstones,
			                     sqlite3_column_blob(tombstones, 0));
	if (result == STORE_OK)
		result = judge_code(db, code, err);
	(void)sqlite3_reset(tombstones);
	return result;
}

static int put_meta(struct store_db *db, uint32_t account, const char *name, const void *value,
                    size_t len)
{
	sqlite3_stmt *statement = db->statements[SQL_PUT_META];

	sql_bind_text(statement, 1, name);
	(void)sqlite3_bind_int64(statement, 2, account);
	(void)sqlite3_bind_blob(statement, 3, value, (int)len, SQLITE_STATIC);
	return sql_run(db, SQL_PUT_META);
}

static int put_meta_text(struct store_db *db, uint32_t account, const char *name, const char *text)
{
	return text == NULL ? SQLITE_OK : put_meta(db, account, name, text, strlen(text));
}

static int put_kept(struct store_db *db, const char *name, const char *text)
{
	char *row = xasprintf(KEPT "%s", name);
	int code = put_meta_text(db, NO_ACCOUNT, row, text);

	free(row);
	return code;
}

enum store_result sql_keep(struct store_db *db, const char *name, const char *text, struct err *err)
{
	return judge_code(db, put_kept(db, name, text), err);
}

enum store_result sql_try(struct store_db *db, struct err *err)
{
	return judge_code(db, put_meta_text(db, NO_ACCOUNT, "tried", ""), err);
}

enum store_result sql_told(struct store_db *db, struct err *err)
{
	int code = put_meta_text(db, NO_ACCOUNT, "damaged_copy", "");

	if (judge_is_good(code))
		code = put_meta_text(db, NO_ACCOUNT, "useless_tombstones", "");
	return judge_code(db, code, err);
}

static int save_useless(struct store_db *db, const struct store_memory *memory)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)memory->useless_tombstones);
	return put_meta_text(db, NO_ACCOUNT, "useless_tombstones", text);
}

static int save_tombstones(struct store_db *db, const struct store_memory *memory)
{
	sqlite3_stmt *statement = db->statements[SQL_ADD_TOMBSTONE];
	int code = SQLITE_OK;
	uint8_t mac[TOMBSTONE_SIZE];

	for (size_t i = 0; i < memory->tombstones.macs.cap && judge_is_good(code); i++) {
		if (!tombstones_slot(&memory->tombstones, i, mac))
			continue;
		(void)sqlite3_bind_blob(statement, 1, mac, TOMBSTONE_SIZE, SQLITE_STATIC);
		(void)sqlite3_bind_int64(statement, 2, NO_ACCOUNT);
		/* The time of the erasing is not kept in memory. */
		(void)sqlite3_bind_int64(statement, 3, 0);
		code = sql_run(db, SQL_ADD_TOMBSTONE);
	}
	return code;
}

enum store_result sql_save(struct store_db *db, const struct store_memory *memory, struct err *err)
{
	int code = sql_run(db, SQL_BEGIN);

	if (judge_is_good(code))
		code = put_meta(db, NO_ACCOUNT, "tombstone_key", memory->tombstones.key,
		                sizeof(memory->tombstones.key));
	if (judge_is_good(code))
		code = put_meta_text(db, ACCOUNT_FIRST, "account", memory->account);
	if (judge_is_good(code))
		code = put_meta_text(db, ACCOUNT_FIRST, "processed_tag", memory->processed_tag);
	if (judge_is_good(code))
		code = put_meta_text(db, ACCOUNT_FIRST, "tag_prefix", memory->tag_prefix);
	if (judge_is_good(code))
		code = put_meta_text(db, NO_ACCOUNT, "damaged_copy", memory->damaged_copy);
	if (judge_is_good(code))
		code = save_useless(db, memory);
	for (size_t i = 0; i < memory->kept_count && judge_is_good(code); i++)
		code = put_kept(db, memory->kept[i].name, memory->kept[i].text);
	if (judge_is_good(code))
		code = save_tombstones(db, memory);
	return sql_end(db, code, err);
}
