/* Writing one ticket with one request, whose answer decides at once what became of it. */
#include "desk/zendesk/replies.h"
#include "engine/core/calls.h"
#include "engine/core/held.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/write/bulk.h"
#include "engine/write/replace.h"
#include "guard/backoff.h"

static void send_update(struct engine *engine, struct ticket *ticket)
{
	struct http_request request = {0};
	struct desk_update update;

	intent_fill(engine, ticket, &update);
	zd_request_update(&engine->account->zendesk, &update, &request);
	request.timeout = backoff_timeout(request.timeout, ticket->attempts + 1);
	lane_move(engine, ticket, LANE_SENT, 0);
	call_start(engine, CALL_UPDATE, &request, 0)->ticket = ticket;
	ticket->sent_in_bulk = false;
}

static void wake_writes(struct engine *engine)
{
	struct ticket *ticket;

	while ((ticket = lane_due(engine, LANE_WRITE)))
		attempts_write(engine, ticket, engine->now.mono);
}

void single_update_pump(struct engine *engine, msec *deadline)
{
	struct ticket *ticket;

	if (attempts_give_up(engine, LANE_SINGLE) && attempts_give_up(engine, LANE_WRITE))
		return;
	wake_writes(engine);
	while ((ticket = lane_first(engine, LANE_SINGLE)) && gate_is_open(engine)) {
		if (!ticket->single_only && worth_taking_singles(engine))
			lane_move(engine, ticket, LANE_BULK, 0);
		else if (intent_is_late(ticket))
			intent_anew(engine, ticket);
		else if (call_may(engine, CALL_UPDATE, 0, deadline))
			send_update(engine, ticket);
		else
			break;
	}
	clock_earliest(deadline, lane_when(engine, LANE_WRITE));
}

/* Zendesk refuses what is written to this ticket: a field that it requires is empty, or the user
 * may not update it. Only a person can change that, in the ticket or in the account, so it has
 * failed, and comes back when it changes, or rarely. */
static void update_refused(struct engine *engine, struct ticket *ticket, const char *reason)
{
	ticket->refused = true;
	held_end(engine, ticket, LANE_FAILED, "%s", reason);
}

/* Once any update was accepted, a 403 is certain to be about its ticket. Before that it comes back
 * soon: the role may be given its rights meanwhile. */
static void update_forbidden(struct engine *engine, struct ticket *ticket,
                             const struct desk_answer *failure)
{
	msec when;

	if (engine->account->wrote_once && failure->kind == DESK_FORBIDDEN && !failure->scope)
		update_refused(engine, ticket, failure->text);
	else if (attempts_refused(engine, ticket, failure, &when))
		attempts_write(engine, ticket, when);
}

static bool shows_update(const struct engine *engine, const struct ticket *ticket,
                         const struct desk_ticket *after)
{
	if (ticket->further.reason == FURTHER_UNDO)
		return replace_is_carried_out(ticket, after);
	return tags_have(&after->tags, str_of(engine->config->zendesk.processed_tag));
}

static void update_accepted(struct engine *engine, struct ticket *ticket,
                            const struct http_reply *reply)
{
	struct desk_ticket after;
	struct err err;

	attempts_write_accepted(engine);
	zd_auth_worked(&engine->account->zendesk.auth);
	if (zd_reply_ticket(reply, &engine->scratch, &after, &err) != 0) {
		verdict_unknown(engine, ticket, err.text);
	} else if (after.id != ticket->key.id || !shows_update(engine, ticket, &after)) {
		verdict_unknown(engine, ticket,
		                "Zendesk accepted the update but its answer does not show it");
	} else {
		verdict_done(engine, ticket, http_reply_date(reply));
	}
}

void single_update_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                         struct desk_answer *failure)
{
	struct ticket *ticket = call->ticket;
	msec when;

	ticket->write_ms += engine->now.mono - call->sent_at;
	ticket->timed_out = failure->timed_out;
	if (failure->unknown) {
		verdict_unknown(engine, ticket, failure->text);
		return;
	}
	switch (failure->kind) {
	case DESK_FINE: update_accepted(engine, ticket, reply); break;
	case DESK_CONFLICT: verdict_conflict(engine, ticket); break;
	case DESK_RETRY:
	case DESK_LIMITED:
	case DESK_UNAUTHORIZED:
		if (attempts_again(engine, ticket, call, failure, &when))
			attempts_write(engine, ticket, when + call->ticket_wait);
		break;
	case DESK_FORBIDDEN:
	case DESK_REDIRECT:
	case DESK_TLS: update_forbidden(engine, ticket, failure); break;
	case DESK_NOT_FOUND:
		ticket->skipped_for = SKIP_GONE;
		held_end(engine, ticket, LANE_SKIPPED, "the ticket was deleted");
		break;
	case DESK_REFUSED:
	case DESK_BAD_REQUEST:
		ticket->skipped_for = SKIP_CLOSED;
		if (failure->closed)
			held_end(engine, ticket, LANE_SKIPPED, "the ticket is closed");
		else
			update_refused(engine, ticket, failure->text);
		break;
	case DESK_TOO_LARGE: verdict_unknown(engine, ticket, failure->text); break;
	}
}
