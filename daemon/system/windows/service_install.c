/* Calls of the Service Control Manager. What is not essential (the description, when it is started
 * again) may fail: older systems and wine lack some of it. */
#include "daemon/system/windows/service_install.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "base/buf.h"
#include "daemon/system/windows/wide.h"

#define TITLE L"AI ticket triage for Zendesk"
#define DESCRIPTION                                                                                \
	L"Analyses unprocessed Zendesk tickets with a language model and writes tags, priority "   \
	L"and an internal note back."
#define ACCOUNT L"NT AUTHORITY\\LocalService"
#define EVENT_SOURCE L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\ai-ticketd"
/* Its message 1 is "%1": the text of an event is shown as it is. */
#define MESSAGE_FILE L"%SystemRoot%\\System32\\EventCreate.exe"
#define COMMAND_BYTES_MAX (32 * 1024)
#define FORGIVEN_AFTER_S (24 * 60 * 60)
#define PRESHUTDOWN_MS 60000
#define STOP_WAIT_MS 60000
#define STOP_STEP_MS 200

static int refuse_scm(struct err *err, const char *what)
{
	DWORD code = GetLastError();

	switch (code) {
	case ERROR_ACCESS_DENIED: return err_set(err, "%s: an administrator has to do this", what);
	case ERROR_SERVICE_EXISTS:
		return err_set(err, "%s: it is installed already; ai-ticketd uninstall removes it",
		               what);
	case ERROR_SERVICE_DOES_NOT_EXIST: return err_set(err, "%s: it is not installed", what);
	case ERROR_SERVICE_MARKED_FOR_DELETE:
		return err_set(err,
		               "%s: it is being removed: close the list of services, and try again",
		               what);
	default: return err_set(err, "%s: error %lu of Windows", what, code);
	}
}

/* As CommandLineToArgvW reads it: backslashes count only in front of a quote. */
static void add_quoted(struct buf *line, const char *word)
{
	size_t slashes = 0;

	buf_puts(line, line->len > 0 ? " \"" : "\"");
	for (; *word != '\0'; word++) {
		if (*word == '"')
			for (slashes++; slashes > 0; slashes--)
				buf_putc(line, '\\');
		slashes = *word == '\\' ? slashes + 1 : 0;
		buf_putc(line, *word);
	}
	for (; slashes > 0; slashes--)
		buf_putc(line, '\\');
	buf_putc(line, '"');
}

/* "C:\…\ai-ticketd.exe" "run" "OPTION"…; to be freed. */
static wchar_t *compose_command(int count, char **options)
{
	wchar_t path[MAX_PATH * 4];
	struct buf line;

	ENSURE(GetModuleFileNameW(NULL, path, ARRAY_LEN(path)) > 0);
	char *program = wide_to_utf8(path);
	buf_init(&line, COMMAND_BYTES_MAX);
	add_quoted(&line, program);
	add_quoted(&line, "run");
	for (int i = 0; i < count; i++)
		add_quoted(&line, options[i]);
	wchar_t *command = wide_of(buf_cstr(&line));
	buf_free(&line);
	free(program);
	return command;
}

/* The program ends itself without a word to the manager when a start again may help, and says
 * that it stopped when only a person can: so the manager's usual rule is right, which counts as a
 * failure what ends without a word. */
static void set_recovery(SC_HANDLE service)
{
	SC_ACTION actions[] = {
	        {SC_ACTION_RESTART, 1000}, {SC_ACTION_RESTART, 10000}, {SC_ACTION_RESTART, 60000}};
	SERVICE_FAILURE_ACTIONSW recovery = {.dwResetPeriod = FORGIVEN_AFTER_S,
	                                     .cActions = ARRAY_LEN(actions),
	                                     .lpsaActions = actions};

	(void)ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, &recovery);
}

static void set_details(SC_HANDLE service)
{
	wchar_t words[] = DESCRIPTION;
	SERVICE_DESCRIPTIONW description = {words};
	SERVICE_PRESHUTDOWN_INFO shutdown = {PRESHUTDOWN_MS};
	SERVICE_DELAYED_AUTO_START_INFO delayed = {TRUE};
	SERVICE_SID_INFO sid = {SERVICE_SID_TYPE_UNRESTRICTED};

	(void)ChangeServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, &description);
	(void)ChangeServiceConfig2W(service, SERVICE_CONFIG_PRESHUTDOWN_INFO, &shutdown);
	(void)ChangeServiceConfig2W(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed);
	(void)ChangeServiceConfig2W(service, SERVICE_CONFIG_SERVICE_SID_INFO, &sid);
	set_recovery(service);
}

static void register_events(void)
{
	static const wchar_t file[] = MESSAGE_FILE;
	DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
	HKEY key;

	if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, EVENT_SOURCE, 0, NULL, 0, KEY_SET_VALUE, NULL, &key,
	                    NULL) != ERROR_SUCCESS)
		return;
	(void)RegSetValueExW(key, L"EventMessageFile", 0, REG_EXPAND_SZ, (const BYTE *)file,
	                     sizeof(file));
	(void)RegSetValueExW(key, L"TypesSupported", 0, REG_DWORD, (const BYTE *)&types,
	                     sizeof(types));
	(void)RegCloseKey(key);
}

int service_install(int count, char **options, struct err *err)
{
	SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CREATE_SERVICE);

	if (manager == NULL)
		return refuse_scm(err, "the service cannot be installed");
	wchar_t *command = compose_command(count, options);
	SC_HANDLE service = CreateServiceW(
	        manager, SERVICE_NAME, TITLE, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
	        SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, command, NULL, NULL, NULL, ACCOUNT, NULL);
	int code = service == NULL ? refuse_scm(err, "the service cannot be installed") : 0;
	free(command);
	if (service != NULL) {
		set_details(service);
		register_events();
		(void)CloseServiceHandle(service);
	}
	(void)CloseServiceHandle(manager);
	return code;
}

static void stop_and_wait(SC_HANDLE service)
{
	SERVICE_STATUS status;

	if (!ControlService(service, SERVICE_CONTROL_STOP, &status))
		return;
	for (DWORD waited = 0; waited < STOP_WAIT_MS; waited += STOP_STEP_MS) {
		if (!QueryServiceStatus(service, &status) ||
		    status.dwCurrentState == SERVICE_STOPPED)
			return;
		Sleep(STOP_STEP_MS);
	}
}

int service_uninstall(struct err *err)
{
	SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);

	if (manager == NULL)
		return refuse_scm(err, "the service cannot be removed");
	SC_HANDLE service =
	        OpenServiceW(manager, SERVICE_NAME, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE);
	int code = service == NULL ? refuse_scm(err, "the service cannot be removed") : 0;
	if (service != NULL) {
		stop_and_wait(service);
		if (!DeleteService(service))
			code = refuse_scm(err, "the service cannot be removed");
		(void)CloseServiceHandle(service);
	}
	(void)CloseServiceHandle(manager);
	if (code == 0)
		(void)RegDeleteKeyW(HKEY_LOCAL_MACHINE, EVENT_SOURCE);
	return code;
}
