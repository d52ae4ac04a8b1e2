/* Signals, through the loop. */
#ifndef DAEMON_SYSTEM_SIGNALS_H
#define DAEMON_SYSTEM_SIGNALS_H

#include <uv.h>

#include "base/base.h"

/* Before the loop: a closed pipe and a full quota are errors of the call, not the end of the
 * process. */
void signals_prepare(void);

/* A hangup asks a service to read its configuration again, and would end it where nobody listens
 * yet: it waits for signals_start. For the service only, before there is any thread. */
void signals_hold_hangup(void);

struct signals {
	uv_signal_t interrupt, terminate, hangup;
	unsigned received;
	void (*received_cb)(void *arg, unsigned count); /* count: 1 = please stop, 2 = now */
	/* SIGHUP; NULL = it ends the process, as usual */
	void (*reload)(void *arg);
	void *arg;
};

void signals_start(struct signals *signals, uv_loop_t *loop,
                   void (*received)(void *arg, unsigned count), void (*reload)(void *arg),
                   void *arg);
/* How many times the process was asked to stop so far. */
unsigned signals_received(const struct signals *signals);
/* From here on they are ignored: whoever closes is leaving. The memory stays in use until the loop
 * has ended. */
void signals_close(struct signals *signals);
/* SIGINT and SIGTERM end the process at once: there is nothing left to be finished. */
void signals_usual(void);

#endif
