/* Several tickets in one request: see group.h. The services are told about one request and one
 * reply, the tickets each get the result of their own. */
#include "engine/decide/group.h"

#include <string.h>

#include "engine/core/paid.h"
#include "engine/core/quarantine.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/tally.h"
#include "engine/core/ticket.h"
#include "engine/decide/decide.h"
#include "engine/decide/result.h"
#include "engine/decide/reuse.h"
#include "guard/backoff.h"
#include "llm/company.h"

/* A limit that stops a request twice may be that of one ticket in it. */
#define TOLD_TO_WAIT_MAX 2
#define DUE_MAX 64 /* tickets that are looked at for one request */

size_t group_most(const struct engine *engine)
{
	const struct config *config = engine->config;

	return group_is_possible(config) ? (size_t)config->llm.tickets_per_request : 1;
}

static size_t text_bytes(const struct ticket *ticket)
{
	return ticket->subject.len + ticket->description.len;
}

static bool speaks_of_others(struct ticket *ticket)
{
	struct company *company = &ticket->company;

	if (!company->judged)
		company->speaks = company_is_spoken_of(ticket->subject, ticket->description);
	company->judged = true;
	return company->speaks;
}

/* It has used up nothing, nobody waits for it, the process did not die of it, and it leaves others
 * alone. */
static bool is_sociable(const struct engine *engine, struct ticket *ticket)
{
	return ticket->company.most != 1 && !ticket->wanted &&
	       ticket->further.reason == FURTHER_NONE && !ticket->reminder && !ticket->shortened &&
	       ticket->attempts + ticket->failures + ticket->refusals == 0 &&
	       !quarantine_suspects(engine, ticket->key.id) && !speaks_of_others(ticket);
}

/* Tickets that are due beside the first one, of which some may share its request. */
struct due {
	const struct engine *engine;
	struct ticket *first;
	struct ticket *tickets[DUE_MAX];
	size_t count;
};

static void put_in(struct group *group, struct ticket *ticket)
{
	group->tickets[group->count++] = ticket;
	group->bytes += text_bytes(ticket);
}

static bool collect_due(void *arg, struct ticket *ticket)
{
	struct due *due = arg;

	if (ticket != due->first && ticket->company.part == due->first->company.part &&
	    is_sociable(due->engine, ticket))
		due->tickets[due->count++] = ticket;
	return due->count < DUE_MAX;
}

/* Those that fit are asked first whether they need a request of their own: one with the text of
 * another that is under way waits for its answer. */
static void add_company(struct engine *engine, struct group *group, size_t most, msec *deadline)
{
	struct due due = {.engine = engine, .first = group->tickets[0]};

	lane_each_due(engine, LANE_MODEL, collect_due, &due);
	for (size_t i = 0; i < due.count && group->count < most; i++) {
		struct ticket *ticket = due.tickets[i];

		if (group->bytes + text_bytes(ticket) <= GROUP_TEXT_BYTES_MAX &&
		    reuse_turn(engine, ticket, deadline) == REUSE_SEND)
			put_in(group, ticket);
	}
}

/* What each ticket's own estimate counts, without the system message that they share. */
static double estimate(const struct engine *engine, const struct group *group)
{
	double tokens = 0;

	if (group->count == 1)
		return group->tickets[0]->tokens_estimate;
	for (size_t i = 0; i < group->count; i++)
		tokens += (double)(text_bytes(group->tickets[i]) + GROUP_FRAME_BYTES) / 4 +
		          PROMPT_ANSWER_TOKENS;
	return tokens + (double)(prompt_system_bytes(engine->config) + GROUP_WORDS_BYTES) / 4;
}

void group_choose(struct engine *engine, struct ticket *ticket, struct group *ret, msec *deadline)
{
	size_t most = group_most(engine);

	*ret = (struct group){.count = 0};
	put_in(ret, ticket);
	if (ticket->company.most > 0 && ticket->company.most < most)
		most = ticket->company.most;
	if (most > 1 && is_sociable(engine, ticket))
		add_company(engine, ret, most, deadline);
	ret->tokens = estimate(engine, ret);
}

