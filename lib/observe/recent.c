/* A ring of the last tickets. */
#include "observe/recent.h"

void recent_add(struct recent *recent, enum recent_end end, msec mono)
{
	size_t at = recent->count++ % RECENT_TICKETS_MAX;

	recent->ring[at].at = mono;
	recent->ring[at].end = end;
}

struct recent_counts recent_counts(const struct recent *recent, msec mono)
{
	struct recent_counts counts = {0};
	uint64_t kept = recent->count < RECENT_TICKETS_MAX ? recent->count : RECENT_TICKETS_MAX;

	for (size_t i = 0; i < kept; i++) {
		if (mono - recent->ring[i].at > RECENT_SPAN)
			continue;
		counts.tickets++;
		counts.model_failed += recent->ring[i].end == RECENT_MODEL_FAILED;
		counts.zendesk_failed += recent->ring[i].end == RECENT_ZENDESK_FAILED;
	}
	return counts;
}

bool recent_is_too_much(const struct recent_counts *counts, uint64_t used_up)
{
	return counts->tickets >= RECENT_TICKETS_MIN &&
	       (double)used_up > RECENT_SHARE_MAX * (double)counts->tickets;
}
