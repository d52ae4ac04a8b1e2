/* The only place that asks what time it is. */
#ifndef DAEMON_SYSTEM_CLOCK_H
#define DAEMON_SYSTEM_CLOCK_H

#include "base/clock.h"

struct clock_reading clock_now(void);

#endif