static bool count_due(void *arg, struct ticket *ticket)
{
	size_t *left = arg;

	return --*left > 0;
}

bool group_has_room(const struct engine *engine)
{
	size_t left = group_most(engine);

	if (left == 1)
		return false;
	lane_each_due(engine, LANE_MODEL, count_due, &left);
	return left > 0;
}

static struct llm_sent build_request(struct engine *engine, const struct group *group,
                                     struct group_key *keys, struct http_request *request)
{
	struct group_text texts[GROUP_TICKETS_MAX];
	struct prompt prompt;

	for (size_t i = 0; i < group->count; i++)
		texts[i] = (struct group_text){group->tickets[i]->subject,
		                               group->tickets[i]->description};
	group_draw_keys(
	        str_make((const char *)engine->setup.marker_key, sizeof(engine->setup.marker_key)),
	        &engine->decide->marker_counter, keys, group->count);
	group_prompt_build(&prompt, engine->config, keys, texts, group->count, &engine->scratch);
	return llm_request_chat(&engine->llm, &prompt, request);
}

void group_send(struct engine *engine, const struct group *group)
{
	struct http_request request = {0};
	struct group_key *keys = xcalloc(group->count, sizeof(*keys));
	struct ticket **tickets = xcalloc(group->count, sizeof(struct ticket *));

	engine->current_ticket = group->tickets[0]->key;
	struct llm_sent sent = build_request(engine, group, keys, &request);
	/* most of the time of an answer is its length: a quarter more for each further ticket */
	request.timeout += request.timeout * ((msec)group->count - 1) / 4;
	for (size_t i = 0; i < group->count; i++) {
		tickets[i] = group->tickets[i];
		lane_move(engine, tickets[i], LANE_ASKED, 0);
	}
	struct call *call = call_start(engine, CALL_CHAT, &request, group->tokens);
	call->tickets = tickets;
	call->ticket_count = group->count;
	call->keys = keys;
	call->sent = sent;
	call->sent.model = arena_str(&tickets[0]->memory, sent.model);
	tally_asked(engine, tickets, group->count);
}

/* All go back to where they wait, as they are. */
static void send_again(struct engine *engine, const struct call *call, msec when)
{
	for (size_t i = 0; i < call->ticket_count; i++)
		lane_move(engine, call->tickets[i], LANE_MODEL, when);
}

static void send_alone(struct engine *engine, struct ticket *ticket)
{
	ticket->company.most = 1;
	lane_move(engine, ticket, LANE_MODEL, engine->now.mono);
}

/* The two halves are sent apart from each other, and from all others. */
static void send_halves(struct engine *engine, const struct call *call, msec when)
{
	size_t half = call->ticket_count / 2;

	for (size_t i = 0; i < call->ticket_count; i++) {
		struct company *company = &call->tickets[i]->company;
		bool second = i >= half;

		company->most = (unsigned)(second ? call->ticket_count - half : half);
		company->part = 2 * call->number + second;
		company->told_to_wait = 0;
	}
	send_again(engine, call, when);
}

/* One ticket's part of a reply that holds answers. */
static void take_or_send_alone(struct engine *engine, struct ticket *ticket,
                               const struct call *call, const struct http_reply *reply,
                               const struct llm_result *result, const struct group_answer *answer)
{
	struct llm_result own = *result;

	engine->current_ticket = ticket->key;
	own.verdict = answer->taken ? LLM_ANSWERED : LLM_BAD_ANSWER;
	own.answer = answer->answer;
	own.confidence = answer->confidence;
	own.words = answer->words;
	tally_answer(engine, reply, &own);
	if (answer->taken)
		result_take(engine, ticket, call, &own);
	else
		send_alone(engine, ticket);
}

static bool any_taken(const struct group_answers *answers)
{
	for (size_t i = 0; i < answers->count; i++)
		if (answers->of[i].taken)
			return true;
	return false;
}

/* The model's name lies in the first ticket's memory, which may be gone before the last one. */
static void take_answers(struct engine *engine, struct call *call, const struct http_reply *reply,
                         const struct llm_result *result, const struct group_answers *answers)
{
	call->sent.model = arena_str(&engine->scratch, call->sent.model);
	if (any_taken(answers))
		result_model_works(engine, call);
	for (size_t i = 0; i < call->ticket_count; i++)
		take_or_send_alone(engine, call->tickets[i], call, reply, result, &answers->of[i]);
}

