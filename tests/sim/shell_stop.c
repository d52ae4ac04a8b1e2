/* The emergency stop: a person stops writing at some time and starts it again later, while requests
 * are under way, the process is killed and the disk is full. The order is remembered a moment after
 * it was given, unless the disk is full; a process that dies before has answered nobody. */
#include <stdio.h>

#include "shell.h"

#define STOP_MAX (4 * MSEC_MINUTE)
#define STORE_MAX (200)

void stop_plan(struct shell *shell)
{
	const struct sim_options *options = shell->options;
	if (options->mode != ENGINE_RESIDENT)
		return;
	for (unsigned i = 0; i < options->stops; i++) {
		msec at = shell->now.mono + 1 + shell_span(shell, options->crash_span),
		     end = shell->now.mono + options->crash_span,
		     last = at + 1 + shell_span(shell, STOP_MAX);
		life_plan_one(shell, HAPPENS_STOP, at);
		life_plan_one(shell, HAPPENS_START, last < end ? last : end);
	}
}

static void order_stop(struct shell *shell)
{
	struct event event = {.kind = EVENT_STOP_WRITING, .stop = {.since = shell->now.wall}};
	snprintf(event.stop.by, sizeof(event.stop.by), "somebody");
	shell->result->stops++;
	life_plan_one(shell, HAPPENS_STORED, shell->now.mono + 1 + shell_span(shell, STORE_MAX));
	note_stop(&shell->invariants, true);
	shell_step(shell, &event);
}

static void order_start(struct shell *shell)
{
	struct event event = {.kind = EVENT_START_WRITING};
	shell->stored_stop = (struct engine_stop){0};
	note_stop(&shell->invariants, false);
	shell_step(shell, &event);
}

/* Remembers the order that is in force, if one is. */
static void store_stop(struct shell *shell)
{
	struct engine_stats stats;
	engine_stats(shell->engine, &stats);
	if (!stats.stop_ordered || shell->now.mono < shell->disk_full_until)
		return;
	shell->stored_stop.since = shell->now.wall;
	snprintf(shell->stored_stop.by, sizeof(shell->stored_stop.by), "somebody");
}

void stop_happens(struct shell *shell, enum happening what)
{
	if (what == HAPPENS_STOP)
		order_stop(shell);
	else if (what == HAPPENS_STORED)
		store_stop(shell);
	else
		order_start(shell);
}
