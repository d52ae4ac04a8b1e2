/* One step of the engine: the event goes to the stage it concerns, then every stage starts what the
 * guards allow, then the next deadline is known and whether the run is over. */
#include "engine/engine.h"

#include <stdlib.h>

#include "base/crypto.h"
#include "desk/zendesk/replies.h"
#include "engine/core/further_orders.h"
#include "engine/core/calls.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/paid.h"
#include "engine/core/plain.h"
#include "engine/core/quarantine.h"
#include "engine/core/say.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/stop.h"
#include "engine/core/ticket.h"
#include "engine/core/undoing.h"
#include "engine/decide/decide.h"
#include "engine/decide/reuse.h"
#include "engine/find/choices.h"
#include "engine/find/find.h"
#include "engine/find/tagged.h"
#include "engine/reload.h"
#include "engine/restore.h"
#include "engine/session.h"
#include "engine/stopping.h"
#include "engine/write/jobs.h"
#include "engine/write/write.h"

#define TEXT_MAX (4 * 1024 * 1024)
#define DRAIN_MAX (20 * MSEC_SECOND) /* service managers wait 30 s or more before they kill */
/* the breaker opened, and opened again after its probe: the service is down */
#define ZENDESK_OPENINGS_MAX 2
#define ZENDESK_WINDOW_INITIAL 8
#define ZENDESK_WINDOW_MAX 32

static void upstreams_init(struct engine *engine)
{
	const struct config *config = engine->config;
	struct upstream *zendesk = &engine->upstreams[UPSTREAM_ZENDESK];
	struct upstream *llm = &engine->upstreams[UPSTREAM_LLM];
	msec now = engine->now.mono;

	upstream_init(zendesk, "zendesk", now);
	upstream_set_limits(zendesk, (double)config->zendesk.requests_per_minute, 0, now);
	breaker_init(&zendesk->breaker, (int)config->breaker.threshold, config->breaker.timeout);
	window_init(&zendesk->window, ZENDESK_WINDOW_INITIAL, ZENDESK_WINDOW_MAX);

	upstream_init(llm, "llm", now);
	upstream_set_limits(llm, (double)config->llm.requests_per_minute,
	                    (double)config->llm.tokens_per_minute, now);
	/* threshold 0: decide/outage.c decides when the model is down */
	breaker_init(&llm->breaker, 0, config->breaker.timeout);
	window_init(&llm->window, (int)config->llm.initial_in_flight,
	            (int)config->llm.max_in_flight);
}

static struct account *account_new(const struct config *config, const char *version)
{
	struct account *account = xcalloc(1, sizeof(*account));

	account->id = ACCOUNT_FIRST;
	account->gate.alert = ALERT_ZENDESK_REFUSED;
	blame_init(&account->blame);
	account->fine = -1;
	zd_client_init(&account->zendesk, config, version);
	lanes_init(account->lanes);
	list_init(&account->pages.list);
	memory_init(&account->memory);
	furthers_init(&account->furthers);
	account->write = write_new(config);
	return account;
}

static void account_free(struct engine *engine)
{
	struct account *account = engine->account;

	find_free(engine);
	write_free(engine);
	memory_free(&account->memory);
	furthers_free(&account->furthers);
	lanes_free(account->lanes);
	zd_client_free(&account->zendesk);
	free(account);
}

struct engine *engine_new(const struct engine_setup *setup, struct clock_reading now)
{
	struct engine *engine = xcalloc(1, sizeof(*engine));

	*engine = (struct engine){
	        .setup = *setup,
	        .config = setup->config,
	        .now = now,
	        .redactor = redactor_new(),
	        .ballast = ballast_index_new(),
	        .model_gate.alert = ALERT_MODEL_REFUSED,
	        .decide = decide_new(now.mono),
	        .last_work = now.mono,
	        .model_leaves = -1,
	        .deadline = now.mono,
	};
	(void)shadow_configure(engine);
	stop_init(engine);
	plain_set_options(engine);
	prng_seed(&engine->prng, setup->seed);
	llm_client_init(&engine->llm, engine->config);
	blame_init(&engine->model_blame);
	upstreams_init(engine);
	calls_init(&engine->calls);
	map_init(&engine->restored);
	quarantine_init(engine);
	list_init(&engine->held);
	engine->account = account_new(engine->config, setup->version);
	find_init(engine);
	buf_init(&engine->early, TEXT_MAX);
	buf_init(&engine->text, TEXT_MAX * 4);
	return engine;
}

