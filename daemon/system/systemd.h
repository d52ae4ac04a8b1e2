/* What the service manager is told and what it hands over: readiness, reload, stop, status line,
 * watchdog, inherited sockets.
 *
 * Not run by systemd (no NOTIFY_SOCKET, no LISTEN_PID), or built without libsystemd, everything
 * here does nothing and says 0. A message is one datagram to PID 1, which reads at once. A filter
 * or a namespace that is too tight lets such a message vanish, and the start then hangs until the
 * manager loses patience: so every function tells whether it was sent, 0 or a negative errno, and
 * the shell logs what is not 0.
 *
 * The order of a life: systemd_sockets, systemd_extend where the start may take long,
 * systemd_ready, then any of systemd_status, systemd_watchdog, systemd_reloading followed by
 * systemd_ready, and systemd_stopping at the end. */
#ifndef DAEMON_SYSTEM_SYSTEMD_H
#define DAEMON_SYSTEM_SYSTEMD_H

#include "base/buf.h"
#include "base/clock.h"

/* `status` is what `systemctl status` shows: one sentence. It may hold foreign words: control
 * characters, which would begin another assignment, become blanks, and it is cut at 500 bytes.
 *
 * Ready: configuration, credentials, store and listeners are there. Once at the start, and after
 * every reload, refused or not. */
int systemd_ready(const char *status);
/* Together with the time (MONOTONIC_USEC), so that it also serves Type=notify-reload of systemd
 * 253. */
int systemd_reloading(const char *status);
int systemd_stopping(const char *status);
int systemd_status(const char *status);
/* What the manager waits for, start or stop, may take until `more` from now. */
int systemd_extend(msec more);

/* Whether a manager waits to be told, and starts us again if need be. */
bool systemd_manages(void);

/* How often systemd_watchdog is due: half of WatchdogSec; 0 = the manager does not watch. The
 * message must come from the loop itself and only while it turns well: one from elsewhere proves
 * nothing. */
msec systemd_watchdog_period(void);
int systemd_watchdog(void);

#define SYSTEMD_SOCKETS_MAX 16

struct systemd_socket {
	int fd;           /* listening, stream, close-on-exec; the caller's */
	bool unix_domain; /* else TCP */
	char name[64];    /* FileDescriptorName= of the socket unit */
};

/* The sockets of socket activation, in the order of the unit; how many. Before any thread and any
 * child: the variables are taken out of the environment, so a second call finds none. What is no
 * listening stream socket is closed and named in `refused` (a line each; NULL = not wanted). */
size_t systemd_sockets(struct systemd_socket ret[SYSTEMD_SOCKETS_MAX],
                       struct buf *refused) MUST_CHECK;

#endif
