/* From a durable decision to the ticket in Zendesk, exactly once.
 *
 * The happy path: the decision is durable → the ticket is read again (refresh.c) → the read is settled → our tags are merged into
 * it, the priority decided → the intent, with the read's stamp, is made durable → one PUT with safe_update and that stamp →
 * 200. The stamp is the idempotency key: whatever delivers the same write a second time meets a ticket that has moved on, and
 * conflicts instead of commenting twice.
 *
 * What can go wrong, and what is done:
 *   conflict            somebody was faster: read again; uses up no attempt
 *   no or odd answer    nobody knows: SETTLING. The re-read tells: our tag there → done; stamp unmoved → the same write with the
 *                       same stamp; moved without our tag → the comments are searched for our note (look.c)
 *   refused for good    skipped with the reason
 *   limits              the guards wait, the same write goes on
 *   passing failures    retried with growing delay, then FAILED with the decision kept */
#include <stdio.h>

#include "engine/inside.h"
#include "ticket/note.h"

#define READ_DELAY_MAX (30 * MSEC_SECOND)

static void zendesk_is_gone(struct engine *engine, struct ticket *ticket)
{
	ticket_end(engine, ticket, TICKET_FAILED, "%s", engine->end_reason ? engine->end_reason : "Zendesk is gone");
}

void write_begin(struct engine *engine, struct ticket *ticket)
{
	bool settle = ticket->intent; /* restored: a write may have left in an earlier life */

	ticket->maybe_written = settle;
	ticket_move(ticket, settle ? TICKET_SETTLING : TICKET_REFRESHING);
	refresh_later(engine, ticket, engine->now.mono);
}

void write_queue(struct engine *engine, struct ticket *ticket, msec not_before)
{
	if (engine->session.zendesk == GATE_HALTED)
		zendesk_is_gone(engine, ticket);
	else
		heap_insert(&engine->write.queue, &ticket->turn, not_before);
}

void write_intent(struct engine *engine, struct ticket *ticket, const struct zd_ticket *read)
{
	struct arena *memory = &ticket->memory;
	struct tags ours = tags_ours(&ticket->analysis, str_of(engine->config->zendesk_processed_tag),
	                             str_of(engine->config->zendesk_tag_prefix), memory);
	struct tags merged = tags_merge(&read->tags, &ours, memory);

	for (size_t i = 0; i < merged.count; i++)
		merged.items[i] = arena_str(memory, merged.items[i]); /* the read's memory dies with the step */
	ticket->tags = merged;
	ticket->tags_added = tags_missing(&read->tags, &ours, memory);
	ticket->priority_set = priority_decide((enum priority_mode)engine->config->zendesk_priority,
	                                       ticket->priority_first, read->priority, ticket->analysis.urgency);
	ticket->stamp = arena_str(memory, read->stamp);
	ticket->intent = true;
	ticket_move(ticket, TICKET_WRITING);
	journal_intent(engine, ticket);
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
	write_persisted(engine, from - 1);
	while (!list_empty(&engine->persisting)) {
		struct ticket *ticket = list_first(&engine->persisting, struct ticket, queue);

		list_remove(&ticket->queue);
		ticket->sequence = 0;
		if (ticket->state == TICKET_DECIDED)
			engine->write.deciding--;
		ticket->intent = false; /* not durable, and nothing left on its strength */
		ticket_end(engine, ticket, TICKET_FAILED, "the record could not be made durable");
	}
	engine->settled_sequence = engine->last_sequence;
	run_ends(engine, RUN_FAILED, "records could not be made durable");
	alert(engine, 0, "records cannot be made durable: nothing is written to Zendesk without them");
}

static void send_update(struct engine *engine, struct ticket *ticket)
{
	struct http_request request = {0};
	struct zd_update update = {
	        .id = ticket->id,
	        .tags = ticket->tags,
	        .priority = ticket->priority_set,
	        .stamp = ticket->stamp,
	};

	engine->current_ticket = ticket->id;
	buf_reset(&engine->text);
	note_write(&engine->text, &ticket->analysis, PROMPT_VERSION);
	update.note = buf_str(&engine->text);
	zd_request_update(&engine->zendesk, &update, &request);
	request.timeout = backoff_timeout(request.timeout, ticket->attempts + 1);
	call_start(engine, CALL_UPDATE, &request, 0)->ticket = ticket;
}

