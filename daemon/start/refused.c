/* One file in the state directory of the unit. */
#include "daemon/start/refused.h"

#include <stdlib.h>

#include "daemon/system/directories.h"
#include "daemon/system/disk.h"
#include "daemon/system/file.h"
#include "daemon/system/places.h"

#define FILE_NAME "refused"

/* To be freed, as the folder is here; NULL = there is no state directory. */
static char *path_in(char *folder)
{
	char *path = folder != NULL ? xasprintf("%s/" FILE_NAME, folder) : NULL;

	free(folder);
	return path;
}

static char *own_path(void)
{
	return path_in(directories_given("STATE_DIRECTORY"));
}

static void write_lines(const char *path, struct str lines)
{
	int fd = disk_open(path, UV_FS_O_WRONLY | UV_FS_O_CREAT | UV_FS_O_TRUNC | UV_FS_O_NOFOLLOW,
	                   0600);

	if (fd < 0)
		return;
	int written = disk_write(fd, lines.data, lines.len, -1);
	file_close(fd);
	if (written != (int)lines.len)
		(void)disk_remove(path);
}

void refused_leave(struct str lines)
{
	char *path = own_path();

	if (path != NULL)
		write_lines(path, utf8_cut(lines, REFUSED_BYTES_MAX));
	free(path);
}

void refused_clear(void)
{
	char *path = own_path();

	if (path != NULL)
		(void)disk_remove(path);
	free(path);
}

bool refused_read(struct buf *out)
{
	char *path = own_path();
	struct err err;

	if (path == NULL)
		path = path_in(places_service_state());
	bool found =
	        path != NULL && file_read(path, REFUSED_BYTES_MAX, out, &err) == 0 && out->len > 0;
	free(path);
	return found;
}