static void free_tickets(struct engine *engine)
{
	engine->account->search.over = true; /* waiting tickets are not read again */
	sift_drop_waiting(engine);
	memory_give_up_all(engine);
	asked_clear(engine);
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		lane_abandon(engine, ticket);
		held_free(engine, ticket);
	}
}

void engine_free(struct engine *engine)
{
	if (!engine)
		return;
	free_tickets(engine);
	account_free(engine);
	decide_free(engine->decide);
	flights_free(&engine->flights);
	calls_free(&engine->calls);
	map_free(&engine->restored);
	map_free(&engine->quarantined);
	map_free(&engine->suspects);
	llm_client_free(&engine->llm);
	redactor_free(engine->redactor);
	ballast_index_free(engine->ballast);
	buf_free(&engine->early);
	buf_free(&engine->text);
	arena_free(&engine->scratch);
	free(engine->end_reason);
	crypto_wipe(&engine->setup, sizeof(engine->setup));
	free(engine);
}

static void start_run(struct engine *engine)
{
	struct str early = buf_str(&engine->early);

	engine->started = true;
	batch_start(&engine->batch, engine->now.wall, engine->now.mono);
	if (engine->setup.backtest)
		say(engine, LEVEL_INFO, 0,
		    "Starting AI Ticket Processor (backtest of the last %llu solved tickets: "
		    "nothing "
		    "is written)",
		    (unsigned long long)engine->setup.limit);
	else if (engine->setup.mode == ENGINE_ONE_TICKET)
		say(engine, LEVEL_INFO, 0, "Starting AI Ticket Processor (ticket: %llu)",
		    (unsigned long long)engine->setup.ticket.id);
	else if (engine->setup.mode == ENGINE_ONCE && engine->setup.limit)
		say(engine, LEVEL_INFO, 0, "Starting AI Ticket Processor (limit: %llu)",
		    (unsigned long long)engine->setup.limit);
	else
		say(engine, LEVEL_INFO, 0, "Starting AI Ticket Processor (limit: none)");
	while (early.len) {
		struct str line = str_split(&early, '\n');

		say(engine, LEVEL_WARNING, 0, STR_FMT, STR_ARG(line));
	}
	if (stop_is_on(engine))
		say(engine, LEVEL_WARNING, 0, "%s", engine->stop.sentence);
	if (shadow_is_on(engine))
		say(engine, LEVEL_INFO, 0, SHADOW_SAID "; decisions are recorded");
	session_start(engine);
	restore_resume(engine);
	if (engine->setup.mode == ENGINE_ONE_TICKET && engine->setup.again)
		ordered_process(engine, &engine->setup.ticket, 1, true, engine->setup.by);
}

/* The reader of each kind of reply. It may change the failure in place, to what it means for its
 * own stage. */
static void (*const zendesk_readers[])(struct engine *engine, struct call *call,
                                       struct http_reply *reply, struct desk_answer *failure) = {
        [CALL_TOKEN] = session_token_reply,
        [CALL_ME] = session_me_reply,
        [CALL_SEARCH] = pass_reply,
        [CALL_EXPORT] = pass_reply,
        [CALL_INCREMENTAL] = pass_reply,
        [CALL_REREAD] = reread_reply,
        [CALL_WANTED] = reread_reply,
        [CALL_TAGGED] = tagged_reply,
        [CALL_AUDITS] = histories_reply,
        [CALL_CHANGED] = choices_reply,
        [CALL_CHOICES] = histories_reply,
        [CALL_SOLVED] = solved_reply,
        [CALL_ALONE] = alone_reply,
        [CALL_BY_NUMBER] = by_number_reply,
        [CALL_READ_MANY] = refresh_reply,
        [CALL_LOOK] = look_reply,
        [CALL_COMMENTS] = look_comments_reply,
        [CALL_UPDATE] = single_update_reply,
        [CALL_UPDATE_MANY] = bulk_reply,
        [CALL_JOBS] = jobs_reply,
};

