/* What stands in the folder of logs: the names that are ours, and walking through them. Whatever
 * has another name is somebody else's and is never touched. */
#ifndef DAEMON_FILES_LOGDIR_H
#define DAEMON_FILES_LOGDIR_H

#include "base/clock.h"

enum logdir_kind {
	LOGDIR_FOREIGN,
	LOGDIR_LOG,     /* YYYYMMDD.log, YYYYMMDD_2.log … */
	LOGDIR_RESULTS, /* results_YYYYMMDD_HHMMSS.json, …_2.json … */
	LOGDIR_BACKUP,  /* a name of the two kinds above with .bak or .bak.N behind it */
	/* a results file in the making: a dot, its name, a dot and the number of the process; or
	 * .erase instead */
	LOGDIR_TEMPORARY,
};

struct logdir_name {
	enum logdir_kind kind;
	bool results; /* a backup or a temporary of results, not of a log */
	msec day;     /* the beginning of the UTC day in the name */
	uint64_t pid; /* of a temporary; 0 when it is .erase */
};
/* Only names that the program itself makes: real days and times, no leading zeros in numbers. */
struct logdir_name logdir_parse(struct str name);

/* Calls `each` for every regular file of ours, in the order of their names, with its path, until it
 * says false. 0, or -1 when the folder cannot be read. For a worker: it waits for the disk. */
int logdir_each(const char *dir,
                bool (*each)(void *arg, const char *path, const struct logdir_name *name),
                void *arg, struct err *err) MUST_CHECK;

/* A new name, or one that is gone, survives a power cut. Not every system lets a folder be opened:
 * best effort. */
void logdir_sync(const char *dir);
/* When a file was last changed, wall; 0 when that cannot be had. */
msec logdir_changed(const char *path);
bool logdir_is_gone(const char *path);
/* 0, or a negative code. */
int logdir_remove(const char *path);
/* `from` gets the name `to`, if that is free: 0, UV_EEXIST or another negative code, and then
 * `from` is as it was. Whoever dies on the way leaves both names of one whole file (hard links;
 * where there are none, an empty file). */
int logdir_take_name(const char *from, const char *to);
/* A temporary whose process is gone, or had our number before we began (`started_wall`). A process
 * of another machine or container cannot be seen from here. */
bool logdir_is_left_over(const char *path, const struct logdir_name *name, msec started_wall);

#endif
