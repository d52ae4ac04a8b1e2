/* Limits the number of requests to Zendesk: more than a run's tickets, faults and time explain
 * show that something goes round in circles, even if every ticket ends well. There are two limits.
 * That of the whole run is generous, since a single lost bulk write sends a hundred tickets
 * through reads, comments and single updates. When nothing has broken for long, little work is
 * left, and the limit is small.
 *
 * The first limit is never nearly reached. The second is almost exactly reached when passes only
 * read, a page each, the tickets whose tag people took away; the summary of a campaign says how
 * near the most expensive run came. */
#include "invariants.h"

#define PER_UNDO 240 /* forty tickets, at most, each like one that is written */
#define PER_TICKET 6 /* read, written, read again, its comments … */
#define PER_EDIT 6   /* it makes a write conflict */
/* it is tried again; a failed write may send up to a batch of tickets through all steps */
#define PER_FAULT 12
#define PER_LIFE 20 /* sign-in of a process */
#define PER_HELD 2  /* a new process reads every ticket that was in progress */
/* A pass over several pages: a search; for each of five priorities its last page, a second with
 * more tickets than a page holds, the export of that second, and its last page. */
#define PER_PASS 21
#define STREAM_PAGE 100
#define PER_STREAM 3
#define ALWAYS 60
/* What agents chose: a search each 15 minutes, and 50 histories at once, 150 more a day. */
#define CHOICES_APART (15 * MSEC_MINUTE)
#define HISTORIES_SAVED 50
#define HISTORIES_APART (24 * MSEC_HOUR / 150)

/* Requests of a pass that finds so many tickets. A page begins with those tickets of the former one
 * that were created in its last second, taken to be half a page at most. */
static uint64_t pages(const struct invariants *invariants, uint64_t tickets)
{
	uint64_t size = (uint64_t)invariants->cost.batch_size, new = (size + 1) / 2;
	/* one more search for tickets that agents have tagged */
	uint64_t tagged = invariants->options->world.again_per_minute > 0;
	return tagged + (tickets <= size ? 1 : (tickets + new - 1) / new + PER_PASS);
}

/* Number of tickets that a pass can find. */
static uint64_t population(const struct invariants *invariants)
{
	const struct world_options *world = &invariants->options->world;
	return world->tickets + world->others + world_counts(invariants->world)->arrivals;
}

static double passes(const struct invariants *invariants, msec span)
{
	return (double)span / (double)invariants->cost.poll_interval + 1;
}

/* Adds the passes up to now, each of which may have found every ticket. */
static void explain_passes(struct invariants *invariants, msec now)
{
	struct sim_cost *cost = &invariants->cost;
	if (cost->poll_interval)
		cost->explained += passes(invariants, now - cost->since) *
		                   (double)pages(invariants, population(invariants));
	cost->since = now;
}

void note_config(struct invariants *invariants, const struct config *config, msec now)
{
	struct sim_cost *cost = &invariants->cost;
	note_model(invariants, config->llm.model);
	explain_passes(invariants, now);
	cost->poll_interval = config->zendesk.poll_interval;
	cost->batch_size = config->zendesk.batch_size;
	cost->stream = config->zendesk.source == SOURCE_INCREMENTAL;
}

void note_life(struct invariants *invariants)
{
	invariants->cost.explained += PER_LIFE + PER_HELD * (double)population(invariants) +
	                              (double)pages(invariants, population(invariants));
}

/* Whether a write was so recent that the index of search may not show it yet. */
bool written_lately(struct invariants *invariants, msec now)
{
	struct sim_cost *cost = &invariants->cost;
	uint64_t notes = world_counts(invariants->world)->notes;
	if (notes != cost->notes_seen)
		cost->written_at = now;
	cost->notes_seen = notes;
	return cost->written_at && now - cost->written_at <= invariants->options->world.index_lag;
}

void note_calm(struct invariants *invariants, msec now)
{
	struct sim_cost *cost = &invariants->cost;
	const struct world_audit *audit = world_counts(invariants->world);
	explain_passes(invariants, now);
	cost->calm_since = now;
	cost->calm_requests = audit->zendesk_requests;
	cost->calm_notes = audit->notes;
	cost->calm_conflicts = audit->conflicts;
}

/* Pages of a stream: it shows each change once, also our own, a hundred a page whatever the batch
 * size. */
static double stream_pages(const struct invariants *invariants)
{
	const struct world_audit *audit = world_counts(invariants->world);
	uint64_t changes = population(invariants) + audit->edits + audit->notes;
	return invariants->cost.stream ? (double)changes / STREAM_PAGE + PER_STREAM : 0;
}

