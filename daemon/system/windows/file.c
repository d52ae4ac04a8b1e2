/* Locks and permissions of files on Windows. There, a new file has the permissions of its folder,
 * so owners need not be given. */
#include "daemon/system/file.h"

#include <io.h>
#include <stdlib.h>
#include <uv.h>

#include <aclapi.h>

#include "daemon/system/windows/wide.h"

/* Locks are mandatory here: one byte far behind any content hinders nobody to read. */
#define LOCK_AT_HIGH 0x40000000

bool file_lock(int fd, bool alone)
{
	HANDLE file = (HANDLE)_get_osfhandle(fd);
	OVERLAPPED at = {.OffsetHigh = LOCK_AT_HIGH};
	DWORD how = LOCKFILE_FAIL_IMMEDIATELY | (alone ? LOCKFILE_EXCLUSIVE_LOCK : 0);

	/* A lock of our own is in the way of another one, unlike flock(): it is replaced. */
	(void)UnlockFileEx(file, 0, 1, 0, &at);
	return LockFileEx(file, how, 0, 1, 0, &at) || GetLastError() != ERROR_LOCK_VIOLATION;
}

void file_give_to_folder(int fd, const char *path)
{
}

void file_give_directory_to_folder(const char *path)
{
}

char *file_group(const char *path)
{
	return NULL;
}

/* Whether the list lets the group read; a list that denies it comes out as no. */
static bool lets_read(ACL *list, WELL_KNOWN_SID_TYPE group)
{
	BYTE sid[SECURITY_MAX_SID_SIZE];
	DWORD size = sizeof(sid);
	ACCESS_MASK rights = 0;
	TRUSTEE_W trustee;

	if (!CreateWellKnownSid(group, NULL, sid, &size))
		return false;
	BuildTrusteeWithSidW(&trustee, sid);
	return GetEffectiveRightsFromAclW(list, &trustee, &rights) == ERROR_SUCCESS &&
	       (rights & FILE_READ_DATA) != 0;
}

char *file_open_to_others(const char *path)
{
	static const WELL_KNOWN_SID_TYPE everybody[] = {WinWorldSid, WinAuthenticatedUserSid,
	                                                WinBuiltinUsersSid};
	wchar_t *name = wide_of(path);
	PSECURITY_DESCRIPTOR descriptor = NULL;
	ACL *list = NULL;
	bool open = false;

	if (GetNamedSecurityInfoW(name, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL,
	                          &list, NULL, &descriptor) == ERROR_SUCCESS)
		for (size_t i = 0; i < ARRAY_LEN(everybody) && !open; i++)
			open = list == NULL || lets_read(list, everybody[i]);
	(void)LocalFree(descriptor);
	free(name);
	return open ? xasprintf(": icacls \"%s\" /inheritance:r /grant:r *S-1-5-18:F "
	                        "*S-1-5-32-544:F *S-1-5-19:R",
	                        path)
	            : NULL;
}
