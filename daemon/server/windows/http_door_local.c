/* Asks the kernel who is at the other end of a named pipe. */
#include "daemon/server/http_door.h"
#include "daemon/system/windows/sid.h"

void http_door_local_peer(const uv_handle_t *connection, struct http_peer *ret)
{
	HANDLE process;
	uv_os_fd_t pipe;
	ULONG pid;

	if (uv_fileno(connection, &pipe) < 0 || !GetNamedPipeClientProcessId(pipe, &pid))
		return;
	ret->pid = pid;
	process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
	if (process == NULL)
		return;
	ret->uid = sid_number_of_process(process);
	ret->known = ret->uid != 0;
	(void)CloseHandle(process);
}
