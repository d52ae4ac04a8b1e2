/* aitd_simulate: many seeds, one line a run; ends with 1 at the first violation, and says the seed. With --campaign each seed
 * chooses its own weather, all seeds are run, and a summary follows (campaign.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "campaign.h"
#include "options.h"
#include "simulation.h"

#define CONFIG_MAX 32

struct settings {
	struct sim_options sim;
	uint64_t first, last;
	bool campaign;
	msec campaign_for; /* 0: until all seeds are run */
	unsigned jobs;
	const char *config[CONFIG_MAX + 1];
	size_t config_count;
};

NORETURN static void refuse(const char *text)
{
	fprintf(stderr, "aitd_simulate: %s\n", text);
	exit(2);
}

static void usage(void)
{
	printf("aitd_simulate: the engine against the simulated world, under a virtual clock\n\n"
	       "  --seeds A-B              one run each (1-1)\n"
	       "  --set SECTION.NAME=VALUE configuration, may be repeated\n"
	       "  --limit N                --once with a limit (0 = all)\n"
	       "  --crashes N              kill -9 at N random instants\n"
	       "  --crash-span SECONDS     … from the start (60)\n"
	       "  --crash-steps N          … and in the middle of the effects of N random steps\n"
	       "  --resident SECONDS       a service, told to drain after so long\n"
	       "  --until-done             one more run when nothing breaks any more: it must leave nothing open\n"
	       "  --orders N               resident: reload, pause or process at N random instants within the span\n"
	       "  --clock-wrong SECONDS    our wall clock minus true time\n"
	       "  --clock-jumps N          it is set anew, by hours, N times\n"
	       "  --campaign               each seed chooses its own weather; --jobs N processes (one a CPU)\n"
	       "  --for SECONDS            … and none is begun after that\n"
	       "  --disk-fails P           chance per flush\n"
	       "  --disk-full S            it then fails for 0 to S seconds\n"
	       "  --no-connect P           chance per request\n"
	       "  --dry-run  --verbose\n%s",
	       world_options_help);
}

static bool is_switch(const char *name)
{
	static const char *const switches[] = {"--dry-run", "--verbose", "--help", "--campaign", "--until-done"};
	for (size_t i = 0; i < ARRAY_LEN(switches); i++)
		if (strcmp(switches[i], name) == 0)
			return true;
	return world_option_is_switch(name);
}

static bool take_switch(struct settings *settings, const char *name)
{
	if (strcmp(name, "--help") == 0) {
		usage();
		exit(0);
	} else if (strcmp(name, "--dry-run") == 0) {
		settings->sim.dry_run = true;
	} else if (strcmp(name, "--verbose") == 0) {
		settings->sim.verbose = true;
	} else if (strcmp(name, "--until-done") == 0) {
		settings->sim.until_done = true;
	} else if (strcmp(name, "--campaign") == 0) {
		settings->campaign = true;
	} else {
		return false;
	}
	return true;
}

static msec seconds(const char *value)
{
	int64_t number;
	if (str_to_i64(str_of(value), &number) < 0)
		refuse("a number of seconds is wanted (--help)");
	return number * MSEC_SECOND;
}

static bool take_breakage(struct sim_options *sim, const char *name, const char *value)
{
	if (strcmp(name, "--crashes") == 0)
		sim->crashes = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "--crash-steps") == 0)
		sim->crash_steps = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "--orders") == 0)
		sim->orders = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "--clock-jumps") == 0)
		sim->clock_jumps = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "--crash-span") == 0)
		sim->crash_span = seconds(value);
	else if (strcmp(name, "--clock-wrong") == 0)
		sim->wall_wrong = seconds(value);
	else if (strcmp(name, "--disk-fails") == 0)
		sim->disk_fails = strtod(value, NULL);
	else if (strcmp(name, "--disk-full") == 0)
		sim->disk_full = seconds(value);
	else if (strcmp(name, "--no-connect") == 0)
		sim->no_connect = strtod(value, NULL);
	else
		return false;
	return true;
}

static bool take_own(struct settings *settings, const char *name, const char *value)
{
	msec first, last;
	if (strcmp(name, "--seeds") == 0) {
		if (parse_range(value, &first, &last) < 0 || last < first)
			refuse("--seeds wants A-B");
		settings->first = (uint64_t)first;
		settings->last = (uint64_t)last;
	} else if (strcmp(name, "--for") == 0) {
		settings->campaign_for = seconds(value);
		if (settings->campaign_for <= 0)
			refuse("--for wants more than no seconds");
	} else if (strcmp(name, "--set") == 0) {
		if (settings->config_count == CONFIG_MAX)
			refuse("too many --set");
		settings->config[settings->config_count++] = value;
	} else if (strcmp(name, "--limit") == 0) {
		settings->sim.limit = strtoull(value, NULL, 10);
	} else if (strcmp(name, "--jobs") == 0) {
		settings->jobs = (unsigned)strtoul(value, NULL, 10);
	} else if (strcmp(name, "--resident") == 0) {
		settings->sim.mode = ENGINE_RESIDENT;
		settings->sim.resident_for = seconds(value);
	} else {
		return false;
	}
	return true;
}

static int take_argument(struct settings *settings, const char *name, const char *value)
{
	struct err err;
	if (is_switch(name) && take_switch(settings, name))
		return 1;
	if (!value && !is_switch(name))
		refuse("an option without its value (--help)");
	if (!take_breakage(&settings->sim, name, value) && !take_own(settings, name, value)) {
		int taken = world_option(&settings->sim.world, name, value, &err);
		if (taken <= 0)
			refuse(taken < 0 ? err.text : "unknown option (--help)");
	}
	return is_switch(name) ? 1 : 2;
}

static int every_seed(struct settings *settings)
{
	for (uint64_t seed = settings->first; seed <= settings->last; seed++) {
		struct sim_result result;
		double began = campaign_clock();
		settings->sim.world.seed = seed;
		simulation_run(&settings->sim, &result);
		campaign_print_run(&settings->sim, &result, campaign_clock() - began);
		if (result.violation[0]) {
			printf("VIOLATION with seed %llu: %s\n", (unsigned long long)seed, result.violation);
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct settings settings = {.first = 1, .last = 1, .jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN)};
	json_seed(1);
	setvbuf(stdout, NULL, _IOLBF, 0);
	sim_defaults(&settings.sim);
	settings.sim.world.tickets = 1000;
	for (int i = 1; i < argc;)
		i += take_argument(&settings, argv[i], i + 1 < argc ? argv[i + 1] : NULL);
	settings.sim.config = settings.config;
	if (settings.campaign_for && !settings.campaign)
		refuse("--for goes with --campaign");
	if (settings.campaign)
		return campaign_run(settings.first, settings.last, settings.campaign_for, settings.jobs,
		                    settings.sim.verbose);
	return every_seed(&settings);
}
