/* Opens the text log of a day, YYYYMMDD.log, for appending. A file is either plain or sealed with
 * one key. The day continues in YYYYMMDD_2.log, _3 and so on when today's file is of the other
 * kind (log.encrypt was switched, the key changed), when another process has it open and one of
 * the two seals, or when we have no permission. */
#ifndef DAEMON_FILES_DAYFILE_H
#define DAEMON_FILES_DAYFILE_H

#include <uv.h>

#include "base/clock.h"
#include "observe/report.h"
#include "privacy/seal.h"

struct dayfile {
	uv_file fd;
	char name[REPORT_NAME_SIZE];
	struct sealer sealer; /* only used when there is a key */
};

/* Opens the file for the UTC day of `wall`. `key` NULL: a plain file. `taken` (NULL = none) says
 * that a name must not be used now. Bytes that must be written first are appended to `head`.
 * Blocks for a few short calls in a folder that is written to all the time. -1 with a reason. */
int dayfile_open(struct dayfile *file, const char *dir, msec wall, const struct seal_key *key,
                 bool (*taken)(void *arg, const char *name), void *arg, struct buf *head,
                 struct err *err) MUST_CHECK;

#endif
