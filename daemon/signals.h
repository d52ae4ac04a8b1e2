/* Signals, through the loop. */
#ifndef DAEMON_SIGNALS_H
#define DAEMON_SIGNALS_H

#include <uv.h>

#include "base/base.h"

/* Before the loop: a closed pipe and a full quota are errors of the call, not the end of the process. */
void signals_prepare(void);

struct signals {
	uv_signal_t interrupt, terminate, hangup;
	unsigned received;
	void (*received_cb)(void *arg, unsigned count); /* count: 1 = please stop, 2 = now */
	void (*reload)(void *arg);                      /* SIGHUP; NULL = it ends the process, as usual */
	void *arg;
};

void signals_start(struct signals *signals, uv_loop_t *loop, void (*received)(void *arg, unsigned count),
                   void (*reload)(void *arg), void *arg);
void signals_close(struct signals *signals); /* the memory stays in use until the loop has ended */

#endif
