/* Warns about secrets that are hardly secret: in files that every user of the machine can read, or
 * short enough to be guessed. A warning, not an error: a service that works must not stop working
 * because of it. */
#ifndef DAEMON_START_SECRECY_H
#define DAEMON_START_SECRECY_H

#include "config/config.h"

#define SECRECY_CHARACTERS_MIN 12 /* of pass phrases */

/* Checks a file with secrets that was read; `what` says whose it is: "zendesk.api_token". */
void secrecy_check_file(const char *what, const char *path, struct config_problems *problems);
/* Checks the env file of the service, which its manager reads. */
void secrecy_check_service_file(struct config_problems *problems);
/* Checks the pass phrases of a finished configuration. */
void secrecy_check_phrases(const struct config *config, struct config_problems *problems);

#endif
