/* The store: what must survive a crash, and the history of every ticket, in one database.
 *
 * Opening and restoring happen before the loop runs, and block: daemon/store/store_open.h. From
 * store_start on no call waits for the disk: work is queued and done in order by one libuv
 * worker at a time, and callbacks run on the loop. Records gather for a moment and become durable
 * together in one transaction (they are on the disk when `persisted` is called).
 *
 * Alive are the records that the next start restores: per ticket the newest record of each
 * kind, except decision, intent, refusal and shadow decision of a ticket that is done or that a
 * person took our tag from.
 * All other records are history, kept until store_prune; orders are so from the beginning. Of
 * cursors only the newest of an account is kept; its ticket has the number 0. The brief of an
 * outcome is kept for ever, so that no ticket is processed twice; the other records of a ticket
 * that is complete are pruned, and so are a refusal and a shadow decision, whether alive or not.
 *
 * What records add to the statistics becomes durable in the same transaction, so that the two
 * agree however the process ends. Sums are kept STATISTICS_KEPT_DAYS, longer than the history
 * they were made of, and stay when a ticket is erased: they name no ticket.
 *
 * Files, all with mode 0600 in one folder: PATH, PATH-wal, PATH-lock (an fcntl lock, so that a
 * dead process leaves none), `deaths` (daemon/store/deaths.h), PATH.bak and PATH.bak.1 …
 * (damaged databases), PATH.new and PATH.rebuilt (while a damaged one is replaced:
 * sqlite/rebuild.c), PATH.schema1 … (the database before a migration, and PATH.schema1.new
 * while it is copied: sqlite/former.h).
 *
 * A process opens a file at most once. All functions are for the loop's thread only. */
#ifndef DAEMON_STORE_STORE_H
#define DAEMON_STORE_STORE_H

#include <uv.h>

#include "base/buf.h"
#include "base/clock.h"
#include "daemon/store/store_callbacks.h"
#include "daemon/store/store_history.h"
#include "engine/record.h"

struct store;

/* Ends the blocking start: from now on work is queued and done on workers. To be called once. */
void store_start(struct store *store, uv_loop_t *loop, const struct store_callbacks *callbacks);

/* A person was told of the damage that store_was_rebuilt reports: the message is written to the
 * log, not only queued. The next start will not report it again. */
void store_told(struct store *store);

/* Queues a record to be stored; takes over its payload. Its ticket must have an account.
 * `wall`: when it was decided, in ms. Records of an erased ticket are not stored, but are
 * reported as durable.
 *
 * Records that are put within 20 ms, or until there are 64 of them, become durable by one
 * transaction; and whatever else is queued behind them ends that wait, too. What is put while the
 * worker is busy joins the next transaction. */
void store_put(struct store *store, struct record *record, msec wall);

/* No more records are on the way, or something waits for those that were put: they do not wait for
 * others. No effect when none wait. */
void store_hurry(struct store *store);

/* Queues history that nothing waits for: commands of people (RECORD_COMMAND). Takes over the
 * payloads; what is about an erased ticket is dropped. That it cannot be stored is known by
 * store_error() alone. */
void store_note(struct store *store, struct record *records, size_t count, msec wall);

/* Everything that is known of a ticket; of ticket number 0, the orders about the service. `done`
 * gets a `json` that it must free. It is NULL when nothing is known, or when the database cannot
 * be read: then `error` is the reason, valid during the call.
 *
 *     {"ticket_id":7,"erased":false,"deaths":0,"omitted":0,"events":[
 *      {"at":1795608000000,"kind":"decision","alive":false,"payload":{…}}, …]}
 *
 * Records are in the order in which they were put (`at`: wall, ms): the newest
 * STORE_EXPLAIN_MAX, and at most STORE_EXPLAIN_BYTES of payloads. `omitted` is the number of
 * older ones. `payload` is null when it is damaged or cannot be unsealed. For an erased ticket
 * "erased_at" says when, if that is known. */
#define STORE_EXPLAIN_MAX 200
#define STORE_EXPLAIN_BYTES (1024 * 1024)
void store_explain(struct store *store, struct ticket_key ticket,
                   void (*done)(void *arg, char *json, const char *error), void *arg);

/* What was recorded in a span of time, of all tickets: store_history.h. `done` is called once, on
 * the loop. */
void store_history(struct store *store, const struct store_span *span,
                   void (*done)(void *arg, const struct store_events *events), void *arg);

/* Removes all traces of a ticket from the store: records and history (overwritten, log
 * truncated), its id in the cursor, its marks of death, and copies of the database, which
 * cannot be searched. A tombstone stays: HMAC of the id, under a key kept in the store.
 * store_is_erased() is true from this call on, unless the erasing fails. */
struct store_erasure {
	/* number of records removed */
	uint64_t records;
	/* Copies of the database that were removed: damaged ones, and those from before a
	 * migration. */
	unsigned copies;
	/* NULL = all was erased; else what is left and why, valid during the call */
	const char *error;
};
void store_erase(struct store *store, struct ticket_key ticket, msec wall,
                 void (*done)(void *arg, const struct store_erasure *erasure), void *arg);
/* Whether a ticket was erased, or is being erased. */
bool store_is_erased(const struct store *store, struct ticket_key ticket);
/* All tombstones; borrowed until store_close. More may be added meanwhile. */
const struct tombstones *store_tombstones(const struct store *store);
/* The ticket was erased outside of the store too. Until this call store_erasings lists it. */
void store_erased(struct store *store, struct ticket_key ticket);

/* Removes what was recorded more than `days` before `wall` (ms), in small steps, so that no
 * other work waits long: history; decision and intent of a ticket that was skipped or failed
 * and has no newer record; of an outcome all but its brief (store_explain shows
 * {"pruned":true}). Records of tickets in progress stay. Also removes statistics older than
 * STATISTICS_KEPT_DAYS, and copies PATH.schemaN STORE_COPIES_KEPT_DAYS after they were made. */
#define STORE_COPIES_KEPT_DAYS 30
void store_prune(struct store *store, int days, msec wall);

/* Frees memory that is only kept for speed; for a time when little work is expected. `done` is
 * called afterwards. */
void store_rest(struct store *store, void (*done)(void *arg), void *arg);

/* Path of the database, without symbolic links; borrowed until store_close. */
const char *store_path(const struct store *store);
/* Tickets with at least so many marks of death; to be freed. Blocks on a small file. */
struct ticket_key *store_deaths(const struct store *store, size_t least,
                                size_t *ret_count) MUST_CHECK;
/* Descriptor for deaths_mark() in a handler of fatal signals; valid until store_close. */
int store_deaths_fd(const struct store *store);

/* Text of the last failure; NULL when there was none or a later write succeeded. Borrowed until
 * the loop's next turn. */
const char *store_error(const struct store *store);
/* Queues a write of no meaning: if it succeeds, store_error() becomes NULL. */
void store_try(struct store *store);

/* Completes and answers all queued work, closes the database, calls `closed` (may be NULL) and
 * frees the store. No other function may be called afterwards. Before store_start all of this
 * happens at once. */
void store_close(struct store *store, void (*closed)(void *arg), void *arg);

#endif
