/* Windows knows users and groups by SIDs, not by numbers: the last part of the SID stands for the
 * account in what is logged. */
#include "daemon/system/accounts.h"

#include <stdlib.h>
#include <windows.h>

#include "daemon/system/windows/sid.h"
#include "daemon/system/windows/wide.h"

uint32_t accounts_own(void)
{
	return sid_number_of_process(GetCurrentProcess());
}

/* Only our own user can be named by the last part of its SID. */
char *accounts_user_name(uint32_t uid)
{
	wchar_t name[SID_NAME_CHARS];
	DWORD size = SID_NAME_CHARS;

	if (uid != accounts_own() || !GetUserNameW(name, &size))
		return NULL;
	return wide_to_utf8(name);
}

int64_t accounts_group(const char *name)
{
	return sid_number_of_account(name);
}

/* Whoever owns a pipe may give it to any group. */
bool accounts_in_group(int64_t group)
{
	return true;
}
