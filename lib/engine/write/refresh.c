/* The re-read before a write: up to a hundred tickets a request, and what each fresh read means for its ticket.
 *
 * A read may carry a write only when it has settled: the reply's Date lies at least 2 s behind the ticket's updated_at, both by
 * the server's clock. Stamps have whole seconds; a read from the same second as a change would let the next change of that
 * second slip past the stamp. Where the server tells no usable time, a read settles as the second of two with the same
 * updated_at, asked for at least 3 s apart. */
#include <stdio.h>

#include "engine/core/state.h"

void refresh_later(struct engine *engine, struct ticket *ticket, msec not_before)
{
	struct write *write = &engine->write;

	if (engine->session.zendesk == GATE_HALTED) {
		ticket_end(engine, ticket, TICKET_FAILED, "%s", engine->end_reason);
	} else if (not_before > engine->now.mono) {
		heap_insert(&write->later, &ticket->turn, not_before);
	} else {
		list_push_back(&write->ready, &ticket->queue);
		write->ready_count++;
	}
}

static void wake_due(struct engine *engine)
{
	struct heap_node *top;

	while ((top = heap_top(&engine->write.later)) && top->key <= engine->now.mono) {
		heap_remove(&engine->write.later, top);
		container_of(top, struct ticket, turn)->ready_at = engine->now.mono;
		refresh_later(engine, container_of(top, struct ticket, turn), engine->now.mono);
	}
}

static bool looks_soon(const struct engine *engine)
{
	const struct heap_node *top = heap_top(&engine->write.looks);

	return top && top->key <= engine->now.mono + READ_WAIT;
}

/* May another decided ticket join soon? If not, nobody waits for company. */
bool refresh_more_coming(const struct engine *engine)
{
	const struct discover *discover = &engine->discover;

	if (engine->analyse.count > 0 || engine->write.deciding > 0)
		return true;
	if (engine->write.looking > 0 || looks_soon(engine))
		return true; /* whoever was looked at may have to be written anew */
	if (!engine_admitting(engine) || discover->done)
		return false;
	return discover->waiting.count > 0 || discover->pass != PASS_OVER;
}

static void ask_many(struct engine *engine)
{
	struct write *write = &engine->write;
	size_t count = write->ready_count < write->read_size ? write->ready_count : write->read_size;
	uint64_t ids[ZD_PAGE_MAX];
	struct http_request request = {0};
	struct ticket **tickets = xcalloc(count, sizeof(struct ticket *));

	for (size_t i = 0; i < count; i++) {
		tickets[i] = list_first(&write->ready, struct ticket, queue);
		list_remove(&tickets[i]->queue);
		ids[i] = tickets[i]->id;
	}
	write->ready_count -= count;
	zd_request_show_many(&engine->zendesk, ids, count, &request);
	struct call *call = call_start(engine, CALL_SHOW_MANY, &request, 0);
	call->tickets = tickets;
	call->ticket_count = count;
	write->reading += count;
}

/* Reads grow old while their writes wait for a turn, and every edit meanwhile makes a conflict: whoever has to wait does so before
 * the read. What holds the writes back, a guard or a job that is not over, also ends the wait. */
static bool writes_wait(const struct engine *engine)
{
	return !list_empty(&engine->write.singles) || engine->bulk.due_count >= engine->bulk.size;
}

void refresh_pump(struct engine *engine, msec *deadline)
{
	struct write *write = &engine->write;
	msec held_back = write->reads_held_back ? write->reads_held_back : engine->now.mono;

	wake_due(engine);
	write->reads_held_back = 0;
	while (write->ready_count > 0 && session_zendesk_open(engine) && !writes_wait(engine)) {
		struct ticket *first = list_first(&write->ready, struct ticket, queue);
		msec latest = first->ready_at + READ_WAIT;

		if (write->ready_count < write->read_size && refresh_more_coming(engine) && latest > engine->now.mono) {
			earliest(deadline, latest);
			break;
		}
		if (!call_may(engine, UPSTREAM_ZENDESK, ENDPOINT_READ, 0)) {
			earliest(deadline, call_when(engine, UPSTREAM_ZENDESK, ENDPOINT_READ, 0));
			if (call_limits_are_used_up(engine))
				write->reads_held_back = held_back;
			break;
		}
		ask_many(engine);
		held_back = engine->now.mono;
	}
	if (heap_top(&write->later))
		earliest(deadline, heap_top(&write->later)->key);
}

/* 0 = settled; else how long to wait before the next read. */
static msec unsettled(struct engine *engine, struct ticket *ticket, const struct zd_ticket *read,
                      const struct http_reply *reply, msec sent_at)
{
	msec date = http_reply_date(reply);

	if (date >= 0 && date >= read->updated_wall) {
		msec age = date - read->updated_wall;

		return age >= SETTLE_SPAN ? 0 : SETTLE_SPAN - age;
	}
	if (ticket->unsettled_sent_at && str_eq(ticket->unsettled_stamp, read->stamp)) {
		msec apart = sent_at - ticket->unsettled_sent_at;

		return apart >= SETTLE_BLIND ? 0 : SETTLE_BLIND - apart;
	}
	ticket->unsettled_stamp = arena_str(&ticket->memory, read->stamp);
	ticket->unsettled_sent_at = sent_at;
	return SETTLE_BLIND;
}

static bool over(const struct zd_ticket *read)
{
	return read->status == ZD_SOLVED || read->status == ZD_CLOSED || read->status == ZD_DELETED;
}

/* Reads that do not settle for ten minutes, or so many conflicts that their growing waits made ten minutes; waiting for a turn is
 * nobody's change. */
