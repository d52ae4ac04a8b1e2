/* One step of the engine: the event goes to the stage it concerns, then every stage starts what the guards allow, then it is
 * known when to be called again and whether the run is over. The stages are described in inside.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/core/state.h"

#define TEXT_MAX (4 * 1024 * 1024)
#define DRAIN_MAX (20 * MSEC_SECOND) /* service managers wait 30 s or more */
#define ZENDESK_OPENINGS_MAX 2       /* breaker opened, and again after its probe: nobody is there */

static void upstreams_init(struct engine *engine)
{
	const struct config *config = engine->config;
	struct upstream *zendesk = &engine->upstreams[UPSTREAM_ZENDESK];
	struct upstream *llm = &engine->upstreams[UPSTREAM_LLM];
	msec now = engine->now.mono;

	upstream_init(zendesk, "zendesk", now);
	upstream_set_limits(zendesk, (double)config->zendesk_requests_per_minute, 0, now);
	breaker_init(&zendesk->breaker, (int)config->breaker_threshold, config->breaker_timeout);
	window_init(&zendesk->window, ZENDESK_WINDOW_INITIAL, ZENDESK_WINDOW_MAX);

	upstream_init(llm, "llm", now);
	upstream_set_limits(llm, (double)config->llm_requests_per_minute, (double)config->llm_tokens_per_minute, now);
	breaker_init(&llm->breaker, 0, config->breaker_timeout); /* analyse.c decides when the model is down */
	window_init(&llm->window, (int)config->llm_initial_in_flight, (int)config->llm_max_in_flight);

	upstream_init(&engine->upstreams[UPSTREAM_SLACK], "slack", now);
}

struct engine *engine_new(const struct engine_setup *setup, struct clock_reading now)
{
	struct engine *engine = xcalloc(1, sizeof(*engine));

	engine->setup = *setup;
	engine->config = setup->config;
	engine->now = now;
	prng_seed(&engine->prng, setup->seed);
	zd_client_init(&engine->zendesk, engine->config, setup->version);
	llm_client_init(&engine->llm, engine->config);
	engine->redactor = redactor_new();
	upstreams_init(engine);
	map_init(&engine->calls);
	map_init(&engine->restored);
	heap_init(&engine->call_deadlines);
	quarantine_init(engine);
	list_init(&engine->held);
	list_init(&engine->persisting);
	list_init(&engine->write.ready);
	heap_init(&engine->write.later);
	heap_init(&engine->write.queue);
	heap_init(&engine->write.looks);
	list_init(&engine->write.singles);
	bulk_init(engine);
	heap_init(&engine->analyse.queue);
	engine->write.read_size = (unsigned)engine->config->zendesk_batch_size;
	engine->analyse.last_good = engine->last_work = now.mono;
	discover_init(engine);
	buf_init(&engine->early, TEXT_MAX);
	buf_init(&engine->text, TEXT_MAX * 4);
	engine->deadline = now.mono;
	return engine;
}

static void free_calls(struct engine *engine)
{
	for (size_t i = 0; i < engine->calls.cap; i++) {
		struct map_slot *slot = &engine->calls.slots[i];

		if (slot->key) {
			struct call *call = (struct call *)(uintptr_t)slot->value;

			heap_remove(&engine->call_deadlines, &call->deadline);
			free(call->tickets);
			free(call);
		}
	}
	map_free(&engine->calls);
}

static void empty_heap(struct heap *heap)
{
	while (heap_top(heap))
		heap_remove(heap, heap_top(heap));
	heap_free(heap);
}

