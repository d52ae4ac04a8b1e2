/* Looking at single tickets, up to a hundred a request, for three reasons:
 *
 *   a person asks for them (ordered.c) a search shows a ticket we have done, changed after our
 *   verdict: an index that lags, or somebody took our tag away? The ticket itself tells. Our tag
 *   there, or the ticket over: remembered silently. Our tag gone: told once, and never touched
 *   again the stream brought a ticket whose decision never became durable (a crash, a halt, a
 *   failure): it will not bring it again
 *
 * Those that a person asks for are a list of their own and wait for nothing, not even for the end
 * of a pause. The others wait up to 2 s for company. Ids that the reply leaves out are deleted, or
 * not for our eyes: nobody waits for them but who asked. */
#include "desk/zendesk/replies.h"
#include "engine/core/asked.h"
#include "engine/core/calls.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/find/find.h"
#include "guard/backoff.h"

#define REREAD_DELAY_MAX MSEC_MINUTE

static void ask_for_ids(struct engine *engine, struct asked *asked)
{
	struct http_request request = {0};

	asked->asked = asked->count < asked->size ? asked->count : asked->size;
	asked->asking = true;
	asked->sent = asked->asked;
	zd_request_show_many(&engine->account->zendesk, asked->ids, asked->asked, &request);
	call_start(engine, asked->wanted ? CALL_WANTED : CALL_REREAD, &request, 0);
}

static bool may_look(const struct engine *engine, const struct asked *asked)
{
	return asked->count > 0 && !asked->asking &&
	       engine->account->pages.count < PAGES_HELD_MAX &&
	       (asked->wanted ? mode_working(engine) : mode_admitting(engine));
}

static void pump(struct engine *engine, struct asked *asked, msec *deadline)
{
	bool at_once = asked->wanted || asked->count >= asked->size;
	msec when = at_once ? engine->now.mono : asked->since + READ_WAIT;

	if (!may_look(engine, asked) || !gate_is_open(engine))
		return;
	when = when > asked->not_before ? when : asked->not_before;
	if (engine->now.mono < when)
		clock_earliest(deadline, when);
	else if (call_may(engine, UPSTREAM_ZENDESK, ENDPOINT_READ, 0, deadline))
		ask_for_ids(engine, asked);
}

void reread_wanted_pump(struct engine *engine, msec *deadline)
{
	pump(engine, &engine->account->wanted, deadline);
}

void reread_pump(struct engine *engine, msec *deadline)
{
	pump(engine, &engine->account->again, deadline);
}

/* The ids of the request are looked at, or given up. */
static void asked_are_over(struct engine *engine, struct asked *asked)
{
	asked->count -= asked->asked;
	for (size_t i = 0; i < asked->count; i++)
		asked->ids[i] = asked->ids[i + asked->asked];
	asked->asked = 0;
	asked->attempts = 0;
	asked->since = engine->now.mono;
}

static void untagged(struct engine *engine, const struct desk_ticket *read)
{
	struct ticket *ticket = held_new(engine, read->id, read);

	ticket->tag_taken_off = true;
	held_end(engine, ticket, LANE_SKIPPED, "our tag was removed by someone");
}

static void judge_done(struct engine *engine, const struct desk_ticket *read, msec date)
{
	struct known known = memory_known(engine, read->id);
	bool over = read->status == DESK_SOLVED || read->status == DESK_CLOSED ||
	            read->status == DESK_DELETED;

	if (read->updated_wall <= known.when)
		return; /* older than our verdict: nothing new */
	if (!over && !tags_have(&read->tags, str_of(engine->config->zendesk.processed_tag))) {
		untagged(engine, read);
		return;
	}
	known.this_run = true;
	known.when = date > read->updated_wall ? date : read->updated_wall;
	memory_put(engine, read->id, known);
}

static void take_again(struct engine *engine, struct page *page, const struct desk_ticket *read,
                       msec date)
{
	if (memory_known(engine, read->id).kind == KNOWN_DONE)
		judge_done(engine, read, date);
	else
		sift_read(engine, page, read);
}

static bool among(const struct desk_page *found, uint64_t id)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->tickets[i].id == id)
			return true;
	return false;
}

/* Whoever asks for a ticket is told that there is none. */
static void tell_missing(struct engine *engine, const uint64_t *ids, size_t count,
                         const struct desk_page *found)
{
	for (size_t i = 0; i < count; i++)
		if (!among(found, ids[i]))
			ordered_missing(engine, ids[i]);
}

