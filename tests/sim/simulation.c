/* One run under the virtual clock: see simulation.h. */
#include "simulation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

/* tickets that failed come back after an hour at most */
#define SIM_CALM_ENOUGH (2 * MSEC_HOUR)
/* A service takes up a ticket by the first poll after search shows it. Longest time from there to
 * our tag, when nothing breaks: the stream withholds a minute, llm.patience is another one. */
#define SIM_DONE_WITHIN (3 * MSEC_MINUTE)
/* created_at may be later than the clock by which a run tells what came after its start */
#define SIM_STAMPS_AHEAD (2 * MSEC_SECOND)
/* steps without progress of the clock; more are a busy loop of the engine */
#define STEPS_AT_ONCE_MAX 200000

msec shell_span(struct shell *shell, msec max)
{
	return max > 0 ? (msec)prng_below(&shell->prng, (uint64_t)max + 1) : 0;
}

bool shell_faults_last(const struct shell *shell)
{
	msec span = shell->options->world.faults_for;
	return !span || shell->now.mono - shell->began <= span;
}

void shell_happens(struct shell *shell, struct sim_event *event, msec at)
{
	heap_move(&shell->events, &event->node, at > shell->now.mono ? at : shell->now.mono);
}

static void violation(struct shell *shell, const char *text)
{
	if (!shell->result->violation[0])
		snprintf(shell->result->violation, sizeof(shell->result->violation), "%s", text);
}

static void count_outcome(struct shell *shell, const struct effect *effect)
{
	struct sim_result *result = shell->result;
	if (shell->options->bug == BUG_LOST_TICKET && !shell->lost_one &&
	    effect->outcome.status != OUTCOME_SUCCESS) {
		shell->lost_one = true;
		return;
	}
	switch (effect->outcome.status) {
	case OUTCOME_SUCCESS: result->success++; break;
	case OUTCOME_ERROR: result->failed++; break;
	case OUTCOME_SKIPPED: result->skipped++; break;
	case OUTCOME_DRY_RUN: result->dry++; break;
	case OUTCOME_SHADOW: result->shadow++; break;
	}
	check_outcome(&shell->invariants, effect);
}

/* Checks that each outcome is counted in exactly one batch. */
static void batch_told(struct shell *shell, const struct batch *batch)
{
	if (batch->total != shell->untold || batch->total == 0)
		violation(shell, "a batch does not count what was told since the one before");
	shell->untold = 0;
}

static void finished(struct shell *shell, const struct effect *effect)
{
	if (shell->options->mode == ENGINE_RESIDENT && shell->untold > 0)
		violation(shell, "the end comes before the last batch");
	shell->result->finished = true;
	shell->result->end = effect->end;
	if (effect->text)
		snprintf(shell->result->end_reason, sizeof(shell->result->end_reason), "%s",
		         effect->text);
}

/* Failed tickets are no reason to leave others for the next run. */
static bool is_whole(const struct sim_result *result)
{
	return result->end == RUN_CLEAN || strstr(result->end_reason, "ticket failed") ||
	       strstr(result->end_reason, "tickets failed");
}

/* What search showed before this instant is done by now. A run leaves what was created after its
 * start to the next one. */
static msec shown_before(const struct shell *shell)
{
	if (shell->options->mode != ENGINE_RESIDENT)
		return shell->life_began - SIM_STAMPS_AHEAD;
	return shell->now.mono - shell->config->zendesk.poll_interval - SIM_DONE_WITHIN;
}

/* Checks the end of a run. A run that gave up on a service reported that, and may leave tickets
 * for the next run; in calm weather it must leave none. */
static void check_run_end(struct shell *shell)
{
	const struct sim_result *result = shell->result;
	struct sim_end end = {.transfers_open = shell->transfers.count,
	                      .cut_short = !is_whole(result),
	                      .shown_before = shown_before(shell)};
	msec calm = sim_calm_after(shell->options), age = shell->now.mono - shell->began;
	if (shell->options->mode == ENGINE_RESIDENT)
		end.all_done = calm < MSEC_NEVER && age - calm >= SIM_CALM_ENOUGH;
	else
		end.all_done =
		        shell->options->until_done && shell->life_began - shell->began >= calm;
	check_end(&shell->invariants, &end);
	check_cost(&shell->invariants, shell->now.mono);
	shell->result->lost = end.lost;
}