void write_pump(struct engine *engine, msec *deadline)
{
	struct heap_node *top;

	if (!session_zendesk_open(engine))
		return;
	while ((top = heap_top(&engine->write.queue))) {
		if (top->key > engine->now.mono) {
			earliest(deadline, top->key);
			return;
		}
		if (!call_may(engine, UPSTREAM_ZENDESK, ENDPOINT_UPDATE, 0)) {
			earliest(deadline, call_when(engine, UPSTREAM_ZENDESK, ENDPOINT_UPDATE, 0));
			return;
		}
		heap_remove(&engine->write.queue, top);
		send_update(engine, container_of(top, struct ticket, turn));
	}
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

/* One failed read may concern a hundred decided tickets, and repeating it harms nobody: it uses up no attempts but time. A
 * service that is gone altogether is found out by the circuit breaker. */
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

/* Nobody knows whether it arrived. Even when this was the last attempt the ticket is looked at once more: it may be done. */
static void settle(struct engine *engine, struct ticket *ticket, const struct zd_failure *failure)
{
	ticket->maybe_written = true;
	ticket->trouble = arena_str(&ticket->memory, str_of(failure->text));
	ticket->attempts++;
	ticket_move(ticket, TICKET_SETTLING);
	refresh_later(engine, ticket,
	              engine->now.mono +
	                      backoff_delay(engine->config->retry_backoff_factor, ticket->attempts, &engine->prng));
}

bool write_used_up(struct engine *engine, struct ticket *ticket)
{
	if (ticket->attempts < engine->config->retry_attempts)
		return false;
	ticket_end(engine, ticket, TICKET_FAILED, STR_FMT, STR_ARG(ticket->trouble));
	return true;
}

/* libcurl may have delivered the request twice by itself, and then the conflict is with our own first delivery: so even a
 * conflict leaves the question open whether we wrote. The re-read answers it; it is of use only when the other's change has
 * settled. */
static void conflict(struct engine *engine, struct ticket *ticket)
{
	if (!ticket->conflicted)
		ticket->changing_since = engine->now.mono; /* the wait for its turn was nobody's change */
	ticket->conflicted = true;
	ticket->maybe_written = true;
	ticket_move(ticket, TICKET_REFRESHING);
	refresh_later(engine, ticket, engine->now.mono + SETTLE_SPAN);
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
	struct zd_failure odd = {.kind = ZD_RETRY, .retry_after = -1};
	struct err err;

	engine->session.wrote_once = true;
	zd_auth_worked(&engine->zendesk.auth);
	if (zd_reply_ticket(reply, &engine->scratch, &after, &err) < 0) {
		snprintf(odd.text, sizeof(odd.text), "%s", err.text);
		settle(engine, ticket, &odd);
	} else if (after.id != ticket->id || !tags_have(&after.tags, str_of(engine->config->zendesk_processed_tag))) {
		snprintf(odd.text, sizeof(odd.text), "Zendesk accepted the update but its answer lacks the tag");
		settle(engine, ticket, &odd);
	} else {
		ticket->verdict_wall = http_reply_date(reply);
		ticket_end(engine, ticket, TICKET_DONE, NULL);
	}
}

void write_update_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                        struct zd_failure *failure)
{
	struct ticket *ticket = call->ticket;
	msec when;

	ticket->write_ms += engine->now.mono - call->sent_at;
	if (failure->unknown) {
		settle(engine, ticket, failure);
		return;
	}
	switch (failure->kind) {
	case ZD_FINE: written(engine, ticket, reply); break;
	case ZD_CONFLICT: conflict(engine, ticket); break;
	case ZD_RETRY:
	case ZD_LIMITED:
	case ZD_UNAUTHORIZED:
		if (write_try_again(engine, ticket, call, failure, &when))
			write_queue(engine, ticket, when);
		break;
	case ZD_FORBIDDEN: forbidden(engine, ticket, failure); break;
	case ZD_NOT_FOUND: ticket_end(engine, ticket, TICKET_SKIPPED, "the ticket was deleted"); break;
	case ZD_REFUSED:
	case ZD_BAD_REQUEST:
		ticket_end(engine, ticket, TICKET_SKIPPED, "%s",
		           failure->closed ? "the ticket is closed" : failure->text);
		break;
	case ZD_TOO_LARGE: settle(engine, ticket, failure); break;
	case ZD_REDIRECT:
	case ZD_TLS:
		ticket_end(engine, ticket, TICKET_FAILED, "%s", failure->text);
		session_halt_zendesk(engine, RUN_FAILED, failure->text);
		break;
	}
}

static void fail_heap(struct engine *engine, struct heap *heap, const char *reason)
{
	struct heap_node *top;

	while ((top = heap_top(heap))) {
		heap_remove(heap, top);
		ticket_end(engine, container_of(top, struct ticket, turn), TICKET_FAILED, "%s", reason);
	}
}

void write_zendesk_gone(struct engine *engine, const char *reason)
{
	struct write *write = &engine->write;
	struct ticket *ticket;

	while ((ticket = list_first(&write->ready, struct ticket, queue))) {
		list_remove(&ticket->queue);
		write->ready_count--;
		ticket_end(engine, ticket, TICKET_FAILED, "%s", reason);
	}
	fail_heap(engine, &write->later, reason);
	fail_heap(engine, &write->queue, reason);
	fail_heap(engine, &write->looks, reason);
}
