/* What differs of disks on Windows: folders have lists of who may do what, and NTFS keeps their
 * names in a journal, so there is nothing to sync. */
#include "daemon/system/disk.h"

#include <stdlib.h>

#include <sddl.h>

#include "daemon/system/windows/sid.h"
#include "daemon/system/windows/wide.h"

/* Protected from what the folder above gives away, and inherited by all that is made in it: the
 * system, administrators, LocalService; then our user. */
#define FOR_FEW "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;LS)"

/* To be freed with LocalFree(); NULL with the reason in GetLastError(). */
static PSECURITY_DESCRIPTOR make_descriptor(void)
{
	char *user = sid_of_process(GetCurrentProcess());
	char *text = user != NULL ? xasprintf(FOR_FEW "(A;OICI;FA;;;%s)", user) : xstrdup(FOR_FEW);
	wchar_t *wide = wide_of(text);
	PSECURITY_DESCRIPTOR descriptor = NULL;

	if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(wide, SDDL_REVISION_1,
	                                                          &descriptor, NULL))
		descriptor = NULL;
	free(wide);
	free(text);
	free(user);
	return descriptor;
}

int disk_make_folder(const char *path)
{
	SECURITY_ATTRIBUTES security = {.nLength = sizeof(security),
	                                .lpSecurityDescriptor = make_descriptor()};
	wchar_t *wide = wide_of(path);
	int code = 0;

	if (security.lpSecurityDescriptor == NULL || !CreateDirectoryW(wide, &security))
		code = uv_translate_sys_error((int)GetLastError());
	(void)LocalFree(security.lpSecurityDescriptor);
	free(wide);
	return code;
}

int disk_sync_folder(const char *folder)
{
	return 0;
}

const char *disk_words(int code)
{
	return uv_strerror(code);
}

bool disk_is_refusal(int code)
{
	return code == UV_ENOSPC || code == UV_EIO || code == UV_EROFS;
}
