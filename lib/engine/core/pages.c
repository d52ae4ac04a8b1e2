/* Keeps the pages, each with the count of tickets that wait in it. */
#include "engine/core/pages.h"

#include <stdlib.h>

#include "engine/core/state.h"
#include "engine/core/ticket.h"

struct page *page_new(void)
{
	return xcalloc(1, sizeof(struct page));
}

void page_free(struct page *page)
{
	arena_free(&page->memory);
	free(page);
}

void page_add(struct engine *engine, struct page *page)
{
	list_push_back(&engine->account->pages.list, &page->node);
	engine->account->pages.count++;
}

void page_release(struct engine *engine, struct page *page)
{
	if (page->waiting > 0)
		return;
	list_remove(&page->node);
	engine->account->pages.count--;
	page_free(page);
}

void page_forget(struct engine *engine, struct ticket *ticket)
{
	struct page *page = ticket->page;

	if (!page)
		return;
	ticket->page = NULL;
	ticket->read = NULL;
	page->waiting--;
	page_release(engine, page);
}
