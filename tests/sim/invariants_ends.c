/* Checks ends: those of tickets, as the engine reports them, and that of a whole run. */
#include <stdlib.h>
#include <string.h>

#include "invariants.h"

/* llm.patience, less what a probe takes */
#define PATIENCE_SURE (50 * MSEC_SECOND)
#define REVISED_WITHIN (5 * MSEC_MINUTE)

/* Checks repeated ends. A run reports one end of each ticket. A service may report that a ticket
 * failed and later that it is done, but never that it is done twice. */
static void check_again(struct invariants *invariants, const struct sim_decision *ticket,
                        const struct outcome *outcome)
{
	bool resident = invariants->options->mode == ENGINE_RESIDENT;
	if (ticket->outcomes > 1 && !resident)
		violated(invariants, "ticket %llu came to an end twice",
		         (unsigned long long)outcome->ticket.id);
	if (ticket->succeeded && outcome->status == OUTCOME_SUCCESS)
		violated(invariants, "ticket %llu was done twice",
		         (unsigned long long)outcome->ticket.id);
}

/* In a world where nothing breaks but the model at some tickets, these are decided by rules, and
 * all others by the model. */
static void check_who_decided(struct invariants *invariants, const struct outcome *outcome,
                              const struct world_ticket *ticket)
{
	const struct sim_options *options = invariants->options;
	bool poisons = options->world.poison > 0 || options->world.poison_first > 0;
	if (!poisons || options->world.faults.any || options->no_connect > 0 || !outcome->analysis)
		return;
	if (ticket->poisoned && !outcome->analysis->fallback)
		violated(invariants, "ticket %llu is decided by a model that refuses it",
		         (unsigned long long)outcome->ticket.id);
	if (!ticket->poisoned && outcome->analysis->fallback)
		violated(invariants,
		         "ticket %llu is decided by rules, because of tickets that the model "
		         "refuses",
		         (unsigned long long)outcome->ticket.id);
}

static bool is_listed(const char *ids, uint64_t id)
{
	struct str list = str_of(ids ? ids : "");
	while (list.len) {
		uint64_t one;
		if (str_to_u64(str_trim(str_split(&list, ',')), &one) == 0 && one == id)
			return true;
	}
	return false;
}

/* Whoever is to notice that Zendesk refuses what is written has only the ticket's end for it. */
static void check_refused(struct invariants *invariants, const struct outcome *outcome)
{
	const struct world_options *world = &invariants->options->world;
	if (outcome->status == OUTCOME_SKIPPED && is_listed(world->refused, outcome->ticket.id) &&
	    str_find(outcome->reason, STR("answered 422")) >= 0)
		violated(invariants, "ticket %llu was refused by Zendesk and is called skipped",
		         (unsigned long long)outcome->ticket.id);
}

/* An outage that is over within llm.patience, or that was there before the model ever answered,
 * spends no ticket on rules. */
static void check_patience(struct invariants *invariants, const struct outcome *outcome)
{
	const struct world_options *world = &invariants->options->world;
	bool lasts = world->model_out_from > 0 && world->model_out_for >= PATIENCE_SURE;
	if (world->model_out_for == 0 || lasts || world->faults.any || world->poison > 0 ||
	    world->poison_first > 0 || invariants->options->no_connect > 0)
		return;
	if (outcome->analysis && outcome->analysis->fallback)
		violated(invariants,
		         "ticket %llu is decided by rules, because of an outage that it was to "
		         "wait for",
		         (unsigned long long)outcome->ticket.id);
}

void check_outcome(struct invariants *invariants, const struct effect *effect)
{
	const struct outcome *outcome = &effect->outcome;
	uint64_t id = outcome->ticket.id;
	struct sim_decision *ticket = sim_decision_of(invariants, id);
	struct world_ticket now;
	if (!ticket)
		return; /* a ticket ordered by its number that never existed */
	ticket->outcomes++;
	check_again(invariants, ticket, outcome);
	check_refused(invariants, outcome);
	if (outcome->status != OUTCOME_SUCCESS)
		return;
	ticket->succeeded = true;
	world_look(invariants->world, id, &now);
	check_who_decided(invariants, outcome, &now);
	check_patience(invariants, outcome);
	if (now.exists && !now.processed && !now.people_untagged)
		violated(invariants, "ticket %llu is called done and has no tag",
		         (unsigned long long)id);
	if (ticket->intent_of[0] && strcmp(ticket->intent_of, ticket->written) == 0 &&
	    strcmp(ticket->intent_of, ticket->done) != 0) {
		memcpy(ticket->done, ticket->intent_of, sizeof(ticket->done));
		ticket->notes_due++;
	}
	if (now.notes < 1 + ticket->notes_due || now.notes > 1 + now.notes_ordered)
		violated(invariants, "ticket %llu is called done and has %u notes",
		         (unsigned long long)id, now.notes);
}

