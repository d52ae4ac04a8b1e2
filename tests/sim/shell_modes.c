/* Changes between writing and shadow: an administrator edits the configuration, and reloads it or
 * leaves that to the next process. A run that ends by itself reads it at its start only. */
#include "shell.h"

void mode_plan(struct shell *shell)
{
	const struct sim_options *options = shell->options;
	shell->shadow = shell->config->service.mode == MODE_SHADOW;
	for (unsigned i = 0; i < options->modes; i++)
		life_plan_one(shell, HAPPENS_MODE,
		              shell->now.mono + 1 + shell_span(shell, options->crash_span));
	if (options->modes > 0)
		life_plan_one(shell, HAPPENS_MODE_LAST, shell->now.mono + options->crash_span + 1);
}

void mode_begin(struct shell *shell)
{
	shell->config->service.mode = shell->shadow ? MODE_SHADOW : MODE_WRITING;
	note_mode(&shell->invariants, shell->shadow);
}

static void reload(struct shell *shell)
{
	const char *more[] = {shell->shadow ? "service.mode=shadow" : "service.mode=writing", NULL};
	struct config *former = shell->config;
	struct event event = {.kind = EVENT_RELOAD};

	event.config = shell->config = shell_config(shell->options, more);
	config_keep(shell->config, former);
	note_config(&shell->invariants, shell->config, shell->now.mono);
	note_mode(&shell->invariants, shell->shadow);
	shell_step(shell, &event);
	config_free(former);
}

void mode_happens(struct shell *shell, enum happening what)
{
	bool last = what == HAPPENS_MODE_LAST;

	shell->shadow = !last && !shell->shadow;
	if (shell->options->mode == ENGINE_RESIDENT && !shell->result->finished &&
	    (last || prng_below(&shell->prng, 2)))
		reload(shell);
}
