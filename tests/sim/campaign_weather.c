/* Draws the weather of one seed of a campaign; see campaign.h. The ranges are those that the
 * product promises to withstand: jobs that wait up to six seconds and do ten tickets a second, a
 * search that lags up to ten minutes, clocks wrong by hours. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "campaign.h"

#define KINDS_MIN 10
#define KINDS_MAX 16
/* such that no seed of once_failed and of the planted bugs has several tickets in a request */
#define GROUPS_CHANCE 0x144
#define CHANCE_MIN 0.005
#define CHANCE_MAX 0.05
/* how long a service runs after the weather has calmed: failed tickets return after an hour at
 * most */
#define RESIDENT_AFTER (150 * MSEC_MINUTE)

/* Probability of each fault in the mix "all"; zero for faults that no run survives. */
static const double mix[] = {
#define FAULT(id, name, places, chance, mix, help) [FAULT_##id] = mix,
        FAULTS(FAULT)
#undef FAULT
};
static const unsigned places[] = {
#define FAULT(id, name, places, chance, mix, help) [FAULT_##id] = places,
        FAULTS(FAULT)
#undef FAULT
};

static msec between(struct prng *prng, msec low, msec high)
{
	return low + (msec)prng_below(prng, (uint64_t)(high - low) + 1);
}

static void line(struct weather *weather, const char *format, ...) PRINTF_LIKE(2, 3);
static void line(struct weather *weather, const char *format, ...)
{
	va_list args;
	char *text = weather->lines[weather->line_count];
	ENSURE(weather->line_count < ARRAY_LEN(weather->lines));
	va_start(args, format);
	vsnprintf(text, sizeof(weather->lines[0]), format, args);
	va_end(args);
	weather->config[weather->line_count++] = text;
}

/* Half of the kinds are faults of Zendesk, because writing is what is tested most. */
static void choose_faults(struct world_options *world, struct prng *prng)
{
	size_t wanted = (size_t)between(prng, KINDS_MIN, KINDS_MAX), zendesk = wanted / 2;
	while (wanted > 0) {
		size_t kind = (size_t)prng_below(prng, FAULT_COUNT);
		if (mix[kind] <= 0 || world->faults.chance[FAULTS_ZENDESK][kind] > 0 ||
		    (zendesk > 0 && !(places[kind] & ON_ZENDESK)))
			continue;
		double chance = CHANCE_MIN + (CHANCE_MAX - CHANCE_MIN) * prng_unit(prng);
		world->faults.chance[FAULTS_ZENDESK][kind] =
		        world->faults.chance[FAULTS_MODEL][kind] = chance;
		wanted--;
		if (zendesk > 0)
			zendesk--;
	}
	world->faults.any = true;
	world->faults_for = between(prng, 2 * MSEC_MINUTE, 8 * MSEC_MINUTE);
}

static void choose_limits(struct weather *weather, struct prng *prng)
{
	static const int pools[] = {0, 200, 400, 700, 2500};
	static const int rates[] = {0, 0, 100, 300};
	struct world_options *world = &weather->sim.world;
	world->pool = pools[prng_below(prng, ARRAY_LEN(pools))];
	world->single_updates = world->pool == 2500 ? 300 : 100;
	world->ticket_updates = 30;
	world->exports = 100;
	world->incrementals = 10;
	world->old_headers = (prng_unit(prng) < 0.3);
	if (world->pool && (prng_unit(prng) < 0.2))
		world->pool_others = world->pool / 4;
	line(weather, "zendesk.requests_per_minute=%d", rates[prng_below(prng, ARRAY_LEN(rates))]);
}

static void choose_jobs(struct weather *weather, struct prng *prng)
{
	static const char *const bulk[] = {"auto", "auto", "auto", "auto",   "auto",
	                                   "auto", "auto", "auto", "always", "never"};
	struct world_options *world = &weather->sim.world;
	world->job_queue = between(prng, 0, 6) * MSEC_SECOND;
	world->job_rate = 10;
	world->job_parallel = (prng_unit(prng) < 0.5) ? 0 : (int)between(prng, 1, 12);
	world->jobs_max = (prng_unit(prng) < 0.8) ? 30 : (int)between(prng, 2, 8);
	line(weather, "zendesk.bulk=%s", bulk[prng_below(prng, ARRAY_LEN(bulk))]);
	weather->stream = (prng_unit(prng) < 0.3);
	line(weather, "zendesk.source=%s", weather->stream ? "incremental" : "search");
}