bool sim_refused(const struct invariants *invariants, uint64_t id)
{
	const struct world_options *world = &invariants->options->world;
	return is_listed(world->refused, id) || is_listed(world->forbidden, id);
}

/* A service has analysed again what rules answered in an outage that is long over, if nothing else
 * broke. A ticket that the model refuses as if it were down (501, 504) never gets its answer. */
static void check_revised(struct invariants *invariants, uint64_t id,
                          const struct sim_decision *ticket, const struct world_ticket *now)
{
	const struct sim_options *options = invariants->options;
	const struct world_options *world = &options->world;
	bool quiet = !world->faults.any && options->no_connect <= 0 && options->disk_fails <= 0 &&
	             world->people_per_minute <= 0;
	if (!quiet || options->mode != ENGINE_RESIDENT || !ticket || !now->findable ||
	    options->resident_for < world->model_out_from + world->model_out_for + REVISED_WITHIN)
		return;
	if (ticket->provisional && !now->poisoned)
		violated(invariants,
		         "ticket %llu keeps the answer that rules gave in an outage that is over",
		         (unsigned long long)id);
}

/* With few arrivals a minute the last one may come hours after anything broke, and so shortly
 * before the end that nobody who searches could have done it. */
static bool came_too_late(const struct world_ticket *ticket, const struct sim_end *end)
{
	return ticket->shown > 0 && ticket->shown >= end->shown_before;
}

/* In shadow every ticket that is found gets its record. One that the model refuses as if it were
 * down (511) never gets more than a provisional one. */
static void check_shadow_end(struct invariants *invariants, uint64_t id, struct sim_end *end)
{
	const struct sim_decision *ticket = sim_decision_of(invariants, id);
	struct world_ticket now;
	world_look(invariants->world, id, &now);
	if (end->all_done && now.exists && now.findable && !now.processed && ticket &&
	    !came_too_late(&now, end) && !ticket->shadowed && !ticket->decided &&
	    !(ticket->shadow_provisional && now.poisoned))
		violated(invariants, "ticket %llu was lost: open, without a shadow decision",
		         (unsigned long long)id);
}

static void check_ticket_end(struct invariants *invariants, uint64_t id, struct sim_end *end)
{
	const struct sim_decision *ticket = sim_decision_of(invariants, id);
	struct world_ticket now;
	world_look(invariants->world, id, &now);
	check_revised(invariants, id, ticket, &now);
	if (end->all_done && ticket && ticket->undo_open)
		violated(invariants, "the undo of ticket %llu was lost", (unsigned long long)id);
	bool open = now.exists && now.findable && !now.processed && !now.people_untagged &&
	            !came_too_late(&now, end);
	bool untold = !end->cut_short && ticket && ticket->outcomes == 0 && !ticket->told;
	if (now.processed && (now.notes < 1 || now.notes > 1 + now.notes_ordered))
		violated(invariants, "ticket %llu has our tag and %u notes", (unsigned long long)id,
		         now.notes);
	if (open && (untold || (end->all_done && !sim_refused(invariants, id)))) {
		end->lost++;
		violated(invariants, "ticket %llu was lost: open, without our tag, %s",
		         (unsigned long long)id,
		         untold ? "and the run never told of it"
		                : "although nothing broke for long");
	}
}

void check_end(struct invariants *invariants, struct sim_end *end)
{
	const struct sim_options *options = invariants->options;
	uint64_t last = options->world.tickets + options->world.others;
	if (end->transfers_open)
		violated(invariants, "the run is over while %llu transfers are open",
		         (unsigned long long)end->transfers_open);
	if (options->mode == ENGINE_ONE_TICKET || options->limit || options->dry_run)
		return;
	if (end->all_done)
		last += world_counts(invariants->world)->arrivals;
	if (options->mode == ENGINE_RESIDENT)
		/* a service leaves open tickets to its next start, and reports that */
		end->cut_short = true;
	for (uint64_t id = 1; id <= last; id++)
		(invariants->shadow ? check_shadow_end : check_ticket_end)(invariants, id, end);
}
