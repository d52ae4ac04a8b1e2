/* Reads the clocks; no other file does. */
#ifndef DAEMON_SYSTEM_CLOCK_H
#define DAEMON_SYSTEM_CLOCK_H

#include "base/clock.h"

/* The monotonic clock and the wall clock now, both in ms. */
struct clock_reading clock_now(void);

#endif
