/* How often and how long a ticket is tried, and in which lane it goes on. */
#include "engine/core/held.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/write/write.h"
#include "guard/backoff.h"

#define READ_DELAY_MAX (30 * MSEC_SECOND)
#define GIVE_UP_AFTER (10 * MSEC_MINUTE)
#define REFUSALS_MAX 2

/* The ticket has no attempt left. */
static void give_up_ticket(struct engine *engine, struct ticket *ticket, struct str reason)
{
	ticket->used_up = RECENT_ZENDESK_FAILED;
	if (ticket->timed_out)
		ticket->failed_by = FAILURE_TIMEOUT;
	held_end(engine, ticket, LANE_FAILED, STR_FMT, STR_ARG(reason));
}

void attempts_write(struct engine *engine, struct ticket *ticket, msec when)
{
	enum lane lane = ticket->single_only ? LANE_SINGLE : LANE_BULK;

	lane_move(engine, ticket, when > engine->now.mono ? LANE_WRITE : lane, when);
}

static bool retry_update(struct engine *engine, struct ticket *ticket,
                         const struct desk_answer *failure, msec *ret_when)
{
	if (++ticket->attempts >= engine->config->retry.attempts) {
		give_up_ticket(engine, ticket, str_of(failure->text));
		return false;
	}
	*ret_when += backoff_delay(engine->config->retry.backoff_factor, ticket->attempts,
	                           &engine->prng);
	return true;
}

/* A failed read, or a bulk update that is known not to have arrived, may concern a hundred tickets,
 * and repeating it harms nothing: so time limits it, not attempts. A service that is down
 * altogether is detected by the circuit breaker. */
static bool retry_read(struct engine *engine, struct ticket *ticket,
                       const struct desk_answer *failure, msec *ret_when)
{
	if (ticket->read_attempts == 0)
		ticket->unreadable_since = engine->now.mono;
	msec delay = backoff_delay(engine->config->retry.backoff_factor, ++ticket->read_attempts,
	                           &engine->prng);

	if (ticket->read_attempts >= engine->config->retry.attempts &&
	    engine->now.mono - ticket->unreadable_since > GIVE_UP_AFTER) {
		give_up_ticket(engine, ticket, str_of(failure->text));
		return false;
	}
	*ret_when += delay < READ_DELAY_MAX ? delay : READ_DELAY_MAX;
	return true;
}

/* As many tickets are refused alike as would start a probe, which has just passed. */
static void tell_refused_alike(struct engine *engine, const struct desk_answer *failure)
{
	say_alert(engine, ALERT_TICKETS_REFUSED, 0,
	          "%u tickets were refused alike (%s), although the sign-in works: check the "
	          "rights of the Zendesk user",
	          engine->account->blame.alike, failure->text);
}

bool attempts_refused(struct engine *engine, struct ticket *ticket,
                      const struct desk_answer *failure, msec *ret_when)
{
	struct blame_refusal refusal = {
	        .ticket = ticket->key.id,
	        .likeness = failure->kind,
	        .named = failure->kind == DESK_TLS || failure->scope,
	        .last = ++ticket->refusals >= REFUSALS_MAX,
	};
	enum blame_verdict verdict =
	        blame_refusal(&engine->account->blame, &refusal, engine->now.mono);

	*ret_when = engine->now.mono;
	if (verdict == BLAME_DOUBT)
		gate_doubt_zendesk(engine);
	enum gate_state gate = engine->account->gate.state;
	if (gate == GATE_DOUBTED || (verdict == BLAME_DOUBT && gate != GATE_OPEN))
		return true; /* it waits for what users/me tells */
	if (verdict == BLAME_DOUBT && !engine->alert_lasts[ALERT_TICKETS_REFUSED])
		tell_refused_alike(engine, failure);
	if (verdict != BLAME_SERVICE && !refusal.last) {
		*ret_when += backoff_delay(engine->config->retry.backoff_factor, ticket->refusals,
		                           &engine->prng);
		return true;
	}
	if (verdict == BLAME_SERVICE)
		ticket->failed_by = FAILURE_AUTH;
	held_end(engine, ticket, LANE_FAILED, "%s", failure->text);
	if (verdict == BLAME_SERVICE)
		gate_zendesk_refuses(engine, failure);
	return false;
}

void attempts_write_accepted(struct engine *engine)
{
	engine->account->wrote_once = true;
	blame_good(&engine->account->blame, engine->now.mono);
	say_alert_over(engine, ALERT_TICKETS_REFUSED, "Zendesk accepts updates again");
}

bool attempts_again(struct engine *engine, struct ticket *ticket, const struct call *call,
                    const struct desk_answer *failure, msec *ret_when)
{
	*ret_when = engine->now.mono;
	ticket->timed_out = failure->timed_out;
	if (failure->kind == DESK_LIMITED)
		return true; /* the guards keep the pause */
	if (failure->kind == DESK_UNAUTHORIZED) {
		switch (gate_unauthorized(engine, call, failure)) {
		case GATE_SEND_AGAIN: return true;
		case GATE_REFUSED: attempts_fail(engine, ticket); return false;
		case GATE_OWN_FAULT: break;
		}
	}
	return call->kind == CALL_UPDATE ? retry_update(engine, ticket, failure, ret_when)
	                                 : retry_read(engine, ticket, failure, ret_when);
}

bool attempts_used_up(struct engine *engine, struct ticket *ticket)
{
	if (ticket->attempts < engine->config->retry.attempts)
		return false;
	give_up_ticket(engine, ticket, ticket->trouble);
	return true;
}

void attempts_fail(struct engine *engine, struct ticket *ticket)
{
	struct str why = str_sentence(engine->account->gate.why);

	ticket->failed_by = FAILURE_AUTH;
	held_end(engine, ticket, LANE_FAILED, STR_FMT "%s", STR_ARG(why),
	         ticket->maybe_written ? "; it may have been written" : "");
}

bool attempts_give_up(struct engine *engine, enum lane lane)
{
	struct ticket *ticket;

	if (engine->account->gate.state != GATE_HALTED)
		return false;
	while ((ticket = lane_any(engine, lane)))
		attempts_fail(engine, ticket);
	return true;
}
