/* Looking at single tickets again, up to a hundred a request, for two reasons:
 *
 *   a search shows a ticket we have done, changed after our verdict: an index that lags, or somebody took our tag away? The ticket
 *   itself tells. Our tag there, or the ticket over: remembered silently. Our tag gone: told once, and never touched again
 *   the stream brought a ticket whose decision never became durable (a crash, a halt, a failure): it will not bring it again
 *
 * They wait up to 2 s for company. Ids that the reply leaves out are deleted, or not for our eyes: nobody waits for them. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/inside.h"

#define REREAD_MAX (3 * ZD_PAGE_MAX) /* beyond it nothing is added that can wait */
#define REREAD_DELAY_MAX MSEC_MINUTE

void reread_init(struct engine *engine)
{
	engine->discover.reread.size = (unsigned)engine->config->zendesk_batch_size;
}

void reread_clear(struct engine *engine)
{
	struct reread *reread = &engine->discover.reread;

	free(reread->ids);
	reread->ids = NULL;
	reread->count = reread->cap = reread->asked = 0;
}

bool reread_full(const struct engine *engine)
{
	return engine->discover.reread.count >= REREAD_MAX;
}

void reread_add(struct engine *engine, uint64_t id)
{
	struct reread *reread = &engine->discover.reread;

	for (size_t i = 0; i < reread->count; i++)
		if (reread->ids[i] == id)
			return;
	if (reread->count == reread->asked)
		reread->since = engine->now.mono;
	if (reread->count == reread->cap) {
		reread->cap = reread->cap ? 2 * reread->cap : 16;
		reread->ids = xrealloc(reread->ids, reread->cap * sizeof(*reread->ids));
	}
	reread->ids[reread->count++] = id;
}

void reread_at_once(struct engine *engine)
{
	engine->discover.reread.since = engine->now.mono - READ_WAIT;
}

static void ask(struct engine *engine)
{
	struct reread *reread = &engine->discover.reread;
	struct http_request request = {0};

	reread->asked = reread->count < reread->size ? reread->count : reread->size;
	reread->asking = true;
	zd_request_show_many(&engine->zendesk, reread->ids, reread->asked, &request);
	call_start(engine, CALL_REREAD, &request, 0);
}

void reread_pump(struct engine *engine, msec *deadline)
{
	struct reread *reread = &engine->discover.reread;
	msec when = reread->count < reread->size ? reread->since + READ_WAIT : engine->now.mono;

	if (reread->count == 0 || reread->asking || !session_zendesk_open(engine) || !engine_admitting(engine) ||
	    engine->discover.page_count >= PAGES_HELD_MAX)
		return;
	when = when > reread->not_before ? when : reread->not_before;
	if (engine->now.mono < when)
		earliest(deadline, when);
	else if (!call_may(engine, UPSTREAM_ZENDESK, ENDPOINT_READ, 0))
		earliest(deadline, call_when(engine, UPSTREAM_ZENDESK, ENDPOINT_READ, 0));
	else
		ask(engine);
}

/* The ids of the request are looked at, or given up. */
static void asked_are_over(struct engine *engine)
{
	struct reread *reread = &engine->discover.reread;

	reread->count -= reread->asked;
	for (size_t i = 0; i < reread->count; i++)
		reread->ids[i] = reread->ids[i + reread->asked];
	reread->asked = 0;
	reread->attempts = 0;
	reread->since = engine->now.mono;
}

/* A ticket of which nothing but its end is to be told. */
static struct ticket *hold(struct engine *engine, uint64_t id)
{
	struct ticket *ticket = ticket_new(id);

	ticket->returns = (int)known_get(&engine->discover.known, id).returns;
	list_push_back(&engine->held, &ticket->held);
	engine->held_count++;
	engine->batch.found++;
	return ticket;
}

static void untagged(struct engine *engine, const struct zd_ticket *read)
{
	struct ticket *ticket = hold(engine, read->id);

	ticket->untagged = true;
	ticket->updated_first = ticket->updated_last = read->updated_wall;
	ticket_end(engine, ticket, TICKET_SKIPPED, "tag removed by somebody");
}

