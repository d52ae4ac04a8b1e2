/* What becomes of a ticket after its end: what of it is remembered, and how it comes back.
 *
 *   DONE     not again. A search that lags shows it for minutes; one whose updated_at is later than our verdict is looked at
 *            again (reread.c): is our tag still there?
 *   SKIPPED  when its updated_at has moved past the last read, with the decision it had
 *   FAILED   by itself after 1, 2, 4 … 60 minutes, with fresh attempts; with a durable decision straight to the refresh, no model
 *            is asked again; without one it may be found again, or, where the stream would not show it a second time, is read again
 *   a dry run's tickets when their updated_at has moved
 *
 * A run that ends (--once, --ticket-id) takes up nothing a second time; its successor does, from the durable records.
 *
 * A ticket that may come back with its decision is parked: a fresh struct that holds the decision, and an intent if there is one.
 * The oldest of more than 10,000 are forgotten; but one that may have been written and whose decision we no longer hold could be
 * commented twice, so it is left to the next life of the process, which reads the records. */
#include "engine/core/state.h"

#define PARKED_MAX 10000
#define RETURN_FIRST MSEC_MINUTE
#define RETURN_MAX (60 * MSEC_MINUTE)

void returns_init(struct engine *engine)
{
	struct returns *returns = &engine->discover.returns;

	map_init(&engine->discover.known);
	map_init(&returns->parked);
	list_init(&returns->order);
	heap_init(&returns->failed);
}

static void unpark(struct engine *engine, struct ticket *ticket)
{
	struct returns *returns = &engine->discover.returns;

	map_remove(&returns->parked, ticket->id);
	heap_remove(&returns->failed, &ticket->turn);
	list_remove(&ticket->queue);
}

void returns_clear(struct engine *engine)
{
	struct returns *returns = &engine->discover.returns;
	struct ticket *ticket;

	while ((ticket = list_first(&returns->order, struct ticket, queue))) {
		unpark(engine, ticket);
		ticket_free(ticket);
	}
	map_free(&returns->parked);
	heap_free(&returns->failed);
}

static enum judgement since(const struct zd_ticket *read, msec when, enum judgement moved)
{
	return read->updated_wall > when ? moved : JUDGED_KNOWN;
}

enum judgement returns_judge(const struct engine *engine, const struct zd_ticket *read)
{
	const struct discover *discover = &engine->discover;
	struct known known = known_get(&discover->known, read->id);
	bool parked = map_get(&discover->returns.parked, read->id, NULL);

	if (known.this_run && engine->setup.mode != ENGINE_RESIDENT)
		return JUDGED_KNOWN; /* at most once a run */
	switch (known.kind) {
	case KNOWN_NOT: return JUDGED_NEW;
	case KNOWN_HELD:
	case KNOWN_UNTAGGED: return JUDGED_KNOWN;
	case KNOWN_DONE: return since(read, known.when, JUDGED_LOOK_AGAIN);
	case KNOWN_SKIPPED: return since(read, known.when, parked ? JUDGED_BACK : JUDGED_NEW);
	case KNOWN_DRY: return since(read, known.when, JUDGED_NEW);
	case KNOWN_FAILED: return !parked && engine->now.mono >= known.when ? JUDGED_NEW : JUDGED_KNOWN;
	}
	return JUDGED_KNOWN;
}

void returns_held(struct engine *engine, uint64_t id)
{
	known_put(&engine->discover.known, id, (struct known){.kind = KNOWN_HELD, .this_run = true});
}

/* A minute after the first failure, twice as long after each further one, a quarter more or less. */
static msec delay_of(struct engine *engine, int failures)
{
	msec delay = failures <= 6 ? RETURN_FIRST << (failures - 1) : RETURN_MAX;

	if (delay > RETURN_MAX)
		delay = RETURN_MAX;
	return delay * 3 / 4 + (msec)prng_below(&engine->prng, (uint64_t)delay / 2 + 1);
}

/* The decision, and what is known of our note: attempts, conflicts and half-done reads belong to the way that has ended. */
static struct ticket *with_decision(const struct ticket *ended)
{
	struct ticket *ticket = ticket_new(ended->id);

	ticket->priority_first = ended->priority_first;
	ticket->updated_first = ended->updated_first;
	ticket->updated_last = ended->updated_last;
	ticket->returns = ended->returns;
	analysis_copy(&ticket->analysis, &ended->analysis, &ticket->memory);
	ticket->maybe_written = ended->maybe_written;
	ticket->tags_only = ticket->alone = ended->tags_only;
	ticket->author_id = ended->author_id;
	ticket->skipped_on_record = ended->skipped_on_record && ended->state == TICKET_FAILED;
	if (ended->intent) {
		ticket->intent = true;
		ticket->stamp = arena_str(&ticket->memory, ended->stamp);
		ticket->tags = tags_copy(&ended->tags, &ticket->memory);
		ticket->tags_added = tags_copy(&ended->tags_added, &ticket->memory);
		ticket->priority_before = ended->priority_before;
		ticket->priority_set = ended->priority_set;
		ticket->in_bulk = ended->in_bulk;
		ticket->sent_at = ended->sent_at;
		ticket->resend_at = ended->resend_at; /* a bulk write may still be carried out */
	}
	return ticket;
}

