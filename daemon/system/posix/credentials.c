/* The credentials of systemd, which are plain files that nobody else can see. */
#include "daemon/system/credentials.h"

#include <stdlib.h>

#include "daemon/system/file.h"

char *credential_path(const char *name)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");

	return folder != NULL && folder[0] == '/' ? xasprintf("%s/%s", folder, name) : NULL;
}

int credential_read(const char *path, size_t max, struct buf *out, struct err *err)
{
	return file_read(path, max, out, err);
}
