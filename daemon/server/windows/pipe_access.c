/* libuv makes a pipe that everybody may read and, over the network, every user of the domain may
 * reach; the list of the pipe is replaced before it listens. All instances of a pipe have one list.
 */
#include "daemon/server/windows/pipe_access.h"

#include <stdlib.h>

#include <aclapi.h>
#include <sddl.h>

#include "daemon/system/windows/sid.h"
#include "daemon/system/windows/wide.h"

/* Denied to the network; all rights for the system and administrators. */
#define FOR_FEW "D:P(D;;GA;;;NU)(A;;GA;;;SY)(A;;GA;;;BA)"
/* To read and to write, but not to make an instance of the pipe, where clients would be caught. */
#define TO_CONNECT "0x12019b"

static char *compose_list(const char *group)
{
	char *user = sid_of_process(GetCurrentProcess());
	char *members = group != NULL ? sid_of_account(group) : NULL;
	char *owner = user != NULL ? xasprintf("(A;;GA;;;%s)", user) : xstrdup("");
	char *others =
	        members != NULL ? xasprintf("(A;;" TO_CONNECT ";;;%s)", members) : xstrdup("");
	char *list = xasprintf(FOR_FEW "%s%s", owner, others);

	free(others);
	free(owner);
	free(members);
	free(user);
	return list;
}

static DWORD set_list(HANDLE pipe, PSECURITY_DESCRIPTOR descriptor)
{
	BOOL present = FALSE, by_default;
	ACL *list = NULL;

	if (!GetSecurityDescriptorDacl(descriptor, &present, &list, &by_default) || !present)
		return GetLastError();
	return SetSecurityInfo(pipe, SE_KERNEL_OBJECT,
	                       DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
	                       NULL, NULL, list, NULL);
}

int pipe_access_limit(uv_pipe_t *pipe, const char *group)
{
	char *text = compose_list(group);
	wchar_t *wide = wide_of(text);
	PSECURITY_DESCRIPTOR descriptor;
	uv_os_fd_t handle;
	DWORD code;

	if (uv_fileno((const uv_handle_t *)pipe, &handle) < 0) {
		code = ERROR_INVALID_HANDLE;
	} else if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(wide, SDDL_REVISION_1,
	                                                                 &descriptor, NULL)) {
		code = GetLastError();
	} else {
		code = set_list(handle, descriptor);
		(void)LocalFree(descriptor);
	}
	free(wide);
	free(text);
	return code == ERROR_SUCCESS ? 0 : uv_translate_sys_error((int)code);
}
