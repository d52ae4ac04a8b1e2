/* From a found ticket to a decision: text made plain, personal data taken out, cut, put into a prompt, sent, read, and when the
 * model cannot, the rules.
 *
 * A ticket is prepared when the model's window has room for it, not before. Each reply has one of the verdicts of llm/llm.h;
 * only bad answers and failures use up attempts, waiting for limits never does. When three tickets in a row used theirs up and
 * no good answer came for 30 s the model counts as down: rules answer at once, and every now and then one ticket goes to the
 * model as a probe. */
#include <stdio.h>

#include "engine/core/state.h"
#include "llm/rules.h"

#define DOWN_AFTER_TICKETS 3
#define DOWN_AFTER_SILENCE (30 * MSEC_SECOND)
#define SLOW_DOWNS_PER_ATTEMPT 10
#define DOES_NOT_ANSWER "the model does not answer"
#define SUMMARY_BYTES_MAX (4 * SUMMARY_CHARS_MAX)

static void decide(struct engine *engine, struct ticket *ticket)
{
	struct analysis *analysis = &ticket->analysis;

	analysis->decided_wall = engine->now.wall / MSEC_SECOND * MSEC_SECOND;
	ticket->text_hash = plain_hash(ticket->subject, ticket->description, &ticket->memory);
	engine->analyse.count--;
	ticket_move(ticket, TICKET_DECIDED);
	arena_free(&ticket->text);
	ticket->subject = ticket->description = (struct str){0};
	ticket->attempts = 0;
	if (engine->setup.dry_run) {
		struct tags ours = tags_ours(analysis, str_of(engine->config->zendesk_processed_tag),
		                             str_of(engine->config->zendesk_tag_prefix), &ticket->memory);

		ticket->tags_added = tags_missing(&ticket->tags_first, &ours, &ticket->memory);
		ticket->priority_set =
		        priority_decide((enum priority_mode)engine->config->zendesk_priority, ticket->priority_first,
		                        ticket->priority_first, analysis->urgency);
		ticket_end(engine, ticket, TICKET_DONE, NULL);
		return;
	}
	journal_decision(engine, ticket);
}

/* `because`: NULL when nothing else was meant to answer. */
static void decide_by_rules(struct engine *engine, struct ticket *ticket, const char *because)
{
	ticket->rules_because = arena_str(&ticket->memory, str_of(because));
	rules_analyse(ticket->subject, ticket->description, &ticket->memory, &ticket->analysis);
	ticket->analysis.by_rules = true;
	ticket->analysis.fallback = engine->config->llm_provider != LLM_RULES;
	decide(engine, ticket);
}

static void again(struct engine *engine, struct ticket *ticket, msec not_before)
{
	ticket_move(ticket, TICKET_ANALYSING);
	heap_insert(&engine->analyse.queue, &ticket->turn, not_before);
}

static bool probe_due(const struct engine *engine)
{
	return engine->now.mono >= engine->analyse.probe_at;
}

static void next_probe(struct engine *engine)
{
	static const msec first[] = {10 * MSEC_SECOND, 30 * MSEC_SECOND, 60 * MSEC_SECOND};
	struct analyse *analyse = &engine->analyse;
	size_t n = (size_t)analyse->probes++;

	analyse->probe_at = engine->now.mono + (n < ARRAY_LEN(first) ? first[n] : engine->config->llm_probe_interval);
}

static void model_down(struct engine *engine)
{
	struct analyse *analyse = &engine->analyse;
	struct heap_node *top;

	analyse->down = true;
	analyse->probes = 0;
	next_probe(engine);
	alert(engine, 0, "model %s does not answer: rules take over until it does", engine->llm.model);
	while ((top = heap_top(&analyse->queue))) {
		heap_remove(&analyse->queue, top);
		decide_by_rules(engine, container_of(top, struct ticket, turn), DOES_NOT_ANSWER);
	}
}

