/* Talks to the service manager: readiness, reload, stop, status line, watchdog, inherited sockets.
 *
 * When systemd does not run us (no NOTIFY_SOCKET, no LISTEN_PID), or without libsystemd, all
 * functions do nothing and return 0. A message is one datagram to PID 1, which reads at once. A
 * filter or namespace that is too strict loses such a message, and the start then hangs until the
 * manager's timeout: so every function returns whether it was sent, 0 or a negative errno, and the
 * shell logs failures.
 *
 * The order of calls: systemd_sockets; systemd_extend if the start may take long; systemd_ready;
 * then any of systemd_status, systemd_watchdog, systemd_reloading followed by systemd_ready; and
 * systemd_stopping at the end. */
#ifndef DAEMON_SYSTEM_SYSTEMD_H
#define DAEMON_SYSTEM_SYSTEMD_H

#include "base/buf.h"
#include "base/clock.h"

/* `status` is what `systemctl status` shows: one sentence. It may contain text from elsewhere:
 * control characters, which would begin another assignment, become blanks, and it is cut at 900
 * bytes.
 *
 * Ready: configuration, credentials, store and listeners are in place. To be sent once at the
 * start, and after every reload, refused or not. */
int systemd_ready(const char *status);
/* Reports that a reload has begun, with the time (MONOTONIC_USEC) that Type=notify-reload of
 * systemd 253 needs. */
int systemd_reloading(const char *status);
/* Reports that the service stops. */
int systemd_stopping(const char *status);
/* Updates only the status line. */
int systemd_status(const char *status);
/* Asks for more time: the start or stop that the manager waits for may take until `more` ms from
 * now. */
int systemd_extend(msec more);

/* Whether a service manager runs us, and so restarts us after a failure. */
bool systemd_manages(void);

/* The period (ms) for systemd_watchdog: half of WatchdogSec; 0 = no watchdog. The notification
 * must come from the loop itself and only while it works: one from another thread would prove
 * nothing. */
msec systemd_watchdog_period(void);
/* Feeds the watchdog. */
int systemd_watchdog(void);

#define SYSTEMD_SOCKETS_MAX 16

struct systemd_socket {
	int fd;           /* listening stream socket, close-on-exec; the caller's to close */
	bool unix_domain; /* false = TCP */
	char name[64];    /* FileDescriptorName= of the socket unit */
};

/* Takes the sockets of socket activation, in the order of the unit; returns their number. To be
 * called before any thread or child is created: it removes the variables from the environment, so
 * that a second call finds no sockets. Descriptors that are not listening stream sockets are
 * closed and listed in `refused` (one per line; NULL = not wanted). */
size_t systemd_sockets(struct systemd_socket ret[SYSTEMD_SOCKETS_MAX],
                       struct buf *refused) MUST_CHECK;

#endif