static void zendesk_reply(struct engine *engine, struct call *call, struct http_reply *reply)
{
	struct desk_answer failure;

	zd_classify(reply, engine->now.wall, &failure);
	plain_redact_answer(engine, reply, NULL, failure.text, sizeof(failure.text));
	call_signal_zendesk(engine, call, reply, &failure);
	if (failure.kind == DESK_FORBIDDEN && call->number <= engine->account->gate.former)
		/* refused for previous credentials: it is sent again with the present ones */
		failure.kind = DESK_UNAUTHORIZED;
	if (failure.kind == DESK_FINE)
		engine->account->fine = engine->now.mono;
	ENSURE(call->kind < ARRAY_LEN(zendesk_readers) && zendesk_readers[call->kind]);
	zendesk_readers[call->kind](engine, call, reply, &failure);
}

static void reply_arrived(struct engine *engine, const struct event *event)
{
	struct call *call = map_get_pointer(&engine->calls.by_number, event->request);
	struct http_reply *reply = event->reply;

	ENSURE(call != NULL); /* every request ends exactly once */
	if (engine->abandoned) {
		if (call->kind == CALL_CHAT || call->kind == CALL_PROBE)
			paid_count(engine, call, reply, NULL);
		call_free(engine, call);
		return;
	}
	call_answered(engine, call, reply);
	if (call->kind == CALL_MODELS)
		session_models_reply(engine, call, reply);
	else if (call->kind == CALL_CHAT)
		analyse_reply(engine, call, reply);
	else if (call->kind == CALL_PROBE)
		probe_reply(engine, call, reply);
	else
		zendesk_reply(engine, call, reply);
	call_free(engine, call);
}

static void begin_drain(struct engine *engine)
{
	if (engine->draining)
		return;
	engine->draining = true;
	engine->drain_until = engine->now.mono + DRAIN_MAX;
	size_t left = lane_count(engine, LANE_WAITING);
	sift_stop(engine);
	left += analyse_drop_queued(engine);
	say(engine, LEVEL_INFO, 0,
	    "Stopping: finishing work in progress; %zu %s left for the next run", left,
	    str_plural(left, "ticket is", "tickets are"));
}

/* A run that ends by itself does not wait for the end of the stop: it has failed. */
static void end_stopped_run(struct engine *engine)
{
	if (!stop_is_on(engine) || engine->setup.mode == ENGINE_RESIDENT || engine->finished)
		return;
	mode_end_run(engine, RUN_FAILED, "%s", engine->stop.sentence);
	begin_drain(engine);
}

static void handle_event(struct engine *engine, const struct event *event)
{
	bool stopped = stop_is_on(engine);
	enum write_mode writing = engine->writing;

	switch (event->kind) {
	case EVENT_TICK: break;
	case EVENT_REPLY: reply_arrived(engine, event); break;
	case EVENT_PERSISTED:
		durability_works(engine);
		persisted_upto(engine, event->upto);
		break;
	case EVENT_PERSIST_FAILED:
		persisted_failed(engine, event->upto);
		if (engine->setup.mode != ENGINE_RESIDENT)
			begin_drain(engine);
		break;
	case EVENT_DRAIN: begin_drain(engine); break;
	case EVENT_RELOAD: reload(engine, event->config); break;
	case EVENT_PAUSE: ordered_pause(engine); break;
	case EVENT_RESUME: ordered_resume(engine); break;
	case EVENT_STOP_WRITING: stop_order(engine, &event->stop); break;
	case EVENT_START_WRITING: stop_end(engine); break;
	case EVENT_ERASE:
		reuse_erase(engine, event->tickets, event->ticket_count);
		ordered_erase(engine, event->tickets, event->ticket_count);
		break;
	case EVENT_PROCESS:
		ordered_process(engine, event->tickets, event->ticket_count, event->again,
		                event->by);
		break;
	case EVENT_UNDO: undoing_order(engine, event); break;
	case EVENT_HISTORY:
		further_recalled(engine, event->tickets[0].id, event->history, event->failed);
		recall_arrived(engine, event->tickets[0].id, event->history, event->failed);
		break;
	}
	stopping_apply(engine, stopped, writing);
	end_stopped_run(engine);
}

/* A stop does not wait longer for jobs that make no progress. Decisions and intents are durable:
 * the next run reads these tickets before it writes. */
