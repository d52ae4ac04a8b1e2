/* A ring of the last outcomes, looked through from the front: it is short. */
#include "daemon/ctl/seen.h"

#include <math.h>

#include "base/clock.h"

bool seen_add(struct seen *seen, const struct decision *decision)
{
	double processing_ms = isfinite(decision->processing_ms) ? decision->processing_ms : -1;
	char outcome = decision->outcome.data[0];

	for (size_t i = 0; i < SEEN_MAX; i++)
		if (seen->rows[i].ticket == decision->ticket && seen->rows[i].outcome == outcome &&
		    fabs(seen->rows[i].processing_ms - processing_ms) < 1 &&
		    fabs((double)seen->rows[i].at - (double)decision->at) <= MSEC_MINUTE)
			return false;
	seen->rows[seen->next].at = decision->at;
	seen->rows[seen->next].ticket = decision->ticket;
	seen->rows[seen->next].processing_ms = processing_ms;
	seen->rows[seen->next].outcome = outcome;
	seen->next = (seen->next + 1) % SEEN_MAX;
	return true;
}
