/* A campaign: runs many seeds, each with its own weather, which the seed alone determines:
 * hundreds of tickets, ten and more kinds of faults, people, a lagging index, crashes, wrong
 * clocks, limits, slow jobs, a failing disk. After some minutes nothing breaks any more; every run
 * must end then, and leave nothing open. */
#ifndef SIM_CAMPAIGN_H
#define SIM_CAMPAIGN_H

#include "simulation.h"
#include "words.h"

struct weather { /* contains pointers into itself, so it must not be copied */
	struct sim_options sim;
	char lines[16][48];
	const char *config[17];
	size_t line_count;
	bool stream;
};
void weather_choose(struct weather *weather, uint64_t seed);
/* Writes the command line that, together with --seeds, repeats this run. */
void weather_words(const struct weather *weather, struct words *words);

/* Runs the seeds from `first` to `last`, or as many as can be begun within `duration` unless it is
 * 0, in `jobs` processes. Prints a line for each that fails, then a summary with the first and the
 * last seed that was run. SIGINT or SIGTERM ends it early, with the summary; a second one kills.
 * Returns 1 if a seed failed or an interrupt left seeds that were not run, else 0. */
struct campaign_options {
	uint64_t first, last;
	msec duration;
	unsigned jobs;
	bool verbose;
	bool former; /* the seeds have the weather that they had before records gathered */
};
int campaign_run(const struct campaign_options *options);

void campaign_print_run(const struct sim_options *options, const struct sim_result *result,
                        double real_seconds);
double campaign_clock(void); /* the real time in seconds */

#endif
