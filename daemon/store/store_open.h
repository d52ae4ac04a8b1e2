/* The blocking start of the store: what happens before the loop runs. */
#ifndef DAEMON_STORE_STORE_OPEN_H
#define DAEMON_STORE_STORE_OPEN_H

#include "daemon/store/store.h"

struct store_backend; /* daemon/store/backend.h */

/* Opens or begins the database at `path`; missing folders are made (0700). One of a former version
 * is copied to PATH.schemaN and migrated. A damaged one is put aside, and a fresh one goes on with
 * what was alive and can be read, and the statistics: see store_was_rebuilt. -1 with a reason that
 * names the option: no folder, no right to write, disk full or read-only, no room for the copy, no
 * regular file, a database of a newer version or of another program. STORE_IN_USE: another process
 * has it, and is named. */
#define STORE_IN_USE (-2)
int store_open(const char *path, const struct store_backend *backend, struct store **ret,
               struct err *err) MUST_CHECK;
/* Where the damaged database was put, or NULL when there was none: a person should be told. So too
 * in the lives after one that ended before store_told. */
const char *store_was_rebuilt(const struct store *store);
/* So many tombstones were in it whose key could not be read: nobody knows any more of whom they
 * speak. */
uint64_t store_useless_tombstones(const struct store *store);
/* How payloads are sealed and opened; without one they are stored as they are. Both are called on
 * the loop's thread only. `place` says where the value belongs ("decision 7"). Cursors, which hold
 * ids, are not sealed. Payloads put before sealing was chosen stay readable; so do sealed ones
 * afterwards, as long as this is set. Before store_restore; copied. */
struct store_seal {
	void (*seal)(void *arg, struct str place, struct str value, struct buf *out);
	int (*unseal)(void *arg, struct str place, struct str sealed, struct buf *out,
	              struct err *err);
	void *arg;
};
void store_set_seal(struct store *store, const struct store_seal *seal);
/* How many records are alive; 0 also when the disk does not tell. */
size_t store_count(struct store *store);
/* The alive records, oldest first; each is valid for its call. One that was put with a brief comes
 * with that alone: neither payload nor sequence number are read. A database found damaged meanwhile
 * is put aside as in store_open, and the rest told as far as it can be read. A single sealed
 * payload that does not open is told as an empty text. -1 when the disk cannot be read or all is
 * sealed with another key: do not go on then. */
int store_restore(struct store *store, void (*each)(void *arg, const struct record *record),
                  void *arg, struct err *err) MUST_CHECK;
/* Ticket numbers mean something in one account only: the first start records its origin, later ones
 * must have the same, or `accept` that it moved. `option` gives it, for the message. */
int store_check_account(struct store *store, const char *option, const char *origin, bool accept,
                        struct err *err) MUST_CHECK;
/* Tickets carry these in Zendesk: the first start records them, later ones must have the same or
 * `accept`. */
int store_check_tags(struct store *store, const char *processed_tag, const char *tag_prefix,
                     bool accept, struct err *err) MUST_CHECK;
/* The statistics of the last STATISTICS_DAYS up to `wall`, oldest first, a quarter once for each
 * account. */
int store_statistics(struct store *store, msec wall,
                     void (*each)(void *arg, int64_t quarter, const struct counts *counts),
                     void *arg, struct err *err) MUST_CHECK;
/* Tickets that an earlier life erased here, and nobody said that they are erased everywhere. */
#define STORE_ERASINGS_MAX 1000
int store_erasings(struct store *store, struct ticket_key tickets[STORE_ERASINGS_MAX],
                   size_t *ret_count, struct err *err) MUST_CHECK;

#endif
