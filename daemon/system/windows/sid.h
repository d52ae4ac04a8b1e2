/* Whose a process is, by the security identifier of its user. */
#ifndef DAEMON_SYSTEM_WINDOWS_SID_H
#define DAEMON_SYSTEM_WINDOWS_SID_H

#include <windows.h>

#include "base/base.h"

#define SID_NAME_CHARS 257 /* of a user, a group or a domain, with the NUL */

/* The last part of the SID of the user whose process it is; 0 when that cannot be found out. */
uint32_t sid_number_of_process(HANDLE process) MUST_CHECK;

/* Its text, "S-1-5-…"; to be freed; NULL when it cannot be found out. */
char *sid_of_process(HANDLE process) MUST_CHECK;

/* That of a user or group, by its name; to be freed; NULL when there is none. May ask a server of
 * the domain, and block for as long as that takes. */
char *sid_of_account(const char *name) MUST_CHECK;
/* The last part of it; -1 when there is none. */
int64_t sid_number_of_account(const char *name) MUST_CHECK;

#endif
