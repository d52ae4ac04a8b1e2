/* Paths of POSIX. */
#include "daemon/system/path.h"

#include <string.h>

const char *path_separator(const char *text)
{
	return strchr(text, '/');
}

const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

size_t path_folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return 0;
	return slash == path ? 1 : (size_t)(slash - path);
}

bool path_is_absolute(const char *path)
{
	return path[0] == '/';
}
