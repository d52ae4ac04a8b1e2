/* Reading single tickets by their numbers, up to a hundred per request. There are three reasons to:
 *
 *  - A person asks for them (ordered.c).
 *  - A search shows a ticket that is done and has changed after our verdict: either the index lags,
 *    or a person removed our tag. If the tag is there, or the ticket is solved, closed or deleted,
 *    that is remembered silently. If our tag is gone, this is reported once and the ticket is never
 *    touched again.
 *  - The stream showed a ticket whose decision never became durable (a crash, a halt, a failure)
 *    and will not show it again.
 *
 * Ids that a person asked for are a list of their own: they are read at once, even during a pause.
 * All others wait up to 2 s to share a request. An id that the reply leaves out was deleted or is
 * not visible to our user: that is reported only to the person who asked. */
#include "desk/zendesk/replies.h"
#include "engine/core/further_orders.h"
#include "engine/core/asked.h"
#include "engine/core/calls.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/find/find.h"
#include "engine/find/tagged.h"
#include "guard/backoff.h"

#define REREAD_DELAY_MAX MSEC_MINUTE

static enum call_kind kind_of_list(const struct asked *asked)
{
	return asked->wanted ? CALL_WANTED : CALL_REREAD;
}

static void ask_for_ids(struct engine *engine, struct asked *asked)
{
	struct http_request request = {0};

	asked->asked = asked->count < asked->size ? asked->count : asked->size;
	asked->asking = true;
	asked->sent = asked->asked;
	zd_request_show_many(&engine->account->zendesk, asked->ids, asked->asked, &request);
	call_start(engine, kind_of_list(asked), &request, 0);
}

static bool may_look(const struct engine *engine, const struct asked *asked)
{
	return asked->count > 0 && !asked->asking &&
	       engine->account->pages.count < PAGES_HELD_MAX &&
	       (asked->wanted ? mode_working(engine) : mode_admitting(engine));
}

static void pump_list(struct engine *engine, struct asked *asked, msec *deadline)
{
	bool at_once = asked->wanted || asked->count >= asked->size;
	msec when = at_once ? engine->now.mono : asked->since + READ_WAIT;

	if (!may_look(engine, asked) || !gate_is_open(engine))
		return;
	when = when > asked->not_before ? when : asked->not_before;
	if (engine->now.mono < when)
		clock_earliest(deadline, when);
	else if (call_may(engine, kind_of_list(asked), 0, deadline))
		ask_for_ids(engine, asked);
}

void reread_wanted_pump(struct engine *engine, msec *deadline)
{
	pump_list(engine, &engine->account->wanted, deadline);
}

void reread_pump(struct engine *engine, msec *deadline)
{
	pump_list(engine, &engine->account->again, deadline);
}

/* Removes the ids of the request from the list: they were read, or are given up. */
static void remove_sent_ids(struct engine *engine, struct asked *asked)
{
	asked->count -= asked->asked;
	for (size_t i = 0; i < asked->count; i++)
		asked->ids[i] = asked->ids[i + asked->asked];
	asked->asked = 0;
	asked->attempts = 0;
	asked->since = engine->now.mono;
}

static void judge_done(struct engine *engine, const struct desk_ticket *read, msec date)
{
	struct known known = memory_known(engine, read->id);
	bool over = desk_status_over(read->status);

	if (read->updated_wall <= known.when)
		return; /* not later than our verdict: nothing new */
	if (!over && !tags_have(&read->tags, str_of(engine->config->zendesk.processed_tag))) {
		tagged_lost(engine, read);
		return;
	}
	known.this_run = true;
	known.when = date > read->updated_wall ? date : read->updated_wall;
	memory_put(engine, read->id, known);
}

static void judge_again(struct engine *engine, struct page *page, const struct desk_ticket *read,
                        msec date)
{
	if (again_read(engine, page, read))
		return;
	if (memory_known(engine, read->id).kind == KNOWN_DONE)
		judge_done(engine, read, date);
	else
		sift_read(engine, page, read);
}

static bool page_has(const struct desk_page *found, uint64_t id)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->tickets[i].id == id)
			return true;
	for (size_t i = 0; i < found->unread_count; i++)
		if (found->unread[i].id == id)
			return true;
	return false;
}

/* Ids that the reply does not contain: reported if a person asked for them. */
static void report_missing(struct engine *engine, bool wanted, const uint64_t *ids, size_t count,
                           const struct desk_page *found)
{
	for (size_t i = 0; i < count; i++) {
		if (page_has(found, ids[i]))
			continue;
		if (wanted)
			ordered_missing(engine, ids[i]);
		else if (further_asked(engine, ids[i]))
			further_close(engine, ids[i]);
	}
}

