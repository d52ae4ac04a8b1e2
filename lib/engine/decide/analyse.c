/* Tickets on their way to the model and back. A ticket's text is prepared only when the model's
 * window has room for it. Each reply has one of the verdicts of llm/llm.h; only bad answers and
 * failures use up attempts, waiting for rate limits does not. What a refusal means is decided in
 * refusal.c; what becomes of several tickets that share a request, in group.c. */
#include <stdio.h>

#include "base/crypto.h"

#include "engine/core/calls.h"
#include "engine/core/durability.h"
#include "engine/core/held.h"
#include "engine/core/marks.h"
#include "engine/core/mode.h"
#include "engine/core/paid.h"
#include "engine/core/plain.h"
#include "engine/core/quotes.h"
#include "engine/core/say.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/stop.h"
#include "engine/core/ticket.h"
#include "engine/core/waiting.h"
#include "engine/decide/decide.h"
#include "engine/decide/group.h"
#include "engine/decide/result.h"
#include "engine/decide/reuse.h"
#include "guard/backoff.h"
#include "llm/prompt.h"

#define SLOW_DOWNS_PER_ATTEMPT 10
#define GATHER_MAX (2 * GROUP_TICKETS_MAX) /* tickets begun for the company of one that is due */
#define ASIDE_MAX 64 /* tickets beyond the window that limits of their own have set aside */
#define SUMMARY_BYTES_MAX (4 * SUMMARY_CHARS_MAX)

static void ask_again(struct engine *engine, struct ticket *ticket, msec not_before)
{
	lane_move(engine, ticket, LANE_MODEL, not_before);
}

/* True: it is asked again with less text. False: it was cut before. */
static bool shorten_description(struct engine *engine, struct ticket *ticket)
{
	if (ticket->shortened)
		return false;
	marks_keep_text(ticket);
	ticket->shortened = true;
	ticket->description = plain_shortened(ticket->description);
	ask_again(engine, ticket, engine->now.mono);
	return true;
}

static void delay_as_asked(struct engine *engine, struct ticket *ticket,
                           const struct llm_result *result)
{
	msec delay =
	        result->retry_after >= 0 ? result->retry_after : backoff_delay(2, 1, &engine->prng);

	if (++ticket->slow_downs % SLOW_DOWNS_PER_ATTEMPT == 0)
		result_failed(engine, ticket, delay, result->text);
	else
		ask_again(engine, ticket, engine->now.mono + delay);
}

static msec failure_delay(struct engine *engine, const struct ticket *ticket,
                          const struct llm_result *result)
{
	msec delay = backoff_delay(engine->config->retry.backoff_factor,
	                           ticket->attempts + ticket->failures + 1, &engine->prng);

	return result->retry_after > delay ? result->retry_after : delay;
}

void analyse_reply(struct engine *engine, struct call *call, const struct http_reply *reply)
{
	struct ticket *ticket = call->ticket;
	struct llm_result result;

	if (call->ticket_count > 0) {
		group_reply(engine, call, reply);
		return;
	}
	llm_read_chat(&engine->llm, call->sent, reply, engine->now.wall, &ticket->memory, &result);
	paid_count(engine, call, reply, &result);
	result_clean(engine, ticket, reply, &result);
	msec not_before = engine->now.mono;
	if (limit_is_own(engine, ticket, &result, &not_before))
		result.verdict = LLM_TRY_AGAIN; /* it waits, the others go on */
	call_signal_llm(engine, call, &result);
	if (engine->model_gate.state == GATE_HALTED && result.verdict != LLM_ANSWERED)
		result.verdict = LLM_REPEAT_NOW;
	switch (result.verdict) {
	case LLM_ANSWERED:
		result_model_works(engine, call);
		result_take(engine, ticket, call, &result);
		break;
	case LLM_BAD_ANSWER: result_invalid(engine, ticket, result.text); break;
	case LLM_TRY_AGAIN:
		result_failed(engine, ticket, failure_delay(engine, ticket, &result), result.text);
		break;
	case LLM_LIMITED:
	case LLM_REPEAT_NOW: ask_again(engine, ticket, not_before); break;
	case LLM_SLOW_DOWN: delay_as_asked(engine, ticket, &result); break;
	case LLM_TOO_LONG:
		if (refusal_is_outdated(engine, call) || !shorten_description(engine, ticket))
			refusal_arrived(engine, ticket, call, &result);
		break;
	case LLM_DECLINED:
	case LLM_NO_MODEL:
	case LLM_NO_ENTRY:
	case LLM_NO_MONEY:
	case LLM_MISCONFIGURED: refusal_arrived(engine, ticket, call, &result); break;
	}
}

/* A ticket that waits for the model, for what is recorded of it, or for the answer to another one;
 * NULL = none. */
