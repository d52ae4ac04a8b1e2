/* Queues the making of a copy. */
#include "daemon/store/store_backup.h"

#include "daemon/store/store_queue.h"

void store_backup(struct store *store,
                  void (*done)(void *arg, const struct store_copy *copy, const char *error),
                  void *arg)
{
	store_queue_add(store, &(struct task){.kind = TASK_BACKUP, .backed_up = done, .arg = arg});
}
