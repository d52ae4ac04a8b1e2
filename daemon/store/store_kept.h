/* Texts that a part of the daemon keeps for the next process, each under a name of its own: small
 * documents, such as the book of alerts. */
#ifndef DAEMON_STORE_STORE_KEPT_H
#define DAEMON_STORE_STORE_KEPT_H

#include "daemon/store/store.h"

/* Queues the text to be written; `name` is a literal, one of at most STORE_KEPT_MAX
 * (store_memory.h). It replaces the former text of the name; a rebuilt database has it too. `done`
 * is called once, on the loop: whether it is on the disk. One that is not must be kept again. */
void store_keep(struct store *store, const char *name, const char *text,
                void (*done)(void *arg, bool durable), void *arg);
/* The last text of this name, of this process or a former one; NULL = there is none. Borrowed until
 * the next store_keep of this name. May be called before store_start. */
const char *store_kept(const struct store *store, const char *name);

#endif
