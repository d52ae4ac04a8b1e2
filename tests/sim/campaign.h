/* A campaign: many seeds, each with its own weather, which the seed alone decides: hundreds of
 * tickets, ten and more kinds of fault, people, a lagging index, crashes, wrong clocks, limits,
 * slow jobs, a failing disk. After some minutes nothing breaks any more; every run must end then,
 * and leave nothing open. */
#ifndef SIM_CAMPAIGN_H
#define SIM_CAMPAIGN_H

#include "simulation.h"
#include "words.h"

struct weather { /* points into itself: not to be copied */
	struct sim_options sim;
	char lines[8][48];
	const char *config[9];
	size_t line_count;
	bool stream;
};
void weather_choose(struct weather *weather, uint64_t seed);
/* The command line that describes it: with --seeds it is the same run. */
void weather_words(const struct weather *weather, struct words *words);

/* All seeds from `first` to `last`, or those that can be begun within `duration` unless it is 0,
 * shared by `jobs` processes: one line for each that fails, then the summary, which names the first
 * and the last that was run. SIGINT or SIGTERM ends it early, with its summary; a second one kills.
 * 1 if any failed or an interrupt left something to be run, else 0. */
int campaign_run(uint64_t first, uint64_t last, msec duration, unsigned jobs, bool verbose);

void campaign_print_run(const struct sim_options *options, const struct sim_result *result,
                        double real_seconds);
double campaign_clock(void); /* real seconds */

#endif
