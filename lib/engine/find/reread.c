/* Looking at single tickets, up to a hundred a request, for three reasons:
 *
 *   a person asks for them (commands.c)
 *   a search shows a ticket we have done, changed after our verdict: an index that lags, or somebody took our tag away? The ticket
 *   itself tells. Our tag there, or the ticket over: remembered silently. Our tag gone: told once, and never touched again
 *   the stream brought a ticket whose decision never became durable (a crash, a halt, a failure): it will not bring it again
 *
 * Those that a person asks for are a list of their own and wait for nothing, not even for the end of a pause. The others wait up to
 * 2 s for company. Ids that the reply leaves out are deleted, or not for our eyes: nobody waits for them but who asked. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/core/state.h"

#define REREAD_MAX (3 * ZD_PAGE_MAX) /* beyond it nothing is added that can wait */
#define REREAD_DELAY_MAX MSEC_MINUTE

void reread_init(struct engine *engine)
{
	engine->discover.wanted.wanted = true;
	reread_resize(engine);
}

void reread_resize(struct engine *engine)
{
	engine->discover.reread.size = engine->discover.wanted.size = (unsigned)engine->config->zendesk_batch_size;
}

static void clear(struct reread *reread)
{
	free(reread->ids);
	reread->ids = NULL;
	reread->count = reread->cap = reread->asked = 0;
}

void reread_clear(struct engine *engine)
{
	if (engine->out && engine->discover.wanted.count > 0)
		say(engine, LEVEL_WARNING, 0, "Stopping: %zu tickets that were asked for are not begun",
		    engine->discover.wanted.count);
	clear(&engine->discover.reread);
	clear(&engine->discover.wanted);
}

bool reread_full(const struct engine *engine)
{
	return engine->discover.reread.count >= REREAD_MAX;
}

static void add(struct engine *engine, struct reread *reread, uint64_t id)
{
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

void reread_add(struct engine *engine, uint64_t id)
{
	add(engine, &engine->discover.reread, id);
}

bool reread_want(struct engine *engine, uint64_t id)
{
	if (engine->discover.wanted.count >= PROCESS_IDS_MAX)
		return false;
	add(engine, &engine->discover.wanted, id);
	return true;
}

static void forget(struct reread *reread, uint64_t id)
{
	size_t at = 0;

	while (at < reread->count && reread->ids[at] != id)
		at++;
	if (at == reread->count)
		return;
	if (at < reread->asked)
		reread->asked--;
	reread->count--;
	for (; at < reread->count; at++)
		reread->ids[at] = reread->ids[at + 1];
}

void reread_forget(struct engine *engine, uint64_t id)
{
	forget(&engine->discover.wanted, id);
	forget(&engine->discover.reread, id);
}

bool reread_wanted(const struct engine *engine, uint64_t id)
{
	const struct reread *wanted = &engine->discover.wanted;

	for (size_t i = 0; i < wanted->count; i++)
		if (wanted->ids[i] == id)
			return true;
	return false;
}

void reread_at_once(struct engine *engine)
{
	engine->discover.reread.since = engine->now.mono - READ_WAIT;
}

static void ask(struct engine *engine, struct reread *reread)
{
	struct http_request request = {0};

	reread->asked = reread->count < reread->size ? reread->count : reread->size;
	reread->asking = true;
	reread->sent = reread->asked;
	zd_request_show_many(&engine->zendesk, reread->ids, reread->asked, &request);
	call_start(engine, reread->wanted ? CALL_WANTED : CALL_REREAD, &request, 0);
}

static bool may_look(const struct engine *engine, const struct reread *reread)
{
	return reread->count > 0 && !reread->asking && engine->discover.page_count < PAGES_HELD_MAX &&
	       (reread->wanted ? engine_working(engine) : engine_admitting(engine));
}

static void pump(struct engine *engine, struct reread *reread, msec *deadline)
{
	bool at_once = reread->wanted || reread->count >= reread->size;
	msec when = at_once ? engine->now.mono : reread->since + READ_WAIT;

	if (!may_look(engine, reread) || !session_zendesk_open(engine))
		return;
	when = when > reread->not_before ? when : reread->not_before;
	if (engine->now.mono < when)
		earliest(deadline, when);
	else if (!call_may(engine, UPSTREAM_ZENDESK, ENDPOINT_READ, 0))
		earliest(deadline, call_when(engine, UPSTREAM_ZENDESK, ENDPOINT_READ, 0));
	else
		ask(engine, reread);
}

void reread_wanted_pump(struct engine *engine, msec *deadline)
{
	pump(engine, &engine->discover.wanted, deadline);
}

void reread_pump(struct engine *engine, msec *deadline)
{
	pump(engine, &engine->discover.reread, deadline);
}

/* The ids of the request are looked at, or given up. */
static void asked_are_over(struct engine *engine, struct reread *reread)
{
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
	ticket_hold(engine, ticket);
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

static void take_again(struct engine *engine, struct page *page, const struct zd_ticket *read, msec date)
{
	if (known_get(&engine->discover.known, read->id).kind == KNOWN_DONE)
		done_before(engine, read, date);
	else
		discover_sift(engine, page, read);
}

static bool among(const struct zd_page *found, uint64_t id)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->tickets[i].id == id)
			return true;
	return false;
}

