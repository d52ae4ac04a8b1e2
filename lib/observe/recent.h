/* How the last tickets ended: what share of them used up their attempts. Statistics of a day hide
 * an hour in which every third ticket fails; this shows it at once, and forgets it soon after. */
#ifndef OBSERVE_RECENT_H
#define OBSERVE_RECENT_H

#include "base/clock.h"

#define RECENT_TICKETS_MAX 50         /* the last so many … */
#define RECENT_SPAN (5 * MSEC_MINUTE) /* … that ended within this time */
#define RECENT_TICKETS_MIN 20         /* fewer say nothing */
#define RECENT_SHARE_MAX 0.02         /* more than this share is not healthy */

/* Whose answer a ticket did not get in all of its attempts. */
enum recent_end { RECENT_FINE, RECENT_MODEL_FAILED, RECENT_ZENDESK_FAILED };

struct recent {
	struct {
		msec at; /* monotonic */
		enum recent_end end;
	} ring[RECENT_TICKETS_MAX];
	uint64_t count; /* of all tickets so far */
};

/* Counts a ticket that ended now. A zeroed struct is empty. */
void recent_add(struct recent *recent, enum recent_end end, msec mono);

struct recent_counts {
	uint64_t tickets;        /* of the last ones */
	uint64_t model_failed;   /* of these: rules decided, because the model failed each time */
	uint64_t zendesk_failed; /* of these: not written, because Zendesk failed each time */
};
struct recent_counts recent_counts(const struct recent *recent, msec mono);
/* So many of the last tickets are too many. */
bool recent_is_too_much(const struct recent_counts *counts, uint64_t used_up);

#endif
