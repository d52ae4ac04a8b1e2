/* Secrets that the service manager passes. */
#ifndef DAEMON_SYSTEM_CREDENTIALS_H
#define DAEMON_SYSTEM_CREDENTIALS_H

#include "base/base.h"

/* Path of the credential with that name below $CREDENTIALS_DIRECTORY, to be freed; NULL when there
 * is no such folder. */
char *credential_path(const char *name) MUST_CHECK;

#endif
