/* Keeps texts in memory and queues them for the disk. */
#include "daemon/store/store_kept.h"

#include "daemon/store/store_queue.h"

void store_keep(struct store *store, const char *name, const char *text,
                void (*done)(void *arg, bool durable), void *arg)
{
	store_memory_keep(&store->memory, name, text);
	store_queue_add(store, &(struct task){.kind = TASK_KEEP,
	                                      .kept_name = name,
	                                      .kept_text = xstrdup(text),
	                                      .kept = done,
	                                      .arg = arg});
}

const char *store_kept(const struct store *store, const char *name)
{
	return store_memory_kept(&store->memory, name);
}
