/* Finding tickets: what a page brings and the order in which it is taken up, whoever asked for the page. Pages are asked for one at
 * a time and only when fewer than two tickets wait, so that memory does not grow with the backlog; a page's bytes live until the
 * last of its tickets is taken up. */
#include <stdlib.h>

#include "engine/core/state.h"

#define WAITING_LOW 2
#define CURSOR_BYTES_MAX 8192

void discover_init(struct engine *engine)
{
	struct discover *discover = &engine->discover;

	list_init(&discover->pages);
	heap_init(&discover->waiting);
	buf_init(&discover->cursor, CURSOR_BYTES_MAX);
	discover->page_size = (unsigned)engine->config->zendesk_batch_size;
	discover->started = engine->now.wall;
	discover->last_poll = discover->last_run = -1;
	returns_init(engine);
	reread_init(engine);
	stream_init(engine);
}

void discover_add_page(struct engine *engine, struct page *page)
{
	list_push_back(&engine->discover.pages, &page->node);
	engine->discover.page_count++;
}

void discover_release_page(struct engine *engine, struct page *page)
{
	if (page->waiting > 0)
		return;
	list_remove(&page->node);
	engine->discover.page_count--;
	arena_free(&page->memory);
	free(page);
}

void discover_forget_page(struct engine *engine, struct ticket *ticket)
{
	struct page *page = ticket->page;

	if (!page)
		return;
	ticket->page = NULL;
	ticket->read = NULL;
	page->waiting--;
	discover_release_page(engine, page);
}

void discover_forget(struct engine *engine, struct ticket *ticket)
{
	heap_remove(&engine->discover.waiting, &ticket->turn);
	discover_forget_page(engine, ticket);
	ticket_let_go(engine, ticket);
	ticket_free(ticket);
}

/* It was not begun: a later pass finds it again, and what only the stream has shown is looked at again. */
static void drop(struct engine *engine, struct ticket *ticket)
{
	known_forget(&engine->discover.known, ticket->id);
	if (!engine->discover.done) {
		if (ticket->wanted)
			(void)reread_want(engine, ticket->id);
		else if (stream_follows(engine))
			reread_add(engine, ticket->id);
	}
	discover_forget(engine, ticket);
}

void discover_drop_waiting(struct engine *engine)
{
	struct list kept;
	struct ticket *ticket;

	list_init(&kept);
	while ((ticket = discover_next(engine))) {
		if (ticket->wanted && engine_working(engine) && !engine->discover.done)
			list_push_back(&kept, &ticket->queue);
		else
			drop(engine, ticket);
	}
	while ((ticket = list_first(&kept, struct ticket, queue))) {
		list_remove(&ticket->queue);
		heap_insert(&engine->discover.waiting, &ticket->turn, ticket->turn.key);
	}
}

void discover_free(struct engine *engine)
{
	engine->discover.done = true;
	discover_drop_waiting(engine);
	returns_clear(engine);
	reread_clear(engine);
	heap_free(&engine->discover.waiting);
	map_free(&engine->discover.known);
	buf_free(&engine->discover.cursor);
	buf_free(&engine->discover.stream.cursor);
}

/* A resident engine that was not let in, or whose model is halted, goes on looking when that is over. */
void discover_stop(struct engine *engine)
{
	if (engine->setup.mode != ENGINE_RESIDENT || engine->draining) {
		engine->discover.done = true;
		reread_clear(engine);
		returns_clear(engine);
	}
	discover_drop_waiting(engine);
}

bool discover_over(const struct engine *engine)
{
	const struct discover *discover = &engine->discover;

	return discover->done && !discover->asking && discover->waiting.count == 0;
}

bool discover_full(const struct engine *engine)
{
	return engine->discover.waiting.count >= WAITING_LOW || engine->discover.page_count >= PAGES_HELD_MAX;
}

struct ticket *discover_first(const struct engine *engine)
{
	struct heap_node *top = heap_top(&engine->discover.waiting);

