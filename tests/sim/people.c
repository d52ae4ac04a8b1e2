/* Edits by people, and updates of the search index: planned changes in a heap by time. */
#include "parts.h"

#include <stdlib.h>

#define LOOK_EDIT_DELAY_MAX (3 * MSEC_SECOND) /* delay from our read to a person's edit */
#define SYSTEM_DELAY_MAX (30 * MSEC_SECOND)   /* delay from any change to the system's reaction */
#define RETAG_DELAY_MAX ((msec)1500)          /* delay from our write to the restored old list */

/* Another program uses our user's credentials: what it changes counts as ours. */
static void choose(struct world *world, struct z_ticket *ticket, enum z_hand hand)
{
	static const char *const words[] = {"refund", "billing"};
	struct z_store *store = &world->zendesk.store;
	uint32_t word = words_intern(&store->words,
	                             str_of(words[prng_below(&world->chance, ARRAY_LEN(words))]));
	if (prng_below(&world->chance, 2)) {
		ticket->live.priority =
		        (enum z_priority)(1 + prng_below(&world->chance, Z_PRIORITIES - 1));
		ticket->priority_by_people = world->now.wall;
		audits_note_priority(world, ticket, hand);
	} else if (!z_state_has(&ticket->live, word)) {
		z_state_add_tag(store, &ticket->live, word, false);
		audits_note(world, ticket, word, true, hand);
	}
}

/* Half of the choices are an agent's. */
static void somebody_chooses(struct world *world)
{
	static const enum z_hand hands[] = {Z_HAND_AGENT, Z_HAND_AGENT,     Z_HAND_AGENT,
	                                    Z_HAND_RULE,  Z_HAND_REQUESTER, Z_HAND_BOT};
	double gap = MSEC_MINUTE / world->options.choices_per_minute;
	uint64_t id = 1 + prng_below(&world->chance, world->options.tickets);
	struct z_ticket *ticket = z_store_find(&world->zendesk.store, id);
	if (ticket->live.status < Z_CLOSED) {
		choose(world, ticket, hands[prng_below(&world->chance, ARRAY_LEN(hands))]);
		world->audit.edits++;
		ticket_changed(world, ticket);
	}
	if (!world_has_calmed(world))
		people_plan(world, EDIT_CHOICE, 0,
		            world->now.mono + (msec)(gap * 2 * prng_unit(&world->chance)) + 1);
}

static void edit_happens(struct world *world, struct future *future);

void people_plan(struct world *world, enum edit_kind kind, uint64_t ticket, msec at)
{
	struct edit *edit = xcalloc(1, sizeof(*edit));
	edit->kind = kind;
	edit->ticket = ticket;
	edit->future.happens = edit_happens;
	world_plan(world, &edit->future, at);
}

void edit_free(struct world *world, struct edit *edit)
{
	heap_remove(&world->futures, &edit->future.node);
	z_state_free(&edit->before);
	free(edit);
}

void ticket_changed(struct world *world, struct z_ticket *ticket)
{
	if (ticket->live.updated < stamp_second(world))
		ticket->live.updated = stamp_second(world);
	if (ticket->generated < stamp_second(world))
		ticket->generated = stamp_second(world);
	if (world->options.again_per_minute > 0 && ticket->id % 10 == 3)
		audits_order(world, ticket, Z_HAND_RULE);
	if (prng_below(&world->chance, 10) == 0)
		people_plan(world, EDIT_SYSTEM, ticket->id,
		            world->now.mono +
		                    latency_between(world, MSEC_SECOND, SYSTEM_DELAY_MAX));
	msec lag = world->options.index_lag;
	if (lag <= 0)
		return;
	people_plan(world, EDIT_INDEX, ticket->id,
	            world->now.mono + latency_between(world, lag / 2, lag));
}

/* Plans an edit before the second of Date is over: a stamp of whole seconds cannot distinguish it
 * from an edit before the read. */
static void plan_edit_in_same_second(struct world *world, uint64_t ticket)
{
	msec rest = MSEC_SECOND - 1 - world->now.wall % MSEC_SECOND;
	if (prng_below(&world->chance, 4) == 0)
		people_plan(world, prng_below(&world->chance, 2) ? EDIT_ADD_TAG : EDIT_COMMENT,
		            ticket, world->now.mono + latency_between(world, 0, rest));
}

