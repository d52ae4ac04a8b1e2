/* What is remembered of a ticket when it ends, and the parked tickets whose decision is kept until
 * they come back. */
#include "engine/core/memory.h"

#include "engine/core/held.h"
#include "engine/core/search.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

#define PARKED_MAX 10000
#define RETURN_FIRST MSEC_MINUTE
#define RETURN_MAX (60 * MSEC_MINUTE)
/* of a ticket that Zendesk refuses: a backlog of them must not use up the rate limit */
#define REFUSED_FIRST MSEC_HOUR
#define REFUSED_MAX (24 * MSEC_HOUR)

void memory_init(struct memory *memory)
{
	map_init(&memory->known);
	map_init(&memory->parked);
	map_init(&memory->marks);
	map_init(&memory->shadows);
}

void memory_free(struct memory *memory)
{
	map_free(&memory->known);
	map_free(&memory->parked);
	map_free(&memory->marks);
	map_free(&memory->shadows);
}

void memory_unpark(struct engine *engine, struct ticket *ticket)
{
	map_remove(&engine->account->memory.parked, ticket->key.id);
}

void memory_give_up(struct engine *engine, struct ticket *ticket)
{
	memory_unpark(engine, ticket);
	lane_move(engine, ticket, LANE_NONE, 0);
	ticket_free(ticket);
}

void memory_give_up_all(struct engine *engine)
{
	struct ticket *ticket;

	while ((ticket = lane_first(engine, LANE_PARKED)))
		memory_give_up(engine, ticket);
}

static enum judgement judge_if_moved(const struct desk_ticket *read, msec when,
                                     enum judgement moved)
{
	return read->updated_wall > when ? moved : JUDGED_KNOWN;
}

/* In writing mode a shadow decision is none. */
static enum judgement judge_shadowed(const struct engine *engine, const struct desk_ticket *read)
{
	return shadow_is_on(engine) && shadow_is_unmoved(engine, read) ? JUDGED_KNOWN : JUDGED_NEW;
}

enum judgement memory_judge(const struct engine *engine, const struct desk_ticket *read)
{
	struct known known = memory_known(engine, read->id);
	const struct ticket *parked = memory_parked(engine, read->id);

	if (known.this_run && engine->setup.mode != ENGINE_RESIDENT)
		return JUDGED_KNOWN; /* a run that ends processes each ticket at most once */
	switch (known.kind) {
	case KNOWN_NOT:
	case KNOWN_SHADOW: return judge_shadowed(engine, read);
	case KNOWN_HELD:
	case KNOWN_UNTAGGED: return JUDGED_KNOWN;
	case KNOWN_DONE: return judge_if_moved(read, known.when, JUDGED_LOOK_AGAIN);
	case KNOWN_SKIPPED:
		return judge_if_moved(read, known.when, parked ? JUDGED_BACK : JUDGED_NEW);
	case KNOWN_DRY: return judge_if_moved(read, known.when, JUDGED_NEW);
	case KNOWN_FAILED:
		if (parked && parked->refused)
			return judge_if_moved(read, parked->updated_last, JUDGED_BACK);
		return !parked && engine->now.mono >= known.when ? JUDGED_NEW : JUDGED_KNOWN;
	}
	return JUDGED_KNOWN;
}

struct known memory_known(const struct engine *engine, uint64_t id)
{
	return known_get(&engine->account->memory.known, id);
}

void memory_put(struct engine *engine, uint64_t id, struct known known)
{
	known_put(&engine->account->memory.known, id, known);
}

void memory_forget(struct engine *engine, uint64_t id)
{
	known_forget(&engine->account->memory.known, id);
}

void memory_held(struct engine *engine, uint64_t id)
{
	memory_put(engine, id, (struct known){.kind = KNOWN_HELD, .this_run = true});
}

/* Time until the next try: a minute after the first failure, twice as long after each further one,
 * at most an hour, or of a refused ticket from an hour to a day; plus or minus a quarter at
 * random. */
static msec retry_delay(struct engine *engine, const struct ticket *ticket)
{
	msec first = ticket->refused ? REFUSED_FIRST : RETURN_FIRST;
	msec max = ticket->refused ? REFUSED_MAX : RETURN_MAX;
	msec delay = ticket->returns <= 6 ? first << (ticket->returns - 1) : max;

	if (delay > max)
		delay = max;
	return delay * 3 / 4 + (msec)prng_below(&engine->prng, (uint64_t)delay / 2 + 1);
}

/* A fresh ticket with the decision, the intent, and what is known of our note. Attempts, conflicts
 * and unsettled reads belong to the try that has ended. */
static struct ticket *copy_decision(const struct ticket *ended)
{
	struct ticket *ticket = ticket_new(ended->key);