static void choose_people(struct world_options *world, struct prng *prng)
{
	world->tickets = (uint64_t)between(prng, 300, 400);
	world->others = (uint64_t)between(prng, 0, 30);
	world->people_per_minute = (prng_unit(prng) < 0.8) ? prng_unit(prng) * 120 : 0;
	world->index_lag = (prng_unit(prng) < 0.7) ? between(prng, 0, 600) * MSEC_SECOND : 0;
	world->age = (prng_unit(prng) < 0.2) ? 0 : MSEC_HOUR;
	world->stamp_skew = between(prng, -1, 1) * MSEC_SECOND;
	world->zendesk_latency_min = between(prng, 20, 100);
	world->zendesk_latency_max = between(prng, 100, 800);
	world->model_latency_min = between(prng, 0, 500);
	world->model_latency_max = between(prng, 500, 4000);
}

static void choose_breakage(struct sim_options *sim, struct prng *prng)
{
	unsigned crashes = (unsigned)between(prng, 0, 4);
	sim->crashes = (unsigned)prng_below(prng, crashes + 1);
	sim->crash_steps = crashes - sim->crashes;
	sim->crash_span = between(prng, MSEC_MINUTE, sim->world.faults_for);
	sim->wall_wrong = (prng_unit(prng) < 0.5) ? between(prng, -48, 48) * MSEC_HOUR : 0;
	sim->clock_jumps = (unsigned)between(prng, 0, 3);
	sim->disk_fails = (prng_unit(prng) < 0.4) ? prng_unit(prng) * 0.03 : 0;
	sim->no_connect = (prng_unit(prng) < 0.5) ? prng_unit(prng) * 0.05 : 0;
	sim->network_max = between(prng, 10, 300);
	sim->disk_max = between(prng, 5, 100);
}

static void choose_mode(struct weather *weather, struct prng *prng)
{
	struct sim_options *sim = &weather->sim;
	if ((prng_unit(prng) < 0.4)) {
		sim->mode = ENGINE_RESIDENT;
		sim->orders = (unsigned)between(prng, 0, 6);
		sim->world.arrivals_per_minute = (prng_unit(prng) < 0.4) ? prng_unit(prng) * 10 : 0;
		sim->resident_for = sim_calm_after(sim) + RESIDENT_AFTER;
	} else {
		sim->mode = ENGINE_ONCE;
		sim->until_done = true;
	}
}

/* Tickets that only the stream has shown, a full disk, and crashes: only in combination do they
 * lose tickets. */
static void choose_full_disk(struct sim_options *sim, bool stream, struct prng *prng)
{
	if (!stream || sim->mode != ENGINE_RESIDENT || (prng_unit(prng) < 0.3))
		return;
	sim->disk_fails = 0.02 + prng_unit(prng) * 0.05;
	sim->disk_full = between(prng, 10, 90) * MSEC_SECOND;
	sim->crashes += (unsigned)between(prng, 6, 12);
	sim->crash_span = sim->world.faults_for = between(prng, 10, 20) * MSEC_MINUTE;
	sim->world.model_latency_max += 4 * MSEC_SECOND;
	sim->world.arrivals_per_minute = 10 + prng_unit(prng) * 50;
	sim->resident_for = sim_calm_after(sim) + RESIDENT_AFTER;
}

/* Few requests are allowed and pages are small: one pass of the search can use up all that the
 * limits allow. */
static void strain_small_pages(struct weather *weather, struct prng *prng)
{
	weather->sim.world.arrivals_per_minute = 0;
	line(weather, "zendesk.batch_size=%d", (int)between(prng, 1, 3));
	line(weather, "zendesk.requests_per_minute=%d", (int)between(prng, 60, 90));
}

/* Writes wait for slow jobs while people edit, and twice a second a person gives an order, which
 * may read a waiting ticket. Nothing else breaks, because that would let fewer writes wait. */