static void exhausted(struct engine *engine, struct ticket *ticket, const char *reason)
{
	struct analyse *analyse = &engine->analyse;

	say(engine, LEVEL_WARNING, ticket->id, "Ticket %llu: rules answer, the model did not: %s",
	    (unsigned long long)ticket->id, reason);
	decide_by_rules(engine, ticket, reason);
	analyse->exhausted++;
	if (!analyse->down && analyse->exhausted >= DOWN_AFTER_TICKETS &&
	    engine->now.mono - analyse->last_good >= DOWN_AFTER_SILENCE)
		model_down(engine);
}

/* An attempt is used up; the next one, if there is one, comes after `delay`. */
static void attempt_failed(struct engine *engine, struct ticket *ticket, msec delay, const char *reason)
{
	if (++ticket->attempts >= engine->config->retry_attempts || engine->analyse.down)
		exhausted(engine, ticket, reason);
	else
		again(engine, ticket, engine->now.mono + delay);
}

static void answered(struct engine *engine, struct ticket *ticket, const struct call *call,
                     const struct llm_result *result)
{
	struct analysis *analysis = &ticket->analysis;
	struct analyse *analyse = &engine->analyse;

	analyse->exhausted = 0;
	analyse->last_good = engine->now.mono;
	session_llm_works(engine);
	if (analyse->down) {
		analyse->down = false;
		say(engine, LEVEL_INFO, 0, "model %s answers again", engine->llm.model);
	}
	for (size_t i = 0; i < ARRAY_LEN(engine->repairs); i++)
		engine->repairs[i] += (result->answer.repairs >> i) & 1;
	*analysis = (struct analysis){
	        .summary = plain_text(engine, result->answer.summary, SUMMARY_BYTES_MAX, &ticket->memory),
	        .root_cause = result->answer.root_cause,
	        .urgency = result->answer.urgency,
	        .sentiment = result->answer.sentiment,
	        .model = call->sent.model,
	        .model_version = result->model_version,
	        .tokens_prompt = result->tokens_prompt,
	        .tokens_answer = result->tokens_answer,
	        .confidence = result->confidence,
	        .model_ms = engine->now.mono - call->sent_at,
	};
	analysis->summary = utf8_cut_chars(analysis->summary, SUMMARY_CHARS_MAX);
	ticket->words = plain_words(engine, result->words, LLM_WORDS_MAX, &ticket->memory);
	decide(engine, ticket);
}

static void shorten(struct engine *engine, struct ticket *ticket, const char *reason)
{
	if (ticket->shortened) {
		exhausted(engine, ticket, reason);
		return;
	}
	ticket->shortened = true;
	ticket->description = redact_cut(ticket->description, ticket->description.len / 4);
	again(engine, ticket, engine->now.mono);
}

static void slow_down(struct engine *engine, struct ticket *ticket, const struct llm_result *result)
{
	msec delay = result->retry_after >= 0 ? result->retry_after : backoff_delay(2, 1, &engine->prng);

	if (++ticket->slow_downs % SLOW_DOWNS_PER_ATTEMPT == 0)
		attempt_failed(engine, ticket, delay, result->text);
	else
		again(engine, ticket, engine->now.mono + delay);
}

static void no_model(struct engine *engine, struct ticket *ticket, const char *reason)
{
	char old[128];

	snprintf(old, sizeof(old), "%s", engine->llm.model);
	if (llm_client_next_model(&engine->llm)) {
		alert(engine, 0, "model %s is gone (%s): using %s from now on", old, reason, engine->llm.model);
		again(engine, ticket, engine->now.mono);
	} else {
		again(engine, ticket, engine->now.mono);
		session_halt_llm(engine, RUN_FAILED, reason);
	}
}

static msec failure_delay(struct engine *engine, const struct ticket *ticket, const struct llm_result *result)
{
	msec delay = backoff_delay(engine->config->retry_backoff_factor, ticket->attempts + 1, &engine->prng);

	return result->retry_after > delay ? result->retry_after : delay;
}

/* What the service says of a key that is not ours any more concerns nobody. */
static bool said_to_former(const struct engine *engine, const struct call *call, enum llm_verdict verdict)
{
	return call->number <= engine->session.former_service && (verdict == LLM_NO_ENTRY || verdict == LLM_NO_MONEY);
}

