/* GET /api/v1/overruled?from=MS&to=MS: which of our labels agents changed afterwards, as far as the
 * follow-up reads of reports have seen it: a sample.
 *
 *     {"from":MS,"to":MS,"sampled":203,"fields":[…],"labels":[…]}   (review_write_overruled)
 *
 * The last 30 days when nothing is given; at most API_OVERRULED_DAYS. Both times are moved to whole
 * quarters of an hour. It holds sums alone, no ticket. The last answer is kept for a minute, and
 * one is made at a time: another question meanwhile gets 503 with Retry-After. */
#ifndef DAEMON_RUN_API_OVERRULED_H
#define DAEMON_RUN_API_OVERRULED_H

#include "base/clock.h"
#include "daemon/control/views.h"

#define API_OVERRULED_DAYS 93

struct app;

struct api_overruled {
	bool running;
	char *answer;  /* the last one; NULL = none */
	msec from, to; /* what it is about */
	msec made;     /* monotonic */
};

/* The view's `begin`. */
void api_overruled_begin(void *arg, const struct view_request *request, struct route_reply *reply);
void api_overruled_free(struct app *app);

#endif