static void done_before(struct engine *engine, const struct zd_ticket *read, msec date)
{
	struct known known = known_get(&engine->discover.known, read->id);
	bool over = read->status == ZD_SOLVED || read->status == ZD_CLOSED || read->status == ZD_DELETED;

	if (read->updated_wall <= known.when)
		return; /* older than our verdict: nothing new */
	if (!over && !tags_have(&read->tags, str_of(engine->config->zendesk_processed_tag))) {
		untagged(engine, read);
		return;
	}
	known.this_run = true;
	known.when = date > read->updated_wall ? date : read->updated_wall;
	known_put(&engine->discover.known, read->id, known);
}

static void take(struct engine *engine, struct page *page, const struct zd_page *found, msec date)
{
	asked_are_over(engine);
	discover_add_page(engine, page);
	for (size_t i = 0; i < found->count && !engine->discover.done; i++) {
		const struct zd_ticket *read = &found->tickets[i];

		if (known_get(&engine->discover.known, read->id).kind == KNOWN_DONE)
			done_before(engine, read, date);
		else
			discover_sift(engine, page, read);
	}
	discover_release_page(engine, page);
}

/* In a run that ends they are given up in time; else they wait as long as it takes: nothing but this brings them back. */
static void later(struct engine *engine, const struct zd_failure *failure)
{
	struct reread *reread = &engine->discover.reread;
	msec delay;

	if (failure->kind == ZD_LIMITED)
		return; /* the guards hold the pause */
	if (++reread->attempts >= engine->config->retry_attempts && engine->setup.mode != ENGINE_RESIDENT) {
		say(engine, LEVEL_WARNING, 0, "looking at tickets again: %s; left for the next run", failure->text);
		asked_are_over(engine);
		return;
	}
	delay = backoff_delay(engine->config->retry_backoff_factor, reread->attempts, &engine->prng);
	reread->not_before = engine->now.mono + (delay < REREAD_DELAY_MAX ? delay : REREAD_DELAY_MAX);
	say(engine, LEVEL_WARNING, 0, "looking at tickets again: %s; trying again", failure->text);
}

/* A single one that is too large has failed, and returns like others that did. One that is done stays so: a later search shows it
 * again. */
static void too_large(struct engine *engine)
{
	struct reread *reread = &engine->discover.reread;
	uint64_t id = reread->ids[0];

	if (reread->asked > 1) {
		reread->size = (unsigned)reread->asked / 2;
		return;
	}
	asked_are_over(engine);
	if (known_get(&engine->discover.known, id).kind != KNOWN_DONE)
		ticket_end(engine, hold(engine, id), TICKET_FAILED, "the ticket is over 8 MiB");
}

static void failed(struct engine *engine, const struct call *call, const struct zd_failure *failure)
{
	switch (failure->kind) {
	case ZD_TOO_LARGE: too_large(engine); break;
	case ZD_UNAUTHORIZED: (void)session_unauthorized(engine, call, failure); break;
	case ZD_FORBIDDEN: session_halt_zendesk(engine, RUN_NOT_LET_IN, failure->text); break;
	case ZD_REDIRECT:
	case ZD_TLS: session_halt_zendesk(engine, RUN_FAILED, failure->text); break;
	case ZD_FINE:
	case ZD_RETRY:
	case ZD_LIMITED:
	case ZD_NOT_FOUND:
	case ZD_CONFLICT:
	case ZD_REFUSED:
	case ZD_BAD_REQUEST: later(engine, failure); break;
	}
}

void reread_reply(struct engine *engine, struct call *call, const struct http_reply *reply, struct zd_failure *failure)
{
	struct reread *reread = &engine->discover.reread;
	struct zd_page found;
	struct page *page;
	struct err err;

	reread->asking = false;
	if (engine->discover.done || reread->asked == 0)
		return; /* nobody waits for it any more */
	if (failure->kind != ZD_FINE) {
		failed(engine, call, failure);
		return;
	}
	page = xcalloc(1, sizeof(*page));
	if (zd_reply_show_many(reply, &page->memory, &found, NULL, &err) < 0) {
		arena_free(&page->memory);
		free(page);
		snprintf(failure->text, sizeof(failure->text), "%s", err.text);
		failure->kind = ZD_RETRY;
		failed(engine, call, failure);
		return;
	}
	reread->size = (unsigned)engine->config->zendesk_batch_size;
	take(engine, page, &found, http_reply_date(reply));
}
