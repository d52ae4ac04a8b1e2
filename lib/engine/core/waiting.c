/* The order of waiting tickets, as one number each, by which LANE_WAITING sorts. */
#include "engine/core/further_orders.h"
#include "engine/core/waiting.h"

#include "engine/core/asked.h"
#include "engine/core/held.h"
#include "engine/core/memory.h"
#include "engine/core/search.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

#define WAITING_LOW 2
#define BEHIND_ALL ((int64_t)1 << 50)

/* The lowest number goes first: higher priority first, those without one last; among equals the
 * older ticket. The same order as that of the searches (find/slices.c). */
static int64_t turn_of(const struct desk_ticket *read)
{
	int64_t seconds = read->created_wall / MSEC_SECOND;

	return ((int64_t)(PRIORITY_URGENT - read->priority) << 40) + seconds;
}

struct ticket *waiting_add(struct engine *engine, struct page *page, const struct desk_ticket *read)
{
	struct ticket *ticket = held_new(engine, read->id, read);

	ticket->page = page;
	ticket->read = read;
	page->waiting++;
	memory_held(engine, read->id);
	lane_move(engine, ticket, LANE_WAITING, turn_of(read));
	return ticket;
}

void waiting_ahead(struct engine *engine, struct ticket *ticket)
{
	if (ticket->wanted)
		return;
	ticket->wanted = true;
	lane_move(engine, ticket, LANE_WAITING,
	          INT64_MIN + (int64_t)engine->account->wanted_so_far++);
}

void waiting_behind(struct engine *engine, struct ticket *ticket)
{
	lane_move(engine, ticket, LANE_WAITING, BEHIND_ALL + turn_of(ticket->read));
}

void waiting_forget(struct engine *engine, struct ticket *ticket)
{
	page_forget(engine, ticket);
	held_free(engine, ticket);
}

void waiting_drop(struct engine *engine, struct ticket *ticket)
{
	memory_forget(engine, ticket->key.id);
	if (ticket->further.reason) {
		further_dropped(engine, ticket);
	} else if (!engine->account->search.over) {
		if (ticket->wanted)
			(void)asked_want(engine, ticket->key.id);
		else if (search_shows_once(engine))
			asked_add(engine, ticket->key.id);
	}
	waiting_forget(engine, ticket);
}

bool waiting_is_enough(const struct engine *engine)
{
	return lane_count(engine, LANE_WAITING) >= WAITING_LOW ||
	       engine->account->pages.count >= PAGES_HELD_MAX;
}
