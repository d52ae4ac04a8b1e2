/* Counts refusals that are alike, and decides when they are doubtful. */
#include "guard/blame.h"

#include <string.h>

void blame_init(struct blame *blame)
{
	*blame = (struct blame){.good = -1, .acquitted = -1, .alike = BLAME_ALIKE};
}

void blame_drop(struct blame *blame)
{
	memset(blame->kinds, 0, sizeof(blame->kinds));
}

void blame_good(struct blame *blame, msec now)
{
	blame->good = now;
	blame->alike = BLAME_ALIKE;
	blame_drop(blame);
}

void blame_acquit(struct blame *blame, msec now)
{
	blame->acquitted = now;
	if (blame->alike < BLAME_ALIKE_MAX)
		blame->alike *= 2;
	blame_drop(blame);
}

static bool within_trust(msec since, msec now)
{
	return since >= 0 && now - since < BLAME_TRUST;
}

bool blame_clears(const struct blame *blame, msec now)
{
	return within_trust(blame->good, now) || within_trust(blame->acquitted, now);
}

/* The kind with this likeness, or the one to be forgotten for it. */
static struct blame_kind *find_kind(struct blame *blame, uint64_t likeness)
{
	struct blame_kind *oldest = &blame->kinds[0];

	for (size_t i = 0; i < BLAME_KINDS; i++) {
		struct blame_kind *kind = &blame->kinds[i];

		if (kind->count > 0 && kind->likeness == likeness)
			return kind;
		if (kind->count == 0 || (oldest->count > 0 && kind->last < oldest->last))
			oldest = kind;
	}
	*oldest = (struct blame_kind){.likeness = likeness};
	return oldest;
}

/* Counts the ticket unless it was counted, and returns how many there are. Of many tickets only
 * some are known by their ids: one that returns may be counted twice, which starts a probe too
 * early. */
static unsigned count_ticket(struct blame *blame, const struct blame_refusal *refusal, msec now)
{
	struct blame_kind *kind = find_kind(blame, refusal->likeness);

	kind->last = now;
	for (unsigned i = 0; i < kind->count && i < BLAME_ALIKE; i++)
		if (kind->tickets[i] == refusal->ticket)
			return kind->count;
	kind->tickets[kind->count < BLAME_ALIKE ? kind->count : BLAME_ALIKE - 1] = refusal->ticket;
	return ++kind->count;
}

enum blame_verdict blame_refusal(struct blame *blame, const struct blame_refusal *refusal, msec now)
{
	bool good = within_trust(blame->good, now), acquitted = within_trust(blame->acquitted, now);

	if (refusal->named && !acquitted)
		return good ? BLAME_DOUBT : BLAME_SERVICE;
	unsigned count = count_ticket(blame, refusal, now);
	if (count >= (refusal->named ? BLAME_NAMED : blame->alike))
		return BLAME_DOUBT;
	return refusal->last && !good && !acquitted ? BLAME_DOUBT : BLAME_TICKET;
}