static void print_outcome(const struct shell *shell, const struct outcome *outcome)
{
	struct buf line;

	if (!shell->options->verbose)
		return;
	buf_init(&line, 4096);
	report_outcome_text(&line, outcome);
	printf("%10.3f %s\n", (double)shell->now.mono / MSEC_SECOND, buf_cstr(&line));
	buf_free(&line);
}

static void print_line(const struct shell *shell, const struct effect *effect)
{
	if (shell->options->verbose)
		printf("%10.3f %s %s\n", (double)shell->now.mono / MSEC_SECOND,
		       effect->kind == EFFECT_ALERT ? "ALERT" : "says", effect->text);
}

static void note_decided(struct shell *shell, uint64_t id)
{
	shell->result->decided_at = shell->now.mono;
	map_put(&shell->decided, id, (uint64_t)shell->now.mono);
}

static void note_ended(struct shell *shell, uint64_t id)
{
	uint64_t decided = 0;

	shell->result->ended_at = shell->now.mono;
	if (!map_get(&shell->decided, id, &decided))
		return;
	map_remove(&shell->decided, id);
	if (shell->now.mono - (msec)decided > shell->result->slowest)
		shell->result->slowest = shell->now.mono - (msec)decided;
}

static void carry_out(struct shell *shell, struct effect *effect)
{
	switch (effect->kind) {
	case EFFECT_REQUEST: transfer_start(shell, effect); break;
	case EFFECT_CANCEL: transfer_cancel(shell, effect->number); break;
	case EFFECT_RECALL: transfer_recall(shell, effect->number); break;
	case EFFECT_PERSIST:
		if (effect->record.kind == RECORD_DECISION)
			note_decided(shell, effect->record.ticket.id);
		check_record(&shell->invariants, &effect->record);
		check_reuse(&shell->invariants, &effect->record, shell_reading(shell).wall,
		            shell->config->llm.cache_ttl);
		disk_take(shell, &effect->record);
		break;
	case EFFECT_OUTCOME:
		note_ended(shell, effect->outcome.ticket.id);
		print_outcome(shell, &effect->outcome);
		shell->untold++;
		count_outcome(shell, effect);
		break;
	case EFFECT_FINISHED: finished(shell, effect); break;
	case EFFECT_BATCH: batch_told(shell, &effect->batch); break;
	case EFFECT_ALERT:
		check_alert(&shell->invariants, effect);
		print_line(shell, effect);
		break;
	case EFFECT_HISTORY: disk_recall(shell, effect->ticket.id); break;
	case EFFECT_UNDONE: undo_told(shell, effect); break;
	case EFFECT_SAY: print_line(shell, effect); break;
	}
}

void shell_step(struct shell *shell, struct event *event)
{
	struct effect *effect;
	uint64_t left = UINT64_MAX;
	event->at = shell_reading(shell);
	engine_step(shell->engine, event, &shell->effects);
	shell->result->steps++;
	if (life_cut_short(shell)) {
		shell->dies = true;
		left = prng_below(&shell->prng, 6);
	}
	for (; left > 0 && (effect = effects_take(&shell->effects)); left--) {
		carry_out(shell, effect);
		effect_free(effect);
	}
	check_step(&shell->invariants, shell->now.mono);
	check_flights(&shell->invariants, shell->engine);
	disk_hurry(shell);
}

void shell_advance(struct shell *shell, msec to)
{
	if (to <= shell->now.mono)
		return;
	shell->now.wall += to - shell->now.mono;
	shell->now.mono = to;
}

struct clock_reading shell_reading(const struct shell *shell)
{
	struct clock_reading reading = shell->now;
	reading.wall += shell->wall_error;
	return reading;
}

static void happens(struct shell *shell, struct sim_event *event)
{
	heap_remove(&shell->events, &event->node);
	if (event->what == HAPPENS_GATHERED) {
		disk_gathered(shell);
	} else if (event->what == HAPPENS_FLUSH) {
		disk_flush(shell);
	} else if (event->what == HAPPENS_RECALLED) {
		disk_recalled(shell);
	} else if (event->transfer) {
		transfer_happens(shell, event);
	} else {
		life_happens(shell, event);
	}
}

