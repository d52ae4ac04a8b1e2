/* Collects the configuration from all sources, in this order of precedence: default < file < env
 * file < environment < secret files and credentials < flags. Reads files and the environment;
 * lib/config decides what they mean. */
#ifndef DAEMON_START_SETTINGS_H
#define DAEMON_START_SETTINGS_H

#include "config/config.h"
#include "daemon/start/access.h"
#include "daemon/start/cli.h"

struct settings {
	struct config *config;
	struct config_problems problems; /* warnings, and errors when settings_load returned -1 */
	/* bundle of trusted root certificates; NULL = none found */
	char *ca_file;
	/* names of the secrets that the service manager gave as credentials, separated by
	 * commas */
	struct buf from_manager;
	struct access access; /* the tokens of the HTTP interface */
};

/* Initialises `settings`. 0; or -1, and problems.errors lists all that is wrong. Must be freed in
 * both cases. Only reads. */
int settings_load(struct settings *settings, const struct cli *cli) MUST_CHECK;
void settings_free(struct settings *settings); /* also wipes the secrets */

#endif