static struct ticket *any_queued(const struct engine *engine)
{
	static const enum lane lanes[] = {LANE_MODEL, LANE_RECALL, LANE_JOINED};
	struct ticket *ticket = NULL;

	for (size_t i = 0; ticket == NULL && i < ARRAY_LEN(lanes); i++)
		ticket = lane_any(engine, lanes[i]);
	return ticket;
}

size_t analyse_drop_queued(struct engine *engine)
{
	struct ticket *ticket;
	size_t dropped = 0;

	for (; (ticket = any_queued(engine)); dropped++)
		held_free(engine, ticket);
	return dropped;
}

/* What the description showed goes from the subject too. `before`: how much was known when the
 * subject was redacted. */
static void keep_known(struct engine *engine, struct ticket *ticket, struct buf *known,
                       size_t before)
{
	if (known->len != before)
		ticket->subject = plain_redacted(engine, ticket->subject, known, &ticket->text);
	ticket->known = arena_str(&ticket->text, buf_str(known));
	buf_free(known);
}

void analyse_redact(struct engine *engine)
{
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		if (ticket->state != TICKET_ANALYSING)
			continue;
		struct buf known = result_known(ticket);
		ticket->subject = plain_redacted(engine, ticket->subject, &known, &ticket->text);
		size_t before = known.len;
		ticket->description =
		        plain_redacted(engine, ticket->description, &known, &ticket->text);
		keep_known(engine, ticket, &known, before);
	}
}

static void send_chat(struct engine *engine, struct ticket *ticket)
{
	char marker[CRYPTO_MARKER_SIZE];
	struct http_request request = {0};
	struct prompt prompt;

	engine->current_ticket = ticket->key;
	crypto_derive_marker(
	        str_make((const char *)engine->setup.marker_key, sizeof(engine->setup.marker_key)),
	        ++engine->decide->marker_counter, marker);
	prompt_build(&prompt, engine->config, ticket->subject, ticket->description, marker,
	             ticket->reminder, &engine->scratch);
	struct llm_sent sent = llm_request_chat(&engine->llm, &prompt, &request);
	request.timeout = backoff_timeout(request.timeout, ticket->attempts + ticket->failures + 1);
	lane_move(engine, ticket, LANE_ASKED, 0);
	struct call *call = call_start(engine, CALL_CHAT, &request, ticket->tokens_estimate);
	call->ticket = ticket;
	call->sent = sent;
	call->sent.model = arena_str(&ticket->memory, sent.model);
	tally_asked(engine, &ticket, 1);
}

/* Sends the ticket that is due, with those that can share its request. False: not now. */
static bool send_due(struct engine *engine, struct ticket *ticket, msec *deadline)
{
	struct group group;

	group_choose(engine, ticket, &group, deadline);
	if (!call_may(engine, CALL_CHAT, group.tokens, deadline))
		return false;
	if (group.count > 1)
		group_send(engine, &group);
	else
		send_chat(engine, ticket);
	engine->decide->gathered = 0;
	return true;
}

/* The model's window has room, and not too many decided tickets wait for their write. */
static bool is_room(const struct engine *engine)
{
	size_t window = (size_t)engine->upstreams[UPSTREAM_LLM].window.size;
	size_t more = window * (group_most(engine) - 1);
	bool bulk = engine->config->zendesk.bulk != BULK_NEVER &&
	            engine->account->jobs.trust != TRUST_BROKEN;
	size_t waiting = lane_count(engine, LANE_RECALL) + lane_count(engine, LANE_MODEL);

	window += more;
	if (limit_sets_aside(engine) && waiting < window + ASIDE_MAX)
		waiting = 0;
	size_t in_jobs =
	        (size_t)(engine->config->zendesk.max_jobs * engine->config->zendesk.batch_size);

	return waiting + lane_count(engine, LANE_ASKED) < window &&
	       lane_count(engine, LANE_JOINED) < FLIGHTS_WAITING_MAX &&
	       mode_has_room(engine, more + (bulk ? in_jobs : 0));
}

/* A ticket that a person asked for is always first in the lane, and may begin during a pause. */
static bool may_admit(const struct engine *engine, msec *deadline)
{
	const struct ticket *first = lane_first(engine, LANE_WAITING);
	bool begun = first && (mode_admitting(engine) || (first->wanted && mode_working(engine)));

	return engine->model_gate.state == GATE_OPEN && begun && is_room(engine) &&
	       durability_may_admit(engine, deadline);
}

/* More tickets can be begun at this instant, in the next steps, and share the request of those that
 * are due: nobody waits for tickets that may come. */
static bool gathers(struct engine *engine)
{
	if (!group_has_room(engine) || !may_admit(engine, &(msec){0}))
		return false;
	/* most of those that are begun may need no model at all */
	return ++engine->decide->gathered <= GATHER_MAX;
}

