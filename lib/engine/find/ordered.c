/* What a person orders: pause, resume, "these tickets, now", and "forget these".
 *
 * A pause begins nothing new. What is in hand is finished: whoever was admitted is analysed and written. Tickets that only wait in
 * their page are given back to the next search, which begins at the end of the pause.
 *
 * Tickets that were asked for are read again by their numbers, a hundred a request, and go ahead of all others, during a pause too.
 * Whoever asks gets an answer for each: what was done, or why nothing was. Of one that was erased the number is told nowhere. */
#include "engine/core/state.h"

static size_t in_hand(const struct engine *engine)
{
	return engine->held_count - engine->discover.waiting.count;
}

void command_pause(struct engine *engine)
{
	if (engine->paused || engine->draining)
		return;
	engine->paused = true;
	say(engine, LEVEL_INFO, 0, "Paused: nothing new is begun, %zu tickets in hand are finished", in_hand(engine));
}

void command_resume(struct engine *engine)
{
	if (!engine->paused)
		return;
	engine->paused = false;
	pass_anew(engine);
	say(engine, LEVEL_INFO, 0, "Resumed");
}

struct ticket *command_held(const struct engine *engine, uint64_t id)
{
	for (struct list *node = engine->held.next; node != &engine->held; node = node->next) {
		struct ticket *ticket = container_of(node, struct ticket, held);

		if (ticket->id == id)
			return ticket;
	}
	return NULL;
}

bool engine_holds(const struct engine *engine, uint64_t id)
{
	const struct ticket *ticket = command_held(engine, id);

	return ticket && ticket->state != TICKET_FOUND;
}

bool command_erased(const struct engine *engine, uint64_t id)
{
	return engine->setup.is_erased && engine->setup.is_erased(engine->setup.erased_arg, id);
}

/* One that only waits is not begun. One in hand ends by itself: what is under way to Zendesk cannot be called back. */
static void forget(struct engine *engine, uint64_t id)
{
	struct ticket *held = command_held(engine, id), *parked = returns_parked(engine, id);

	if (held && held->state != TICKET_FOUND)
		return;
	if (held)
		discover_forget(engine, held);
	if (parked)
		returns_give_up(engine, parked);
	reread_forget(engine, id);
	known_forget(&engine->discover.known, id);
	quarantine_forget(engine, id);
}

void command_erase(struct engine *engine, const uint64_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i])
			forget(engine, ids[i]);
}

static void hurry(struct engine *engine, struct ticket *ticket)
{
	if (ticket->state == TICKET_FOUND)
		discover_ahead(engine, ticket);
	else
		say(engine, LEVEL_INFO, ticket->id, "Ticket %llu is on its way already: %s",
		    (unsigned long long)ticket->id, ticket_state_name(ticket->state));
}

static void process_one(struct engine *engine, uint64_t id)
{
	struct ticket *held = NULL;

	if (id == 0 || id > INT64_MAX) {
		say(engine, LEVEL_WARNING, 0, "%llu is no number of a ticket", (unsigned long long)id);
		return;
	}
	if (known_get(&engine->discover.known, id).kind == KNOWN_HELD)
		held = command_held(engine, id);
	if (held)
		hurry(engine, held);
	else if (quarantine_has(engine, id))
		quarantine_tell(engine, id, NULL, true);
	else if (!reread_want(engine, id))
		say(engine, LEVEL_WARNING, id, "Ticket %llu: too many tickets are asked for at once, ask again later",
		    (unsigned long long)id);
}

void command_process(struct engine *engine, const uint64_t *ids, size_t count)
{
	if (engine->draining || engine->finished) {
		say(engine, LEVEL_WARNING, 0, "Stopping: %zu tickets that were asked for are not begun", count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		process_one(engine, ids[i]);
}

/* A ticket of which nothing but its end is to be told; what is remembered of it is truer than this look. */
static struct ticket *hold(struct engine *engine, uint64_t id, const struct zd_ticket *read, bool only_told)
{
	struct ticket *ticket = ticket_new(id);

	ticket->only_told = only_told;
	ticket->returns = (int)known_get(&engine->discover.known, id).returns;
	if (read) {
		ticket->priority_first = read->priority;
		ticket->updated_first = ticket->updated_last = read->updated_wall;
	}
	ticket_hold(engine, ticket);
	engine->batch.found++;
	return ticket;
}

static bool over(const struct zd_ticket *read)
{
	return read->status == ZD_SOLVED || read->status == ZD_CLOSED || read->status == ZD_DELETED;
}

/* Done once is done for good: no second note, whatever became of the tag. */
static void done_before(struct engine *engine, const struct zd_ticket *read, const struct known *known)
{
	const char *tag = engine->config->zendesk_processed_tag;
	bool tagged = tags_have(&read->tags, str_of(tag));
	bool news = known->kind == KNOWN_DONE && read->updated_wall > known->when;

	if (tagged) {
		ticket_end(engine, hold(engine, read->id, read, true), TICKET_SKIPPED,
		           "already processed: it has the tag %s", tag);
	} else if (over(read) || (known->kind == KNOWN_DONE && !news)) {
		ticket_end(engine, hold(engine, read->id, read, true), TICKET_SKIPPED, "already processed");
	} else {
		struct ticket *ticket = hold(engine, read->id, read, known->kind == KNOWN_UNTAGGED);

		ticket->untagged = true;
		ticket_end(engine, ticket, TICKET_SKIPPED, "tag removed by somebody");
	}
}

static void take(struct engine *engine, struct page *page, const struct zd_ticket *read)
{
	const char *tag = engine->config->zendesk_processed_tag;
	struct ticket *parked = returns_parked(engine, read->id);

	if (parked && parked->analysis.model.len > 0) {
		returns_bring_back(engine, read->id); /* with its decision; its own re-read tells the rest */
		return;
	}
	if (parked)
		returns_give_up(engine, parked);
	if (tags_have(&read->tags, str_of(tag)))
		ticket_end(engine, hold(engine, read->id, read, false), TICKET_SKIPPED,
		           "already processed: it has the tag %s", tag);
	else if (over(read))
		ticket_end(engine, hold(engine, read->id, read, false), TICKET_SKIPPED, "the ticket is %s",
		           zd_status_name(read->status));
	else
		discover_ahead(engine, discover_wait(engine, page, read));
}

void command_read(struct engine *engine, struct page *page, const struct zd_ticket *read)
{
	struct known known = known_get(&engine->discover.known, read->id);

	if (known.kind == KNOWN_HELD) {
		struct ticket *held = command_held(engine, read->id); /* a pass was faster */

		if (held && held->state == TICKET_FOUND)
			discover_ahead(engine, held);
	} else if (command_erased(engine, read->id)) {
		say(engine, LEVEL_INFO, 0, "A ticket that was erased at somebody's request is left alone");
	} else if (quarantine_has(engine, read->id)) {
		quarantine_tell(engine, read->id, read, true);
	} else if (known.kind == KNOWN_DONE || known.kind == KNOWN_UNTAGGED) {
		done_before(engine, read, &known);
	} else {
		take(engine, page, read);
	}
}

void command_missing(struct engine *engine, uint64_t id)
{
	if (known_get(&engine->discover.known, id).kind != KNOWN_HELD && !command_erased(engine, id))
		ticket_end(engine, hold(engine, id, NULL, true), TICKET_SKIPPED,
		           "no such ticket: it never existed, was deleted, or is not for our eyes");
}
