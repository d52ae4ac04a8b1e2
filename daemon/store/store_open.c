/* The blocking start of the store: opens it, restores its records, and checks that it belongs
 * to the configured account. */
#include "daemon/store/store_open.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/store/deaths.h"
#include "daemon/store/store_inside.h"
#include "daemon/system/clock.h"
#include "daemon/system/file.h"

static int rebuild_store(struct store *store, struct err *err)
{
	return store->backend->rebuild(store->db, &store->memory, err) == STORE_OK ? 0 : -1;
}

static int save_memory(struct store *store, struct err *err)
{
	return store->backend->save(store->db, &store->memory, err) == STORE_OK ? 0 : -1;
}

static int open_database(struct store *store, struct err *err)
{
	enum store_result result = store->backend->open(store->db, err);

	if (result == STORE_OK)
		result = store->backend->load(store->db, &store->memory, err);
	if (result == STORE_DAMAGED)
		return rebuild_store(store, err);
	if (result != STORE_OK)
		return -1;
	if (store->memory.has_key)
		return 0;
	store_memory_make_key(&store->memory);
	return save_memory(store, err);
}

static int open_deaths(struct store *store, struct err *err)
{
	char *folder = file_folder(store_path(store)), *path = xasprintf("%s/deaths", folder);

	store->deaths = deaths_open(path, err);
	free(path);
	free(folder);
	return store->deaths < 0 ? -1 : 0;
}

static int claim_and_open(struct store *store, const char *path, struct err *err)
{
	int code = store->backend->claim(path, &store->db, err);
	struct err ignored;

	if (code < 0)
		return code;
	if (open_deaths(store, err) < 0 || open_database(store, err) < 0)
		return -1;
	/* A process that does not stay prunes nothing. The next one tries again what fails here. */
	(void)store->backend->drop_copies(
	        store->db, clock_now().wall - STORE_COPIES_KEPT_DAYS * 24 * MSEC_HOUR, &ignored);
	return 0;
}

void store_free(struct store *store)
{
	if (store->db != NULL)
		store->backend->close(store->db);
	if (store->deaths >= 0)
		deaths_close(store->deaths);
	if (store->db != NULL)
		store->backend->release(store->db);
	store_memory_free(&store->memory);
	free(store->error);
	free(store);
}

int store_open(const char *path, const struct store_backend *backend, struct store **ret,
               struct err *err)
{
	struct store *store = xcalloc(1, sizeof(*store));

	store->backend = backend;
	store->deaths = -1;
	list_init(&store->queue);
	store_memory_init(&store->memory);
	int code = claim_and_open(store, path, err);
	if (code < 0) {
		store_free(store);
		return code;
	}
	*ret = store;
	return 0;
}

const char *store_path(const struct store *store)
{
	return store->backend->path(store->db);
}

char *store_former(const struct store *store)
{
	return store->backend->former(store->db);
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
	return (size_t)store->backend->count_alive(store->db);
}

struct restoring {
	const struct store *store;
	bool opened; /* a payload was unsealed, so the key is the right one */
	void (*each)(void *arg, const struct record *record);
	void *arg;
};

/* Unsealing may fail for a single damaged payload: `clear` is then empty. It is an error as
 * long as no payload was unsealed, since the key is probably wrong. */
static int open_sealed(struct restoring *restoring, const struct store_row *row, struct buf *clear,
                       struct err *err)
{
	struct err why;

	if (store_payload_open(restoring->store, row, clear, &why) == 0) {
		restoring->opened = true;
		return 0;
	}
	if (!restoring->opened)
		return err_set(
		        err,
		        "log.key: the stored analyses cannot be opened (%s): set the key "
		        "they were sealed with, or move %s away, which loses the history, the "
		        "statistics and the tombstones of erased tickets",
		        why.text, store_path(restoring->store));
	buf_reset(clear);
	return 0;
}

static int restore_one(void *arg, const struct store_row *row, struct err *err)
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

/* A start does not read payloads of records with a brief, so one of them is read here to check
 * the key. */
static enum store_result check_key(struct restoring *restoring, struct err *err)
{
	const struct store *store = restoring->store;
	struct store_row row;
	struct buf clear;
	enum store_result result = store->backend->newest_brief(store->db, &row, err);

