/* From a durable decision to the ticket in Zendesk, exactly once.
 *
 * The happy path: the decision is durable → the ticket is read again (refresh.c) → the read is settled → our tags are merged into
 * it, the priority decided → the intent, with the read's stamp, is made durable → one PUT with safe_update and that stamp →
 * 200. The stamp is the idempotency key: whatever delivers the same write a second time meets a ticket that has moved on, and
 * conflicts instead of commenting twice.
 *
 * What can go wrong, and what is done:
 *   conflict            somebody was faster: read again; uses up no attempt
 *   known to be late    while the write waits for its turn, another read shows that the ticket has changed: read again, the write
 *                       could only conflict
 *   no or odd answer    nobody knows: SETTLING. The re-read tells: our tag there → done; stamp unmoved → the same write with the
 *                       same stamp; moved without our tag → the comments are searched for our note (look.c)
 *   refused for good    skipped with the reason
 *   limits              the guards wait, the same write goes on
 *   passing failures    retried with growing delay, then FAILED with the decision kept */
#include <stdio.h>

#include "engine/core/state.h"

#define READ_DELAY_MAX (30 * MSEC_SECOND)

static const char *maybe(const struct ticket *ticket)
{
	return ticket->maybe_written ? "; it may have been written" : "";
}

static void zendesk_is_gone(struct engine *engine, struct ticket *ticket)
{
	ticket_end(engine, ticket, TICKET_FAILED, "%s%s", engine->end_reason ? engine->end_reason : "Zendesk is gone",
	           maybe(ticket));
}

void write_begin(struct engine *engine, struct ticket *ticket)
{
	bool settle = ticket->intent || ticket->maybe_written; /* restored: a write may have left in an earlier life */

	ticket->maybe_written = settle;
	ticket->ready_at = engine->now.mono;
	ticket_move(ticket, settle ? TICKET_SETTLING : TICKET_REFRESHING);
	refresh_later(engine, ticket, engine->now.mono);
}

void write_queue(struct engine *engine, struct ticket *ticket, msec not_before)
{
	if (engine->session.zendesk == GATE_HALTED)
		zendesk_is_gone(engine, ticket);
	else if (not_before > engine->now.mono)
		heap_insert(&engine->write.queue, &ticket->turn, not_before);
	else if (ticket->alone)
		write_alone(engine, ticket);
	else
		bulk_queue(engine, ticket);
}

void write_alone(struct engine *engine, struct ticket *ticket)
{
	list_push_back(&engine->write.singles, &ticket->queue);
}

bool write_more_coming(const struct engine *engine)
{
	const struct write *write = &engine->write;

	return write->ready_count > 0 || write->reading > 0 || write->planning > 0 || refresh_more_coming(engine);
}

static bool starves(const struct engine *engine, msec since)
{
	return since && engine->now.mono - since >= STARVED_AFTER;
}

bool write_starves(const struct engine *engine)
{
	return starves(engine, engine->write.reads_held_back) || starves(engine, engine->bulk.held_back);
}

void write_intent(struct engine *engine, struct ticket *ticket, const struct zd_ticket *read, size_t company)
{
	struct arena *memory = &ticket->memory;
	struct tags ours = tags_ours(&ticket->analysis, str_of(engine->config->zendesk_processed_tag),
	                             str_of(engine->config->zendesk_tag_prefix), memory);
	struct tags merged = tags_merge(&read->tags, &ours, memory);

	for (size_t i = 0; i < merged.count; i++)
		merged.items[i] = arena_str(memory, merged.items[i]); /* the read's memory dies with the step */
	ticket->tags = merged;
	ticket->tags_added = tags_missing(&read->tags, &ours, memory);
	ticket->priority_before = read->priority;
	ticket->priority_set = priority_decide((enum priority_mode)engine->config->zendesk_priority,
	                                       ticket->priority_first, read->priority, ticket->analysis.urgency);
	ticket->stamp = arena_str(memory, read->stamp);
	ticket->intent = true;
	ticket_move(ticket, TICKET_WRITING);
	journal_intent(engine, ticket, !ticket->alone && bulk_worth(engine, company + engine->bulk.due_count));
}

void write_persisted(struct engine *engine, uint64_t upto)
{
	struct ticket *ticket;

	if (upto > engine->settled_sequence)
		engine->settled_sequence = upto;
	while ((ticket = list_first(&engine->persisting, struct ticket, queue)) && ticket->sequence <= upto) {
		list_remove(&ticket->queue);
		ticket->sequence = 0;
		if (ticket->state == TICKET_WRITING) {
			engine->write.planning--;
			ticket->skipped_on_record = false;
			write_queue(engine, ticket, engine->now.mono);
			continue;
		}
		engine->write.deciding--;
		ticket_move(ticket, TICKET_DURABLE);
		if (engine->session.zendesk == GATE_HALTED)
			zendesk_is_gone(engine, ticket);
		else
			write_begin(engine, ticket);
	}
}

