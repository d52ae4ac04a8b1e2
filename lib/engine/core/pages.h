/* Pages: the replies that brought tickets. The bytes of a page live until the last of its tickets
 * is admitted or dropped, so that waiting tickets need no memory of their own. */
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
	unsigned waiting; /* tickets that wait and whose text is in `memory` */
};

struct pages {
	struct list list;
	size_t count;
};

struct page *page_new(void) MUST_CHECK;
/* Frees a page that was not added. */
void page_free(struct page *page);
/* Takes ownership of the page. */
void page_add(struct engine *engine, struct page *page);
/* Frees the page if no ticket waits in it. */
void page_release(struct engine *engine, struct page *page);
/* The ticket no longer needs its text in the page; frees the page if it was the last one. */
void page_forget(struct engine *engine, struct ticket *ticket);

#endif
