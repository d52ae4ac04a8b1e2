/* The default folders for files: those given by the service manager, else the usual ones for root,
 * else folders below the user's home. */
#ifndef DAEMON_SYSTEM_DIRECTORIES_H
#define DAEMON_SYSTEM_DIRECTORIES_H

#include "config/config.h"

/* The folder of logs and results, made when missing (0700). To be freed; or NULL with a reason
 * that names the option. */
char *directories_log(const struct config *config, struct err *err) MUST_CHECK;
/* The path of the database; a default folder is made when missing (0700). To be freed; or NULL
 * with a reason that names the option. */
char *directories_store(const struct config *config, struct err *err) MUST_CHECK;
/* The folders that these two would use, which are not created; to be freed; NULL = not known. */
char *directories_log_chosen(const struct config *config) MUST_CHECK;
char *directories_store_chosen(const struct config *config) MUST_CHECK;

/* Whether the disk of the log folder or that of the database cannot be written at the moment.
 * Writes a file to find out. */
bool directories_refuse(const struct config *config) MUST_CHECK;

/* The first folder of an environment variable such as LOGS_DIRECTORY, which systemd sets to
 * folders separated by colons; to be freed; NULL when it is unset. */
char *directories_given(const char *variable) MUST_CHECK;

#endif
