/* What the store tells its owner while the loop runs. All of it is called on the loop. */
#ifndef DAEMON_STORE_STORE_CALLBACKS_H
#define DAEMON_STORE_STORE_CALLBACKS_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/store/store_work.h"
#include "observe/statistics.h"

struct store_callbacks {
	/* All records up to this sequence are durable. */
	void (*persisted)(void *arg, uint64_t upto);
	/* The record `from` and all that were put after it until now are not durable and will
	 * not become so; store_error() says why. */
	void (*failed)(void *arg, uint64_t from);
	/* The database was damaged and renamed to `copy`; a fresh one continues with the alive
	 * records that could be read and with all tombstones; the history is in the copy only.
	 * `useless_tombstones`: see store_useless_tombstones. Call store_told when a person was
	 * told. May be NULL. */
	void (*rebuilt)(void *arg, const char *copy, uint64_t useless_tombstones);
	/* So many records became durable by one transaction; called before `persisted`. May be
	 * NULL. */
	void (*committed)(void *arg, size_t records);
	/* These counts were added to this quarter of an hour and are durable; called before
	 * `persisted`. May be NULL. */
	void (*counted)(void *arg, int64_t quarter, const struct counts *counts);
	/* So long did a piece of work take on the worker. May be NULL. */
	void (*worked)(void *arg, enum store_work work, uint64_t ns);
	void *arg;
};

#endif
