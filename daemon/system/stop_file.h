/* The file that remembers the emergency stop of writing: `stop-writing`, in the folder of the
 * database. While it exists, writing is stopped; what is in it only says by whom and since
 * when. So an administrator may make it by hand (touch), and no damaged database can lose it.
 *
 * A full disk must not be a reason to forget a stop. Therefore `stop-writing.ready` lies beside
 * it with room for the words, and the stop overwrites and renames it, which needs no space on
 * most file systems. All functions block on the disk. */
#ifndef DAEMON_SYSTEM_STOP_FILE_H
#define DAEMON_SYSTEM_STOP_FILE_H

#include "base/base.h"
#include "base/clock.h"

#define STOP_FILE_WORDS 80

/* What the file says. */
struct stop_file {
	bool stopped;
	char by[STOP_FILE_WORDS]; /* a name for people; never empty while stopped */
	msec since;               /* wall */
};

/* Reads the file. When it is there and cannot be read, writing is stopped, and `by` says why; a
 * folder that we may not look into has none. */
void stop_file_read(const char *folder, msec now, struct stop_file *ret);
/* Makes what a stop will need; what fails here is tried again by stop_file_write. */
void stop_file_prepare(const char *folder);
/* Remembers the stop, durably. 0; or -1 with a reason that names the file. */
int stop_file_write(const char *folder, const struct stop_file *stop, struct err *err) MUST_CHECK;
/* Forgets it, durably; no error when there is none. 0; or -1 with a reason that names the file. */
int stop_file_remove(const char *folder, struct err *err) MUST_CHECK;

#endif
