/* Finds secrets that the service manager passes as credentials. */
#ifndef DAEMON_SYSTEM_CREDENTIALS_H
#define DAEMON_SYSTEM_CREDENTIALS_H

#include "base/base.h"

/* The path that a credential of that name has in $CREDENTIALS_DIRECTORY, to be freed; NULL when
 * there is no such folder. The file may be missing. */
char *credential_path(const char *name) MUST_CHECK;

#endif