	ticket->priority_first = ended->priority_first;
	ticket->updated_first = ended->updated_first;
	ticket->updated_last = ended->updated_last;
	ticket->returns = ended->returns;
	ticket->refused = ended->refused;
	analysis_copy(&ticket->analysis, &ended->analysis, &ticket->memory);
	ticket->text_hash = arena_str(&ticket->memory, ended->text_hash);
	ticket->maybe_written = ended->maybe_written;
	ticket->note_is_there = ticket->single_only = ended->note_is_there;
	ticket->author_id = ended->author_id;
	ticket->provisional = ended->provisional;
	ticket->single_only = ticket->single_only || ended->further.reason == FURTHER_ORDER;
	further_copy(ticket, ended);
	ticket->record_says_skipped = ended->record_says_skipped && ended->state == TICKET_FAILED;
	if (ended->has_intent) {
		ticket->has_intent = true;
		ticket->stamp = arena_str(&ticket->memory, ended->stamp);
		ticket->tags = tags_copy(&ended->tags, &ticket->memory);
		ticket->tags_added = tags_copy(&ended->tags_added, &ticket->memory);
		ticket->priority_before = ended->priority_before;
		ticket->priority_set = ended->priority_set;
		ticket->sent_in_bulk = ended->sent_in_bulk;
		ticket->sent_at = ended->sent_at;
		ticket->resend_at = ended->resend_at; /* its bulk update may still be carried out */
	}
	return ticket;
}

/* True: if the ticket were analysed and written as new, it could get a second note. */
static bool may_have_note(const struct ticket *ticket)
{
	return ticket->has_intent || ticket->maybe_written || ticket->note_is_there;
}

static void forget_oldest(struct engine *engine)
{
	struct ticket *oldest = lane_first(engine, LANE_PARKED);

	if (oldest->further.reason) {
		memory_put(engine, oldest->key.id,
		           further_former(oldest)); /* left to the next start */
	} else if (may_have_note(oldest)) {
		struct known known = memory_known(engine, oldest->key.id);

		known.when = KNOWN_WHEN_MAX; /* not tried again in this run */
		memory_put(engine, oldest->key.id, known);
	} else if (search_shows_once(engine)) {
		search_all(engine); /* it may not be shown again */
	}
	memory_give_up(engine, oldest);
}

void memory_park(struct engine *engine, struct ticket *ticket)
{
	struct known known = memory_known(engine, ticket->key.id);

	map_put_pointer(&engine->account->memory.parked, ticket->key.id, ticket);
	lane_move(engine, ticket, LANE_PARKED,
	          known.kind == KNOWN_FAILED ? known.when : MSEC_NEVER);
	if (lane_count(engine, LANE_PARKED) > PARKED_MAX)
		forget_oldest(engine);
}

static void remember_end(struct engine *engine, struct ticket *ticket)
{
	struct known known = {.this_run = true};

	if (ticket->further.reason && ticket->state == TICKET_SKIPPED) {
		known = further_former(ticket);
	} else if (ticket->state == TICKET_FAILED) {
		known.kind = KNOWN_FAILED;
		known.returns = (unsigned)++ticket->returns;
		known.when = engine->now.mono + retry_delay(engine, ticket);
	} else if (ticket->writing == WRITE_MODE_SHADOW && ticket->state == TICKET_DONE) {
		known.kind = KNOWN_SHADOW;
	} else if (ticket->writing == WRITE_MODE_DRY_RUN && ticket->state == TICKET_DONE) {
		known.kind = KNOWN_DRY;
		known.when = ticket->updated_last;
	} else if (ticket->tag_taken_off) {
		known.kind = KNOWN_UNTAGGED;
		known.when = ticket->updated_last;
	} else if (ticket->state == TICKET_DONE) {
		known.kind = KNOWN_DONE;
		known.when = ticket->verdict_wall;
	} else {
		known.kind = KNOWN_SKIPPED;
		known.when = ticket->updated_last;
	}
	memory_put(engine, ticket->key.id, known);
}

void memory_ended(struct engine *engine, struct ticket *ticket, enum lane before)
{
	bool durable = before >= LANE_READ;

	remember_end(engine, ticket);
	if (ticket->state == TICKET_DONE && ticket->writing == WRITE_MODE_WRITING)
		(void)map_remove(&engine->account->memory.marks, ticket->key.id);
	if (engine->setup.mode != ENGINE_RESIDENT || engine->draining || ticket->tag_taken_off)
		return;
	if (ticket->further.reason && ticket->state != TICKET_FAILED)
		return; /* what it had before stays */
	if (durable && ticket->state != TICKET_DONE) {
		memory_park(engine, copy_decision(ticket));
	} else if (ticket->state == TICKET_FAILED && search_shows_once(engine)) {
		struct ticket *undecided = ticket_new(ticket->key);

		undecided->returns = ticket->returns;
		memory_park(engine, undecided);
	}
}

struct ticket *memory_parked(const struct engine *engine, uint64_t id)
{
	return map_get_pointer(&engine->account->memory.parked, id);
}

bool memory_decided(const struct ticket *ticket)
{
	return ticket->analysis.model.len > 0;
}

bool memory_is_erased(const struct engine *engine, uint64_t id)
{
	return engine->setup.erased != NULL &&
	       tombstones_have(engine->setup.erased, ticket_key(engine->account->id, id));
}