/* Nothing is written that is not durable first: these tickets end here and come back in a later run. */
void write_not_persisted(struct engine *engine, uint64_t from)
{
	bool before = engine->records.hold > 0;

	write_persisted(engine, from - 1);
	while (!list_empty(&engine->persisting)) {
		struct ticket *ticket = list_first(&engine->persisting, struct ticket, queue);

		list_remove(&ticket->queue);
		ticket->sequence = 0;
		if (ticket->state == TICKET_DECIDED)
			engine->write.deciding--;
		else
			engine->write.planning--;
		ticket->intent = false; /* not durable, and nothing left on its strength */
		ticket_end(engine, ticket, TICKET_FAILED, "the record could not be made durable");
	}
	engine->settled_sequence = engine->last_sequence;
	if (engine->setup.mode != ENGINE_RESIDENT)
		run_ends(engine, RUN_FAILED, "records could not be made durable");
	if (!before)
		alert(engine, 0, "records cannot be made durable: nothing is written to Zendesk without them");
	durability_failed(engine);
}

void write_news(struct engine *engine, const struct zd_ticket *read)
{
	struct ticket *ticket = command_held(engine, read->id);

	if (ticket && read->updated_wall > ticket->updated_seen)
		ticket->updated_seen = read->updated_wall;
}

bool write_is_late(const struct ticket *ticket)
{
	return ticket->updated_seen > ticket->updated_last;
}

void write_read_anew(struct engine *engine, struct ticket *ticket)
{
	ticket->intent = ticket->maybe_written; /* one that never left means nothing any more */
	ticket->ready_at = engine->now.mono;
	ticket_move(ticket, TICKET_REFRESHING);
	refresh_later(engine, ticket, engine->now.mono);
}

static void send_update(struct engine *engine, struct ticket *ticket)
{
	struct http_request request = {0};
	struct zd_update update;

	write_fill(engine, ticket, &update);
	zd_request_update(&engine->zendesk, &update, &request);
	request.timeout = backoff_timeout(request.timeout, ticket->attempts + 1);
	call_start(engine, CALL_UPDATE, &request, 0)->ticket = ticket;
	ticket->in_bulk = false;
}

static void wake_due(struct engine *engine)
{
	struct heap_node *top;

	while ((top = heap_top(&engine->write.queue)) && top->key <= engine->now.mono) {
		heap_remove(&engine->write.queue, top);
		write_queue(engine, container_of(top, struct ticket, turn), engine->now.mono);
	}
}

void write_pump(struct engine *engine, msec *deadline)
{
	struct list *singles = &engine->write.singles;

	wake_due(engine);
	while (!list_empty(singles) && session_zendesk_open(engine)) {
		struct ticket *ticket = list_first(singles, struct ticket, queue);

		if (!ticket->alone && bulk_takes_singles(engine)) {
			list_remove(&ticket->queue);
			bulk_queue(engine, ticket);
			continue;
		}
		if (write_is_late(ticket)) {
			list_remove(&ticket->queue);
			write_read_anew(engine, ticket);
			continue;
		}
		if (!call_may(engine, UPSTREAM_ZENDESK, ENDPOINT_UPDATE, 0)) {
			earliest(deadline, call_when(engine, UPSTREAM_ZENDESK, ENDPOINT_UPDATE, 0));
			break;
		}
		list_remove(&ticket->queue);
		send_update(engine, ticket);
	}
	if (heap_top(&engine->write.queue))
		earliest(deadline, heap_top(&engine->write.queue)->key);
}

static bool write_again(struct engine *engine, struct ticket *ticket, const struct zd_failure *failure, msec *ret_when)
{
	if (++ticket->attempts >= engine->config->retry_attempts) {
		ticket_end(engine, ticket, TICKET_FAILED, "%s", failure->text);
		return false;
	}
	*ret_when += backoff_delay(engine->config->retry_backoff_factor, ticket->attempts, &engine->prng);
	return true;
}

/* One failed request may concern a hundred decided tickets, and repeating it harms nobody: a read, or a bulk write that is known
 * not to have arrived, uses up no attempts but time. A service that is gone altogether is found out by the circuit breaker. */
static bool read_again(struct engine *engine, struct ticket *ticket, const struct zd_failure *failure, msec *ret_when)
{
	if (ticket->read_attempts == 0)
		ticket->unreadable_since = engine->now.mono;
	msec delay = backoff_delay(engine->config->retry_backoff_factor, ++ticket->read_attempts, &engine->prng);

	if (ticket->read_attempts >= engine->config->retry_attempts &&
	    engine->now.mono - ticket->unreadable_since > SETTLE_GIVE_UP) {
		ticket_end(engine, ticket, TICKET_FAILED, "%s", failure->text);
		return false;
	}
	*ret_when += delay < READ_DELAY_MAX ? delay : READ_DELAY_MAX;
	return true;
}

