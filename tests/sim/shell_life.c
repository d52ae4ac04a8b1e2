/* Begins processes and disturbs them: kill -9 at some time or in the middle of a step's effects, a
 * wall clock that is set anew, the request to drain. */
#include <stdlib.h>
#include <string.h>

#include "shell.h"

/* estimated steps of a run, in which crashes in mid-step are placed */
#define STEPS_PER_TICKET 6
#define JUMP_MAX (12 * MSEC_HOUR)
#define NEXT_RUN_AFTER MSEC_MINUTE

void life_plan_one(struct shell *shell, enum happening what, msec at)
{
	struct sim_event *event = xcalloc(1, sizeof(*event));
	event->what = what;
	shell_happens(shell, event, at);
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *one = a, *two = b;
	return *one < *two ? -1 : *one > *two;
}

static void plan_steps(struct shell *shell)
{
	unsigned count = shell->options->crash_steps;
	uint64_t range = STEPS_PER_TICKET * shell->options->world.tickets + 20;
	if (count == 0)
		return;
	shell->crash_steps = xcalloc(count, sizeof(*shell->crash_steps));
	for (unsigned i = 0; i < count; i++)
		shell->crash_steps[i] = 1 + prng_below(&shell->prng, range);
	qsort(shell->crash_steps, count, sizeof(*shell->crash_steps), by_number);
}

void life_plan(struct shell *shell)
{
	const struct sim_options *options = shell->options;
	shell->wall_error = options->wall_wrong;
	for (unsigned i = 0; i < options->crashes; i++)
		life_plan_one(shell, HAPPENS_CRASH,
		              shell->now.mono + 1 + shell_span(shell, options->crash_span));
	for (unsigned i = 0; i < options->clock_jumps; i++)
		life_plan_one(shell, HAPPENS_CLOCK,
		              shell->now.mono + 1 + shell_span(shell, options->crash_span));
	for (unsigned i = 0; i < options->orders && options->mode == ENGINE_RESIDENT; i++)
		life_plan_one(shell, HAPPENS_ORDER,
		              shell->now.mono + 1 + shell_span(shell, options->crash_span));
	stop_plan(shell);
	mode_plan(shell);
	undo_plan(shell);
	plan_steps(shell);
	shell->drain.what = HAPPENS_DRAIN;
	if (options->mode == ENGINE_RESIDENT)
		shell_happens(shell, &shell->drain, shell->now.mono + options->resident_for);
}

void life_begin(struct shell *shell)
{
	mode_begin(shell);
	struct engine_setup setup = {.config = shell->config,
	                             .mode = shell->options->mode,
	                             .limit = shell->options->limit,
	                             .ticket = ticket_key(ACCOUNT_FIRST, shell->options->ticket_id),
	                             .dry_run = shell->options->dry_run,
	                             .version = "sim",
	                             .stopped = shell->stored_stop,
	                             .seed = prng_u64(&shell->prng)};
	for (size_t i = 0; i < sizeof(setup.marker_key); i++)
		setup.marker_key[i] = (uint8_t)prng_u64(&shell->prng);
	memset(setup.answer_key, 1, sizeof(setup.answer_key)); /* the same in each life */
	shell->engine = engine_new(&setup, shell_reading(shell));
	shell->life_began = shell->now.mono;
	shell->lives++;
	note_life(&shell->invariants);
	if (!shell->options->dry_run)
		disk_restore(shell);
}

static void forget_outcomes(struct shell *shell)
{
	struct sim_result *result = shell->result;
	result->success = result->failed = result->skipped = result->dry = result->shadow = 0;
}

void life_crash(struct shell *shell)
{
	struct effect *effect;
	shell->dies = false;
	shell->untold = 0;
	shell->result->crashes++;
	while ((effect = effects_take(&shell->effects)))
		effect_free(effect);
	engine_free(shell->engine);
	transfers_crash(shell);
	disk_crash(shell);
	/* the service manager needs a moment to restart it */
	shell_advance(shell, shell->now.mono + MSEC_SECOND + shell_span(shell, 5 * MSEC_SECOND));
	forget_outcomes(shell);
	invariants_new_life(&shell->invariants, shell->now.mono);
	note_stop(&shell->invariants, shell->stored_stop.by[0] != '\0');
	if (shell->options->mode == ENGINE_RESIDENT && shell->drain.node.place == 0)
		/* the former process did not drain */
		shell_happens(shell, &shell->drain, shell->now.mono + MSEC_MINUTE);
	life_begin(shell);
}

bool life_cut_short(struct shell *shell)
{
	if (shell->crash_step_next >= shell->options->crash_steps ||
	    shell->result->steps < shell->crash_steps[shell->crash_step_next] ||
	    shell->now.mono >= shell->began + sim_calm_after(shell->options))
		return false;
	shell->crash_step_next++;
	return true;
}

bool life_again(struct shell *shell)
{
	msec calm = shell->began + sim_calm_after(shell->options);
	if (!shell->options->until_done || shell->options->mode != ENGINE_ONCE ||
	    shell->life_began >= calm)
		return false;
	if (shell->options->modes > 0)
		shell->shadow = false;
	engine_free(shell->engine);
	shell->result->finished = false;
	shell->result->end_reason[0] = '\0';
	forget_outcomes(shell);
	invariants_next_run(&shell->invariants, shell->now.mono);
	shell_advance(shell, shell->now.mono + NEXT_RUN_AFTER > calm
	                             ? shell->now.mono + NEXT_RUN_AFTER
	                             : calm);
	life_begin(shell);
	return true;
}

/* Sets our wall clock to the true time, or hours before or after it. */
static void jump_clock(struct shell *shell)
{
	shell->result->clock_jumps++;
	shell->wall_error =
	        prng_below(&shell->prng, 3) ? shell_span(shell, 2 * JUMP_MAX) - JUMP_MAX : 0;
}

static void order_drain(struct shell *shell)
{
	struct event event = {.kind = EVENT_DRAIN};
	shell_step(shell, &event);
}

void life_happens(struct shell *shell, struct sim_event *event)
{
	enum happening what = event->what;
	if (event != &shell->drain)
		free(event);
	if (what == HAPPENS_CRASH)
		life_crash(shell);
	else if (what == HAPPENS_CLOCK)
		jump_clock(shell);
	else if (what == HAPPENS_ORDER)
		order_happens(shell);
	else if (what == HAPPENS_UNDO)
		undo_happens(shell);
	else if (what == HAPPENS_RESUME)
		order_resume(shell);
	else if (what == HAPPENS_MODE || what == HAPPENS_MODE_LAST)
		mode_happens(shell, what);
	else if (what == HAPPENS_STOP || what == HAPPENS_STORED || what == HAPPENS_START)
		stop_happens(shell, what);
	else
		order_drain(shell);
}

void life_free(struct shell *shell)
{
	struct effect *effect;
	while ((effect = effects_take(&shell->effects)))
		effect_free(effect);
	free(shell->crash_steps);
}
