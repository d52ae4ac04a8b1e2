/* Answers that other tickets may use: read at the start, removed when they are old. */
#include "daemon/store/store_answers.h"

#include "base/crypto.h"
#include "daemon/store/store_inside.h"
#include "daemon/store/store_queue.h"

#define PURPOSE "answers"

void store_answers_secret(const struct store *store, uint8_t ret[STORE_ANSWERS_SECRET_SIZE])
{
	const struct tombstones *tombstones = &store->memory.tombstones;

	crypto_hmac_sha256(str_make((const char *)tombstones->key, sizeof(tombstones->key)),
	                   STR(PURPOSE), ret);
}

struct reading {
	const struct store *store;
	void (*each)(void *arg, const struct record *record);
	void *arg;
};

static void read_one(void *arg, const struct store_row *row)
{
	struct reading *reading = arg;
	struct record record = row->record;
	struct buf clear;
	struct err ignored;

	buf_init(&clear, SIZE_MAX);
	if (store_payload_open(reading->store, row, &clear, &ignored) == 0) {
		record.payload = buf_take(&clear, NULL);
		reading->each(reading->arg, &record);
		record_free(&record);
	}
	buf_free(&clear);
}

void store_answers_restore(struct store *store, msec since, size_t max,
                           void (*each)(void *arg, const struct record *record), void *arg)
{
	struct reading reading = {.store = store, .each = each, .arg = arg};
	struct store_answers wanted = {
	        .since = since, .max = max, .each = read_one, .arg = &reading};
	struct err ignored;

	ENSURE(!store->started);
	(void)store->backend->answers(store->db, &wanted, &ignored);
}

void store_answers_prune(struct store *store, msec before)
{
	store_queue_add(store, &(struct task){.kind = TASK_ANSWERS, .before = before});
}
