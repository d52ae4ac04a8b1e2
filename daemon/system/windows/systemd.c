/* What systemd is told elsewhere, the Service Control Manager is told here. It has no line of
 * status, no watchdog, no reload that it waits for, and it hands over no sockets. */
#include "daemon/system/systemd.h"

#include "daemon/system/windows/service_run.h"

int systemd_ready(const char *status)
{
	service_report_running();
	return 0;
}

int systemd_reloading(const char *status)
{
	return 0;
}

int systemd_stopping(const char *status)
{
	service_report_stopping();
	return 0;
}

int systemd_status(const char *status)
{
	return 0;
}

int systemd_extend(msec more)
{
	service_report_extend(more);
	return 0;
}

bool systemd_manages(void)
{
	return service_is_run();
}

msec systemd_watchdog_period(void)
{
	return 0;
}

int systemd_watchdog(void)
{
	return 0;
}

size_t systemd_sockets(struct systemd_socket ret[SYSTEMD_SOCKETS_MAX], struct buf *refused)
{
	return 0;
}
