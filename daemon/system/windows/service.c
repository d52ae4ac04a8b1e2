/* ai-ticketd install | uninstall | credential | run: the first two speak with the Service Control
 * Manager, the last is what the manager starts. */
#include "daemon/system/service.h"

#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "base/crypto.h"
#include "base/str.h"
#include "daemon/system/windows/credential_store.h"
#include "daemon/system/windows/service_install.h"
#include "daemon/system/windows/service_run.h"

#define STATUS_REFUSED 2
#define SECRET_BYTES_MAX 4096

static int refuse(const struct err *err)
{
	fprintf(stderr, "ai-ticketd: %s\n", err->text);
	return STATUS_REFUSED;
}

static int install(int argc, char **argv)
{
	struct err err;

	if (service_install(argc, argv, &err) < 0)
		return refuse(&err);
	puts("The service ai-ticketd is installed, and starts with Windows. Start it now: sc start "
	     "ai-ticketd");
	return 0;
}

static int uninstall(void)
{
	struct err err;

	if (service_uninstall(&err) < 0)
		return refuse(&err);
	puts("The service ai-ticketd is removed. Its files stay in %ProgramData%\\ai-ticketd.");
	return 0;
}

static bool is_plain(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_is_alpha(name.data[i]) && !ascii_is_digit(name.data[i]) &&
		    str_find_char(STR("._-"), name.data[i]) < 0)
			return false;
	return name.len > 0;
}

/* The secret comes from standard input, so that no list of processes shows it. */
static int keep_credential(const char *name)
{
	char secret[SECRET_BYTES_MAX];
	struct err err;

	if (!is_plain(str_of(name))) {
		fprintf(stderr, "ai-ticketd: credential: the name of an option is needed, such as "
		                "zendesk.api_token\n");
		return STATUS_REFUSED;
	}
	struct str text = str_trim(str_make(secret, fread(secret, 1, sizeof(secret), stdin)));
	int code = text.len == 0 ? err_set(&err, "credential: standard input is empty")
	                         : credential_store(name, text, &err);
	crypto_wipe(secret, sizeof(secret));
	if (code < 0)
		return refuse(&err);
	printf("%s is kept for the service, which reads it at its next start.\n", name);
	return 0;
}

static int run(int argc, char **argv, int (*body)(int argc, char **argv))
{
	struct err err;

	return service_run(argc, argv, body, &err) < 0 ? refuse(&err) : 0;
}

bool service_command(int argc, char **argv, int (*body)(int argc, char **argv), int *ret_status)
{
	const char *word = argc > 1 ? argv[1] : "";

	if (strcmp(word, "install") == 0)
		*ret_status = install(argc - 2, argv + 2);
	else if (strcmp(word, "uninstall") == 0 && argc == 2)
		*ret_status = uninstall();
	else if (strcmp(word, "credential") == 0 && argc == 3)
		*ret_status = keep_credential(argv[2]);
	else if (strcmp(word, "run") == 0)
		*ret_status = run(argc - 1, argv + 1, body);
	else
		return false;
	return true;
}

const char *service_help(void)
{
	return "       ai-ticketd install [option...] | uninstall     make or remove the service\n"
	       "       ai-ticketd credential NAME                     keep a secret, from standard "
	       "input\n"
	       "       ai-ticketd run [option...]                     what the Service Control "
	       "Manager starts\n";
}
