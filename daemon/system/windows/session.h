/* The rights of whoever started this process. */
#ifndef DAEMON_SYSTEM_WINDOWS_SESSION_H
#define DAEMON_SYSTEM_WINDOWS_SESSION_H

#include "base/base.h"

/* Whether the process has the rights of an administrator, not only the user. */
bool session_is_elevated(void);

#endif
