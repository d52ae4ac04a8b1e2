/* Checks the order in which tickets are taken up: by priority, those without one last, and the
 * older first among equals, over all that wait and not only over a page of them.
 *
 * Compared are only tickets that were there at the start and that nobody has changed since, because
 * what others look like depends on the moment of the read; and only where tickets are found by
 * search alone. Where a page has a single ticket, priorities are in order, but not ages. */
#include "invariants.h"

#include <string.h>

/* The lower, the sooner. */
static int64_t rank_of(const struct invariants *invariants, const struct world_ticket *ticket)
{
	static const char *const order[] = {"urgent", "high", "normal", "low", ""};
	int64_t place = 0, age = invariants->cost.batch_size > 1 ? ticket->created : 0;
	while (strcmp(ticket->priority, order[place]) != 0)
		place++;
	return (place << 40) + age;
}

/* A person's orders go ahead. */
static bool is_checked(const struct invariants *invariants)
{
	return invariants->options->orders == 0 && !invariants->cost.stream;
}

static bool comparable(const struct invariants *invariants, uint64_t id, struct world_ticket *ret)
{
	world_look(invariants->world, id, ret);
	return ret->exists && ret->findable && ret->untouched;
}

void check_order(struct invariants *invariants, uint64_t id, bool (*held)(void *arg, uint64_t id),
                 void *arg)
{
	struct sim_decision *ticket = sim_decision_of(invariants, id);
	struct world_ticket now, other;
	bool first = ticket && !ticket->taken;
	if (ticket)
		ticket->taken = true;
	if (!first || !is_checked(invariants) || !comparable(invariants, id, &now))
		return;
	for (uint64_t i = 1; i <= invariants->options->world.tickets; i++) {
		const struct sim_decision *known = sim_decision_of(invariants, i);
		if (known->taken || !comparable(invariants, i, &other) ||
		    rank_of(invariants, &other) >= rank_of(invariants, &now) || held(arg, i))
			continue;
		violated(invariants, "ticket %llu is taken up before ticket %llu, whose turn it is",
		         (unsigned long long)id, (unsigned long long)i);
	}
}

void note_company(struct invariants *invariants, const struct http_request *request)
{
	struct str body = str_make(request->body, request->body_len);
	struct sim_decision *ticket;
	uint64_t id;
	if (sim_endpoint_of(request) != SIM_MODEL || !invariants->options->world.neighbours_signed)
		return;
	/* the first one has its turn as all have who are alone */
	for (bool first = true; (id = world_signed(&body)) > 0; first = false)
		if (!first && (ticket = sim_decision_of(invariants, id)))
			ticket->taken = true;
}
