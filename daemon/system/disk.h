/* Short calls on files, which wait for the disk: those of libuv, so that paths are UTF-8 on every
 * system. Each returns 0, or what it says, or a negative libuv code; disk_words() has the words. */
#ifndef DAEMON_SYSTEM_DISK_H
#define DAEMON_SYSTEM_DISK_H

#include <uv.h>

#include "base/base.h"

/* Opens a file that is not given to child processes. `flags` are UV_FS_O_…; `mode` is that of a new
 * file. A descriptor, to be closed with file_close(). */
int disk_open(const char *path, int flags, int mode) MUST_CHECK;
/* At `at`, or where the descriptor stands for -1. The number of bytes. */
int disk_read(int fd, char *bytes, size_t len, int64_t at) MUST_CHECK;
int disk_write(int fd, const char *bytes, size_t len, int64_t at) MUST_CHECK;
/* Makes the file `len` bytes long. */
int disk_cut(int fd, int64_t len) MUST_CHECK;
/* Content and length are on the disk when it returns; disk_sync() says so of all that is known of
 * the file. */
int disk_sync(int fd) MUST_CHECK;
int disk_sync_data(int fd) MUST_CHECK;
/* What is known of an open file, of what stands at a path, and of what a link there leads to. */
int disk_stat(int fd, uv_stat_t *ret) MUST_CHECK;
int disk_stat_path(const char *path, uv_stat_t *ret) MUST_CHECK;
int disk_stat_target(const char *path, uv_stat_t *ret) MUST_CHECK;
bool disk_is_regular(const uv_stat_t *stat);
/* Replaces what stands at `to`. */
int disk_rename(const char *from, const char *to) MUST_CHECK;
int disk_remove(const char *path);
/* The path without links, absolute, to be freed; NULL with a code in `ret_code`. */
char *disk_resolve(const char *path, int *ret_code) MUST_CHECK;

/* --- what depends on the system --- */

/* A folder for our user, and on Windows also for the system, administrators and LocalService, the
 * account of the service. */
int disk_make_folder(const char *path) MUST_CHECK;
/* The names in a folder are on the disk when it returns. Windows has no such call, and keeps them
 * in a journal of its own. */
int disk_sync_folder(const char *folder) MUST_CHECK;
/* What the system calls this error. */
const char *disk_words(int code);
/* Whether the code means a disk that is full, read-only or broken. */
bool disk_is_refusal(int code);

#endif
