/* %ProgramData%\ai-ticketd for the service and for administrators, %LOCALAPPDATA%\ai-ticketd for
 * anybody else. The system is asked, not the variables, which a service cannot rely on. */
#include "daemon/system/places.h"

#include <stdlib.h>
#include <windows.h>

#include <shlobj.h>

#include "daemon/system/windows/service_run.h"
#include "daemon/system/windows/session.h"
#include "daemon/system/windows/wide.h"

/* The folder ai-ticketd in one of the system, and `rest`; to be freed; NULL with a reason. */
static char *below(int folder, const char *rest, struct err *err)
{
	wchar_t wide[MAX_PATH];
	HRESULT code = SHGetFolderPathW(NULL, folder, NULL, SHGFP_TYPE_CURRENT, wide);

	if (FAILED(code)) {
		err_set(err, "Windows does not tell the folder for data (error %08lx)",
		        (unsigned long)code);
		return NULL;
	}
	char *above = wide_to_utf8(wide);
	char *path = xasprintf("%s\\ai-ticketd%s", above, rest);
	free(above);
	return path;
}

static char *below_program_data(const char *rest)
{
	char *path = below(CSIDL_COMMON_APPDATA, rest, NULL);

	return path != NULL ? path : xasprintf("C:\\ProgramData\\ai-ticketd%s", rest);
}

char *places_config(void)
{
	return below_program_data("\\ai-ticketd.conf");
}

char *places_service_env_file(void)
{
	return NULL;
}

char *places_service_state(void)
{
	return below_program_data("\\state");
}

bool places_of_service(void)
{
	return service_is_run() || session_is_elevated();
}

char *places_state_of_user(struct err *err)
{
	return below(CSIDL_LOCAL_APPDATA, "\\state", err);
}

char *places_state(struct err *err)
{
	return places_of_service() ? places_service_state() : places_state_of_user(err);
}

char *places_log(struct err *err)
{
	return places_of_service() ? below_program_data("\\log")
	                           : below(CSIDL_LOCAL_APPDATA, "\\log", err);
}

const char *places_ca_file(size_t number)
{
	return NULL;
}
