/* Opening the text log of a day: YYYYMMDD.log, to be added to. A file is either plain or sealed
 * with one key. Where today's file is of another kind (log.encrypt was switched, the key changed),
 * or another process has it and one of the two seals, or we have no right to it, the day goes on in
 * YYYYMMDD_2.log, _3 and so on. */
#ifndef DAEMON_FILES_DAYFILE_H
#define DAEMON_FILES_DAYFILE_H

#include <uv.h>

#include "base/clock.h"
#include "observe/report.h"
#include "privacy/seal.h"

struct dayfile {
	uv_file fd;
	char name[REPORT_NAME_SIZE];
	struct sealer sealer; /* where there is a key */
};

/* `key` may be NULL: a plain file. `taken` says that a name must not be used now (NULL = none).
 * What has to be written first is added to `head`. All of it happens at once: a few small calls in
 * a folder that is written to all the time. */
int dayfile_open(struct dayfile *file, const char *dir, msec wall, const struct seal_key *key,
                 bool (*taken)(void *arg, const char *name), void *arg, struct buf *head,
                 struct err *err) MUST_CHECK;

#endif