static void take_reread_page(struct engine *engine, struct asked *asked, struct page *page,
                             const struct desk_page *found, msec date)
{
	uint64_t ids[DESK_PAGE_MAX];
	size_t count = asked->asked;

	for (size_t i = 0; i < count; i++)
		ids[i] = asked->ids[i];
	remove_sent_ids(engine, asked);
	page_add(engine, page);
	for (size_t i = 0; i < found->count && mode_working(engine); i++) {
		if (asked->wanted)
			ordered_read(engine, page, &found->tickets[i]);
		else
			judge_again(engine, page, &found->tickets[i], date);
	}
	for (size_t i = 0; i < found->unread_count && mode_working(engine); i++) {
		if (asked->wanted)
			ordered_unread(engine, &found->unread[i]);
		else if (!again_unread(engine, found->unread[i].id, "it cannot be read"))
			alone_want(engine, &found->unread[i]);
	}
	report_missing(engine, asked->wanted, ids, count, found);
	page_release(engine, page);
}

/* A run that ends gives these ids up after its attempts; a resident engine keeps trying, because
 * nothing else brings these tickets back. */
static void reread_later(struct engine *engine, struct asked *asked,
                         const struct desk_answer *failure)
{
	if (failure->kind == DESK_LIMITED)
		return; /* the guards keep the pause */
	if (++asked->attempts >= engine->config->retry.attempts &&
	    engine->setup.mode != ENGINE_RESIDENT) {
		say(engine, LEVEL_WARNING, 0,
		    "cannot read tickets again: %s; left for the next run", failure->text);
		for (size_t i = 0; i < asked->asked; i++)
			(void)again_unread(engine, asked->ids[i], failure->text);
		remove_sent_ids(engine, asked);
		return;
	}
	msec delay =
	        backoff_delay(engine->config->retry.backoff_factor, asked->attempts, &engine->prng);
	asked->not_before =
	        engine->now.mono + (delay < REREAD_DELAY_MAX ? delay : REREAD_DELAY_MAX);
	say(engine, LEVEL_WARNING, 0, "cannot read tickets again: %s; retrying", failure->text);
}

/* The reply was too large: fewer ids per request. A single ticket that is too large has failed and
 * is retried like other failures; one that is done stays done, and one that is parked with its
 * decision stays parked. */
static void reread_too_large(struct engine *engine, struct asked *asked)
{
	uint64_t id = asked->ids[0];
	enum known_kind kind = memory_known(engine, id).kind;

	if (asked->sent > 1) {
		asked->size = (unsigned)asked->sent / 2;
		return;
	}
	remove_sent_ids(engine, asked);
	if (again_unread(engine, id, "the ticket is over 8 MiB"))
		return;
	if (kind == KNOWN_HELD)
		return; /* a pass has taken it meanwhile */
	struct ticket *parked = memory_parked(engine, id);
	bool done = kind == KNOWN_DONE || kind == KNOWN_UNTAGGED;
	/* analysed anew, a ticket with a decision could get a second note */
	bool stays = done || (parked != NULL && memory_decided(parked));

	if (stays && !asked->wanted)
		return;
	if (!stays && parked != NULL)
		memory_give_up(engine, parked);
	struct ticket *ticket = held_new(engine, id, NULL);

	ticket->keep_memory = stays;
	ticket->skipped_for = SKIP_ALREADY_PROCESSED;
	ticket->failed_by = FAILURE_UNREADABLE;
	if (done)
		held_end(engine, ticket, LANE_SKIPPED, "already processed");
	else
		held_end(engine, ticket, LANE_FAILED, "the ticket is over 8 MiB");
}

static void reread_failed(struct engine *engine, struct asked *asked, const struct call *call,
                          const struct desk_answer *failure)
{
	switch (failure->kind) {
	case DESK_TOO_LARGE: reread_too_large(engine, asked); break;
	case DESK_UNAUTHORIZED:
		if (gate_unauthorized(engine, call, failure) == GATE_OWN_FAULT)
			reread_later(engine, asked, failure);
		break;
	case DESK_FORBIDDEN:
		if (gate_forbidden(engine, failure) == GATE_OWN_FAULT)
			reread_later(engine, asked, failure);
		break;
	case DESK_REDIRECT:
	case DESK_TLS: gate_zendesk_refuses(engine, failure); break;
	case DESK_FINE:
	case DESK_RETRY:
	case DESK_LIMITED:
	case DESK_NOT_FOUND:
	case DESK_CONFLICT:
	case DESK_REFUSED:
	case DESK_BAD_REQUEST: reread_later(engine, asked, failure); break;
	}
}

/* False when the ids of this request were given up meanwhile, or nothing is begun any more. A run
 * whose search is over may still read what was ordered. */
static bool still_wanted(const struct engine *engine, const struct asked *asked)
{
	return mode_working(engine) && asked->asked > 0;
}

/* Passes what the reads show to held tickets, so that none that has changed is written as it was
 * read before. */
static void note_changes(struct engine *engine, const struct desk_page *found)
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
		if (still_wanted(engine, asked))
			reread_failed(engine, asked, call, failure);
		return;
	}
	struct page *page = page_new();
	if (zd_reply_show_many(reply, &page->memory, &found, NULL, &err) == 0) {
		note_changes(engine, &found);
		asked->size = (unsigned)engine->config->zendesk.batch_size;
		if (still_wanted(engine, asked)) {
			take_reread_page(engine, asked, page, &found, http_reply_date(reply));
			return;
		}
	} else if (still_wanted(engine, asked)) {
		desk_answer_unreadable(failure, &err);
		reread_failed(engine, asked, call, failure);
	}
	page_free(page);
}
