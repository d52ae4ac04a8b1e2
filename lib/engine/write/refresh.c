/* The re-read before a write, up to a hundred tickets per request.
 *
 * Reads become outdated while their writes wait for a turn, and every edit meanwhile makes a
 * conflict: so a ticket that has to wait does so before its read. */
#include "desk/zendesk/replies.h"
#include "engine/core/calls.h"
#include "engine/core/mode.h"
#include "engine/core/state.h"
#include "engine/core/stop.h"
#include "engine/core/ticket.h"
#include "engine/write/bulk.h"

static void wake_reads(struct engine *engine)
{
	struct ticket *ticket;

	while ((ticket = lane_due(engine, LANE_READ))) {
		ticket->ready_at = engine->now.mono;
		lane_move(engine, ticket, LANE_READ, engine->now.mono);
	}
}

static void read_anew(struct engine *engine, enum lane lane)
{
	struct ticket *ticket;

	while ((ticket = lane_any(engine, lane)))
		intent_anew(engine, ticket);
}

/* While writing is stopped no write waits for its turn, since the read that it rests on grows old,
 * and only what may have been written is read, and what is read for a plan. */
static void wait_for_start(struct engine *engine)
{
	read_anew(engine, LANE_SINGLE);
	read_anew(engine, LANE_BULK);
	list_each(node, next, &engine->account->lanes[LANE_READ].line)
	{
		struct ticket *ticket = container_of(node, struct ticket, queue);

		if (!ticket->outcome_unknown && !ticket->further.look)
			lane_move(engine, ticket, LANE_STOPPED, 0);
	}
}

static void go_on(struct engine *engine)
{
	struct ticket *ticket;

	while ((ticket = lane_first(engine, LANE_STOPPED))) {
		ticket->ready_at = engine->now.mono;
		/* the time of the stop counts for nothing */
		ticket->changing_since = 0;
		ticket->read_attempts = 0;
		lane_move(engine, ticket, LANE_READ, engine->now.mono);
	}
}

static void send_read(struct engine *engine)
{
	size_t ready = lane_in_line(engine, LANE_READ), size = engine->account->write->read_size;
	size_t count = ready < size ? ready : size;
	struct ticket **tickets = xcalloc(count, sizeof(struct ticket *));
	struct http_request request = {0};
	uint64_t ids[DESK_PAGE_MAX];

	for (size_t i = 0; i < count; i++) {
		tickets[i] = lane_first(engine, LANE_READ);
		lane_move(engine, tickets[i], LANE_READING, 0);
		ids[i] = tickets[i]->key.id;
	}
	zd_request_show_many(&engine->account->zendesk, ids, count, &request);
	struct call *call = call_start(engine, CALL_READ_MANY, &request, 0);
	call->tickets = tickets;
	call->ticket_count = count;
}

/* Writes are waiting, so no more reads are sent. Whatever holds the writes back, a guard or a
 * running job, also sets the deadline at which this is tried again. */
static bool writes_wait(const struct engine *engine)
{
	return lane_count(engine, LANE_SINGLE) > 0 ||
	       lane_count(engine, LANE_BULK) >= engine->account->write->bulk.size;
}

/* The read is the first before its write, and no person waits for this ticket. */
static bool may_wait_longer(const struct ticket *ticket)
{
	return !ticket->wanted && ticket->further.reason == FURTHER_NONE &&
	       !ticket->maybe_written && !ticket->changing_since && ticket->read_attempts == 0;
}

static bool all_may_wait_longer(const struct engine *engine)
{
	const struct list *line = &engine->account->lanes[LANE_READ].line;

	for (struct list *node = line->next; node != line; node = node->next)
		if (!may_wait_longer(container_of(node, struct ticket, queue)))
			return false;
	return true;
}

/* The tickets will be written in bulk, and so many more are on their way that the read becomes
 * full. */
static bool waits_to_be_full(const struct engine *engine)
{
	size_t missing = engine->account->write->read_size - lane_in_line(engine, LANE_READ);

	return worth_gathering(engine) && !engine->draining && mode_many_coming(engine, missing) &&
	       all_may_wait_longer(engine);
}

/* Until when (monotonic) the tickets that are ready wait for others; now if they do not wait. The
 * wait is before the read, so that no read grows old by it. */