bool write_try_again(struct engine *engine, struct ticket *ticket, const struct call *call,
                     const struct zd_failure *failure, msec *ret_when)
{
	*ret_when = engine->now.mono;
	if (failure->kind == ZD_LIMITED)
		return true; /* the guards hold the pause */
	if (failure->kind == ZD_UNAUTHORIZED) {
		if (session_unauthorized(engine, call, failure))
			return true;
		zendesk_is_gone(engine, ticket);
		return false;
	}
	return call->kind == CALL_UPDATE ? write_again(engine, ticket, failure, ret_when)
	                                 : read_again(engine, ticket, failure, ret_when);
}

bool write_used_up(struct engine *engine, struct ticket *ticket)
{
	if (ticket->attempts < engine->config->retry_attempts)
		return false;
	ticket_end(engine, ticket, TICKET_FAILED, STR_FMT, STR_ARG(ticket->trouble));
	return true;
}

static void forbidden(struct engine *engine, struct ticket *ticket, const struct zd_failure *failure)
{
	if (engine->session.wrote_once) {
		ticket_end(engine, ticket, TICKET_SKIPPED, "%s", failure->text);
		return;
	}
	ticket_end(engine, ticket, TICKET_FAILED, "%s", failure->text);
	session_halt_zendesk(engine, RUN_NOT_LET_IN, failure->text);
}

static void written(struct engine *engine, struct ticket *ticket, const struct http_reply *reply)
{
	struct zd_ticket after;
	struct err err;

	engine->session.wrote_once = true;
	zd_auth_worked(&engine->zendesk.auth);
	if (zd_reply_ticket(reply, &engine->scratch, &after, &err) < 0) {
		verdict_unknown(engine, ticket, err.text);
	} else if (after.id != ticket->id || !tags_have(&after.tags, str_of(engine->config->zendesk_processed_tag))) {
		verdict_unknown(engine, ticket, "Zendesk accepted the update but its answer lacks the tag");
	} else {
		verdict_done(engine, ticket, http_reply_date(reply));
	}
}

void write_update_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                        struct zd_failure *failure)
{
	struct ticket *ticket = call->ticket;
	msec when;

	ticket->write_ms += engine->now.mono - call->sent_at;
	if (failure->unknown) {
		verdict_unknown(engine, ticket, failure->text);
		return;
	}
	switch (failure->kind) {
	case ZD_FINE: written(engine, ticket, reply); break;
	case ZD_CONFLICT: verdict_conflict(engine, ticket); break;
	case ZD_RETRY:
	case ZD_LIMITED:
	case ZD_UNAUTHORIZED:
		if (write_try_again(engine, ticket, call, failure, &when))
			write_queue(engine, ticket, when + call->ticket_wait);
		break;
	case ZD_FORBIDDEN: forbidden(engine, ticket, failure); break;
	case ZD_NOT_FOUND: ticket_end(engine, ticket, TICKET_SKIPPED, "the ticket was deleted"); break;
	case ZD_REFUSED:
	case ZD_BAD_REQUEST:
		ticket_end(engine, ticket, TICKET_SKIPPED, "%s",
		           failure->closed ? "the ticket is closed" : failure->text);
		break;
	case ZD_TOO_LARGE: verdict_unknown(engine, ticket, failure->text); break;
	case ZD_REDIRECT:
	case ZD_TLS:
		ticket_end(engine, ticket, TICKET_FAILED, "%s", failure->text);
		session_halt_zendesk(engine, RUN_FAILED, failure->text);
		break;
	}
}

static void fail_list(struct engine *engine, struct list *list, const char *reason)
{
	while (!list_empty(list)) {
		struct ticket *ticket = list_first(list, struct ticket, queue);

		list_remove(&ticket->queue);
		ticket_end(engine, ticket, TICKET_FAILED, "%s%s", reason, maybe(ticket));
	}
}

static void fail_heap(struct engine *engine, struct heap *heap, const char *reason)
{
	struct heap_node *top;

	while ((top = heap_top(heap))) {
		struct ticket *ticket = container_of(top, struct ticket, turn);

		heap_remove(heap, top);
		ticket_end(engine, ticket, TICKET_FAILED, "%s%s", reason, maybe(ticket));
	}
}

void write_zendesk_gone(struct engine *engine, const char *reason)
{
	struct write *write = &engine->write;

	fail_list(engine, &write->ready, reason);
	fail_list(engine, &write->singles, reason);
	fail_list(engine, &engine->bulk.due, reason);
	write->ready_count = engine->bulk.due_count = 0;
	jobs_drop(engine, reason);
	fail_heap(engine, &write->later, reason);
	fail_heap(engine, &write->queue, reason);
	fail_heap(engine, &write->looks, reason);
}
