/* Asks the token of this process. */
#include "daemon/system/windows/session.h"

#include <windows.h>

bool session_is_elevated(void)
{
	TOKEN_ELEVATION elevation = {0};
	DWORD size = sizeof(elevation);
	HANDLE token;

	if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
		return false;
	bool elevated =
	        GetTokenInformation(token, TokenElevation, &elevation, sizeof(elevation), &size) &&
	        elevation.TokenIsElevated != 0;
	(void)CloseHandle(token);
	return elevated;
}