static msec wait_for_reads(const struct engine *engine)
{
	if (lane_in_line(engine, LANE_READ) >= engine->account->write->read_size ||
	    !mode_decisions_coming(engine))
		return engine->now.mono;
	msec since = lane_first(engine, LANE_READ)->ready_at;

	if (mode_at_the_end(engine))
		return since + LAST_READ_WAIT;
	if (since + READ_WAIT <= engine->now.mono && waits_to_be_full(engine))
		return since + FULL_READ_WAIT;
	return since + READ_WAIT;
}

void refresh_pump(struct engine *engine, msec *deadline)
{
	struct write *write = engine->account->write;
	msec held_back = write->reads_held_back ? write->reads_held_back : engine->now.mono;

	write->reads_held_back = 0;
	if (attempts_give_up(engine, LANE_READ))
		return;
	wake_reads(engine);
	if (stop_holds_writes(engine))
		wait_for_start(engine);
	else
		go_on(engine);
	while (lane_in_line(engine, LANE_READ) > 0 && gate_is_open(engine) &&
	       !writes_wait(engine)) {
		msec wait = wait_for_reads(engine);

		if (wait > engine->now.mono) {
			clock_earliest(deadline, wait);
			break;
		}
		if (!call_may(engine, CALL_READ_MANY, 0, deadline)) {
			if (call_limits_are_used_up(engine))
				write->reads_held_back = held_back;
			break;
		}
		send_read(engine);
		held_back = engine->now.mono;
	}
	clock_earliest(deadline, lane_when(engine, LANE_READ));
}

static const struct desk_ticket *find_read(const struct desk_page *page, uint64_t id, size_t hint)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct desk_ticket *read = &page->tickets[(hint + i) % page->count];

		if (read->id == id)
			return read;
	}
	return NULL;
}

static void reads_arrived(struct engine *engine, struct call *call, const struct http_reply *reply,
                          const struct desk_page *page)
{
	for (size_t i = 0; i < call->ticket_count; i++) {
		struct ticket *ticket = call->tickets[i];
		const struct desk_ticket *read =
		        page->count ? find_read(page, ticket->key.id, i) : NULL;

		if (read)
			consider_read(engine, ticket, read, reply, call->sent_at,
			              call->ticket_count);
		else
			lane_move(engine, ticket, LANE_LOOK,
			          /* left out: deleted, or not visible to our user */
			          engine->now.mono);
	}
}

static void reads_failed(struct engine *engine, struct call *call,
                         const struct desk_answer *failure)
{
	bool too_large = failure->kind == DESK_TOO_LARGE;
	bool by_itself = too_large && engine->account->write->read_size == 1;

	for (size_t i = 0; i < call->ticket_count; i++) {
		struct ticket *ticket = call->tickets[i];
		msec when = engine->now.mono;

		if (too_large || attempts_again(engine, ticket, call, failure, &when))
			lane_move(engine, ticket, by_itself ? LANE_LOOK : LANE_READ, when);
	}
}

/* The failure may concern our access, not single tickets. */
static bool concerns_access(enum desk_answer_kind kind)
{
	return kind == DESK_FORBIDDEN || kind == DESK_REDIRECT || kind == DESK_TLS;
}

/* Halves the number of tickets per read after a reply that was too large, and doubles it again
 * after full ones. */
static void adjust_read_size(struct engine *engine, const struct call *call, bool too_large)
{
	struct write *write = engine->account->write;
	unsigned full = (unsigned)engine->config->zendesk.batch_size;

	if (too_large && write->read_size > 1)
		write->read_size = call->ticket_count > 1 ? (unsigned)call->ticket_count / 2 : 1;
	else if (!too_large && call->ticket_count >= write->read_size)
		write->read_size = write->read_size * 2 < full ? write->read_size * 2 : full;
}

void refresh_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                   struct desk_answer *failure)
{
	struct desk_page page;
	struct err err;

	if (concerns_access(failure->kind))
		gate_doubt_zendesk(engine); /* what users/me says to that is believed */
	if (failure->kind == DESK_FINE &&
	    zd_reply_show_many(reply, &engine->scratch, &page, NULL, &err) < 0)
		desk_answer_unreadable(failure, &err);
	if (failure->kind == DESK_FINE)
		reads_arrived(engine, call, reply, &page);
	if (failure->kind == DESK_FINE || failure->kind == DESK_TOO_LARGE)
		adjust_read_size(engine, call, failure->kind == DESK_TOO_LARGE);
	if (failure->kind != DESK_FINE)
		reads_failed(engine, call, failure);
}