static void take_page(struct engine *engine, struct asked *asked, struct page *page,
                      const struct desk_page *found, msec date)
{
	uint64_t ids[DESK_PAGE_MAX];
	size_t count = asked->asked;

	for (size_t i = 0; i < count; i++)
		ids[i] = asked->ids[i];
	asked_are_over(engine, asked);
	page_add(engine, page);
	for (size_t i = 0; i < found->count && !engine->account->search.over; i++) {
		if (asked->wanted)
			ordered_read(engine, page, &found->tickets[i]);
		else
			take_again(engine, page, &found->tickets[i], date);
	}
	if (asked->wanted)
		tell_missing(engine, ids, count, found);
	page_release(engine, page);
}

/* In a run that ends they are given up in time; else they wait as long as it takes: nothing but
 * this brings them back. */
static void reread_later(struct engine *engine, struct asked *asked,
                         const struct desk_answer *failure)
{
	if (failure->kind == DESK_LIMITED)
		return; /* the guards hold the pause */
	if (++asked->attempts >= engine->config->retry.attempts &&
	    engine->setup.mode != ENGINE_RESIDENT) {
		say(engine, LEVEL_WARNING, 0,
		    "cannot read tickets again: %s; left for the next run", failure->text);
		asked_are_over(engine, asked);
		return;
	}
	msec delay =
	        backoff_delay(engine->config->retry.backoff_factor, asked->attempts, &engine->prng);
	asked->not_before =
	        engine->now.mono + (delay < REREAD_DELAY_MAX ? delay : REREAD_DELAY_MAX);
	say(engine, LEVEL_WARNING, 0, "cannot read tickets again: %s; retrying", failure->text);
}

/* A single one that is too large has failed, and returns like others that did. One that is done
 * stays so. */
static void too_large(struct engine *engine, struct asked *asked)
{
	uint64_t id = asked->ids[0];
	enum known_kind kind = memory_known(engine, id).kind;

	if (asked->sent > 1) {
		asked->size = (unsigned)asked->sent / 2;
		return;
	}
	asked_are_over(engine, asked);
	if (kind == KNOWN_HELD)
		return; /* a pass was faster */
	if (kind != KNOWN_DONE && kind != KNOWN_UNTAGGED) {
		if (memory_parked(engine, id))
			memory_give_up(engine, memory_parked(engine, id));
		held_end(engine, held_new(engine, id, NULL), LANE_FAILED,
		         "the ticket is over 8 MiB");
	} else if (asked->wanted) {
		struct ticket *ticket = held_new(engine, id, NULL);

		ticket->keep_memory = true;
		held_end(engine, ticket, LANE_SKIPPED, "already processed");
	}
}

static void failed(struct engine *engine, struct asked *asked, const struct call *call,
                   const struct desk_answer *failure)
{
	switch (failure->kind) {
	case DESK_TOO_LARGE: too_large(engine, asked); break;
	case DESK_UNAUTHORIZED: (void)gate_unauthorized(engine, call, failure); break;
	case DESK_FORBIDDEN: gate_halt_zendesk(engine, RUN_NOT_LET_IN, failure->text); break;
	case DESK_REDIRECT:
	case DESK_TLS: gate_halt_zendesk(engine, RUN_FAILED, failure->text); break;
	case DESK_FINE:
	case DESK_RETRY:
	case DESK_LIMITED:
	case DESK_NOT_FOUND:
	case DESK_CONFLICT:
	case DESK_REFUSED:
	case DESK_BAD_REQUEST: reread_later(engine, asked, failure); break;
	}
}

/* They may have been given up meanwhile. */
static bool waited_for(const struct engine *engine, const struct asked *asked)
{
	return !engine->account->search.over && asked->asked > 0;
}

/* Whoever asked: a ticket that has changed is not to be written as it was. */
static void tell_writes(struct engine *engine, const struct desk_page *found)
{
	for (size_t i = 0; i < found->count; i++)
		if (memory_known(engine, found->tickets[i].id).kind == KNOWN_HELD)
			held_news(engine, &found->tickets[i]);
}

void reread_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                  struct desk_answer *failure)
{
	struct asked *asked =
	        call->kind == CALL_WANTED ? &engine->account->wanted : &engine->account->again;
	struct desk_page found;
	struct err err;

	asked->asking = false;
	if (failure->kind != DESK_FINE) {
		if (waited_for(engine, asked))
			failed(engine, asked, call, failure);
		return;
	}
	struct page *page = page_new();
	if (zd_reply_show_many(reply, &page->memory, &found, NULL, &err) == 0) {
		tell_writes(engine, &found);
		asked->size = (unsigned)engine->config->zendesk.batch_size;
		if (waited_for(engine, asked)) {
			take_page(engine, asked, page, &found, http_reply_date(reply));
			return;
		}
	} else if (waited_for(engine, asked)) {
		desk_answer_unreadable(failure, &err);
		failed(engine, asked, call, failure);
	}
	page_free(page);
}