	if (result != STORE_OK || !row.sealed) {
		record_free(&row.record);
		return result;
	}
	buf_init(&clear, SIZE_MAX);
	if (open_sealed(restoring, &row, &clear, err) < 0)
		result = STORE_FAILED;
	buf_free(&clear);
	record_free(&row.record);
	return result;
}

static enum store_result restore_from(struct restoring *restoring, int64_t *from, struct err *err)
{
	const struct store *store = restoring->store;
	enum store_result result = check_key(restoring, err);

	if (result == STORE_OK)
		result = store->backend->restore(store->db, from, restore_one, restoring, err);
	return result;
}

int store_restore(struct store *store, void (*each)(void *arg, const struct record *record),
                  void *arg, struct err *err)
{
	struct restoring restoring = {.store = store, .each = each, .arg = arg};
	int64_t from = 0;

	ENSURE(!store->started);
	enum store_result result = restore_from(&restoring, &from, err);
	if (result == STORE_DAMAGED) {
		if (rebuild_store(store, err) < 0)
			return -1;
		result = restore_from(&restoring, &from, err);
	}
	return result == STORE_OK ? 0 : -1;
}

int store_statistics(struct store *store, msec wall,
                     void (*each)(void *arg, int64_t quarter, const struct counts *counts),
                     void *arg, struct err *err)
{
	int64_t from = statistics_days_ago(wall, STATISTICS_DAYS - 1),
	        to = statistics_quarter(wall);

	ENSURE(!store->started);
	return store->backend->counts(store->db, from, to, each, arg, err) == STORE_OK ? 0 : -1;
}

int store_erasings(struct store *store, struct ticket_key tickets[STORE_ERASINGS_MAX],
                   size_t *ret_count, struct err *err)
{
	ENSURE(!store->started);
	if (store->backend->erasings(store->db, tickets, STORE_ERASINGS_MAX, ret_count, err) !=
	    STORE_OK)
		return -1;
	return 0;
}

static bool is_unchanged(const char *recorded, const char *configured)
{
	return recorded != NULL && strcmp(recorded, configured) == 0;
}

static void replace_text(char **recorded, const char *configured)
{
	free(*recorded);
	*recorded = xstrdup(configured);
}

int store_check_account(struct store *store, const char *option, const char *origin, bool accept,
                        struct err *err)
{
	struct store_memory *memory = &store->memory;

	ENSURE(!store->started);
	if (is_unchanged(memory->account, origin))
		return 0;
	if (memory->account != NULL && !accept)
		return err_set(err,
		               "%s: the database belongs to %s, not to %s: change it back, or set "
		               "another store.path; if only the address changed, start once with "
		               "--accept-account-change",
		               option, memory->account, origin);
	replace_text(&memory->account, origin);
	return save_memory(store, err);
}

int store_check_tags(struct store *store, const char *processed_tag, const char *tag_prefix,
                     bool accept, struct err *err)
{
	struct store_memory *memory = &store->memory;

	ENSURE(!store->started);
	if (is_unchanged(memory->processed_tag, processed_tag) &&
	    is_unchanged(memory->tag_prefix, tag_prefix))
		return 0;
	if (accept || memory->processed_tag == NULL || memory->tag_prefix == NULL) {
		replace_text(&memory->processed_tag, processed_tag);
		replace_text(&memory->tag_prefix, tag_prefix);
		return save_memory(store, err);
	}
	if (!is_unchanged(memory->processed_tag, processed_tag))
		return err_set(err,
		               "zendesk.processed_tag: tickets were tagged \"%s\" so far; with "
		               "\"%s\" all of them would be processed again: change it back, or "
		               "start once with --accept-tag-change",
		               memory->processed_tag, processed_tag);
	return err_set(err,
	               "zendesk.tag_prefix: tags began with \"%s\" so far, now with \"%s\": change "
	               "it back, or start once with --accept-tag-change",
	               memory->tag_prefix, tag_prefix);
}

struct ticket_key *store_deaths(const struct store *store, size_t least, size_t *ret_count)
{
	return deaths_marked(store->deaths, least, ret_count);
}

int store_deaths_fd(const struct store *store)
{
	return store->deaths;
}