static void strain_late_writes(struct weather *weather, struct prng *prng)
{
	struct sim_options *sim = &weather->sim;
	uint64_t seed = sim->world.seed;
	sim_defaults(sim);
	sim->world = (struct world_options){.seed = seed,
	                                    .brief = true,
	                                    .tickets = (uint64_t)between(prng, 150, 300),
	                                    .age = MSEC_HOUR,
	                                    .people_per_minute = 400 + prng_unit(prng) * 400,
	                                    .zendesk_latency_min = 100,
	                                    .zendesk_latency_max = 700,
	                                    .model_latency_min = 200,
	                                    .model_latency_max = 3000,
	                                    .job_queue = 6 * MSEC_SECOND,
	                                    .job_rate = 1,
	                                    .faults.any = true,
	                                    .faults_for = 400 * MSEC_SECOND};
	sim->world.faults.chance[FAULTS_ZENDESK][FAULT_STALL] = 0.12;
	sim->crash_span = 100 * MSEC_SECOND;
	sim->orders = 180;
	weather->line_count = 0;
	line(weather, "zendesk.bulk=always");
}

/* Few updates a minute are allowed, and connections break during them: libcurl then sends the
 * request again. */
static void strain_second_deliveries(struct weather *weather, struct prng *prng)
{
	struct sim_options *sim = &weather->sim;
	double *chance = sim->world.faults.chance[FAULTS_ZENDESK];
	sim->world.tickets = 60;
	sim->world.single_updates = 20; /* a trial account */
	chance[FAULT_LOST] = 0.04 + prng_unit(prng) * 0.04;
	line(weather, "zendesk.requests_per_minute=0");
	line(weather, "zendesk.bulk=never");
}

/* The first search takes half an hour, and the credentials of its user change meanwhile. */
static void strain_slow_search(struct weather *weather, struct prng *prng)
{
	struct sim_options *sim = &weather->sim;
	sim->world.tickets = 150;
	sim->world.exports = (int)between(prng, 6, 10);
	sim->world.index_lag = MSEC_MINUTE;
	sim->world.arrivals_per_minute = 2;
	sim->world.faults_for = sim->crash_span = 50 * MSEC_MINUTE;
	sim->crashes = sim->crash_steps = 0;
	sim->orders = (unsigned)between(prng, 2, 4);
	line(weather, "zendesk.source=incremental");
	line(weather, "zendesk.batch_size=1");
}

/* There are more changes a minute than the stream shows pages a minute. */
static void strain_busy_stream(struct weather *weather, struct prng *prng)
{
	struct sim_options *sim = &weather->sim;
	sim->world.tickets = 40;
	sim->world.arrivals_per_minute = 30 + prng_unit(prng) * 30;
	sim->world.faults_for = 20 * MSEC_MINUTE;
	line(weather, "zendesk.source=incremental");
	line(weather, "zendesk.batch_size=1");
}

/* Each seed that ends in 8 is a service under a strain that ordinary weather hardly ever brings,
 * and in which the engine once had a bug. It is drawn last, so that the weather of other seeds
 * does not depend on it. */
static void choose_strain(struct weather *weather, uint64_t seed, struct prng *prng)
{
	static void (*const strains[])(struct weather * weather, struct prng * prng) = {
	        strain_small_pages, strain_late_writes, strain_second_deliveries,
	        strain_slow_search, strain_busy_stream,
	};
	struct sim_options *sim = &weather->sim;
	if (seed % 10 != 8)
		return;
	sim->until_done = false;
	sim->disk_full = 0;
	strains[seed / 10 % ARRAY_LEN(strains)](weather, prng);
	sim->mode = ENGINE_RESIDENT;
	sim->resident_for = sim_calm_after(sim) + RESIDENT_AFTER;
}

/* One of ten seeds has tickets that the model refuses for what they say; drawn from a chance of its
 * own, so that the weather of all others stays as it was. */
static void choose_poison(struct weather *weather, uint64_t seed)
{
	struct world_options *world = &weather->sim.world;
	struct prng prng;
	if (seed % 20 != 2 && seed % 20 != 13)
		return;
	prng_seed(&prng, seed ^ 0x9015);
	world->poison = 0.05;
	if (prng_below(&prng, 2))
		world->poison_first = (uint64_t)between(&prng, 1, 100);
}

/* A person stops writing and starts it again, in half of the services; drawn from a chance of its
 * own, so that the weather of all others stays as it was. */
