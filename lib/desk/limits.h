/* What a reply says is left of a desk's limits. */
#ifndef DESK_LIMITS_H
#define DESK_LIMITS_H

#include "base/clock.h"

#define DESK_ENDPOINTS_MAX 4 /* limits beside the account's own that one reply may tell */

struct desk_endpoint_limit {
	char name[40]; /* "tickets-update", lower case; longer names are ignored */
	/* requests in its window; -1 = not said, but one of the two always is */
	int64_t total, remaining;
	msec resets; /* span until the window turns; -1 = not said */
};

struct desk_limits {
	int64_t pool_limit;     /* account requests a minute; -1 = not said */
	int64_t pool_remaining; /* -1 = not said */
	/* span; -1 = not said: windows end at the full UTC minute of Date */
	msec pool_resets;
	struct desk_endpoint_limit endpoints[DESK_ENDPOINTS_MAX];
	size_t endpoint_count;
};

#endif
