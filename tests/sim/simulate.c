/* aitd_simulate: runs many seeds, with one line of output per run; ends with 1 at the first
 * violation, and names the seed. With --campaign each seed chooses its own weather, all seeds are
 * run, and a summary follows (campaign.h). With --shrink a run that shows a violation is made
 * small enough to be understood (shrink.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "campaign.h"
#include "options.h"
#include "settings.h"
#include "shrink.h"

NORETURN static void refuse(const char *text)
{
	fprintf(stderr, "aitd_simulate: %s\n", text);
	exit(2);
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
			printf("VIOLATION with seed %llu: %s\n", (unsigned long long)seed,
			       result.violation);
			return 1;
		}
	}
	return 0;
}

/* Whether the option describes a run. Seeds and modes do not: the shrinker sets them. */
static bool describes_the_run(const char *name)
{
	static const char *const others[] = {"--seeds", "--campaign", "--shrink", "--for",
	                                     "--jobs",  "--verbose",  "--former"};
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (strcmp(others[i], name) == 0)
			return false;
	return true;
}

static int shrink(const struct settings *settings, struct words *words)
{
	struct shrink_options options = {.seed = settings->first,
	                                 .jobs = settings->jobs,
	                                 .time = settings->time ? settings->time : 5 * MSEC_MINUTE};
	if (settings->campaign) {
		struct weather weather;
		weather_choose(&weather, settings->first);
		if (settings->former)
			weather.sim.gather = 0;
		words->count = 0;
		weather_words(&weather, words);
	}
	return shrink_run(&options, words);
}

int main(int argc, char **argv)
{
	struct settings settings;
	struct words words = {.count = 0};
	bool too_long = false;
	struct err err;
	json_seed(1);
	setvbuf(stdout, NULL, _IOLBF, 0);
	settings_init(&settings);
	for (int i = 1, taken; i < argc; i += taken) {
		if (strcmp(argv[i], "--help") == 0) {
			printf("%s%s", settings_help, world_options_help);
			return 0;
		}
		taken = settings_take(&settings, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &err);
		if (taken < 0)
			refuse(err.text);
		if (describes_the_run(argv[i]) &&
		    !words_room(&words, taken == 2 ? argv[i + 1] : ""))
			too_long = true;
		else if (describes_the_run(argv[i]))
			words_add(&words, argv[i], "%s", taken == 2 ? argv[i + 1] : "");
	}
	if (settings.time && !settings.campaign && !settings.shrink)
		refuse("--for goes with --campaign or --shrink");
	if (settings.shrink && too_long)
		refuse("--shrink takes options of at most 127 letters, and 95 of them");
	if (settings.shrink)
		return shrink(&settings, &words);
	if (settings.campaign)
		return campaign_run(&(struct campaign_options){.first = settings.first,
		                                               .last = settings.last,
		                                               .duration = settings.time,
		                                               .jobs = settings.jobs,
		                                               .verbose = settings.sim.verbose,
		                                               .former = settings.former});
	return every_seed(&settings);
}
