/* What a path consists of: "/" separates its parts, on Windows "\" does too, and a drive may begin
 * it. */
#ifndef DAEMON_SYSTEM_PATH_H
#define DAEMON_SYSTEM_PATH_H

#include "base/base.h"

/* The first separator from here on; NULL = none. */
const char *path_separator(const char *text);
/* The last part of a path, which is the file's name; "" when the path ends with a separator. */
const char *path_name(const char *path);
/* Bytes of the folder part, without the separator behind it unless the folder is a root; 0 = the
 * path is a name alone. */
size_t path_folder_len(const char *path);
bool path_is_absolute(const char *path);

#endif
