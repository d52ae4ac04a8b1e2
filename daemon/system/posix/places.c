/* The places of the file system hierarchy, and of XDG for a user. */
#include "daemon/system/places.h"

#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

char *places_config(void)
{
	return xstrdup("/etc/ai-ticketd/ai-ticketd.conf");
}

/* EnvironmentFile= of the unit */
char *places_service_env_file(void)
{
	return xstrdup("/etc/ai-ticketd/ai-ticketd.env");
}

char *places_service_state(void)
{
	return xstrdup("/var/lib/ai-ticketd");
}

bool places_of_service(void)
{
	return geteuid() == 0;
}

char *places_state_of_user(struct err *err)
{
	const char *state = getenv("XDG_STATE_HOME");
	char home[1024];
	size_t size = sizeof(home);

	if (state != NULL && state[0] == '/')
		return xasprintf("%s/ai-ticketd", state);
	int code = uv_os_homedir(home, &size);
	if (code < 0) {
		err_set(err, "no home directory (%s)", uv_strerror(code));
		return NULL;
	}
	return xasprintf("%s/.local/state/ai-ticketd", home);
}

char *places_state(struct err *err)
{
	return places_of_service() ? places_service_state() : places_state_of_user(err);
}

char *places_log(struct err *err)
{
	if (places_of_service())
		return xstrdup("/var/log/ai-ticketd");
	char *state = places_state_of_user(err);
	char *path = state != NULL ? xasprintf("%s/log", state) : NULL;
	free(state);
	return path;
}

const char *places_ca_file(size_t number)
{
	static const char *const usual[] = {"/etc/ssl/certs/ca-certificates.crt",
	                                    "/etc/pki/tls/certs/ca-bundle.crt",
	                                    "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

	return number < ARRAY_LEN(usual) ? usual[number] : NULL;
}