void engine_free(struct engine *engine)
{
	if (!engine)
		return;
	discover_free(engine);
	empty_heap(&engine->analyse.queue);
	empty_heap(&engine->write.later);
	empty_heap(&engine->write.queue);
	empty_heap(&engine->write.looks);
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		list_remove(&ticket->queue);
		ticket_let_go(engine, ticket);
		ticket_free(ticket);
	}
	jobs_free(engine);
	free_calls(engine);
	map_free(&engine->restored);
	map_free(&engine->quarantined);
	heap_free(&engine->call_deadlines);
	zd_client_free(&engine->zendesk);
	llm_client_free(&engine->llm);
	redactor_free(engine->redactor);
	buf_free(&engine->early);
	buf_free(&engine->text);
	arena_free(&engine->scratch);
	free(engine->end_reason);
	crypto_wipe(engine->setup.marker_key, sizeof(engine->setup.marker_key));
	free(engine);
}

struct effect *emit(struct engine *engine, enum effect_kind kind)
{
	struct effect *effect = xcalloc(1, sizeof(*effect));

	effect->kind = kind;
	list_push_back(&engine->out->items, &effect->node);
	return effect;
}

static char *format_text(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));
static char *format_text(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		fatal("out of memory");
	return text;
}

void say(struct engine *engine, enum log_level level, uint64_t ticket_id, const char *format, ...)
{
	struct effect *effect;
	va_list arguments;

	if ((int)level < engine->config->log_level)
		return;
	effect = emit(engine, EFFECT_SAY);
	va_start(arguments, format);
	effect->text = format_text(format, arguments);
	va_end(arguments);
	effect->level = level;
	effect->ticket_id = ticket_id;
}

void alert(struct engine *engine, uint64_t ticket_id, const char *format, ...)
{
	struct effect *effect = emit(engine, EFFECT_ALERT);
	va_list arguments;

	va_start(arguments, format);
	effect->text = format_text(format, arguments);
	va_end(arguments);
	effect->ticket_id = ticket_id;
}

static int severity(enum run_end end)
{
	static const int order[] = {[RUN_CLEAN] = 0, [RUN_FAILED] = 1, [RUN_NO_MONEY] = 2, [RUN_NOT_LET_IN] = 3};

	return order[end];
}

void run_ends(struct engine *engine, enum run_end end, const char *format, ...)
{
	va_list arguments;

	if (severity(end) <= severity(engine->end))
		return;
	engine->end = end;
	free(engine->end_reason);
	va_start(arguments, format);
	engine->end_reason = format_text(format, arguments);
	va_end(arguments);
}

void earliest(msec *deadline, msec candidate)
{
	if (candidate < *deadline)
		*deadline = candidate;
}

bool engine_working(const struct engine *engine)
{
	return !engine->draining && !engine->finished && engine->session.llm != GATE_HALTED &&
	       engine->session.zendesk != GATE_HALTED;
}

bool engine_admitting(const struct engine *engine)
{
	if (!engine_working(engine) || engine->paused)
		return false;
	return engine->setup.mode != ENGINE_ONCE || engine->setup.limit == 0 || engine->admitted < engine->setup.limit;
}

static void start(struct engine *engine)
{
	struct str early = buf_str(&engine->early);

	engine->started = true;
	batch_start(&engine->batch, engine->now.wall, engine->now.mono);
	if (engine->setup.mode == ENGINE_ONE_TICKET)
		say(engine, LEVEL_INFO, 0, "Starting AI Ticket Processor (ticket: %llu)",
		    (unsigned long long)engine->setup.ticket_id);
	else if (engine->setup.mode == ENGINE_ONCE && engine->setup.limit)
		say(engine, LEVEL_INFO, 0, "Starting AI Ticket Processor (limit: %llu)",
		    (unsigned long long)engine->setup.limit);
	else
		say(engine, LEVEL_INFO, 0, "Starting AI Ticket Processor (limit: none)");
	while (early.len) {
		struct str line = str_split(&early, '\n');

		say(engine, LEVEL_WARNING, 0, STR_FMT, STR_ARG(line));
	}
	session_start(engine);
	restore_resume(engine);
}