static double choices(const struct invariants *invariants, msec span)
{
	if (invariants->options->mode != ENGINE_RESIDENT)
		return 0;
	return 2 + HISTORIES_SAVED + (double)span / (double)CHOICES_APART +
	       (double)span / (double)HISTORIES_APART;
}

static double count_faults(const struct world_audit *audit)
{
	double sum = 0;
	for (int i = 0; i < FAULT_COUNT; i++)
		sum += (double)audit->faults[i];
	return sum;
}

/* Number of tickets that stay open and are found by each pass: a person took our tag away, or the
 * world refuses every write. */
static uint64_t left_open(const struct invariants *invariants)
{
	uint64_t count = 0, last = population(invariants);
	for (uint64_t id = 1; id <= last; id++) {
		struct world_ticket now;
		world_look(invariants->world, id, &now);
		count += now.exists && now.findable && !now.processed &&
		         (now.people_untagged || sim_refused(invariants, id));
	}
	return count;
}

static double limit_of_run(const struct invariants *invariants, msec now)
{
	const struct sim_cost *cost = &invariants->cost;
	const struct world_audit *audit = world_counts(invariants->world);
	double undone = PER_UNDO * (double)invariants->options->undos;
	return ALWAYS + cost->explained + undone + PER_TICKET * (double)population(invariants) +
	       PER_EDIT * (double)audit->edits + PER_FAULT * count_faults(audit) +
	       stream_pages(invariants) + choices(invariants, now) +
	       passes(invariants, now - cost->since) *
	               (double)pages(invariants, left_open(invariants));
}

static double limit_of_calm(const struct invariants *invariants, msec now)
{
	const struct sim_cost *cost = &invariants->cost;
	const struct world_audit *audit = world_counts(invariants->world);
	double written =
	        (double)(audit->notes - cost->calm_notes + audit->conflicts - cost->calm_conflicts);
	double shown_again = passes(invariants, invariants->options->world.index_lag);
	return ALWAYS + (PER_TICKET + shown_again) * written + stream_pages(invariants) +
	       choices(invariants, now - cost->calm_since) +
	       passes(invariants, now - cost->calm_since) *
	               (double)pages(invariants, left_open(invariants));
}

void note_polls(struct invariants *invariants, msec age, msec now)
{
	struct sim_cost *cost = &invariants->cost;
	const struct sim_options *options = invariants->options;
	if (!invariants->shadow || options->mode != ENGINE_RESIDENT || options->modes > 0 ||
	    cost->half_at || age < options->resident_for / 2)
		return;
	cost->half_at = now;
	cost->half_requests = world_counts(invariants->world)->zendesk_requests;
}

/* A shadow in which nothing breaks, by then all is decided: three requests a poll at most. Once a
 * day a pass over all is allowed. */
static void check_polls(struct invariants *invariants, msec now)
{
	const struct sim_cost *cost = &invariants->cost;
	const struct sim_options *options = invariants->options;
	msec span = now - cost->half_at;
	double requests =
	        (double)(world_counts(invariants->world)->zendesk_requests - cost->half_requests);
	double allowed = 3 * passes(invariants, span) +
	                 (double)(span / (24 * MSEC_HOUR)) *
	                         (double)pages(invariants, population(invariants));
	if (!cost->half_at || options->world.faults.any || options->orders || options->crashes ||
	    options->crash_steps || options->disk_fails > 0 || options->no_connect > 0)
		return;
	if (requests > allowed)
		violated(invariants, "%.0f requests of a shadow that has decided all, %.0f allowed",
		         requests, allowed);
}

static void check_limit(struct invariants *invariants, double requests, double explained,
                        const char *when)
{
	if (requests / explained > invariants->cost.dearest)
		invariants->cost.dearest = requests / explained;
	if (requests > explained)
		violated(invariants,
		         "%.0f requests to Zendesk%s, and only %.0f are explained: something turns "
		         "in a circle",
		         requests, when, explained);
}

void check_cost(struct invariants *invariants, msec now)
{
	const struct sim_cost *cost = &invariants->cost;
	double requests = (double)world_counts(invariants->world)->zendesk_requests;
	check_polls(invariants, now);
	check_limit(invariants, requests, limit_of_run(invariants, now), "");
	if (cost->calm_since)
		check_limit(invariants, requests - (double)cost->calm_requests,
		            limit_of_calm(invariants, now), " long after the last fault");
}