/* No answer came. While the model is down that is the end for each of them; otherwise it is one
 * failure, and perhaps that of one ticket. */
static void failed(struct engine *engine, const struct call *call, const struct llm_result *result)
{
	msec delay = backoff_delay(engine->config->retry.backoff_factor, 1, &engine->prng);

	if (engine->decide->down) {
		for (size_t i = 0; i < call->ticket_count; i++)
			result_failed(engine, call->tickets[i], delay, result->text);
		return;
	}
	if (result->retry_after > delay)
		delay = result->retry_after;
	uint64_t first = call->tickets[0]->key.id;
	send_halves(engine, call, engine->now.mono + delay);
	outage_group_failed(engine, first);
}

static void limited(struct engine *engine, const struct call *call, const struct llm_result *result,
                    bool own, msec when)
{
	bool often = false;

	if (result->verdict == LLM_SLOW_DOWN && !own)
		when += result->retry_after >= 0 ? result->retry_after
		                                 : backoff_delay(2, 1, &engine->prng);
	for (size_t i = 0; i < call->ticket_count; i++)
		often |= ++call->tickets[i]->company.told_to_wait >= TOLD_TO_WAIT_MAX;
	if (own || often)
		send_halves(engine, call, when);
	else
		send_again(engine, call, when);
}

/* A refusal of several tickets is nobody's. One whose code says that the service refuses us is
 * doubted at once: a probe carries no ticket's text. */
static void refused(struct engine *engine, const struct call *call, const struct llm_result *result)
{
	if (refusal_is_outdated(engine, call)) {
		send_again(engine, call, engine->now.mono);
		return;
	}
	send_halves(engine, call, engine->now.mono);
	if (result->named && engine->model_gate.state == GATE_OPEN)
		gate_doubt_model(engine, false);
}

static void bad_answer(struct engine *engine, const struct call *call)
{
	for (size_t i = 0; i < call->ticket_count; i++)
		send_alone(engine, call->tickets[i]);
}

static void dispatch(struct engine *engine, struct call *call, const struct http_reply *reply,
                     const struct llm_result *result, const struct group_answers *answers,
                     msec not_before, bool own_limit)
{
	switch (result->verdict) {
	case LLM_ANSWERED: take_answers(engine, call, reply, result, answers); break;
	case LLM_BAD_ANSWER: bad_answer(engine, call); break;
	case LLM_TRY_AGAIN: failed(engine, call, result); break;
	case LLM_LIMITED:
	case LLM_SLOW_DOWN: limited(engine, call, result, own_limit, not_before); break;
	case LLM_REPEAT_NOW: send_again(engine, call, engine->now.mono); break;
	case LLM_TOO_LONG:
	case LLM_DECLINED:
	case LLM_NO_MODEL:
	case LLM_NO_ENTRY:
	case LLM_NO_MONEY:
	case LLM_MISCONFIGURED: refused(engine, call, result); break;
	}
}

void group_reply(struct engine *engine, struct call *call, const struct http_reply *reply)
{
	struct group_answers answers = {.keys = call->keys, .count = call->ticket_count};
	struct llm_result result;
	msec not_before = engine->now.mono;

	group_read_chat(&engine->llm, call->sent, reply, engine->now.wall, &engine->scratch,
	                &answers, &result);
	paid_count(engine, call, reply, &result);
	if (result.verdict != LLM_ANSWERED)
		tally_answer(engine, reply, &result); /* otherwise each answer is counted */
	for (size_t i = 0; i < call->ticket_count; i++)
		result_clean(engine, call->tickets[i], reply, &result);
	bool own = limit_is_own(engine, call->tickets[0], &result, &not_before);
	call_signal_llm(engine, call, &result);
	if (engine->model_gate.state == GATE_HALTED && result.verdict != LLM_ANSWERED)
		result.verdict = LLM_REPEAT_NOW;
	dispatch(engine, call, reply, &result, &answers, not_before, own);
}