static void choose_stops(struct weather *weather, uint64_t seed)
{
	struct sim_options *sim = &weather->sim;
	struct prng prng;
	if (sim->mode != ENGINE_RESIDENT)
		return;
	prng_seed(&prng, seed ^ 0x570b);
	if (prng_below(&prng, 2) == 0)
		sim->stops = (unsigned)between(&prng, 1, 3);
}

/* When the tickets were created: in one second (an import), so close together that many share one,
 * or far apart. Drawn from a chance of its own, for the same reason. */
static void choose_spread(struct weather *weather, uint64_t seed)
{
	static const msec spans[] = {0, MSEC_MINUTE, MSEC_HOUR, 30 * 24 * MSEC_HOUR};
	struct prng prng;
	prng_seed(&prng, seed ^ 0x59ead);
	weather->sim.world.spread = spans[prng_below(&prng, ARRAY_LEN(spans))];
}

/* One of ten seeds has people, requesters and triggers that tag tickets to be analysed again; and
 * in half of these a ticket that lost our tag is taken up again. Drawn from a chance of its own. */
static void choose_again(struct weather *weather, uint64_t seed)
{
	struct prng prng;
	if (seed % 10 != 6)
		return;
	prng_seed(&prng, seed ^ 0xa9a1);
	weather->sim.world.again_per_minute = 1 + 30 * prng_unit(&prng);
	line(weather, "zendesk.again_tag=ai_again");
	line(weather, "zendesk.untagged=%s", prng_below(&prng, 2) ? "again" : "leave");
}

/* One of ten seeds has tickets whose priority and tags all hands change all the time: what an agent
 * chose is recorded. Drawn from a chance of its own. */
static void choose_choices(struct weather *weather, uint64_t seed)
{
	struct prng prng;
	if (seed % 10 != 1)
		return;
	prng_seed(&prng, seed ^ 0xc401);
	weather->sim.world.choices_per_minute = 0.5 + 5 * prng_unit(&prng);
	line(weather, "report.tags=refund,billing");
}

/* One of ten seeds has people who take back what was written, and in half of these others who have
 * it analysed again. They name tags like ours, and some stood on a ticket before. */
static void choose_undos(struct weather *weather, uint64_t seed)
{
	struct sim_options *sim = &weather->sim;
	struct prng prng;
	if (seed % 10 != 0 || sim->mode != ENGINE_RESIDENT)
		return;
	prng_seed(&prng, seed ^ 0x0d0);
	sim->undos = (unsigned)between(&prng, 2, 30);
	sim->world.namesakes = true;
	if (prng_below(&prng, 2) == 0)
		return;
	sim->world.again_per_minute = 1 + 30 * prng_unit(&prng);
	line(weather, "zendesk.again_tag=ai_again");
	line(weather, "zendesk.untagged=%s", prng_below(&prng, 2) ? "again" : "leave");
}

/* One of ten seeds has a model that is out for seconds or minutes, or from the start on. */
static void choose_outage(struct weather *weather, uint64_t seed)
{
	struct world_options *world = &weather->sim.world;
	struct prng prng;
	if (seed % 10 != 5)
		return;
	prng_seed(&prng, seed ^ 0x0a7a);
	world->model_out_from = prng_below(&prng, 5) ? between(&prng, 1, 120) * MSEC_SECOND : 0;
	world->model_out_for = between(&prng, 5, prng_below(&prng, 2) ? 40 : 300) * MSEC_SECOND;
	if (prng_below(&prng, 3) == 0)
		line(weather, "llm.on_outage=hold");
	line(weather, "llm.patience=%d", (int)between(&prng, 10, 60));
}

/* One of ten seeds changes between writing and shadow. Drawn from a chance of its own. */
static void choose_modes(struct weather *weather, uint64_t seed)
{
	struct prng prng;
	if (seed % 10 != 9)
		return;
	prng_seed(&prng, seed ^ 0x54ad);
	weather->sim.modes = (unsigned)between(&prng, 1, 6);
	if (prng_below(&prng, 2))
		line(weather, "service.mode=shadow");
}

/* Records gather in three of four seeds, as the store has them do. The others have a disk that may
 * keep some of what was under way in a crash. Drawn from a chance of its own. */
static void choose_gathering(struct weather *weather, uint64_t seed)
{
	struct prng prng;
	prng_seed(&prng, seed ^ 0x6a74e);
	weather->sim.gather = prng_below(&prng, 4) ? 20 : 0;
}

