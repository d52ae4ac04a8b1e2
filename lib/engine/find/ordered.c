/* What a person orders: pause, resume, process these tickets now, and erase these tickets.
 *
 * During a pause no ticket is begun; tickets already admitted are analysed and written. Tickets
 * that only wait in their page are dropped: the next search, at the end of the pause, finds them
 * again.
 *
 * Tickets that a person asked for are read by their numbers, a hundred per request, and go ahead of
 * all others, even during a pause. Each gets an outcome: what was done, or why nothing was. The
 * number of an erased ticket is reported nowhere. */
#include "engine/core/further_orders.h"
#include "engine/core/asked.h"
#include "engine/core/held.h"
#include "engine/core/marks.h"
#include "engine/core/mode.h"
#include "engine/core/quarantine.h"
#include "engine/core/say.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/stop.h"
#include "engine/core/ticket.h"
#include "engine/core/undoing_end.h"
#include "engine/core/waiting.h"
#include "engine/find/choices.h"
#include "engine/find/find.h"

static size_t count_in_progress(const struct engine *engine)
{
	return engine->held_count - lane_count(engine, LANE_WAITING);
}

void ordered_pause(struct engine *engine)
{
	if (engine->paused || engine->draining)
		return;
	engine->paused = true;
	struct buf count;
	buf_init(&count, 32);
	buf_add_count(&count, count_in_progress(engine));
	say(engine, LEVEL_INFO, 0,
	    "Paused. No new tickets are taken; %s in progress will still be written.",
	    buf_cstr(&count));
	buf_free(&count);
}

void ordered_resume(struct engine *engine)
{
	if (!engine->paused)
		return;
	engine->paused = false;
	engine->last_work = engine->now.mono; /* during the pause nothing was expected */
	pass_anew(engine);
	say(engine, LEVEL_INFO, 0, "Resumed");
}

/* Forgets a ticket. One that only waits is dropped; one in progress is left to end by itself,
 * because a request under way to Zendesk cannot be called back. */
static void forget_ticket(struct engine *engine, uint64_t id)
{
	struct ticket *held = held_find(engine, id), *parked = memory_parked(engine, id);

	if (held && held->lane != LANE_WAITING)
		return;
	if (held)
		waiting_forget(engine, held);
	if (parked)
		memory_give_up(engine, parked);
	asked_forget(engine, id);
	memory_forget(engine, id);
	marks_forget(engine, id);
	shadow_forget(engine, id);
	quarantine_forget(engine, id);
	undoing_erased(engine, id);
	further_forget(engine, id);
	choices_forget(engine, id);
}

void ordered_erase(struct engine *engine, const struct ticket_key *tickets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tickets[i].id)
			forget_ticket(engine, tickets[i].id);
}

static void move_ahead(struct engine *engine, struct ticket *ticket)
{
	if (ticket->lane == LANE_WAITING)
		waiting_ahead(engine, ticket);
	else
		say(engine, LEVEL_INFO, ticket->key.id, "Ticket %llu is already in progress: %s",
		    (unsigned long long)ticket->key.id, ticket_state_name(ticket->state));
}

/* One that is not done after all is processed as any other: the read tells. */
static void want_again(struct engine *engine, uint64_t id, const char *by)
{
	if (!further_want(engine, id, FURTHER_ORDER, str_of(by ? by : "")))
		say(engine, LEVEL_INFO, id,
		    "Ticket %llu is already being analysed again: no second order is needed",
		    (unsigned long long)id);
}

static void process_one(struct engine *engine, uint64_t id, bool again, const char *by)
{
	struct ticket *held = NULL;

	if (id == 0 || id > INT64_MAX) {
		say(engine, LEVEL_WARNING, 0, "%llu is not a ticket number",
		    (unsigned long long)id);
		return;
	}
	if (memory_known(engine, id).kind == KNOWN_HELD)
		held = held_find(engine, id);
	if (held)
		move_ahead(engine, held);
	else if (quarantine_has(engine, id))
		quarantine_tell(engine, id, NULL, true);
	else if (again)
		want_again(engine, id, by);
	else if (!asked_want(engine, id))
		say(engine, LEVEL_WARNING, id,
		    "Ticket %llu: too many tickets requested at once; try again later",
		    (unsigned long long)id);
}

static void refuse_again(struct engine *engine, size_t count)
{
	say(engine, LEVEL_WARNING, 0, "%zu %s not analysed again: " SHADOW_NOT_AGAIN, count,
	    str_plural(count, "ticket is", "tickets are"));
	if (engine->setup.mode != ENGINE_RESIDENT)
		mode_end_run(engine, RUN_FAILED, "%s", SHADOW_NOT_AGAIN);
}

