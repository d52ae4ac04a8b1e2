/* Taking up the durable records of earlier runs. Tickets with a durable decision that did not end,
 * or failed, go on where they were; one with an intent may have been written, so the first thing is
 * to find that out. Skipped tickets keep their decision and wait until they change. All others are
 * remembered by a word each. */
#include "engine/restore.h"

#include "engine/core/further_orders.h"
#include "engine/core/asked.h"
#include "engine/core/held.h"
#include "engine/core/journal.h"
#include "engine/core/marks.h"
#include "engine/core/proven.h"
#include "engine/core/quarantine.h"
#include "engine/core/search.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/core/undoing.h"
#include "engine/decide/reuse.h"
#include "engine/find/find.h"

static void drop_restored(struct engine *engine, struct ticket *ticket)
{
	map_remove(&engine->restored, ticket->key.id);
	held_free(engine, ticket);
}

static struct ticket *begin_restored(struct engine *engine, uint64_t id)
{
	struct ticket *ticket = map_get_pointer(&engine->restored, id);

	if (ticket)
		drop_restored(engine, ticket);
	ticket = ticket_new(ticket_key(engine->account->id, id));
	map_put_pointer(&engine->restored, id, ticket);
	held_take(engine, ticket);
	return ticket;
}

static void say_unreadable(struct engine *engine, const struct record *record,
                           const struct err *err)
{
	buf_printf(&engine->early, "%s of ticket %llu cannot be read and is ignored: %s\n",
	           record_kind_name(record->kind), (unsigned long long)record->ticket.id,
	           err->text);
}

static void restore_decision(struct engine *engine, const struct record *record)
{
	struct ticket *ticket = begin_restored(engine, record->ticket.id);
	struct err err;

	if (journal_read_decision(ticket, record->payload, &err) < 0) {
		drop_restored(engine, ticket);
		say_unreadable(engine, record, &err);
		return;
	}
	ticket->updated_last = ticket->updated_first;
	memory_forget(engine, record->ticket.id); /* it was analysed again after an earlier end */
}

/* Something of the ticket was taken back: it was done, although the record of that was lost, to a
 * full disk for example. Its own write is not this one, and must not be judged by it. */
static void restore_as_done(struct engine *engine, struct ticket *ticket)
{
	struct known done = {.kind = KNOWN_DONE, .when = ticket->updated_last};

	memory_put(engine, ticket->key.id, done);
	drop_restored(engine, ticket);
}

/* An intent after an outcome means that the ticket came back with its decision. */
static void restore_intent(struct engine *engine, const struct record *record)
{
	struct ticket *ticket = map_get_pointer(&engine->restored, record->ticket.id);
	struct err err;

	if (!ticket)
		return;
	if (journal_intent_is_after_end(record->payload)) {
		restore_as_done(engine, ticket);
		return;
	}
	if (journal_read_intent(engine, ticket, record->payload, &err) < 0) {
		ticket->maybe_written = true; /* the unreadable write may have been sent */
		say_unreadable(engine, record, &err);
	} else {
		memory_forget(engine, record->ticket.id);
	}
}

/* Reads an outcome from its brief, or from its payload. `updated` matters for tickets that did not
 * end for good; in a brief that is the `when` of a skipped one. */
static int read_outcome(const struct record *record, struct known *ret_known, msec *ret_updated,
                        struct err *err)
{
	struct past past;

	if (record->brief != 0) {
		*ret_known = known_unpack(record->brief);
		*ret_updated = ret_known->when;
		return ret_known->kind >= KNOWN_DONE && ret_known->kind <= KNOWN_SKIPPED
		               ? 0
		               : err_set(err, "its short form is invalid");
	}
	if (journal_read_outcome(record->payload, &past, err) < 0)
		return -1;
	*ret_known = known_of_past(&past);
	*ret_updated = past.updated;
	return 0;
}

