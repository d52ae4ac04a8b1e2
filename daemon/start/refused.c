/* One file in the state directory of the unit. */
#include "daemon/start/refused.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/system/directories.h"
#include "daemon/system/file.h"

#define FILE_NAME "refused"
#define FOLDER_OF_UNIT "/var/lib/ai-ticketd"

/* To be freed; NULL = there is no state directory. */
static char *path_in(const char *folder)
{
	return folder != NULL ? xasprintf("%s/" FILE_NAME, folder) : NULL;
}

static char *own_path(void)
{
	char *folder = directories_given("STATE_DIRECTORY");
	char *path = path_in(folder);

	free(folder);
	return path;
}

static void write_lines(const char *path, struct str lines)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return;
	bool whole = write(fd, lines.data, lines.len) == (ssize_t)lines.len;
	if (!whole)
		(void)unlink(path);
	(void)close(fd);
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
		(void)unlink(path);
	free(path);
}

bool refused_read(struct buf *out)
{
	char *path = own_path();
	struct err err;

	if (path == NULL)
		path = path_in(FOLDER_OF_UNIT);
	bool found = file_read(path, REFUSED_BYTES_MAX, out, &err) == 0 && out->len > 0;
	free(path);
	return found;
}
