/* A ring of the last outcomes, looked through from the front: it is short. */
#include "daemon/ctl/seen.h"

bool seen_add(struct seen *seen, const struct decision *decision)
{
	for (size_t i = 0; i < SEEN_MAX; i++)
		if (seen->rows[i].ticket == decision->ticket && seen->rows[i].at == decision->at)
			return false;
	seen->rows[seen->next].at = decision->at;
	seen->rows[seen->next].ticket = decision->ticket;
	seen->next = (seen->next + 1) % SEEN_MAX;
	return true;
}