static void zendesk_reply(struct engine *engine, struct call *call, struct http_reply *reply)
{
	struct zd_failure failure;

	zd_classify(reply, engine->now.wall, &failure);
	redact_answer(engine, reply, failure.text, sizeof(failure.text));
	call_signal_zendesk(engine, call, reply, &failure);
	if (failure.kind == ZD_FORBIDDEN && call->number <= engine->session.former_account)
		failure.kind = ZD_UNAUTHORIZED; /* said to who we were: asked again as who we are */
	switch (call->kind) {
	case CALL_TOKEN: session_token_reply(engine, call, reply, &failure); break;
	case CALL_ME: session_me_reply(engine, call, reply, &failure); break;
	case CALL_SEARCH:
	case CALL_EXPORT:
	case CALL_INCREMENTAL: pass_page_reply(engine, call, reply, &failure); break;
	case CALL_REREAD:
	case CALL_WANTED: reread_reply(engine, call, reply, &failure); break;
	case CALL_READ_ONE:
		if (call->ticket)
			look_read_reply(engine, call, reply, &failure);
		else
			single_reply(engine, call, reply, &failure);
		break;
	case CALL_SHOW_MANY: refresh_show_many_reply(engine, call, reply, &failure); break;
	case CALL_UPDATE: write_update_reply(engine, call, reply, &failure); break;
	case CALL_UPDATE_MANY: bulk_update_reply(engine, call, reply, &failure); break;
	case CALL_JOBS: jobs_reply(engine, call, reply, &failure); break;
	case CALL_COMMENTS: look_comments_reply(engine, call, reply, &failure); break;
	case CALL_MODELS:
	case CALL_CHAT: ENSURE(!"a call to a model here"); break;
	}
}

static void reply_arrived(struct engine *engine, const struct event *event)
{
	struct call *call = map_get_pointer(&engine->calls, event->request);
	struct http_reply *reply = event->reply;

	ENSURE(call != NULL); /* every request ends exactly once */
	if (engine->abandoned) {
		call_free(engine, call);
		return;
	}
	if (call->timed_out && reply->result == HTTP_CANCELLED)
		reply->result = HTTP_TIMEOUT;
	engine->current_ticket = call->ticket ? call->ticket->id : 0;
	engine->reply_read = true;
	if (call->kind == CALL_MODELS)
		session_models_reply(engine, call, reply);
	else if (call->kind == CALL_CHAT)
		analyse_chat_reply(engine, call, reply);
	else
		zendesk_reply(engine, call, reply);
	call_free(engine, call);
}

static void drain(struct engine *engine)
{
	size_t left;

	if (engine->draining)
		return;
	engine->draining = true;
	engine->drain_until = engine->now.mono + DRAIN_MAX;
	left = engine->discover.waiting.count;
	discover_stop(engine);
	left += analyse_drop_queued(engine);
	say(engine, LEVEL_INFO, 0, "Stopping: finishing what is in flight, %zu tickets are left for the next run",
	    left);
}

static void handle(struct engine *engine, const struct event *event)
{
	switch (event->kind) {
	case EVENT_TICK: break;
	case EVENT_REPLY: reply_arrived(engine, event); break;
	case EVENT_PERSISTED:
		durability_durable(engine);
		write_persisted(engine, event->upto);
		break;
	case EVENT_PERSIST_FAILED:
		write_not_persisted(engine, event->upto);
		if (engine->setup.mode != ENGINE_RESIDENT)
			drain(engine);
		break;
	case EVENT_DRAIN: drain(engine); break;
	case EVENT_RELOAD: reload(engine, event->config); break;
	case EVENT_PAUSE: command_pause(engine); break;
	case EVENT_RESUME: command_resume(engine); break;
	case EVENT_ERASE: command_erase(engine, event->ids, event->id_count); break;
	case EVENT_PROCESS: command_process(engine, event->ids, event->id_count); break;
	}
}

/* Whoever stops the service does not wait for jobs that stand still. Decisions and intents are durable: the next life reads these
 * tickets before it writes. */
