/* Lists the names in a folder that people fill: a few, not a million. */
#ifndef DAEMON_SYSTEM_FOLDER_H
#define DAEMON_SYSTEM_FOLDER_H

#include "base/base.h"

struct folder_names {
	size_t count;
	char **names; /* sorted */
};
/* The names of what is in the folder, without those that begin with a dot; to be freed
 * (folder_free) in any case. 0, or a negative libuv code (UV_ENOENT, …) with "path: reason" in
 * `err`; more than `most` are an error. */
int folder_list(const char *path, size_t most, struct folder_names *ret,
                struct err *err) MUST_CHECK;
void folder_free(struct folder_names *names);

#endif
