/* The queue of the store's tasks, oldest first; how it works is told in store_queue.c. */
#ifndef DAEMON_STORE_STORE_QUEUE_H
#define DAEMON_STORE_STORE_QUEUE_H

#include "daemon/store/store_inside.h"

/* Queues a copy of `wanted` as the last task. The store owns the returned task. */
struct task *store_queue_add(struct store *store, const struct task *wanted);
/* Queues a PUT, whose first record has the sequence `first`, and which gathers. */
struct task *store_queue_gather(struct store *store, uint64_t first);
/* A record was added to this PUT, the last task of the queue: it may have gathered enough. */
void store_queue_gathered(struct store *store, const struct task *task);
/* The last task of the queue if it has this kind and may still be extended, or NULL. */
struct task *store_queue_last(struct store *store, enum task_kind kind);

#endif