static void abandon_rest(struct engine *engine)
{
	engine->abandoned = true;
	say(engine, LEVEL_WARNING, 0,
	    "Stopping: %zu unfinished %s left for the next run, which reads before it writes",
	    engine->held_count, str_plural(engine->held_count, "ticket is", "tickets are"));
}

/* Passes over many pages could use up all that the limits leave, and nothing that was found would
 * ever be written. */
static void find_unless_writes_starve(struct engine *engine, msec *deadline)
{
	msec until = write_starves_until(engine);

	if (until == MSEC_NEVER || gate_is_halted(engine))
		find_pump(engine, deadline);
	else
		clock_earliest(deadline, until);
}

/* The drain has nothing to wait for: its time is over, or writing is stopped and nothing is under
 * way whose end could still be seen. */
static bool drain_is_over(const struct engine *engine)
{
	if (!engine->draining || engine->abandoned || engine->finished)
		return false;
	if (shadow_is_on(engine) && engine->held_count > 0 &&
	    engine->held_count == lane_count(engine, LANE_STOPPED))
		return true; /* decided in writing mode, and left to it */
	return engine->now.mono >= engine->drain_until ||
	       (stop_is_on(engine) && engine->calls.by_number.count == 0 &&
	        engine->held_count > 0 && engine->settled_sequence == engine->last_sequence);
}

static void pump_stages(struct engine *engine)
{
	/* When the limits leave little, the first pumps are served first. */
	static void (*const pumps[])(struct engine * engine, msec * deadline) = {
	        session_pump, jobs_pump,    reread_wanted_pump,        single_update_pump,
	        look_pump,    analyse_pump, find_unless_writes_starve, refresh_pump,
	        bulk_pump, /* the last two ask whether more tickets are coming */
	};

	for (size_t i = 0; i < ARRAY_LEN(pumps); i++) {
		engine->current_ticket = (struct ticket_key){0};
		pumps[i](engine, &engine->deadline);
	}
}

/* The run is over when no ticket is held and no more will be looked for; requests that no ticket
 * needs any more are cancelled. A resident engine is over only when it was told to stop, and
 * failures meanwhile do not make its end a bad one. */
static void finish_if_over(struct engine *engine)
{
	if (!mode_admitting(engine))
		sift_drop_waiting(engine);
	if (engine->finished || mode_more_to_come(engine))
		return;
	if (engine->calls.by_number.count > 0) {
		calls_cancel_all(engine);
		return;
	}
	if (engine->settled_sequence < engine->last_sequence)
		return; /* the last outcomes are not durable yet */
	engine->finished = true;
	batches_finish(engine);
	engine->batch.ended_mono = engine->now.mono;
	if (engine->batch.failed > 0 && engine->setup.mode != ENGINE_RESIDENT)
		mode_end_run(engine, RUN_FAILED, "%llu %s failed",
		             (unsigned long long)engine->batch.failed,
		             str_plural(engine->batch.failed, "ticket", "tickets"));
	struct effect *effect = effects_add(engine->out, EFFECT_FINISHED);
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
	tally_step(engine);
	engine->reply_read = false;
	engine->deadline = MSEC_NEVER;
	if (!engine->started)
		start_run(engine);
	handle_event(engine, event);
	engine->current_ticket = (struct ticket_key){0};
	calls_deadlines_due(engine);
	if (engine->calls.openings >= ZENDESK_OPENINGS_MAX && engine->setup.mode != ENGINE_RESIDENT)
		gate_zendesk_refuses(
		        engine, &(struct desk_answer){.kind = DESK_RETRY,
		                                      .text = "the circuit breaker opened again"});
	if (drain_is_over(engine))
		abandon_rest(engine);
	if (!engine->finished && !engine->abandoned)
		pump_stages(engine);
	engine->current_ticket = (struct ticket_key){0};
	backlog_pump(engine);
	batches_pump(engine);
	finish_if_over(engine);
	if ((top = heap_top(&engine->calls.deadlines)))
		clock_earliest(&engine->deadline, top->key);
	if (engine->draining && !engine->abandoned && !engine->finished)
		clock_earliest(&engine->deadline, engine->drain_until);
	arena_free(&engine->scratch);
	engine->out = NULL;
}

msec engine_deadline(const struct engine *engine)
{
	return engine->deadline;
}