void analyse_chat_reply(struct engine *engine, struct call *call, const struct http_reply *reply)
{
	struct ticket *ticket = call->ticket;
	struct llm_result result;

	llm_read_chat(&engine->llm, call->sent, reply, engine->now.wall, &ticket->memory, &result);
	redact_answer(engine, reply, result.text, sizeof(result.text));
	call_signal_llm(engine, call, &result);
	if (engine->session.llm == GATE_HALTED && result.verdict != LLM_ANSWERED) {
		engine->analyse.count--;
		ticket_end(engine, ticket, TICKET_FAILED, "the model was halted: %s", engine->end_reason);
		return;
	}
	if (said_to_former(engine, call, result.verdict))
		result.verdict = LLM_REPEAT_NOW;
	switch (result.verdict) {
	case LLM_ANSWERED: answered(engine, ticket, call, &result); break;
	case LLM_BAD_ANSWER:
		ticket->reminder = true;
		attempt_failed(engine, ticket, 0, result.text);
		break;
	case LLM_TRY_AGAIN: attempt_failed(engine, ticket, failure_delay(engine, ticket, &result), result.text); break;
	case LLM_LIMITED:
	case LLM_REPEAT_NOW: again(engine, ticket, engine->now.mono); break;
	case LLM_SLOW_DOWN: slow_down(engine, ticket, &result); break;
	case LLM_TOO_LONG: shorten(engine, ticket, result.text); break;
	case LLM_DECLINED:
		say(engine, LEVEL_WARNING, ticket->id, "Ticket %llu: rules answer, the model declined: %s",
		    (unsigned long long)ticket->id, result.text);
		decide_by_rules(engine, ticket, result.text);
		break;
	case LLM_NO_MODEL: no_model(engine, ticket, result.text); break;
	case LLM_NO_ENTRY:
		again(engine, ticket, engine->now.mono);
		session_halt_llm(engine, RUN_NOT_LET_IN, result.text);
		break;
	case LLM_NO_MONEY:
		again(engine, ticket, engine->now.mono);
		session_halt_llm(engine, RUN_NO_MONEY, result.text);
		break;
	case LLM_MISCONFIGURED:
		again(engine, ticket, engine->now.mono);
		session_halt_llm(engine, RUN_FAILED, result.text);
		break;
	}
}

void analyse_halted(struct engine *engine, const char *reason)
{
	struct heap_node *top;

	while ((top = heap_top(&engine->analyse.queue))) {
		heap_remove(&engine->analyse.queue, top);
		engine->analyse.count--;
		ticket_end(engine, container_of(top, struct ticket, turn), TICKET_FAILED, "the model was halted: %s",
		           reason);
	}
}

/* Tickets that no request is out for: nothing was written, the next run finds them again. */
size_t analyse_drop_queued(struct engine *engine)
{
	struct heap_node *top;
	size_t dropped = 0;

	while ((top = heap_top(&engine->analyse.queue))) {
		struct ticket *ticket = container_of(top, struct ticket, turn);

		heap_remove(&engine->analyse.queue, top);
		ticket_let_go(engine, ticket);
		engine->analyse.count--;
		ticket_free(ticket);
		dropped++;
	}
	return dropped;
}

void analyse_redact(struct engine *engine)
{
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		if (ticket->state != TICKET_ANALYSING)
			continue;
		ticket->subject = plain_redacted(engine, ticket->subject, &ticket->text);
		ticket->description = plain_redacted(engine, ticket->description, &ticket->text);
	}
}

void analyse_probe(struct engine *engine)
{
	engine->analyse.probes = 0;
	engine->analyse.probe_at = engine->now.mono;
}

static void send_chat(struct engine *engine, struct ticket *ticket)
{
	char marker[CRYPTO_MARKER_SIZE];
	struct http_request request = {0};
	struct prompt prompt;
	struct llm_sent sent;
	struct call *call;

	engine->current_ticket = ticket->id;
	crypto_derive_marker(str_make((const char *)engine->setup.marker_key, sizeof(engine->setup.marker_key)),
	                     ++engine->analyse.marker_counter, marker);
	prompt_build(&prompt, ticket->subject, ticket->description, marker, ticket->reminder, &engine->scratch);
	sent = llm_request_chat(&engine->llm, &prompt, &request);
	request.timeout = backoff_timeout(request.timeout, ticket->attempts + 1);
	call = call_start(engine, CALL_CHAT, &request, ticket->tokens_estimate);
	call->ticket = ticket;
	call->sent = sent;
	call->sent.model = arena_str(&ticket->memory, sent.model);
	ticket->asked++;
}

