/* Measures the free space of the file systems that the service writes to: that of the logs and
 * that of the database. The question is asked on a worker, so that the loop never waits for a
 * disk. */
#ifndef DAEMON_RUN_DISK_SPACE_H
#define DAEMON_RUN_DISK_SPACE_H

#include <uv.h>

#include "base/base.h"

struct app;

struct free_space {
	int64_t free;  /* bytes; -1 = not known */
	bool of_store; /* it is the database's file system; false = the logs' */
};

struct disk_space {
	uv_fs_t statfs, stat;
	bool asking, asked_store, asking_size;
	int64_t free[2];         /* by folder: logs, database; -1 = not known */
	int64_t store_bytes;     /* size of the database file; -1 = not known */
	struct free_space least; /* the smallest answer of the measurement under way */
	/* result of the last complete measurement */
	struct free_space known;
};

/* To be called once, before the first measurement: the free space is not known yet. */
void disk_space_init(struct app *app);
void disk_space_ask(struct app *app); /* begins a measurement; no effect while one is under way */
/* The file system with the least free space in the last complete measurement. */
struct free_space disk_space_least(const struct app *app);
/* Of the last measurements, bytes; -1 = not known. */
int64_t disk_space_free(const struct app *app, bool of_store);
int64_t disk_space_store_bytes(const struct app *app);

#endif
