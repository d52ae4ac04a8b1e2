/* The blocking start of the store: folder, lock, file, and what the disk remembers. */
#include <stdlib.h>
#include <string.h>

#include "daemon/store/deaths.h"
#include "daemon/store/sqlite/store_file.h"
#include "daemon/store/store_inside.h"
#include "daemon/system/file.h"
#include "daemon/store/sqlite/store_lock.h"

static int rebuild(struct store *store, struct err *err)
{
	return store_db_rebuild(&store->db, store->path, &store->memory, err) == DB_OK ? 0 : -1;
}

static int open_database(struct store *store, struct err *err)
{
	enum db_result result;

	if (store_file_end_swap(store->path, err) < 0 || store_file_make(store->path, err) < 0)
		return -1;
	result = store_db_open(&store->db, store->path, err);
	if (result == DB_OK)
		result = store_db_load(&store->db, &store->memory, err);
	if (result == DB_DAMAGED)
		return rebuild(store, err);
	if (result == DB_OK && !store->memory.has_key) {
		store_memory_make_key(&store->memory);
		result = store_db_save(&store->db, &store->memory, err);
	}
	return result == DB_OK ? 0 : -1;
}

static int open_deaths(struct store *store, struct err *err)
{
	char *folder = file_folder(store->path), *path = xasprintf("%s/deaths", folder);

	store->deaths = deaths_open(path, err);
	free(path);
	free(folder);
	return store->deaths < 0 ? -1 : 0;
}

static int open_all(struct store *store, const char *path, struct err *err)
{
	char *lock;

	store->path = store_file_resolve(path, err);
	if (store->path == NULL)
		return -1;
	lock = xasprintf("%s-lock", store->path);
	store->lock = store_lock_take(lock, err);
	free(lock);
	if (store->lock < 0)
		return store->lock;
	if (open_deaths(store, err) < 0)
		return -1;
	return open_database(store, err);
}

void store_free(struct store *store)
{
	store_db_close(&store->db);
	if (store->deaths >= 0)
		deaths_close(store->deaths);
	if (store->lock >= 0)
		store_lock_release(store->lock);
	store_memory_free(&store->memory);
	free(store->path);
	free(store->error);
	free(store);
}

int store_open(const char *path, struct store **ret, struct err *err)
{
	struct store *store = xcalloc(1, sizeof(*store));
	int code;

	store->lock = store->deaths = -1;
	list_init(&store->queue);
	store_memory_init(&store->memory);
	code = open_all(store, path, err);
	if (code < 0) {
		store_free(store);
		return code;
	}
	*ret = store;
	return 0;
}

const char *store_path(const struct store *store)
{
	return store->path;
}

const char *store_was_rebuilt(const struct store *store)
{
	return store->memory.damaged_copy;
}

uint64_t store_useless_tombstones(const struct store *store)
{
	return store->memory.useless_tombstones;
}

void store_set_seal(struct store *store, const struct store_seal *seal)
{
	ENSURE(!store->started);
	store->seal = *seal;
}

size_t store_count(struct store *store)
{
	ENSURE(!store->started);
	return (size_t)store_db_count_alive(&store->db);
}

struct restoring {
	const struct store *store;
	bool opened; /* a sealed payload was: the key is the right one */
	void (*each)(void *arg, const struct record *record);
	void *arg;
};

/* `clear` stays empty when a single one does not open. */
static int open_sealed(struct restoring *restoring, const struct db_row *row, struct buf *clear, struct err *err)
{
	struct err why;

	if (payload_open(restoring->store, row, clear, &why) == 0) {
		restoring->opened = true;
		return 0;
	}
	if (!restoring->opened)
		return err_set(err,
		               "log.key: what was decided so far does not open (%s): give the key it was sealed with, "
		               "or move away %s",
		               why.text, restoring->store->path);
	buf_reset(clear);
	return 0;
}

static int restore_one(void *arg, const struct db_row *row, struct err *err)
{
	struct restoring *restoring = arg;
	struct record record = row->record;
	struct buf clear;

	if (!row->sealed) {
		restoring->each(restoring->arg, &record);
		return 0;
	}
	buf_init(&clear, SIZE_MAX);
	if (open_sealed(restoring, row, &clear, err) < 0) {
		buf_free(&clear);
		return -1;
	}
	record.payload = buf_take(&clear, NULL);
	restoring->each(restoring->arg, &record);
	record_free(&record);
	return 0;
}

