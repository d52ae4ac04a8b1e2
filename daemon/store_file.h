/* The files of the store as files: made, resolved, put aside, removed. All calls block. */
#ifndef DAEMON_STORE_FILE_H
#define DAEMON_STORE_FILE_H

#include "base/base.h"

/* The folder part, to be freed. */
char *store_file_folder(const char *path) MUST_CHECK;
/* Makes missing folders and gives the absolute path without symbolic links, to be freed; or NULL with a reason. */
char *store_file_resolve(const char *path, struct err *err) MUST_CHECK;
/* Makes the file (0600) when missing, and proves that it may be written. */
int store_file_make(const char *path, struct err *err) MUST_CHECK;
/* Gives the file and its log a name ending in .bak, .bak.1 … .bak.9 (the last is replaced). The new name replaces `*ret_copy`. */
int store_file_put_aside(const char *path, char **ret_copy, struct err *err) MUST_CHECK;
/* Removes what was put aside, and says how many databases that were; -1 with a reason when one could not be. */
int store_file_remove_copies(const char *path, unsigned *ret_count, struct err *err) MUST_CHECK;

#endif
