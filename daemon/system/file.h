/* Small files read whole at the start: configuration, env files, secrets. Only regular files, only
 * up to a bound, and never waiting: a directory, a FIFO, a device or a hundred megabytes are
 * refused at once with a reason. */
#ifndef DAEMON_SYSTEM_FILE_H
#define DAEMON_SYSTEM_FILE_H

#include <stdio.h>

#include "base/buf.h"

/* Appends the content to `out`, whose `max` must allow for `max` bytes. 0, or a negative libuv
 * error code (UV_ENOENT when there is no such file) with "path: reason" in `err`. */
int file_read(const char *path, size_t max, struct buf *out, struct err *err) MUST_CHECK;

/* A regular file opened for reading, to be closed with fclose(); NULL with "path: reason" in
 * `err`. */
FILE *file_open(const char *path, struct err *err) MUST_CHECK;
/* What close() says is of no use: what had to be durable was synced before. */
void file_close(int fd);

/* Whether the open file is ours, alone or together with others who want it that way; never waits.
 * Ends when it is closed, by the death of the process too. Binds only those who ask. */
bool file_lock(int fd, bool alone) MUST_CHECK;

/* A file (or folder) that we made a moment ago gets the owner and the group of the folder it lies
 * in, when we are root and they are others: what root did by hand must not keep the service, which
 * has a user of its own, from its files. What was there before is left alone. */
void file_give_to_folder(int fd, const char *path);

/* The folder part of a path, to be freed. */
char *file_folder(const char *path) MUST_CHECK;

/* Makes the directory and what is missing above it, each with mode 0700 and given to the folder
 * above. 0, or a negative code with the reason. */
int file_make_directories(const char *path, struct err *err) MUST_CHECK;

/* The disk of the folder, or of what is there above it, takes nothing at the moment: it is full,
 * read-only or broken. It is asked by writing to it. */
bool file_disk_refuses(const char *folder) MUST_CHECK;

/* The group other than root's that may read and write the file, by its name; to be freed; NULL when
 * there is none. */
char *file_group(const char *path) MUST_CHECK;

#endif
