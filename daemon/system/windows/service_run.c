/* One state for the process, behind one lock: the manager's thread and the service's both report.
 */
#include "daemon/system/windows/service_run.h"

#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <windows.h>

#include "daemon/system/disk.h"
#include "daemon/system/file.h"
#include "daemon/system/places.h"
#include "daemon/system/windows/service_install.h"

#define LAST_START "last-start.txt"
#define START_HINT_MS 30000
#define STOP_HINT_MS 30000
#define STATUS_START_AGAIN 1 /* STATUS_FAILED of the program */
#define RELOAD_ALIAS 128     /* sc control ai-ticketd 128, where `paramchange` is not known */

static struct {
	SRWLOCK lock;
	SERVICE_STATUS_HANDLE handle; /* NULL = this is no service */
	SERVICE_STATUS status;
	unsigned commands;
	uv_async_t *wake;
	int argc;
	char **argv;
	int (*body)(int argc, char **argv);
} service = {.lock = SRWLOCK_INIT};

static DWORD controls_of(DWORD state)
{
	return state == SERVICE_RUNNING || state == SERVICE_PAUSED
	               ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN |
	                         SERVICE_ACCEPT_PARAMCHANGE | SERVICE_ACCEPT_PAUSE_CONTINUE
	               : 0;
}

static bool is_on_the_way(DWORD state)
{
	return state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
}

/* With the lock. An end that was begun is not taken back. */
static void report(DWORD state, DWORD hint_ms, DWORD exit_status)
{
	SERVICE_STATUS *status = &service.status;

	if (service.handle == NULL || status->dwCurrentState == SERVICE_STOPPED ||
	    (status->dwCurrentState == SERVICE_STOP_PENDING &&
	     (state == SERVICE_RUNNING || state == SERVICE_PAUSED)))
		return;
	status->dwCheckPoint = is_on_the_way(state) && state == status->dwCurrentState
	                               ? status->dwCheckPoint + 1
	                               : is_on_the_way(state);
	status->dwServiceType = SERVICE_WIN32_OWN_PROCESS;
	status->dwCurrentState = state;
	status->dwControlsAccepted = controls_of(state);
	status->dwWaitHint = is_on_the_way(state) ? hint_ms : 0;
	status->dwWin32ExitCode = exit_status == 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR;
	status->dwServiceSpecificExitCode = exit_status;
	(void)SetServiceStatus(service.handle, status);
}

static void report_locked(DWORD state, DWORD hint_ms, DWORD exit_status)
{
	AcquireSRWLockExclusive(&service.lock);
	report(state, hint_ms, exit_status);
	ReleaseSRWLockExclusive(&service.lock);
}

/* Said once at the start, and after each reload, which leaves a service paused that is. */
void service_report_running(void)
{
	AcquireSRWLockExclusive(&service.lock);
	if (service.status.dwCurrentState == SERVICE_START_PENDING)
		report(SERVICE_RUNNING, 0, 0);
	ReleaseSRWLockExclusive(&service.lock);
}

void service_report_stopping(void)
{
	report_locked(SERVICE_STOP_PENDING, STOP_HINT_MS, 0);
}

void service_report_extend(msec more)
{
	AcquireSRWLockExclusive(&service.lock);
	if (is_on_the_way(service.status.dwCurrentState))
		report(service.status.dwCurrentState, (DWORD)more, 0);
	ReleaseSRWLockExclusive(&service.lock);
}

bool service_is_run(void)
{
	return service.handle != NULL;
}

