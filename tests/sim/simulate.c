/* aitd_simulate: many seeds, one line a run; ends with 1 at the first violation, and says the seed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "options.h"
#include "simulation.h"

#define CONFIG_MAX 32

struct settings {
	struct sim_options sim;
	uint64_t first, last;
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
	       "  --disk-fails P           chance per flush\n"
	       "  --no-connect P           chance per request\n"
	       "  --dry-run  --verbose\n%s",
	       world_options_help);
}

static bool is_switch(const char *name)
{
	return strcmp(name, "--dry-run") == 0 || strcmp(name, "--verbose") == 0 || strcmp(name, "--help") == 0 ||
	       world_option_is_switch(name);
}

static bool take_own(struct settings *settings, const char *name, const char *value)
{
	msec first, last;
	if (strcmp(name, "--help") == 0) {
		usage();
		exit(0);
	} else if (strcmp(name, "--seeds") == 0) {
		if (parse_range(value, &first, &last) < 0)
			refuse("--seeds wants A-B");
		settings->first = (uint64_t)first;
		settings->last = (uint64_t)last;
	} else if (strcmp(name, "--set") == 0) {
		if (settings->config_count == CONFIG_MAX)
			refuse("too many --set");
		settings->config[settings->config_count++] = value;
	} else if (strcmp(name, "--limit") == 0) {
		settings->sim.limit = strtoull(value, NULL, 10);
	} else if (strcmp(name, "--crashes") == 0) {
		settings->sim.crashes = (unsigned)strtoul(value, NULL, 10);
	} else if (strcmp(name, "--disk-fails") == 0) {
		settings->sim.disk_fails = strtod(value, NULL);
	} else if (strcmp(name, "--no-connect") == 0) {
		settings->sim.no_connect = strtod(value, NULL);
	} else if (strcmp(name, "--dry-run") == 0) {
		settings->sim.dry_run = true;
	} else if (strcmp(name, "--verbose") == 0) {
		settings->sim.verbose = true;
	} else {
		return false;
	}
	return true;
}

static int take_argument(struct settings *settings, const char *name, const char *value)
{
	struct err err;
	if (!value && !is_switch(name))
		refuse("an option without its value (--help)");
	if (!take_own(settings, name, value)) {
		int taken = world_option(&settings->sim.world, name, value, &err);
		if (taken <= 0)
			refuse(taken < 0 ? err.text : "unknown option (--help)");
	}
	return is_switch(name) ? 1 : 2;
}

static double seconds_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void print_run(const struct sim_result *result, uint64_t seed, uint64_t tickets, double real)
{
	static const char *const ends[] = {"clean", "failed", "not let in", "no money"};
	printf("seed %llu: %llu done, %llu failed, %llu skipped, %llu dry; %s%s%s; %llu notes, %llu conflicts, %llu "
	       "limited, %llu "
	       "edits, %llu crashes; %llu requests, %llu steps; virtual %.1f s, real %.2f s, %.0f tickets/s\n",
	       (unsigned long long)seed, (unsigned long long)result->success, (unsigned long long)result->failed,
	       (unsigned long long)result->skipped, (unsigned long long)result->dry,
	       result->finished ? ends[result->end] : "not over", result->end_reason[0] ? ": " : "", result->end_reason,
	       (unsigned long long)result->audit.notes, (unsigned long long)result->audit.conflicts,
	       (unsigned long long)result->audit.limited, (unsigned long long)result->audit.edits,
	       (unsigned long long)result->crashes, (unsigned long long)result->requests,
	       (unsigned long long)result->steps, (double)result->took / MSEC_SECOND, real,
	       real > 0 ? (double)tickets / real : 0);
}

int main(int argc, char **argv)
{
	struct settings settings = {.first = 1, .last = 1};
	json_seed(1);
	setvbuf(stdout, NULL, _IOLBF, 0);
	sim_defaults(&settings.sim);
	settings.sim.world.tickets = 1000;
	for (int i = 1; i < argc;)
		i += take_argument(&settings, argv[i], i + 1 < argc ? argv[i + 1] : NULL);
	settings.sim.config = settings.config;
	for (uint64_t seed = settings.first; seed <= settings.last; seed++) {
		struct sim_result result;
		double began = seconds_now();
		settings.sim.world.seed = seed;
		simulation_run(&settings.sim, &result);
		print_run(&result, seed, settings.sim.world.tickets, seconds_now() - began);
		if (result.violation[0]) {
			printf("VIOLATION with seed %llu: %s\n", (unsigned long long)seed, result.violation);
			return 1;
		}
	}
	return 0;
}
