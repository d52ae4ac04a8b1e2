/* Looks at modes of files and lengths of texts. No message contains anything of a secret. */
#include "daemon/start/secrecy.h"

#include "daemon/system/directories.h"
#include "daemon/system/file.h"
#include "daemon/system/systemd.h"
#include "privacy/seal.h"

#define SERVICE_ENV_FILE "/etc/ai-ticketd/ai-ticketd.env" /* EnvironmentFile= of the unit */

void secrecy_check_file(const char *what, const char *path, struct config_problems *problems)
{
	unsigned mode;

	if (file_open_to_others(path, &mode))
		buf_printf(&problems->warnings,
		           "%s: %s can be read by every user of this machine (mode %04o): chmod "
		           "600 %s\n",
		           what, path, mode, path);
}

/* Somebody who starts ai-ticketd by hand as an ordinary user has other files. */
void secrecy_check_service_file(struct config_problems *problems)
{
	if (systemd_manages() || directories_for_root())
		secrecy_check_file("secrets", SERVICE_ENV_FILE, problems);
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