/* Of fifty seeds fourteen have tickets with the text of an earlier one, from a few to nearly all.
 * What the model answered is used for others for hours, or hardly at all, or never. Drawn from a
 * chance of its own. Seeds that are named elsewhere, because they once failed or find a planted
 * bug, are not among them. */
static void choose_duplicates(struct weather *weather, uint64_t seed)
{
	static const uint8_t seeds[] = {21, 23, 25, 27, 29, 30, 31, 34, 35, 40, 41, 42, 44, 46};
	static const double shares[] = {0.2, 0.5, 0.9, 0.99};
	static const int spans[] = {0, 10, 60, 600, 36000, 36000};
	struct prng prng;
	bool chosen = false;
	for (size_t i = 0; i < ARRAY_LEN(seeds); i++)
		chosen = chosen || seed % 50 == seeds[i];
	if (!chosen)
		return;
	prng_seed(&prng, seed ^ 0xd0b1);
	weather->sim.world.duplicates = shares[prng_below(&prng, ARRAY_LEN(shares))];
	line(weather, "llm.cache_ttl=%ds", spans[prng_below(&prng, ARRAY_LEN(spans))]);
}

/* One of five seeds has several tickets in a request, hostile ones among them, and lists of answers
 * that are mixed up. Drawn from a chance of its own; the first thousand seeds, and those that are
 * named elsewhere, keep the weather that they had before. */
static void choose_groups(struct weather *weather, uint64_t seed)
{
	struct world_options *world = &weather->sim.world;
	struct prng prng;
	prng_seed(&prng, seed ^ GROUPS_CHANCE);
	if (seed < 1000 || prng_below(&prng, 5) != 0)
		return;
	world->neighbours_signed = true;
	line(weather, "llm.tickets_per_request=%d", (int)between(&prng, 2, 10));
	world->mixups = prng_unit(&prng) * 0.5;
	if (prng_below(&prng, 2))
		world->neighbours = prng_unit(&prng) * 0.4;
	if (prng_below(&prng, 3) == 0)
		world->poison = prng_unit(&prng) * 0.1;
}

void weather_choose(struct weather *weather, uint64_t seed)
{
	struct prng prng;
	memset(weather, 0, sizeof(*weather));
	prng_seed(&prng, seed ^ 0xca3b);
	sim_defaults(&weather->sim);
	weather->sim.world.seed = seed;
	choose_faults(&weather->sim.world, &prng);
	choose_people(&weather->sim.world, &prng);
	choose_limits(weather, &prng);
	choose_jobs(weather, &prng);
	choose_breakage(&weather->sim, &prng);
	choose_mode(weather, &prng);
	choose_full_disk(&weather->sim, weather->stream, &prng);
	choose_strain(weather, seed, &prng);
	choose_poison(weather, seed);
	choose_stops(weather, seed);
	choose_spread(weather, seed);
	choose_again(weather, seed);
	choose_undos(weather, seed);
	choose_outage(weather, seed);
	choose_choices(weather, seed);
	choose_modes(weather, seed);
	choose_gathering(weather, seed);
	choose_duplicates(weather, seed);
	choose_groups(weather, seed);
	/* not drawn, so that the rest of the weather does not depend on it */
	weather->sim.world.ballast = seed % 10 == 4 ? 2 : 0;
	weather->sim.world.repeat_values = seed % 10 == 7;
	weather->sim.config = weather->config;
	weather->sim.time_max = 12 * MSEC_HOUR;
}

static void add_seconds(struct words *words, const char *name, msec span)
{
	if (span)
		words_add(words, name, "%.3f", (double)span / MSEC_SECOND);
}

static void add_count(struct words *words, const char *name, uint64_t count)
{
	if (count)
		words_add(words, name, "%llu", (unsigned long long)count);
}

/* Writes the number with all its digits, so that the run is exactly the same. */
static void add_chance(struct words *words, const char *name, double chance)
{
	if (chance > 0)
		words_add(words, name, "%.17g", chance);
}

