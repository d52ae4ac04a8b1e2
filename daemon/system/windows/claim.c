/* A lock of one byte far behind the content, so that others can read who holds it. */
#include "daemon/system/claim.h"

#include <io.h>
#include <uv.h>

#define LOCK_AT_HIGH 0x40000000

int claim_take(int fd)
{
	OVERLAPPED at = {.OffsetHigh = LOCK_AT_HIGH};

	if (LockFileEx((HANDLE)_get_osfhandle(fd),
	               LOCKFILE_FAIL_IMMEDIATELY | LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &at))
		return 0;
	DWORD code = GetLastError();
	return code == ERROR_LOCK_VIOLATION ? CLAIM_TAKEN : uv_translate_sys_error((int)code);
}

long claim_holder(int fd)
{
	return 0;
}