/* Payloads behind a brief are not read at a start: one of them tells whether the key is theirs. */
static enum db_result check_key(struct restoring *restoring, struct store_db *db, struct err *err)
{
	struct db_row row;
	struct buf clear;
	enum db_result result = store_db_newest_brief(db, &row, err);

	if (result != DB_OK || !row.sealed) {
		record_free(&row.record);
		return result;
	}
	buf_init(&clear, SIZE_MAX);
	if (open_sealed(restoring, &row, &clear, err) < 0)
		result = DB_FAILED;
	buf_free(&clear);
	record_free(&row.record);
	return result;
}

static enum db_result restore_from(struct restoring *restoring, struct store_db *db, int64_t *from, struct err *err)
{
	enum db_result result = check_key(restoring, db, err);

	return result == DB_OK ? store_db_restore(db, from, restore_one, restoring, err) : result;
}

int store_restore(struct store *store, void (*each)(void *arg, const struct record *record), void *arg, struct err *err)
{
	struct restoring restoring = {.store = store, .each = each, .arg = arg};
	enum db_result result;
	int64_t from = 0;

	ENSURE(!store->started);
	result = restore_from(&restoring, &store->db, &from, err);
	if (result == DB_DAMAGED) {
		if (rebuild(store, err) < 0)
			return -1;
		result = restore_from(&restoring, &store->db, &from, err);
	}
	return result == DB_OK ? 0 : -1;
}

int store_statistics(struct store *store, msec wall,
                     void (*each)(void *arg, int64_t quarter, const struct counts *counts), void *arg, struct err *err)
{
	int64_t from = statistics_days_ago(wall, STATISTICS_DAYS - 1), to = statistics_quarter(wall);

	ENSURE(!store->started);
	return store_db_counts(&store->db, from, to, each, arg, err) == DB_OK ? 0 : -1;
}

int store_erasings(struct store *store, struct ticket_key tickets[STORE_ERASINGS_MAX], size_t *ret_count,
                   struct err *err)
{
	ENSURE(!store->started);
	return store_db_erasings(&store->db, tickets, STORE_ERASINGS_MAX, ret_count, err) == DB_OK ? 0 : -1;
}

static bool same(const char *recorded, const char *configured)
{
	return recorded != NULL && strcmp(recorded, configured) == 0;
}

static void record(char **recorded, const char *configured)
{
	free(*recorded);
	*recorded = xstrdup(configured);
}

static int save(struct store *store, struct err *err)
{
	return store_db_save(&store->db, &store->memory, err) == DB_OK ? 0 : -1;
}

int store_check_account(struct store *store, const char *option, const char *origin, bool accept, struct err *err)
{
	struct store_memory *memory = &store->memory;

	ENSURE(!store->started);
	if (same(memory->account, origin))
		return 0;
	if (memory->account != NULL && !accept)
		return err_set(
		        err,
		        "%s: the database is of %s, not of %s: put it back, or name another store.path; if only the "
		        "address changed, start once with --accept-account-change",
		        option, memory->account, origin);
	record(&memory->account, origin);
	return save(store, err);
}

int store_check_tags(struct store *store, const char *processed_tag, const char *tag_prefix, bool accept,
                     struct err *err)
{
	struct store_memory *memory = &store->memory;

	ENSURE(!store->started);
	if (same(memory->processed_tag, processed_tag) && same(memory->tag_prefix, tag_prefix))
		return 0;
	if (accept || memory->processed_tag == NULL || memory->tag_prefix == NULL) {
		record(&memory->processed_tag, processed_tag);
		record(&memory->tag_prefix, tag_prefix);
		return save(store, err);
	}
	if (!same(memory->processed_tag, processed_tag))
		return err_set(err,
		               "zendesk.processed_tag: tickets were tagged \"%s\" so far; with \"%s\" they would all "
		               "be processed again: put it back, or start once with --accept-tag-change",
		               memory->processed_tag, processed_tag);
	return err_set(err,
	               "zendesk.tag_prefix: tags began with \"%s\" so far, now with \"%s\": put it back, or start once "
	               "with --accept-tag-change",
	               memory->tag_prefix, tag_prefix);
}

struct ticket_key *store_deaths(const struct store *store, size_t *ret_count)
{
	return deaths_twice(store->deaths, ret_count);
}

int store_deaths_fd(const struct store *store)
{
	return store->deaths;
}