static void pump_queue(struct engine *engine, msec *deadline)
{
	struct analyse *analyse = &engine->analyse;
	struct heap_node *top;

	if (engine->session.llm != GATE_OPEN)
		return;
	while ((top = heap_top(&analyse->queue))) {
		struct ticket *ticket = container_of(top, struct ticket, turn);

		if (top->key > engine->now.mono) {
			earliest(deadline, top->key);
			return;
		}
		if (!call_may(engine, UPSTREAM_LLM, ENDPOINT_OTHER, ticket->tokens_estimate)) {
			earliest(deadline, call_when(engine, UPSTREAM_LLM, ENDPOINT_OTHER, ticket->tokens_estimate));
			return;
		}
		heap_remove(&analyse->queue, top);
		send_chat(engine, ticket);
	}
}

static void admit(struct engine *engine, struct ticket *ticket)
{
	const struct zd_ticket *read = ticket->read;

	engine->current_ticket = ticket->id;
	engine->admitted++;
	engine->analyse.count++;
	ticket->admitted_at = engine->now.mono;
	ticket_move(ticket, TICKET_CLAIMED);
	ticket_move(ticket, TICKET_ANALYSING);
	ticket->subject = plain_text(engine, read->subject, PROMPT_SUBJECT_BYTES_MAX, &ticket->text);
	ticket->description = plain_text(engine, read->description, PROMPT_DESCRIPTION_BYTES_MAX, &ticket->text);
	ticket->tokens_estimate =
	        (double)(ticket->subject.len + ticket->description.len + prompt_system().len + 600) / 4 +
	        PROMPT_ANSWER_TOKENS;
	if (engine->setup.dry_run)
		ticket->tags_first = tags_copy(&read->tags, &ticket->memory);
	discover_forget_page(engine, ticket);
	if (engine->config->llm_provider == LLM_RULES) {
		decide_by_rules(engine, ticket, NULL);
	} else if (engine->analyse.down && !probe_due(engine)) {
		decide_by_rules(engine, ticket, DOES_NOT_ANSWER);
	} else {
		if (engine->analyse.down) {
			next_probe(engine);
			ticket->attempts = engine->config->retry_attempts - 1;
		}
		heap_insert(&engine->analyse.queue, &ticket->turn, engine->now.mono);
	}
}

/* Room in the model's window, and not too many decided tickets waiting for their write. */
static bool room(const struct engine *engine)
{
	const struct upstream *llm = &engine->upstreams[UPSTREAM_LLM];
	size_t waiting = engine->discover.waiting.count;
	size_t under_way = engine->held_count - waiting;
	size_t window = (size_t)llm->window.size;

	size_t jobs = engine->config->zendesk_bulk == BULK_NEVER || engine->bulk.trust == TRUST_BROKEN
	                      ? 0
	                      : (size_t)(engine->config->zendesk_max_jobs * engine->config->zendesk_batch_size);

	return engine->analyse.count < window && under_way < window + HELD_BEYOND_WINDOW + jobs;
}

/* Whoever a person asked for stands first. */
static bool may_admit(const struct engine *engine, msec *deadline)
{
	const struct ticket *first = discover_first(engine);
	bool begun = first && (engine_admitting(engine) || (first->wanted && engine_working(engine)));

	return engine->session.llm == GATE_OPEN && begun && room(engine) && durability_may_admit(engine, deadline);
}

void analyse_pump(struct engine *engine, msec *deadline)
{
	pump_queue(engine, deadline);
	if (!may_admit(engine, deadline))
		return;
	if (!engine->reply_read) { /* one a step, and none in a step that has parsed a reply */
		admit(engine, discover_next(engine));
		pump_queue(engine, deadline);
	}
	if (may_admit(engine, deadline))
		earliest(deadline, engine->now.mono);
}
