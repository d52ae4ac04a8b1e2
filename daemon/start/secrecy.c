/* Looks at modes of files and lengths of texts. No message contains anything of a secret. */
#include "daemon/start/secrecy.h"

#include <stdlib.h>

#include "daemon/system/file.h"
#include "daemon/system/places.h"
#include "daemon/system/systemd.h"
#include "privacy/seal.h"

void secrecy_check_file(const char *what, const char *path, struct config_problems *problems)
{
	char *remedy = file_open_to_others(path);

	if (remedy != NULL)
		buf_printf(&problems->warnings,
		           "%s: %s can be read by every user of this machine%s\n", what, path,
		           remedy);
	free(remedy);
}

/* Somebody who starts ai-ticketd by hand as an ordinary user has other files. */
void secrecy_check_service_file(struct config_problems *problems)
{
	char *path = places_service_env_file();

	if (path != NULL && (systemd_manages() || places_of_service()))
		secrecy_check_file("secrets", path, problems);
	free(path);
}

static bool is_short(const char *phrase)
{
	return phrase != NULL && phrase[0] != '\0' &&
	       utf8_chars(str_of(phrase)) < SECRECY_CHARACTERS_MIN;
}

static void warn_short(const char *option, const char *consequence, const char *better,
                       struct config_problems *problems)
{
	buf_printf(&problems->warnings, "%s: has fewer than %d characters, so %s; use %s\n", option,
	           SECRECY_CHARACTERS_MIN, consequence, better);
}

void secrecy_check_phrases(const struct config *config, struct config_problems *problems)
{
	if (config->log.encrypt && is_short(config->log.key) &&
	    seal_is_passphrase(str_of(config->log.key)))
		warn_short("log.key", "whoever has a sealed file can find the passphrase by trying",
		           "a key made by: openssl rand -hex 32", problems);
}