static void note(unsigned command)
{
	AcquireSRWLockExclusive(&service.lock);
	if (command == SERVICE_WAS_PAUSED || command == SERVICE_WAS_CONTINUED)
		service.commands &= ~(SERVICE_WAS_PAUSED | SERVICE_WAS_CONTINUED);
	service.commands |= command;
	if (command == SERVICE_WAS_STOPPED)
		report(SERVICE_STOP_PENDING, STOP_HINT_MS, 0);
	else if (command == SERVICE_WAS_PAUSED)
		report(SERVICE_PAUSED, 0, 0);
	else if (command == SERVICE_WAS_CONTINUED)
		report(SERVICE_RUNNING, 0, 0);
	if (service.wake != NULL)
		(void)uv_async_send(service.wake);
	ReleaseSRWLockExclusive(&service.lock);
}

void service_wake(uv_async_t *wake)
{
	AcquireSRWLockExclusive(&service.lock);
	service.wake = wake;
	if (wake != NULL && service.commands != 0)
		(void)uv_async_send(wake);
	ReleaseSRWLockExclusive(&service.lock);
}

unsigned service_take_commands(void)
{
	AcquireSRWLockExclusive(&service.lock);
	unsigned commands = service.commands;
	service.commands = 0;
	ReleaseSRWLockExclusive(&service.lock);
	return commands;
}

static DWORD WINAPI on_control(DWORD control, DWORD event, void *data, void *context)
{
	switch (control) {
	case SERVICE_CONTROL_STOP:
	case SERVICE_CONTROL_PRESHUTDOWN: note(SERVICE_WAS_STOPPED); return NO_ERROR;
	case SERVICE_CONTROL_PARAMCHANGE:
	case RELOAD_ALIAS: note(SERVICE_WAS_RELOADED); return NO_ERROR;
	case SERVICE_CONTROL_PAUSE: note(SERVICE_WAS_PAUSED); return NO_ERROR;
	case SERVICE_CONTROL_CONTINUE: note(SERVICE_WAS_CONTINUED); return NO_ERROR;
	case SERVICE_CONTROL_INTERROGATE: return NO_ERROR;
	default: return ERROR_CALL_NOT_IMPLEMENTED;
	}
}

/* What is said before the log is open would be lost, since a service has no console: it goes into
 * a file beside the configuration, anew at each start. */
static void open_last_start(void)
{
	char *config = places_config(), *folder = file_folder(config);
	char *path = xasprintf("%s\\" LAST_START, folder);
	struct err ignored;
	int fd = -1;

	if (file_make_directories(folder, &ignored) == 0)
		fd = disk_open(path, UV_FS_O_WRONLY | UV_FS_O_CREAT | UV_FS_O_TRUNC, 0600);
	if (fd >= 0 && _dup2(fd, STDERR_FILENO) == 0) {
		FILE *errors = _fdopen(STDERR_FILENO, "wb");

		if (errors != NULL)
			*stderr = *errors;
		(void)setvbuf(stderr, NULL, _IONBF, 0);
	}
	if (fd > STDERR_FILENO)
		file_close(fd);
	free(path);
	free(folder);
	free(config);
}

static void WINAPI service_main(DWORD count, wchar_t **words)
{
	service.handle = RegisterServiceCtrlHandlerExW(SERVICE_NAME, on_control, NULL);
	if (service.handle == NULL)
		return;
	service.status.dwCurrentState = SERVICE_START_PENDING;
	report_locked(SERVICE_START_PENDING, START_HINT_MS, 0);
	open_last_start();
	int status = service.body(service.argc, service.argv);
	if (status == STATUS_START_AGAIN)
		_exit(status);
	report_locked(SERVICE_STOPPED, 0, (DWORD)status);
}

int service_run(int argc, char **argv, int (*body)(int argc, char **argv), struct err *err)
{
	wchar_t name[] = SERVICE_NAME;
	SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};

	service.argc = argc;
	service.argv = argv;
	service.body = body;
	if (StartServiceCtrlDispatcherW(table))
		return 0;
	if (GetLastError() == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT)
		return err_set(err,
		               "run: only Windows starts it in this way (sc start ai-ticketd); "
		               "without `run` it works in this console");
	return err_set(err, "run: error %lu of Windows", GetLastError());
}