	return top ? container_of(top, struct ticket, turn) : NULL;
}

struct ticket *discover_next(struct engine *engine)
{
	struct ticket *ticket = discover_first(engine);

	if (ticket)
		heap_remove(&engine->discover.waiting, &ticket->turn);
	return ticket;
}

void discover_ahead(struct engine *engine, struct ticket *ticket)
{
	if (ticket->wanted)
		return;
	ticket->wanted = true;
	heap_move(&engine->discover.waiting, &ticket->turn, INT64_MIN + (int64_t)engine->discover.wanted_so_far++);
}

/* Higher priority first, among equals the older; a ticket without priority counts as normal. */
static int64_t turn_of(const struct zd_ticket *read)
{
	enum priority priority = read->priority == PRIORITY_NONE ? PRIORITY_NORMAL : read->priority;
	int64_t seconds = read->created_wall / MSEC_SECOND;

	return ((int64_t)(PRIORITY_URGENT - priority) << 40) + seconds;
}

struct ticket *discover_wait(struct engine *engine, struct page *page, const struct zd_ticket *read)
{
	struct ticket *ticket = ticket_new(read->id);

	ticket->page = page;
	ticket->read = read;
	ticket->priority_first = read->priority;
	ticket->updated_first = ticket->updated_last = read->updated_wall;
	ticket->returns = (int)known_get(&engine->discover.known, read->id).returns;
	returns_held(engine, read->id);
	page->waiting++;
	ticket_hold(engine, ticket);
	engine->batch.found++;
	heap_insert(&engine->discover.waiting, &ticket->turn, turn_of(read));
	return ticket;
}

/* Search lags: tags and status are looked at again here. Stale results of done tickets count nowhere. */
static bool ours_to_take(const struct engine *engine, const struct zd_ticket *read)
{
	if (read->status != ZD_NEW && read->status != ZD_OPEN)
		return false;
	if (tags_have(&read->tags, str_of(engine->config->zendesk_processed_tag)))
		return false;
	return engine->setup.mode != ENGINE_ONCE || read->created_wall <= engine->discover.started;
}

/* Without room in this run it stays parked; what the stream has shown is looked at again when there is. */
static void back(struct engine *engine, uint64_t id)
{
	if (engine_admitting(engine)) {
		engine->discover.unseen++;
		returns_bring_back(engine, id);
	} else if (stream_follows(engine)) {
		reread_add(engine, id);
	}
}

void discover_sift(struct engine *engine, struct page *page, const struct zd_ticket *read)
{
	struct discover *discover = &engine->discover;

	if (known_get(&discover->known, read->id).kind == KNOWN_HELD) {
		write_news(engine, read);
		return;
	}
	if (discover->done || !ours_to_take(engine, read))
		return;
	if (quarantine_has(engine, read->id)) {
		quarantine_tell(engine, read->id, read, false);
		return;
	}
	enum judgement judgement = returns_judge(engine, read);
	if (judgement != JUDGED_KNOWN && command_erased(engine, read->id))
		return;
	switch (judgement) {
	case JUDGED_NEW:
		discover->unseen++;
		(void)discover_wait(engine, page, read);
		break;
	case JUDGED_BACK: back(engine, read->id); break;
	case JUDGED_LOOK_AGAIN: reread_add(engine, read->id); break;
	case JUDGED_KNOWN: break;
	}
}

/* Passes over many pages could use up all that the limits leave, and nothing that was found would ever be written. */
void discover_pump(struct engine *engine, msec *deadline)
{
	if (write_starves(engine)) {
		earliest(deadline, engine->now.mono + STARVED_AFTER);
		return;
	}
	returns_pump(engine, deadline);
	reread_pump(engine, deadline);
	if (engine->setup.mode == ENGINE_ONE_TICKET)
		single_pump(engine, deadline);
	else
		pass_pump(engine, deadline);
}
