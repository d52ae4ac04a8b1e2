/* Pages of tickets, whoever asked for them: a page's bytes live until the last of its tickets is
 * taken up. */
#ifndef ENGINE_CORE_PAGES_H
#define ENGINE_CORE_PAGES_H

#include "base/arena.h"
#include "base/list.h"

struct engine;
struct ticket;

#define PAGES_HELD_MAX 3

struct page {
	struct list node;
	struct arena memory;
	unsigned waiting; /* tickets whose text is here */
};

struct pages {
	struct list list;
	size_t count;
};

struct page *page_new(void) MUST_CHECK;
void page_free(struct page *page); /* one that was not added */
void page_add(struct engine *engine, struct page *page);
void page_release(struct engine *engine, struct page *page); /* if nothing of it waits */
/* The ticket's text is no longer needed. */
void page_forget(struct engine *engine, struct ticket *ticket);

#endif
