/* How much room is left on the file systems that the service writes to: that of the logs and that
 * of the database. Workers ask; the loop never waits for a disk. */
#ifndef DAEMON_RUN_DISK_SPACE_H
#define DAEMON_RUN_DISK_SPACE_H

#include <uv.h>

#include "base/base.h"

struct app;

struct disk_space {
	uv_fs_t statfs;
	bool asking, asked_store;
	int64_t least; /* bytes, while they are being asked; -1 = no answer so far */
	int64_t free;
};

void disk_space_init(struct app *app);
void disk_space_ask(struct app *app); /* the answer comes later; nothing while one is awaited */
/* Bytes, the least of the file systems as they were asked last; -1 = not known. */
int64_t disk_space_free(const struct app *app);

#endif