static void add_faults(struct words *words, const struct world_options *world)
{
	for (size_t kind = 0; kind < FAULT_COUNT; kind++)
		if (world->faults.chance[FAULTS_ZENDESK][kind] > 0)
			words_add(words, "--faults", "%s:%.17g", fault_name((enum fault_kind)kind),
			          world->faults.chance[FAULTS_ZENDESK][kind]);
	add_seconds(words, "--faults-for", world->faults_for);
	add_seconds(words, "--model-out", world->model_out_for);
	add_seconds(words, "--model-out-from", world->model_out_from);
}

static void add_world(struct words *words, const struct world_options *world)
{
	add_count(words, "--tickets", world->tickets);
	add_count(words, "--others", world->others);
	add_count(words, "--ballast", (uint64_t)world->ballast);
	add_chance(words, "--duplicates", world->duplicates);
	words_add(words, "--age", "%.3f", (double)world->age / MSEC_SECOND);
	words_add(words, "--spread", "%.3f", (double)world->spread / MSEC_SECOND);
	add_chance(words, "--again", world->again_per_minute);
	add_chance(words, "--choices", world->choices_per_minute);
	add_chance(words, "--people", world->people_per_minute);
	add_chance(words, "--arrivals", world->arrivals_per_minute);
	add_chance(words, "--poison", world->poison);
	add_count(words, "--poison-first", world->poison_first);
	if (world->neighbours_signed)
		words_add(words, "--signed", NULL);
	add_chance(words, "--neighbours", world->neighbours);
	add_chance(words, "--mixups", world->mixups);
	add_seconds(words, "--index-lag", world->index_lag);
	add_seconds(words, "--stamp-skew", world->stamp_skew);
	words_add(words, "--zendesk-latency", "%lld-%lld", (long long)world->zendesk_latency_min,
	          (long long)world->zendesk_latency_max);
	words_add(words, "--latency", "%lld-%lld", (long long)world->model_latency_min,
	          (long long)world->model_latency_max);
	add_count(words, "--pool", (uint64_t)world->pool);
	add_count(words, "--pool-others", (uint64_t)world->pool_others);
	add_count(words, "--single-updates", (uint64_t)world->single_updates);
	add_count(words, "--ticket-updates", (uint64_t)world->ticket_updates);
	add_count(words, "--exports", (uint64_t)world->exports);
	add_count(words, "--incrementals", (uint64_t)world->incrementals);
	if (world->old_headers)
		words_add(words, "--header-style", "old");
	if (world->repeat_values)
		words_add(words, "--repeat-values", NULL);
	add_seconds(words, "--job-queue", world->job_queue);
	add_chance(words, "--job-rate", world->job_rate);
	add_count(words, "--job-parallel", (uint64_t)world->job_parallel);
	add_count(words, "--jobs-max", (uint64_t)world->jobs_max);
}

static void add_shell(struct words *words, const struct sim_options *sim)
{
	if (sim->mode == ENGINE_RESIDENT)
		add_seconds(words, "--resident", sim->resident_for);
	if (sim->until_done)
		words_add(words, "--until-done", NULL);
	add_count(words, "--crashes", sim->crashes);
	add_count(words, "--crash-steps", sim->crash_steps);
	add_seconds(words, "--crash-span", sim->crash_span);
	add_count(words, "--orders", sim->orders);
	add_count(words, "--stops", sim->stops);
	add_count(words, "--modes", sim->modes);
	add_count(words, "--undos", sim->undos);
	if (sim->world.namesakes)
		words_add(words, "--namesakes", NULL);
	add_seconds(words, "--clock-wrong", sim->wall_wrong);
	add_count(words, "--clock-jumps", sim->clock_jumps);
	add_chance(words, "--disk-fails", sim->disk_fails);
	add_seconds(words, "--disk-full", sim->disk_full);
	words_add(words, "--disk-max", "%lld", (long long)sim->disk_max);
	add_count(words, "--gather", (uint64_t)sim->gather);
	add_chance(words, "--no-connect", sim->no_connect);
	words_add(words, "--network-max", "%lld", (long long)sim->network_max);
	add_seconds(words, "--time-max", sim->time_max);
}

void weather_words(const struct weather *weather, struct words *words)
{
	add_world(words, &weather->sim.world);
	add_shell(words, &weather->sim);
	add_faults(words, &weather->sim.world);
	for (size_t i = 0; i < weather->line_count; i++)
		words_add(words, "--set", "%s", weather->config[i]);
}
