/* A decision that waited for more than a day before its write, because writing was stopped, the
 * service was not running or Zendesk was not reachable: it stands only while the ticket's text
 * is what was analysed. Otherwise the ticket is analysed anew. */
#include "engine/write/outdated.h"

#include "engine/core/asked.h"
#include "engine/core/further_orders.h"
#include "engine/core/held.h"
#include "engine/core/plain.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

#define TRUSTED_FOR (24 * MSEC_HOUR)

/* Our clock may have been set meanwhile: a decision of the future is no fresh one. */
static bool has_waited_long(const struct engine *engine, const struct ticket *ticket)
{
	msec age = engine->now.wall - ticket->analysis.decided_wall;

	return age > TRUSTED_FOR || age < -TRUSTED_FOR;
}

/* A model may have been sent less than all of the description. */
static bool text_is_the_same(struct engine *engine, const struct ticket *ticket,
                             const struct desk_ticket *read)
{
	struct redact_counts counted = engine->redacted;
	struct arena *memory = &engine->scratch;
	struct plain_parts now;
	struct buf known;

	buf_init(&known, SIZE_MAX);
	plain_parts(engine, read, &now, &known, memory);
	buf_free(&known);
	engine->redacted = counted; /* it was counted when the ticket was analysed */
	return str_eq(ticket->text_hash, plain_hash(now.subject, now.description, memory)) ||
	       str_eq(ticket->text_hash,
	              plain_hash(now.subject, plain_shortened(now.description), memory));
}

bool outdated_is(struct engine *engine, const struct ticket *ticket, const struct desk_ticket *read)
{
	if (ticket->further.reason == FURTHER_REFUSED || ticket->further.reason == FURTHER_UNDO)
		return false; /* nothing was decided */
	return has_waited_long(engine, ticket) && !ticket->note_is_there &&
	       !text_is_the_same(engine, ticket, read);
}

void outdated_drop(struct engine *engine, struct ticket *ticket)
{
	uint64_t id = ticket->key.id;
	bool wanted = ticket->wanted, further = ticket->further.reason != FURTHER_NONE;

	say(engine, LEVEL_INFO, id,
	    "Ticket %llu: its text has changed since it was analysed more than a day ago; "
	    "analysing it again",
	    (unsigned long long)id);
	memory_forget(engine, id);
	if (further)
		further_dropped(engine, ticket); /* the order is carried out anew */
	held_free(engine, ticket);
	if (further || engine->account->search.over)
		return; /* the next run finds it */
	if (wanted)
		(void)asked_want(engine, id);
	else
		asked_add(engine, id);
}
