/* Everything the run is told from outside, in one place: default < file < env file < environment <
 * secret files and credentials < flags. Reads files and the environment; what they mean is decided
 * in lib/config. */
#ifndef DAEMON_START_SETTINGS_H
#define DAEMON_START_SETTINGS_H

#include "config/config.h"
#include "daemon/start/cli.h"

struct settings {
	struct config *config;
	struct config_problems problems; /* warnings, and errors when settings_load said -1 */
	char *ca_file;                   /* the bundle of trusted roots; NULL when none was found */
	/* secrets that are credentials of the service manager, commas between */
	struct buf from_manager;
};

/* 0; or -1 and problems.errors lists all that is wrong. Touches nothing but what it reads. */
int settings_load(struct settings *settings, const struct cli *cli) MUST_CHECK;
void settings_free(struct settings *settings); /* wipes the secrets */

#endif
