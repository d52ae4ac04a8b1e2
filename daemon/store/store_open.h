/* The blocking start of the store: what happens before the loop runs. No function of this file
 * may be called after store_start, except for the two that report a rebuild. */
#ifndef DAEMON_STORE_STORE_OPEN_H
#define DAEMON_STORE_STORE_OPEN_H

#include "daemon/store/store.h"

struct store_backend; /* daemon/store/backend.h */

/* Opens or creates the database at `path`; missing folders are made (0700). A database of a
 * former version is copied to PATH.schemaN and migrated. A damaged one is renamed, and a fresh
 * one continues with its statistics and the alive records that could be read: see
 * store_was_rebuilt. Returns -1 with a reason that names the option: no folder, no permission,
 * disk full or read-only, no room for the copy, not a regular file, a database of a newer
 * version or of another program. STORE_IN_USE: another process holds it; the reason names the
 * process. */
#define STORE_IN_USE (-2)
int store_open(const char *path, const struct store_backend *backend, struct store **ret,
               struct err *err) MUST_CHECK;
/* The path of the copy of the former database, to be freed, when store_open migrated it; else
 * NULL. */
char *store_former(const struct store *store);
/* Path of a damaged database of which a person should be told, or NULL. It is also reported
 * after a restart if the process ended before store_told. Borrowed. */
const char *store_was_rebuilt(const struct store *store);
/* Number of tombstones that became useless because their key could not be read: it is not known
 * any more which tickets they stand for. */
uint64_t store_useless_tombstones(const struct store *store);
/* How payloads are sealed and unsealed; if not set, they are stored in the clear. Both
 * functions are called on the loop's thread only. `place` says where the value belongs
 * ("decision 7"). Cursors, which contain ids, are not sealed. Payloads that were stored in the
 * clear stay readable; sealed ones are readable as long as this is set. To be called before
 * store_restore; copied. */
struct store_seal {
	void (*seal)(void *arg, struct str place, struct str value, struct buf *out);
	int (*unseal)(void *arg, struct str place, struct str sealed, struct buf *out,
	              struct err *err);
	void *arg;
};
void store_set_seal(struct store *store, const struct store_seal *seal);
/* Number of alive records; 0 also when it cannot be read. */
size_t store_count(struct store *store);
/* Calls `each` for the alive records, oldest first; the record is valid during the call. One
 * that was put with a brief comes with the brief alone: neither payload nor sequence is read. A
 * database that proves damaged meanwhile is rebuilt as in store_open, and the rest restored as
 * far as it can be read. A single sealed payload that cannot be unsealed is given as an empty
 * text. -1 when the disk cannot be read or everything is sealed with another key: the start
 * must not go on then. */
int store_restore(struct store *store, void (*each)(void *arg, const struct record *record),
                  void *arg, struct err *err) MUST_CHECK;
/* Ticket numbers are unique in one account only. The first start records the account's origin;
 * a later one must have the same, or `accept` that the account moved. `option` is the option
 * that sets the origin, for the message. -1 with a reason. */
int store_check_account(struct store *store, const char *option, const char *origin, bool accept,
                        struct err *err) MUST_CHECK;
/* Tickets in Zendesk have these tags. The first start records them; a later one must have the
 * same, or `accept` the change. -1 with a reason. */
int store_check_tags(struct store *store, const char *processed_tag, const char *tag_prefix,
                     bool accept, struct err *err) MUST_CHECK;
/* Calls `each` with the statistics of the last STATISTICS_DAYS up to `wall` (ms), oldest first,
 * once for each quarter and account. */
int store_statistics(struct store *store, msec wall,
                     void (*each)(void *arg, int64_t quarter, const struct counts *counts),
                     void *arg, struct err *err) MUST_CHECK;
/* Tickets whose erasing an earlier process began and did not report as complete (store_erased). */
#define STORE_ERASINGS_MAX 1000
int store_erasings(struct store *store, struct ticket_key tickets[STORE_ERASINGS_MAX],
                   size_t *ret_count, struct err *err) MUST_CHECK;

#endif
