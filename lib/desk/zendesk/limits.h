/* What the headers of a Zendesk reply say about limits, in all their spellings. */
#ifndef DESK_ZENDESK_LIMITS_H
#define DESK_ZENDESK_LIMITS_H

#include "base/http.h"
#include "desk/limits.h"

/* Numbers that are none, negative or beyond reason (counts over 10^9, spans over an hour) are as if
 * not said. Where two headers of one meaning disagree the lower count holds. */
void zd_limits_read(const struct http_reply *reply, struct desk_limits *ret);
/* Span from the reply's Date to its next full UTC minute plus one second (2 … 61 s); 60 s when
 * there is no Date. The whole allowance comes back at the full minute; the second more avoids
 * meeting everybody else there. */
msec zd_limits_window_rest(const struct http_reply *reply);

#endif