static void pump_queue(struct engine *engine, msec *deadline)
{
	struct ticket *ticket;

	/* giving a ticket up may close the gate */
	while (engine->model_gate.state == GATE_OPEN &&
	       (ticket = lane_due(engine, LANE_MODEL)) != NULL) {
		if (refusal_is_final(engine, ticket)) {
			refusal_give_up(engine, ticket);
			continue;
		}
		if (ticket->failed && ticket->attempts >= engine->config->retry.attempts) {
			result_give_up(engine, ticket);
			continue;
		}
		enum reuse_turn turn = reuse_turn(engine, ticket, deadline);
		if (turn == REUSE_TAKEN)
			continue;
		if (turn == REUSE_LATER || gathers(engine) || !send_due(engine, ticket, deadline))
			return;
	}
	if (engine->model_gate.state == GATE_OPEN)
		clock_earliest(deadline, lane_when(engine, LANE_MODEL));
}

/* What was taken out of this ticket's text. */
static void keep_redacted(const struct engine *engine, struct ticket *ticket,
                          const struct redact_counts *before)
{
	struct redact_counts *counts = arena_alloc(&ticket->memory, sizeof(*counts));

	for (size_t i = 0; i < PII_KINDS; i++)
		counts->by_kind[i] = engine->redacted.by_kind[i] - before->by_kind[i];
	ticket->redacted = counts;
}

static void prepare_text(struct engine *engine, struct ticket *ticket)
{
	const struct desk_ticket *read = ticket->read;
	struct buf known = result_known(ticket);
	struct plain_parts parts;

	struct redact_counts before = engine->redacted;

	plain_parts(engine, read, &parts, &known, &ticket->text);
	keep_redacted(engine, ticket, &before);
	ticket->subject = parts.subject;
	ticket->description = parts.description;
	ticket->left_out = parts.left_out;
	keep_known(engine, ticket, &known, known.len);
	ticket->tokens_estimate = (double)(ticket->subject.len + ticket->description.len +
	                                   prompt_system_bytes(engine->config) + 600) /
	                                  4 +
	                          PROMPT_ANSWER_TOKENS;
	ticket->tags_first = tags_copy(&read->tags, &ticket->memory);
	page_forget(engine, ticket);
}

static void admit_ticket(struct engine *engine, struct ticket *ticket)
{
	engine->current_ticket = ticket->key;
	if (ticket->further.reason && shadow_is_on(engine)) {
		waiting_drop(engine, ticket);
		return;
	}
	engine->admitted++;
	ticket->admitted_at = engine->now.mono;
	lane_move(engine, ticket, LANE_MODEL, engine->now.mono);
	prepare_text(engine, ticket);
	if (recall_decided(engine, ticket))
		return;
	if (engine->config->llm.provider == LLM_RULES)
		decision_by_rules(engine, ticket, NULL, RULES_WANTED);
	else if (marks_stand(engine, ticket))
		decision_by_rules(engine, ticket, REFUSED_BEFORE, RULES_FOR_TICKET);
	else if (engine->decide->down)
		decision_by_rules(engine, ticket, outage_why(engine), RULES_FOR_SERVICE);
}

/* The model's service refuses us: tickets that wait for it fail. */
static void fail_waiting(struct engine *engine)
{
	struct str why = str_sentence(engine->model_gate.why);
	struct ticket *ticket;

	while ((ticket = any_queued(engine)))
		held_end(engine, tally_failure(ticket, FAILURE_AUTH), LANE_FAILED, STR_FMT,
		         STR_ARG(why));
}

/* Writing is stopped: no model is paid. Tickets without a decision are found again afterwards, and
 * their texts may be others then. */
static void drop_stopped(struct engine *engine)
{
	struct ticket *ticket;

	while ((ticket = any_queued(engine)))
		waiting_drop(engine, ticket);
}

void analyse_pump(struct engine *engine, msec *deadline)
{
	if (stop_is_on(engine))
		drop_stopped(engine);
	if (engine->model_gate.state == GATE_HALTED && !engine->decide->gave_up)
		fail_waiting(engine);
	if (engine->decide->gave_up || (engine->draining && engine->decide->holding))
		(void)analyse_drop_queued(engine); /* the next run finds them again */
	outage_pump(engine, deadline);
	probe_pump(engine, deadline);
	reuse_pump(engine, deadline);
	pump_queue(engine, deadline);
	if (!may_admit(engine, deadline))
		return;
	/* at most one ticket a step, and none in a step that has parsed a reply */
	if (!engine->reply_read) {
		admit_ticket(engine, lane_first(engine, LANE_WAITING));
		pump_queue(engine, deadline);
	}
	if (may_admit(engine, deadline))
		clock_earliest(deadline, engine->now.mono);
}
