/* Receives signals on the loop. */
#ifndef DAEMON_SYSTEM_SIGNALS_H
#define DAEMON_SYSTEM_SIGNALS_H

#include <uv.h>

#include "base/base.h"

/* Ignores SIGPIPE and SIGXFSZ: a closed pipe and a full quota are errors of a call, and must not
 * end the process. To be called before the loop runs. */
void signals_prepare(void);

/* Blocks SIGHUP until signals_start. It asks a service to read its configuration again, and would
 * end the process while nothing handles it. For the service only; before any thread is created. */
void signals_hold_hangup(void);

struct signals {
	uv_signal_t interrupt, terminate, hangup;
	uv_async_t manager; /* Windows: the Service Control Manager has a command */
	unsigned received;
	/* count: 1 = stop when work is complete, 2 = stop at once */
	void (*received_cb)(void *arg, unsigned count);
	/* for SIGHUP; NULL = SIGHUP ends the process, as is the default */
	void (*reload)(void *arg);
	/* for the Service Control Manager of Windows, which pauses services and continues them */
	void (*pause)(void *arg, bool pause);
	void *arg;
};

/* `received` is called for SIGINT and SIGTERM. The handles do not keep the loop alive. */
void signals_start(struct signals *signals, uv_loop_t *loop,
                   void (*received)(void *arg, unsigned count), void (*reload)(void *arg),
                   void (*pause)(void *arg, bool pause), void *arg);
/* Number of SIGINT and SIGTERM received so far. */
unsigned signals_received(const struct signals *signals);
/* Ignores the signals from now on, since the process is ending. `signals` must stay valid until
 * the loop has ended. */
void signals_close(struct signals *signals);
/* Restores the default for SIGINT and SIGTERM, which ends the process: for a time when nothing is
 * left to be completed. */
void signals_usual(void);

#endif
