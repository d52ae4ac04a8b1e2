/* What a reply reports about a desk's rate limits. */
#ifndef DESK_LIMITS_H
#define DESK_LIMITS_H

#include "base/clock.h"

#define DESK_ENDPOINTS_MAX 4 /* limits besides the account's own that one reply may report */

struct desk_endpoint_limit {
	char name[40]; /* "tickets-update", lower case; longer names are ignored */
	/* requests per window, and how many are left; -1 = absent, but at least one is present */
	int64_t total, remaining;
	msec resets; /* span until the window ends; -1 = absent */
};

struct desk_limits {
	int64_t pool_limit;     /* account requests a minute; -1 = absent */
	int64_t pool_remaining; /* -1 = absent */
	/* span until the window ends; -1 = absent: windows then end at the full UTC minute of
	 * Date */
	msec pool_resets;
	struct desk_endpoint_limit endpoints[DESK_ENDPOINTS_MAX];
	size_t endpoint_count;
};

#endif
