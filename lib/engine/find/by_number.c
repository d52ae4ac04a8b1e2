/* One ticket by its number (--ticket-id): read alone, and told about whatever it is. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/core/state.h"

static void ask_one(struct engine *engine)
{
	struct http_request request = {0};

	zd_request_ticket(&engine->zendesk, engine->setup.ticket_id, &request);
	call_start(engine, CALL_READ_ONE, &request, 0);
	engine->discover.asking = true;
}

void single_pump(struct engine *engine, msec *deadline)
{
	struct discover *discover = &engine->discover;

	if (discover->done || discover->asking || !session_zendesk_open(engine) || !engine_admitting(engine))
		return;
	if (engine->now.mono < discover->not_before)
		earliest(deadline, discover->not_before);
	else if (!call_may(engine, UPSTREAM_ZENDESK, ENDPOINT_READ, 0))
		earliest(deadline, call_when(engine, UPSTREAM_ZENDESK, ENDPOINT_READ, 0));
	else
		ask_one(engine);
}

static void take_one(struct engine *engine, struct page *page, struct zd_ticket *read)
{
	discover_add_page(engine, page);
	command_read(engine, page, read);
	discover_release_page(engine, page);
}

static void no_such_ticket(struct engine *engine, const char *reason, enum ticket_state state)
{
	struct ticket *ticket = ticket_new(engine->setup.ticket_id);

	ticket_hold(engine, ticket);
	engine->batch.found++;
	ticket_end(engine, ticket, state, "%s", reason);
}

void single_reply(struct engine *engine, struct call *call, struct http_reply *reply, struct zd_failure *failure)
{
	struct discover *discover = &engine->discover;
	struct err err;

	discover->asking = false;
	if (failure->kind == ZD_NOT_FOUND) {
		discover->done = true;
		no_such_ticket(engine, "no such ticket: it never existed or was deleted", TICKET_SKIPPED);
	} else if (failure->kind == ZD_TOO_LARGE) {
		discover->done = true;
		no_such_ticket(engine, "the ticket is over 8 MiB", TICKET_FAILED);
	} else if (failure->kind != ZD_FINE) {
		pass_failed(engine, call, failure);
	} else {
		struct page *page = xcalloc(1, sizeof(*page));
		struct zd_ticket *read = arena_zalloc(&page->memory, sizeof(*read));

		if (zd_reply_ticket(reply, &page->memory, read, &err) < 0) {
			arena_free(&page->memory);
			free(page);
			snprintf(failure->text, sizeof(failure->text), "%s", err.text);
			failure->kind = ZD_RETRY;
			pass_failed(engine, call, failure);
			return;
		}
		discover->done = true;
		take_one(engine, page, read);
	}
}