void people_after_look(struct world *world, uint64_t ticket)
{
	enum edit_kind kind;
	switch ((int)world->fault) {
	case FAULT_CONFLICT: kind = EDIT_COMMENT; break;
	case FAULT_TAGS: kind = EDIT_ADD_TAG; break;
	case FAULT_PRIORITY: kind = EDIT_PRIORITY; break;
	case FAULT_SOLVED: kind = EDIT_SOLVE; break;
	case FAULT_CLOSED: kind = EDIT_CLOSE; break;
	case FAULT_DELETED: kind = EDIT_DELETE; break;
	case FAULT_SAME_SECOND: plan_edit_in_same_second(world, ticket); return;
	default: return;
	}
	/* One person reacts to a page of many tickets: every fourth ticket is edited. */
	if (prng_below(&world->chance, 4) == 0 || kind == EDIT_COMMENT)
		people_plan(world, kind, ticket,
		            world->now.mono + latency_between(world, 0, LOOK_EDIT_DELAY_MAX));
}

void people_after_write(struct world *world, struct z_ticket *ticket, const struct z_state *before)
{
	if (world->fault == FAULT_UNTAG) {
		people_plan(world, EDIT_UNTAG, ticket->id,
		            world->now.mono + latency_between(world, 0, LOOK_EDIT_DELAY_MAX));
	} else if (world->fault == FAULT_RETAG) {
		struct edit *edit = xcalloc(1, sizeof(*edit));
		edit->kind = EDIT_RETAG;
		edit->ticket = ticket->id;
		z_state_copy(&edit->before, before);
		edit->future.happens = edit_happens;
		world_plan(world, &edit->future,
		           world->now.mono + latency_between(world, 0, RETAG_DELAY_MAX));
	}
}

static void edit_tags(struct world *world, struct z_ticket *ticket)
{
	static const char *const words[] = {"vip", "callback", "waiting_for_parts", "escalated",
	                                    "second_level"};
	static const char *const ours[] = {"ai_bug", "ai_high", "ai_negative", "ai_billing"};
	struct z_store *store = &world->zendesk.store;
	bool namesake = world->options.namesakes && ticket->notes_by_us == 0 &&
	                prng_below(&world->chance, 2) == 0;
	struct str word = str_of(namesake ? ours[prng_below(&world->chance, ARRAY_LEN(ours))]
	                                  : words[prng_below(&world->chance, ARRAY_LEN(words))]);
	z_state_add_tag(store, &ticket->live, words_intern(&store->words, word), false);
}

static void edit_priority(struct world *world, struct z_ticket *ticket)
{
	enum z_priority priority =
	        (enum z_priority)(1 + prng_below(&world->chance, Z_PRIORITIES - 1));
	if (priority == ticket->live.priority)
		return;
	ticket->live.priority = priority;
	ticket->priority_by_people = world->now.wall;
	audits_note_priority(world, ticket, Z_HAND_AGENT);
}

static void edit_comment(struct world *world, struct z_ticket *ticket)
{
	struct z_comment *comment =
	        z_ticket_add_comment(&world->zendesk.store, ticket, STR("Any news on this?"));
	comment->author = PERSON_ID;
	comment->is_public = true;
	comment->created = stamp_second(world);
}

static void take_over(struct z_ticket *ticket)
{
	if (!ticket->indexed)
		ticket->indexed = xcalloc(1, sizeof(*ticket->indexed));
	z_state_copy(ticket->indexed, &ticket->live);
}

/* Saves a form that was opened before our write: its whole tag list replaces ours. */
static void put_tags_back(struct world *world, struct z_ticket *ticket,
                          const struct z_state *before)
{
	uint32_t ours = world->zendesk.processed_word;
	if (ticket->live.status >= Z_CLOSED)
		return;
	if (z_state_has(&ticket->live, ours) && !z_state_has(before, ours)) {
		ticket->people_untagged = true;
		audits_note(world, ticket, ours, false, Z_HAND_AGENT);
	}
	ticket->tags_put_back = true;
	z_state_free(&ticket->live);
	for (size_t i = 0; i < before->tag_count; i++)
		z_state_add_tag(&world->zendesk.store, &ticket->live, before->tags[i].word,
		                before->tags[i].by_us);
	world->audit.edits++;
	ticket_changed(world, ticket);
}

