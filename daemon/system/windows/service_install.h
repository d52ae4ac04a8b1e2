/* Makes and removes the service. Both need an administrator. */
#ifndef DAEMON_SYSTEM_WINDOWS_SERVICE_INSTALL_H
#define DAEMON_SYSTEM_WINDOWS_SERVICE_INSTALL_H

#include "base/base.h"

#define SERVICE_NAME L"ai-ticketd"

/* The service will be started with these options. It runs as LocalService, starts with Windows, and
 * is started again when it dies. -1 with a reason. */
int service_install(int count, char **options, struct err *err) MUST_CHECK;
/* Stops it, if it runs, and removes it. -1 with a reason. */
int service_uninstall(struct err *err) MUST_CHECK;

#endif
