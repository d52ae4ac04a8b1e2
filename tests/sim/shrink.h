/* The shrinker: makes a command line that shows a violation short enough to be understood. A
 * violation is found in a world of hundreds of tickets and a dozen kinds of faults; it is easier
 * to understand in one of three tickets and two kinds. The shrinker leaves out one option after
 * another (each kind of fault is one) and decreases the numbers, as long as some seed still shows
 * a violation of the same kind. The last number that it decreases is --faults-count: the shortest
 * prefix of the faults.
 *
 * A shorter command line is another run with other random numbers, so a few seeds are tried for
 * each. */
#ifndef SIM_SHRINK_H
#define SIM_SHRINK_H

#include "base/clock.h"
#include "words.h"

struct shrink_options {
	uint64_t seed; /* seed that shows the violation with the unchanged words */
	unsigned jobs; /* number of processes at a time */
	msec time;     /* real time in ms, after which the result so far is printed */
};

/* Prints what it leaves out, and at the end the remaining command line, which is also in `words`.
 * 0, or 1 when the seed shows no violation, or 2 when the words cannot be parsed. */
int shrink_run(const struct shrink_options *options, struct words *words) MUST_CHECK;

#endif
