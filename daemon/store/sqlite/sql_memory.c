/* The small things: tombstones and their key, the account and its tags, and of what a person is to
 * be told. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/sqlite/judge.h"
#include "daemon/store/sqlite/sql.h"

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

enum store_result sql_load(struct store_db *db, struct store_memory *memory, struct err *err)
{
	sqlite3_stmt *meta = db->statements[SQL_META], *tombstones = db->statements[SQL_TOMBSTONES];
	enum store_result result;
	int code;

	while ((code = sqlite3_step(meta)) == SQLITE_ROW)
		load_meta(memory, meta);
	result = judge_code(db, code, err);
	(void)sqlite3_reset(meta);
	while (result == STORE_OK && (code = sqlite3_step(tombstones)) == SQLITE_ROW)
		if (sqlite3_column_bytes(tombstones, 0) == TOMBSTONE_SIZE)
			(void)tombstones_add(&memory->tombstones, sqlite3_column_blob(tombstones, 0));
	if (result == STORE_OK)
		result = judge_code(db, code, err);
	(void)sqlite3_reset(tombstones);
	return result;
}

static int put_meta(struct store_db *db, const char *name, const void *value, size_t len)
{
	sqlite3_stmt *statement = db->statements[SQL_PUT_META];

	sql_bind_text(statement, 1, name);
	(void)sqlite3_bind_blob(statement, 2, value, (int)len, SQLITE_STATIC);
	return sql_run(db, SQL_PUT_META);
}

enum store_result sql_try(struct store_db *db, struct err *err)
{
	return judge_code(db, put_meta(db, "tried", "", 0), err);
}

static int put_meta_text(struct store_db *db, const char *name, const char *text)
{
	return text == NULL ? SQLITE_OK : put_meta(db, name, text, strlen(text));
}

enum store_result sql_told(struct store_db *db, struct err *err)
{
	int code = put_meta(db, "damaged_copy", "", 0);

	return judge_code(db, judge_is_good(code) ? put_meta(db, "useless_tombstones", "", 0) : code, err);
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

	for (size_t i = 0; i < memory->tombstones.macs.cap && judge_is_good(code); i++) {
		if (!tombstones_slot(&memory->tombstones, i, mac))
			continue;
		(void)sqlite3_bind_blob(statement, 1, mac, TOMBSTONE_SIZE, SQLITE_STATIC);
		(void)sqlite3_bind_int64(statement, 2, 0); /* when it was erased is not remembered */
		code = sql_run(db, SQL_ADD_TOMBSTONE);
	}
	return code;
}

enum store_result sql_save(struct store_db *db, const struct store_memory *memory, struct err *err)
{
	int code = sql_run(db, SQL_BEGIN);

	if (judge_is_good(code))
		code = put_meta(db, "tombstone_key", memory->tombstones.key, sizeof(memory->tombstones.key));
	if (judge_is_good(code))
		code = put_meta_text(db, "account", memory->account);
	if (judge_is_good(code))
		code = put_meta_text(db, "processed_tag", memory->processed_tag);
	if (judge_is_good(code))
		code = put_meta_text(db, "tag_prefix", memory->tag_prefix);
	if (judge_is_good(code))
		code = put_meta_text(db, "damaged_copy", memory->damaged_copy);
	if (judge_is_good(code))
		code = put_meta_number(db, "useless_tombstones", memory->useless_tombstones);
	if (judge_is_good(code))
		code = save_tombstones(db, memory);
	return sql_end(db, code, err);
}
