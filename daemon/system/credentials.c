/* Supports only the credentials of systemd so far. */
#include "daemon/system/credentials.h"

#include <stdlib.h>

char *credential_path(const char *name)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");

	return folder != NULL && folder[0] == '/' ? xasprintf("%s/%s", folder, name) : NULL;
}
