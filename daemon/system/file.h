/* File helpers of the start: reads small files (configuration, env files, secrets), locks, owners,
 * directories. Only regular files up to a limit are read, and no call waits: a directory, a FIFO,
 * a device or a hundred megabytes are refused at once with a reason. */
#ifndef DAEMON_SYSTEM_FILE_H
#define DAEMON_SYSTEM_FILE_H

#include <stdio.h>

#include "base/buf.h"

/* Appends the content to `out`, whose `max` must allow for `max` bytes. 0, or a negative libuv
 * code (UV_ENOENT when there is no such file) with "path: reason" in `err`. */
int file_read(const char *path, size_t max, struct buf *out, struct err *err) MUST_CHECK;

/* Opens a regular file for reading, to be closed with fclose(); NULL with "path: reason" in
 * `err`. */
FILE *file_open(const char *path, struct err *err) MUST_CHECK;
/* Closes a descriptor. The result of close() is ignored: what must be durable was synced
 * before. */
void file_close(int fd);

/* Locks the open file, exclusively (`alone`) or shared; false when another process holds a
 * conflicting lock; never waits. The lock ends when the file is closed or the process ends. It is
 * advisory (flock). True also where the file system has no locks. */
bool file_lock(int fd, bool alone) MUST_CHECK;

/* Gives a file or folder that we have just created the owner and group of its folder, when we are
 * root and the folder's owner is not. Otherwise files made by root by hand would be closed to the
 * service, which has its own user. Other files are not changed. */
void file_give_to_folder(int fd, const char *path);
void file_give_directory_to_folder(const char *path);

/* The folder part of a path, to be freed. */
char *file_folder(const char *path) MUST_CHECK;

/* Creates the directory and missing ones above it, each with mode 0700 and the owner of the folder
 * above. 0, or a negative code with a reason. */
int file_make_directories(const char *path, struct err *err) MUST_CHECK;

/* Whether the disk of the folder (or of the nearest existing folder above it) cannot be written at
 * the moment, because it is full, read-only or broken. Writes a temporary file to find out. */
bool file_disk_refuses(const char *folder) MUST_CHECK;

/* Name, or number where it has no name, of the group that may read and write the file, other than
 * root's; to be freed; NULL when there is none. */
char *file_group(const char *path) MUST_CHECK;

/* When every user can read the file, by its own permissions and those of the folders above: what
 * allows it and the command that ends it, to follow a sentence about it; to be freed. NULL when it
 * is closed, or not there. */
char *file_open_to_others(const char *path) MUST_CHECK;

#endif