/* Processes the earliest event: a planned one, an action of the world, or the engine's
 * deadline. */
static void process_next_event(struct shell *shell)
{
	struct heap_node *top = heap_top(&shell->events);
	msec planned = top ? top->key : MSEC_NEVER, people = world_deadline(shell->world);
	msec wanted = engine_deadline(shell->engine);
	if (planned == MSEC_NEVER && wanted == MSEC_NEVER) {
		violation(shell, "stuck: nothing is under way, and the engine waits for ever");
	} else if (people <= planned && people <= wanted) {
		shell_advance(shell, people);
		world_tick(shell->world, shell->now);
	} else if (wanted < planned) {
		struct event tick = {.kind = EVENT_TICK};
		shell_advance(shell, wanted);
		shell_step(shell, &tick);
	} else {
		shell_advance(shell, planned);
		happens(shell, container_of(top, struct sim_event, node));
	}
}

/* The engine does not know of events planned by the simulation (a crash, the drain): while it has
 * work it must have a deadline or a request in flight. */
static void check_awake(struct shell *shell)
{
	struct engine_stats stats;
	if (engine_deadline(shell->engine) < MSEC_NEVER || shell->transfers.count > 0 ||
	    shell->pending_count + shell->writing_count > 0 || shell->recall_count > 0 ||
	    shell->result->finished || shell->dies)
		return;
	engine_stats(shell->engine, &stats);
	/* what was decided before a shadow waits for its end */
	bool waits = stats.writing == WRITE_MODE_SHADOW && stats.held == stats.stopped_count;
	if ((stats.held > 0 && stats.stopped[0] == '\0' && !waits) ||
	    stats.next_poll_mono < MSEC_NEVER)
		violation(shell, "the engine sleeps for ever, and there is work to do");
}

static void notice_calm(struct shell *shell)
{
	msec calm = sim_calm_after(shell->options);
	bool written = written_lately(&shell->invariants, shell->now.mono);
	if (!written && !shell->invariants.cost.calm_since && calm < MSEC_NEVER &&
	    shell->now.mono - shell->began >= calm + SIM_CALM_ENOUGH / 2)
		note_calm(&shell->invariants, shell->now.mono);
}

static void loop(struct shell *shell)
{
	msec last = -1;
	unsigned at_once = 0;
	while (!shell->result->finished && !shell->result->violation[0]) {
		process_next_event(shell);
		notice_calm(shell);
		note_polls(&shell->invariants, shell->now.mono - shell->began, shell->now.mono);
		check_awake(shell);
		if (shell->dies && !shell->result->finished)
			life_crash(shell);
		if (shell->result->finished && !life_again(shell))
			check_run_end(shell);
		at_once = shell->now.mono == last ? at_once + 1 : 0;
		last = shell->now.mono;
		if (at_once > STEPS_AT_ONCE_MAX)
			violation(shell, "the engine spins: no time passes");
		if (shell->now.mono - shell->began > shell->options->time_max)
			violation(shell, "no end: the run takes too long");
	}
	shell->result->took = shell->now.mono - shell->began;
}

static void set_option(struct config *config, const char *assignment,
                       struct config_problems *problems)
{
	struct str value = str_of(assignment);
	struct str name = str_split(&value, '=');
	char *dotted = xmemdup0(name.data, name.len);
	config_set(config, FROM_FLAG, "simulation", dotted, value, problems);
	free(dotted);
}

struct config *shell_config(const struct sim_options *options, const char *const *more)
{
	static const char *const basic[] = {"zendesk.base_url=http://127.0.0.1:1",
	                                    "zendesk.email=bot@example.com",
	                                    "zendesk.api_token=t",
	                                    "llm.base_url=http://127.0.0.1:1/v1",
	                                    "llm.api_key=k",
	                                    "zendesk.again_tag=none"};
	struct config *config = config_new();
	struct config_problems problems;
	config_problems_init(&problems);
	for (size_t i = 0; i < ARRAY_LEN(basic); i++)
		set_option(config, basic[i], &problems);
	/* without a draw: another one would change the weather of all seeds */
	static const char *const intervals[] = {"log.batch_interval=0", "log.batch_interval=1m",
	                                        "log.batch_interval=1h"};
	set_option(config, intervals[options->world.seed % ARRAY_LEN(intervals)], &problems);
	for (size_t i = 0; options->config && options->config[i]; i++)
		set_option(config, options->config[i], &problems);
	for (; more && *more; more++)
		set_option(config, *more, &problems);
	if (options->bug == BUG_LEAK)
		set_option(config, "privacy.redact=false", &problems);
	config_finish(config, false, &problems);
	if (problems.errors.len)
		fatal("simulation: %s", buf_cstr(&problems.errors));
	config_problems_free(&problems);
	return config;
}