/* Analysed and written anew it could have two notes. */
static bool may_have_note(const struct ticket *ticket)
{
	return ticket->intent || ticket->maybe_written || ticket->tags_only;
}

static void forget_oldest(struct engine *engine)
{
	struct discover *discover = &engine->discover;
	struct ticket *oldest = list_first(&discover->returns.order, struct ticket, queue);

	if (may_have_note(oldest)) {
		struct known known = known_get(&discover->known, oldest->id);

		known.when = KNOWN_WHEN_MAX; /* not in this life */
		known_put(&discover->known, oldest->id, known);
	} else if (stream_follows(engine)) {
		discover->stream.search_first = true; /* the stream need not show it again */
	}
	unpark(engine, oldest);
	ticket_free(oldest);
}

void returns_park(struct engine *engine, struct ticket *ticket)
{
	struct returns *returns = &engine->discover.returns;
	struct known known = known_get(&engine->discover.known, ticket->id);

	map_put_pointer(&returns->parked, ticket->id, ticket);
	list_push_back(&returns->order, &ticket->queue);
	if (known.kind == KNOWN_FAILED)
		heap_insert(&returns->failed, &ticket->turn, known.when);
	if (returns->parked.count > PARKED_MAX)
		forget_oldest(engine);
}

static void remember(struct engine *engine, struct ticket *ticket)
{
	struct known known = {.this_run = true};

	if (ticket->state == TICKET_FAILED) {
		known.kind = KNOWN_FAILED;
		known.returns = (unsigned)++ticket->returns;
		known.when = engine->now.mono + delay_of(engine, ticket->returns);
	} else if (engine->setup.dry_run && ticket->state == TICKET_DONE) {
		known.kind = KNOWN_DRY;
		known.when = ticket->updated_last;
	} else if (ticket->untagged) {
		known.kind = KNOWN_UNTAGGED;
		known.when = ticket->updated_last;
	} else if (ticket->state == TICKET_DONE) {
		known.kind = KNOWN_DONE;
		known.when = ticket->verdict_wall;
	} else {
		known.kind = KNOWN_SKIPPED;
		known.when = ticket->updated_last;
	}
	known_put(&engine->discover.known, ticket->id, known);
}

void returns_ended(struct engine *engine, struct ticket *ticket, enum ticket_state before)
{
	bool durable = before >= TICKET_DURABLE && before < TICKET_DONE;

	remember(engine, ticket);
	if (engine->setup.mode != ENGINE_RESIDENT || engine->draining || ticket->untagged)
		return;
	if (durable && ticket->state != TICKET_DONE) {
		returns_park(engine, with_decision(ticket));
	} else if (ticket->state == TICKET_FAILED && stream_follows(engine)) {
		struct ticket *undecided = ticket_new(ticket->id);

		undecided->returns = ticket->returns;
		returns_park(engine, undecided);
	}
}

void returns_take_up(struct engine *engine, struct ticket *ticket)
{
	returns_held(engine, ticket->id);
	if (list_empty(&ticket->held))
		ticket_hold(engine, ticket);
	ticket->admitted_at = engine->now.mono;
	engine->admitted++;
	engine->batch.found++;
	ticket_move(ticket, TICKET_CLAIMED);
	ticket_move(ticket, TICKET_DURABLE);
	write_begin(engine, ticket);
}

struct ticket *returns_parked(const struct engine *engine, uint64_t id)
{
	return map_get_pointer(&engine->discover.returns.parked, id);
}

bool returns_decided(const struct ticket *ticket)
{
	return ticket->analysis.model.len > 0;
}

void returns_give_up(struct engine *engine, struct ticket *ticket)
{
	unpark(engine, ticket);
	ticket_free(ticket);
}

void returns_bring_back(struct engine *engine, uint64_t id)
{
	struct ticket *ticket = returns_parked(engine, id);

	if (known_get(&engine->discover.known, id).kind == KNOWN_SKIPPED)
		ticket->skipped_on_record = true;
	unpark(engine, ticket);
	returns_take_up(engine, ticket);
}

/* A page's worth more than new tickets may have: a backlog does not keep them away. */
static bool room(const struct engine *engine)
{
	size_t under_way = engine->held_count - engine->discover.waiting.count;
	size_t window = (size_t)engine->upstreams[UPSTREAM_LLM].window.size;

	return under_way < window + HELD_BEYOND_WINDOW + ZD_PAGE_MAX && !reread_full(engine);
}

void returns_pump(struct engine *engine, msec *deadline)
{
	struct returns *returns = &engine->discover.returns;
	struct heap_node *top;

	if (!session_zendesk_open(engine) || !engine_admitting(engine))
		return;
	while ((top = heap_top(&returns->failed)) && room(engine)) {
		struct ticket *ticket = container_of(top, struct ticket, turn);

		if (top->key > engine->now.mono) {
			earliest(deadline, top->key);
			return;
		}
		if (returns_decided(ticket)) {
			returns_bring_back(engine, ticket->id);
			continue;
		}
		unpark(engine, ticket);
		reread_add(engine, ticket->id);
		ticket_free(ticket);
	}
}
