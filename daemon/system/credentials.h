/* What the service manager and the operating system say about who we are and what we were handed: secrets passed by systemd, the
 * folders it made, whether we are root. */
#ifndef DAEMON_SYSTEM_CREDENTIALS_H
#define DAEMON_SYSTEM_CREDENTIALS_H

#include "base/base.h"

/* Path of the credential with that name below $CREDENTIALS_DIRECTORY, to be freed; NULL when there is no such folder. */
char *credential_path(const char *name) MUST_CHECK;
/* The first folder of a variable that may list several, separated by colons ("LOGS_DIRECTORY"); to be freed; NULL when unset. */
char *service_directory(const char *variable) MUST_CHECK;
/* The group other than root's that may read and write the file, by its name; to be freed; NULL when there is none. */
char *group_of_file(const char *path) MUST_CHECK;
bool running_as_root(void);

#endif
