/* People take back what was written to tickets, or look what that would do; now and then the
 * processed tag goes too. */
#include <stdio.h>
#include <stdlib.h>

#include "shell.h"

#define UNDO_IDS_MAX 40

void undo_plan(struct shell *shell)
{
	const struct sim_options *options = shell->options;
	uint64_t span = (uint64_t)options->crash_span + MSEC_MINUTE;
	prng_seed(&shell->undo_chance, options->world.seed ^ 0x0d0);
	for (unsigned i = 0; i < options->undos && options->mode == ENGINE_RESIDENT; i++)
		life_plan_one(shell, HAPPENS_UNDO,
		              shell->now.mono + 1 + (msec)prng_below(&shell->undo_chance, span));
	if (options->undo_all > 0)
		life_plan_one(shell, HAPPENS_UNDO, shell->now.mono + options->undo_all);
}

static uint64_t requests_so_far(const struct shell *shell)
{
	return world_counts(shell->world)->zendesk_requests;
}

static void undo_all(struct shell *shell)
{
	size_t count = (size_t)shell->options->world.tickets;
	struct ticket_key *tickets = xcalloc(count, sizeof(*tickets));
	struct event event = {.kind = EVENT_UNDO,
	                      .tickets = tickets,
	                      .ticket_count = count,
	                      .by = "somebody",
	                      .order = "undo-all"};
	for (size_t i = 0; i < count; i++) {
		tickets[i] = ticket_key(ACCOUNT_FIRST, i + 1);
		note_undo(&shell->invariants, i + 1, false, false);
	}
	shell->undo_began = requests_so_far(shell);
	shell_step(shell, &event);
	free(tickets);
}

static void undo_some(struct shell *shell)
{
	struct prng *chance = &shell->undo_chance;
	uint64_t all = shell->options->world.tickets, first = 1 + prng_below(chance, all);
	struct ticket_key tickets[UNDO_IDS_MAX];
	struct event event = {.kind = EVENT_UNDO, .tickets = tickets, .by = "somebody"};
	char order[UNDO_ORDER_SIZE];
	snprintf(order, sizeof(order), "undo-%u", ++shell->undo_orders);
	event.order = order;
	event.look = prng_below(chance, 4) == 0;
	event.forget = prng_below(chance, 4) == 0;
	event.ticket_count = 1 + (size_t)prng_below(chance, UNDO_IDS_MAX);
	for (size_t i = 0; i < event.ticket_count; i++) {
		tickets[i] = ticket_key(ACCOUNT_FIRST, 1 + (first + i) % all);
		note_undo(&shell->invariants, tickets[i].id, event.look, event.forget);
	}
	shell_step(shell, &event);
}

void undo_happens(struct shell *shell)
{
	shell->result->undos++;
	if (shell->options->undo_all > 0)
		undo_all(shell);
	else
		undo_some(shell);
}

void undo_told(struct shell *shell, const struct effect *effect)
{
	check_undone(&shell->invariants, effect);
	if (shell->options->undo_all == 0 || effect->undone.end.result != UNDO_DONE)
		return;
	shell->result->undone++;
	shell->result->undo_requests = requests_so_far(shell) - shell->undo_began;
}