static void restore_outcome(struct engine *engine, const struct record *record)
{
	struct ticket *ticket = map_get_pointer(&engine->restored, record->ticket.id);
	struct known known;
	msec updated;
	struct err err;

	if (read_outcome(record, &known, &updated, &err) < 0) {
		say_unreadable(engine, record, &err);
		return;
	}
	memory_put(engine, record->ticket.id, known);
	if (known.kind == KNOWN_DONE || known.kind == KNOWN_UNTAGGED)
		further_settle_by_end(engine, record->ticket.id);
	if (!ticket) {
		if (known.kind == KNOWN_FAILED && search_follows_stream(engine))
			asked_add(engine, record->ticket.id);
	} else if (known.kind == KNOWN_DONE || known.kind == KNOWN_UNTAGGED) {
		drop_restored(engine, ticket);
	} else {
		ticket->returns = (int)known.returns;
		ticket->updated_last = updated;
	}
}

static void restore_refusal(struct engine *engine, const struct record *record)
{
	struct err err;

	if (marks_restore(engine, record, &err) < 0)
		say_unreadable(engine, record, &err);
}

static void restore_order(struct engine *engine, const struct record *record)
{
	struct err err;

	if (further_restore(engine, record, &err) < 0)
		say_unreadable(engine, record, &err);
}

static void restore_undo(struct engine *engine, const struct record *record)
{
	struct err err;

	if (undoing_restore(engine, record, &err) < 0)
		say_unreadable(engine, record, &err);
}

void engine_restore_expect(struct engine *engine, size_t count)
{
	map_reserve(&engine->account->memory.known, count);
}

void engine_restore(struct engine *engine, const struct record *record)
{
	struct err err;

	ENSURE(!engine->started);
	ENSURE(shadow_records(engine));
	switch (record->kind) {
	case RECORD_DECISION: restore_decision(engine, record); break;
	case RECORD_INTENT: restore_intent(engine, record); break;
	case RECORD_OUTCOME: restore_outcome(engine, record); break;
	case RECORD_CURSOR:
		if (search_follows_stream(engine) &&
		    journal_read_cursor(engine, record->payload, &err) < 0)
			say_unreadable(engine, record, &err);
		break;
	case RECORD_REFUSAL: restore_refusal(engine, record); break;
	case RECORD_ORDER: restore_order(engine, record); break;
	case RECORD_UNDO: restore_undo(engine, record); break;
	case RECORD_SHADOW:
		if (shadow_restore(engine, record, &err) < 0)
			say_unreadable(engine, record, &err);
		search_forget_cursor(engine); /* that is older */
		break;
	case RECORD_COMMAND:
	case RECORD_CHOICE: break; /* history */
	case RECORD_PROVEN:
		if (proven_restore(engine, record, &err) < 0)
			say_unreadable(engine, record, &err);
		break;
	}
}

void engine_restore_answer(struct engine *engine, const struct record *record)
{
	ENSURE(!engine->started);
	reuse_restore(engine, record);
}

/* In the first step: tickets that did not end, or failed, go straight to the re-read, and no model
 * is asked again. */
void restore_resume(struct engine *engine)
{
	bool leaves = shadow_is_on(engine) && engine->setup.mode != ENGINE_RESIDENT;

	map_free(&engine->restored);
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		if (memory_known(engine, ticket->key.id).kind == KNOWN_SKIPPED) {
			held_let_go(engine, ticket);
			memory_park(engine, ticket);
		} else if (quarantine_has(engine, ticket->key.id)) {
			held_let_go(engine, ticket);
			quarantine_tell(engine, ticket->key.id, NULL, false);
			ticket_free(ticket);
		} else if (leaves) {
			/* it was decided in writing mode: left to a run that writes */
			memory_held(engine, ticket->key.id);
			held_let_go(engine, ticket);
			ticket_free(ticket);
		} else {
			returns_take_up(engine, ticket);
		}
	}
	further_resume(engine);
	asked_at_once(engine);
}
