/* People take back what was written to tickets, or look what that would do; now and then the
 * processed tag goes too. */
#include <stdio.h>

#include "shell.h"

#define UNDO_IDS_MAX 40

void undo_plan(struct shell *shell)
{
	const struct sim_options *options = shell->options;
	prng_seed(&shell->undo_chance, options->world.seed ^ 0x0d0);
	for (unsigned i = 0; i < options->undos && options->mode == ENGINE_RESIDENT; i++)
		life_plan_one(
		        shell, HAPPENS_UNDO,
		        shell->now.mono + 1 +
		                (msec)prng_below(&shell->undo_chance,
		                                 (uint64_t)options->crash_span + MSEC_MINUTE));
}

void undo_happens(struct shell *shell)
{
	struct prng *chance = &shell->undo_chance;
	struct ticket_key tickets[UNDO_IDS_MAX];
	struct event event = {.kind = EVENT_UNDO, .tickets = tickets, .by = "somebody"};
	uint64_t first = 1 + prng_below(chance, shell->options->world.tickets);
	char order[UNDO_ORDER_SIZE];
	shell->result->undos++;
	snprintf(order, sizeof(order), "undo-%u", ++shell->undo_orders);
	event.order = order;
	event.look = prng_below(chance, 4) == 0;
	event.forget = prng_below(chance, 4) == 0;
	event.ticket_count = 1 + (size_t)prng_below(chance, UNDO_IDS_MAX);
	for (size_t i = 0; i < event.ticket_count; i++) {
		tickets[i] =
		        ticket_key(ACCOUNT_FIRST, 1 + (first + i) % shell->options->world.tickets);
		note_undo(&shell->invariants, tickets[i].id, order, event.look, event.forget);
	}
	shell_step(shell, &event);
}
