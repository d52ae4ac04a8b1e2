/* The only place that asks what time it is. */
#ifndef DAEMON_WHEN_H
#define DAEMON_WHEN_H

#include "base/clock.h"

struct clock_reading when_now(void);

#endif