/* A person edits a ticket; closed and deleted ones are left alone. */
void people_do(struct world *world, enum edit_kind kind, struct z_ticket *ticket)
{
	if (ticket->live.status >= Z_CLOSED)
		return;
	switch (kind) {
	case EDIT_ADD_TAG: edit_tags(world, ticket); break;
	case EDIT_PRIORITY: edit_priority(world, ticket); break;
	case EDIT_SOLVE: ticket->live.status = Z_SOLVED; break;
	case EDIT_CLOSE: ticket->live.status = Z_CLOSED; break;
	case EDIT_DELETE: ticket->live.status = Z_DELETED; break;
	case EDIT_UNTAG:
		ticket->people_untagged |=
		        z_state_has(&ticket->live, world->zendesk.processed_word);
		audits_note(world, ticket, world->zendesk.processed_word, false, Z_HAND_AGENT);
		z_state_remove_tag(&ticket->live, world->zendesk.processed_word);
		break;
	case EDIT_RETAG:
	case EDIT_SYSTEM:
	case EDIT_INDEX:
	case EDIT_RANDOM:
	case EDIT_AGAIN:
	case EDIT_CHOICE:
	case EDIT_COMMENT: edit_comment(world, ticket); break;
	}
	world->audit.edits++;
	ticket_changed(world, ticket);
}

/* A person edits a ticket that was findable at the start; most edits are harmless. */
static void somebody_edits(struct world *world)
{
	static const enum edit_kind kinds[] = {EDIT_COMMENT, EDIT_COMMENT,  EDIT_ADD_TAG,
	                                       EDIT_ADD_TAG, EDIT_PRIORITY, EDIT_SOLVE};
	double gap = MSEC_MINUTE / world->options.people_per_minute;
	uint64_t id = 1 + prng_below(&world->chance, world->options.tickets);
	people_do(world, kinds[prng_below(&world->chance, ARRAY_LEN(kinds))],
	          z_store_find(&world->zendesk.store, id));
	if (!world_has_calmed(world))
		people_plan(world, EDIT_RANDOM, 0,
		            world->now.mono + (msec)(gap * 2 * prng_unit(&world->chance)) + 1);
}

/* Half of the tags are an agent's. */
static void somebody_orders(struct world *world)
{
	static const enum z_hand hands[] = {Z_HAND_AGENT, Z_HAND_AGENT, Z_HAND_REQUESTER,
	                                    Z_HAND_RULE};
	double gap = MSEC_MINUTE / world->options.again_per_minute;
	uint64_t id = 1 + prng_below(&world->chance, world->options.tickets);
	struct z_ticket *ticket = z_store_find(&world->zendesk.store, id);
	if (ticket->live.status < Z_CLOSED &&
	    !z_state_has(&ticket->live, world->zendesk.again_word)) {
		audits_order(world, ticket, hands[prng_below(&world->chance, ARRAY_LEN(hands))]);
		ticket_changed(world, ticket);
	}
	if (!world_has_calmed(world))
		people_plan(world, EDIT_AGAIN, 0,
		            world->now.mono + (msec)(gap * 2 * prng_unit(&world->chance)) + 1);
}

static void edit_happens(struct world *world, struct future *future)
{
	struct edit *edit = container_of(future, struct edit, future);
	struct z_ticket *ticket = z_store_find(&world->zendesk.store, edit->ticket);
	switch ((int)edit->kind) {
	case EDIT_RANDOM: somebody_edits(world); break;
	case EDIT_AGAIN: somebody_orders(world); break;
	case EDIT_CHOICE: somebody_chooses(world); break;
	case EDIT_INDEX: take_over(ticket); break;
	case EDIT_SYSTEM:
		if (ticket->generated < stamp_second(world))
			ticket->generated = stamp_second(world);
		break;
	case EDIT_RETAG: put_tags_back(world, ticket, &edit->before); break;
	default: people_do(world, edit->kind, ticket);
	}
	edit_free(world, edit);
}
