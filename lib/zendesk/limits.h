/* What the headers of a Zendesk reply say about limits, in all their spellings. */
#ifndef ZENDESK_LIMITS_H
#define ZENDESK_LIMITS_H

#include "base/http.h"

#define ZD_ENDPOINTS_MAX 4 /* Zendesk-RateLimit-* headers looked at per reply */

struct zd_endpoint_limit {
	char name[40];            /* "tickets-update", lower case; longer names are ignored */
	int64_t total, remaining; /* requests in its window; -1 = not said, but one of the two always is */
	msec resets;              /* span until the window turns; -1 = not said */
};

struct zd_limits {
	int64_t pool_limit;     /* account requests a minute; -1 = not said */
	int64_t pool_remaining; /* -1 = not said */
	msec pool_resets;       /* span; -1 = not said: windows end at the full UTC minute of Date */
	struct zd_endpoint_limit endpoints[ZD_ENDPOINTS_MAX];
	size_t endpoint_count;
};
/* Numbers that are none, negative or beyond reason (counts over 10^9, spans over an hour) are as if not said. Where two headers
 * of one meaning disagree the lower count holds. */
void zd_limits_read(const struct http_reply *reply, struct zd_limits *ret);
/* Span from the reply's Date to its next full UTC minute plus one second (2 … 61 s); 60 s when there is no Date. The whole
 * allowance comes back at the full minute; the second more avoids meeting everybody else there. */
msec zd_limits_window_rest(const struct http_reply *reply);

#endif