static void abandon(struct engine *engine)
{
	engine->abandoned = true;
	say(engine, LEVEL_WARNING, 0, "Stopping: %zu tickets under way are left to the next run, which looks first",
	    engine->held_count);
}

static void pump(struct engine *engine)
{
	/* When the limits leave little, who comes first is served first. */
	static void (*const pumps[])(struct engine * engine, msec * deadline) = {
	        session_pump, jobs_pump,     reread_wanted_pump, write_pump, look_pump,
	        analyse_pump, discover_pump, refresh_pump,       bulk_pump, /* these two ask whether more is coming */
	};

	for (size_t i = 0; i < ARRAY_LEN(pumps); i++) {
		engine->current_ticket = 0;
		pumps[i](engine, &engine->deadline);
	}
}

static void cancel_leftovers(struct engine *engine)
{
	struct heap_node *top;

	while ((top = heap_top(&engine->call_deadlines))) {
		heap_remove(&engine->call_deadlines, top);
		emit(engine, EFFECT_CANCEL)->number = container_of(top, struct call, deadline)->number;
	}
}

bool engine_more_to_come(const struct engine *engine)
{
	if (engine->abandoned)
		return false;
	if (engine->held_count > 0 || (engine->setup.mode == ENGINE_RESIDENT && !engine->draining))
		return true;
	return engine_admitting(engine) && !discover_over(engine);
}

/* Over when nothing is held and nothing more will be looked for; requests that no ticket needs any more are cancelled. A resident
 * engine is over only when told to stop, and what failed meanwhile does not make its end a bad one. */
static void finish_if_over(struct engine *engine)
{
	struct effect *effect;

	if (!engine_admitting(engine))
		discover_drop_waiting(engine);
	if (engine->finished || engine_more_to_come(engine))
		return;
	if (engine->calls.count > 0) {
		cancel_leftovers(engine);
		return;
	}
	if (engine->settled_sequence < engine->last_sequence)
		return; /* the last outcomes are on their way to the disk */
	engine->finished = true;
	batches_finish(engine);
	engine->batch.ended_mono = engine->now.mono;
	if (engine->batch.failed > 0 && engine->setup.mode != ENGINE_RESIDENT)
		run_ends(engine, RUN_FAILED, "%llu tickets failed", (unsigned long long)engine->batch.failed);
	effect = emit(engine, EFFECT_FINISHED);
	effect->end = engine->end;
	effect->text = engine->end == RUN_CLEAN ? NULL : xstrdup(engine->end_reason);
	engine->deadline = MSEC_NEVER;
}

void engine_step(struct engine *engine, struct event *event, struct effects *effects)
{
	struct heap_node *top;

	ENSURE(!engine->finished || event->kind != EVENT_REPLY);
	engine->out = effects;
	engine->now.wall = event->at.wall;
	if (event->at.mono > engine->now.mono)
		engine->now.mono = event->at.mono;
	engine->reply_read = false;
	engine->deadline = MSEC_NEVER;
	if (!engine->started)
		start(engine);
	handle(engine, event);
	engine->current_ticket = 0;
	call_deadlines_due(engine);
	if (engine->session.openings >= ZENDESK_OPENINGS_MAX && engine->setup.mode != ENGINE_RESIDENT)
		session_halt_zendesk(engine, RUN_FAILED, "does not answer: the circuit breaker opened again");
	if (engine->draining && !engine->abandoned && !engine->finished && engine->now.mono >= engine->drain_until)
		abandon(engine);
	if (!engine->finished && !engine->abandoned)
		pump(engine);
	engine->current_ticket = 0;
	batches_pump(engine);
	finish_if_over(engine);
	if ((top = heap_top(&engine->call_deadlines)))
		earliest(&engine->deadline, top->key);
	if (engine->draining && !engine->abandoned && !engine->finished)
		earliest(&engine->deadline, engine->drain_until);
	arena_free(&engine->scratch);
	engine->out = NULL;
}

msec engine_deadline(const struct engine *engine)
{
	return engine->deadline;
}
