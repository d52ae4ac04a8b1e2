/* How an undo ends: what it means to the ticket, to the records, and to the person. */
#include "engine/core/further_orders.h"
#include "engine/core/undoing_end.h"

#include <stdlib.h>
#include <string.h>

#include "engine/core/journal.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

#define OVER_MAX (256 * 1024)

void undoing_tell(struct engine *engine, const struct further_order *order,
                  const struct undo_end *end)
{
	struct effect *effect = effects_add(engine->out, EFFECT_UNDONE);
	struct undone *undone = &effect->undone;

	effect->ticket = ticket_key(engine->account->id, order->id);
	memcpy(undone->order, order->order, sizeof(undone->order));
	undone->look = order->look;
	undone->end = *end;
	undone->end.removed = tags_copy(&end->removed, &effect->memory);
	undone->end.gone = tags_copy(&end->gone, &effect->memory);
	effect->text = end->reason != NULL ? xstrdup(end->reason) : NULL;
	undone->end.reason = effect->text;
}

static void say_end(struct engine *engine, uint64_t id, const struct undo_end *end)
{
	bool back = end->priority_fate == UNDO_PRIORITY_BACK;

	if (end->result == UNDO_DONE)
		say(engine, LEVEL_INFO, id, "Ticket %llu: undone: %zu %s taken off%s%s",
		    (unsigned long long)id, end->removed.count,
		    str_plural(end->removed.count, "tag", "tags"),
		    back ? ", priority back to " : "",
		    back ? priority_name(end->priority_after) : "");
	else if (end->result == UNDO_NOTHING)
		say(engine, LEVEL_INFO, id, "Ticket %llu: nothing of ours is left to undo",
		    (unsigned long long)id);
	else
		say(engine, LEVEL_WARNING, id, "Ticket %llu: not undone: %s",
		    (unsigned long long)id, end->reason != NULL ? end->reason : "unknown");
}

static void restore_kept(struct engine *engine, struct further_order *order)
{
	struct further_order *kept = order->kept;

	if (kept == NULL)
		return;
	order->reason = kept->reason;
	order->at = kept->at;
	memcpy(order->order, kept->order, sizeof(order->order));
	memcpy(order->by, kept->by, sizeof(order->by));
	order->sequence = kept->sequence;
	order->unsaved = kept->unsaved;
	order->not_before = kept->not_before;
	order->failures = kept->failures;
	order->kept = NULL;
	free(kept);
	further_enter(engine, order, FURTHER_OPEN);
}

/* It is written again until it is durable: what is taken back is not ours any more. */
static void record_end(struct engine *engine, struct further_order *order,
                       const struct undo_end *end)
{
	struct buf out;

	if (engine->setup.dry_run)
		return;
	buf_init(&out, OVER_MAX);
	journal_add_undo(&out, order, end);
	order->over = buf_take(&out, NULL);
	order->unsaved = false;
	journal_undo(engine, order, NULL);
	order->sequence = engine->last_sequence;
	list_push_back(&engine->account->furthers.closing, &order->place);
}

void undoing_erased(struct engine *engine, uint64_t id)
{
	const struct further_order *order = further_of(engine, id);

	if (order != NULL && order->reason == FURTHER_UNDO && order->phase != FURTHER_IDLE)
		undoing_tell(engine, order,
		             &(struct undo_end){.result = UNDO_LEFT, .reason = "it was erased"});
}

void undoing_closing(struct engine *engine, msec *deadline)
{
	list_each(node, next, &engine->account->furthers.closing)
	{
		struct further_order *order = container_of(node, struct further_order, place);

		if (!order->unsaved && order->sequence <= engine->settled_sequence) {
			list_remove(&order->place);
			free(order->over);
			order->over = NULL;
		} else if (order->unsaved && engine->now.mono >= order->not_before) {
			order->unsaved = false;
			journal_undo(engine, order, NULL);
			order->sequence = engine->last_sequence;
		} else if (order->unsaved) {
			clock_earliest(deadline, order->not_before);
		}
	}
}

void undoing_close(struct engine *engine, struct further_order *order, const struct undo_end *end)
{
	further_enter(engine, order, FURTHER_IDLE);
	if (!order->look) {
		record_end(engine, order, end);
		say_end(engine, order->id, end);
	}
	undoing_tell(engine, order, end);
	restore_kept(engine, order);
}

static struct tags without(const struct tags *tags, struct str tag, struct arena *arena)
{
	struct tags one = {.items = &tag, .count = 1};

	return tags_missing(&one, tags, arena);
}

void undoing_plan(const struct engine *engine, struct ticket *ticket,
                  const struct desk_ticket *read, struct undo_plan *ret)
{
	const struct earlier *earlier = &ticket->further.earlier;
	struct undo_update update = {.added = earlier->labels,
	                             .before = earlier->priority_base,
	                             .set = earlier->priority_ours ? earlier->priority_left
	                                                           : PRIORITY_NONE,
	                             .note = earlier->decided > 0};
	struct undo_ticket now = {.tags = read->tags,
	                          .priority = read->priority,
	                          .priority_theirs = ticket->further.priority_theirs,
	                          .closed = read->status == DESK_CLOSED ||
	                                    read->status == DESK_DELETED};
	struct undo_end *end = &ticket->further.undone;

	if (!ticket->further.forget)
		update.added =
		        without(&earlier->labels, str_of(engine->config->zendesk.processed_tag),
		                &ticket->memory);
	undo_plan_make(&update, &now, ret, &ticket->memory);
	*end = (struct undo_end){.removed = ret->removed,
	                         .gone = ret->gone,
	                         .priority_fate = ret->priority_fate,
	                         .priority_before = read->priority,
	                         .priority_after = ret->priority_fate == UNDO_PRIORITY_BACK
	                                                   ? ret->priority
	                                                   : read->priority,
	                         .note_stays = ret->note_stays,
	                         .updated = read->updated_wall};
	end->removed = tags_copy(&ret->removed, &ticket->memory);
	end->gone = tags_copy(&ret->gone, &ticket->memory);
}

static void remember_undo(struct engine *engine, const struct ticket *ticket,
                          const struct undo_end *end)
{
	struct known known = ticket->further.former;

	known.this_run = true;
	if (!ticket->further.look && end->result == UNDO_DONE) {
		if (ticket->further.forget)
			known.kind = KNOWN_UNTAGGED;
		if (known.when < end->updated)
			known.when = end->updated;
	}
	memory_put(engine, ticket->key.id, known);
}

static bool is_tried_again(const struct engine *engine, const struct ticket *ticket,
                           struct further_order *order)
{
	return ticket->state == TICKET_FAILED && !ticket->refused && !order->look &&
	       engine->setup.mode == ENGINE_RESIDENT && ++order->failures < FURTHER_FAILURES_MAX;
}

void undoing_end(struct engine *engine, struct ticket *ticket, const char *reason)
{
	struct further_order *order = further_of(engine, ticket->key.id);
	struct undo_end end = ticket->further.undone;

	if (ticket->state == TICKET_DONE)
		end.result = UNDO_DONE;
	else if (ticket->state == TICKET_FAILED)
		end.result = UNDO_FAILED;
	else if (reason != NULL)
		end.result = UNDO_LEFT;
	end.reason = reason;
	if (ticket->verdict_wall > end.updated)
		end.updated = ticket->verdict_wall;
	remember_undo(engine, ticket, &end);
	if (order == NULL)
		return;
	if (is_tried_again(engine, ticket, order))
		further_dropped_id(engine, order->id, FURTHER_AGAIN_FIRST << (order->failures - 1));
	else
		undoing_close(engine, order, &end);
}
