/* A new life of the process: tickets whose decision was durable are taken up where they were. One with an intent may have been
 * written, and begins by finding out. */
#include "engine/inside.h"

static void drop(struct engine *engine, struct ticket *ticket)
{
	map_remove(&engine->restored, ticket->id);
	list_remove(&ticket->held);
	engine->held_count--;
	ticket_free(ticket);
}

static struct ticket *begin(struct engine *engine, uint64_t id)
{
	struct ticket *ticket = map_get_pointer(&engine->restored, id);

	if (ticket)
		drop(engine, ticket);
	ticket = ticket_new(id);
	map_put_pointer(&engine->restored, id, ticket);
	list_push_back(&engine->held, &ticket->held);
	engine->held_count++;
	return ticket;
}

static void unreadable(struct engine *engine, const struct record *record, const struct err *err)
{
	buf_printf(&engine->early, "%s of ticket %llu cannot be read and is left out: %s\n",
	           record_kind_name(record->kind), (unsigned long long)record->ticket_id, err->text);
}

void engine_restore(struct engine *engine, const struct record *record)
{
	struct ticket *ticket;
	struct err err;

	ENSURE(!engine->started);
	ENSURE(!engine->setup.dry_run);
	switch (record->kind) {
	case RECORD_DECISION:
		ticket = begin(engine, record->ticket_id);
		if (journal_read_decision(ticket, record->payload, &err) < 0) {
			drop(engine, ticket);
			unreadable(engine, record, &err);
		}
		break;
	case RECORD_INTENT:
		ticket = map_get_pointer(&engine->restored, record->ticket_id);
		if (ticket && journal_read_intent(engine, ticket, record->payload, &err) < 0) {
			ticket->maybe_written = true; /* whatever it was, it may have been sent */
			unreadable(engine, record, &err);
		}
		break;
	case RECORD_OUTCOME:
		ticket = map_get_pointer(&engine->restored, record->ticket_id);
		if (!journal_outcome_is_final(record->payload))
			break;
		map_put(&engine->discover.seen, record->ticket_id, 0);
		if (ticket)
			drop(engine, ticket);
		break;
	}
}

/* In the first step: they go straight to the refresh, no model is asked again. */
void restore_resume(struct engine *engine)
{
	map_free(&engine->restored);
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		map_put(&engine->discover.seen, ticket->id, 0);
		ticket->admitted_at = engine->now.mono;
		engine->admitted++;
		engine->batch.found++;
		ticket_move(ticket, TICKET_CLAIMED);
		ticket_move(ticket, TICKET_DURABLE);
		write_begin(engine, ticket);
	}
}
