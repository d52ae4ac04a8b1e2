/* Where a system keeps the files of a service, and where those of a program that a user runs. */
#ifndef DAEMON_SYSTEM_PLACES_H
#define DAEMON_SYSTEM_PLACES_H

#include "base/base.h"

/* The configuration file that is read when none is named. To be freed. */
char *places_config(void) MUST_CHECK;
/* The file of variables that the service manager of this system reads for the service, the state
 * folder that it gives to the service; to be freed; NULL = it has no such thing. */
char *places_service_env_file(void) MUST_CHECK;
char *places_service_state(void) MUST_CHECK;

/* Whether this process uses the places of the service: it is root, or on Windows the service itself
 * or an elevated administrator. */
bool places_of_service(void);
/* The folders for state and for logs, which are not created. To be freed; or NULL with a reason. */
char *places_state(struct err *err) MUST_CHECK;
char *places_log(struct err *err) MUST_CHECK;
/* The same for the user alone, whoever it is. */
char *places_state_of_user(struct err *err) MUST_CHECK;

/* The bundles of certificates that systems of this kind commonly have, one by one; NULL = no more.
 * On Windows there is none: its own store is used. */
const char *places_ca_file(size_t number) MUST_CHECK;

#endif
