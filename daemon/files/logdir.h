/* The files of the log folder: recognises the names that we make, and walks through the files.
 * Files with other names belong to somebody else and are never touched. */
#ifndef DAEMON_FILES_LOGDIR_H
#define DAEMON_FILES_LOGDIR_H

#include "base/clock.h"

enum logdir_kind {
	LOGDIR_FOREIGN,
	LOGDIR_LOG,     /* YYYYMMDD.log, YYYYMMDD_2.log … */
	LOGDIR_RESULTS, /* results_YYYYMMDD_HHMMSS.json, …_2.json … */
	LOGDIR_BACKUP,  /* a name of the two kinds above, followed by .bak or .bak.N */
	/* an unfinished file: a dot, the name of a results file, a dot and the number of the
	 * process that writes it; or a dot, a name, and .erase while a file is rewritten */
	LOGDIR_TEMPORARY,
};

struct logdir_name {
	enum logdir_kind kind;
	bool results; /* of a backup or temporary: it belongs to results, not to a log */
	msec day;     /* wall, ms: beginning of the UTC day in the name */
	uint64_t pid; /* process of a temporary; 0 = it is an .erase file */
};
/* Accepts only names that the program itself makes: valid days and times, numbers without leading
 * zeros. */
struct logdir_name logdir_parse(struct str name);

/* Calls `each` with the path of every regular file of ours, in the order of names, until it
 * returns false. 0, or -1 when the folder cannot be read. Blocks: for a worker. */
int logdir_each(const char *dir,
                bool (*each)(void *arg, const char *path, const struct logdir_name *name),
                void *arg, struct err *err) MUST_CHECK;

/* Syncs the folder, so that new and removed names survive a power cut. Best effort: not every
 * system can open a folder. */
void logdir_sync(const char *dir);
/* When a file was last changed (wall, ms); 0 when that cannot be found out. */
msec logdir_changed(const char *path);
/* Whether there is no file of this name; false when that cannot be found out. */
bool logdir_is_gone(const char *path);
/* Removes a file. 0, or a negative code of libuv. */
int logdir_remove(const char *path);
/* Renames `from` to `to` if that name is free. 0; else UV_EEXIST or another negative code, and
 * `from` is unchanged. A process that dies during the call leaves both names for one complete file
 * (hard links; without hard links, an empty file at `to`). */
int logdir_take_name(const char *from, const char *to);
/* Whether the process that wrote this temporary is gone: it does not run any more, or it had our
 * number before we began (`started_wall`). Processes of other machines and containers cannot be
 * seen. */
bool logdir_is_left_over(const char *path, const struct logdir_name *name, msec started_wall);

#endif
