/* Counts the different tickets that failed in a row. */
#include "guard/streak.h"

void streak_init(struct streak *streak, msec now)
{
	*streak = (struct streak){.good = now, .first = -1};
}

void streak_failed(struct streak *streak, uint64_t ticket, msec now)
{
	if (streak->first < 0)
		streak->first = now;
	for (unsigned i = 0; i < streak->count; i++)
		if (streak->tickets[i] == ticket)
			return;
	if (streak->count < STREAK_TICKETS)
		streak->tickets[streak->count++] = ticket;
}

bool streak_good(struct streak *streak, msec now)
{
	bool service = streak->count >= STREAK_TICKETS;

	streak_init(streak, now);
	return service;
}

bool streak_is_tickets(const struct streak *streak, msec now)
{
	return streak->count < STREAK_TICKETS && now - streak->good < STREAK_SILENCE;
}

bool streak_is_doubtful(const struct streak *streak, bool used_up, msec now)
{
	return streak->first >= 0 && now - streak->good >= STREAK_SILENCE &&
	       (used_up || streak->count >= STREAK_TICKETS);
}

msec streak_since(const struct streak *streak, msec now)
{
	return streak->first >= 0 ? streak->first : now;
}