void ordered_process(struct engine *engine, const struct ticket_key *tickets, size_t count,
                     bool again, const char *by)
{
	if (stop_is_on(engine)) {
		say(engine, LEVEL_WARNING, 0, "%zu requested %s not processed: %s", count,
		    str_plural(count, "ticket is", "tickets are"), engine->stop.sentence);
		return;
	}
	if (engine->draining || engine->finished) {
		say(engine, LEVEL_WARNING, 0, "Stopping: %zu requested %s not processed", count,
		    str_plural(count, "ticket is", "tickets are"));
		return;
	}
	if (again && shadow_is_on(engine)) {
		refuse_again(engine, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		process_one(engine, tickets[i].id, again, by);
}

/* A ticket that is held only to report its outcome. `keep_memory`: what is remembered of it is more
 * accurate than this read, and stays. `why`: if it is skipped. */
static struct ticket *new_to_report(struct engine *engine, uint64_t id,
                                    const struct desk_ticket *read, bool keep_memory,
                                    enum skip_reason why)
{
	struct ticket *ticket = held_new(engine, id, read);

	ticket->keep_memory = keep_memory;
	ticket->skipped_for = why;
	return ticket;
}

/* Reports a ticket that was done before. It gets no second note, whether or not its tag is still
 * there. */
static void report_done_before(struct engine *engine, const struct desk_ticket *read,
                               const struct known *known)
{
	const char *tag = engine->config->zendesk.processed_tag;
	bool tagged = tags_have(&read->tags, str_of(tag));
	bool news = known->kind == KNOWN_DONE && read->updated_wall > known->when;

	if (tagged) {
		held_end(engine,
		         new_to_report(engine, read->id, read, true, SKIP_ALREADY_PROCESSED),
		         LANE_SKIPPED, "already processed: it has the tag %s", tag);
	} else if (desk_status_over(read->status) || (known->kind == KNOWN_DONE && !news)) {
		held_end(engine,
		         new_to_report(engine, read->id, read, true, SKIP_ALREADY_PROCESSED),
		         LANE_SKIPPED, "already processed");
	} else {
		bool keep = known->kind == KNOWN_UNTAGGED || further_person_waits(engine, read->id);
		struct ticket *ticket =
		        new_to_report(engine, read->id, read, keep, SKIP_TAG_REMOVED);

		ticket->tag_taken_off = true;
		held_end(engine, ticket, LANE_SKIPPED, "our tag was removed by someone");
	}
}

static void take_ordered(struct engine *engine, struct page *page, const struct desk_ticket *read)
{
	const char *tag = engine->config->zendesk.processed_tag;
	struct ticket *parked = memory_parked(engine, read->id);

	if (parked && memory_decided(parked)) {
		/* it has a decision; the read before its write finds out the rest */
		returns_bring_back(engine, read->id);
		return;
	}
	if (parked)
		memory_give_up(engine, parked);
	if (tags_have(&read->tags, str_of(tag)))
		held_end(engine,
		         new_to_report(engine, read->id, read, false, SKIP_ALREADY_PROCESSED),
		         LANE_SKIPPED, "already processed: it has the tag %s", tag);
	else if (desk_status_over(read->status))
		held_end(engine, new_to_report(engine, read->id, read, false, SKIP_CLOSED),
		         LANE_SKIPPED, "the ticket is %s", desk_status_name(read->status));
	else
		waiting_ahead(engine, waiting_add(engine, page, read));
}

void ordered_read(struct engine *engine, struct page *page, const struct desk_ticket *read)
{
	struct known known = memory_known(engine, read->id);

	if (again_read(engine, page, read))
		return;
	if (known.kind == KNOWN_HELD) {
		/* a pass has taken it meanwhile */
		struct ticket *held = held_find(engine, read->id);

		if (held && held->lane == LANE_WAITING)
			waiting_ahead(engine, held);
	} else if (memory_is_erased(engine, read->id)) {
		say(engine, LEVEL_INFO, 0,
		    "A requested ticket was skipped because it was erased on request");
	} else if (quarantine_has(engine, read->id)) {
		quarantine_tell(engine, read->id, read, true);
	} else if (known.kind == KNOWN_DONE || known.kind == KNOWN_UNTAGGED) {
		report_done_before(engine, read, &known);
	} else {
		take_ordered(engine, page, read);
	}
}

/* The one ticket that a run is about failed if it is not there; one number of many was skipped. */
void ordered_missing(struct engine *engine, uint64_t id)
{
	enum lane end = engine->setup.mode == ENGINE_ONE_TICKET ? LANE_FAILED : LANE_SKIPPED;

	if (further_asked(engine, id))
		further_close(engine, id);
	if (memory_known(engine, id).kind != KNOWN_HELD && !memory_is_erased(engine, id))
		held_end(engine, new_to_report(engine, id, NULL, true, SKIP_GONE), end,
		         "no such ticket: it never existed, was deleted, or is not visible to the "
		         "Zendesk user of this service");
}

void ordered_unread(struct engine *engine, const struct desk_unread *unread)
{
	enum known_kind kind = memory_known(engine, unread->id).kind;
	struct ticket *parked = memory_parked(engine, unread->id);

	if (further_asked(engine, unread->id))
		further_close(engine, unread->id);
	if (kind == KNOWN_HELD || memory_is_erased(engine, unread->id))
		return;
	bool keep = parked || kind == KNOWN_DONE || kind == KNOWN_UNTAGGED;
	struct ticket *ticket = new_to_report(engine, unread->id, NULL, keep, SKIP_OTHER);

	ticket->failed_by = FAILURE_UNREADABLE;
	held_end(engine, ticket, LANE_FAILED, "cannot be read: Zendesk's ticket has no usable `%s`",
	         unread->member);
}
