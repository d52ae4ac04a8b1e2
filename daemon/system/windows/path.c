/* Paths of Windows: C:\folder\name, C:/folder/name, \\server\share\name. */
#include "daemon/system/path.h"

#include <string.h>

#include "base/str.h"

#define SEPARATORS "/\\"

static bool has_drive(const char *path)
{
	return ascii_is_alpha(path[0]) && path[1] == ':';
}

const char *path_separator(const char *text)
{
	return strpbrk(text, SEPARATORS);
}

const char *path_name(const char *path)
{
	const char *name = has_drive(path) ? path + 2 : path;

	for (const char *slash = name; (slash = path_separator(slash)) != NULL;)
		name = ++slash;
	return name;
}

size_t path_folder_len(const char *path)
{
	size_t root = has_drive(path) ? 3 : 1, before = (size_t)(path_name(path) - path);

	if (before < root) /* C:name is in the folder that is the current one of that drive */
		return before;
	return before == root ? root : before - 1;
}

bool path_is_absolute(const char *path)
{
	return (has_drive(path) && path[2] != '\0' && strchr(SEPARATORS, path[2]) != NULL) ||
	       (path[0] == '\\' && path[1] == '\\');
}
