/* Where files go when the configuration does not say: what the service manager gives, else the
 * usual place for root, else below the user's home. */
#ifndef DAEMON_SYSTEM_DIRECTORIES_H
#define DAEMON_SYSTEM_DIRECTORIES_H

#include "config/config.h"

/* The folder of text logs and result files, made when missing (0700). To be freed; or NULL with a
 * reason that names the option which would help. */
char *directories_log(const struct config *config, struct err *err) MUST_CHECK;
/* Path of the database; its folder is made when missing (0700). To be freed; or NULL with a reason
 * that names the option. */
char *directories_store(const struct config *config, struct err *err) MUST_CHECK;
/* ${XDG_STATE_HOME:-$HOME/.local/state}/ai-ticketd, which is not made. To be freed; or NULL with
 * the reason. */
char *directories_state_of_user(struct err *err) MUST_CHECK;

/* The disk of the one for logs or of the one for the database takes nothing at the moment. */
bool directories_refuse(const struct config *config) MUST_CHECK;

/* The first folder of a variable that may list several, separated by colons ("LOGS_DIRECTORY"), as
 * systemd gives them; to be freed; NULL when unset. */
char *directories_given(const char *variable) MUST_CHECK;
/* The usual places are those of the system, not of a user. */
bool directories_for_root(void);

#endif
