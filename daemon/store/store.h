/* The store: what must survive a crash, and the history of every ticket, in one database.
 *
 * Opening and restoring happen before the loop runs and block: daemon/store/store_open.h. From
 * store_start on no call waits for the disk: work is queued and done in order by one libuv worker
 * at a time, and answers come back on the loop. Records handed over in one turn of the loop, or
 * while the worker is busy, become durable together in one transaction (they are on the disk when
 * `persisted` is called).
 *
 * Alive are, per ticket, the newest record of each kind; decision and intent of a ticket that is
 * done, or that a person took our tag from, are not. Everything else is history, kept until
 * store_prune. Of cursors only the newest of an account is kept; its ticket has the number 0. A
 * ticket whose way ended is remembered for ever, so that nothing is done twice; what was recorded
 * of it is not.
 *
 * What records add to the statistics becomes durable in the same transaction, so that no end of the
 * process makes the two differ. Sums are kept STATISTICS_KEPT_DAYS, longer than the history they
 * were made of, and stay when a ticket is erased: they name none.
 *
 * Files, all with mode 0600, beside each other: PATH, PATH-wal, PATH-lock (an fcntl lock, so a dead
 * process leaves none behind), `deaths` (daemon/store/deaths.h), PATH.bak and PATH.bak.1 … (damaged
 * databases put aside), PATH.new and PATH.rebuilt (while one is exchanged: sqlite/rebuild.c),
 * PATH.schema1 … (the database as it was before a migration, and PATH.schema1.new while it is
 * copied: sqlite/former.h).
 *
 * One store at most per file and process. For the thread of the loop only. */
#ifndef DAEMON_STORE_STORE_H
#define DAEMON_STORE_STORE_H

#include <uv.h>

#include "base/buf.h"
#include "base/clock.h"
#include "engine/record.h"

struct store;

struct store_callbacks {
	/* All records up to this sequence are durable. */
	void (*persisted)(void *arg, uint64_t upto);
	/* The record `from` and all that were put after it until now are not, and will not be;
	 * store_error() says why. */
	void (*failed)(void *arg, uint64_t from);
	/* The database was found damaged, put aside as `copy`, and a fresh one goes on with the
	 * alive records that could be read, and with all tombstones; history is in the copy only.
	 * store_told when a person was told. May be NULL. */
	void (*rebuilt)(void *arg, const char *copy, uint64_t useless_tombstones);
	/* So much more was done in this quarter, and is durable; before `persisted` tells it. May
	 * be NULL. */
	void (*counted)(void *arg, int64_t quarter, const struct counts *counts);
	void *arg;
};
void store_start(struct store *store, uv_loop_t *loop, const struct store_callbacks *callbacks);

/* A person knows of the damage that store_was_rebuilt speaks of: the words are written, not on
 * their way. */
void store_told(struct store *store);

/* Takes the payload out of `record`, whose ticket has an account. `wall`: when it was decided.
 * Records of an erased ticket are not stored, and reported as if they were. */
void store_put(struct store *store, struct record *record, msec wall);

/* Everything known of a ticket; `json` is the callee's to free, NULL = nothing known, or not to be
 * had: then `error` says why, valid for the call.
 *
 *     {"ticket_id":7,"erased":false,"deaths":0,"omitted":0,"events":[
 *      {"at":1795608000000,"kind":"decision","alive":false,"payload":{…}}, …]}
 *
 * Records are in the order in which they were put (`at`: wall, ms), the newest STORE_EXPLAIN_MAX of
 * them and up to STORE_EXPLAIN_BYTES of payloads; `omitted` says how many older ones there are;
 * `payload` is null when it is damaged or does not open. Of an erased ticket "erased_at" says when,
 * where that is still known. */
#define STORE_EXPLAIN_MAX 200
#define STORE_EXPLAIN_BYTES (1024 * 1024)
void store_explain(struct store *store, struct ticket_key ticket,
                   void (*done)(void *arg, char *json, const char *error), void *arg);

/* Removes all traces of a ticket from the store: records and history (overwritten, log truncated),
 * its place in the cursor, its marks of death, and copies of the database, which cannot be
 * searched. A tombstone stays: HMAC of the id, under a key kept in the store. From the call on
 * store_is_erased() is true, unless it fails. */
struct store_erasure {
	uint64_t records; /* removed */
	/* of the database that were removed: damaged ones, and those before a migration */
	unsigned copies;
	const char *error; /* NULL = erased; else what is left, valid for the call */
};
void store_erase(struct store *store, struct ticket_key ticket, msec wall,
                 void (*done)(void *arg, const struct store_erasure *erasure), void *arg);
bool store_is_erased(const struct store *store, struct ticket_key ticket);
/* All of them, as long as the store is open; more may come. */
const struct tombstones *store_tombstones(const struct store *store);
/* The ticket was erased everywhere else too. Until then its number is kept for store_erasings. */
void store_erased(struct store *store, struct ticket_key ticket);

/* Removes what was recorded more than `days` before `wall`, piece by piece, so that nothing waits
 * long for it, and statistics older than STATISTICS_KEPT_DAYS: history; decision and intent of a
 * ticket that was skipped or failed and to which nothing happened since; and of an outcome all but
 * its brief (store_explain shows {"pruned":true}). What is on its way stays. Copies PATH.schemaN go
 * STORE_COPIES_KEPT_DAYS after they were made. */
#define STORE_COPIES_KEPT_DAYS 30
void store_prune(struct store *store, int days, msec wall);

/* Nothing will be asked for in a while: frees what is kept in memory for speed. */
void store_rest(struct store *store, void (*done)(void *arg), void *arg);

/* Of the file, without symbolic links; borrowed. */
const char *store_path(const struct store *store);
/* Tickets whose steps ended the process twice; to be freed. */
struct ticket_key *store_deaths(const struct store *store, size_t *ret_count) MUST_CHECK;
/* For deaths_mark() in a handler of fatal signals; valid until store_close. */
int store_deaths_fd(const struct store *store);

/* The last failure in words; NULL when there was none, or something was written since. */
const char *store_error(const struct store *store);
/* Writes something that nobody needs, to see whether a failure is over. */
void store_try(struct store *store);

/* Nothing may be asked for afterwards. Everything put before is written and answered, then the
 * database is closed, then `closed` (may be NULL) is called and the store freed. Before
 * store_start: at once. */
void store_close(struct store *store, void (*closed)(void *arg), void *arg);

#endif
