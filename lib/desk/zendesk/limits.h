/* What the headers of a Zendesk reply report about rate limits, in all their spellings. */
#ifndef DESK_ZENDESK_LIMITS_H
#define DESK_ZENDESK_LIMITS_H

#include "base/http.h"
#include "desk/limits.h"

/* Values that are no number, negative or absurd (counts over 10^9, spans over an hour) count as
 * absent. Where two headers with the same meaning disagree, the lower count is used. */
void zd_limits_read(const struct http_reply *reply, struct desk_limits *ret);
/* Span from the reply's Date to its next full UTC minute, plus one second (2 … 61 s); 60 s without
 * a Date. The whole allowance comes back at the full minute; the extra second avoids sending at the
 * same moment as all other clients. */
msec zd_limits_window_rest(const struct http_reply *reply);

#endif
