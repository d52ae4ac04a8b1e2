/* How much room is left on the file systems that the service writes to: that of the logs and that
 * of the database. Workers ask; the loop never waits for a disk. */
#ifndef DAEMON_RUN_DISK_SPACE_H
#define DAEMON_RUN_DISK_SPACE_H

#include <uv.h>

#include "base/base.h"

struct app;

struct free_space {
	int64_t free;  /* bytes; -1 = not known */
	bool of_store; /* where the database is; else where the logs are */
};

struct disk_space {
	uv_fs_t statfs;
	bool asking, asked_store;
	struct free_space least; /* while they are being asked */
	struct free_space known;
};

void disk_space_init(struct app *app);
void disk_space_ask(struct app *app); /* the answer comes later; nothing while one is awaited */
/* The fullest of the file systems as they were asked last. */
struct free_space disk_space_least(const struct app *app);

#endif
