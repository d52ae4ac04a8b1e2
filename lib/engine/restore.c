/* A new life of the process: what the durable records of earlier ones say. Tickets whose decision was durable and that came to no
 * end, or failed, are taken up where they were; one with an intent may have been written, and begins by finding out. Those that
 * were skipped keep their decision and wait until they have changed. All others are remembered by a word each. */
#include "engine/core/state.h"

static void drop(struct engine *engine, struct ticket *ticket)
{
	map_remove(&engine->restored, ticket->id);
	ticket_let_go(engine, ticket);
	ticket_free(ticket);
}

static struct ticket *begin(struct engine *engine, uint64_t id)
{
	struct ticket *ticket = map_get_pointer(&engine->restored, id);

	if (ticket)
		drop(engine, ticket);
	ticket = ticket_new(id);
	map_put_pointer(&engine->restored, id, ticket);
	ticket_hold(engine, ticket);
	return ticket;
}

static void unreadable(struct engine *engine, const struct record *record, const struct err *err)
{
	buf_printf(&engine->early, "%s of ticket %llu cannot be read and is left out: %s\n",
	           record_kind_name(record->kind), (unsigned long long)record->ticket_id, err->text);
}

static void restore_decision(struct engine *engine, const struct record *record)
{
	struct ticket *ticket = begin(engine, record->ticket_id);
	struct err err;

	if (journal_read_decision(ticket, record->payload, &err) < 0) {
		drop(engine, ticket);
		unreadable(engine, record, &err);
		return;
	}
	ticket->updated_last = ticket->updated_first;
	known_forget(&engine->discover.known, record->ticket_id); /* analysed anew after an earlier end */
}

/* After an outcome it means that the ticket came back with its decision. */
static void restore_intent(struct engine *engine, const struct record *record)
{
	struct ticket *ticket = map_get_pointer(&engine->restored, record->ticket_id);
	struct err err;

	if (!ticket)
		return;
	if (journal_read_intent(engine, ticket, record->payload, &err) < 0) {
		ticket->maybe_written = true; /* whatever it was, it may have been sent */
		unreadable(engine, record, &err);
	} else {
		known_forget(&engine->discover.known, record->ticket_id);
	}
}

struct known known_of_past(const struct past *past)
{
	struct known known = {.returns = past->returns > 0 ? (unsigned)past->returns : 0};

	if (past->untagged)
		known.kind = KNOWN_UNTAGGED;
	else if (past->state == TICKET_DONE)
		known.kind = KNOWN_DONE;
	else
		known.kind = past->state == TICKET_FAILED ? KNOWN_FAILED : KNOWN_SKIPPED;
	if (known.kind == KNOWN_DONE)
		known.when = past->verdict;
	else if (known.kind != KNOWN_FAILED)
		known.when = past->updated;
	return known;
}

/* By its brief, or by its payload. `updated` matters for tickets that came to no end; in a brief that is a skipped one's `when`. */
static int read_outcome(const struct record *record, struct known *ret_known, msec *ret_updated, struct err *err)
{
	struct past past;

	if (record->brief != 0) {
		*ret_known = known_unpack(record->brief);
		*ret_updated = ret_known->when;
		return ret_known->kind >= KNOWN_DONE && ret_known->kind <= KNOWN_SKIPPED
		               ? 0
		               : err_set(err, "its brief is none");
	}
	if (journal_read_outcome(record->payload, &past, err) < 0)
		return -1;
	*ret_known = known_of_past(&past);
	*ret_updated = past.updated;
	return 0;
}

static void restore_outcome(struct engine *engine, const struct record *record)
{
	struct ticket *ticket = map_get_pointer(&engine->restored, record->ticket_id);
	struct known known;
	msec updated;
	struct err err;

	if (read_outcome(record, &known, &updated, &err) < 0) {
		unreadable(engine, record, &err);
		return;
	}
	known_put(&engine->discover.known, record->ticket_id, known);
	if (!ticket) {
		if (known.kind == KNOWN_FAILED && stream_follows(engine))
			reread_add(engine, record->ticket_id);
	} else if (known.kind == KNOWN_DONE || known.kind == KNOWN_UNTAGGED) {
		drop(engine, ticket);
	} else {
		ticket->returns = (int)known.returns;
		ticket->updated_last = updated;
	}
}

void engine_restore_expect(struct engine *engine, size_t count)
{
	map_reserve(&engine->discover.known, count);
}

void engine_restore(struct engine *engine, const struct record *record)
{
	struct err err;

	ENSURE(!engine->started);
	ENSURE(!engine->setup.dry_run);
	switch (record->kind) {
	case RECORD_DECISION: restore_decision(engine, record); break;
	case RECORD_INTENT: restore_intent(engine, record); break;
	case RECORD_OUTCOME: restore_outcome(engine, record); break;
	case RECORD_CURSOR:
		if (stream_follows(engine) && journal_read_cursor(engine, record->payload, &err) < 0)
			unreadable(engine, record, &err);
		break;
	}
}

/* In the first step: those without an end, and those that failed, go straight to the refresh; no model is asked again. */
void restore_resume(struct engine *engine)
{
	map_free(&engine->restored);
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		if (known_get(&engine->discover.known, ticket->id).kind == KNOWN_SKIPPED) {
			ticket_let_go(engine, ticket);
			returns_park(engine, ticket);
		} else if (quarantine_has(engine, ticket->id)) {
			ticket_let_go(engine, ticket);
			quarantine_tell(engine, ticket->id, NULL, false);
			ticket_free(ticket);
		} else {
			returns_take_up(engine, ticket);
		}
	}
	reread_at_once(engine);
}
