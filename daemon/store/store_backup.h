/* A copy of the database for a backup, made while the service works. */
#ifndef DAEMON_STORE_STORE_BACKUP_H
#define DAEMON_STORE_STORE_BACKUP_H

#include "daemon/store/store.h"

struct store_copy {
	char *path;
	int64_t bytes;
};

/* Queues the making of PATH.backup, in place of an earlier one: one sound file that holds all that
 * was put before, readable by its owner only. What is put meanwhile waits for it, about a second
 * for each 100 MB. It is for whoever carries it elsewhere, and holds tickets in the clear as the
 * database does: an erasing removes it, and so does store_prune after STORE_COPIES_KEPT_DAYS.
 *
 * `done` is called once, on the loop; both arguments are valid during the call. `copy` is NULL when
 * it could not be made; then `error` says why, and there is none. */
void store_backup(struct store *store,
                  void (*done)(void *arg, const struct store_copy *copy, const char *error),
                  void *arg);

#endif