/* Whoever asks for a ticket is told that there is none. */
static void tell_missing(struct engine *engine, const uint64_t *ids, size_t count, const struct zd_page *found)
{
	for (size_t i = 0; i < count; i++)
		if (!among(found, ids[i]))
			command_missing(engine, ids[i]);
}

static void take(struct engine *engine, struct reread *reread, struct page *page, const struct zd_page *found,
                 msec date)
{
	uint64_t asked[ZD_PAGE_MAX];
	size_t count = reread->asked;

	for (size_t i = 0; i < count; i++)
		asked[i] = reread->ids[i];
	asked_are_over(engine, reread);
	discover_add_page(engine, page);
	for (size_t i = 0; i < found->count && !engine->discover.done; i++) {
		if (reread->wanted)
			command_read(engine, page, &found->tickets[i]);
		else
			take_again(engine, page, &found->tickets[i], date);
	}
	if (reread->wanted)
		tell_missing(engine, asked, count, found);
	discover_release_page(engine, page);
}

/* In a run that ends they are given up in time; else they wait as long as it takes: nothing but this brings them back. */
static void later(struct engine *engine, struct reread *reread, const struct zd_failure *failure)
{
	msec delay;

	if (failure->kind == ZD_LIMITED)
		return; /* the guards hold the pause */
	if (++reread->attempts >= engine->config->retry_attempts && engine->setup.mode != ENGINE_RESIDENT) {
		say(engine, LEVEL_WARNING, 0, "looking at tickets again: %s; left for the next run", failure->text);
		asked_are_over(engine, reread);
		return;
	}
	delay = backoff_delay(engine->config->retry_backoff_factor, reread->attempts, &engine->prng);
	reread->not_before = engine->now.mono + (delay < REREAD_DELAY_MAX ? delay : REREAD_DELAY_MAX);
	say(engine, LEVEL_WARNING, 0, "looking at tickets again: %s; trying again", failure->text);
}

/* A single one that is too large has failed, and returns like others that did. One that is done stays so. */
static void too_large(struct engine *engine, struct reread *reread)
{
	uint64_t id = reread->ids[0];
	enum known_kind kind = known_get(&engine->discover.known, id).kind;

	if (reread->sent > 1) {
		reread->size = (unsigned)reread->sent / 2;
		return;
	}
	asked_are_over(engine, reread);
	if (kind == KNOWN_HELD)
		return; /* a pass was faster */
	if (kind != KNOWN_DONE && kind != KNOWN_UNTAGGED) {
		if (returns_parked(engine, id))
			returns_give_up(engine, returns_parked(engine, id));
		ticket_end(engine, hold(engine, id), TICKET_FAILED, "the ticket is over 8 MiB");
	} else if (reread->wanted) {
		struct ticket *ticket = hold(engine, id);

		ticket->only_told = true;
		ticket_end(engine, ticket, TICKET_SKIPPED, "already processed");
	}
}

static void failed(struct engine *engine, struct reread *reread, const struct call *call,
                   const struct zd_failure *failure)
{
	switch (failure->kind) {
	case ZD_TOO_LARGE: too_large(engine, reread); break;
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
	case ZD_BAD_REQUEST: later(engine, reread, failure); break;
	}
}

/* They may have been given up meanwhile. */
static bool waited_for(const struct engine *engine, const struct reread *reread)
{
	return !engine->discover.done && reread->asked > 0;
}

/* Whoever asked: a ticket that has changed is not to be written as it was. */
static void tell_writes(struct engine *engine, const struct zd_page *found)
{
	for (size_t i = 0; i < found->count; i++)
		if (known_get(&engine->discover.known, found->tickets[i].id).kind == KNOWN_HELD)
			write_news(engine, &found->tickets[i]);
}

void reread_reply(struct engine *engine, struct call *call, const struct http_reply *reply, struct zd_failure *failure)
{
	struct reread *reread = call->kind == CALL_WANTED ? &engine->discover.wanted : &engine->discover.reread;
	struct zd_page found;
	struct page *page;
	struct err err;

	reread->asking = false;
	if (failure->kind != ZD_FINE) {
		if (waited_for(engine, reread))
			failed(engine, reread, call, failure);
		return;
	}
	page = xcalloc(1, sizeof(*page));
	if (zd_reply_show_many(reply, &page->memory, &found, NULL, &err) == 0) {
		tell_writes(engine, &found);
		reread->size = (unsigned)engine->config->zendesk_batch_size;
		if (waited_for(engine, reread)) {
			take(engine, reread, page, &found, http_reply_date(reply));
			return;
		}
	} else if (waited_for(engine, reread)) {
		snprintf(failure->text, sizeof(failure->text), "%s", err.text);
		failure->kind = ZD_RETRY;
		failed(engine, reread, call, failure);
	}
	arena_free(&page->memory);
	free(page);
}