msec sim_calm_after(const struct sim_options *options)
{
	const struct world_options *world = &options->world;
	bool breaks = world->faults.any || world->people_per_minute > 0 ||
	              world->arrivals_per_minute > 0 || options->no_connect > 0 ||
	              options->disk_fails > 0;
	msec span = options->crashes || options->clock_jumps || options->orders || options->stops ||
	                            options->modes
	                    ? options->crash_span
	                    : 0;
	if (breaks && !world->faults_for)
		return MSEC_NEVER;
	if (breaks && world->faults_for > span)
		span = world->faults_for;
	if (options->mode == ENGINE_ONCE && world->model_out_from + world->model_out_for > span)
		span = world->model_out_from + world->model_out_for; /* such a run gives up */
	return span ? span + world->index_lag + MSEC_MINUTE : 0;
}

void sim_defaults(struct sim_options *options)
{
	options->mode = ENGINE_ONCE;
	options->world.age = MSEC_HOUR;
	options->world.spread = 24 * MSEC_HOUR;
	options->world.brief = true;
	options->network_max = 20;
	options->disk_max = 15;
	options->sent_twice = 0.3;
	options->crash_span = MSEC_MINUTE;
	options->time_max = 24 * MSEC_HOUR;
}

static void count_endpoints(struct shell *shell)
{
	struct buf text;

	if (!shell->options->requests)
		return;
	buf_init(&text, sizeof(shell->result->endpoints) - 1);
	world_requests_text(shell->world, &text);
	snprintf(shell->result->endpoints, sizeof(shell->result->endpoints), "%s", buf_cstr(&text));
	buf_free(&text);
}

void simulation_run(const struct sim_options *options, struct sim_result *ret)
{
	struct shell shell = {.options = options, .result = ret};
	memset(ret, 0, sizeof(*ret));
	prng_seed(&shell.prng, options->world.seed ^ 0x51a7e);
	shell.now =
	        /* 2026-11-24T22:00:00Z */
	        (struct clock_reading){.mono = 1000 * MSEC_SECOND, .wall = 1795557600000};
	shell.began = shell.now.mono;
	shell.config = shell_config(options, NULL);
	struct world_options world = options->world;
	world.ignore_stamps = options->bug == BUG_SECOND_NOTE;
	shell.world = world_new(&world, shell.now);
	shell.gather.what = HAPPENS_GATHERED;
	shell.flush.what = HAPPENS_FLUSH;
	prng_seed(&shell.disk_chance, options->world.seed ^ 0xd15c);
	shell.recalled.what = HAPPENS_RECALLED;
	heap_init(&shell.events);
	map_init(&shell.transfers);
	map_init(&shell.decided);
	effects_init(&shell.effects);
	invariants_init(&shell.invariants, options, shell.world,
	                (int)shell.config->zendesk.requests_per_minute, ret->violation);
	note_config(&shell.invariants, shell.config, shell.now.mono);
	life_plan(&shell);
	life_begin(&shell);
	loop(&shell);
	ret->audit = *world_audit(shell.world);
	count_endpoints(&shell);
	ret->dearest = shell.invariants.cost.dearest;
	ret->priorities_overwritten = shell.invariants.priorities_overwritten;
	engine_free(shell.engine);
	life_free(&shell);
	transfers_free(&shell);
	disk_free(&shell);
	invariants_free(&shell.invariants);
	map_free(&shell.transfers);
	map_free(&shell.decided);
	heap_free(&shell.events);
	world_answer_free(&shell.answer);
	world_free(shell.world);
	config_free(shell.config);
}