static bool keeps_changing(const struct engine *engine, const struct ticket *ticket)
{
	bool restless = ticket->changing_since && engine->now.mono - ticket->changing_since > SETTLE_GIVE_UP;

	return restless || ticket->conflicts > CONFLICTS_MAX;
}

/* A write whose outcome is not known has left the ticket as it was, so far: the same write is sent again, with the same stamp.
 * That is harmless even should the first one still arrive. A bulk write is given its time before. */
static void same_stamp(struct engine *engine, struct ticket *ticket)
{
	if (ticket->reported && engine->bulk.trust == TRUST_OPEN)
		bulk_distrust(engine, "a job reported success and changed nothing");
	ticket->reported = false;
	if (keeps_changing(engine, ticket)) {
		ticket_end(engine, ticket, TICKET_FAILED, "keeps changing");
	} else if (engine->now.mono < ticket->resend_at) {
		refresh_later(engine, ticket, engine->now.mono + verdict_look_again(engine, ticket));
	} else if (!write_used_up(engine, ticket)) {
		ticket_move(ticket, TICKET_WRITING);
		write_queue(engine, ticket, engine->now.mono);
	}
}

void refresh_consider(struct engine *engine, struct ticket *ticket, const struct zd_ticket *read,
                      const struct http_reply *reply, msec sent_at, size_t company)
{
	msec wait;

	engine->current_ticket = ticket->id;
	ticket->read_attempts = 0;
	ticket->updated_last = ticket->updated_seen = read->updated_wall;
	if (tags_have(&read->tags, str_of(engine->config->zendesk_processed_tag))) {
		bulk_seen(engine, ticket);
		if (ticket->maybe_written)
			verdict_done(engine, ticket, http_reply_date(reply));
		else
			ticket_end(engine, ticket, TICKET_SKIPPED, "already processed by somebody else");
	} else if (over(read)) {
		ticket_end(engine, ticket, TICKET_SKIPPED, "the ticket is %s", zd_status_name(read->status));
	} else if (ticket->maybe_written && ticket->intent && str_eq(ticket->stamp, read->stamp)) {
		same_stamp(engine, ticket);
	} else if (ticket->maybe_written) {
		ticket->ask_comments = true;
		look_alone(engine, ticket, engine->now.mono);
	} else if (keeps_changing(engine, ticket)) {
		ticket_end(engine, ticket, TICKET_FAILED, "keeps changing");
	} else if ((wait = unsettled(engine, ticket, read, reply, sent_at)) > 0) {
		if (!ticket->changing_since)
			ticket->changing_since = engine->now.mono;
		refresh_later(engine, ticket, engine->now.mono + wait);
	} else if (!write_used_up(engine, ticket)) {
		ticket->changing_since = 0;
		write_intent(engine, ticket, read, company);
	}
}

static const struct zd_ticket *find(const struct zd_page *page, uint64_t id, size_t hint)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct zd_ticket *read = &page->tickets[(hint + i) % page->count];

		if (read->id == id)
			return read;
	}
	return NULL;
}

static void reads_arrived(struct engine *engine, struct call *call, const struct http_reply *reply,
                          const struct zd_page *page)
{
	for (size_t i = 0; i < call->ticket_count; i++) {
		struct ticket *ticket = call->tickets[i];
		const struct zd_ticket *read = page->count ? find(page, ticket->id, i) : NULL;

		if (read)
			refresh_consider(engine, ticket, read, reply, call->sent_at, call->ticket_count);
		else
			look_alone(engine, ticket, engine->now.mono); /* left out: deleted, or not for our eyes */
	}
}

static void reads_failed(struct engine *engine, struct call *call, const struct zd_failure *failure)
{
	for (size_t i = 0; i < call->ticket_count; i++) {
		struct ticket *ticket = call->tickets[i];
		msec when = engine->now.mono;

		if (failure->kind == ZD_TOO_LARGE || write_try_again(engine, ticket, call, failure, &when)) {
			if (engine->write.read_size == 1 && failure->kind == ZD_TOO_LARGE)
				look_alone(engine, ticket, when);
			else
				refresh_later(engine, ticket, when);
		}
	}
}

/* Not about single tickets but about us. */
static bool about_us(enum zd_failure_kind kind)
{
	return kind == ZD_FORBIDDEN || kind == ZD_REDIRECT || kind == ZD_TLS;
}

void refresh_show_many_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                             struct zd_failure *failure)
{
	struct write *write = &engine->write;
	struct zd_page page;
	struct err err;

	write->reading -= call->ticket_count;
	if (about_us(failure->kind))
		session_halt_zendesk(engine, failure->kind == ZD_FORBIDDEN ? RUN_NOT_LET_IN : RUN_FAILED,
		                     failure->text);
	if (failure->kind == ZD_FINE && zd_reply_show_many(reply, &engine->scratch, &page, NULL, &err) < 0) {
		snprintf(failure->text, sizeof(failure->text), "%s", err.text);
		failure->kind = ZD_RETRY;
	}
	if (failure->kind == ZD_FINE) {
		unsigned full = (unsigned)engine->config->zendesk_batch_size;

		reads_arrived(engine, call, reply, &page);
		if (call->ticket_count >= write->read_size)
			write->read_size = write->read_size * 2 < full ? write->read_size * 2 : full;
		return;
	}
	if (failure->kind == ZD_TOO_LARGE && write->read_size > 1)
		write->read_size = call->ticket_count > 1 ? (unsigned)call->ticket_count / 2 : 1;
	reads_failed(engine, call, failure);
}
