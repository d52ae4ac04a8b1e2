/* Parses the options of aitd_simulate that are not those of the world (options.c): see
 * settings.h. */
#include "settings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"

const char settings_help[] =
        "aitd_simulate: the engine against the simulated world, under a virtual clock\n\n"
        "  --seeds A-B              one run each (1-1)\n"
        "  --set SECTION.NAME=VALUE configuration, may be repeated\n"
        "  --limit N                --once with a limit (0 = all)\n"
        "  --crashes N              kill -9 at N random instants\n"
        "  --crash-span SECONDS     … from the start (60)\n"
        "  --crash-steps N          … and in the middle of the effects of N random steps\n"
        "  --resident SECONDS       a service, told to drain after so long\n"
        "  --until-done             one more run when nothing breaks any more: it must leave "
        "nothing open\n"
        "  --orders N               resident: reload, pause or process at N random instants within "
        "the span\n"
        "  --stops N                resident: writing is stopped at N random instants within the "
        "span, and started again\n"
        "  --modes N                the mode changes between writing and shadow at N random "
        "instants "
        "within the span\n"
        "  --clock-wrong SECONDS    our wall clock minus true time\n"
        "  --undos N                resident: people take back what was written, N times within "
        "the "
        "crash span\n"
        "  --clock-jumps N          it is set anew, by hours, N times\n"
        "  --campaign               each seed chooses its own weather; --jobs N processes (one a "
        "CPU)\n"
        "  --for SECONDS            … and none is begun after that\n"
        "  --former                 … in the weather of earlier seeds, in which records never "
        "gather\n"
        "  --shrink                 the first seed, or its weather, shows a violation: looks for "
        "the shortest command "
        "line\n"
        "                           that shows it too, for 300 seconds or --for SECONDS\n"
        "  --disk-fails P           chance per flush\n"
        "  --disk-full S            it then fails for 0 to S seconds\n"
        "  --disk-max MS            a flush takes 0 to so long (15)\n"
        "  --gather MS              records wait so long for others before a flush (0)\n"
        "  --no-connect P           chance per request\n"
        "  --sent-twice P           chance that a request whose connection died is sent once more "
        "(0.3)\n"
        "  --network-max MS         a request takes 0 to so long to arrive (20)\n"
        "  --time-max SECONDS       virtual: a run that takes longer hangs (86400)\n"
        "  --requests               print the requests to Zendesk by endpoint\n"
        "  --dry-run  --verbose\n";

struct line {
	const char *name;
	enum { COUNT, NUMBER, SECONDS, MS, CHANCE, SWITCH } type;
	size_t offset;
};
#define AT(field) offsetof(struct settings, field)
static const struct line lines[] = {
        {"--limit", NUMBER, AT(sim.limit)},
        {"--jobs", COUNT, AT(jobs)},
        {"--campaign", SWITCH, AT(campaign)},
        {"--shrink", SWITCH, AT(shrink)},
        {"--former", SWITCH, AT(former)},
        {"--dry-run", SWITCH, AT(sim.dry_run)},
        {"--verbose", SWITCH, AT(sim.verbose)},
        {"--requests", SWITCH, AT(sim.requests)},
        {"--until-done", SWITCH, AT(sim.until_done)},
        {"--crashes", COUNT, AT(sim.crashes)},
        {"--crash-steps", COUNT, AT(sim.crash_steps)},
        {"--crash-span", SECONDS, AT(sim.crash_span)},
        {"--orders", COUNT, AT(sim.orders)},
        {"--stops", COUNT, AT(sim.stops)},
        {"--modes", COUNT, AT(sim.modes)},
        {"--undos", COUNT, AT(sim.undos)},
        {"--undo-all", SECONDS, AT(sim.undo_all)},
        {"--clock-jumps", COUNT, AT(sim.clock_jumps)},
        {"--clock-wrong", SECONDS, AT(sim.wall_wrong)},
        {"--disk-fails", CHANCE, AT(sim.disk_fails)},
        {"--disk-full", SECONDS, AT(sim.disk_full)},
        {"--disk-max", MS, AT(sim.disk_max)},
        {"--gather", MS, AT(sim.gather)},
        {"--no-connect", CHANCE, AT(sim.no_connect)},
        {"--sent-twice", CHANCE, AT(sim.sent_twice)},
        {"--network-max", MS, AT(sim.network_max)},
        {"--time-max", SECONDS, AT(sim.time_max)},
        {"--resident", SECONDS, AT(sim.resident_for)},
};

void settings_init(struct settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	settings->first = settings->last = 1;
	settings->jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	sim_defaults(&settings->sim);
	settings->sim.world.tickets = 1000;
	settings->sim.config = settings->config;
}

static int take_line(struct settings *settings, const struct line *line, const char *value)
{
	void *field = (char *)settings + line->offset;
	uint64_t count = 0;
	switch (line->type) {
	case SWITCH: *(bool *)field = true; return 0;
	case SECONDS: return option_seconds(value, field);
	case MS: return str_to_i64(str_of(value), field);
	case CHANCE: return option_real(value, field);
	case NUMBER: return str_to_u64(str_of(value), field);
	case COUNT:
		if (str_to_u64(str_of(value), &count) < 0 || count > 1000000)
			return -1;
		*(unsigned *)field = (unsigned)count;
		return 0;
	}
	return -1;
}

static int take_seeds(struct settings *settings, const char *value)
{
	struct str high = str_of(value);
	struct str low = str_split(&high, '-');
	if (str_to_u64(low, &settings->first) < 0)
		return -1;
	settings->last = settings->first;
	if (high.len && str_to_u64(high, &settings->last) < 0)
		return -1;
	return settings->last >= settings->first ? 0 : -1;
}

static int take_config(struct settings *settings, const char *value)
{
	if (settings->config_count == SETTINGS_CONFIG_MAX)
		return -1;
	settings->config[settings->config_count++] = value;
	return 0;
}

/* -2 = not one of these. */
static int take_own(struct settings *settings, const char *name, const char *value)
{
	if (strcmp(name, "--seeds") == 0)
		return take_seeds(settings, value);
	if (strcmp(name, "--for") == 0)
		return option_seconds(value, &settings->time) < 0 || settings->time <= 0 ? -1 : 0;
	if (strcmp(name, "--set") == 0)
		return take_config(settings, value);
	if (strcmp(name, "--resident") == 0)
		settings->sim.mode = ENGINE_RESIDENT;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (strcmp(lines[i].name, name) == 0)
			return take_line(settings, &lines[i], value);
	return -2;
}

static bool is_switch(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (strcmp(lines[i].name, name) == 0)
			return lines[i].type == SWITCH;
	return world_option_is_switch(name);
}

int settings_take(struct settings *settings, const char *name, const char *value, struct err *err)
{
	bool alone = is_switch(name);
	if (!alone && !value)
		return err_set(err, "%s: an unknown option, or its value is missing (--help)",
		               name);
	int taken = take_own(settings, name, value);
	if (taken == -1)
		return err_set(err, "%s: bad value '%s' (--help)", name, value);
	if (taken == -2) {
		taken = world_option(&settings->sim.world, name, value, err);
		if (taken < 0)
			return -1;
		if (taken == 0)
			return err_set(err, "%s: unknown option (--help)", name);
	}
	return alone ? 1 : 2;
}

int settings_take_words(struct settings *settings, const struct words *words, struct err *err)
{
	for (size_t i = 0; i < words->count; i++) {
		const struct word *word = &words->items[i];
		if (settings_take(settings, word->name, word->value[0] ? word->value : NULL, err) <
		    0)
			return -1;
	}
	return 0;
}
