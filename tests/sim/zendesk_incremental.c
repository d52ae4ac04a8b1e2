/* GET incremental/tickets/cursor: all changed tickets, whoever changed them, in the order of
 * generated_timestamp, which also changes when updated_at does not. For admins only; the last
 * minute is withheld; deleted tickets are included. */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WITHHELD 60 /* seconds */
#define PAGE_MAX 1000

struct position {
	int64_t generated;
	uint64_t id;
};

struct page {
	const struct z_ticket **tickets; /* the earliest tickets found so far, in order */
	size_t count, size;
	bool more;
};

static bool is_later(const struct z_ticket *ticket, struct position than)
{
	return ticket->generated != than.generated ? ticket->generated > than.generated
	                                           : ticket->id > than.id;
}

static struct position position_of(const struct z_ticket *ticket)
{
	return (struct position){ticket->generated, ticket->id};
}

/* Inserts a ticket, mostly at the end, because tickets change in about the order of their ids. */
static void page_add(struct page *page, const struct z_ticket *ticket)
{
	if (page->count == page->size) {
		page->more = true;
		if (is_later(ticket, position_of(page->tickets[page->count - 1])))
			return;
		page->count--;
	}
	size_t place = page->count;
	while (place > 0 && is_later(page->tickets[place - 1], position_of(ticket)))
		place--;
	memmove(page->tickets + place + 1, page->tickets + place,
	        (page->count - place) * sizeof(const struct z_ticket *));
	page->tickets[place] = ticket;
	page->count++;
}

static void find(const struct world *world, struct position after, struct page *page)
{
	const struct z_store *store = &world->zendesk.store;
	int64_t until = server_second(world) - WITHHELD;
	for (size_t i = 0; i < store->count; i++)
		if (store->items[i].generated <= until && is_later(&store->items[i], after))
			page_add(page, &store->items[i]);
}

static void base64_encode(struct str text, struct buf *out)
{
	static const char digits[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < text.len; i += 3) {
		uint32_t bits = 0;
		size_t have = text.len - i < 3 ? text.len - i : 3;
		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < have ? (unsigned char)text.data[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			buf_putc(out, k <= have ? digits[bits >> (18 - 6 * k) & 63] : '=');
	}
}

/* Parses a cursor: "1694305012.0||2|" in base64, the position of what was delivered last. */
static bool read_cursor(struct str cursor, struct position *ret)
{
	struct buf plain;
	long long generated;
	unsigned long long id;
	buf_init(&plain, 256);
	bool good = base64_decode(cursor, &plain) &&
	            sscanf(buf_cstr(&plain), "%lld.0||%llu|", &generated, &id) == 2;
	buf_free(&plain);
	if (good)
		*ret = (struct position){generated, id};
	return good;
}

static void add_cursor(struct position last, struct buf *out)
{
	struct buf cursor;
	char plain[64];
	snprintf(plain, sizeof(plain), "%lld.0||%llu|", (long long)last.generated,
	         (unsigned long long)last.id);
	buf_init(&cursor, 256);
	base64_encode(str_of(plain), &cursor);
	buf_puts(out, "\"after_cursor\":");
	json_add_string(out, buf_str(&cursor));
	buf_puts(out, ",\"after_url\":\"" FOREIGN_ORIGIN
	              "/api/v2/incremental/tickets/cursor.json?cursor=");
	http_add_query_escaped(out, buf_str(&cursor));
	buf_puts(out, "\"");
	buf_free(&cursor);
}

static void give_page(struct world *world, const struct page *page, struct world_answer *answer)
{
	struct buf *out = &answer->body;
	answer_json(answer, 200);
	buf_puts(out, "{\"tickets\":[");
	for (size_t i = 0; i < page->count; i++) {
		struct z_ticket *ticket = z_store_find(&world->zendesk.store, page->tickets[i]->id);
		json_add_comma(out);
		zendesk_add_ticket(world, ticket, &ticket->live, TICKET_STREAMED, out);
		zendesk_mark_read(world, ticket, &ticket->live);
	}
	buf_puts(out, "],");
	if (page->count)
		add_cursor(position_of(page->tickets[page->count - 1]), out);
	else
		buf_puts(out, "\"after_cursor\":null,\"after_url\":null");
	buf_printf(out, ",\"before_cursor\":null,\"before_url\":null,\"end_of_stream\":%s}",
	           page->more ? "false" : "true");
}

/* Finds where to begin; false with an answer when the request does not say. */
static bool get_position(struct world *world, const struct world_request *request,
                         struct position *ret, struct world_answer *answer)
{
	struct buf cursor;
	uint64_t start = 0;
	bool continued = query_parameter(request->target, "cursor", &cursor);
	bool refused =
	        continued && (world->fault == FAULT_CURSOR || !read_cursor(buf_str(&cursor), ret));
	buf_free(&cursor);
	if (refused) {
		answer_error(answer, prng_below(&world->chance, 2) ? 400 : 422, "InvalidCursor",
		             "The cursor is not valid");
		return false;
	}
	if (continued)
		return true;
	if (!query_number(request->target, "start_time", &start)) {
		answer_error(answer, 400, "InvalidValue", "start_time or cursor is required");
		return false;
	}
	if ((int64_t)start > server_second(world) - WITHHELD) {
		answer_error(answer, 400, "StartTimeTooRecent",
		             "Too recent start_time. Use a start_time older than 60 seconds");
		return false;
	}
	*ret = (struct position){(int64_t)start, 0};
	return true;
}

void zendesk_incremental(struct world *world, const struct world_request *request,
                         struct world_answer *answer)
{
	const char *role = world->options.role;
	struct position after;
	uint64_t size = PAGE_MAX;
	if (role && strcmp(role, "admin") != 0) {
		answer_json(answer, 403);
		buf_puts(
		        &answer->body,
		        "{\"error\":{\"title\":\"Forbidden\",\"message\":\"You do not have access "
		        "to this page. "
		        "Please contact the account owner of this help desk for further help.\"}}");
		return;
	}
	if (!get_position(world, request, &after, answer))
		return;
	(void)query_number(request->target, "per_page", &size);
	struct page page = {.size = size < 1 || size > PAGE_MAX ? PAGE_MAX : size};
	page.tickets = xmalloc(page.size * sizeof(const struct z_ticket *));
	find(world, after, &page);
	give_page(world, &page, answer);
	free(page.tickets);
}
