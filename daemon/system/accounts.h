/* Names and numbers of users and groups. The lookups may ask a directory service and block for as
 * long as that takes: never on the loop. */
#ifndef DAEMON_SYSTEM_ACCOUNTS_H
#define DAEMON_SYSTEM_ACCOUNTS_H

#include "base/base.h"

/* The number of the user whose process this is; on Windows the last part of its SID. */
uint32_t accounts_own(void) MUST_CHECK;
/* Name of a user, to be freed; NULL when there is none. May be called on any thread. */
char *accounts_user_name(uint32_t uid) MUST_CHECK;
/* Number of a group given by its name or its number; -1 when there is none of that name. */
int64_t accounts_group(const char *name) MUST_CHECK;
/* Whether this process may give its files to the group: it is root or a member. */
bool accounts_in_group(int64_t group) MUST_CHECK;

#endif
