/* Times as people write them on a command line, by the clock and the time zone of this host. */
#ifndef DAEMON_CTL_WHEN_H
#define DAEMON_CTL_WHEN_H

#include "base/clock.h"

#define WHEN_SIZE 32

/* today, yesterday, 13:30, 2026-11-29, 2026-11-29T10:00, the same with Z for UTC, 90m, 2h, 3d: the
 * instant in ms since 1970. `now`: wall, ms. 0, or -1 with the reason, also for a time to come. */
int when_parse(const char *text, msec now, msec *ret, struct err *err) MUST_CHECK;
/* Now by the wall clock, ms. */
msec when_now(void);
/* "14:02" of today, "2026-11-29 14:02" of another day. */
void when_format(msec wall, msec now, char out[WHEN_SIZE]);
/* "2026-11-29 14:02:11", and "14:02:11" without the date. */
void when_format_second(msec wall, bool date, char out[WHEN_SIZE]);

#endif
